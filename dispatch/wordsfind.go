package dispatch

import (
	"context"
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// mostSought is how many words are looked for at once; more say nothing more.
const mostSought = 12

// sought are the words of a term as answers are found by them: in small letters without
// accents, ASCII. It is false where there are others.
func sought(term string) ([]string, bool) {
	folded := strings.ToLower(smstext.Match(term))
	for i := range len(folded) {
		if folded[i] >= 0x80 {
			return nil, false
		}
	}
	words := strings.Fields(folded)
	for i, w := range words {
		words[i] = w[:min(len(w), 40)]
	}
	return words[:min(len(words), mostSought)], true
}

// find looks for the answers of a page.
func (w *Words) find(ctx context.Context, store WordsStore, form *instrument.Questionnaire, q WordsQuery) error {
	words, plain := sought(q.Term)
	if plain && len(words) > 0 && q.Topic == 0 && w.Campaign.Confidentiality != survey.Anonymous {
		return w.look(ctx, store, form, view.WordsFind{Campaign: w.Campaign.ID, Question: w.Question.Name, Words: words, None: q.None, After: q.After, Limit: wordsPage})
	}
	return w.walk(ctx, store, form, q)
}

// ended reports whether responses that were never submitted may count.
func (w *Words) ended() bool {
	return w.Campaign.State == survey.CampaignClosed || w.Campaign.State == survey.CampaignArchived
}

// look finds them by the index. Of what does not count it asks for more a few times.
func (w *Words) look(ctx context.Context, store WordsStore, form *instrument.Questionnaire, q view.WordsFind) error {
	for range wordsChunks {
		found, err := store.FindWords(ctx, q)
		if err != nil {
			return err
		}
		for i, a := range found.Answers {
			if !counts(form, a, w.ended()) {
				continue
			}
			if w.Answers = append(w.Answers, a); len(w.Answers) == wordsPage {
				if found.More || i+1 < len(found.Answers) {
					w.Next = a.Response
				}
				return nil
			}
		}
		if !found.More {
			return nil
		}
		q.After = found.Last
	}
	w.Next, w.Partly = q.After, true
	return nil
}

// walk finds them by looking at one response after another, in the order of random ids.
func (w *Words) walk(ctx context.Context, store WordsStore, form *instrument.Questionnaire, q WordsQuery) error {
	after := q.After
	for range wordsChunks {
		chunk, err := store.OpenAnswers(ctx, view.OpenQuery{Campaign: w.Campaign.ID, Question: w.Question.Name, Topic: q.Topic, After: after, Limit: wordsChunk})
		if err != nil {
			return err
		}
		for _, a := range chunk {
			after = a.Response
			if a.Value == "" || q.None && len(a.Topics) > 0 || !contains(a, q.Term) || !counts(form, a, w.ended()) {
				continue
			}
			if w.Answers = append(w.Answers, a); len(w.Answers) == wordsPage {
				w.Next = after
				return nil
			}
		}
		if len(chunk) < wordsChunk {
			w.Next = ""
			return nil
		}
	}
	w.Next, w.Partly = after, true
	return nil
}

// contains reports whether all words of a term are in an answer, the last one as far as it
// was typed.
func contains(a view.OpenAnswer, term string) bool {
	words := strings.Fields(smstext.Match(term))
	if len(words) == 0 {
		return strings.TrimSpace(term) == ""
	}
	said := string(a.Value)
	if _, spoken := (survey.Answer{Value: a.Value}).Recorded(); spoken {
		said = string(a.Words)
	}
	in := strings.Fields(smstext.Match(said))
	for i, word := range words {
		if !slices.ContainsFunc(in, func(w string) bool { return w == word || i == len(words)-1 && strings.HasPrefix(w, word) }) {
			return false
		}
	}
	return true
}
