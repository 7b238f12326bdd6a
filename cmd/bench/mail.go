package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// rawCount is how many mails the limit is measured with.
const rawCount = 60_000

// mail alternates raw pipelined SMTP and the dispatch of a wave that is planned:
// claim and outcome of every mail committed. What planning takes beside it is in
// the waves of memory.
func mail(ctx context.Context, r *rig, o options, rep *report) error {
	processes, err := r.startAll("scheduler")
	if err != nil {
		return err
	}
	defer stopAll(processes)
	var limits, ours, ratios []float64
	for range o.rounds {
		r.sink.reset(false)
		if err := rawMails(r.sink.addr(), rawCount, 16); err != nil {
			return err
		}
		limit := rawCount / r.sink.lasted().Seconds()
		speed, err := r.planned(ctx, `phan = "a"`, small)
		if err != nil {
			return err
		}
		limits, ours, ratios = append(limits, limit), append(ours, speed), append(ratios, speed/limit)
	}
	rep.add(figure{Name: "raw pipelined SMTP", Value: median(limits), Unit: "mails/s", Runs: limits})
	rep.add(figure{Name: "durable dispatch by e-mail", Value: median(ours), Unit: "mails/s", Runs: ours})
	rep.add(figure{Name: "dispatch / raw SMTP", Value: median(ratios), Unit: "", Runs: ratios, At: "≥", Wanted: 0.10})
	return nil
}

// planned has a wave of n mails planned, and then sent by a worker; it returns how
// many went out a second, from the first to the last.
func (r *rig) planned(ctx context.Context, eligible string, n int) (float64, error) {
	r.sink.reset(false)
	name, err := r.campaign(ctx, eligible, 0)
	if err != nil {
		return 0, err
	}
	err = await(time.Minute, func() bool { return ctx.Err() != nil || r.queued(ctx, name) >= n })
	if err != nil || ctx.Err() != nil {
		return 0, fmt.Errorf("%s is not planned: %w", name, errTooLong)
	}
	processes, err := r.startAll("worker")
	if err != nil {
		return 0, err
	}
	defer stopAll(processes)
	return r.sent(ctx, name, n)
}

// queued is how many attempts of a campaign are queued, -1 if that cannot be said.
func (r *rig) queued(ctx context.Context, name string) int {
	c := exec.CommandContext(ctx, r.binary, "campaign", "status", name, "--json")
	c.Env = r.env
	out, err := c.Output()
	var standing struct {
		Attempts []struct {
			State string
			N     int
		}
	}
	if err != nil || json.Unmarshal(out, &standing) != nil {
		return -1
	}
	n := 0
	for _, a := range standing.Attempts {
		if a.State == "queued" {
			n += a.N
		}
	}
	return n
}

// wave sends a wave of n mails, planned meanwhile, and returns how many went out a
// second, from the first to the last.
func (r *rig) wave(ctx context.Context, eligible string, size, n int) (float64, error) {
	r.sink.reset(false)
	name, err := r.campaign(ctx, eligible, size)
	if err != nil {
		return 0, err
	}
	return r.sent(ctx, name, n)
}

// sent awaits n mails.
func (r *rig) sent(ctx context.Context, name string, n int) (float64, error) {
	err := await(5*time.Minute, func() bool { return ctx.Err() != nil || r.sink.count.Load() >= int64(n) })
	if err != nil || ctx.Err() != nil {
		return 0, fmt.Errorf("%s: %d of %d mails: %w", name, r.sink.count.Load(), n, errTooLong)
	}
	return float64(n) / r.sink.lasted().Seconds(), nil
}

// memory measures the most memory that a worker holds in a wave of 10,000 and in
// one of 200,000.
func memory(ctx context.Context, r *rig, _ options, rep *report) error {
	peaks := map[int]float64{}
	for _, n := range []int{10_000, people} {
		processes, err := r.startAll("worker", "scheduler")
		if err != nil {
			return err
		}
		size := n
		if n == people {
			size = 0
		}
		speed, err := r.wave(ctx, "has_email", size, n)
		peak, peakErr := peakMiB(processes[0].cmd.Process.Pid)
		stopAll(processes)
		if err != nil || peakErr != nil {
			return fmt.Errorf("%w %w", err, peakErr)
		}
		peaks[n] = peak
		rep.add(figure{Name: fmt.Sprintf("worker's peak memory, %d mails", n), Value: peak, Unit: "MiB", At: "≤", Wanted: 64,
			Note: fmt.Sprintf("%.0f mails/s", speed)})
	}
	rep.add(figure{Name: "memory of 200,000 / of 10,000", Value: peaks[people] / peaks[10_000], At: "≤", Wanted: 1.5})
	return nil
}

// peakMiB is the most resident memory that a process ever had.
func peakMiB(pid int) (float64, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmHWM of %d", pid)
}
