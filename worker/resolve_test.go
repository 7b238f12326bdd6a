package worker

import (
	"context"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// doubtful has one SMS of which nobody knows whether it left, and returns its
// words.
func doubtful(t *testing.T) (*rig, *provider, string) {
	t.Helper()
	var body string
	p := &provider{send: func(_ context.Context, _ int, m channel.Message) (channel.Receipt, error) {
		body = m.Body
		return channel.Receipt{}, &channel.SendError{Class: channel.Unknown}
	}}
	r := newRig(t, 1).through(p)
	r.db.Exec(`DELETE FROM attempt_waiting`)
	r.db.Exec(`DELETE FROM attempt`)
	r.db.MakeAttempt(survey.Attempt{InvitationID: r.people[0], Channel: survey.SMS, DueAt: r.now})
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"unknown": 1})
	r.since(0)
	return r, p, body
}

// since says how long ago the attempt was claimed, and that it is due for a look.
func (r *rig) since(d time.Duration) {
	r.db.Exec(`UPDATE attempt_doubt SET since = clock_timestamp() - make_interval(secs => $1), look_at = clock_timestamp() - interval '1 second'`, d.Seconds())
}

func (r *rig) look(t *testing.T) string {
	t.Helper()
	if err := r.resolve(t.Context(), queue.Task{}); err != nil {
		t.Fatal(err)
	}
	return r.db.Text(`SELECT a.state || CASE WHEN d.needs_staff THEN ' for staff ' || d.finding ELSE '' END
		FROM attempt a LEFT JOIN attempt_doubt d ON d.attempt_id = a.id`)
}

func TestADoubtIsLookedForByItsWords(t *testing.T) {
	t.Parallel()
	r, p, body := doubtful(t)
	p.find = func(q channel.Probe) (channel.Found, error) {
		if q.Body != body || body == "" || q.To != "+84910000001" || q.From != "+84900000001" || q.Ref == "" || time.Since(q.At) > time.Minute {
			t.Errorf("probe %+v, want the words %q", q, body)
		}
		return channel.Found{Matches: 1, Status: channel.Status{ProviderID: "SM7", Event: survey.AttemptUndeliver,
			Reason: survey.ReasonDeadEndpoint, Code: "30005", DeadEndpoint: true}}, nil
	}
	if got := r.look(t); got != "undelivered" {
		t.Errorf("found, it is %s", got)
	}
	if got := r.db.Text(`SELECT provider_id || ' ' || provider_code || ' ' || reason FROM attempt`); got != "SM7 30005 dead_endpoint" {
		t.Errorf("kept %s", got)
	}
	if n := r.db.Int(`SELECT count(*) FROM endpoint WHERE status = 'dead'`); n != 1 {
		t.Errorf("%d dead endpoints, want 1", n)
	}
}

func TestADoubtIsSettledOrLeftToStaff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		matches int
		ago     time.Duration
		acted   bool
		want    string
	}{
		"found":                           {matches: 1, want: "sent"},
		"several":                         {matches: 2, want: "unknown for staff several"},
		"not yet there":                   {ago: 14 * time.Minute, want: "unknown"},
		"never created":                   {ago: 16 * time.Minute, want: "queued"},
		"perhaps other words, not yet":    {ago: 14 * time.Minute, acted: true, want: "unknown"},
		"perhaps other words, for long":   {ago: 16 * time.Minute, acted: true, want: "unknown for staff words_moved"},
		"other words or not, it is there": {matches: 1, acted: true, want: "sent"},
	} {
		r, p, _ := doubtful(t)
		p.find = func(channel.Probe) (channel.Found, error) { return channel.Found{Matches: c.matches}, nil }
		if c.acted {
			r.db.Exec(`UPDATE invitation SET human_at = $1`, r.now)
		}
		r.since(c.ago)
		if got := r.look(t); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		p.find = func(channel.Probe) (channel.Found, error) {
			t.Errorf("%s: looked for again at once", name)
			return channel.Found{}, nil
		}
		r.look(t)
	}
}

// Who has answered the text in doubt to its end is found by the words that it had
// when it left, not by those it would have now, of which there are none.
func TestADoubtIsLookedForByTheWordsOfItsTime(t *testing.T) {
	t.Parallel()
	r, p, _ := doubtful(t)
	r.db.Exec(`UPDATE campaign SET protocol = jsonb_set(protocol, '{steps,1,conversation}', 'true')`)
	var words []string
	p.find = func(q channel.Probe) (channel.Found, error) {
		words = append(words, q.Body)
		return channel.Found{}, nil
	}
	r.look(t)
	answers := r.allAnswered(t)
	r.db.MakeResponse(r.people[0], survey.ResponseSubmitted, survey.TextMode, answers)
	r.db.Exec(`UPDATE invitation SET state = 'started', human_at = $1, progress = jsonb_build_object('applicable', $2::int, 'answered', $2::int, 'keys', true)`,
		r.now.Add(time.Minute), len(answers))
	r.db.Exec(`UPDATE answer_item SET answered_at = $1`, r.now.Add(time.Minute))
	r.since(time.Minute)
	if got := r.look(t); got != "unknown" {
		t.Errorf("it is %s", got)
	}
	if len(words) != 2 || words[0] == "" || words[1] != words[0] {
		t.Errorf("looked for by %q", words)
	}
	r.since(16 * time.Minute)
	if got := r.look(t); got != "unknown for staff words_moved" {
		t.Errorf("for long it is %s", got)
	}
}

// allAnswered are answers to everything that the questionnaire of the campaign asks.
func (r *rig) allAnswered(t *testing.T) survey.Answers {
	t.Helper()
	c, err := r.Ingest.Case(t.Context(), r.people[0])
	if err != nil {
		t.Fatal(err)
	}
	q, err := r.Ingest.Parsed(c.Questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	answers := survey.Answers{}
	for i := range q.Questions {
		if q.Questions[i].Type.Asked() {
			answers[q.Questions[i].Name] = survey.Answer{Missing: survey.MissingRefused}
		}
	}
	return answers
}

// What was proven absent leaves again, once, with the same reference.
func TestWhatIsProvenAbsentIsSentAgain(t *testing.T) {
	t.Parallel()
	r, p, body := doubtful(t)
	p.find = func(channel.Probe) (channel.Found, error) { return channel.Found{}, nil }
	r.since(16 * time.Minute)
	r.look(t)
	p.send = nil
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"sent": 1})
	if len(p.taken) != 1 || p.taken[0].Body != body {
		t.Errorf("taken %+v, want %q", p.taken, body)
	}
}

func TestAMailInDoubtIsForStaff(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.wire.fail = func(int, channel.Message) error { return &channel.SendError{Class: channel.Unknown} }
	r.sendAll(t, t.Context())
	r.since(0)
	r.Channels = nil
	if got := r.look(t); got != "unknown" {
		t.Errorf("without the channel here: %s", got)
	}
	r.Channels = map[survey.Channel]channel.Sender{survey.Mail: r.wire}
	r.since(0)
	if got := r.look(t); got != "unknown for staff no_listing" {
		t.Errorf("it is %s", got)
	}
}

// One that cannot be looked for does not keep the others from it.
func TestOneTroubledDoubtDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	r, p, _ := doubtful(t)
	inv := r.people[0]
	r.db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, Step: "no such step", State: survey.AttemptSending})
	err := r.db.RecordOutcomes(t.Context(), r.now, []view.AttemptOutcome{{ID: survey.AttemptID(r.db.Int(`SELECT max(id) FROM attempt`)), Event: survey.AttemptDoubt}})
	if err != nil {
		t.Fatal(err)
	}
	r.since(0)
	p.find = func(channel.Probe) (channel.Found, error) { return channel.Found{Matches: 1}, nil }
	if err := r.resolve(t.Context(), queue.Task{}); err == nil {
		t.Error("the trouble was not told")
	}
	r.want(t, map[string]int{"sent": 1, "unknown": 1})
}

// Under the policy resend a mail in doubt leaves once more, with the same
// Message-ID, and not a third time.
func TestAMailInDoubtIsSentOnceMoreByPolicy(t *testing.T) {
	t.Parallel()
	var ids []string
	p := &provider{send: func(_ context.Context, _ int, m channel.Message) (channel.Receipt, error) {
		ids = append(ids, m.MessageID)
		return channel.Receipt{}, &channel.SendError{Class: channel.Unknown}
	}}
	r := newRig(t, 1).through(p)
	r.Channels = map[survey.Channel]channel.Sender{survey.Mail: mailOnly{p}}
	r.db.Exec(`UPDATE campaign SET protocol = protocol || '{"in_doubt": "resend"}'`)
	r.sendAll(t, t.Context())
	r.since(30 * time.Second)
	if got := r.look(t); got != "unknown" {
		t.Errorf("while its worker may have a word: %s", got)
	}
	r.since(2 * time.Minute)
	if got := r.look(t); got != "queued" {
		t.Errorf("it is %s", got)
	}
	r.sendAll(t, t.Context())
	r.since(2 * time.Minute)
	if got := r.look(t); got != "unknown for staff no_listing" {
		t.Errorf("in doubt again it is %s", got)
	}
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("left as %q", ids)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE resent`); n != 1 {
		t.Error("nobody remembers that it left once more")
	}
}

// mailOnly is a provider that keeps no listing, as no mail server does.
type mailOnly struct{ p *provider }

func (m mailOnly) Send(ctx context.Context, msg channel.Message) (channel.Receipt, error) {
	return m.p.Send(ctx, msg)
}

// An answer of ours in doubt is looked for, too; if it never left it leaves,
// unless the person has had a later one.
func TestANoticeInDoubtIsSettled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		matches       int
		ago           time.Duration
		moved, passed bool
		want          string
	}{
		"found":               {matches: 1, want: "sent found"},
		"several":             {matches: 2, want: "unknown in_doubt for staff several"},
		"not yet there":       {ago: 14 * time.Minute, want: "unknown in_doubt"},
		"never created":       {ago: 16 * time.Minute, want: "queued absent"},
		"overtaken":           {ago: 16 * time.Minute, passed: true, want: "failed absent"},
		"perhaps other words": {ago: 16 * time.Minute, moved: true, want: "unknown in_doubt for staff words_moved"},
	} {
		p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
			return channel.Receipt{}, &channel.SendError{Class: channel.Unknown}
		}}
		r := newRig(t, 1).through(p)
		if err := r.sendNotice(t.Context(), r.reply(t, instrument.PromptThanks, view.Change{})); err != nil {
			t.Fatal(err)
		}
		body := p.lastBody
		p.find = func(q channel.Probe) (channel.Found, error) {
			if q.Ref != "n1" || q.Body != body || body == "" || q.To != "+84910000001" {
				t.Errorf("%s: probe %+v", name, q)
			}
			return channel.Found{Matches: c.matches}, nil
		}
		if c.passed {
			r.reply(t, instrument.PromptThanks, view.Change{})
		}
		r.db.Exec(`UPDATE notice SET lease_until = clock_timestamp() - interval '1 second',
			claimed_at = clock_timestamp() - make_interval(secs => $1) WHERE id = 1`, c.ago.Seconds())
		if !c.moved {
			r.db.Exec(`UPDATE inbox SET applied_at = clock_timestamp() - interval '1 hour'`)
		}
		if err := r.resolve(t.Context(), queue.Task{}); err != nil {
			t.Fatal(err)
		}
		got := r.db.Text(`SELECT state || ' ' || reason || CASE WHEN needs_staff THEN ' for staff ' || finding ELSE '' END FROM notice WHERE id = 1`)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
