package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"canvass/dispatch/postgres/cluster"
)

// rig is the machinery around the product: a PostgreSQL, a Redis, a mail server
// that takes everything, and a list of 200,000 invented people.
type rig struct {
	binary, dir string
	db          *cluster.Cluster
	redis       *exec.Cmd
	sink        *sink
	env         []string
	waves       int
}

// Sizes of the list. The people of the small part have the attribute "phan" a.
const (
	people = 200_000
	small  = 20_000
)

const account, authToken = "AC00000000000000000000000000000000", "benchtoken0123456789"

func newRig(ctx context.Context, binary string) (r *rig, err error) {
	if binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	r = &rig{binary: binary}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.dir, err = os.MkdirTemp("", "canvass-bench-"); err != nil {
		return r, err
	}
	if r.sink, err = newSink(); err != nil {
		return r, err
	}
	if r.db, err = cluster.Start(ctx, cluster.Config{Dir: filepath.Join(r.dir, "postgres"), Durable: true}); err != nil {
		return r, err
	}
	redis, err := r.startRedis()
	if err != nil {
		return r, err
	}
	host, port, _ := strings.Cut(r.sink.addr(), ":")
	r.env = append(os.Environ(), "CANVASS_DATA_DIR="+filepath.Join(r.dir, "data"), "CANVASS_DATABASE_URL="+r.db.URL(),
		"CANVASS_REDIS_URL="+redis, "CANVASS_LANG=en", "CANVASS_LOG=error,text",
		"CANVASS_SMTP_HOST="+host, "CANVASS_SMTP_PORT="+port, "CANVASS_SMTP_TLS=none", "CANVASS_SMTP_CONNECTIONS=16",
		"CANVASS_TWILIO_ACCOUNT_SID="+account, "CANVASS_TWILIO_AUTH_TOKEN="+authToken,
		"CANVASS_OFFICE_NAME=Văn phòng Đo", "CANVASS_OFFICE_SHORT=VP Do", "CANVASS_OFFICE_CONTACT=Trần Văn Mẫu",
		"CANVASS_OFFICE_PHONE=1900 0000", "CANVASS_OFFICE_MAIL=do@vanphong.example")
	r.senders("email do@vanphong.example")
	return r, r.prepare(ctx)
}

// senders sets our addresses for the processes that start from now on.
func (r *rig) senders(text string) { r.env = append(r.env, "CANVASS_SENDERS="+text) }

func (r *rig) startRedis() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	r.redis = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", r.dir)
	if err := r.redis.Start(); err != nil {
		return "", err
	}
	return "redis://127.0.0.1:" + port + "/0", await(20*time.Second, func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

var errTooLong = errors.New("it takes too long")

// await asks until done says so.
func await(patience time.Duration, done func() bool) error {
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			return errTooLong
		}
	}
	return nil
}

// prepare makes the schema, the list and the questionnaire.
func (r *rig) prepare(ctx context.Context) error {
	if err := r.canvass(ctx, "migrate"); err != nil {
		return err
	}
	list := filepath.Join(r.dir, "list.csv")
	if err := writeList(list); err != nil {
		return err
	}
	if err := r.canvass(ctx, "contacts", "import", list, "--basis", "appointment", "--consent-source", "bench"); err != nil {
		return err
	}
	form := filepath.Join(r.dir, "form.yaml")
	if err := os.WriteFile(form, []byte(questionnaire), 0o600); err != nil {
		return err
	}
	return r.canvass(ctx, "questionnaire", "publish", form)
}

func writeList(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Mã,Họ và tên,E-mail,phan")
	for i := range people {
		part := "b"
		if i < small {
			part = "a"
		}
		fmt.Fprintf(w, "D%06d,Nguyễn Văn Đo %d,do%06d@thu%d.example,%s\n", i, i, i, i%50, part)
	}
	return errors.Join(w.Flush(), f.Close())
}

const questionnaire = `name: do_toc_do
title: Đo | Bench
languages: [vi, en]
minutes: 1
questions:
  - name: huong
    type: single
    kind: own_opinion
    required: true
    key: true
    label: Tình hình chung đang thế nào? | How are things going?
    choices:
      1: Tốt lên | Better
      2: Như trước | Same
      3: Xấu đi | Worse
`

// campaign makes and launches a campaign of one mail to everybody eligible.
func (r *rig) campaign(ctx context.Context, eligible string, size int) (string, error) {
	r.waves++
	name := fmt.Sprintf("do-%d", r.waves)
	design := "{method: census}"
	if size > 0 {
		design = fmt.Sprintf("{method: srs, size: %d}", size)
	}
	spec := fmt.Sprintf(`name: %s
title: {vi: Đo, en: Bench}
questionnaire: do_toc_do
eligible: %s
design: %s
protocol:
  name: do
  zone: Asia/Ho_Chi_Minh
  length: 24h
  gap: 0s
  day_caps: {email: 100}
  loosened: {email_per_day: "đo tốc độ, không gửi cho ai"}
  steps:
    - {name: thu, channel: email, text: invitation}
`, name, eligible, design)
	file := filepath.Join(r.dir, name+".yaml")
	if err := os.WriteFile(file, []byte(spec), 0o600); err != nil {
		return name, err
	}
	if err := r.canvass(ctx, "campaign", "create", file); err != nil {
		return name, err
	}
	return name, r.canvass(ctx, "campaign", "launch", name)
}

// canvass runs one command of the product.
func (r *rig) canvass(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, r.binary, args...)
	c.Env = r.env
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("canvass %s: %w\n%s", strings.Join(args[:2], " "), err, out)
	}
	return nil
}

// process is a process of the product.
type process struct {
	cmd  *exec.Cmd
	done chan error
}

func (r *rig) start(args ...string) (*process, error) {
	p := &process{cmd: exec.Command(r.binary, args...), done: make(chan error, 1)}
	p.cmd.Env = r.env
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	return p, nil
}

// startAll starts processes of these roles.
func (r *rig) startAll(roles ...string) ([]*process, error) {
	var out []*process
	for _, role := range roles {
		p, err := r.start(role)
		if err != nil {
			stopAll(out)
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func stopAll(ps []*process) {
	for _, p := range ps {
		p.stop()
	}
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

func (r *rig) close() error {
	if r.redis != nil && r.redis.Process != nil {
		_ = r.redis.Process.Kill()
		_ = r.redis.Wait()
	}
	var failed error
	if r.sink != nil {
		failed = r.sink.close()
	}
	if r.db != nil {
		failed = errors.Join(failed, r.db.Stop(context.Background()))
	}
	return errors.Join(failed, os.RemoveAll(r.dir))
}
