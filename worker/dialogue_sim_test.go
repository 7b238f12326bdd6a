package worker

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/channel/phone"
	"canvass/worker/ingest"
	"canvass/worker/intake"
	"canvass/worker/sim/androidsim"
	"canvass/worker/sim/twiliosim"
)

// A dialogue of the questionnaires' room, line by line.
type dialogue struct {
	source string // of the questionnaire
	given  survey.PersonName
	turns  []dialogueTurn
}

type dialogueTurn struct {
	input  string
	effect string
}

// dialogues are those whose files are named so, and there are at least so many.
func dialogues(t *testing.T, named string, least int) map[string]dialogue {
	t.Helper()
	room := filepath.Join("..", "dispatch", "instrument", "testdata")
	files, err := filepath.Glob(filepath.Join(room, named))
	if err != nil || len(files) < least {
		t.Fatalf("%d dialogues, %v", len(files), err)
	}
	out := map[string]dialogue{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = readDialogue(t, room, string(text))
	}
	return out
}

func readDialogue(t *testing.T, room, text string) (d dialogue) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		mark, rest, _ := strings.Cut(line, " ")
		last := len(d.turns) - 1
		switch mark {
		case "#":
			head := strings.Fields(rest)
			source, err := os.ReadFile(filepath.Join("..", "templates", "questionnaire", head[0]))
			if err != nil {
				source, err = os.ReadFile(filepath.Join(room, head[0]))
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.source = string(source); len(head) > 2 {
				d.given = survey.PersonName(head[2])
			}
		case ">":
			d.turns = append(d.turns, dialogueTurn{input: rest})
		case "!":
			d.turns[last].effect = strings.TrimSuffix(rest, " hang_up")
		}
	}
	return d
}

// Every dialogue by SMS goes the same way over both routes, through the real pages
// and hooks: each reply is answered by the same prompts, and the same is stored.
func TestDialoguesOverBothRoutes(t *testing.T) {
	t.Parallel()
	for name, d := range dialogues(t, "*sms*.txt", 12) {
		for _, route := range []string{"twilio", "android"} {
			t.Run(name+"/"+route, func(t *testing.T) {
				t.Parallel()
				p := newTalk(t, route, d)
				p.play(d)
			})
		}
	}
}

// talk is one person who is asked over one route.
type talk struct {
	*province
	twilio *twiliosim.Sim // nil: over the phone
	at     time.Time      // of the last reply
	inv    survey.InvitationID
}

const herNumber = "+84312000001"

func newTalk(t *testing.T, route string, d dialogue) *talk {
	t.Helper()
	p := newProvince(t, herNumber)
	given := d.given
	if given == "" {
		given = "Quý"
	}
	p.db.Exec(`UPDATE contact SET name = $1`, "Nguyễn Văn "+string(given))
	p.db.Exec(`UPDATE campaign SET questionnaire_id = $1`, p.db.MakeQuestionnaire("doi_thoai", d.source))
	out := &talk{province: p, at: time.Now().Truncate(time.Second), inv: survey.InvitationID(p.db.Int(`SELECT id FROM invitation`))}
	if route == "twilio" {
		out.overTwilio()
	}
	return out
}

// overTwilio takes the place of the phone by a provider.
func (p *talk) overTwilio() {
	p.Helper()
	p.db.Exec(`UPDATE sender SET provider = 'twilio'`)
	set, err := templates.New()
	p.must(err)
	quiet := slog.New(slog.DiscardHandler)
	pages := httptest.NewUnstartedServer(nil)
	p.twilio, err = twiliosim.Start(twiliosim.Config{
		Senders: map[string]twiliosim.SenderConfig{simNumber: {CanReceive: true, SmsURL: simPublic + "/hook/twilio/sms"}},
		RewriteHook: func(address string) string {
			return strings.Replace(address, simPublic, "http://"+pages.Listener.Addr().String(), 1)
		}})
	p.must(err)
	p.Cleanup(func() { _ = p.twilio.Close() })
	provider, err := phone.New(phone.Config{AccountSID: twiliosim.DefaultAccountSID, AuthToken: twiliosim.DefaultAuthToken,
		BaseURL: p.twilio.URL(), PublicURL: simPublic})
	p.must(err)
	p.Cleanup(provider.Close)
	taking := ingest.New(p.db.DB, p.hints, p.Clock, p.Keys)
	handler, err := intake.New(intake.Config{Store: p.db.DB, Ingest: taking, Words: p.Words, Templates: set, Clock: p.Clock, PublicURL: simPublic,
		Logger: quiet, Receiver: provider, Speaker: provider})
	p.must(err)
	pages.Config.Handler = handler
	pages.Start()
	p.Cleanup(pages.Close)
	p.Worker = New(Config{Store: p.db.DB, Ingest: taking, Pace: free{}, Keys: p.Keys, Words: wording.New(set), Clock: p.Clock, PublicURL: simPublic,
		Logger: quiet, Channels: map[survey.Channel]channel.Sender{survey.SMS: provider}, ProvenAbsent: time.Nanosecond})
}

// says lets the person write, over her route, and has everything done that follows.
func (p *talk) says(body string) {
	p.Helper()
	if p.twilio != nil {
		_, err := p.twilio.Reply(herNumber, simNumber, body)
		p.must(err)
	} else {
		p.at = p.at.Add(time.Second) // two that are alike in a second are one
		p.must(p.sim.Write(androidsim.Text{From: herNumber, Body: body, At: p.at}))
		p.must(p.sim.Settle(p.Context()))
	}
	p.settle()
}

// timed makes the times those at which a text of a dialogue came: "(early)" before what
// we said last had left, "(soon)" right behind the answer before; else long after both.
func (p *talk) timed(input string) string {
	p.Helper()
	text, early := strings.CutPrefix(input, "(early) ")
	text, soon := strings.CutPrefix(text, "(soon) ")
	left, answered := -time.Hour, -time.Hour
	if early {
		left = time.Hour
	}
	if soon || early {
		answered = -time.Second
	}
	p.db.Exec(`UPDATE notice SET claimed_at = $1 WHERE claimed_at IS NOT NULL`, p.Clock.Real().Add(left))
	p.db.Exec(`UPDATE answer_item SET answered_at = $1`, p.Clock.Now().Add(answered))
	return text
}

// settle does all that there is to do.
func (p *talk) settle() {
	p.Helper()
	p.work()
	if p.twilio != nil {
		p.must(p.twilio.Settle(p.Context()))
		p.work()
	}
}

// takenUp lets it be our turn in the open conversation.
func (p *talk) takenUp() {
	p.Helper()
	c, err := p.db.Case(p.Context(), p.inv)
	p.must(err)
	if len(c.Conversations) == 0 {
		return
	}
	v := c.Conversations[0]
	payload, err := json.Marshal(map[string]any{"kind": channel.InboundAgain, "again": view.Again{Why: view.AgainSilent, SpokenAt: v.SpokenAt}})
	p.must(err)
	p.must(p.db.TakeUp(p.Context(), []view.TakeUp{{ID: v.ID, InvitationID: p.inv, SpokenAt: v.SpokenAt, Payload: payload, Key: v.SpokenAt.String()}}))
	p.must(p.hints.Enqueue(p.Context(), queue.Task{Kind: queue.Ingest, ID: int64(p.inv)}))
	p.settle()
}

// prompts are what was said since the n-th notice, and how many notices there are.
func (p *talk) prompts(n int) (said []string, now int) {
	p.Helper()
	rows, err := p.db.SQL().QueryContext(p.Context(), `SELECT prompts FROM notice ORDER BY id OFFSET $1`, n)
	p.must(err)
	defer rows.Close()
	for now = n; rows.Next(); now++ {
		var text []byte
		p.must(rows.Scan(&text))
		var list []instrument.Prompt
		p.must(json.Unmarshal(text, &list))
		for _, one := range list {
			said = append(said, strings.TrimSpace(string(one.Kind)+" "+one.Question))
		}
	}
	p.must(rows.Err())
	return said, now
}

// play has the dialogue with the person, and looks at what was said and stored.
func (p *talk) play(d dialogue) {
	p.Helper()
	q, bad := instrument.Parse("doi_thoai", []byte(d.source))
	if len(bad) > 0 {
		p.Fatal(bad)
	}
	// The order of what is drawn by lot is this person's own.
	var wrote strings.Builder
	expected := &instrument.Dialogue{Questionnaire: q, Mode: survey.TextMode, GivenName: d.given, Lang: survey.Vietnamese, Seed: p.inv.Seed(), Out: &wrote}
	p.settle() // the opening leaves
	notices, over, barred := 0, false, false
	for i, turn := range d.turns {
		wrote.Reset()
		expected.Take(turn.input)
		switch {
		case i == 0 && turn.input == "(begin)":
			continue
		case turn.input == "(begin)":
			p.takenUp()
		default:
			p.says(p.timed(turn.input))
		}
		var said []string
		if said, notices = p.prompts(notices); !over && !slices.Equal(said, promptsIn(wrote.String())) {
			p.Errorf("turn %d %q is answered by %q, want %q", i, turn.input, said, promptsIn(wrote.String()))
		}
		switch instrument.Effect(turn.effect) {
		case instrument.EffectOptOut, instrument.EffectWrongPerson:
			over, barred = true, true
		case instrument.EffectOptIn:
			barred = false
		case instrument.EffectSubmit, instrument.EffectRefuse, instrument.EffectWithdraw:
			over = true // from here on it is no conversation
		}
	}
	stored(p, p.db, p.inv, expected.Answers())
	if got := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL`) > 0; got != barred {
		p.Errorf("on the do-not-contact list: %v, want %v", got, barred)
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE applied_at IS NULL`); n > 0 {
		p.Errorf("%d arrivals are not applied", n)
	}
}

// promptsIn are the kinds of the prompts of a transcript, with their questions.
func promptsIn(transcript string) (out []string) {
	for line := range strings.Lines(transcript) {
		rest, said := strings.CutPrefix(strings.TrimSpace(line), "< ")
		if !said {
			continue
		}
		words := strings.Fields(rest)
		if len(words) > 1 && !strings.HasPrefix(words[1], "(") {
			words = words[:2]
		} else {
			words = words[:1]
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// stored compares what is in the database with what the dialogue set.
func stored(t testing.TB, db *pgtest.DB, inv survey.InvitationID, want survey.Answers) {
	t.Helper()
	c, err := db.Case(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range want {
		if a.Missing == survey.MissingNotApplicable || a.Empty() {
			continue
		}
		if c.Answers[name] != a {
			t.Errorf("%s is %q%s, want %q%s", name, string(c.Answers[name].Value), c.Answers[name].Missing, string(a.Value), a.Missing)
		}
	}
	for name, a := range c.Answers {
		if a.Missing != survey.MissingNotApplicable && want[name] != a {
			t.Errorf("%s is stored as %q%s, and the dialogue has %q", name, string(a.Value), a.Missing, string(want[name].Value))
		}
	}
}
