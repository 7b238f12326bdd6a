package dispatch

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/disposition"
	"canvass/dispatch/instrument"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ResultStore is what tabulating needs of the database. Cases and responses come
// apart: nothing here can say who answered what. What is told by mode comes from
// responses, which have no case; what is told by number of contacts comes from
// cases, which have no answers.
type ResultStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	Resting(ctx context.Context, id survey.CampaignID) (int, error)
	CaseCounts(ctx context.Context, id survey.CampaignID) ([]view.CaseCount, error)
	Responses(ctx context.Context, id survey.CampaignID) iter.Seq2[view.Answered, error]
	// Seeds are asked for only where something was drawn by lot.
	Seeds(ctx context.Context, id survey.CampaignID) (map[survey.ResponseID]uint64, error)
	CodingStore
}

// Results is what a campaign found out, and how far it may be trusted.
type Results struct {
	Campaign      string                 `json:"campaign"`
	Title         map[survey.Lang]string `json:"title"`
	State         survey.CampaignState   `json:"state"`
	Purpose       survey.Purpose         `json:"purpose"`
	Questionnaire string                 `json:"questionnaire"`
	Version       int                    `json:"version"`
	Design        survey.Design          `json:"design"`
	// Inference says what the figures may be taken for.
	Inference []results.Inference `json:"inference"`
	// Resting is how many people the frame lacks because they had been invited
	// too short a time before.
	Resting int `json:"resting,omitempty"`
	// Listed is how sure it is that everybody on the frame belongs there: which
	// codes silence gets, and how e is estimated, follow from it.
	Listed survey.Eligibility `json:"listed"`
	// Outcome is as of now: final, once the campaign is closed.
	Outcome results.Outcome `json:"outcome"`
	// Submitted responses, and sufficient partials that were never sent off; the
	// tables are of both. Partials count only when the campaign is closed: before,
	// they may go on.
	Submitted int             `json:"submitted"`
	Partials  int             `json:"partials"`
	Tables    []results.Table `json:"tables"`
}

// Tabulate computes dispositions, outcome rates and a table per question.
func Tabulate(ctx context.Context, store ResultStore, name string) (Results, error) {
	c, err := Count(ctx, store, name, nil)
	return c.Results, err
}

// collected are the responses that count.
type collected struct {
	campaign      *survey.Campaign
	source        view.QuestionnaireSource
	questionnaire *instrument.Questionnaire
	responses     []view.Response
	submitted     int
	partials      int
	returned      []results.Returned // the usable ones, for the rates by mode
	coded         map[string]results.Coded
}

func collect(ctx context.Context, store ResultStore, name string) (collected, error) {
	d, err := questioned(ctx, store, name)
	if err != nil {
		return d, err
	}
	for r, err := range d.each(ctx, store) {
		if err != nil {
			return d, err
		}
		d.responses = append(d.responses, r)
	}
	return d, nil
}

// each reads the responses that count, one after another, and notes how many were
// submitted and which are usable.
func (d *collected) each(ctx context.Context, store ResultStore) iter.Seq2[view.Response, error] {
	q, k := d.questionnaire, d.campaign
	ended := k.State == survey.CampaignClosed || k.State == survey.CampaignArchived
	return func(yield func(view.Response, error) bool) {
		for r, err := range store.Responses(ctx, k.ID) {
			if err != nil {
				yield(view.Response{}, err)
				return
			}
			sent, code := r.State == survey.ResponseSubmitted, codeOf(q, r)
			if sent && k.Confidentiality == survey.Anonymous {
				code = survey.Complete // as its case is coded, which knows no more than that
			}
			if !sent && !(ended && disposition.Usable(code)) {
				continue
			}
			if sent {
				d.submitted++
			} else {
				d.partials++
			}
			if disposition.Usable(code) {
				d.returned = append(d.returned, results.Returned{Stratum: r.Stratum, Mode: r.Mode, Weight: r.Weight,
					Complete: code == survey.Complete})
			}
			if !yield(explained(q, r.Response), nil) {
				return
			}
		}
	}
}

// questioned finds a campaign and reads its questionnaire.
func questioned(ctx context.Context, store ResultStore, name string) (collected, error) {
	var d collected
	var err error
	if d.campaign, err = store.CampaignByName(ctx, name); err != nil {
		return d, err
	}
	if d.source, err = store.QuestionnaireByID(ctx, d.campaign.QuestionnaireID); err != nil {
		return d, err
	}
	d.questionnaire, err = published(d.source)
	return d, err
}

// codeOf is the code that a response alone deserves, by the thresholds of the
// dispositions: 1.1 or 1.2 if it is usable. Its case need not be known for that,
// and is not.
func codeOf(q *instrument.Questionnaire, r view.Answered) survey.Disposition {
	p := q.Progress(r.Answers, survey.Web) // whatever the mode, as cases are coded
	code, _ := disposition.Code(survey.CaseFacts{Human: true, Submitted: r.State == survey.ResponseSubmitted && !r.Late,
		Applicable: p.Applicable, Answered: p.Answered, KeyAnswered: p.Keys}, survey.EligibilityAssumed)
	return code
}

// questionsOf are the questions of q as tables need them.
func questionsOf(q *instrument.Questionnaire) []results.Question {
	var out []results.Question
	for _, from := range q.Questions {
		if from.Type == instrument.Note {
			continue
		}
		to := results.Question{Name: from.Name, Kind: from.Kind, Type: results.Type(from.Type), Label: from.Label}
		if from.Matrix != "" {
			to.Matrix, to.Stem, to.Row = from.Matrix, from.Stem, from.Row
		}
		to.Spoken = from.Record > 0
		switch from.Type {
		case instrument.Acknowledge:
			to.Type = results.Single
		case instrument.Hidden, instrument.Calculate:
			to.Type, to.Kind = results.Text, survey.Background
		}
		for _, c := range from.Choices {
			if c.Missing == "" {
				to.Options = append(to.Options, results.Option{Code: c.Code, Label: c.Label})
			}
		}
		out = append(out, to)
	}
	return out
}

// columnsOf are questionsOf with the words beside each other choice.
func columnsOf(q *instrument.Questionnaire) []results.Question {
	var out []results.Question
	for _, to := range questionsOf(q) {
		out = append(out, to)
		from, _ := q.Question(to.Name)
		if c, ok := otherOf(from); ok {
			out = append(out, results.Question{Name: from.OtherName(), Kind: from.Kind, Type: results.Text, Label: c.Label})
		}
	}
	return out
}

func otherOf(q *instrument.Question) (instrument.Choice, bool) {
	for _, c := range q.Choices {
		if c.Other {
			return c, true
		}
	}
	return instrument.Choice{}, false
}

// explained gives every question without an answer its reason: it did not apply
// on the person's path, or was not reached.
func explained(q *instrument.Questionnaire, r view.Response) view.Response {
	path := q.Path(r.Answers, r.Mode)
	answers := maps.Clone(r.Answers)
	maps.Copy(answers, q.Derived(r.Answers))
	explain := func(name string, applies bool) {
		switch {
		case !answers[name].Empty():
		case applies:
			answers[name] = survey.Answer{Missing: survey.MissingNotReached}
		default:
			answers[name] = survey.Answer{Missing: survey.MissingNotApplicable}
		}
	}
	for i := range q.Questions {
		question := &q.Questions[i]
		explain(question.Name, slices.ContainsFunc(path, func(on *instrument.Question) bool { return on.Name == question.Name }))
		if c, ok := otherOf(question); ok {
			explain(question.OtherName(), slices.Contains(strings.Fields(string(answers[question.Name].Value)), c.Code))
		}
	}
	r.Answers = answers
	return r
}

// ExportRequest asks for the answers as a file.
type ExportRequest struct {
	Campaign string
	// FreeText includes the words of text questions, which may name people.
	FreeText bool
	// Words label the columns of the design and the missing reasons, for the
	// codebook; see results.Dataset.
	Words map[string]map[survey.Lang]string
}

func (r ExportRequest) dataset(d collected, seeds map[survey.ResponseID]uint64) results.Dataset {
	return results.Dataset{Questions: columnsOf(d.questionnaire), FreeText: r.FreeText, Words: r.Words, Orders: ordersOf(d, seeds), Coded: d.coded}
}

// ExportAnswers writes the responses that count as CSV, a line each, and keeps none.
func ExportAnswers(ctx context.Context, store ResultStore, r ExportRequest, w io.Writer) error {
	header, rows, err := answerRows(ctx, store, r)
	if err != nil {
		return err
	}
	return results.WriteCSV(w, header, rows)
}

// answerRows are the file of answers, line by line.
func answerRows(ctx context.Context, store ResultStore, r ExportRequest) ([]string, iter.Seq2[[]string, error], error) {
	d, err := questioned(ctx, store, r.Campaign)
	if err != nil {
		return nil, nil, err
	}
	seeds := map[survey.ResponseID]uint64{}
	if len(ordersOf(d, nil)) > 0 {
		if seeds, err = store.Seeds(ctx, d.campaign.ID); err != nil {
			return nil, nil, err
		}
	}
	if d.coded, err = codedOf(ctx, store, d.campaign.ID); err != nil {
		return nil, nil, err
	}
	set := r.dataset(d, seeds)
	return set.Header(), func(yield func([]string, error) bool) {
		for response, err := range d.each(ctx, store) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(set.Record(response), nil) {
				return
			}
		}
	}, nil
}

// ExportCodebook writes what every column of ExportAnswers means.
func ExportCodebook(ctx context.Context, store ResultStore, r ExportRequest, w io.Writer) error {
	d, err := questioned(ctx, store, r.Campaign)
	if err != nil {
		return err
	}
	if d.coded, err = codedOf(ctx, store, d.campaign.ID); err != nil {
		return err
	}
	return results.WriteCodebook(w, r.dataset(d, nil))
}
