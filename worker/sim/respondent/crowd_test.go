package respondent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

const firstText = "DLXH Lam Xuyen hoi y kien, khong bat buoc. Cau 1: Tinh hinh chung o xa, phuong minh? 1 Tot len 2 Nhu truoc 3 Xau di 0 Kho noi. Thoi nhan: TC"

func (w *world) finished(key string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done[key]
}

func (w *world) leftBy(key string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped[key]
}

func token(p Person) string { return fmt.Sprintf("p%d", p.ID) }

func TestCrowdFillsInAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	people := w.those(ByLink, func(p Person) bool { return p.Email != "" && p.Prefers == Web && !p.Bounces() && w.plain(p) })
	if len(people) < 20 {
		t.Fatalf("only %d people answer by link", len(people))
	}
	for _, p := range people {
		w.mail(w.sink, p, 1)
	}
	until(t, "everybody sent the form", func() bool { return w.crowd.Counts().Web == len(people) && w.crowd.Idle() })
	for _, p := range people {
		if n := w.finished(token(p)); n != 1 {
			t.Errorf("person %d came to the end %d times", p.ID, n)
		}
	}
	if n := w.crowd.Counts().Pages; n != len(people)*len(pages) {
		t.Errorf("%d buttons pressed, want %d each for %d people", n, len(pages), len(people))
	}
	w.check()
}

func TestCrowdWaitsForAReminder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	people := w.those(AfterReminder, w.plain)
	for round := 1; round <= 2; round++ {
		for _, p := range people {
			w.mail(w.sink, p, round)
		}
		until(t, "the mails were read", func() bool { return w.crowd.Counts().Reached == len(people) && w.crowd.Idle() })
		if round == 1 && w.crowd.Counts().Pages > 0 {
			t.Error("somebody answered before the reminder")
		}
	}
	until(t, "everybody sent the form", func() bool { return w.crowd.Counts().Web == len(people) })
	w.check()
}

func TestCrowdLeavesByMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	out := w.those(OptsOut, func(p Person) bool { return p.Prefers == Web && w.plain(p) })
	no := w.those(Declines, func(p Person) bool { return p.Prefers == Web && w.plain(p) })
	half := w.those(FormThenSilent, w.plain)
	look := w.those(Looks, w.plain)
	if len(out)*len(no)*len(half)*len(look) == 0 {
		t.Fatalf("nobody to try: %d %d %d %d", len(out), len(no), len(half), len(look))
	}
	for _, group := range [][]Person{out, no, half, look} {
		for _, p := range group {
			w.mail(w.sink, p, 1)
		}
	}
	until(t, "all reacted", func() bool {
		c := w.crowd.Counts()
		return c.OptedOut == len(out) && c.Declined == len(no) && c.BrokenOff == len(half) && c.Looked == len(look) && w.crowd.Idle()
	})
	for _, p := range out {
		if how := w.leftBy(token(p)); how != "one-click" {
			t.Errorf("person %d left by %q", p.ID, how)
		}
	}
	for _, p := range no {
		if how := w.leftBy(token(p)); how != "decline" {
			t.Errorf("person %d left by %q", p.ID, how)
		}
	}
	for _, p := range append(half, look...) {
		if w.finished(token(p)) != 0 {
			t.Errorf("person %d came to the end", p.ID)
		}
	}
	w.check()
}

func TestCrowdSharesAnOfficeMailbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	byAddress := map[string][]Person{}
	for _, p := range w.province.People() {
		if p.shared {
			byAddress[p.Email] = append(byAddress[p.Email], p)
		}
	}
	want := 0
	for _, people := range byAddress {
		for _, p := range people {
			w.mail(w.sink, p, 1)
			want++
		}
	}
	until(t, "each has read one", func() bool { return w.crowd.Counts().Reached == want && w.crowd.Idle() })
	w.check()
}

func TestCrowdReloadsADeadPage(t *testing.T) {
	t.Parallel()
	var dead atomic.Int32
	dead.Store(40)
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		if dead.Add(-1) >= 0 {
			return nil, errors.New("connection refused")
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	w := newWorld(t, client)
	people := w.those(ByLink, func(p Person) bool { return p.Prefers == Web && w.plain(p) })[:20]
	for _, p := range people {
		w.mail(w.sink, p, 1)
	}
	until(t, "everybody got through", func() bool { return w.crowd.Counts().Web == len(people) && w.crowd.Idle() })
	if c := w.crowd.Counts(); c.Retries != 40 || c.GaveUp != 0 {
		t.Errorf("%d retries and %d gave up, want 40 and 0", c.Retries, c.GaveUp)
	}
	w.check()
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestCrowdTextsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	people := w.those(BySMS, w.plain)
	out := w.those(OptsOut, func(p Person) bool { return p.Prefers == SMS && w.plain(p) })
	no := w.those(Declines, func(p Person) bool { return p.Prefers == SMS && w.plain(p) })
	if len(people) < 10 || len(out)*len(no) == 0 {
		t.Fatalf("nobody to try: %d %d %d", len(people), len(out), len(no))
	}
	for _, group := range [][]Person{people, out, no} {
		for _, p := range group {
			w.text(w.twilio, p.Phone(), firstText)
		}
	}
	until(t, "all reacted", func() bool {
		c := w.crowd.Counts()
		return c.SMS == len(people) && c.OptedOut == len(out) && c.Declined == len(no) && w.crowd.Idle()
	})
	for _, p := range people {
		if n := w.finished(p.Phone()); n != 1 {
			t.Errorf("person %d came to the end %d times", p.ID, n)
		}
	}
	if c := w.crowd.Counts(); c.Nonsense == 0 || w.misread < c.Nonsense {
		t.Errorf("%d texts of nonsense, %d not understood", c.Nonsense, w.misread)
	}
	w.check()
}

func TestCrowdWritesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	p := w.those(BySMS, w.plain)[0]
	w.mu.Lock()
	w.deaf = 3
	w.mu.Unlock()
	w.text(w.twilio, p.Phone(), firstText)
	until(t, "the conversation was over", func() bool { return w.crowd.Counts().SMS == 1 && w.crowd.Idle() })
	if c := w.crowd.Counts(); c.Retries == 0 || c.GaveUp != 0 {
		t.Errorf("%+v, want texts written again", c)
	}
	w.check()
}

func TestCrowdGoesOnElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	byMail := w.those(Resumes, func(p Person) bool { return p.Prefers == Web && w.plain(p) })
	byText := w.those(Resumes, func(p Person) bool { return p.Prefers == SMS && w.plain(p) })
	if len(byMail)*len(byText) == 0 {
		t.Fatalf("nobody to try: %d %d", len(byMail), len(byText))
	}
	for _, p := range byMail {
		w.mail(w.sink, p, 1)
	}
	until(t, "they left halfway", func() bool { return w.crowd.Counts().BrokenOff == len(byMail) && w.crowd.Idle() })
	for _, p := range append(byMail, byText...) {
		w.text(w.twilio, p.Phone(), firstText)
	}
	all := len(byMail) + len(byText)
	until(t, "they came to the end elsewhere", func() bool { return w.crowd.Counts().Resumed == all && w.crowd.Idle() })
	if c := w.crowd.Counts(); c.SMS != len(byMail) || c.Web != len(byText) || c.BrokenOff != all {
		t.Errorf("%+v, want %d by SMS and %d by web", c, len(byMail), len(byText))
	}
	w.check()
}

func TestCrowdAnswersTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	people := w.those(TwiceByTwo, w.plain)
	if len(people) == 0 {
		t.Fatal("nobody to try")
	}
	for _, p := range people {
		w.mail(w.sink, p, 1)
	}
	until(t, "the mails were read", func() bool { return w.crowd.Counts().Reached == len(people) && w.crowd.Idle() })
	for _, p := range people {
		w.text(w.twilio, p.Phone(), firstText)
	}
	until(t, "everybody came to both ends", func() bool {
		both := 0
		for _, p := range people {
			both += w.finished(token(p)) * w.finished(p.Phone())
		}
		return both == len(people) && w.crowd.Idle()
	})
	if c := w.crowd.Counts(); c.Twice != len(people) || c.Web+c.SMS != len(people) {
		t.Errorf("%+v, want %d twice, each counted once", c, len(people))
	}
	w.check()
}

func TestCrowdPressesKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	people := w.those(ByKey, w.plain)
	again := w.those(HangsUp, w.plain)
	out := w.those(OptsOut, func(p Person) bool { return p.Prefers == Voice && w.plain(p) })
	no := w.those(Declines, func(p Person) bool { return p.Prefers == Voice && w.plain(p) })
	deaf := w.those(Looks, w.plain)[:1]
	if len(people)*len(again)*len(out)*len(no) == 0 {
		t.Fatalf("nobody to try: %d %d %d %d", len(people), len(again), len(out), len(no))
	}
	for _, group := range [][]Person{people, again, out, no, deaf} {
		for _, p := range group {
			w.ring(w.twilio, p.Phone())
		}
	}
	until(t, "the first round of calls was over", func() bool {
		c := w.crowd.Counts()
		return c.Voice == len(people) && c.HungUp == len(again) && c.OptedOut == len(out) && c.Declined == len(no) && c.Missed == 1 && w.crowd.Idle()
	})
	for _, p := range again {
		w.ring(w.twilio, p.Phone())
	}
	until(t, "those who hung up went on", func() bool { return w.crowd.Counts().Voice == len(people)+len(again) && w.crowd.Idle() })
	for _, p := range append(people, again...) {
		if n := w.finished(p.Phone()); n != 1 {
			t.Errorf("person %d came to the end %d times", p.ID, n)
		}
	}
	for _, p := range out {
		until(t, "the stop arrived", func() bool { return w.leftBy(p.Phone()) == "key" })
	}
	w.check()
}

func TestCrowdCountsByHabit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	one := w.those(ByLink, func(p Person) bool { return p.Prefers == Web && w.plain(p) })[0]
	never := w.those(Never, w.plain)[0]
	w.mail(w.sink, one, 1)
	w.mail(w.sink, never, 1)
	until(t, "both were reached and one answered", func() bool { c := w.crowd.Counts(); return c.Web == 1 && c.Reached == 2 && w.crowd.Idle() })
	people := 0
	for _, line := range w.crowd.ByHabit() {
		people += line.People
		want := map[Habit][2]int{ByLink: {1, 1}, Never: {1, 0}}[line.Habit]
		if line.Reached != want[0] || line.Ended != want[1] {
			t.Errorf("%+v, want %v", line, want)
		}
	}
	if people != 300 {
		t.Errorf("%d people by habit", people)
	}
	if link, phone := w.crowd.Spare(); link != "/r/"+token(never) || phone != never.Phone() {
		t.Error("the spare link and telephone are not those of the one who never answers")
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	p := NewProvince(1)
	for _, cfg := range []Config{
		{Public: "http://127.0.0.1:1"},
		{Province: p},
		{Province: p, Public: "https://lamxuyen.example"},
		{Province: p, Public: "http://192.0.2.1:80"},
		{Province: p, Public: "ftp://127.0.0.1"},
		{Province: p, Public: "http://127.0.0.1:1", Speed: -1},
	} {
		if c, err := Start(cfg); err == nil {
			c.Stop()
			t.Errorf("Start took %+v", cfg.Public)
		}
	}
}

func TestStopLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.crowd.later(60*60_000, func(context.Context) { t.Error("done after Stop") })
	if w.crowd.Pending() != 1 || w.crowd.Idle() {
		t.Errorf("%d pending, want 1", w.crowd.Pending())
	}
	ended := make(chan struct{})
	go func() { w.crowd.Stop(); w.crowd.Stop(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("Stop waits for what is far off")
	}
}
