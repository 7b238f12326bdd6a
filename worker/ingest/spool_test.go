package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
	"canvass/worker/spool"
)

// depot is a memory that also takes what comes from a spool.
type depot struct {
	*memory
	beats  []view.Beat
	ended  []string
	links  map[string]survey.InvitationID // by the token's hash
	poison string                         // an arrival with this in it is refused for what it is
	cursed string                         // with this in it, something fails that is not its fault
	hangs  bool                           // nothing is answered
	dies   bool                           // at the next thing that it is to store
}

var (
	errRefused = errors.New("this is no arrival")
	errCursed  = errors.New("the server does not say why")
	errAway    = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
)

func (d *depot) Store(ctx context.Context, a view.Arrival) (view.Stored, error) {
	if d.hangs {
		<-ctx.Done()
		return view.Stored{}, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return view.Stored{}, err
	}
	return d.memory.Store(ctx, a)
}

func (d *depot) StoreAll(ctx context.Context, arrivals []view.Arrival) ([]view.Stored, error) {
	if d.dies {
		d.mu.Lock()
		d.away = errAway
		d.mu.Unlock()
	}
	for _, a := range arrivals {
		switch {
		case d.poison != "" && bytes.Contains(a.Payload, []byte(d.poison)):
			return nil, errRefused
		case d.cursed != "" && bytes.Contains(a.Payload, []byte(d.cursed)):
			return nil, errCursed
		}
	}
	var out []view.Stored
	for _, a := range arrivals {
		row, err := d.Store(ctx, a)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

func (d *depot) RefusesContent(err error) bool { return errors.Is(err, errRefused) }

func (d *depot) InvitationByToken(_ context.Context, hash []byte, purpose string) (survey.InvitationID, bool, error) {
	if purpose != string(token.Unsubscribe) {
		return 0, false, errors.New("a token of another purpose")
	}
	return d.links[string(hash)], false, d.gone()
}

func (d *depot) gone() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.away
}

func (d *depot) BeatSpooler(_ context.Context, b view.Beat) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away == nil {
		d.beats = append(d.beats, b)
	}
	return d.away
}

func (d *depot) EndSpooler(_ context.Context, id string) error {
	d.ended = append(d.ended, id)
	return d.gone()
}

func (d *depot) ForgetSpoolers(context.Context) error { return d.gone() }

// house is a process with a spool.
type house struct {
	*testing.T
	d   *depot
	g   *Ingest
	sp  *spool.Spool
	s   *Spooler
	dir string
	log *bytes.Buffer
	n   int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, d: &depot{memory: newMemory(t, "urgent-storm"), links: map[string]survey.InvitationID{}},
		dir: filepath.Join(t.TempDir(), "spool"), log: &bytes.Buffer{}}
	h.open()
	return h
}

// open begins a process on the spool directory.
func (h *house) open() {
	h.Helper()
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.g = ingestOver(h.T, h.d.memory, &heard{})
	h.g.store = h.d
	var err error
	h.sp, err = spool.New(spool.Config{Dir: h.dir, Keys: []spool.Key{{ID: "k1", Secret: bytes.Repeat([]byte("k"), 32)}},
		MaxBytes: 4 << 20, Now: time.Now, Logger: log})
	h.must(err)
	h.Cleanup(func() { h.sp.Close() })
	h.g.Spooled(h.sp, log)
	h.s = NewSpooler(SpoolerConfig{Ingest: h.g, Store: h.d, Spool: h.sp, Dir: h.dir, Host: "may-chu", Logger: log})
	h.must(h.s.Begin(h.Context()))
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) lose() { h.set(errAway) }
func (h *house) find() { h.set(nil) }
func (h *house) set(err error) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	h.d.away = err
}

// text receives an SMS of hers.
func (h *house) text(body string) {
	h.Helper()
	h.n++
	h.must(h.g.Receive(h.Context(), channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: fmt.Sprint("SM", h.n),
		From: herPhone, To: ourNumber, Text: body, At: noon()}))
}

func (h *house) status(ref string, st channel.Status) {
	h.Helper()
	h.n++
	st.Ref = ref
	h.must(h.g.Receive(h.Context(), channel.Inbound{Kind: channel.InboundStatus, Provider: "twilio", ProviderID: fmt.Sprint("ST", h.n),
		Ref: ref, Status: &st, At: noon()}))
}

// stored are the ids in the inbox, in order, with * if applied.
func (h *house) stored() string {
	var out []string
	for _, r := range h.d.rows {
		id := r.key[strings.IndexByte(r.key, '/')+1:]
		if r.applied {
			id += "*"
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func (h *house) wants(what, stored string, waiting int) {
	h.Helper()
	if got := h.stored(); got != stored || h.sp.Waiting() != waiting {
		h.Errorf("%s: stored %q, %d wait; want %q, %d", what, got, h.sp.Waiting(), stored, waiting)
	}
}

// What arrives while the database is away is acknowledged, kept, and stored in
// its order and with its own time; what may bar somebody is applied before the
// workers are told that nothing waits.
func TestWhatArrivesWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("1")
	h.wants("with the database", "SM1", 0)
	h.lose()
	h.text("STOP")
	h.status("a17", channel.Status{Event: survey.AttemptUndeliver, Call: true})
	h.wants("without", "SM1", 2)
	if h.s.drain(t.Context()) {
		t.Error("stored without a database")
	}
	h.wants("after a try", "SM1", 2)
	h.find()
	h.text("START") // the database is back, and this goes behind the STOP
	h.wants("back, not stored yet", "SM1", 3)
	if !h.s.drain(t.Context()) {
		t.Error("not stored")
	}
	h.wants("stored", "SM1* SM2* ST3* SM4*", 0) // all that is hers at once
	if len(h.d.c.Suppressed) != 0 {
		t.Error("a STOP and the START after it changed places")
	}
	if !h.d.rows[1].ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v", h.d.rows[1].ReceivedAt)
	}
	var told []int
	for _, b := range h.d.beats {
		told = append(told, b.Waiting)
	}
	if !slices.Equal(told, []int{0, 3, 0}) || h.d.beats[1].Host != "may-chu" || len(h.d.beats[1].ID) != 16 {
		t.Errorf("told %v: %+v", told, h.d.beats)
	}
	h.text("2")
	h.wants("as before", "SM1* SM2* ST3* SM4* SM5", 0)
}

// A status that bars nobody is hinted at, like any other.
func TestAStatusFromTheSpoolIsHintedAt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := &heard{}
	h.g.queue = q
	h.lose()
	h.status("a16", channel.Status{Event: survey.AttemptDeliver})
	h.find()
	h.s.drain(t.Context())
	h.wants("stored", "ST1", 0)
	if len(q.tasks) != 1 {
		t.Errorf("%d hints", len(q.tasks))
	}
	h.lose()
	h.status("a16", channel.Status{Event: survey.AttemptRefuse, OptedOut: true})
	h.find()
	h.s.drain(t.Context())
	h.wants("an opt-out is applied", "ST1* ST2*", 0)
}

// While something waits, what has a place in an order goes behind it; a status of
// a text passes by as soon as the database is there.
func TestWhatPassesBy(t *testing.T) {
	t.Parallel()
	delivered := channel.Status{Event: survey.AttemptDeliver}
	optedOut, called := delivered, delivered
	optedOut.OptedOut, called.Call = true, true
	h := newHouse(t)
	h.lose()
	h.text("STOP")
	h.status("a16", delivered)
	h.wants("away", "", 2)
	h.find()
	h.status("a16", delivered) // nobody knows yet that it is back
	h.wants("back, not known", "", 3)
	h.must(h.s.beat(t.Context()))
	h.status("a16", delivered)
	h.status("a16", optedOut)
	h.status("a17", called)
	h.text("START")
	h.wants("back, and known", "ST4", 6)
	h.lose()
	h.status("a16", delivered)
	h.wants("away again", "ST4", 7)
	h.find()
	h.s.drain(t.Context())
	h.wants("stored", "ST4* SM1* ST2* ST3* ST5* ST6* SM7* ST8*", 0)
}

// A file may come again: its process was killed after the commit and before the
// file was gone. Nothing comes of it.
func TestAReplayOfAReplay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lose()
	h.text("STOP")
	h.text("help")
	files, err := filepath.Glob(h.dir + "/*/*.spool")
	h.must(err)
	kept := map[string][]byte{}
	for _, f := range files {
		kept[f], err = os.ReadFile(f)
		h.must(err)
	}
	h.find()
	h.s.drain(t.Context())
	want, notices := h.stored(), len(h.d.notices)
	h.must(h.sp.Close())
	for f, content := range kept {
		h.must(os.WriteFile(f, content, 0o600))
	}
	h.open()
	if h.sp.Waiting() != 2 {
		t.Fatalf("%d wait", h.sp.Waiting())
	}
	if h.s.drain(t.Context()); h.stored() != want || len(h.d.notices) != notices || h.sp.Waiting() != 0 {
		t.Errorf("stored %q, %d notices; want %q, %d", h.stored(), len(h.d.notices), want, notices)
	}
}

// What the database will never take goes to quarantine, and nothing else does.
func TestPoison(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.d.poison = "arsenic"
	h.lose()
	for _, body := range []string{"1", "arsenic", "help"} {
		h.text(body)
	}
	h.must(h.sp.Append(t.Context(), spool.Known, []byte("no entry of ours, arsenic")))
	h.must(h.sp.Append(t.Context(), spool.Known, []byte(`{"at":"2026-12-15T12:00:00Z"}`)))
	h.find()
	if !h.s.drain(t.Context()) {
		t.Error("poison holds everything up")
	}
	h.wants("with poison", "SM1* SM3*", 0)
	if n := h.sp.State().Aside; n != 3 {
		t.Errorf("%d files in quarantine", n)
	}
	if log := h.log.String(); strings.Count(log, "quarantine") != 3 || strings.Contains(log, "arsenic") {
		t.Errorf("the log: %s", log)
	}
}

// What fails for another reason than itself is tried for a long time, alone, and
// then set aside, so that it does not hold up the sending for ever.
func TestWhatCannotBeStoredForNoReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.d.cursed = "curse"
	h.lose()
	h.text("1")
	h.text("curse")
	h.text("help")
	h.find()
	for range provenAfter - 1 {
		if h.s.drain(t.Context()) {
			t.Fatal("set aside without proof")
		}
	}
	h.wants("while it is tried", "SM1*", 2)
	h.lose()
	h.s.drain(t.Context()) // this proves nothing
	h.find()
	h.s.drain(t.Context())
	if n := h.sp.State().Aside; n != 1 {
		t.Fatalf("%d files in quarantine", n)
	}
	h.s.drain(t.Context())
	h.wants("after it", "SM1* SM3*", 0)
	// One that is mended meanwhile is not punished for what was.
	h.lose()
	h.text("curse")
	h.find()
	for range 5 {
		h.s.drain(t.Context())
	}
	h.d.cursed = ""
	h.s.drain(t.Context())
	h.wants("mended", "SM1* SM3* SM4*", 0)
	if len(h.s.failures) != 0 {
		t.Errorf("remembered: %v", h.s.failures)
	}
}

// A database that goes away in the middle proves nothing against what was in
// hand.
func TestTheDatabaseGoesAwayWhileItStores(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lose()
	h.text("STOP")
	h.find()
	h.d.dies = true
	if h.s.drain(t.Context()) || len(h.s.failures) != 0 {
		t.Errorf("blamed: %v", h.s.failures)
	}
	h.d.dies = false
	h.find()
	h.s.drain(t.Context())
	h.wants("back again", "SM1*", 0)
}

// A database that does not answer keeps nobody waiting for longer than a provider
// waits; after the first, nobody waits at all.
func TestADatabaseThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.d.hangs = true
		begun := time.Now()
		h.text("STOP")
		if took := time.Since(begun); took != directPatience {
			t.Errorf("the first waited %v", took)
		}
		h.text("help")
		if took := time.Since(begun); took != directPatience {
			t.Errorf("the second waited, too: %v", took)
		}
		h.wants("hanging", "", 2)
		h.d.hangs = false
		h.s.drain(t.Context())
		h.wants("answering", "SM1* SM2*", 0)
		h.must(h.sp.Close())
	})
}

// A provider that hangs up before we are done has told us all the same.
func TestAProviderThatHangsUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	in := channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: "SM1", From: herPhone, To: ourNumber, Text: "STOP"}
	h.must(h.g.Receive(gone, in))
	h.wants("hung up", "SM1", 0)
	h.lose()
	in.ProviderID = "SM2"
	h.must(h.g.Receive(gone, in))
	h.wants("hung up, and away", "SM1", 1)
}

// When neither takes it, it is refused, and told without what is in it.
func TestNeitherDatabaseNorDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lose()
	n := 0
	var err error
	for ; err == nil && n < 10000; n++ {
		err = h.g.Receive(t.Context(), channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: fmt.Sprint("SM", n),
			From: herPhone, To: ourNumber, Text: "help"})
	}
	if survey.CodeOf(err) != survey.CodeSpoolFull || survey.KindOf(err) != survey.Unavailable || n < 500 {
		t.Fatalf("after %d: %v", n, err)
	}
	if log := h.log.String(); strings.Contains(log, "help") || strings.Contains(log, herPhone) || strings.Count(log, "level=ERROR") != 2 {
		t.Errorf("the log: %s", log)
	}
	h.find()
	h.s.drain(t.Context())
	if len(h.d.rows) != n-1 {
		t.Errorf("%d of %d acknowledged are stored", len(h.d.rows), n-1)
	}
	h.must(h.sp.Close())
	h.lose()
	err = h.g.Receive(t.Context(), channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: "x"})
	if survey.CodeOf(err) != survey.CodeSpoolUnwritable {
		t.Errorf("closed: %v", err)
	}
}

// The button of a mail program, pressed while the database is away.
func TestClicksFromTheSpool(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		token  survey.Token
		known  bool
		before func(*house) // with the database
		mails  bool         // are stopped in the end
		stored string
	}{
		"nobody's":                  {"nobody", false, nil, false, ""},
		"hers":                      {"hers", false, nil, true, "press*"},
		"hers, known":               {"hers", true, nil, true, "press*"},
		"pressed before":            {"hers", true, func(h *house) { h.press("press") }, true, "press*"},
		"pressed, came back, again": {"hers", true, func(h *house) { h.press("press"); h.back() }, true, "press* back* press-2*"},
		"all stopped, pressed before": {"hers", true, func(h *house) {
			h.press("press")
			h.d.c.Suppressed = []survey.Channel{""}
		}, true, "press*"},
	} {
		h := newHouse(t)
		h.d.links[string(token.Hash("hers"))] = herCase
		if tc.before != nil {
			tc.before(h)
		}
		h.lose()
		click := Click{Token: tc.token, Name: "press", Again: "press-2", Known: tc.known}
		h.must(h.g.KeepClick(t.Context(), click))
		h.must(h.g.KeepClick(t.Context(), click)) // programs repeat it
		h.find()
		if !h.s.drain(t.Context()) || h.sp.State().Aside != 0 {
			t.Errorf("%s: not stored", name)
		}
		h.wants(name, tc.stored, 0)
		if got := len(h.d.c.Suppressed) > 0; got != tc.mails {
			t.Errorf("%s: mails stopped %v", name, got)
		}
	}
}

func (h *house) press(name string) {
	h.Helper()
	_, err := h.g.Post(h.Context(), herCase, name, Form{Action: Stop, OneClick: true})
	h.must(err)
}

func (h *house) back() {
	h.Helper()
	_, err := h.g.Post(h.Context(), herCase, "back", Form{Action: Again})
	h.must(err)
}

// Strangers can fill their own part only.
func TestInventedClicks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lose()
	var err error
	for n := 0; err == nil && n < 10000; n++ {
		err = h.g.KeepClick(t.Context(), Click{Token: survey.Token(fmt.Sprint("invented", n)), Name: fmt.Sprint(n)})
	}
	if survey.CodeOf(err) != survey.CodeSpoolFull {
		t.Fatal(err)
	}
	h.text("STOP")
	h.find()
	h.s.drain(t.Context())
	h.wants("after them", "SM1*", 0)
}

// A process that ends in order takes leave; one that leaves something behind
// does not.
func TestTheEndOfAProcess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.sp.State().ID
	h.lose()
	h.text("STOP")
	h.must(h.s.End(t.Context()))
	if len(h.d.ended) != 0 {
		t.Error("took leave with something in hand")
	}
	h.find()
	h.open()
	if b := h.d.beats[len(h.d.beats)-1]; b.ID != id || b.Waiting != 1 {
		t.Errorf("the next process says %+v", b)
	}
	h.must(h.s.End(t.Context()))
	h.wants("at its end", "SM1*", 0)
	if !slices.Equal(h.d.ended, []string{id}) {
		t.Errorf("ended %v", h.d.ended)
	}
}

// A process whose disk is in trouble says so and goes on; what a former one has
// left on that disk is waited for all the same.
func TestADiskInTroubleAtTheStart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.lose()
	h.text("STOP")
	h.must(h.s.End(t.Context()))
	h.find()
	const none = "bbbbbbbbbbbbbbbb"
	file := filepath.Join(t.TempDir(), "file") // where a directory should be
	h.must(os.WriteFile(file, nil, 0o600))
	blocked := NewSpooler(h.s.SpoolerConfig)
	blocked.standIn = none
	var err error
	blocked.Spool, err = spool.New(spool.Config{Dir: filepath.Join(file, "spool"), Keys: []spool.Key{{ID: "k1", Secret: bytes.Repeat([]byte("k"), 32)}},
		MaxBytes: 1 << 20, Now: time.Now, Logger: h.s.Logger})
	h.must(err)
	if err := blocked.Begin(t.Context()); err == nil {
		t.Fatal("no trouble")
	}
	if b := h.d.beats[len(h.d.beats)-1]; b.Waiting != 1 || b.ID != none {
		t.Errorf("says %+v", b)
	}
	h.must(os.Remove(file))
	blocked.look(t.Context())
	h.must(blocked.beat(t.Context()))
	if b := h.d.beats[len(h.d.beats)-1]; b.ID == none || b.Waiting != 0 || !slices.Contains(b.Gone, none) {
		t.Errorf("when it is well: %+v", b)
	}
	h.must(blocked.End(t.Context()))
}

// The whole of it, at work: the database comes and goes while texts arrive.
func TestASpoolerAtWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); h.s.Run(ctx) }()
		for i := range 40 {
			if i%10 == 3 {
				h.lose()
			}
			if i%10 == 8 {
				h.find()
			}
			h.text(fmt.Sprint("help ", i))
			time.Sleep(300 * time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		cancel()
		<-done
		if len(h.d.rows) != 40 || h.sp.Waiting() != 0 {
			t.Errorf("%d stored, %d wait", len(h.d.rows), h.sp.Waiting())
		}
		for i, r := range h.d.rows {
			if r.key != fmt.Sprint("twilio/SM", i+1) {
				t.Fatalf("row %d is %s", i, r.key)
			}
		}
		if b := h.d.beats[len(h.d.beats)-1]; b.Waiting != 0 {
			t.Errorf("the last beat: %+v", b)
		}
		h.must(h.s.End(t.Context()))
	})
}

// FuzzEntry: whatever is found in the spool under our seal, it is stored or set
// aside.
func FuzzEntry(f *testing.F) {
	f.Add([]byte(`{"at":"2026-12-15T12:00:00Z","inbound":{"kind":"text","provider":"twilio","provider_id":"SM1","from":"+84912345678","to":"+84900000001","text":"STOP"}}`))
	f.Add([]byte(`{"click":{"token":"hers","name":"n","again":"m"}}`))
	f.Add([]byte(`{"inbound":{"kind":"status","ref":"a99999999999999999999","status":null}}`))
	f.Add([]byte("{"))
	src, err := os.ReadFile("../../templates/questionnaire/urgent-storm.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m := newMemory(t, "urgent-storm")
		m.c.Questionnaire.Source = string(src)
		d := &depot{memory: m, links: map[string]survey.InvitationID{string(token.Hash("hers")): herCase}}
		g := ingestOver(t, m, &heard{})
		g.store = d
		r := replay{Spooler: NewSpooler(SpoolerConfig{Ingest: g, Store: d, Logger: slog.New(slog.DiscardHandler)}), bad: map[string]error{}}
		r.Spool, err = spool.New(spool.Config{Dir: "x", Keys: []spool.Key{{ID: "k1", Secret: bytes.Repeat([]byte("k"), 32)}}, MaxBytes: 1,
			Now: time.Now, Logger: r.Logger})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Spool.Close()
		if err := errors.Join(r.entry(t.Context(), spool.Batch{Name: "f"}, body), r.flush(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
