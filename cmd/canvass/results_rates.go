package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"canvass/dispatch/disposition"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// sayOutcome prints what became of the cases, and every rate of it.
func (a *app) sayOutcome(o results.Outcome, listed survey.Eligibility) error {
	return errors.Join(a.sayDispositions(o.Total), a.sayRates(o.Total, listed), a.sayStrata(o), a.sayModes(o.Total), a.sayCurve(o.Total))
}

func (a *app) sayDispositions(g results.Group) error {
	t := a.table(a.t("MÃ", "CODE"), a.t("NGƯỜI", "PEOPLE"), a.t("TRẠNG THÁI CUỐI", "DISPOSITION"))
	for _, d := range slices.Sorted(maps.Keys(g.Counts)) {
		t.row(d, g.Counts[d], a.dispositionLabel(d))
	}
	if g.Open > 0 {
		t.row("", g.Open, a.t("còn mở, chưa có trạng thái cuối", "still open, without a disposition"))
	}
	t.row("", g.Cases, a.t("tất cả", "all"))
	return t.end()
}

// sayRates prints every rate, weighted and not, and how unknown eligibility was
// taken.
func (a *app) sayRates(g results.Group, listed survey.Eligibility) error {
	a.say("")
	t := a.table(a.t("TỶ LỆ", "RATE"), "", "1", "2", "3", "4", "5", "6")
	weighted := a.t("có trọng số", "weighted")
	r, w := g.Rates, g.Weighted
	for _, family := range []struct {
		name, words     string
		plain, weighted []*float64
	}{
		{"RR", a.t("trả lời", "response"), []*float64{r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6}, []*float64{w.RR1, w.RR2, w.RR3, w.RR4, w.RR5, w.RR6}},
		{"COOP", a.t("hợp tác", "cooperation"), []*float64{r.COOP1, r.COOP2, r.COOP3, r.COOP4}, []*float64{w.COOP1, w.COOP2, w.COOP3, w.COOP4}},
		{"REF", a.t("từ chối", "refusal"), []*float64{r.REF1, r.REF2, r.REF3}, []*float64{w.REF1, w.REF2, w.REF3}},
		{"CON", a.t("tiếp cận", "contact"), []*float64{r.CON1, r.CON2, r.CON3}, []*float64{w.CON1, w.CON2, w.CON3}},
	} {
		t.row(a.shares([]any{family.name, family.words}, family.plain)...)
		t.row(a.shares([]any{"", weighted}, family.weighted)...)
	}
	if err := t.end(); err != nil {
		return err
	}
	a.say(a.t("Tỷ lệ tham gia %s (có trọng số %s): trong %d người đã mời.", "Participation %s (weighted %s): of %d people invited."),
		a.share(r.Participation), a.share(w.Participation), g.Invited)
	a.say("%s", a.eligibility(g, listed))
	unknown := 0
	for d, n := range g.Counts {
		if disposition.ClassOf(d) == disposition.U {
			unknown += n
		}
	}
	if unknown+g.Open > 0 {
		a.say(a.t("%d lượt mời chưa rõ có thuộc diện hoặc còn mở: không công bố RR5 và RR6, vốn bỏ qua họ.",
			"%d cases are open or of unknown eligibility: RR5 and RR6, which leave them out, are not for publication."), unknown+g.Open)
	}
	if g.Open > 0 {
		a.say(a.t("%d lượt mời còn mở được tính là chưa trả lời: các tỷ lệ này là tới lúc này.",
			"%d open cases count as not answered: these rates are as of now."), g.Open)
	}
	return nil
}

// eligibility says how people of whom nobody knows whether they belong to the
// frame were taken.
func (a *app) eligibility(g results.Group, listed survey.Eligibility) string {
	switch listed {
	case survey.EligibilityKnown:
		return a.t("Mọi người trong khung mẫu chắc chắn thuộc diện (listed: known): không có ai chưa rõ, nên không cần e.",
			"Everybody on the frame certainly belongs there (listed: known): nobody is of unknown eligibility, and e plays no part.")
	case survey.EligibilityUnknown:
		e := "–"
		if g.Rates.E != nil {
			e = templates.Decimal(string(a.lang), *g.Rates.E, 3)
		}
		return fmt.Sprintf(a.t("e = %s: trong số chưa rõ có thuộc diện, coi tỷ lệ thuộc diện như ở những người đã rõ (CASRO; listed: unknown).",
			"e = %s: of those of unknown eligibility, the share found among the others counts as eligible (CASRO; listed: unknown)."), e)
	}
	return a.t("e = 1: ai chưa rõ có thuộc diện đều được coi là thuộc diện (listed: assumed).",
		"e = 1: everybody of unknown eligibility counts as eligible (listed: assumed).")
}

// sayStrata prints the rates that staff look at, by stratum.
func (a *app) sayStrata(o results.Outcome) error {
	if len(o.Strata) == 0 {
		return nil
	}
	a.say("")
	t := a.table(a.t("TẦNG", "STRATUM"), a.t("NGƯỜI", "PEOPLE"), a.t("CÒN MỞ", "OPEN"), "RR1", "RR2", "REF1", "CON1", a.t("THAM GIA", "PARTICIPATION"))
	for i, g := range append([]results.Group{o.Total}, o.Strata...) {
		name := firstOf(g.Name, a.t("(không tên)", "(unnamed)"))
		if i == 0 {
			name = a.t("tất cả", "all")
		}
		r := g.Rates
		t.row(a.shares([]any{name, g.Cases, g.Open}, []*float64{r.RR1, r.RR2, r.REF1, r.CON1, r.Participation})...)
	}
	return t.end()
}

// sayModes prints by which mode the usable responses came; the parts add up to the
// rates.
func (a *app) sayModes(g results.Group) error {
	a.say("")
	t := a.table(a.t("CÁCH TRẢ LỜI", "MODE"), a.t("ĐỦ", "COMPLETE"), a.t("MỘT PHẦN", "PARTIAL"), "RR1", "RR2", a.t("THAM GIA", "PARTICIPATION"))
	for _, m := range g.Modes {
		t.row(a.shares([]any{a.label("mode", string(m.Mode)), m.Complete, m.Partial}, []*float64{m.RR1, m.RR2, m.Participation})...)
	}
	return t.end()
}

// sayCurve prints how far one would have come with fewer contacts.
func (a *app) sayCurve(g results.Group) error {
	a.say("")
	t := a.table(a.t("SAU SỐ LẦN LIÊN HỆ", "AFTER CONTACTS"), a.t("ĐÃ LIÊN HỆ", "HAD THEM"), a.t("TRẢ LỜI ĐƯỢC DÙNG", "USABLE"), "RR1", "RR2",
		a.t("THAM GIA", "PARTICIPATION"))
	for _, p := range g.Contacts {
		t.row(a.shares([]any{p.Contacts, p.Had, p.Usable}, []*float64{p.RR1, p.RR2, p.Participation})...)
	}
	return t.end()
}

// shares adds rates to the cells of a row.
func (a *app) shares(cells []any, rates []*float64) []any {
	for _, r := range rates {
		cells = append(cells, a.share(r))
	}
	return cells
}

// share writes a rate; a figure that cannot be computed is a dash, never 0.
func (a *app) share(p *float64) string {
	if p == nil {
		return "–"
	}
	return templates.Percent(string(a.lang), *p)
}

// outcomeLines are the few rates that staff look at while a campaign runs.
func (a *app) outcomeLines(line func(string, ...any), g results.Group) {
	if g.Invited == 0 {
		return
	}
	used := 0
	if n := len(g.Contacts); n > 0 {
		used = g.Contacts[n-1].Usable
	}
	if g.Open > 0 {
		line(a.t("Tham gia tới lúc này: %s (%d trong %d người đã mời); %d lượt mời còn mở, tính là chưa trả lời",
			"Participation so far: %s (%d of %d invited); %d cases are still open and count as not answered"),
			a.share(g.Rates.Participation), used, g.Invited, g.Open)
	} else {
		line(a.t("Tham gia: %s (%d trong %d người đã mời)", "Participation: %s (%d of %d invited)"), a.share(g.Rates.Participation), used, g.Invited)
	}
	line(a.t("Trả lời RR1 %s · kể cả một phần RR2 %s · từ chối REF1 %s · tiếp cận CON1 %s",
		"Response RR1 %s · with partials RR2 %s · refusal REF1 %s · contact CON1 %s"),
		a.share(g.Rates.RR1), a.share(g.Rates.RR2), a.share(g.Rates.REF1), a.share(g.Rates.CON1))
}
