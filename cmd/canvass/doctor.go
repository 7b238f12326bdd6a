package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
)

// The states of a check.
const (
	healthy = "ok"
	warning = "warning" // works, and should be looked at
	wrong   = "wrong"   // does not work
	skipped = "skipped" // cannot be told, or is not used
)

// diagnosis is what the doctor says of one thing.
type diagnosis struct {
	Check  string `json:"check"`
	State  string `json:"state"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
}

// doctor looks at one thing after another and never stops at a fault.
type doctor struct {
	*app
	cfg   Config
	dir   *datadir.Dir
	found []diagnosis
	// lookupMX asks DNS; nil asks the system's resolver.
	lookupMX func(ctx context.Context, name string) ([]*net.MX, error)
}

func (d *doctor) tell(check, state, detail string) {
	d.found = append(d.found, diagnosis{Check: check, State: state, Detail: detail})
}

// remedy says what to do about the last fault told.
func (d *doctor) remedy(vi, en string) { d.found[len(d.found)-1].Remedy = d.t(vi, en) }

func (a *app) doctor() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "doctor",
		Short: a.t("Kiểm tra thư, Twilio, điện thoại gửi tin, địa chỉ công khai, khóa, giờ, phiên bản, và nói phải làm gì", "Check mail, Twilio, the phone that sends, public address, keys, clock and versions, and say what to do"),
		Long: a.t("Không gửi gì và không thay đổi gì. Mã thoát 1 khi có điều sai.",
			"Sends nothing and changes nothing. Exit code 1 if something is wrong."),
		Args: cobra.NoArgs,
		RunE: a.work(func(ctx context.Context, _ []string) error {
			d := &doctor{app: a}
			d.examine(ctx)
			return d.report()
		}),
	})
}

// examine looks at everything.
func (d *doctor) examine(ctx context.Context) {
	cfg, err := d.config()
	d.cfg = cfg
	if err != nil {
		for _, e := range parts(err) {
			d.found = append(d.found, diagnosis{Check: "settings", State: wrong, Detail: d.words(e)})
		}
	} else {
		d.tell("settings", healthy, fmt.Sprintf(d.t("%d nơi gửi", "%d senders"), len(cfg.Senders)))
	}
	if _, err := os.Stat(cfg.DataDir); err != nil {
		d.tell("data directory", skipped, d.t("chưa có; lần chạy đầu sẽ tạo: ", "not there yet; the first run makes it: ")+cfg.DataDir)
	} else if d.dir, err = datadir.Open(cfg.DataDir); err != nil {
		d.tell("data directory", wrong, d.words(err))
	} else {
		d.tell("data directory", healthy, d.dir.Path())
	}
	d.engines(ctx)
	d.spool()
	d.mail(ctx)
	d.returns(ctx)
	d.twilio(ctx)
	d.sim(ctx)
	d.public(ctx)
}

// engines looks at the database, the queue and what hangs on them.
func (d *doctor) engines(ctx context.Context) {
	if d.cfg.DatabaseURL == "" {
		if bin, err := cluster.Find(ctx); err != nil {
			d.tell("postgresql programs", wrong, d.words(err))
			d.remedy("cài PostgreSQL bằng trình quản lý gói, hoặc đặt CANVASS_DATABASE_URL", "install PostgreSQL by the package manager, or set CANVASS_DATABASE_URL")
		} else {
			d.tell("postgresql programs", healthy, fmt.Sprintf("PostgreSQL %d, %s", bin.Major, bin.Dir))
		}
	}
	if d.cfg.DatabaseURL == "" && !d.hasCluster() {
		d.tell("database", skipped, d.t("chưa có; lần chạy đầu sẽ tạo", "not there yet; the first run makes it"))
		return
	}
	e := &engine{app: d.app, cfg: d.cfg, log: d.logger(d.cfg), dir: d.dir, clock: survey.NewClock(time.Now),
		databaseURL: d.cfg.DatabaseURL, redisURL: d.cfg.RedisURL, own: d.cfg.DatabaseURL == ""}
	defer e.Close()
	d.redis(ctx, e)
	if err := e.findDatabase(ctx); err != nil {
		d.tell("database", wrong, d.words(err))
		return
	}
	db, err := postgres.Open(ctx, e.databaseURL)
	if err != nil {
		d.tell("database", wrong, d.words(err))
		d.remedy("kiểm tra máy chủ, mật khẩu và CANVASS_DATABASE_URL", "check the server, the password and CANVASS_DATABASE_URL")
		return
	}
	defer db.Close()
	d.database(ctx, db)
	d.keys(ctx, db)
	d.spoolers(ctx, db)
}

// hasCluster reports whether there is a private database to look at: the doctor
// makes none.
func (d *doctor) hasCluster() bool {
	if d.dir == nil {
		return false
	}
	_, err := os.Stat(d.dir.Cluster())
	return err == nil
}

func (d *doctor) database(ctx context.Context, db *postgres.DB) {
	s, err := db.Server(ctx)
	if err != nil {
		d.tell("database", wrong, d.words(err))
		return
	}
	if s.Major < cluster.MinMajor {
		d.tell("database", wrong, "PostgreSQL "+s.Version)
		d.remedy(fmt.Sprintf("cần PostgreSQL %d trở lên", cluster.MinMajor), fmt.Sprintf("PostgreSQL %d or newer is needed", cluster.MinMajor))
	} else {
		d.tell("database", healthy, "PostgreSQL "+s.Version)
	}
	if err := db.CheckSchema(ctx); err != nil {
		d.tell("schema", wrong, d.words(err))
	} else {
		v, _ := db.SchemaVersion(ctx)
		d.tell("schema", healthy, fmt.Sprint(v))
		d.returned(ctx, db)
		d.erasures(ctx, db)
		d.inbox(ctx, db)
		d.custody(ctx, db)
		d.retention(ctx, db)
		d.recordings(ctx, db)
	}
	d.clocks(ctx, db, s.Now)
}

// clockTolerance is how far the clocks of program and database may be apart:
// signatures and leases allow for more, people's deadlines hardly.
const clockTolerance = 2 * time.Second

func (d *doctor) clocks(ctx context.Context, db *postgres.DB, server time.Time) {
	off := time.Since(server).Round(time.Millisecond)
	detail := fmt.Sprintf(d.t("lệch %v so với cơ sở dữ liệu", "%v apart from the database"), off)
	if off.Abs() > clockTolerance {
		d.tell("clock", wrong, detail)
		d.remedy("bật đồng bộ giờ (NTP) trên cả hai máy", "turn on time synchronisation (NTP) on both machines")
	} else {
		d.tell("clock", healthy, detail)
	}
	if r, ok, err := db.Rehearsal(ctx); err == nil && ok {
		d.tell("rehearsal", warning, fmt.Sprintf(d.t("giờ diễn tập đang chạy, nhanh gấp %g lần", "the rehearsal clock runs, %g times as fast"), r.Speed))
		d.remedy("trước khi khảo sát thật: canvass rehearse --end", "before a real campaign: canvass rehearse --end")
	}
}

// keys checks that every link that was sent still opens.
func (d *doctor) keys(ctx context.Context, db *postgres.DB) {
	known, err := db.KeyIDs(ctx)
	if err != nil || d.dir == nil {
		d.tell("keys", skipped, d.t("chưa có gì để đối chiếu", "nothing to compare with yet"))
		return
	}
	if !d.dir.HasKeys() {
		if len(known) == 0 {
			d.tell("keys", skipped, d.t("chưa có; lần gửi đầu sẽ tạo", "not there yet; the first launch makes them"))
			return
		}
		d.tell("keys", wrong, d.t("thiếu khóa mà cơ sở dữ liệu đã dùng: ", "keys that the database was used with are missing: ")+strings.Join(known, ", "))
		d.remedy("chép keys.json của máy cũ vào thư mục dữ liệu, hoặc khôi phục bản sao lưu", "copy keys.json from the other machine into the data directory, or restore the backup")
		return
	}
	file, err := d.dir.Keys()
	if err != nil {
		d.tell("keys", wrong, d.words(err))
		return
	}
	for _, id := range known {
		if _, ok := file.ByID(id); !ok {
			d.tell("keys", wrong, d.t("thiếu khóa ", "missing key ")+id)
			d.remedy("chép keys.json của máy kia vào thư mục dữ liệu này", "copy keys.json from the other machine into this data directory")
			return
		}
	}
	d.tell("keys", healthy, fmt.Sprintf(d.t("%d khóa; sao lưu chúng bằng canvass backup", "%d keys; canvass backup takes them along"), len(file.All())))
}

// redis looks at the queue: the one that is set, or that of the running `up`.
func (d *doctor) redis(ctx context.Context, e *engine) {
	if e.redisURL == "" {
		at, err := datadir.Endpoints{}, error(datadir.ErrNone)
		if d.dir != nil {
			at, err = d.dir.ReadEndpoints()
		}
		if err != nil {
			d.tell("redis", skipped, d.t("canvass up sẽ tự chạy một Redis riêng", "canvass up runs one of its own"))
			return
		}
		e.redisURL = at.RedisURL
	}
	p, err := queue.NewPace(e.redisURL)
	if err != nil {
		d.tell("redis", wrong, d.words(err))
		return
	}
	defer p.Close()
	version, err := p.Version(ctx)
	var major, minor int
	_, scan := fmt.Sscanf(version, "%d.%d", &major, &minor)
	switch {
	case err != nil:
		d.tell("redis", wrong, d.words(err))
	case scan != nil:
		d.tell("redis", healthy, d.t("Redis nằm trong canvass up", "the one inside canvass up"))
	case major < 6 || major == 6 && minor < 2:
		d.tell("redis", wrong, "Redis "+version)
		d.remedy("cần Redis 6.2 trở lên", "Redis 6.2 or newer is needed")
	default:
		d.tell("redis", healthy, "Redis "+version)
	}
}

// report prints what was found; it fails if something is wrong.
func (d *doctor) report() error {
	bad := false
	marks := map[string]string{healthy: "✓", warning: "!", wrong: "✗", skipped: "–"}
	for _, f := range d.found {
		bad = bad || f.State == wrong
		if d.json {
			if err := d.data(f); err != nil {
				return err
			}
			continue
		}
		d.say("%s %-20s %s", marks[f.State], f.Check, f.Detail)
		if f.Remedy != "" {
			d.say("  %-20s → %s", "", f.Remedy)
		}
	}
	if bad {
		return errTold
	}
	return nil
}
