package dispatch

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// PollSort is how an urgent question is answered.
type PollSort string

// The sorts of answers. Their words are short: the question and they go into one text
// message.
const (
	PollYesNo  PollSort = "yes_no"
	PollState  PollSort = "state"  // normal, some trouble, much trouble
	PollRating PollSort = "rating" // five grades
	PollAgree  PollSort = "agree"
	PollNumber PollSort = "number"
	PollWords  PollSort = "words" // free; calls pass it over
)

// PollSorts lists the sorts.
func PollSorts() []PollSort {
	return []PollSort{PollYesNo, PollState, PollRating, PollAgree, PollNumber, PollWords}
}

// PollReach is who is asked.
type PollReach string

// Everybody who can be reached, or a third of them drawn by lot: three polls, and
// nobody was asked twice.
const (
	PollAll   PollReach = "all"
	PollThird PollReach = "third"
)

// PollReaches lists them.
func PollReaches() []PollReach { return []PollReach{PollThird, PollAll} }

// pollRest is how long whoever was invited is left out where a third is drawn.
const pollRest = survey.Span(14 * 24 * time.Hour)

// Poll is one urgent question.
type Poll struct {
	Name     string // of the campaign, by which a second launch finds the first
	Question string
	Sort     PollSort
	Reach    PollReach
	Opinion  bool          // it asks what the collaborator thinks, not what they see around them
	Area     string        // code of a unit: only who is of it or of a part of it; empty is everywhere
	Eligible string        // a condition besides being reachable; may be empty
	Lasts    time.Duration // the field period
}

// The bounds of a poll: its question in letters, and its period.
const (
	MostPollQuestion = 200
	LeastPoll        = time.Hour
	MostPoll         = 7 * 24 * time.Hour
)

// reachable is whom a poll can ask at all.
const reachable = "(has_mobile or has_email)"

// check returns what is wrong with what was chosen; the text is for instrument.Parse.
func (p Poll) check() error {
	bad := func(field, given string) error {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodePollInvalid, Where: field, Args: map[string]string{"name": field, "given": given}}
	}
	n := len([]rune(p.Question))
	switch {
	case n < 5 || n > MostPollQuestion:
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodePollQuestion, Where: "question",
			Args: map[string]string{"n": strconv.Itoa(n), "min": "5", "max": strconv.Itoa(MostPollQuestion)}}
	case pollAnswers()[p.Sort] == nil:
		return bad("sort", string(p.Sort))
	case p.Reach != PollAll && p.Reach != PollThird:
		return bad("reach", string(p.Reach))
	case p.Lasts < LeastPoll || p.Lasts > MostPoll:
		return bad("lasts", p.Lasts.String())
	}
	return nil
}

// pollAnswers is what each sort adds to its question.
func pollAnswers() map[PollSort]map[string]any {
	choices := func(words ...string) map[string]any {
		list := map[int]string{}
		for i, w := range words {
			list[i+1] = w
		}
		return map[string]any{"type": "single", "choices": list}
	}
	scale := choices("Rất tốt | Very good", "Tốt | Good", "Trung bình | Fair", "Kém | Poor", "Rất kém | Very poor")
	scale["type"] = "scale"
	return map[PollSort]map[string]any{
		PollYesNo:  choices("Có | Yes", "Không | No"),
		PollState:  choices("Bình thường | Normal", "Khó khăn ít | Some trouble", "Khó khăn nhiều | Much trouble"),
		PollRating: scale,
		PollAgree:  choices("Đồng ý | Agree", "Đồng ý một phần | Partly agree", "Không đồng ý | Disagree"),
		PollNumber: {"type": "integer", "min": 0, "max": 1_000_000},
		PollWords:  {"type": "text", "max_length": 500},
	}
}

// pollQuestionnaire is the name of the questionnaire of which each poll is a version.
const pollQuestionnaire = "hoi_nhanh"

// source writes the questionnaire of the poll. The question stands in it as it was
// typed, in Vietnamese; who reads English gets it too, and the answers in English.
func (p Poll) source() ([]byte, error) {
	asked := strings.Join(strings.Fields(p.Question), " ")
	label := map[string]string{"vi": asked, "en": asked}
	kind := survey.WhatIHear
	if p.Opinion {
		kind = survey.OwnOpinion
	}
	question := map[string]any{"name": "cau_hoi", "kind": string(kind), "required": true, "key": true, "label": label}
	for k, v := range pollAnswers()[p.Sort] {
		question[k] = v
	}
	return yaml.Marshal(map[string]any{"name": pollQuestionnaire, "title": "Hỏi nhanh | Quick poll", "languages": []string{"vi", "en"}, "minutes": 1,
		"missing": map[int]string{98: "Khó nói | Hard to say", 99: "Không muốn trả lời | Prefer not to say"}, "questions": []any{question}})
}

// PollStore is what an urgent poll needs of the database.
type PollStore interface {
	QuestionnaireStore
	ProposalLaunchStore
	ForecastStore
	TerritoryStore
	CountFrame(ctx context.Context, c survey.Condition, rest time.Duration, now time.Time) (int, error)
}

// protocol is that of an urgent question, with what the senders of today can carry and
// the period leaves time for: a text that nobody can answer carries the link.
func (p Poll) protocol(senders []survey.Sender) survey.Protocol {
	out := protocol.Urgent()
	out.Length = survey.Span(p.Lasts)
	var steps []survey.Step
	for _, s := range out.Steps {
		on := func(o survey.Sender) bool { return o.Channel == s.Channel }
		if s.After >= out.Length || !has(senders, on) || s.Channel == survey.Call && p.Sort == PollWords {
			continue
		}
		if s.Conversation && !has(senders, func(o survey.Sender) bool { return on(o) && o.CanReceive }) {
			s.Conversation = false
		}
		steps = append(steps, s)
	}
	out.Steps = steps
	return out
}

// publish stores the poll's questionnaire, and gives the campaign's spec.
func (p Poll) publish(ctx context.Context, store PollStore, actor string, now time.Time) (Spec, error) {
	if err := p.check(); err != nil {
		return Spec{}, err
	}
	src, err := p.source()
	if err != nil {
		return Spec{}, fmt.Errorf("dispatch: poll: %w", err)
	}
	q, err := PublishQuestionnaire(ctx, store, QuestionnaireRequest{File: "question", Source: src, Actor: actor, Now: now})
	if err != nil {
		return Spec{}, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return Spec{}, err
	}
	asked := []rune(strings.Join(strings.Fields(p.Question), " "))
	if len(asked) > 60 {
		asked = append(asked[:59], '…')
	}
	s := Spec{Name: p.Name, Title: map[survey.Lang]string{survey.Vietnamese: "Hỏi nhanh: " + string(asked), survey.English: "Quick poll: " + string(asked)},
		Questionnaire: fmt.Sprintf("%s@%d", q.Source.Name, q.Source.Version), Eligible: reachable,
		Design: survey.Design{Method: survey.Census}, Protocol: p.protocol(senders)}
	if p.Eligible != "" {
		s.Eligible += " and (" + p.Eligible + ")"
	}
	within, err := p.within(ctx, store)
	if s.Eligible += within; err != nil {
		return Spec{}, err
	}
	if p.Reach == PollThird {
		s.Design.Rest = pollRest
	}
	return s, nil
}

// PreviewPoll says what the poll would do if it were launched at r.At. It publishes the
// questionnaire, as a version of «hoi_nhanh»; nothing else is written. r.Campaign and
// r.Answering are not looked at.
func PreviewPoll(ctx context.Context, store PollStore, p Poll, actor string, r ForecastRequest) (Forecast, error) {
	spec, err := p.publish(ctx, store, actor, r.At)
	if err != nil {
		return Forecast{}, err
	}
	if spec, err = p.sized(ctx, store, spec, r.At); err != nil {
		return Forecast{}, err
	}
	k, err := draft(ctx, store, spec)
	if err != nil {
		return Forecast{}, err
	}
	k.Design.Seed = 1 // who is drawn is decided at the launch; how many is not
	r.Campaign = k.Name
	return Foretell(ctx, imagined{store, k}, r)
}

// imagined is a store with a campaign that is not in it.
type imagined struct {
	ForecastStore
	k survey.Campaign
}

func (i imagined) CampaignByName(context.Context, string) (*survey.Campaign, error) {
	k := i.k
	return &k, nil
}

func (imagined) WaveAllows(context.Context, survey.CampaignID) error { return nil }

// PollOrder launches a poll.
type PollOrder struct {
	Poll
	Actor string
	Now   time.Time
	Rand  io.Reader // for the seed
}

// PollSent is what became of a poll: its campaign, and whether it is in the field. If it
// is not, a second person has to approve it first.
type PollSent struct {
	Proposal survey.ProposalID
	Campaign string
	Launched bool
}

// LaunchPoll publishes the question, proposes its campaign and launches it; where the
// office wants a second person, approval is asked for. Asked twice with one name and
// question, the second finds the first, and takes up what was cut short. Errors:
// poll_question, poll_invalid, poll_nobody, name_taken, and those of publishing, AskApproval and
// LaunchProposal.
func LaunchPoll(ctx context.Context, store PollStore, keys *token.Keyring, o PollOrder) (PollSent, error) {
	spec, err := o.publish(ctx, store, o.Actor, o.Now)
	if err != nil {
		return PollSent{}, err
	}
	out := PollSent{Campaign: spec.Name}
	if out.Launched, err = pollIsOut(ctx, store, spec); err != nil || out.Launched {
		return out, err
	}
	p, err := pollProposal(ctx, store, spec, o)
	if err != nil {
		return out, err
	}
	out.Proposal = p.ID
	order := ProposalOrder{ID: p.ID, Hash: p.Hash, Actor: o.Actor, Now: o.Now}
	wanted, err := store.ApprovalWanted(ctx)
	switch {
	case err != nil || p.State == survey.ProposalAsked:
		return out, err
	case wanted && p.State != survey.ProposalApproved:
		return out, AskApproval(ctx, store, order)
	}
	out.Launched, err = LaunchProposal(ctx, store, keys, order)
	return out, err
}

// pollIsOut reports whether the campaign of the poll is in the field, or was.
func pollIsOut(ctx context.Context, store PollStore, spec Spec) (bool, error) {
	k, err := store.CampaignByName(ctx, spec.Name)
	switch {
	case survey.KindOf(err) == survey.NotFound:
		return false, nil
	case err != nil:
		return false, err
	case k.Title[survey.Vietnamese] != spec.Title[survey.Vietnamese]:
		return false, &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken, Args: map[string]string{"name": spec.Name}}
	}
	return !k.LaunchedAt.IsZero(), nil
}

// pollProposal is the proposal that a first press made, else a new one.
func pollProposal(ctx context.Context, store PollStore, spec Spec, o PollOrder) (view.Proposal, error) {
	const most = 1000
	open, err := store.OpenProposals(ctx, most)
	if err != nil {
		return view.Proposal{}, err
	}
	for _, p := range open {
		if p.Name == spec.Name && p.Title == spec.Title[survey.Vietnamese] {
			return store.Proposal(ctx, p.ID)
		}
	}
	if spec, err = o.sized(ctx, store, spec, o.Now); err != nil {
		return view.Proposal{}, err
	}
	if spec.Design.Seed, err = seed(0, o.Rand); err != nil {
		return view.Proposal{}, err
	}
	if _, err := draft(ctx, store, spec); err != nil { // before anything is kept
		return view.Proposal{}, err
	}
	id, err := MakeProposal(ctx, store, Plan{Spec: spec, Settled: settled()}, o.Actor, o.Now)
	if err != nil {
		return view.Proposal{}, err
	}
	return store.Proposal(ctx, id)
}
