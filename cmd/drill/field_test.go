package drill

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/worker/sim/androidsim"
	"canvass/worker/sim/twiliosim"
)

// twoQuestions is a questionnaire in which a person can stop halfway.
const twoQuestions = `name: hai_cau
title: Diễn tập hai câu | Drill of two
languages: [vi, en]
minutes: 1
questions:
  - name: huong
    type: single
    kind: own_opinion
    required: true
    key: true
    label: Tình hình chung đang thế nào? | How are things going?
    choices:
      1: Tốt lên | Better
      2: Như trước | Same
      3: Xấu đi | Worse
  - name: gia
    type: single
    kind: own_opinion
    required: true
    label: Giá hàng so với tháng trước? | Prices against last month?
    choices:
      1: Cao hơn | Higher
      2: Như trước | Same
      3: Thấp hơn | Lower
`

// habit is what somebody does on a field day; it hangs on the number alone.
type habit int

const (
	byText   habit = iota // answers every text with a figure
	twice                 // does so too, and the network tells everything twice
	crossing              // answers a text and the form at once
	halfway               // one answer by text, then asks for the link and goes on there
	byKeys                // answers calls only
	saysSo                // says something of their own accord before answering
	stops                 // wants no more
	nothing
	habits
)

func habitOf(phone string) habit {
	h := fnv.New32a()
	_, _ = h.Write([]byte(phone))
	return habit(h.Sum32() % uint32(habits))
}

// day is a field day: many people, two campaigns at once over two routes.
type day struct {
	*world
	mu   sync.Mutex
	said map[string]int // texts by person and route
	at   map[string]time.Time
	acts sync.WaitGroup
}

// A field day: the same people are asked by two campaigns at once, one over Twilio and
// one over a SIM, by mail, text and call; they answer in every mode, change from one to
// another, cross, stop and say things of their own. Callbacks come twice and in any
// order. The conservation laws hold.
func TestAFieldDayOverBothRoutes(t *testing.T) {
	people := size(150, 5000, 5000)
	g := &gateway{}
	front := httptest.NewServer(g)
	t.Cleanup(front.Close)
	w := newWorld(t, plan{people: people, android: true, roles: []string{"serve", "worker", "worker", "scheduler"},
		twilio: twiliosim.Config{RewriteHook: func(raw string) string { return strings.Replace(raw, phonePublic, front.URL, 1) }}})
	g.w = w
	d := &day{world: w, said: map[string]int{}, at: map[string]time.Time{}}
	d.follow(people)
	w.must(w.canvass("questionnaire", "publish", w.write("two.yaml", twoQuestions)))
	names := []string{"dot-1", "dot-2"}
	for i, sender := range []string{ours, simNumber} {
		w.launch(wave{name: names[i], asks: "hai_cau", eligible: "has_mobile",
			caps: "day_caps: {email: 6, sms: 6, call: 2}\nloosened: {email_per_day: drill, sms_per_day: drill, call_per_day: drill}", steps: []string{
				"name: tin, channel: sms, sender: '" + sender + "', text: invitation, conversation: true",
				"name: thu, channel: email, text: invitation, after: 5m",
				"name: goi, channel: call, text: reminder, after: 40m"}})
	}
	w.exhaust(names...)
	d.acts.Wait()
	d.again(g)
	w.finish(names...)
	w.balanced(names...)
	d.held()
	d.desk()
}

// follow lets people act on what reaches them, over either route.
func (d *day) follow(people int) {
	events, noEvents := d.sim.Subscribe()
	texts, noTexts := d.android.Subscribe()
	mails, noMails := d.sink.Subscribe()
	for _, stop := range []func(){noEvents, noTexts, noMails} {
		d.t.Cleanup(stop)
	}
	byMail := map[string]string{}
	for n := range people {
		byMail[who(n, false).mail] = who(n, false).phone
	}
	for range 6 {
		d.hands.Go(func() {
			for e := range events {
				d.call(e)
			}
		})
		d.hands.Go(func() {
			for a := range texts {
				d.text(a.To, simNumber, a.Body)
			}
		})
		d.hands.Go(func() {
			for m := range mails {
				link := formLink.FindString(strings.ReplaceAll(string(m.Raw), "=\r\n", ""))
				if phone := byMail[m.To[0]]; link != "" && habitOf(phone) == crossing {
					d.fill(link)
				}
			}
		})
	}
	ctx, stop := context.WithCancel(context.Background())
	d.t.Cleanup(stop)
	chance := rand.New(rand.NewPCG(d.rng.Uint64(), 3))
	d.android.Hold()
	d.hands.Go(func() { // the phone tells what it has in any order, some of it twice
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				d.android.Release(nil)
				return
			case <-tick.C:
				d.android.Release(func(n int) []int { return shuffledTwice(chance, n) })
				d.android.Hold()
			}
		}
	})
}

// shuffledTwice is every number below n once or twice, in any order.
func shuffledTwice(chance *rand.Rand, n int) []int {
	var out []int
	for i := range n {
		for range 1 + chance.IntN(2) {
			out = append(out, i)
		}
	}
	chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func (d *day) call(e twiliosim.Event) {
	switch h := habitOf(e.To); {
	case e.Kind == twiliosim.EventMessage:
		d.text(e.To, ours, e.Body)
	case e.Kind == twiliosim.EventCall && h == byKeys:
		_ = d.sim.Answer(e.SID)
	case e.Kind == twiliosim.EventCall:
		_ = d.sim.Decline(e.SID)
	case e.Kind == twiliosim.EventPrompt && e.Gather != nil:
		_ = d.sim.Press(e.SID, "1")
	}
}

// text lets somebody answer a text. What asks nothing is not answered.
func (d *day) text(phone, sender, body string) {
	asks := strings.Contains(body, "1 ") && strings.Contains(body, "2 ")
	d.mu.Lock()
	n := d.said[phone+sender]
	if link := formLink.FindString(body); link != "" && !asks {
		d.mu.Unlock()
		if habitOf(phone) == halfway {
			d.acts.Go(func() { d.fill(link) })
		}
		return
	}
	if !asks || n > 6 {
		d.mu.Unlock()
		return
	}
	d.said[phone+sender]++
	d.mu.Unlock()
	words := ""
	switch habitOf(phone) {
	case byText, twice, crossing:
		words = "2"
	case halfway:
		words = []string{"3", "LINK", "", ""}[min(n, 3)]
	case saysSo:
		words = []string{"ý kiến: đường ngập", "1", "1", "2", "2", "", ""}[min(n, 6)]
		if n == 0 {
			d.write(phone, sender, words)
			words = "1"
		}
	case stops:
		words = "TC"
	}
	if words != "" {
		d.write(phone, sender, words)
	}
}

// write lets somebody write a text, over the route on which they were asked.
func (d *day) write(phone, sender, words string) {
	times := 1
	if habitOf(phone) == twice {
		times = 2
	}
	if sender == ours {
		reply := d.sim.Reply
		if times == 2 {
			reply = d.sim.ReplyTwice
		}
		_, _ = reply(phone, ours, words)
		return
	}
	d.mu.Lock()
	at := time.Now().Truncate(time.Second)
	if !at.After(d.at[phone]) { // two that are alike in a second are one
		at = d.at[phone].Add(time.Second)
	}
	d.at[phone] = at
	d.mu.Unlock()
	if err := d.android.Write(androidsim.Text{From: phone, Body: words, At: at, Times: times}); err != nil {
		d.t.Error(err)
	}
}

// fill answers the form as far as it asks.
func (d *day) fill(link string) {
	u, err := url.Parse(link)
	if err != nil {
		d.t.Error(err)
		return
	}
	page := d.public() + u.Path
	s := &same{world: d.world}
	body, err := s.fetch(http.Get(page))
	for step := 0; err == nil && step < 6; step++ {
		form := fieldsOf(body)
		switch {
		case strings.Contains(body, `value="begin"`):
			form.Set("do", "begin")
		case strings.Contains(body, `value="next"`):
			form.Set("do", "next")
			for _, q := range []string{"huong", "gia"} {
				if strings.Contains(body, `name="`+q+`"`) {
					form.Set(q, "1")
				}
			}
		default:
			return
		}
		body, err = s.fetch(http.PostForm(page, form))
	}
	if err != nil {
		d.t.Error(err)
	}
}

// again tells every callback of Twilio once more, in another order.
func (d *day) again(g *gateway) {
	g.mu.Lock()
	kept := append([]post(nil), g.kept...)
	g.mu.Unlock()
	d.rng.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	for _, p := range kept {
		if res, err := g.send(p); err == nil {
			_ = res.Body.Close()
		}
	}
}

// held counts what must be true beyond the conservation laws.
func (d *day) held() {
	d.t.Helper()
	d.t.Logf("links asked for by text: %d, pages posted: %d, earlier answers kept: %d", d.count(`SELECT count(*) FROM inbox WHERE payload ->> 'text' = 'LINK'`),
		d.count(`SELECT count(*) FROM inbox WHERE kind = 'form'`), d.count(`SELECT count(*) FROM answer_before`))
	for what, c := range map[string]struct {
		query string
		least int
		most  int
	}{
		"arrivals that are not applied":           {`SELECT count(*) FROM inbox WHERE applied_at IS NULL`, 0, 0},
		"people with two responses in a campaign": {`SELECT count(*) FROM (SELECT l.invitation_id FROM link.response_link l GROUP BY 1 HAVING count(*) > 1) x`, 0, 0},
		"conversations left open":                 {`SELECT count(*) FROM conversation WHERE mode = 'sms' AND closed_at IS NULL`, 0, 0},
		"in front together":                       {`SELECT count(*) FROM (SELECT sender_id, phone FROM conversation WHERE mode = 'sms' AND closed_at IS NULL AND held_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1) x`, 0, 0},
		"notices of one arrival twice":            {`SELECT count(*) FROM (SELECT inbox_id, ordinal FROM notice GROUP BY 1, 2 HAVING count(*) > 1) x`, 0, 0},
		"submitted without both answers":          {`SELECT count(*) FROM response r WHERE state = 'submitted' AND (SELECT count(*) FROM answer_item a WHERE a.response_id = r.id) <> 2`, 0, 0},
		"opinions that nobody reads":              {`SELECT count(*) FROM inbox x WHERE kind = 'text' AND payload ->> 'text' LIKE 'ý kiến%' AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.inbox_id = x.id)`, 0, 0},
		"opinions":                                {`SELECT count(*) FROM matter WHERE kind = 'opinion'`, 1, d.people * 4},
		"submitted by web":                        {`SELECT count(*) FROM response WHERE state = 'submitted' AND mode = 'web'`, 1, d.people * 2},
		"submitted by text":                       {`SELECT count(*) FROM response WHERE state = 'submitted' AND mode = 'sms'`, 1, d.people * 2},
		"submitted by key":                        {`SELECT count(*) FROM response WHERE state = 'submitted' AND mode = 'voice'`, 1, d.people * 2},
		"answered over the SIM":                   {`SELECT count(*) FROM inbox WHERE provider = 'android' AND kind = 'text' AND outcome = 'applied'`, 1, d.people * 8},
		"answered over Twilio":                    {`SELECT count(*) FROM inbox WHERE provider = 'twilio' AND kind = 'text' AND outcome = 'applied'`, 1, d.people * 8},
		"begun in one mode and ended in another": {`SELECT count(*) FROM response r WHERE state = 'submitted' AND (EXISTS (SELECT 1 FROM answer_item a WHERE a.response_id = r.id AND a.mode <> r.mode)
			OR EXISTS (SELECT 1 FROM answer_before b WHERE b.response_id = r.id AND b.mode <> r.mode))`, 1, d.people * 2},
	} {
		if got := d.count(c.query); got < c.least || got > c.most {
			d.t.Errorf("%s: %d, want %d to %d", what, got, c.least, c.most)
		}
	}
}

// desk does with the inbox what a person of the office does: reads, answers, settles,
// undoes, and takes words as an answer and back.
func (d *day) desk() {
	d.t.Helper()
	out := func(args ...string) string {
		d.t.Helper()
		c := exec.Command(binary, args...)
		c.Env = d.env
		said, err := c.CombinedOutput()
		if err != nil {
			d.t.Errorf("canvass %s: %v\n%s", strings.Join(args, " "), err, said)
		}
		return string(said)
	}
	id := strconv.Itoa(d.count(`SELECT min(id) FROM matter WHERE kind = 'opinion' AND state = 'new'`))
	if list := out("inbox", "list", "--kind", "opinion", "--limit", "3"); !strings.Contains(list, "đường ngập") || strings.Contains(list, "+8431") {
		d.t.Errorf("the list:\n%s", list)
	}
	if shown := out("inbox", "show", id); !strings.Contains(shown, "+8431") || !strings.Contains(shown, "> ý kiến: đường ngập") {
		d.t.Errorf("the item:\n%s", shown)
	}
	if doctor := exec.Command(binary, "doctor"); doctor != nil {
		doctor.Env = d.env
		if said, _ := doctor.CombinedOutput(); !strings.Contains(string(said), "wait to be read") {
			d.t.Errorf("the doctor says nothing of it:\n%s", said)
		}
	}
	out("inbox", "done", id, "--note", "đã chuyển")
	out("inbox", "reopen", id)
	before := d.count(`SELECT count(*) FROM answer_item WHERE question = 'gia' AND value = '3'`)
	out("inbox", "assign", id, "--question", "gia", "--value", "3")
	if n := d.count(`SELECT count(*) FROM answer_item WHERE question = 'gia' AND value = '3' AND assigned_by <> '' AND mode = 'sms'`); n != 1 {
		d.t.Errorf("%d answers were assigned, want one", n)
	}
	out("inbox", "reopen", id)
	if n := d.count(`SELECT count(*) FROM answer_item WHERE question = 'gia' AND value = '3'`); n != before {
		d.t.Errorf("taken back there are %d such answers, want %d", n, before)
	}
	out("inbox", "answer", id, "--words", "Đã chuyển tới phòng Hạ tầng, cảm ơn Ông/Bà.")
	d.await("the answer left", func() bool {
		return d.count(`SELECT count(*) FROM notice WHERE words <> '' AND state IN ('sent', 'delivered')`) == 1
	})
	out("campaign", "status", "dot-1", "--once")
}
