package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// An office: the real program, a mail server and a telephone network that are simulated,
// and nobody who answers by themselves.
type officeDay struct {
	*testing.T
	sim     *twiliosim.Sim
	sink    *smtpsink.Sink
	program string
	dir     string
	env     []string
	first   string // link of the first account
	staff   string
}

// built is the program, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "canvass-story")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "canvass")
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return program, nil
})

func newOffice(t *testing.T) *officeDay {
	t.Helper()
	o := &officeDay{T: t, dir: t.TempDir()}
	var err error
	if o.program, err = built(); err != nil {
		t.Fatal(err, o.program)
	}
	public, staff := o.address(), o.address()
	o.sim, err = twiliosim.Start(twiliosim.Config{GatherTimeout: 5 * time.Second, RingTimeout: 2 * time.Second,
		Senders: map[string]twiliosim.SenderConfig{demoNumber: {CanReceive: true, SmsURL: "http://" + public + "/hook/twilio/sms"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.sim.Close() })
	if o.sink, err = smtpsink.Start(smtpsink.Config{Username: "canvass", Password: "demo"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.sink.Close() })
	ca := filepath.Join(o.dir, "ca.pem")
	if err := os.WriteFile(ca, o.sink.CertPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(o.sink.SMTPAddr(), ":")
	o.staff = "http://" + staff
	o.env = append(os.Environ(), "CANVASS_DATA_DIR="+filepath.Join(o.dir, "data"), "CANVASS_LANG=en",
		"CANVASS_PUBLIC_ADDR="+public, "CANVASS_PUBLIC_URL=http://"+public, "CANVASS_STAFF_ADDR="+staff,
		"CANVASS_SMTP_HOST="+host, "CANVASS_SMTP_PORT="+port, "CANVASS_SMTP_USERNAME=canvass", "CANVASS_SMTP_PASSWORD=demo", "CANVASS_SMTP_CA_FILE="+ca, "CANVASS_SMTP_FROM="+demoMail,
		"CANVASS_TWILIO_ACCOUNT_SID="+twiliosim.DefaultAccountSID, "CANVASS_TWILIO_AUTH_TOKEN="+twiliosim.DefaultAuthToken, "CANVASS_TWILIO_BASE_URL="+o.sim.URL(),
		"CANVASS_SENDERS=sms "+demoNumber+" receive rate=50 cost=350; call "+demoNumber+" rate=20 cost=1200",
		"CANVASS_OFFICE_NAME=Phòng Dư luận xã hội tỉnh Lam Xuyên", "CANVASS_OFFICE_SHORT=DLXH Lam Xuyên",
		"CANVASS_OFFICE_CONTACT=Nguyễn Thị Minh Hằng", "CANVASS_OFFICE_PHONE=0298 3555 010", "CANVASS_OFFICE_MAIL=dlxh@lamxuyen.example")
	o.canvass("rehearse", "--speed", "1", "--from", "2026-12-14T09:00:00+07:00") // texts may leave, whenever this is run
	o.up()
	return o
}

func (o *officeDay) address() string {
	o.Helper()
	addr, err := freeAddr()
	if err != nil {
		o.Fatal(err)
	}
	return addr
}

// canvass runs a command of the program.
func (o *officeDay) canvass(args ...string) string {
	o.Helper()
	cmd := exec.CommandContext(o.Context(), o.program, args...)
	cmd.Env = o.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		o.Fatalf("canvass %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// heardOf is what a process said, while it says more.
type heardOf struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heardOf) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heardOf) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// up starts the program, and waits for the link of the first account.
func (o *officeDay) up() {
	o.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, o.program, "up")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	cmd.Env = o.env
	said := &heardOf{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() {
		stop()
		_ = cmd.Wait()
		if o.Failed() {
			o.Log(tail(said.String()))
		}
	})
	link := regexp.MustCompile(`http://\S+(/join/\S+)`)
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(o.staff + "/readyz")
		if err == nil {
			_ = res.Body.Close()
		}
		if m := link.FindStringSubmatch(said.String()); m != nil && err == nil && res.StatusCode == http.StatusOK {
			o.first = m[1]
			break
		}
		if time.Now().After(deadline) {
			o.Fatalf("the program is not ready\n%s", tail(said.String()))
		}
	}
}

// await waits for something from outside the browser.
func (o *officeDay) await(what string, there func() bool) {
	o.Helper()
	for deadline := time.Now().Add(90 * time.Second); !there(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.Fatalf("%s never came", what)
		}
	}
}
