package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"canvass/cmd/canvass/datadir"
)

func (a *app) up() *cobra.Command {
	return a.listens(&cobra.Command{
		Use:   "up",
		Short: a.t("Chạy tất cả trong một tiến trình, trên một máy", "Run everything in one process, on one machine"),
		Long: a.t(`Chạy PostgreSQL và Redis riêng trong thư mục dữ liệu (trừ khi có CANVASS_DATABASE_URL, CANVASS_REDIS_URL),
trang trả lời, việc gửi và lịch gửi. Dừng bằng Ctrl-C: việc đang làm được làm xong.`,
			`Runs a private PostgreSQL and Redis in the data directory (unless CANVASS_DATABASE_URL, CANVASS_REDIS_URL are
set), the respondents' pages, the worker and the scheduler. Stop it with Ctrl-C: what is in hand is finished.`),
		Args: cobra.NoArgs,
		RunE: a.work(func(ctx context.Context, _ []string) error {
			e, err := a.held(ctx)
			if err != nil {
				return err
			}
			defer e.Close()
			return e.run(ctx, role{name: "up", public: true, staff: true, worker: true, scheduler: true})
		}),
	}, true)
}

func (a *app) serve() *cobra.Command {
	return a.listens(a.process(role{name: "serve", public: true, staff: true},
		a.t("Chỉ chạy trang trả lời và nơi nhận tin của nhà mạng", "Run the respondents' pages and the provider hooks only")), true)
}

func (a *app) worker() *cobra.Command {
	return a.listens(a.process(role{name: "worker", worker: true},
		a.t("Chỉ chạy việc gửi và việc nhận", "Run sending and ingesting only")), true)
}

func (a *app) scheduler() *cobra.Command {
	return a.listens(a.process(role{name: "scheduler", scheduler: true},
		a.t("Chỉ chạy lịch gửi", "Run the scheduler only")), false)
}

// process is a command that runs a part of `up` until it is stopped. Several of
// each may run, on several machines.
func (a *app) process(r role, short string) *cobra.Command {
	return &cobra.Command{
		Use:   r.name,
		Short: short,
		Long: short + ".\n\n" + a.t("Dùng CANVASS_DATABASE_URL và CANVASS_REDIS_URL; thiếu thì dùng của `canvass up` đang chạy.",
			"Uses CANVASS_DATABASE_URL and CANVASS_REDIS_URL; what is not set it shares with the running `canvass up`."),
		Args: cobra.NoArgs,
		RunE: a.work(func(ctx context.Context, _ []string) error {
			e, err := a.attached(ctx)
			if err != nil {
				return err
			}
			defer e.Close()
			r.staff = r.staff || a.flags.staffAddr != ""
			return e.run(ctx, r)
		}),
	}
}

// A role is which parts a process runs.
type role struct {
	name                             string
	public, staff, worker, scheduler bool
}

// collectAt is how much a process may allocate between two collections, as a
// percentage of what it keeps. That is little, so that by the default of 100 a
// quarter of the work would be collecting.
const collectAt = 300

// workerMemory is from how many bytes on a worker collects more often. What it
// keeps is a fraction of it, however many people there are.
const workerMemory = 36 << 20

// run runs the parts of a role until ctx ends or one of them fails.
func (e *engine) run(ctx context.Context, r role) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" && r.worker && !r.public {
		debug.SetMemoryLimit(workerMemory)
	}
	public, staff, mail, err := e.listeners(ctx, r)
	if err != nil {
		return err
	}
	h, err := e.house(ctx, public)
	if err != nil {
		return err
	}
	if r.public {
		if err := h.openSpool(ctx); err != nil {
			return err
		}
	}
	// First where everything is, then /readyz: who sees it answer may ask for the rest.
	if err := h.announce(r, staff); err != nil {
		return err
	}
	console, first, err := h.console(ctx, r, staff)
	if err != nil {
		return err
	}
	parts, ctx := errgroup.WithContext(ctx)
	if r.public {
		parts.Go(func() error { return h.servePublic(ctx, public) })
	}
	if mail != nil {
		parts.Go(func() error { return h.servePostbox(ctx, mail) })
	}
	if r.staff {
		parts.Go(func() error { return serveHTTP(ctx, staff, h.staffPages(console)) })
	}
	if r.worker {
		parts.Go(func() error { return h.runWorker(ctx) })
	}
	if r.scheduler {
		parts.Go(func() error { return h.runScheduler(ctx) })
	}
	h.greet(r, staff, first)
	err = parts.Wait()
	e.log.Info("stopped", "process", r.name)
	return err
}

// listeners opens what the role listens on; nil for what it does not.
func (e *engine) listeners(ctx context.Context, r role) (public, staff, mail net.Listener, err error) {
	if r.public {
		if public, err = e.listen(ctx, "CANVASS_PUBLIC_ADDR", e.cfg.PublicAddr); err != nil {
			return nil, nil, nil, err
		}
	}
	if r.staff {
		if staff, err = e.listen(ctx, "CANVASS_STAFF_ADDR", e.cfg.StaffAddr); err != nil {
			return nil, nil, nil, err
		}
	}
	if r.public && e.cfg.LMTPAddr != "" {
		mail, err = e.listenMail(ctx)
	}
	return public, staff, mail, err
}

// greet tells people where everything is.
func (h *house) greet(r role, staff net.Listener, first string) {
	line := fmt.Sprintf("canvass %s: ", r.name) + h.app.t("đang chạy", "running")
	if r.public {
		line += "; " + h.app.t("trang trả lời ", "public pages ") + h.public
	}
	if r.staff {
		line += "; " + h.app.t("trang làm việc ", "staff pages ") + h.staffURL(urlOf(staff))
	}
	h.app.say("%s", line)
	if first != "" {
		h.app.say(h.app.t("Tạo tài khoản quản trị đầu tiên (dùng một lần, trong 72 giờ): %s", "Make the first administrator's account (works once, for 72 hours): %s"), first)
	}
}

// announce tells the other commands where everything of `up` is.
func (h *house) announce(r role, staff net.Listener) error {
	if r.name != "up" {
		return nil
	}
	h.closing(func() { _ = h.dir.RemoveEndpoints() })
	return h.dir.WriteEndpoints(datadir.Endpoints{DatabaseURL: h.databaseURL, RedisURL: h.redisURL,
		PublicURL: h.public, StaffURL: urlOf(staff)})
}

// urlOf is the address of a listener of ours.
func urlOf(ln net.Listener) string { return "http://" + ln.Addr().String() }
