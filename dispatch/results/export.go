package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// bom makes spreadsheets read a CSV file as UTF-8.
const bom = "\ufeff"

// WriteCSV writes a file that spreadsheets open correctly and safely: UTF-8 with
// a byte order mark, comma, and every cell that a spreadsheet could take for a
// formula defused (see Defuse). It stops at the first error of rows or w.
func WriteCSV(w io.Writer, header []string, rows iter.Seq2[[]string, error]) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return fmt.Errorf("results: csv: %w", err)
	}
	out := csv.NewWriter(w)
	if err := out.Write(defused(header)); err != nil {
		return fmt.Errorf("results: csv: %w", err)
	}
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("results: csv: rows: %w", err)
		}
		if err := out.Write(defused(row)); err != nil {
			return fmt.Errorf("results: csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("results: csv: %w", err)
	}
	return nil
}

// Defuse puts an apostrophe before a cell that begins like a formula: with
// = + - @, their full-width forms, a tab or a line end [OWASP, CSV injection].
// Negative numbers are not excepted: a rule without exceptions can be checked.
func Defuse(cell string) string {
	if first, size := utf8.DecodeRuneInString(cell); size > 0 && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) {
		return "'" + cell
	}
	return cell
}

func defused(row []string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		out[i] = Defuse(cell)
	}
	return out
}

// Dataset lays out responses as columns. Every question has a column with its
// value and one, name_missing, with the reason if there is none; a multiple
// choice has a column name.code per option, 1 or 0, besides; of files the value is
// their ids, and name_files how many there are.
type Dataset struct {
	Questions []Question
	// FreeText includes the words of text questions, which may name people. By
	// default only the fact that something was written is kept, as 1.
	FreeText bool
	// Words label the columns response, stratum, weight, mode, every order and the missing
	// reasons in the codebook, by these names; templates has them.
	Words map[string]map[survey.Lang]string
	// Orders are what was asked in an order drawn by lot; they stand last.
	Orders []Order
	// Coded is what staff made of open answers, by question.
	Coded map[string]Coded
}

// Order is a column that says in which order something was asked: codes of choices or
// names of questions, with blanks between. Empty is unknown or not asked.
type Order struct {
	Name  string
	Label map[survey.Lang]string // of what was asked so; may be empty
	Of    func(view.Response) string
}

// Coded is what staff made of the answers to one open question: a column name_topics has
// the codes of an answer's topics, with blanks between.
type Coded struct {
	Topics []Option // those that any answer has
	Of     map[survey.ResponseID][]string
	// Written is what was written down of spoken answers; it is free text.
	Written map[survey.ResponseID]survey.AnswerText
}

// topicsColumn is what the name of the column of topics ends with.
const topicsColumn = "_topics"

// Header returns the names of the columns.
func (d Dataset) Header() []string {
	out := []string{"response", "stratum", "weight", "mode"}
	for _, q := range d.asked() {
		out = append(out, q.Name, q.Name+"_missing")
		if q.Type.several() {
			for _, o := range q.Options {
				out = append(out, q.Name+"."+o.Code)
			}
		}
		if q.Type == Attachment {
			out = append(out, q.Name+filesColumn)
		}
		if q.Spoken {
			out = append(out, q.Name+recordingColumn)
		}
		if len(d.Coded[q.Name].Topics) > 0 {
			out = append(out, q.Name+topicsColumn)
		}
	}
	for _, o := range d.Orders {
		out = append(out, o.Name)
	}
	return out
}

// filesColumn is what the name of the column of how many files there are ends with.
const filesColumn = "_files"

// recordingColumn is what the name of the column of recordings ends with.
const recordingColumn = "_recording"

// Record returns the cells of r under Header.
func (d Dataset) Record(r view.Response) []string {
	out := []string{string(r.ID), r.Stratum, strconv.FormatFloat(r.Weight, 'g', -1, 64), string(r.Mode)}
	for _, q := range d.asked() {
		a := r.Answers[q.Name]
		value, missing := string(a.Value), a.Missing
		id, spoken := a.Recorded()
		spoken = spoken && q.Spoken
		switch {
		case spoken && d.FreeText:
			value = string(d.Coded[q.Name].Written[r.ID])
		case a.Empty():
			missing = survey.MissingNotReached
		case q.Type == Text && !d.FreeText && value != "":
			value = "1"
		}
		out = append(out, value, string(missing))
		switch {
		case q.Type.several():
			out = append(out, indicators(q, a)...)
		case q.Type == Attachment:
			out = append(out, strings.Join(codesOf(q, a), ""))
		case spoken:
			out = append(out, string(id))
		case q.Spoken:
			out = append(out, "")
		}
		if c := d.Coded[q.Name]; len(c.Topics) > 0 {
			out = append(out, strings.Join(c.Of[r.ID], " "))
		}
	}
	for _, o := range d.Orders {
		out = append(out, o.Of(r))
	}
	return out
}

// indicators says per option whether it was chosen, of a ranking at which place;
// empty if nothing was answered, or if it was not ranked.
func indicators(q Question, a survey.Answer) []string {
	if q.Type == Ranking {
		out := make([]string, len(q.Options))
		for place, code := range strings.Fields(string(a.Value)) {
			if i := slices.IndexFunc(q.Options, func(o Option) bool { return o.Code == code }); i >= 0 {
				out[i] = strconv.Itoa(place + 1)
			}
		}
		return out
	}
	chosen := codesOf(q, a)
	out := make([]string, len(q.Options))
	for i, o := range q.Options {
		switch {
		case len(chosen) == 0:
		case slices.Contains(chosen, o.Code):
			out[i] = "1"
		default:
			out[i] = "0"
		}
	}
	return out
}

// indicator is what the column of an option holds.
func (t Type) indicator() string {
	if t == Ranking {
		return "1…"
	}
	return "0 1"
}

// asked leaves out what has no answer.
func (d Dataset) asked() iter.Seq2[int, Question] {
	return func(yield func(int, Question) bool) {
		for i, q := range d.Questions {
			if q.Type != Note && !yield(i, q) {
				return
			}
		}
	}
}

// WriteCodebook writes what every column of the data file means, as CSV: one
// line per column, then one per code of it.
func WriteCodebook(w io.Writer, d Dataset) error {
	header, lines := d.Codebook()
	return WriteCSV(w, header, func(yield func([]string, error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	})
}

// Codebook is what WriteCodebook writes.
func (d Dataset) Codebook() (header []string, lines [][]string) {
	return []string{"variable", "type", "kind", "sentence", "code", "label_vi", "label_en"}, d.codebook()
}

func (d Dataset) codebook() [][]string {
	var out [][]string
	for _, c := range [][2]string{{"response", "id"}, {"stratum", "text"}, {"weight", "number"}, {"mode", "text"}} {
		label := d.Words[c[0]]
		out = append(out, []string{c[0], c[1], "design", "", "", label[survey.Vietnamese], label[survey.English]})
	}
	for _, q := range d.asked() {
		line := func(name, code string, label map[survey.Lang]string) {
			out = append(out, []string{name, string(q.Type), string(q.Kind), string(SentenceOf(q.Kind)), code,
				label[survey.Vietnamese], label[survey.English]})
		}
		line(q.Name, "", q.Label)
		for _, o := range q.Options {
			line(q.Name, o.Code, o.Label)
		}
		for _, reason := range missingOrder() {
			line(q.Name+"_missing", string(reason), d.Words[string(reason)])
		}
		if q.Type.several() {
			for _, o := range q.Options {
				line(q.Name+"."+o.Code, q.Type.indicator(), o.Label)
			}
		}
		if q.Type == Attachment {
			line(q.Name+filesColumn, "0…", q.Label)
		}
		if q.Spoken {
			line(q.Name+recordingColumn, "rec-…", d.Words["recording"])
		}
		for _, o := range d.Coded[q.Name].Topics {
			line(q.Name+topicsColumn, o.Code, o.Label)
		}
	}
	for _, o := range d.Orders {
		label := func(l survey.Lang) string {
			return strings.TrimSuffix(d.Words["order"][l]+": "+o.Label[l], ": ")
		}
		out = append(out, []string{o.Name, "order", "design", "", "", label(survey.Vietnamese), label(survey.English)})
	}
	return out
}
