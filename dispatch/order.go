package dispatch

import (
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ordersOf are the columns that say in which order each person was asked what a
// questionnaire leaves to the lot: a random question's choices, a random group's
// questions. The orders are computed from the seed of the invitation and the version
// of the questionnaire, which are stored and never change, by what the modes
// themselves ask by.
//
// No name, number or id stands in a column, but some long orders together may be one
// person's alone, and who knows the ids of the invitations could find whose. So only
// an identified campaign has these columns. A level that keeps persons and answers
// apart needs a seed that is no id, or to do without.
func ordersOf(d collected, seeds map[survey.ResponseID]uint64) []results.Order {
	if d.campaign.Confidentiality != survey.Identified {
		return nil
	}
	q := d.questionnaire
	var out []results.Order
	for i := range q.Questions {
		if from := &q.Questions[i]; from.Drawn() {
			out = append(out, results.Order{Name: from.Name + "_order", Label: from.Label, Of: func(r view.Response) string {
				seed, ok := seeds[r.ID]
				if !ok {
					return ""
				}
				return strings.Join(choicesShown(q, from.Name, seed, r), " ")
			}})
		}
	}
	return append(out, blockOrders(q, seeds)...)
}

// blockOrders are those of random groups, and of matrices with rows in random order.
func blockOrders(q *instrument.Questionnaire, seeds map[survey.ResponseID]uint64) []results.Order {
	var out []results.Order
	add := func(name string, label instrument.Texts, in func(*instrument.Question) bool) {
		out = append(out, results.Order{Name: name, Label: label, Of: func(r view.Response) string {
			seed, ok := seeds[r.ID]
			if !ok {
				return ""
			}
			return strings.Join(questionsAsked(q.For(seed), r, in), " ")
		}})
	}
	for i := range q.Questions {
		if row := &q.Questions[i]; row.RandomRows && (i == 0 || q.Questions[i-1].Matrix != row.Matrix) {
			add(row.Matrix+"_order", row.Stem, func(on *instrument.Question) bool { return on.Matrix == row.Matrix })
		}
	}
	for _, g := range q.Groups {
		if !g.Random {
			continue
		}
		add("group_"+g.Name+"_order", g.Label, func(on *instrument.Question) bool { return q.InGroup(on, g.Name) })
	}
	return out
}

// choicesShown are the codes of a random question in the order in which they stood on
// the person's page, or in a text or a call, which keep the written order. There are
// none where the question was not asked, or answered by typing a name.
func choicesShown(q *instrument.Questionnaire, name string, seed uint64, r view.Response) []string {
	path := q.Path(r.Answers, survey.Web)
	at := slices.IndexFunc(path, func(on *instrument.Question) bool { return on.Name == name })
	mode := modeOf(r, name)
	if at < 0 || path[at].Typed() || !q.Carries(path[at], mode) {
		return nil
	}
	var codes []string
	for i, drawn := range path[at].Order(seed) {
		if mode != survey.Web {
			drawn = i
		}
		codes = append(codes, path[at].Choices[drawn].Code)
	}
	return codes
}

// questionsAsked are the questions of a random group or matrix that applied to the
// person, in their order.
func questionsAsked(own *instrument.Questionnaire, r view.Response, in func(*instrument.Question) bool) []string {
	var names []string
	for _, on := range own.Path(r.Answers, survey.Web) {
		if on.Type != instrument.Note && in(on) && own.Carries(on, modeOf(r, on.Name)) {
			names = append(names, on.Name)
		}
	}
	return names
}

// modeOf is the mode in which a question was answered; of one that was not, that of the
// last answer.
func modeOf(r view.Response, question string) survey.Mode {
	return or(r.Modes[question], r.Mode)
}
