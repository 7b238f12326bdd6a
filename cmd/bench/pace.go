package main

import (
	"context"
	"fmt"
	"math"
	"time"
)

// paceLasts is how long the pace is watched.
const paceLasts = 45 * time.Second

// pace has two workers send for three senders of different rates at once, and
// looks at every ten seconds of each.
func pace(ctx context.Context, r *rig, _ options, rep *report) error {
	r.senders("email mot@vanphong.example rate=1; email muoi@vanphong.example rate=10; email tram@vanphong.example rate=100")
	defer r.senders("email do@vanphong.example")
	processes, err := r.startAll("worker", "worker", "scheduler")
	if err != nil {
		return err
	}
	defer stopAll(processes)
	r.sink.reset(true)
	name, err := r.campaign(ctx, `phan = "a"`, 0)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(paceLasts):
	}
	if err := r.canvass(ctx, "campaign", "close", name, "--reason", "bench"); err != nil {
		return err
	}
	for from, rate := range map[string]float64{"mot@vanphong.example": 1, "muoi@vanphong.example": 10, "tram@vanphong.example": 100} {
		times := r.sink.times()[from]
		most, least := windows(times)
		allowed, owed := int(math.Floor(10*rate))+1, int(math.Floor(0.97*10*rate))-1
		rep.add(figure{Name: fmt.Sprintf("most in 10 s at %g a second", rate), Value: float64(most), Unit: "mails", At: "≤", Wanted: float64(allowed),
			Note: fmt.Sprintf("%d mails, two workers", len(times))})
		rep.add(figure{Name: fmt.Sprintf("least in 10 s at %g a second", rate), Value: float64(least), Unit: "mails", At: "≥", Wanted: float64(owed)})
	}
	return nil
}

// windows counts the arrivals in every half-open ten seconds: the most anywhere,
// and the least of those between the first and the last. The most are in a window
// that begins with an arrival, the least in one that begins an instant after.
func windows(times []time.Time) (most, least int) {
	const span = 10 * time.Second
	if len(times) == 0 {
		return 0, 0
	}
	least = math.MaxInt
	last := times[len(times)-1]
	for i, t := range times {
		end := t.Add(span)
		inside := 0
		for _, u := range times[i:] {
			if !u.Before(end) {
				break
			}
			inside++
		}
		most = max(most, inside)
		if !last.Before(end) {
			least = min(least, inside-1)
		}
	}
	if least == math.MaxInt {
		least = 0
	}
	return most, least
}
