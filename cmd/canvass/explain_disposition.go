package main

import (
	"bytes"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"canvass/dispatch/disposition"
	"canvass/dispatch/history"
	"canvass/dispatch/replay"
	"canvass/dispatch/survey"
)

// dispositionExplained is what explain disposition prints.
type dispositionExplained struct {
	Code   survey.Disposition `json:"code"`
	Class  disposition.Class  `json:"class"`
	Reason survey.Reason      `json:"reason"`
	Label  string             `json:"label"`
	Steps  []replay.Step      `json:"steps"`
}

func (a *app) explainDisposition() *cobra.Command {
	var file string
	var listed string
	cmd := a.withJSON(&cobra.Command{
		Use:   "disposition --events FILE",
		Short: a.t("Một diễn biến dẫn tới trạng thái cuối nào, qua từng sự kiện", "The final disposition that a made-up history leads to, event by event"),
		Long: a.t(`Mỗi dòng của tệp là một sự kiện viết bằng JSON: "at" (giờ) và "event", là một trong launched, attempt, contact, endpoint,
begun, answered, submitted, refused, opted_out, wrong_person, coded, ended. Lần liên hệ (attempt) cần "channel" (email,
sms, call), "step" và "state" (sent, delivered, undelivered, failed, unknown …), có thể thêm "try" và "reason" (bounce,
busy, no_answer, machine …); "message": true nếu máy nhắn đã nghe hết lời. answered cần "answered", "applicable", "keys";
refused có thể có "by": "other"; coded cần "code".
Sau mỗi sự kiện là mã của lượt mời nếu chốt ngay lúc ấy. --listed: người trong khung mẫu chắc chắn thuộc diện (known),
coi như thuộc diện (assumed) hay chưa rõ (unknown).`,
			`Every line of the file is one event in JSON: "at" (a time) and "event", one of launched, attempt, contact, endpoint,
begun, answered, submitted, refused, opted_out, wrong_person, coded, ended. An attempt needs "channel" (email, sms, call),
"step" and "state" (sent, delivered, undelivered, failed, unknown …), and may have "try" and "reason" (bounce, busy,
no_answer, machine …); "message": true if a machine heard our words to the end. answered needs "answered", "applicable",
"keys"; refused may have "by": "other"; coded needs "code".
Beside every event stands the code of the case, were it to close then. --listed: whoever is on the frame certainly belongs
there (known), is taken to (assumed), or nobody knows (unknown).`),
		Example: `  canvass explain disposition --events case.jsonl --listed known`,
		Args:    cobra.NoArgs,
	})
	cmd.Flags().StringVar(&file, "events", "", a.t("tệp sự kiện", "the file of events"))
	cmd.Flags().StringVar(&listed, "listed", string(survey.EligibilityAssumed), "known | assumed | unknown")
	_ = cmd.MarkFlagRequired("events")
	cmd.RunE = a.work(func(context.Context, []string) error {
		setting := survey.Eligibility(listed)
		if !slices.Contains([]survey.Eligibility{survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown}, setting) {
			return wrongUsage(cmd, "--listed known|assumed|unknown")
		}
		src, err := readFile(file)
		if err != nil {
			return err
		}
		events, err := history.Read(file, bytes.NewReader(src))
		if err != nil {
			return err
		}
		return a.sayDisposition(replay.Fold(events, setting))
	})
	return cmd
}

func (a *app) sayDisposition(o replay.Outcome) error {
	class := disposition.ClassOf(o.Code)
	if a.json {
		steps := o.Steps
		if steps == nil {
			steps = []replay.Step{} // those who read it index without asking
		}
		return a.data(dispositionExplained{Code: o.Code, Class: class, Reason: o.Reason, Label: a.dispositionLabel(o.Code), Steps: steps})
	}
	t := a.table(a.t("LÚC", "AT"), a.t("SỰ KIỆN", "EVENT"), a.t("MÃ", "CODE"), "")
	for _, s := range o.Steps {
		t.row(moment(s.At), s.Event, s.Code, a.dispositionLabel(s.Code))
	}
	if err := t.end(); err != nil {
		return err
	}
	a.say(a.t("Trạng thái cuối %s: %s (%s: %s). Lý do: %s.", "Final disposition %s: %s (%s: %s). Reason: %s."), o.Code,
		a.dispositionLabel(o.Code), class, a.label("class", string(class)), a.label("reason", string(o.Reason)))
	return nil
}

func (a *app) dispositionLabel(d survey.Disposition) string { return a.label("disposition", string(d)) }
