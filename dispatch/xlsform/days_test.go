package xlsform

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// Days in expressions are carried; what an expression of ours cannot have is a fault
// at its cell, each with its own remedy.
func TestDaysOfExpressions(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t, tab{"survey", rows(`
type ¦ name ¦ label ¦ relevant ¦ constraint ¦ constraint_message ¦ kind
date ¦ sinh ¦ Ngày sinh ¦ ¦ int((today() - .) div 365.25) >= 18 and . < today() ¦ Từ 18 tuổi ¦ fact
date ¦ den ¦ Ngày đến ¦ ${sinh} < date('2000-01-01') ¦ . >= ${sinh} and . <= date(today() + 7) ¦ ¦ fact
text ¦ them ¦ Ghi thêm ¦ ${den} - ${sinh} > 30 and decimal-date-time(${den}) > 0 ¦ ¦ ¦ fact`)}))
	q, errs := f.Parse()
	if len(errs) > 0 || f.Faults() > 0 {
		t.Fatalf("%v\n%s\n%s", errs, f.told(), f.Source)
	}
	den, _ := q.Question("den")
	today := survey.Date{Year: 2026, Month: 12, Day: 1}
	for value, holds := range map[survey.AnswerText]bool{"2026-12-08": true, "2026-12-09": false, "1990-01-01": false} {
		err := q.Holds(den, survey.Answer{Value: value}, survey.Answers{"sinh": {Value: "1990-05-01"}}, today)
		if (err == nil) != holds {
			t.Errorf("%s: %v", string(value), err)
		}
	}

	f = read(t, workbook(t, tab{"survey", rows(`
type ¦ name ¦ label ¦ relevant ¦ constraint ¦ calculation ¦ kind
text ¦ a ¦ A ¦ ¦ . != now() ¦ ¦ fact
text ¦ b ¦ B ¦ jr:choice-name(${a}, '${a}') = 'x' ¦ ¦ ¦ fact
calculate ¦ c ¦ ¦ ¦ ¦ once(random()) ¦ fact`)}))
	var got []string
	for _, x := range f.Findings {
		if x.Level == Fault {
			got = append(got, x.Where+" "+string(x.Code))
		}
	}
	slices.Sort(got)
	if s := strings.Join(got, ", "); s != "survey!D3 form_choice_name, survey!E2 form_now, survey!F4 form_once" {
		t.Error(s)
	}

	// What only our form forbids is told at the cell, too.
	file := workbook(t, tab{"survey", rows(`
type ¦ name ¦ label ¦ relevant ¦ kind
date ¦ a ¦ A ¦ ¦ fact
text ¦ b ¦ B ¦ ${a} < today() ¦ fact`)})
	f, err := Read("phieu.xlsx", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	_, errs = f.Parse()
	if len(errs) != 1 || errs[0].Code != survey.CodeExpressionToday || errs[0].Where != "survey!D3" {
		t.Errorf("%v", errs)
	}
}
