package worker

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/worker/channel/phone"
	"canvass/worker/sim/twiliosim"
)

// Every dialogue by keypad goes the same way through the worker, the real hooks and a
// stranger's Twilio: each key, silence and recording is followed by the same words, the
// call ends where the dialogue does, and the same is stored.
func TestDialoguesByKeypad(t *testing.T) {
	t.Parallel()
	for name, d := range dialogues(t, "*voice*.txt", 9) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newKeypad(t, d).play(d)
		})
	}
}

// keypad is one person who is called.
type keypad struct {
	*exchange
	inv      survey.InvitationID
	calls    int                  // that fell due
	sid      string               // of the call that is on; "": none is
	awaited  twiliosim.GatherInfo // what it waits for
	expected *instrument.Dialogue
	wrote    strings.Builder     // by the dialogue since the last input
	prompts  []instrument.Prompt // of the dialogue since the last input
	lang     survey.Lang         // of those
}

func newKeypad(t *testing.T, d dialogue) *keypad {
	t.Helper()
	x := newExchange(t, survey.Sender{}, herNumber)
	x.db.Exec(`UPDATE campaign SET questionnaire_id = $1`, x.db.MakeQuestionnaire("doi_thoai", d.source))
	x.db.MakeSender(survey.Sender{Channel: survey.SMS, Address: simNumber, Provider: phone.ProviderName}) // of links
	x.Channels[survey.SMS] = x.Channels[survey.Call]
	k := &keypad{exchange: x, inv: x.invs[0]}
	q, bad := instrument.Parse("doi_thoai", []byte(d.source))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	k.expected = &instrument.Dialogue{Questionnaire: q, Mode: survey.Voice, Lang: survey.Vietnamese, Seed: k.inv.Seed(), Out: &k.wrote,
		Today: survey.DateOf(x.Clock.Now().In(k.context().Zone)), Say: func(p instrument.Prompt, lang survey.Lang) []string {
			k.prompts, k.lang = append(k.prompts, p), lang
			return nil
		}}
	return k
}

// context is what the words of a call are written from.
func (k *keypad) context() wording.Context {
	k.Helper()
	c, err := k.db.Case(k.Context(), k.inv)
	k.must(err)
	zone, err := time.LoadLocation(c.Campaign.Protocol.Zone)
	k.must(err)
	q, err := k.Ingest.Parsed(c.Questionnaire)
	k.must(err)
	q = q.For(k.inv.Seed())
	return wording.Context{Campaign: *c.Campaign, Zone: zone, Now: k.Clock.Now(), Lang: k.lang, Name: c.Name, Title: c.Title, Questionnaire: q,
		Seed: k.inv.Seed(), Progress: q.Progress(c.Answers, survey.Web), SubmittedAt: c.SubmittedAt}
}

// rings lets a call fall due, and picks it up. It reports whether there was one.
func (k *keypad) rings() bool {
	k.Helper()
	if k.calls++; k.calls > 1 {
		k.db.MakeAttempt(survey.Attempt{CampaignID: 1, InvitationID: k.inv, Step: "goi", Channel: survey.Call, Try: k.calls, DueAt: k.Clock.Now()})
	}
	before := len(k.sim.Calls())
	k.place()
	if len(k.sim.Calls()) == before {
		return false
	}
	k.sid = k.await(twiliosim.EventCall, "").SID
	k.must(k.sim.Answer(k.sid))
	return true
}

// does presses, speaks or stays silent as the dialogue has it.
func (k *keypad) does(input string) {
	k.Helper()
	if k.sid == "" {
		k.Fatalf("no call is on to do %q in", input)
	}
	spoken := strings.HasPrefix(input, "(recording ")
	if k.awaited.Record != spoken && (spoken || input != "(silence)") {
		k.Fatalf("%q, and the call waits for %+v", input, k.awaited)
	}
	switch {
	case input == "(silence)":
		k.must(k.sim.Silence(k.sid))
	case spoken:
		k.must(k.sim.Press(k.sid, "#"))
	default:
		k.must(k.sim.Press(k.sid, input))
		if k.awaited.NumDigits != len(input) && !strings.HasSuffix(input, "#") {
			k.must(k.sim.Silence(k.sid)) // nothing else ends these keys
		}
	}
}

// hears is what is said until the call waits for her, or has ended: sid is "" then.
func (k *keypad) hears() string {
	k.Helper()
	var said []string
	for {
		select {
		case e := <-k.events:
			switch {
			case e.SID != k.sid:
			case e.Kind == twiliosim.EventEnded:
				k.sid = ""
				k.apply()
				return spaced(said...)
			case e.Kind == twiliosim.EventPrompt:
				said = append(said, e.Text)
				if e.Gather != nil {
					k.awaited = *e.Gather
					return spaced(said...)
				}
			}
		case <-time.After(30 * time.Second):
			k.Fatal("the call stands still")
		}
	}
}

// spaced is words with one space between them.
func spaced(lines ...string) string {
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// words are those of the prompts of the dialogue.
func (k *keypad) words() string {
	k.Helper()
	var out []string
	for _, p := range k.prompts {
		said, err := k.Words.VoicePrompt(k.context(), p)
		k.must(err)
		out = append(out, said...)
	}
	return spaced(out...)
}

// said is what the conversation last said, by its own account.
func (k *keypad) said() (out []instrument.Prompt) {
	k.Helper()
	k.must(json.Unmarshal([]byte(k.db.Text(`SELECT coalesce(state ->> 'said', '[]') FROM conversation WHERE mode = 'voice' ORDER BY id DESC LIMIT 1`)), &out))
	return out
}

// same insists that what was heard and noted is what the dialogue says.
func (k *keypad) same(turn int, input, heard string) {
	k.Helper()
	noted, err := json.Marshal(k.said())
	k.must(err)
	want, err := json.Marshal(k.prompts)
	k.must(err)
	if string(noted) != string(want) {
		k.Errorf("turn %d %q is followed by %s, want %s", turn, input, noted, want)
	}
	if words := k.words(); heard != words {
		k.Errorf("turn %d %q is followed by the words\n%s, want\n%s", turn, input, heard, words)
	}
	if n := k.db.Int(`SELECT count(*) FROM answer_item a JOIN recording r ON r.id = a.value AND r.question = a.question AND r.wanted`); strings.HasPrefix(input, "(rec") && n != 1 {
		k.Errorf("turn %d %q: %d recordings answer their question, want 1", turn, input, n)
	}
	if ended := strings.Contains(k.wrote.String(), "hang_up"); ended != (k.sid == "") {
		k.Fatalf("turn %d %q: the call ends: %v, want %v", turn, input, k.sid == "", ended)
	}
}

// play has the dialogue with the person, and looks at what was said and stored.
func (k *keypad) play(d dialogue) {
	k.Helper()
	over, barred, links := false, false, 0
	for i, turn := range d.turns {
		k.wrote.Reset()
		k.prompts = nil
		k.expected.Take(turn.input)
		switch {
		case turn.input != "(begin)":
			k.does(turn.input)
		case k.rings() == over:
			k.Fatalf("turn %d: a call leaves: %v, want %v", i, over, !over)
		case over:
			continue
		}
		k.same(i, turn.input, k.hears())
		switch effect, _, _ := strings.Cut(turn.effect, " "); instrument.Effect(effect) {
		case instrument.EffectOptOut, instrument.EffectWrongPerson:
			over, barred = true, true
		case instrument.EffectSubmit, instrument.EffectRefuse, instrument.EffectWithdraw:
			over = true
		case instrument.EffectLink:
			links++
		}
	}
	if k.sid != "" {
		k.must(k.sim.Hangup(k.sid))
		k.hears()
	}
	k.ends(barred, links)
}

// ends looks at what is left once all calls are over.
func (k *keypad) ends(barred bool, links int) {
	k.Helper()
	want, list := k.expected.Answers(), k.sim.Recordings()
	for name, a := range want {
		if q, _ := k.expected.Questionnaire.Question(name); q.Record > 0 && len(list) > 0 && a.Missing == "" { // the name is the provider's
			a.Value = survey.AnswerText(survey.NewRecordingID(phone.ProviderName, list[len(list)-1].SID))
			want[name] = a
		}
	}
	stored(k, k.db, k.inv, want)
	for query, want := range map[string]int{
		`SELECT count(*) FROM recording`: len(list),
		`SELECT count(*) FROM (SELECT FROM suppression WHERE lifted_at IS NULL LIMIT 1) s`: map[bool]int{true: 1}[barred],
		`SELECT count(*) FROM inbox WHERE applied_at IS NULL`:                              0,
		`SELECT count(*) FROM notice WHERE prompts::text LIKE '%"Kind": "link"%'`:          links,
		`SELECT count(*) FROM attempt WHERE channel = 'call' AND state = 'in_flight'`:      0,
	} {
		if got := k.db.Int(query); got != want {
			k.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if faults := k.sim.Errors(); !slices.Equal(faults, nil) {
		k.Errorf("the provider notes %+v", faults)
	}
}
