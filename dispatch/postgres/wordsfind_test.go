package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// find is the words of the answers in which all words are.
func (f *field) find(words ...string) []string {
	f.t.Helper()
	list, err := f.FindWords(f.t.Context(), view.WordsFind{Campaign: f.k.ID, Question: "loi", Words: words, Limit: 100})
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, a := range list.Answers {
		out = append(out, string(a.Value)+string(a.Words))
	}
	slices.Sort(out)
	return out
}

// An answer is found by its words without accents, from when it is said until it is said
// no more; one that was spoken by what was written down. What is of an anonymous campaign
// is in no index.
func TestAnswersAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	first := f.MakeResponse(f.people[0], survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "1"}, "loi": {Value: "Đường thôn Ưu Việt ngập, 'xe' không qua"}})
	f.MakeResponse(f.people[1], survey.ResponseSubmitted, survey.Web, survey.Answers{"loi": {Value: "NGẬP đường ống"}, "khac": {Value: "ngập"}})
	f.want(3, "answers with words", `SELECT count(*) FROM answer_words`)
	for _, c := range []struct {
		words []string
		n     int
	}{{[]string{"duong"}, 2}, {[]string{"duong", "ngap"}, 2}, {[]string{"uu", "viet"}, 1}, {[]string{"ngap", "duo"}, 2}, {[]string{"duo", "ngap"}, 0}, {[]string{"ong"}, 1}, {[]string{"cau"}, 0}, {[]string{"xe"}, 1}} {
		if got := f.find(c.words...); len(got) != c.n {
			t.Errorf("%v: %q", c.words, got)
		}
	}
	f.Exec(`UPDATE answer_item SET value = 'cầu gãy' WHERE response_id = $1 AND question = 'loi'`, string(first))
	if len(f.find("duong")) != 1 || len(f.find("cau", "gay")) != 1 {
		t.Error("an answer that was changed is found as before")
	}
	f.Exec(`INSERT INTO transcript (response_id, question, words, written_by) VALUES ($1, 'loi', 'lúa chín', 'lan')`, string(first))
	if len(f.find("lua")) != 1 || len(f.find("cau")) != 0 {
		t.Error("what was written down is not found")
	}
	f.Exec(`UPDATE answer_item SET value = '' WHERE response_id = $1`, string(first))
	f.Exec(`DELETE FROM answer_item WHERE question = 'khac'`)
	f.want(1, "answers with words, after", `SELECT count(*) FROM answer_words`)
	f.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	f.MakeResponse(f.people[2], survey.ResponseSubmitted, survey.Web, survey.Answers{"loi": {Value: "kín đáo"}})
	f.want(1, "answers with words, of an anonymous campaign too", `SELECT count(*) FROM answer_words`)
}

// The database folds words as the house does.
func TestWordsAreFoldedAlike(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	for _, said := range []string{"Đường đê Ưu Việt", "ẮẰẲẴẶ ớờởỡợ ỳỷỹỵý", "Nguye\u0302\u0303n", "a,b;c (d) – «e» 12,5% 3/4", "", "  ", "hai\ndòng"} {
		want := strings.Fields(strings.ToLower(smstext.Match(said)))
		slices.Sort(want)
		want = slices.Compact(want)
		if got := f.Text(`SELECT coalesce(array_to_string(ARRAY(SELECT unnest(words_folded($1)) ORDER BY 1), ' '), '')`, said); got != strings.Join(want, " ") {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// Every page is found in the order of ids, none twice and none left out; a rare word is
// found by the index, and what is looked at does not grow with the campaign.
func TestWordsAreFoundPageByPage(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
		SELECT id, questionnaire_id, '', 1, 'vi', 'submitted', 'web', now(), now() FROM campaign, generate_series(1, 20000) WHERE id = $1`, f.k.ID)
	f.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at)
		SELECT id, 'loi', 'đường ' || CASE WHEN n % 500 = 0 THEN 'ngập' ELSE 'khô' END || ' chữ' || n, 'web', now() FROM (SELECT id, row_number() OVER () AS n FROM response) r`)
	f.Exec(`ANALYZE`)
	for word, want := range map[string]int{"ngap": 40, "chu19": 1111, "kho": 19960} {
		seen, after := map[survey.ResponseID]bool{}, survey.ResponseID("")
		for more := true; more; {
			page, err := f.FindWords(t.Context(), view.WordsFind{Campaign: f.k.ID, Question: "loi", Words: []string{"duong", word}, After: after, Limit: 30})
			if err != nil {
				t.Fatal(err)
			}
			more = page.More
			for _, a := range page.Answers {
				if a.Response <= after || seen[a.Response] {
					t.Fatalf("%s: %s after %s", word, a.Response, after)
				}
				seen[a.Response], after = true, a.Response
			}
			if more && page.Last != after {
				t.Fatalf("%s: the last is %s, not %s", word, page.Last, after)
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d, want %d", word, len(seen), want)
		}
	}
	var doc string
	if err := f.SQL().QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) SELECT response_id FROM answer_words WHERE words @@ $1::tsquery`,
		fmt.Sprintf("'@%d:loi' & 'ngap'", f.k.ID)).Scan(&doc); err != nil {
		t.Fatal(err)
	}
	var plans []struct {
		Plan json.RawMessage `json:"Plan"`
	}
	if err := json.Unmarshal([]byte(doc), &plans); err != nil || strings.Contains(doc, `"Seq Scan"`) || looked(t, plans[0].Plan) > 100 {
		t.Errorf("%v: looks at %.0f\n%s", err, looked(t, plans[0].Plan), doc)
	}
}
