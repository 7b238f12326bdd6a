package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (d *demo) status(ctx context.Context) (view.Status, error) {
	s, err := dispatch.Status(ctx, d.db, demoName, d.clock.Now())
	return s.Status, err
}

// settle waits until what was on its way has arrived: callbacks, notices, and
// the inbox.
func (d *demo) settle(ctx context.Context) error {
	d.crowd.Stop()
	wait, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := d.sim.Settle(wait); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	for {
		l, err := dispatch.Ledger(ctx, d.db, demoName)
		if err != nil {
			return err
		}
		n := l.Notices.States
		if d.returns.settled() && l.InboxUnapplied == 0 && n[survey.AttemptQueued]+n[survey.AttemptSending] == 0 &&
			l.Attempts.States[survey.AttemptSending] == 0 {
			return nil
		}
		select {
		case <-wait.Done():
			return nil // the balance tells what is wrong
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// report prints the results and the balance, and whether it holds.
func (d *demo) report(ctx context.Context) (bool, error) {
	d.say("Kết quả", "Results")
	if err := d.canvass(ctx, "results", demoName); err != nil {
		return false, err
	}
	l, err := dispatch.Ledger(ctx, d.db, demoName)
	if err != nil {
		return false, err
	}
	l.Attempts.Received, l.Notices.Received = d.received()
	d.say("Sổ sách", "The balance")
	a := l.Attempts
	fmt.Fprintf(d.out, "  %s %d = %s\n", d.t("Lần liên hệ đã lập:", "Contacts planned:"), a.Planned, d.states(a))
	fmt.Fprintf(d.out, "  %s %d · %s %d\n", d.t("Bên nhận giả lập đã nhận:", "Received by the simulators:"), a.Received.Distinct,
		d.t("lặp lại:", "repeats:"), a.Received.Repeats)
	fmt.Fprintf(d.out, "  %s %d = %s · %s %d\n", d.t("Tin trả lời:", "Notices:"), l.Notices.Planned, d.states(l.Notices),
		d.t("đã nhận:", "received:"), l.Notices.Received.Distinct)
	fmt.Fprintf(d.out, "  %s %d · %s %d · %s %d\n", d.t("Hộp đến:", "Inbox:"), l.InboxRows, d.t("đã xử lý:", "applied:"), l.InboxApplied,
		d.t("phiếu đã nộp:", "submitted:"), l.Submitted)
	violations := results.Balance(l)
	for _, v := range violations {
		fmt.Fprintf(d.out, "  ✗ %s %s: %d, %s %d–%d\n", v.Law, v.Where, v.Got, d.t("phải là", "should be"), v.Low, v.High)
	}
	again, err := d.replay(ctx)
	returned := d.sayReturns()
	return len(violations) == 0 && again && returned, err
}

// replay derives every disposition again from the record, and prints whether they
// are those that are stored.
func (d *demo) replay(ctx context.Context) (bool, error) {
	r, err := dispatch.Replay(ctx, d.db, demoName)
	if err != nil {
		return false, err
	}
	fmt.Fprintf(d.out, "  %s %d = %d %s + %d %s\n", d.t("Trạng thái cuối:", "Final dispositions:"), r.Cases, r.Agree,
		d.t("khớp với nhật ký", "agree with the record"), len(r.Differ), d.t("không khớp", "differ"))
	for _, c := range r.Differ {
		fmt.Fprintf(d.out, "  ✗ %s: %s, %s %s (%s)\n", c.Contact, c.Stored, d.t("nhật ký cho", "the record gives"), c.Derived, c.Reason)
	}
	return len(r.Differ) == 0, nil
}

func (d *demo) states(o view.Outbound) string {
	var parts []string
	for _, s := range survey.AttemptMachine().States {
		if n := o.States[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, " + ")
}

// received counts what the simulators took.
func (d *demo) received() (attempts, notices *view.Received) {
	return results.Received(d.sink.ReceivedByMessageID(), d.sim.ReceivedByCallbackKey("ref"))
}

// progress shows where the campaign stands: on a terminal in place, elsewhere
// a line now and then.
func (d *demo) progress(s view.Status) {
	states, sample := map[survey.AttemptState]int{}, 0
	for _, a := range s.Attempts {
		states[a.State] += a.N
	}
	for _, n := range s.Invitations {
		sample += n
	}
	line := fmt.Sprintf("%s  %s %d/%d · %s", d.clock.Now().In(hanoi()).Format("15:04"), d.t("đã khép", "closed"),
		s.Invitations[survey.InvitationClosed], sample, d.states(view.Outbound{States: states}))
	if d.terminal() {
		fmt.Fprintf(d.out, "\r\x1b[K  %s", line)
		return
	}
	if d.shown++; d.shown%8 == 1 {
		fmt.Fprintf(d.out, "  %s\n", line)
	}
}

// hanoi is the zone of the rehearsal.
func hanoi() *time.Location { return time.FixedZone("+07", 7*60*60) }

// terminal reports whether somebody watches.
func (d *demo) terminal() bool {
	f, ok := d.out.w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// summary is the last line.
func (d *demo) summary(ok bool, took time.Duration) string {
	verdict := d.t("sổ sách khớp", "the balance holds")
	if !ok {
		verdict = d.t("SỔ SÁCH KHÔNG KHỚP", "THE BALANCE DOES NOT HOLD")
	}
	return fmt.Sprintf("%s: %s, %.1f s", d.t("Diễn tập", "Demo"), verdict, took.Seconds())
}
