package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/xlsform"
)

// formFinding is what became of one cell of a workbook, or of several alike.
type formFinding struct {
	Level xlsform.Level `json:"level"`
	Where string        `json:"where"`
	Also  []string      `json:"also,omitempty"`
	Code  survey.Code   `json:"code"`
	Words string        `json:"words"`
}

// formRead is what questionnaire import prints of one workbook.
type formRead struct {
	File      string        `json:"file"`
	Name      string        `json:"name,omitempty"`
	Questions int           `json:"questions"`
	Faults    int           `json:"faults"`
	Findings  []formFinding `json:"findings"`
	Out       string        `json:"out,omitempty"`
	YAML      string        `json:"yaml,omitempty"`
	// Unfit are the questions that SMS or calls cannot ask.
	Unfit []unfit `json:"unfit,omitempty"`

	questionnaire *instrument.Questionnaire
	place         func(*survey.Error) *survey.Error // by cell
	warnings      []*survey.Error
	source        []byte
}

// placed are errors of the questionnaire, told by cell.
func (r formRead) placed(list []*survey.Error) []*survey.Error {
	out := make([]*survey.Error, len(list))
	for i, e := range list {
		out[i] = r.place(e)
	}
	return out
}

func (a *app) questionnaireImport() *cobra.Command {
	var out string
	cmd := a.withJSON(&cobra.Command{
		Use:   "import FILE.xlsx [--out FILE.yaml]",
		Short: a.t("Đọc phiếu hỏi từ tệp XLSForm (Excel)", "Read a questionnaire from an XLSForm workbook"),
		Long: a.t(`Đọc các trang survey, choices, settings và ghi thành phiếu hỏi YAML, ra màn hình hoặc vào tệp --out (tệp đã có thì không
bị ghi đè). Ô nào không giữ được đúng như cũ đều được nêu tên: "lỗi" thì phải sửa trong Excel rồi đọc lại, chưa có gì được
ghi; "lưu ý" thì đã được chuyển theo cách khác hoặc bị bỏ qua, như lời ghi bên cạnh. Sau đó là những câu không hỏi được
qua tin nhắn hoặc điện thoại, vì sao, và sửa thế nào.
Cột riêng của canvass: kind, key, core, page, missing, sms::…, voice::…, audio::… (tên tệp ghi âm), và short::… ở trang choices.`,
			`The sheets survey, choices and settings are read and written as a questionnaire in YAML, to the terminal or to the file
of --out (none is overwritten). Every cell that could not be kept as it was is named: an error must be mended in Excel and
nothing is written; a note says in what other way it was carried, or that it was left out. Then come the questions that
SMS or calls cannot ask, why, and what would mend it.
Columns of ours: kind, key, core, page, missing, sms::…, voice::…, audio::… (the name of a recording), and short::… on the sheet choices.`),
		Example: `  canvass questionnaire import phieu.xlsx --out phieu.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: a.work(func(_ context.Context, args []string) error {
			r, err := a.readForm(args[0])
			if err != nil {
				return err
			}
			if r.Faults == 0 && out != "" {
				if err := writeNew(out, func(w io.Writer) error { _, err := w.Write(r.source); return err }); err != nil {
					return err
				}
				r.Out = out
			}
			return a.sayForm(r)
		}),
	})
	cmd.Flags().StringVar(&out, "out", "", a.t("tệp YAML sẽ ghi", "the YAML file to write"))
	return cmd
}

// isWorkbook reports whether a file is named as one.
func isWorkbook(file string) bool { return strings.EqualFold(filepath.Ext(file), ".xlsx") }

// readForm reads a workbook and checks what came of it; everything wrong with
// it is among the findings.
func (a *app) readForm(file string) (formRead, error) {
	f, err := os.Open(file)
	if err != nil {
		return formRead{}, unreadable(file, err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return formRead{}, unreadable(file, err)
	}
	form, err := xlsform.Read(file, f, info.Size())
	if err != nil {
		return formRead{}, err
	}
	r := formRead{File: file, Findings: []formFinding{}, source: form.Source}
	qn, errs := form.Parse()
	for _, x := range form.Findings {
		r.Findings = append(r.Findings, a.formFinding(x))
	}
	for _, e := range errs {
		r.Findings = append(r.Findings, a.formFinding(xlsform.Finding{Level: xlsform.Fault, Error: e}))
	}
	r.Faults = form.Faults() + len(errs)
	if r.questionnaire, r.place = qn, form.Place; qn != nil {
		r.Name, r.Questions, r.Unfit = qn.Name, len(qn.Questions), a.unfitOf(qn, form.Place)
		for _, w := range qn.Warnings() {
			r.warnings = append(r.warnings, form.Place(w))
		}
	}
	return r, nil
}

func (a *app) formFinding(x xlsform.Finding) formFinding {
	return formFinding{Level: x.Level, Where: x.Where, Also: x.Also, Code: x.Code, Words: a.findings([]*survey.Error{x.Error})[0].Words}
}

// sayForm prints the findings, then the YAML if no file has it. Faults end the
// command with an error.
func (a *app) sayForm(r formRead) error {
	if a.json {
		if r.Faults == 0 && r.Out == "" {
			r.YAML = string(r.source)
		}
		if err := a.data(r); err != nil {
			return err
		}
	} else {
		a.sayFindings(r.File, r.Findings)
		a.sayUnfit(r.File, r.Unfit)
	}
	switch {
	case r.Faults > 0:
		if !a.json {
			a.note(a.t("%s: %d lỗi. Chưa có gì được ghi.", "%s: %d errors. Nothing was written."), r.File, r.Faults)
		}
		return errTold
	case a.json:
	case r.Out == "":
		_, err := a.out.Write(r.source)
		return err
	default:
		a.say(a.t("%s: phiếu %s, %d câu, %d lưu ý. Xem lại rồi chốt: canvass questionnaire publish %[1]s",
			"%s: questionnaire %s, %d questions, %d notes. Look at it, then publish it: canvass questionnaire publish %[1]s"),
			r.Out, r.Name, r.Questions, len(r.Findings))
	}
	return nil
}

// sayFindings prints errors first, each with all its cells.
func (a *app) sayFindings(file string, list []formFinding) {
	for _, level := range [...]xlsform.Level{xlsform.Fault, xlsform.Remark} {
		for _, x := range list {
			if x.Level != level {
				continue
			}
			where, word := x.Where, a.t("lỗi: ", "error: ")
			if level == xlsform.Remark {
				word = a.t("lưu ý: ", "note: ")
			}
			if n := len(x.Also); n > 3 {
				where += fmt.Sprintf(a.t(" và %d ô khác", " and %d more"), n)
			} else if n > 0 {
				where += ", " + strings.Join(x.Also, ", ")
			}
			fmt.Fprintf(a.errs, "%s: %s: %s%s\n", file, where, word, x.Words)
		}
	}
}

// checked is r as questionnaire check prints it.
func (r formRead) checked(a *app) checked {
	c := checked{File: r.File, Name: r.Name, Questions: r.Questions, Errors: []finding{}, Warnings: a.findings(r.warnings)}
	for _, x := range r.Findings {
		one := finding{Where: x.Where, Code: x.Code, Words: x.Words}
		if x.Level == xlsform.Fault {
			c.Errors = append(c.Errors, one)
		} else {
			c.Warnings = append(c.Warnings, one)
		}
	}
	return c
}

// sourceOf is the YAML to publish of a file or a workbook, and what tells its
// warnings where they belong: at a line, or a cell. What is wrong with a
// workbook is told here, and then the error is errTold.
func (a *app) sourceOf(file string) (src []byte, placed func([]*survey.Error) []*survey.Error, err error) {
	placed = func(list []*survey.Error) []*survey.Error { return list }
	if !isWorkbook(file) {
		src, err = readFile(file)
		return src, placed, err
	}
	r, err := a.readForm(file)
	switch {
	case err != nil:
		return nil, nil, err
	case r.Faults > 0:
		return nil, nil, a.sayForm(r)
	case !a.json:
		a.sayFindings(file, r.Findings)
	}
	placed = func(list []*survey.Error) []*survey.Error {
		heard := slices.DeleteFunc(slices.Clone(list), func(e *survey.Error) bool { return !strings.HasPrefix(string(e.Code), "audio_") })
		return append(slices.Clone(r.warnings), r.placed(heard)...)
	}
	return r.source, placed, nil
}

func (a *app) questionnaireExport() *cobra.Command {
	var out string
	cmd := a.withJSON(&cobra.Command{
		Use:   "export NAME[@VERSION]|FILE.yaml --xlsx FILE.xlsx",
		Short: a.t("Ghi phiếu hỏi thành tệp XLSForm (Excel)", "Write a questionnaire as an XLSForm workbook"),
		Long: a.t(`Tệp mở được bằng Excel và các công cụ XLSForm khác; questionnaire import đọc lại được đúng phiếu cũ. Tệp đã có thì không
bị ghi đè.`,
			`Excel and other XLSForm tools open the file, and questionnaire import reads it back to the same questionnaire. None is
overwritten.`),
		Example: `  canvass questionnaire export y_kien_thang --xlsx y-kien-thang.xlsx`,
		Args:    cobra.ExactArgs(1),
	})
	cmd.Flags().StringVar(&out, "xlsx", "", a.t("tệp Excel sẽ ghi", "the workbook to write"))
	_ = cmd.MarkFlagRequired("xlsx")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !isWorkbook(out) {
			return wrongUsage(cmd, "--xlsx FILE.xlsx")
		}
		if _, err := os.Stat(args[0]); err == nil || !errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(args[0], `/\`) {
			return a.work(func(context.Context, []string) error {
				_, src, err := readQuestionnaire(args[0])
				if err != nil {
					return err
				}
				return a.writeForm(args[0], src, out)
			})(cmd, args)
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			q, err := e.publishedQuestionnaire(ctx, args[0])
			if err != nil {
				return err
			}
			return a.writeForm(args[0], []byte(q.Source), out)
		})(cmd, args)
	}
	return cmd
}

// writeForm writes a questionnaire that parses as a workbook.
func (a *app) writeForm(name string, src []byte, out string) error {
	book, found, err := xlsform.Write(name, src)
	if err != nil {
		return err
	}
	if err := writeNew(out, func(w io.Writer) error { _, err := w.Write(book); return err }); err != nil {
		return err
	}
	r := formRead{File: name, Out: out, Findings: []formFinding{}}
	for _, x := range found {
		r.Findings = append(r.Findings, a.formFinding(x))
	}
	if qn, _ := instrument.Parse(name, src); qn != nil {
		r.Name, r.Questions = qn.Name, len(qn.Questions)
	}
	if a.json {
		return a.data(r)
	}
	a.sayFindings(out, r.Findings)
	a.say(a.t("%s: phiếu %s, %d câu, %d lưu ý.", "%s: questionnaire %s, %d questions, %d notes."), out, r.Name, r.Questions, len(r.Findings))
	return nil
}
