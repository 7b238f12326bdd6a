package contactlist

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"canvass/dispatch/survey"
)

// reasonHeader heads the column of reasons. It is known on the way back in, and
// passed over.
const reasonHeader = "Lý do chưa nhận / Reason"

// Rejects writes rows that were rejected as CSV that Excel opens (UTF-8 with
// mark): the cells as they came, and a column with the reasons. Mended there,
// the file can be imported again: Open reads the same cells from it. Cells that
// a spreadsheet would compute are defused with an apostrophe, which Open takes
// off.
type Rejects struct {
	put   func(cells []string) error
	end   func() error
	words func(*survey.Error) string
	skip  []bool // columns of reasons that the header has already
	err   error
}

// NewRejects begins a file with the header of a Reader. Words tell a reason.
func NewRejects(w io.Writer, header []string, words func(*survey.Error) string) *Rejects {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	r := &Rejects{put: out.Write, words: words, end: func() error {
		out.Flush()
		return out.Error()
	}}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		r.err = err
		return r
	}
	return r.begin(header)
}

// NewRejectsBook is NewRejects as a workbook, whose cells are all text.
func NewRejectsBook(w io.Writer, header []string, words func(*survey.Error) string) *Rejects {
	book, err := newBook(w)
	if err != nil {
		return &Rejects{err: err, end: func() error { return nil }}
	}
	return (&Rejects{put: book.row, end: book.close, words: words}).begin(header)
}

func (r *Rejects) begin(header []string) *Rejects {
	r.skip = make([]bool, len(header))
	for i, label := range header {
		r.skip[i] = isReason(label)
	}
	r.err = r.write(header, reasonHeader)
	return r
}

// Write writes a row with the reasons in its Errors. After an error nothing more
// is written.
func (r *Rejects) Write(row Row) error {
	if r.err == nil {
		reasons := make([]string, len(row.Errors))
		for i, e := range row.Errors {
			reasons[i] = r.words(e)
		}
		r.err = r.write(row.Cells, strings.Join(reasons, " · "))
	}
	return r.failure()
}

// Close writes what is still held back and returns the first error there was. It
// does not close the writer below.
func (r *Rejects) Close() error {
	r.err = errors.Join(r.err, r.end())
	return r.failure()
}

func (r *Rejects) failure() error {
	if r.err == nil {
		return nil
	}
	return fmt.Errorf("contactlist: rejects: %w", r.err)
}

// write puts the reason behind the columns, and behind it the cells that a row
// has too many.
func (r *Rejects) write(cells []string, reason string) error {
	n := min(len(cells), len(r.skip))
	out := make([]string, 0, len(cells)+1)
	for i, cell := range cells[:n] {
		if !r.skip[i] {
			out = append(out, Defuse(cell))
		}
	}
	out = append(out, Defuse(reason))
	for _, extra := range cells[n:] {
		out = append(out, Defuse(extra))
	}
	return r.put(out)
}

func isReason(label string) bool { return classify(label).field == FieldReason }

// computed begins what a spreadsheet computes, full-width forms too [OWASP, CSV
// injection].
const computed = "=+-@＝＋－＠\t\r\n"

// Defuse keeps a spreadsheet from computing a cell, by an apostrophe; a cell
// that has such apostrophes gets one more, so that Open, which takes one off in
// files of rejects, gives it back.
func Defuse(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.ContainsRune(computed, firstRune(rest)) {
		return "'" + cell
	}
	return cell
}

func undefuse(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Defuse(rest) != rest {
		return rest
	}
	return cell
}

func undefuseAll(cells []string) {
	for i, cell := range cells {
		cells[i] = undefuse(cell)
	}
}
