package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

func (a *app) explain() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain",
		Short: a.t("Máy hiểu một số điện thoại, một tin nhắn, một câu trả lời, một diễn biến thế nào, và vì sao", "What the system makes of a phone, a text, a reply or a history, and why"),
		Long: a.t("Dùng đúng các hàm của hệ thống khi chạy thật. Cho đầu vào làm tham số, hoặc mỗi dòng một chuỗi JSON ở đầu vào chuẩn.",
			"Uses the very functions of production. Give inputs as arguments, or one JSON string per line on standard input."),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.explainPhone(), a.explainSMS(), a.explainReply(), a.explainProtocol(), a.explainDisposition())
	return cmd
}

func (a *app) explainPhone() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:     "phone [TEXT...]",
		Short:   a.t("Đọc số điện thoại như khi nạp danh sách", "Read a telephone number as the import does"),
		Example: `  canvass explain phone "0912 345 678 / 024.3825.1234"`,
		RunE: a.work(func(_ context.Context, args []string) error {
			return a.eachInput(args, func(text string) error {
				r := contactlist.ParsePhone(text)
				if a.json {
					return a.data(phoneExplained(text, r))
				}
				if contactlist.SaysNone(text) {
					a.say(a.t("%s: ô trống, không có số nào", "%s: an empty cell, no number"), text)
					return nil
				}
				a.say("%s: %s", text, a.phoneOutcome(r.Outcome))
				for _, n := range r.Numbers {
					sms := a.t("không nhận SMS", "no SMS")
					if n.SMS {
						sms = "SMS"
					}
					a.say("  %s  %s  %s", n.E164, a.numberType(n.Type), sms)
				}
				for _, e := range r.Told() {
					a.say("  %s: %s", e.Code, a.codeWords(e))
				}
				return nil
			})
		}),
	})
}

// phoneOutcome is the word for how a cell was understood.
func (a *app) phoneOutcome(o contactlist.Outcome) string {
	vi := map[contactlist.Outcome]string{contactlist.PhoneOK: "dùng được", contactlist.PhoneAmbiguous: "hiểu được nhiều cách",
		contactlist.PhoneSeveral: "nhiều số", contactlist.PhoneForeign: "số nước ngoài", contactlist.PhoneRejected: "không dùng được"}
	return a.t(vi[o], string(o))
}

// numberType is the word for the kind of a line.
func (a *app) numberType(t contactlist.NumberType) string {
	vi := map[contactlist.NumberType]string{contactlist.Mobile: "di động", contactlist.Landline: "máy bàn",
		contactlist.TollFree: "miễn cước 1800", contactlist.SharedCost: "tổng đài 1900", contactlist.Other: "loại khác"}
	return a.t(vi[t], string(t))
}

// phoneExplained has empty lists where nothing was found, never null: those who
// read it index without asking.
func phoneExplained(text string, r contactlist.PhoneReading) phoneCell {
	if r.Numbers == nil {
		r.Numbers = []contactlist.Number{}
	}
	if r.Warnings == nil {
		r.Warnings = []survey.Code{}
	}
	return phoneCell{PhoneReading: r, Blank: contactlist.SaysNone(text)}
}

// phoneCell is what explain phone prints.
type phoneCell struct {
	contactlist.PhoneReading
	Blank bool `json:"blank,omitempty"` // the cell says that there is none: the import passes over it
}

func (a *app) explainSMS() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:     "sms [TEXT...]",
		Short:   a.t("Bảng mã, số ký tự và số tin của một tin nhắn, có dấu và không dấu", "Encoding, length and segments of a text, as it stands and folded"),
		Example: `  canvass explain sms "Kính mời Ông/Bà trả lời khảo sát."`,
		RunE: a.work(func(_ context.Context, args []string) error {
			return a.eachInput(args, func(text string) error {
				e := smstext.Explain(text)
				if a.json {
					return a.data(e)
				}
				a.say("%s", text)
				a.saySize(e.Size)
				a.say("%s", e.Folded.Text)
				a.saySize(e.Folded.Size)
				for _, f := range smstext.Lint(e.Folded.Text) {
					a.say("  %s: %s: %s", f.Level, f.Word, f.Hint)
				}
				return nil
			})
		}),
	})
}

func (a *app) saySize(s smstext.Size) {
	a.say(a.t("  %s, %d ký tự, %d tin", "  %s, %d units, %d segments"), s.Encoding, s.Units, s.Segments)
}

// eachInput calls do with every argument, or, without any, with the JSON string
// on every line of standard input.
func (a *app) eachInput(args []string, do func(string) error) error {
	if len(args) > 0 {
		for _, text := range args {
			if err := do(text); err != nil {
				return err
			}
		}
		return nil
	}
	if f, ok := a.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprintln(a.errs, a.t("Gõ mỗi dòng một chuỗi JSON, kết thúc bằng Ctrl-D.", "Type one JSON string per line, Ctrl-D to end."))
		}
	}
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		var text string
		if err := json.Unmarshal([]byte(line), &text); err != nil {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: fmt.Sprintf("stdin:%d", n),
				Args: map[string]string{"problem": a.t("mỗi dòng là một chuỗi JSON", "each line is one JSON string"), "command": "explain"}, Err: err}
		}
		if err := do(text); err != nil {
			return err
		}
	}
	return lines.Err()
}
