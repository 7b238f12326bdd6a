package intake_test

import "testing"

// Declining the consent by link ends as a refusal by the person, with nothing kept.
func TestDecliningTheYearlySurveyByLink(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "yearly")
	p.get(p.form).press("begin").press("next", "dong_y=99").wants(200)
	if got := p.db.Text(`SELECT state || ' ' || disposition FROM invitation`); got != "closed 2.112" {
		t.Errorf("it ends as %s", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM answer_item`); n != 0 {
		t.Errorf("%d answers are kept", n)
	}
}
