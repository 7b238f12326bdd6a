package twiliosim

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// indochina is the time of the pages; the simulated phones are in Viet Nam.
var indochina = time.FixedZone("+07", 7*3600)

// frame is what both pages share.
type frame struct {
	W     words
	Here  string // path of this page
	Other string // this page in the other language
	Query string // keeps the language in links, "" or "?lang=en"
}

func newFrame(r *http.Request) frame {
	f := frame{W: vietnamese, Here: r.URL.Path, Other: r.URL.Path + "?lang=en"}
	if r.URL.Query().Get("lang") == "en" {
		f.W, f.Other, f.Query = english, r.URL.Path, "?lang=en"
	}
	return f
}

// Link is the page of a phone in the same language.
func (f frame) Link(number string) string { return "/handset/" + url.PathEscape(number) + f.Query }

// Pretty writes a Vietnamese number as people there do; others unchanged.
func (f frame) Pretty(number string) string {
	national, ok := strings.CutPrefix(number, "+84")
	switch {
	case ok && len(national) == 9: // a mobile
		return "0" + national[:3] + " " + national[3:6] + " " + national[6:]
	case ok && len(national) == 10: // a landline
		return "0" + national[:3] + " " + national[3:7] + " " + national[7:]
	}
	return number
}

// listRow is one phone in the list.
type listRow struct {
	Number, Last, At string
	Count            int
	Ringing, Talking bool
}

type listPage struct {
	frame
	Rows   []listRow
	All    int
	Wanted string
	Bad    bool // Wanted is no number
	Faults []faultRow
}

type faultRow struct {
	At, SID, Detail string
	Code            int
}

// showList is GET /handset: the phones that something happened to, latest first;
// with number= it leads to the page of that phone.
func (s *Sim) showList(w http.ResponseWriter, r *http.Request) {
	const most = 50
	page := listPage{frame: newFrame(r), Wanted: r.URL.Query().Get("number")}
	if number := asDialled(page.Wanted); e164.MatchString(number) {
		http.Redirect(w, r, page.Link(number), http.StatusSeeOther)
		return
	}
	page.Bad = page.Wanted != ""
	s.mu.Lock()
	phones := make([]*handset, 0, len(s.handsets))
	for _, h := range s.handsets {
		phones = append(phones, h)
	}
	slices.SortFunc(phones, func(a, b *handset) int {
		return cmp.Or(b.touched.Compare(a.touched), cmp.Compare(b.version, a.version))
	})
	page.All = len(phones)
	for _, h := range phones[:min(most, len(phones))] {
		page.Rows = append(page.Rows, rowOf(h))
	}
	for _, f := range slices.Backward(s.faults[max(0, len(s.faults)-10):]) {
		page.Faults = append(page.Faults, faultRow{At: clock(f.Time), SID: f.SID, Detail: f.Detail, Code: f.Code})
	}
	version := s.version + uint64(len(s.faults))<<32
	s.mu.Unlock()
	if !s.unchanged(w, r, version) {
		s.render(w, "list.html", page)
	}
}

// asDialled turns what a person types into E.164, taking a leading 0 as Viet Nam's.
func asDialled(typed string) string {
	number := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(strings.TrimSpace(typed))
	if national, ok := strings.CutPrefix(number, "0"); ok {
		return "+84" + national
	}
	return number
}

func rowOf(h *handset) listRow {
	row := listRow{Number: h.number, At: clock(h.touched), Count: len(h.messages)}
	if len(h.messages) > 0 {
		row.Last = shortened(h.messages[len(h.messages)-1].shown, 80)
	}
	if c := h.current(); c != nil {
		row.Ringing, row.Talking = c.status == statusRinging, c.status == statusInProgress
	}
	return row
}

func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

func clock(t time.Time) string { return t.In(indochina).Format("15:04") }

// current is the call that the phone is busy with, or nil.
func (h *handset) current() *call {
	for _, c := range slices.Backward(h.calls) {
		waits := c.status == statusRinging && c.direction != inbound && !c.decided()
		if waits || c.status == statusInProgress {
			return c
		}
	}
	return nil
}

// decided reports whether the table decides over a ringing call.
func (c *call) decided() bool { return c.behaviour.machine || c.behaviour.final != "" }

// bubble is one message in a thread.
type bubble struct {
	Mine, Sent      bool
	Parts           []part
	At              string
	Units, Segments int
}

// part is a piece of text, a link if URL is set.
type part struct{ Text, URL string }

// talking is the call on a page.
type talking struct {
	SID, From     string
	Ringing       bool
	Heard         []line
	Last          line // what is said now
	Waiting       *GatherInfo
	Keys, Seconds string
	Said          int // how much was said so far: another number, other words
	Pad           []key
}

type key struct{ Digit, Hint string }

type handsetPage struct {
	frame
	Number   string
	Senders  []string
	Sender   string
	CanReply bool
	CanDial  bool
	Thread   []bubble
	Hidden   int // older messages that are not shown
	Call     *talking
	Does     []string // lines of the table that fit this number
	Wrong    string
}

// showHandset is GET /handset/{number}.
func (s *Sim) showHandset(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	if !e164.MatchString(number) {
		http.NotFound(w, r)
		return
	}
	page := handsetPage{frame: newFrame(r), Number: number, Sender: r.URL.Query().Get("with")}
	page.Wrong = page.W.wrong(r.URL.Query().Get("wrong"))
	for _, b := range table {
		if strings.HasSuffix(number, b.Suffix) {
			page.Does = append(page.Does, b.Does)
		}
	}
	s.mu.Lock()
	var version uint64
	if h := s.handsets[number]; h != nil {
		version = h.version
		s.fillThread(&page, h)
		page.Call = page.talkingOf(h.current())
	}
	if page.Sender == "" {
		page.Sender = s.someSender()
	}
	sender := s.config.Senders[page.Sender]
	page.CanReply, page.CanDial = sender.CanReceive, sender.VoiceURL != "" && page.Call == nil
	s.mu.Unlock()
	if !s.unchanged(w, r, version) {
		s.render(w, "handset.html", page)
	}
}

// someSender is the first sender that can receive. The caller holds s.mu.
func (s *Sim) someSender() string {
	var names []string
	for name, sender := range s.config.Senders {
		if sender.CanReceive {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

// fillThread shows the conversation with one sender, by default the latest. The
// caller holds s.mu.
func (s *Sim) fillThread(page *handsetPage, h *handset) {
	const most = 30
	for _, m := range slices.Backward(h.messages) {
		other := m.from
		if m.direction == inbound {
			other = m.to
		}
		if !slices.Contains(page.Senders, other) {
			page.Senders = append(page.Senders, other)
		}
		page.Sender = cmp.Or(page.Sender, other)
		if other != page.Sender {
			continue
		}
		if len(page.Thread) == most {
			page.Hidden++
			continue
		}
		units, segments := segmentsOf(m.shown)
		page.Thread = append(page.Thread, bubble{Mine: m.direction == inbound, Sent: m.status == statusSent,
			Parts: s.partsOf(m.shown), At: clock(m.updated), Units: units, Segments: segments})
	}
	slices.Reverse(page.Thread)
	slices.Sort(page.Senders)
}

// linkish is what a phone makes a link of: an address, or a host with a path.
var linkish = regexp.MustCompile(`(?i)\b(https?://[^\s<>"]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?/[^\s<>"]+)`)

// partsOf finds the links of a text. They lead where the webhooks lead, so that a
// public address that does not exist here opens the local one.
func (s *Sim) partsOf(body string) []part {
	var parts []part
	at := 0
	for _, m := range linkish.FindAllStringIndex(body, -1) {
		text := strings.TrimRight(body[m[0]:m[1]], ".,;:!?)'")
		address := text
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		parts = append(parts, part{Text: body[at:m[0]]}, part{Text: text, URL: s.config.RewriteHook(address)})
		at = m[0] + len(text)
	}
	return append(parts, part{Text: body[at:]})
}

// talkingOf describes a call, or nil. The caller holds s.mu.
func (f frame) talkingOf(c *call) *talking {
	if c == nil {
		return nil
	}
	other := c.from
	if c.direction == inbound {
		other = c.to
	}
	t := &talking{SID: c.sid, From: other, Ringing: c.status == statusRinging, Keys: c.keys, Said: c.said}
	if n := len(c.heard); n > 0 {
		t.Last, t.Heard = c.heard[n-1], slices.Clone(c.heard[max(0, n-9):n-1])
	}
	finish := ""
	if c.waiting != nil {
		waiting := *c.waiting
		t.Waiting, finish = &waiting, waiting.FinishOnKey
	}
	for _, digit := range strings.Split("1 2 3 4 5 6 7 8 9 * 0 #", " ") {
		k := key{Digit: digit}
		if digit == finish && (c.waiting.NumDigits != 1) {
			k.Hint = f.W.Done
			if c.waiting.Record {
				k.Hint = f.W.Spoken
			}
		}
		t.Pad = append(t.Pad, k)
	}
	return t
}
