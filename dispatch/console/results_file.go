package console

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// writeFor is how long one piece of a file may take to leave.
const writeFor = 30 * time.Second

// file is what can be downloaded of results.
type file struct {
	kind  string // MIME
	write func(v *visit, k *survey.Campaign, s reckoned, w io.Writer) error
}

// resultFiles hold answers without names, and words of nobody.
func resultFiles() map[string]file {
	return map[string]file{
		"tables.csv":   {csvKind, (*visit).writeTables},
		"answers.csv":  {csvKind, (*visit).writeAnswers},
		"answers.xlsx": {xlsxKind, (*visit).writeWorkbook},
		"codebook.csv": {csvKind, (*visit).writeCodebook},
	}
}

// namedFiles hold what may name or show people.
func namedFiles() map[string]file {
	return map[string]file{
		"words.csv":       {csvKind, (*visit).writeWords},
		"words.xlsx":      {xlsxKind, (*visit).writeWordsWorkbook},
		"attachments.zip": {"application/zip", (*visit).writeAttachments},
		"recordings.zip":  {"application/zip", (*visit).writeRecordings},
	}
}

const (
	csvKind  = "text/csv; charset=utf-8"
	xlsxKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func (v *visit) resultFile() { v.download(resultFiles()) }
func (v *visit) namedFile()  { v.download(namedFiles()) }

// download sends a file as it is made: nothing of it is kept here. That it left is on
// record before its first byte. A file that cannot be made whole breaks off, so that
// nobody takes a part of it for all.
func (v *visit) download(of map[string]file) {
	name := v.r.PathValue("file")
	f, ok := of[name]
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	k, s, ok := v.counted()
	if !ok {
		return
	}
	if name == "recordings.zip" && k.Confidentiality == survey.Confidential {
		v.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeVoiceNames})
		return
	}
	if err := v.keepStamp(k, s, map[string]any{"file": name}); err != nil {
		v.fail(err)
		return
	}
	ext := path.Ext(name)
	h := v.w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{
		"filename": k.Name + "-" + strings.TrimSuffix(name, ext) + "-" + s.stamp.Code + ext}))
	if err := f.write(v, k, s, &patient{v.w, http.NewResponseController(v.w)}); err != nil {
		v.Logger.ErrorContext(v.ctx, "a file broke off", "file", name, "error", err.Error())
		panic(http.ErrAbortHandler)
	}
}

// patient lets a long file take as long as it takes, if it goes on.
type patient struct {
	w   io.Writer
	out *http.ResponseController
}

// Write implements io.Writer.
func (p *patient) Write(b []byte) (int, error) {
	_ = p.out.SetWriteDeadline(time.Now().Add(writeFor))
	return p.w.Write(b)
}

func (v *visit) exportRequest(k *survey.Campaign, words bool) dispatch.ExportRequest {
	r := dispatch.ExportRequest{Campaign: k.Name, FreeText: words, Words: map[string]map[survey.Lang]string{}}
	for _, name := range []string{"response", "stratum", "weight", "mode", "recording", "order", string(survey.MissingDontKnow), string(survey.MissingRefused),
		string(survey.MissingSkipped), string(survey.MissingNotApplicable), string(survey.MissingNotReached)} {
		r.Words[name] = map[survey.Lang]string{}
		for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
			r.Words[name][l] = v.Templates.Sentence(string(l), "results.column."+name)
		}
	}
	return r
}

func (v *visit) writeTables(_ *survey.Campaign, s reckoned, w io.Writer) error {
	return dispatch.WriteShown(w, *s.Counted, s.stamp, s.stamp.CountedAt)
}

func (v *visit) writeAnswers(k *survey.Campaign, _ reckoned, w io.Writer) error {
	return dispatch.ExportAnswers(v.ctx, v.Answers, v.exportRequest(k, false), w)
}

func (v *visit) writeWords(k *survey.Campaign, _ reckoned, w io.Writer) error {
	return dispatch.ExportAnswers(v.ctx, v.Answers, v.exportRequest(k, true), w)
}

func (v *visit) writeCodebook(k *survey.Campaign, _ reckoned, w io.Writer) error {
	return dispatch.ExportCodebook(v.ctx, v.Answers, v.exportRequest(k, false), w)
}

func (v *visit) writeWorkbook(k *survey.Campaign, s reckoned, w io.Writer) error {
	return dispatch.ExportWorkbook(v.ctx, v.Answers, v.workbook(k, s, false), w)
}

func (v *visit) writeWordsWorkbook(k *survey.Campaign, s reckoned, w io.Writer) error {
	return dispatch.ExportWorkbook(v.ctx, v.Answers, v.workbook(k, s, true), w)
}

func (v *visit) writeAttachments(k *survey.Campaign, _ reckoned, w io.Writer) error {
	return dispatch.ZipAttachments(v.ctx, v.Answers, k.Name, w)
}

func (v *visit) writeRecordings(k *survey.Campaign, _ reckoned, w io.Writer) error {
	return dispatch.ZipRecordings(v.ctx, v.Answers, k.Name, w)
}

// workbook is the request of a workbook: its last sheet says which count it goes with.
func (v *visit) workbook(k *survey.Campaign, s reckoned, words bool) dispatch.WorkbookRequest {
	say := func(key string) string { return v.Templates.Sentence(string(v.lang()), key) }
	state, _ := templates.Words("campaign."+string(s.State), string(v.lang()), nil)
	return dispatch.WorkbookRequest{ExportRequest: v.exportRequest(k, words), Sheets: [3]string{say("results.sheet.answers"), say("results.sheet.codebook"), say("results.sheet.stamp")},
		Note: [][]string{{say("results.sheet.stamp"), s.stamp.Code}, {say("results.col.at"), s.stamp.CountedAt.Format(time.RFC3339)},
			{say("col.campaign"), k.Name}, {say("col.state"), state}, {say("results.figure.submitted"), strconv.Itoa(s.Submitted)},
			{say("results.figure.partials"), strconv.Itoa(s.Partials)}}}
}

// stamps adds what was printed before, and what has changed since one of them.
func (v *visit) stamps(page *templates.Results, k *survey.Campaign, s reckoned, code string) error {
	kept, err := v.Store.Stamps(v.ctx, k.ID, mostStamps)
	if err != nil {
		return err
	}
	for _, x := range kept {
		page.Stamps = append(page.Stamps, v.stampLine(k, s, x))
	}
	if code == "" {
		return nil
	}
	then, err := v.Store.Stamp(v.ctx, k.ID, code)
	if err != nil {
		return err
	}
	since := &templates.ResultSince{ResultStampLine: v.stampLine(k, s, then)}
	for _, d := range dispatch.Differences(then.Figures, s.stamp.Figures) {
		since.Lines = append(since.Lines, v.difference(s, d))
	}
	page.Since = since
	return nil
}

// mostStamps is how many prints are listed.
const mostStamps = 20

func (v *visit) stampLine(k *survey.Campaign, s reckoned, x view.ResultStamp) templates.ResultStampLine {
	return templates.ResultStampLine{Code: x.Code, Href: resultsPath(k.Name) + "?stamp=" + x.Code, At: v.local(x.CountedAt), By: x.KeptBy, Current: x.Code == s.stamp.Code}
}

// difference is one figure then and now, in words.
func (v *visit) difference(s reckoned, d dispatch.Difference) templates.ResultDifference {
	out := templates.ResultDifference{Key: string(d.What), Before: v.figure(d.What, d.Before), After: v.figure(d.What, d.After)}
	t, ok := s.Tally(d.Question)
	if !ok {
		out.Where = d.Question
		return out
	}
	out.Where, out.Answer = v.label(t.Question.Label, d.Question), d.Code
	for _, o := range t.Question.Options {
		if o.Code == d.Code {
			out.Answer = v.in(o.Label, o.Code)
		}
	}
	return out
}

// figure writes a figure of a stamp; a dot where it is hidden.
func (v *visit) figure(what dispatch.FigureName, text string) string {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		return "•"
	case what == dispatch.FigureState:
		words, _ := templates.Words("campaign."+text, string(v.lang()), nil)
		return words
	case err != nil:
		return text
	case what == dispatch.FigurePercent, what == dispatch.FigureParticipation, what == dispatch.FigureRR1, what == dispatch.FigureMean:
		return v.decimal(x, 1)
	}
	return v.decimal(x, 0)
}

// method is the method note: what somebody who reads the report must know.
func (v *visit) method(s reckoned) []templates.ResultNote {
	g, lang := s.Outcome.Total, string(v.lang())
	number := func(n int) string { return templates.Number(lang, int64(n)) }
	design := templates.ResultNote{Key: "sample", N: number(max(len(s.Frame), 1)), Of: v.decimal(s.Frame.All(), 0), Rate: number(g.Cases)}
	if s.Inference[0] == "network_census" {
		design.Key = "census"
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "–"
		}
		return templates.Date(lang, v.local(t))
	}
	out := []templates.ResultNote{{Key: "what"}, design, {Key: "dates", From: day(s.LaunchedAt), To: day(s.EndsAt), Name: s.Questionnaire, N: strconv.Itoa(s.Version)}}
	var modes []string
	for _, m := range g.Modes {
		if n := m.Complete + m.Partial; n > 0 {
			word, _ := templates.Words("mode."+string(m.Mode), lang, nil)
			modes = append(modes, word+" "+number(n))
		}
	}
	if len(modes) > 0 {
		out = append(out, templates.ResultNote{Key: "modes", Name: strings.Join(modes, ", ")})
	}
	weights := "even"
	for _, t := range s.Tallies {
		if !t.Base().Even() {
			weights = "weighted"
		}
	}
	return append(out, templates.ResultNote{Key: "response", Of: number(g.Invited), N: number(s.Submitted + s.Partials), Rate: v.share(g.Rates.Participation),
		From: v.share(g.Rates.RR1), To: v.share(g.Rates.RR2)}, templates.ResultNote{Key: weights}, templates.ResultNote{Key: "limits"},
		templates.ResultNote{Key: "counted", From: s.stamp.CountedAt.Format("02/01/2006 15:04"), N: number(s.Submitted + s.Partials), Name: s.Campaign, To: s.stamp.Code})
}
