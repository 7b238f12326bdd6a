package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// finding is an error or a warning of a questionnaire, for --json.
type finding struct {
	Where string      `json:"where"`
	Code  survey.Code `json:"code"`
	Words string      `json:"words"`
}

// checked is what questionnaire check prints of one file.
type checked struct {
	File      string               `json:"file"`
	Name      string               `json:"name,omitempty"`
	Questions int                  `json:"questions"`
	Errors    []finding            `json:"errors"`
	Warnings  []finding            `json:"warnings"`
	Sounds    int                  `json:"recordings,omitempty"`
	Modes     []appraisal.Mode     `json:"modes,omitempty"`
	Languages []appraisal.Language `json:"languages,omitempty"`
	Drawn     drawnByLot           `json:"drawn_by_lot,omitzero"`
}

func (a *app) questionnaireCheck() *cobra.Command {
	var since, audio string
	cmd := a.withJSON(&cobra.Command{
		Use:   "check FILE|NAME[@VERSION]...",
		Short: a.t("Soát phiếu hỏi: lỗi theo dòng, cách hỏi, từng cách trả lời, ngôn ngữ", "Appraise a questionnaire: errors by line, wording, modes, languages"),
		Long: a.t(`Câu nào hỏi được qua web, tin nhắn, điện thoại và bằng cách nào; số đoạn tin không dấu và có dấu; số giây đọc qua điện
thoại, ước tính từ số âm tiết (4,2 âm tiết một giây) và chỗ ngắt. Một cách trả lời chỉ dùng được khi đi đường nào qua
phiếu cũng trả lời được. Lưu ý về lời hỏi là gợi ý, người soạn quyết định.`,
			`Which questions the web, SMS and calls can ask, and how; segments without and with accents; seconds of a call,
estimated from syllables (4.2 a second in Vietnamese) and pauses. A mode may be used only when every path through the
questionnaire can be answered in it. Notes on wording are hints; the author decides.`),
		Args: cobra.MinimumNArgs(1),
		RunE: a.work(func(ctx context.Context, names []string) error {
			good := true
			for _, name := range names {
				c, q, err := a.appraise(ctx, name)
				if err != nil {
					return err
				}
				if since != "" && q != nil {
					before, err := a.questionnaireNamed(ctx, since)
					if err != nil {
						return err
					}
					c.Warnings = append(c.Warnings, a.findings(appraisal.Stale(before, q))...)
				}
				if q != nil {
					if err := a.checkAudio(ctx, name, q, audio, &c); err != nil {
						return err
					}
				}
				good = good && len(c.Errors) == 0
				if err := a.sayChecked(c); err != nil {
					return err
				}
			}
			if !good {
				return errTold
			}
			return nil
		}),
	})
	a.audioFlag(cmd, &audio)
	cmd.Flags().StringVar(&since, "since", "", a.t("bản trước (tệp, hoặc tên@phiên bản), để tìm bản dịch chưa theo kịp", "the version before (a file, or name@version), to find translations that did not follow"))
	return cmd
}

// appraise reads and appraises a file, a workbook or a published version.
func (a *app) appraise(ctx context.Context, name string) (checked, *instrument.Questionnaire, error) {
	if !isWorkbook(name) {
		src, err := a.questionnaireSource(ctx, name)
		if err != nil {
			return checked{}, nil, err
		}
		c, q := a.appraised(name, src)
		return c, q, nil
	}
	r, err := a.readForm(name)
	if err != nil || r.questionnaire == nil || r.Faults > 0 {
		return r.checked(a), r.questionnaire, err
	}
	c, found := r.checked(a), appraisal.Of(r.questionnaire)
	c.Modes, c.Languages, c.Drawn = found.Modes, found.Languages, drawn(r.questionnaire)
	c.Errors = append(c.Errors, a.findings(r.placed(found.Errors))...)
	c.Warnings = a.findings(r.placed(found.Warnings))
	return c, r.questionnaire, nil
}

// appraised reads and appraises one source; q is nil if it cannot be read.
func (a *app) appraised(name string, src []byte) (checked, *instrument.Questionnaire) {
	q, faults := instrument.Parse(name, src)
	c := checked{File: name, Errors: a.findings(faults), Warnings: []finding{}}
	if q == nil {
		return c, nil
	}
	found := appraisal.Of(q)
	c.Name, c.Questions = q.Name, len(q.Questions)
	c.Errors, c.Warnings = a.findings(found.Errors), a.findings(found.Warnings)
	c.Modes, c.Languages, c.Drawn = found.Modes, found.Languages, drawn(q)
	return c, q
}

// questionnaireSource is the text of a file or, where there is no such file and
// the name could be one, of a published version.
func (a *app) questionnaireSource(ctx context.Context, name string) ([]byte, error) {
	base, at, pinned := strings.Cut(name, "@")
	if !a.isPublished(name) {
		return readFile(name)
	}
	version, err := strconv.Atoi(at)
	if pinned && (err != nil || version < 1) {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: map[string]string{
			"problem": name + ": NAME@VERSION", "command": "questionnaire"}}
	}
	e, err := a.oneShot(ctx)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	q, err := e.db.Questionnaire(ctx, base, version)
	return []byte(q.Source), err
}

// isPublished reports whether a name is taken for that of a published version.
func (a *app) isPublished(name string) bool {
	base, _, _ := strings.Cut(name, "@")
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(base, `./\`)
}

// questionnaireNamed reads a file or a published version.
func (a *app) questionnaireNamed(ctx context.Context, name string) (*instrument.Questionnaire, error) {
	src, err := a.questionnaireSource(ctx, name)
	if err != nil {
		return nil, err
	}
	q, faults := instrument.Parse(name, src)
	joined := make([]error, len(faults))
	for i, f := range faults {
		joined[i] = f
	}
	return q, errors.Join(joined...)
}

func (a *app) findings(list []*survey.Error) []finding {
	out := make([]finding, len(list))
	for i, e := range list {
		words := *e
		words.Where = ""
		out[i] = finding{Where: e.Where, Code: e.Code, Words: a.codeWords(&words)}
	}
	return out
}

func (a *app) sayChecked(c checked) error {
	if a.json {
		return a.data(c)
	}
	for _, f := range c.Errors {
		fmt.Fprintf(a.errs, "%s: %s\n", f.Where, f.Words)
	}
	a.sayWarnings(c.Warnings)
	if len(c.Errors) > 0 {
		return nil
	}
	a.say(a.t("%s: phiếu %s dùng được, %d mục, %d lưu ý.", "%s: questionnaire %s can be used, %d items, %d warnings."),
		c.File, c.Name, c.Questions, len(c.Warnings))
	a.sayDrawn(c.Drawn)
	if c.Sounds > 0 {
		a.say(a.t("%d tệp ghi âm dùng được.", "%d recordings can be played."), c.Sounds)
	}
	for _, m := range c.Modes {
		if err := a.sayMode(m); err != nil {
			return err
		}
	}
	for _, l := range c.Languages {
		if l.Declared {
			a.say(a.t("%s: đủ %d trên %d chỗ.", "%s: %d of %d texts."), a.label("lang", string(l.Lang)), l.Present, l.Texts)
		}
	}
	return nil
}

// sayMode prints what one mode makes of the questions.
func (a *app) sayMode(m appraisal.Mode) error {
	mode := a.label("mode", string(m.Mode))
	if m.Open {
		a.say(a.t("\n%s: dùng được, từ %d đến %d câu.", "\n%s: can be used, %d to %d questions."), mode, m.Least.Questions, m.Most.Questions)
	} else {
		a.say(a.t("\n%s: chưa dùng được.", "\n%s: cannot be used."), mode)
		for _, r := range m.Refusals {
			a.say("  %s: %s: %s%s", r.Where, r.Question, a.label("why", string(r.Why)), a.proof(r.Proof))
		}
	}
	switch m.Mode {
	case survey.TextMode:
		a.say(a.t("Không dấu %d–%d đoạn tin, có dấu %d–%d.", "Without accents %d–%d segments, with accents %d–%d."),
			m.Least.Folded, m.Most.Folded, m.Least.Accented, m.Most.Accented)
	case survey.Voice:
		a.say(a.t("Cuộc gọi khoảng %.0f–%.0f giây lời đọc, kể cả lời mở đầu và kết thúc.", "About %.0f–%.0f seconds are said in a call, opening and end included."),
			m.Least.Seconds, m.Most.Seconds)
	default:
		return nil
	}
	t := a.table(a.t("CÂU", "QUESTION"), a.t("HỎI", "ASKED"), a.t("NGÔN NGỮ", "LANGUAGE"), a.t("KHÔNG DẤU", "PLAIN"), a.t("CÓ DẤU", "ACCENTED"), a.t("BỚT", "SAVED"), a.t("GIÂY", "SECONDS"))
	for _, q := range m.Questions {
		how := a.label("how", string(q.How))
		if q.Why != "" {
			how += ": " + a.label("why", string(q.Why))
		}
		if len(q.SMS)+len(q.Seconds) == 0 {
			t.row(q.Question, how, "", "", "", "", "")
		}
		for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
			if s, ok := q.SMS[l]; ok {
				t.row(q.Question, how, l, s.Folded.Segments, s.Accented.Segments, s.Saved, "")
			}
			if s, ok := q.Seconds[l]; ok {
				t.row(q.Question, how, l, "", "", "", fmt.Sprintf("%.0f", s))
			}
		}
	}
	return t.end()
}

// proof says how sure it is that somebody comes to a question.
func (a *app) proof(p instrument.Proof) string {
	if p == instrument.ReachSome {
		return a.t(" (có đường dẫn tới câu này)", " (there is a path to it)")
	}
	return a.t(" (chưa xét hết được các đường, nên coi như có)", " (not all paths could be tried, so one is taken to lead there)")
}

func (a *app) sayWarnings(list []finding) {
	for _, f := range list {
		fmt.Fprintf(a.errs, "%s: %s%s\n", f.Where, a.t("lưu ý: ", "warning: "), f.Words)
	}
}
