package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// rawCount is how many mails the limit is measured with.
const rawCount = 60_000

// mail alternates raw pipelined SMTP and a wave of the product, claim and outcome
// of every mail committed.
func mail(ctx context.Context, r *rig, o options, rep *report) error {
	processes, err := r.startAll("worker", "scheduler")
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
		speed, err := r.wave(ctx, `phan = "a"`, 0, small)
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

// wave sends a wave of n mails and returns how many went out a second, from the
// first to the last.
func (r *rig) wave(ctx context.Context, eligible string, size, n int) (float64, error) {
	r.sink.reset(false)
	name, err := r.campaign(ctx, eligible, size)
	if err != nil {
		return 0, err
	}
	err = await(5*time.Minute, func() bool { return ctx.Err() != nil || r.sink.count.Load() >= int64(n) })
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
