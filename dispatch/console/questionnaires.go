package console

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"canvass/dispatch"
	"canvass/dispatch/drafting"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/xlsform"
	"canvass/templates"
)

// questionnaireStore is what the screens of questionnaires need of the database.
type questionnaireStore interface {
	dispatch.ManuscriptStore
	Questionnaires(ctx context.Context) ([]view.PublishedQuestionnaire, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	VersionNotes(ctx context.Context, name string) (map[survey.QuestionnaireID]string, error)
	CampaignsAsking(ctx context.Context, name string, most int) ([]view.CampaignAsking, error)
}

// Bounds of the lists.
const (
	mostListed = 50  // questionnaires of a page
	mostDrafts = 200 // manuscripts
	mostAsking = 50  // campaigns of a questionnaire
)

// The most that is read of a text and of a workbook, in bytes, with what a form needs to
// carry it: the text may be 4 MiB, of which an umlaut takes three times as many.
const (
	maxSourceForm = 16 << 20
	maxWorkbook   = 20 << 20
	maxPageForm   = 1 << 20
)

func (v *visit) questionnaires() {
	page, err := v.questionnairesScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) questionnairesScreen() (templates.QuestionnaireList, error) {
	page := templates.QuestionnaireList{Shell: v.shell("questionnaires"), May: v.mayWrite()}
	all, err := v.Store.Questionnaires(v.ctx)
	if err != nil {
		return page, err
	}
	lines := v.byName(all)
	from, err := strconv.Atoi(v.r.URL.Query().Get("from"))
	if err != nil || from < 0 || from >= len(lines) {
		from = 0
	}
	if from > 0 {
		page.Before = "/questionnaires?from=" + strconv.Itoa(max(from-mostListed, 0))
	}
	if from+mostListed < len(lines) {
		page.After = "/questionnaires?from=" + strconv.Itoa(from+mostListed)
	}
	page.Lines = lines[from:min(from+mostListed, len(lines))]
	for i := range page.Lines {
		if err := v.outlined(&page.Lines[i]); err != nil {
			return page, err
		}
	}
	if !page.May {
		return page, nil
	}
	drafts, err := v.Store.Manuscripts(v.ctx, mostDrafts)
	for _, d := range drafts {
		line := templates.DraftLine{Title: d.Name, Href: draftPath(d.ID), By: d.SavedBy, At: v.local(d.SavedAt)}
		if d.Open() {
			page.Drafts = append(page.Drafts, line)
		} else {
			page.Dropped = append(page.Dropped, line)
		}
	}
	page.Examples = v.examples()
	return page, err
}

func (v *visit) mayWrite() bool { return v.account.Role.May(writes) }

// byName makes one line of the versions of each questionnaire, the one published last
// first.
func (v *visit) byName(all []view.PublishedQuestionnaire) []templates.QuestionnaireLine {
	var lines []templates.QuestionnaireLine
	for _, q := range all { // by name, the newest version first
		version := templates.VersionLine{ID: int64(q.ID), Version: q.Version, Href: versionPath(q.ID), At: v.local(q.PublishedAt), By: q.PublishedBy, Campaigns: q.Campaigns}
		if n := len(lines); n > 0 && lines[n-1].Name == q.Name {
			lines[n-1].Older = append(lines[n-1].Older, version)
			lines[n-1].Campaigns += q.Campaigns
			continue
		}
		lines = append(lines, templates.QuestionnaireLine{ID: int64(q.ID), Name: q.Name, Title: v.title(q.Title, q.Name), Href: version.Href, Version: q.Version,
			At: version.At, Campaigns: q.Campaigns})
	}
	slices.SortStableFunc(lines, func(a, b templates.QuestionnaireLine) int { return b.At.Compare(a.At) })
	return lines
}

// outlines are the questions and languages of published versions, which never change.
type outlines struct {
	mu    sync.Mutex
	known map[string]outline // by address of the version
}

type outline struct {
	langs     []string
	questions int
}

// mostOutlines is how many are kept.
const mostOutlines = 2000

// outlined adds what only the text of the newest version tells.
func (v *visit) outlined(line *templates.QuestionnaireLine) error {
	v.outlines.mu.Lock()
	o, ok := v.outlines.known[line.Href]
	v.outlines.mu.Unlock()
	if !ok {
		src, err := v.Store.Questionnaire(v.ctx, line.Name, line.Version)
		if err != nil {
			return err
		}
		o = outlineOf(src.Source)
		v.outlines.mu.Lock()
		if len(v.outlines.known) >= mostOutlines || v.outlines.known == nil {
			v.outlines.known = map[string]outline{}
		}
		v.outlines.known[line.Href] = o
		v.outlines.mu.Unlock()
	}
	line.Langs, line.Questions = o.langs, o.questions
	return nil
}

func outlineOf(src string) outline {
	var out outline
	o, err := drafting.Read([]byte(src))
	if err != nil { // published, and in a style without lines for its questions
		return out
	}
	for _, l := range o.Languages {
		out.langs = append(out.langs, string(l))
	}
	for _, s := range o.Sketches {
		if !slices.Contains([]string{"note", "calculate", "hidden"}, s.Type) {
			out.questions++
		}
	}
	return out
}

// examples are the questionnaires that ship.
func (v *visit) examples() []templates.ExampleLine {
	var out []templates.ExampleLine
	files, err := fs.Glob(templates.Questionnaires(), "*.yaml")
	for _, file := range files {
		src, errRead := fs.ReadFile(templates.Questionnaires(), file)
		if o, errOutline := drafting.Read(src); err == nil && errRead == nil && errOutline == nil {
			out = append(out, templates.ExampleLine{File: file, Title: v.title(o.Title, file)})
		}
	}
	return out
}

func draftPath(id survey.ManuscriptID) string {
	return "/questionnaires/drafts/" + strconv.FormatInt(int64(id), 10)
}

func versionPath(id survey.QuestionnaireID) string {
	return "/questionnaires/versions/" + strconv.FormatInt(int64(id), 10)
}

// beginDraft begins a manuscript: from nothing, an example that ships, or a version.
func (v *visit) beginDraft() {
	kind, what, _ := strings.Cut(v.r.PostFormValue("from"), ":")
	src := ""
	switch kind {
	case "empty":
		src = templates.Starter()
	case "example":
		if body, err := fs.ReadFile(templates.Questionnaires(), path.Base(what)); err == nil {
			src = string(body)
		}
	case "text": // of a workbook whose remarks were read
		src = v.r.PostFormValue("source")
	case "version":
		if id, err := strconv.ParseInt(what, 10, 64); err == nil {
			q, err := v.Store.QuestionnaireByID(v.ctx, survey.QuestionnaireID(id))
			if err != nil {
				v.fail(err)
				return
			}
			src = q.Source
		}
	}
	if src == "" {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	v.begun(what, src)
}

// begun keeps a text as a new manuscript and opens it.
func (v *visit) begun(name, src string) {
	id, err := dispatch.BeginManuscript(v.ctx, v.Store, view.ManuscriptSave{Name: cmp.Or(name, "phieu"), Source: src, Actor: v.account.Login, Now: v.Clock.Real()})
	if err != nil {
		v.fail(err)
		return
	}
	v.goTo(draftPath(id))
}

// uploadForm begins a manuscript with the questionnaire of a workbook. A workbook with
// faults is told by its cells, and nothing is kept.
func (v *visit) uploadForm() {
	read, src, name := v.readWorkbook()
	if src != "" && read.Fault == 0 && len(read.Cells) == 0 {
		v.begun(name, src)
		return
	}
	page, err := v.questionnairesScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Upload = read
	if read.Fault == 0 {
		page.Upload.Source, page.Upload.Name = src, name
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// readWorkbook reads the file of a form as an XLSForm.
func (v *visit) readWorkbook() (read templates.FormRead, src, name string) {
	file, head, err := v.r.FormFile("file")
	if err != nil {
		return templates.FormRead{File: "?", Wrong: v.Templates.Sentence(string(v.lang()), "refusal.questionnaires.file")}, "", ""
	}
	defer file.Close() //nolint:errcheck // only read
	read.File = path.Base(strings.ReplaceAll(head.Filename, `\`, "/"))
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		read.Wrong = v.words(err)
		return read, "", ""
	}
	form, err := xlsform.Read(read.File, file, size)
	if err != nil {
		read.Wrong = v.words(err)
		return read, "", ""
	}
	_, errs := form.Parse()
	for _, e := range errs {
		form.Findings = append(form.Findings, xlsform.Finding{Level: xlsform.Fault, Error: e})
	}
	read.Cells = v.cells(form.Findings)
	for _, c := range read.Cells {
		if c.Bad {
			read.Fault++
		}
	}
	return read, string(form.Source), strings.TrimSuffix(read.File, path.Ext(read.File))
}

// cells are findings of a workbook, faults first.
func (v *visit) cells(list []xlsform.Finding) []templates.CellLine {
	var out []templates.CellLine
	for _, level := range [...]xlsform.Level{xlsform.Fault, xlsform.Remark} {
		for _, x := range list {
			if x.Level == level {
				out = append(out, templates.CellLine{Where: x.Where, More: len(x.Also), Words: v.words(x.Error), Bad: level == xlsform.Fault})
			}
		}
	}
	return out
}

// exportFile writes a text as it is, or as a workbook.
func (v *visit) exportFile(w *writing) {
	name := url.PathEscape(cmp.Or(w.name, "phieu"))
	body, kind := w.source, "application/yaml; charset=utf-8"
	if strings.HasSuffix(v.r.URL.Path, "xlsx") {
		book, _, err := xlsform.Write(name, w.source)
		if err != nil {
			v.fail(err)
			return
		}
		body, kind, name = book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name+".xlsx"
	} else {
		name += ".yaml"
	}
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition", `attachment; filename*=UTF-8''`+name)
	_, _ = v.w.Write(body)
}
