package drill

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"canvass/worker/sim/twiliosim"
)

// ready is how far one person is: at the form, at the text and at the telephone.
type ready struct {
	page   string     // address of the form
	fields url.Values // what its page posts
	asked  bool       // the question came by text
}

// same are people who answer by link, by text and by key in the same moment.
type same struct {
	*world
	mu     sync.Mutex
	people map[string]*ready // by phone
	fired  int
	hands  sync.WaitGroup
}

var (
	formLink = regexp.MustCompile(`https?://[^\s"<>]+/r/[\w-]+`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	asksIt   = regexp.MustCompile(`Tình hình chung|How are things`)
)

// One survey is answered by link, by text and by key in the same second, by many: of
// each person there is one response, with one answer to the question, and nothing
// that was said is lost or counted twice.
func TestThreeModesInTheSameSecond(t *testing.T) {
	together(t)
	people := size(40, 200, 200)
	w := newWorld(t, plan{people: people, roles: []string{"serve", "worker", "worker", "scheduler"},
		twilio: twiliosim.Config{}})
	s := &same{world: w, people: map[string]*ready{}}
	for n := range people {
		s.people[who(n, false).phone] = &ready{}
	}
	s.follow()
	w.launch(wave{name: "dot-1", caps: "day_caps: {email: 3, sms: 3, call: 2}\nloosened: {call_per_day: drill}", steps: []string{
		"name: thu, channel: email, text: invitation",
		"name: tin, channel: sms, text: invitation, conversation: true",
		"name: goi, channel: call, text: reminder, after: 20m"}})
	w.await("everybody has answered three times", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.fired == people
	})
	s.hands.Wait()
	w.finish("dot-1")
	w.balanced("dot-1")
	s.held(people)
}

// held counts what must be true afterwards.
func (s *same) held(people int) {
	s.t.Helper()
	for what, c := range map[string]struct {
		query string
		want  int
	}{
		"responses":                                {`SELECT count(*) FROM response`, people},
		"submitted":                                {`SELECT count(*) FROM response WHERE state = 'submitted'`, people},
		"answers":                                  {`SELECT count(*) FROM answer_item`, people},
		"cases that are complete":                  {`SELECT count(*) FROM invitation WHERE disposition = '1.1'`, people},
		"texts that arrived":                       {`SELECT count(*) FROM inbox WHERE kind = 'text'`, people},
		"arrivals that wait":                       {`SELECT count(*) FROM inbox WHERE applied_at IS NULL`, 0},
		"people who came by each mode":             {`SELECT count(*) FROM (SELECT invitation_id FROM inbox WHERE kind IN ('text', 'form', 'keys') GROUP BY 1 HAVING count(DISTINCT kind) = 3) x`, people},
		"answers that nobody gave":                 {`SELECT count(*) FROM answer_item WHERE value || mode NOT IN ('1web', '2sms', '3voice')`, 0},
		"contacts that still wait":                 {`SELECT count(*) FROM attempt WHERE state IN ('queued', 'sending')`, 0},
		"words for staff, of figures that crossed": {`SELECT count(*) FROM matter`, 0},
		"calls that failed by our fault":           {`SELECT count(*) FROM attempt WHERE reason = 'our_side'`, 0},
		"more than one earlier answer a mode":      {`SELECT count(*) FROM (SELECT response_id, mode FROM answer_before GROUP BY 1, 2 HAVING count(*) > 1) x`, 0},
	} {
		if got := s.count(c.query); got != c.want {
			s.t.Errorf("%s: %d, want %d", what, got, c.want)
		}
	}
	modes := map[string]int{}
	for _, m := range []string{"web", "sms", "voice"} {
		modes[m] = s.count(`SELECT count(*) FROM answer_item WHERE mode = $1`, m)
	}
	s.t.Logf("the answer that stands came by %v; %d were changed", modes, s.count(`SELECT count(*) FROM answer_before`))
}

// follow lets the people get ready as mails, texts and calls come.
func (s *same) follow() {
	mails, noMails := s.sink.Subscribe()
	events, noEvents := s.sim.Subscribe()
	s.t.Cleanup(noMails)
	s.t.Cleanup(noEvents)
	for range 4 {
		s.world.hands.Go(func() {
			for m := range mails {
				for n := range s.world.people {
					if one := who(n, false); strings.EqualFold(one.mail, m.To[0]) {
						s.begin(one.phone, formLink.FindString(strings.ReplaceAll(string(m.Raw), "=\r\n", "")))
					}
				}
			}
		})
	}
	for range 8 {
		s.world.hands.Go(func() {
			for e := range events {
				s.on(e)
			}
		})
	}
}

// begin opens the form as far as its question.
func (s *same) begin(phone, link string) {
	if link == "" {
		s.t.Error("a mail without a link")
		return
	}
	u, err := url.Parse(link)
	if err != nil {
		s.t.Error(err)
		return
	}
	page := s.public() + u.Path
	first, err := s.fetch(http.Get(page))
	if err != nil {
		s.t.Error(err)
		return
	}
	form := fieldsOf(first)
	form.Set("do", "begin")
	question, err := s.fetch(http.PostForm(page, form))
	if err != nil || !asksIt.MatchString(question) {
		s.t.Errorf("the form does not ask: %v", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people[phone].page, s.people[phone].fields = page, fieldsOf(question)
}

func (s *same) fetch(r *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("the form answers %s", r.Status)
	}
	return string(body), err
}

func fieldsOf(page string) url.Values {
	out := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

func (s *same) on(e twiliosim.Event) {
	s.mu.Lock()
	one := s.people[e.To]
	if one == nil {
		s.mu.Unlock()
		return
	}
	one.asked = one.asked || e.Kind == twiliosim.EventMessage
	at := *one
	s.mu.Unlock()
	switch {
	case e.Kind == twiliosim.EventCall:
		_ = s.sim.Answer(e.SID)
	case e.Kind == twiliosim.EventPrompt && e.Gather != nil && asksIt.MatchString(e.Text):
		s.fire(e, at)
	case e.Kind == twiliosim.EventPrompt && e.Gather != nil:
		_ = s.sim.Press(e.SID, "1")
	}
}

// fire lets one person answer three times at once.
func (s *same) fire(e twiliosim.Event, at ready) {
	if at.page == "" || !at.asked {
		s.t.Error("a call asks before the mail and the text have")
		return
	}
	form := at.fields
	form.Set("do", "next")
	form.Set("huong", "1")
	start := make(chan struct{})
	for _, answer := range []func(){
		func() {
			if _, err := s.fetch(http.PostForm(at.page, form)); err != nil {
				s.t.Error(err)
			}
		},
		func() {
			if _, err := s.sim.Reply(e.To, ours, "2"); err != nil {
				s.t.Error(err)
			}
		},
		func() { _ = s.sim.Press(e.SID, "3") },
	} {
		s.hands.Go(func() {
			<-start
			answer()
		})
	}
	close(start)
	s.mu.Lock()
	s.fired++
	s.mu.Unlock()
}
