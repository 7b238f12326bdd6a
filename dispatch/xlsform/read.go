package xlsform

import (
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Form is what was read from a workbook.
type Form struct {
	// Source is the questionnaire in our YAML, complete even if there are
	// faults, as far as the workbook went.
	Source []byte
	// Findings are in the order of the sheets and cells they were met in.
	Findings []Finding

	file  string
	lines *lines
}

// Faults counts the findings with which the form cannot be published.
func (f *Form) Faults() int {
	n := 0
	for _, x := range f.Findings {
		if x.Level == Fault {
			n++
		}
	}
	return n
}

// Place is an error of a line of Source told at the cell it came from. An error
// that is about no cell is told as it is.
func (f *Form) Place(e *survey.Error) *survey.Error {
	at := strings.LastIndexByte(e.Where, ':')
	n, err := strconv.Atoi(e.Where[at+1:])
	if at < 0 || err != nil {
		return e
	}
	c := f.lines.cellOf(n)
	if c.sheet == "" {
		return e
	}
	return moved(e, c.String())
}

// Parse reads Source as instrument.Parse does, with its errors told by cell. A
// cell that has a fault already is told once, and so is a list that is not there.
func (f *Form) Parse() (*instrument.Questionnaire, []*survey.Error) {
	q, errs := instrument.Parse(f.file, f.Source)
	told := map[string]bool{}
	for _, x := range f.Findings {
		if x.Level != Fault {
			continue
		}
		for _, where := range append([]string{x.Where}, x.Also...) {
			told[where] = true
			if x.Code == survey.CodeFormList {
				told[rowOf(where)+string(survey.CodeChoiceMissing)] = true
			}
		}
	}
	var out []*survey.Error
	for _, e := range errs {
		placed := f.Place(e)
		if !told[placed.Where] && !told[rowOf(placed.Where)+string(placed.Code)] {
			out = append(out, placed)
		}
	}
	return q, out
}

// rowOf is a cell without its column: "survey!12".
func rowOf(where string) string {
	sheet, at, _ := strings.Cut(where, "!")
	return sheet + "!" + strings.TrimLeft(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

// reader makes a form of a workbook.
type reader struct {
	findings
	file                      string
	survey, choices, settings sheet
	q                         *questionnaire
	plain                     survey.Lang // of columns that name no language
	names                     *names      // of questions and groups
	codes                     map[string]*names
	lists                     map[string]string // list as written → its name
	items                     map[string]*item  // by the name as written
	named                     map[string]*item  // by the name they have now
	open                      []opened
	filters                   *names // columns of choices that a filter may read
	ownPages                  bool   // the sheet has a page column
}

// Read reads a workbook. name is that of the file, for a form that has none of
// its own. The error is that of a file that is no workbook that can be read
// (*survey.Error, file_format); everything else is a finding.
func Read(name string, src io.ReaderAt, size int64) (*Form, error) {
	r := newReader(name)
	if err := r.loadSheets(src, size); err != nil {
		if e, ok := err.(*survey.Error); ok && e.Where == "" {
			return nil, moved(e, name)
		}
		return nil, err
	}
	return r.form(), nil
}

func newReader(name string) *reader {
	return &reader{file: name, q: &questionnaire{}, names: newNames(), codes: map[string]*names{}, lists: map[string]string{},
		items: map[string]*item{}, named: map[string]*item{}, filters: newNames()}
}

// form makes the form of the sheets.
func (r *reader) form() *Form {
	if r.mustHave(&r.survey, "type", "name") {
		r.languages()
		r.readSettings()
		r.readFilters()
		r.readChoices()
		r.readSurvey()
		r.finish()
	}
	if len(r.q.langs) == 0 {
		r.q.langs = []survey.Lang{survey.Vietnamese}
	}
	l := r.q.write()
	return &Form{Source: []byte(l.b.String()), Findings: r.list, file: r.file, lines: l}
}

// mustHave faults a sheet or columns that are not there.
func (r *reader) mustHave(s *sheet, keys ...string) bool {
	if s.name == "" {
		r.fault(cell{sheet: sheetSurvey}, survey.CodeFormSheetMissing, "name", sheetSurvey)
		return false
	}
	ok := true
	for _, key := range keys {
		if _, has := s.column(key); !has {
			r.fault(cell{s.name, max(s.head, 1), 1}, survey.CodeFormColumnMissing, "name", key)
			ok = false
		}
	}
	return ok
}

// languages finds out in which languages the form is written: the default one
// first, then in the order of the columns.
func (r *reader) languages() {
	q := r.q
	wanted := languageOf(r.setting("default_language").text)
	plain := cell{}
	for _, s := range [...]*sheet{&r.survey, &r.choices} {
		for _, c := range s.columns {
			at := cell{s.name, s.head, c.index + 1}
			switch l := languageOf(c.language); {
			case !isTranslated(c.key):
			case c.language == "" && c.key == "label" && plain.sheet == "":
				plain = at
			case c.language == "":
			case l == "":
				r.remark(at, survey.CodeFormLanguage, "lang", c.language)
			case !slices.Contains(q.langs, l):
				q.langs = append(q.langs, l)
			}
		}
	}
	switch {
	case wanted != "":
		r.plain = wanted
	case len(q.langs) == 0:
		r.plain = survey.Vietnamese
	case slices.Contains(q.langs, survey.Vietnamese) || plain.sheet == "":
		r.plain = q.langs[0]
	default:
		r.plain = survey.Vietnamese
	}
	if plain.sheet != "" && wanted == "" {
		r.remark(plain, survey.CodeFormPlain, "lang", string(r.plain))
	}
	if first := slices.Index(q.langs, r.plain); first > 0 || first < 0 && (plain.sheet != "" || len(q.langs) == 0) {
		q.langs = append([]survey.Lang{r.plain}, slices.DeleteFunc(q.langs, func(l survey.Lang) bool { return l == r.plain })...)
	} else if first < 0 {
		r.plain = q.langs[0]
	}
}

// setting returns a value of the settings sheet.
func (r *reader) setting(key string) value {
	if len(r.settings.rows) == 0 {
		return value{}
	}
	return r.settings.get(r.settings.rows[0], key)
}

// fileName is the file's name without its folder and ending.
func (r *reader) fileName() string {
	name := path.Base(strings.ReplaceAll(r.file, `\`, "/"))
	return strings.TrimSuffix(name, path.Ext(name))
}
