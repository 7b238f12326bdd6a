package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"canvass/dispatch/postgres/cluster"
)

// How long the limit runs in a round, and how much the product is asked.
const (
	hookLasts       = 5 * time.Second
	hookCount       = 60_000
	hookConnections = 64
	hookPublic      = "https://do.vanphong.example"
)

// hook alternates single-row inserts by pgbench and status callbacks that are
// acknowledged when they are committed. Nobody applies them meanwhile: that is
// work which waits.
func hook(ctx context.Context, r *rig, o options, rep *report) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	_ = l.Close()
	r.env = append(r.env, "CANVASS_PUBLIC_ADDR="+addr, "CANVASS_PUBLIC_URL="+hookPublic, "CANVASS_STAFF_ADDR=127.0.0.1:0")
	if r.waves == 0 {
		if err := r.someMessages(ctx); err != nil {
			return err
		}
	}
	processes, err := r.startAll("serve")
	if err != nil {
		return err
	}
	defer stopAll(processes)
	err = await(20*time.Second, func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	bench, err := newInserts(ctx, r)
	if err != nil {
		return err
	}
	var limits, ours, ratios, checked []float64
	for round := range o.rounds {
		limit, err := bench.run(ctx)
		if err != nil {
			return err
		}
		speed, err := callbacks(addr, round, authToken)
		if err != nil {
			return err
		}
		refused, err := callbacks(addr, round, "not"+authToken)
		if err != nil {
			return err
		}
		limits, ours, ratios = append(limits, limit), append(ours, speed), append(ratios, speed/limit)
		checked = append(checked, refused)
	}
	spent, err := cpu(processes[0].cmd.Process.Pid)
	if err != nil {
		return err
	}
	rep.add(figure{Name: "pgbench single-row inserts, 16 connections", Value: median(limits), Unit: "/s", Runs: limits})
	rep.add(figure{Name: "webhooks acknowledged after commit, 64 connections", Value: median(ours), Unit: "/s", Runs: ours})
	rep.add(figure{Name: "processor time of a webhook", Value: float64(spent.Microseconds()) / float64(2*o.rounds*hookCount), Unit: "µs", Note: "stored and refused together"})
	rep.add(figure{Name: "webhooks that are checked, refused, and not stored", Value: median(checked), Unit: "/s", Runs: checked})
	rep.add(figure{Name: "webhooks / inserts", Value: median(ratios), Runs: ratios, At: "≥", Wanted: 1})
	return nil
}

// inserts is pgbench with one prepared INSERT and a commit each.
type inserts struct {
	program, script, url string
}

func newInserts(ctx context.Context, r *rig) (inserts, error) {
	bin, err := cluster.Find(ctx)
	if err != nil {
		return inserts{}, err
	}
	b := inserts{program: filepath.Join(bin.Dir, "pgbench"), script: filepath.Join(r.dir, "insert.sql"), url: r.db.URL()}
	script := `INSERT INTO bench_reply (sid, body) VALUES ('SM' || md5(random()::text || clock_timestamp()::text), '4 - the answer is yes');` + "\n"
	if err := os.WriteFile(b.script, []byte(script), 0o644); err != nil {
		return b, err
	}
	create := `CREATE TABLE IF NOT EXISTS bench_reply (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sid text NOT NULL UNIQUE, body text NOT NULL)`
	out, err := exec.CommandContext(ctx, filepath.Join(bin.Dir, "psql"), "-q", "-d", b.url, "-c", create).CombinedOutput()
	if err != nil {
		return b, fmt.Errorf("psql: %w\n%s", err, out)
	}
	return b, nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func (b inserts) run(ctx context.Context) (float64, error) {
	out, err := exec.CommandContext(ctx, b.program, "-n", "-M", "prepared", "-c", "16", "-j", "2",
		"-T", strconv.Itoa(int(hookLasts.Seconds())), "-f", b.script, b.url).CombinedOutput()
	m := tps.FindSubmatch(out)
	if err != nil || m == nil {
		return 0, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// someMessages has a small wave sent, so that there is what callbacks are about.
func (r *rig) someMessages(ctx context.Context) error {
	processes, err := r.startAll("worker", "scheduler")
	if err != nil {
		return err
	}
	defer stopAll(processes)
	_, err = r.wave(ctx, `phan = "a"`, 0, small)
	return err
}

// callbacks posts status callbacks, each new and signed with a token, and returns
// how many were answered a second: with our token all are acknowledged, with
// another all are refused. They are made before the clock runs.
func callbacks(addr string, round int, token string) (float64, error) {
	requests := make([][]byte, hookCount)
	for i := range requests {
		requests[i] = callback(int64(round*hookCount+i), token)
	}
	status := "2"
	if token != authToken {
		status = "403"
	}
	var next atomic.Int64
	begun := time.Now()
	failed := make(chan error, hookConnections)
	var wg sync.WaitGroup
	for range hookConnections {
		wg.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				failed <- err
				return
			}
			defer c.Close()
			answers := bufio.NewReader(c)
			for i := next.Add(1) - 1; i < hookCount; i = next.Add(1) - 1 {
				if _, err = c.Write(requests[i]); err == nil {
					err = answered(answers, status)
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	close(failed)
	return hookCount / took.Seconds(), <-failed
}

// callback is a request as Twilio makes it: a message was delivered.
func callback(n int64, token string) []byte {
	form := url.Values{"MessageSid": {fmt.Sprintf("SM%032x", n)}, "SmsSid": {fmt.Sprintf("SM%032x", n)}, "MessageStatus": {"delivered"},
		"SmsStatus": {"delivered"}, "To": {"+84310000001"}, "From": {"+84310000000"}, "AccountSid": {account},
		"ApiVersion": {"2010-04-01"}, "RawDlrDoneDate": {"2612140900"}}
	path := "/hook/twilio/status?ref=a" + strconv.FormatInt(n%small+1, 10)
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(mac, hookPublic+path)
	for _, key := range slices.Sorted(maps.Keys(form)) {
		_, _ = io.WriteString(mac, key+form.Get(key))
	}
	body := form.Encode()
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: do\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nX-Twilio-Signature: %s\r\n\r\n%s",
		path, len(body), base64.StdEncoding.EncodeToString(mac.Sum(nil)), body)
}

// answered reads one answer, whose status must begin so.
func answered(r *bufio.Reader, status string) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 "+status)) {
		return errors.New(string(bytes.TrimSpace(line)))
	}
	length := 0
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if header = bytes.TrimSpace(header); len(header) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(header, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	_, err = r.Discard(length)
	return err
}

// cpu is the processor time that a process has taken.
func cpu(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	var ticks time.Duration
	for _, field := range fields[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += time.Duration(n)
	}
	return ticks * 10 * time.Millisecond, nil
}
