package dispatch_test

import (
	"maps"
	"slices"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// A campaign begins with the office's texts of when it is made, a proposal of when it is
// begun: what a second person approves is what people read.
func TestCampaignsBeginWithTheTextsOfTheOffice(t *testing.T) {
	t.Parallel()
	db := house(t)
	name, _ := survey.ParseTextName("last.sms.vi")
	write := func(body string, seen int) {
		t.Helper()
		changed, err := dispatch.SetText(t.Context(), db, dispatch.TextEdit{Name: name, Text: survey.OwnText{Body: body + " {link} {thoi_nhan}"}, Seen: seen, Actor: "mai", Now: pgtest.Day()})
		if err != nil || !changed {
			t.Fatal(changed, err)
		}
	}
	write("Lần cuối.", 0)
	if changed, err := dispatch.SetText(t.Context(), db, dispatch.TextEdit{Name: name, Text: survey.OwnText{Body: " Lần  cuối. {link} {thoi_nhan} "}, Seen: 1}); err != nil || changed {
		t.Errorf("the same text is a change: %v %v", changed, err)
	}
	k, err := create(t, db, decemberSpec)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := dispatch.NewPlan(chance())
	if err != nil {
		t.Fatal(err)
	}
	id, err := dispatch.MakeProposal(t.Context(), db, plan, "mai", pgtest.Day())
	if err != nil {
		t.Fatal(err)
	}
	write("Lần cuối thật.", 1)
	if kept, err := db.CampaignByName(t.Context(), k.Name); err != nil || kept.Texts[name].Body != "Lần cuối. {link} {thoi_nhan}" {
		t.Errorf("%v %v", kept.Texts, err)
	}
	if p, err := dispatch.ReadProposal(t.Context(), db, id); err != nil || p.Plan.Spec.Texts[name].Body != "Lần cuối. {link} {thoi_nhan}" {
		t.Errorf("%v %v", p.Plan.Spec.Texts, err)
	}
	if changed, err := dispatch.ResetText(t.Context(), db, dispatch.TextEdit{Name: name, Seen: 1, Actor: "mai", Now: pgtest.Day()}); survey.CodeOf(err) != survey.CodeTextMoved || changed {
		t.Errorf("over a version that was not seen: %v %v", changed, err)
	}
	if _, err := dispatch.SetText(t.Context(), db, dispatch.TextEdit{Name: name, Text: survey.OwnText{Body: "{ho_te} {x"}, Seen: 2}); !slices.Equal(slices.Sorted(maps.Keys(codes(err))), []string{"text_brace", "text_field", "text_lacks"}) {
		t.Errorf("all that is wrong is told at once: %v", codes(err))
	}
}
