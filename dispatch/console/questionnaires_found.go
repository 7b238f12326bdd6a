package console

import (
	"net/http"
	"strconv"
	"strings"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// appraise shows what was found in a questionnaire before anybody is asked.
func (v *visit) appraise(w *writing) {
	page := templates.WritingFound{WritingScreen: v.screen(w, "findings"), Readable: w.q != nil, Found: v.found(w, w.faults, true)}
	if w.q == nil {
		v.show(http.StatusOK, page)
		return
	}
	found := appraised(w.q)
	page.Found = append(v.found(w, found.Errors, true), v.found(w, found.Warnings, false)...)
	page.W.Errors, page.W.Warnings, page.Questions = len(found.Errors), len(found.Warnings), len(w.q.Questions)
	for _, m := range found.Modes {
		page.Modes = append(page.Modes, modeCheck(m))
	}
	for _, l := range found.Languages {
		page.Langs = append(page.Langs, templates.LangCheck{Lang: string(l.Lang), Declared: l.Declared, Present: l.Present, Texts: l.Texts, Missing: l.Missing[:min(len(l.Missing), mostFound)]})
	}
	page.Groups, page.Rows, page.Choices = drawnByLot(w.q)
	v.show(http.StatusOK, page)
}

// appraised is what is found in a questionnaire, the recordings that it names included:
// they are given by command, and what is not there is read.
func appraised(q *instrument.Questionnaire) appraisal.Appraisal {
	found, heard := appraisal.Of(q), appraisal.Recordings(q, nil)
	found.Errors, found.Warnings = append(found.Errors, heard.Errors...), append(found.Warnings, heard.Warnings...)
	return found
}

func modeCheck(m appraisal.Mode) templates.ModeCheck {
	out := templates.ModeCheck{Mode: string(m.Mode), Open: m.Open, Least: m.Least.Questions, Most: m.Most.Questions, FoldedMin: m.Least.Folded, FoldedMx: m.Most.Folded,
		FullMin: m.Least.Accented, FullMx: m.Most.Accented, Shortest: m.Least.Seconds, Longest: m.Most.Seconds}
	for _, r := range m.Refusals[:min(len(m.Refusals), mostFound)] {
		out.Refusals = append(out.Refusals, templates.RefusalLine{Line: lineOf(&survey.Error{Where: r.Where}), Question: r.Question, Why: string(r.Why),
			Sure: r.Proof == instrument.ReachSome, Mend: mend(r.Why)})
	}
	for _, q := range m.Questions {
		if q.How == appraisal.LeftOut && q.Why != appraisal.WhyComputed && len(out.Left) < mostFound {
			out.Left = append(out.Left, templates.RefusalLine{Question: q.Question, Why: string(q.Why)})
		}
	}
	return out
}

// mend is what would open a mode, where there are words for it.
func mend(why appraisal.Why) string {
	if _, ok := templates.Words("mend."+string(why), string(survey.Vietnamese), nil); ok {
		return string(why)
	}
	return ""
}

// drawnByLot is what of a questionnaire comes in an order drawn for each person: the
// questions of groups and the rows of matrices in every mode, the choices of questions on
// the web alone.
func drawnByLot(q *instrument.Questionnaire) (groups, rows, choices []string) {
	seen := map[string]bool{}
	for i := range q.Groups {
		if q.Groups[i].Random {
			groups = append(groups, q.Groups[i].Name)
		}
	}
	for i := range q.Questions {
		on := &q.Questions[i]
		if on.Drawn() {
			choices = append(choices, on.Name)
		}
		if on.RandomRows && !seen[on.Matrix] {
			rows, seen[on.Matrix] = append(rows, on.Matrix), true
		}
	}
	return groups, rows, choices
}

// versions are those of a questionnaire, the newest first.
func (v *visit) versions(w *writing) ([]templates.VersionLine, error) {
	if w.name == "" {
		return nil, nil
	}
	all, err := v.Store.Questionnaires(v.ctx)
	if err != nil {
		return nil, err
	}
	notes, err := v.Store.VersionNotes(v.ctx, w.name)
	var out []templates.VersionLine
	for _, q := range all {
		if q.Name == w.name {
			out = append(out, templates.VersionLine{ID: int64(q.ID), Version: q.Version, Href: versionPath(q.ID), At: v.local(q.PublishedAt), By: q.PublishedBy,
				Note: notes[q.ID], Campaigns: q.Campaigns, Current: q.ID == w.version.ID})
		}
	}
	return out, err
}

// versionChanges compares a text with a version of the same questionnaire.
func (v *visit) versionChanges(w *writing) {
	page := templates.WritingChanges{WritingScreen: v.screen(w, "changes"), Readable: w.q != nil}
	all, err := v.versions(w)
	if err != nil {
		v.fail(err)
		return
	}
	against, _ := strconv.ParseInt(v.r.URL.Query().Get("against"), 10, 64)
	for _, one := range all {
		if one.Current {
			continue
		}
		page.Choices = append(page.Choices, one)
		if page.Against == 0 && (against == one.ID || against == 0 && (w.version.ID == 0 || one.Version < w.version.Version)) {
			page.Against = one.ID
		}
	}
	if page.None = page.Against == 0; page.None || w.q == nil {
		v.show(http.StatusOK, page)
		return
	}
	before, err := v.publishedAs(survey.QuestionnaireID(page.Against))
	if err != nil {
		v.fail(err)
		return
	}
	d := appraisal.Diff(before, w.q)
	page.Same, page.Worst, page.Head = len(d.Head)+len(d.Questions) == 0, string(d.Worst), v.parts(d.Head)
	for _, c := range d.Questions[:min(len(d.Questions), 3*mostFound)] {
		page.Changes = append(page.Changes, templates.ChangeLine{Question: c.Question, Kind: string(c.Kind), Data: string(c.Data), Parts: v.parts(c.Changes)})
	}
	v.show(http.StatusOK, page)
}

// publishedAs is a version as it is read.
func (v *visit) publishedAs(id survey.QuestionnaireID) (*instrument.Questionnaire, error) {
	src, err := v.Store.QuestionnaireByID(v.ctx, id)
	if err != nil {
		return nil, err
	}
	q, faults := instrument.Parse("", []byte(src.Source))
	if len(faults) > 0 { // what was published could be read then
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: faults[0]}
	}
	return q, nil
}

// parts are changes in words; a part that has none is named as the text has it.
func (v *visit) parts(list []appraisal.Change) []templates.PartLine {
	var out []templates.PartLine
	for _, c := range list {
		code, part, ofChoice := strings.Cut(c.Part, ".")
		if !ofChoice {
			code, part = "", c.Part
		}
		words := v.Templates.Sentence(string(v.lang()), "questionnaires.part."+part)
		if words == "" {
			words = part
		}
		if code != "" {
			words = code + ": " + words
		}
		out = append(out, templates.PartLine{Part: words, Lang: string(c.Lang), Before: c.Before, After: c.After})
	}
	return out
}
