package postgres_test

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What came with a text has its words, whatever is said beside it; a key on a
// telephone and a tick on a page have none.
func TestAStopKeepsTheWordsItCameWith(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	fact := survey.Suppression{ContactID: f.contacts[0], Scope: survey.SuppressAll, Source: survey.StopBySMS}
	for n, c := range []struct{ kind, payload, words, want string }{
		{"text", `{"text": "TC, đừng nhắn nữa"}`, "", "TC, đừng nhắn nữa"},
		{"text", `{"text": "TC"}`, "bà ấy nói qua điện thoại", "bà ấy nói qua điện thoại"},
		{"keys", `{"text": "9"}`, "", ""},
		{"form", `{}`, "", ""},
	} {
		fact.Words = c.words
		row := f.arrive(f.people[0], c.kind+c.words)
		f.Exec(`UPDATE inbox SET kind = $2, payload = $3 WHERE id = $1`, row.ID, c.kind, c.payload)
		if _, err := f.ApplyInbox(t.Context(), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) {
			return view.Change{Suppress: []survey.Suppression{fact}}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := f.Text(`SELECT words FROM suppression ORDER BY id DESC LIMIT 1`); got != c.want {
			t.Errorf("%d: words %q, want %q", n, got, c.want)
		}
	}
	f.change(f.people[0], view.Change{Lift: true})
	f.want(4, "lifted by the person", `SELECT count(*) FROM suppression WHERE lifted_by = 'respondent' AND lifted_at = $1`, f.now)
}
