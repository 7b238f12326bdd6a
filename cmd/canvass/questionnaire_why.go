package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

func (a *app) questionnaireWhy() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "why RESPONSE QUESTION",
		Short: a.t("Vì sao một câu được hỏi hay không được hỏi trong một phiếu trả lời", "Why a question was or was not asked in a response"),
		Long: a.t("RESPONSE là mã phiếu trả lời trong tệp của canvass results --csv. Lời người trả lời tự viết không hiện ra, chỉ có dấu …",
			"RESPONSE is the id in the file of canvass results --csv. What people wrote in their own words is not shown: … stands for it."),
		Args: cobra.ExactArgs(2),
		RunE: a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			w, err := dispatch.WhyAsked(ctx, e.db, survey.ResponseID(args[0]), args[1])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(w)
			}
			a.say("%s · %s@%d · %s", w.Question, w.Questionnaire, w.Version, a.label("mode", string(w.Mode)))
			a.say("%s", a.verdict(w.Verdict))
			if w.Trace != nil {
				a.sayTrace(*w.Trace, 1)
			}
			return nil
		}),
	})
}

// verdict says why a question was or was not asked.
func (a *app) verdict(v dispatch.AskedVerdict) string {
	switch v {
	case dispatch.AskedAnswered:
		return a.t("Đã hỏi, và đã có câu trả lời hoặc đã bỏ qua.", "It was asked, and was answered or passed over.")
	case dispatch.AskedIrrelevant:
		return a.t("Không hỏi, vì điều kiện không đúng:", "It was not asked, since its condition is false:")
	case dispatch.AskedNotCarried:
		return a.t("Không hỏi, vì cách trả lời này không hỏi câu đó.", "It was not asked, since this mode does not ask it.")
	}
	return a.t("Thuộc diện hỏi, chưa có câu trả lời.", "It applies, and has no answer yet.")
}

// sayTrace prints a condition and, indented, its parts with their values.
func (a *app) sayTrace(t instrument.Trace, depth int) {
	value := t.Value
	switch {
	case value == "" && t.Name != "":
		value = a.t("(trống)", "(empty)")
	case value == "true":
		value = a.t("đúng", "true")
	case value == "false":
		value = a.t("sai", "false")
	}
	a.say("%s%s  →  %s", strings.Repeat("  ", depth), t.Expression, value)
	for _, p := range t.Parts {
		a.sayTrace(p, depth+1)
	}
}
