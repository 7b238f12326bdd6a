package contactlist

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"

	"canvass/dispatch/survey"
)

const (
	sniffed   = 64 << 10 // bytes of a CSV file that decide its separator
	maxRecord = 1 << 20  // bytes of one CSV record; more means a quote that never closes
)

var errRecord = errors.New("a record of more than 1 MiB")

// openCSV finds out how a CSV file is written: its characters, see detect, and
// its separator. It returns the name of the encoding, too.
func openCSV(r io.ReaderAt, size int64, w *wishes) (sheet, string, error) {
	written, err := detect(r, size)
	if err != nil {
		return sheet{}, "", err
	}
	text := func() io.Reader { return written.text(r, size) }
	head := make([]byte, sniffed)
	n, err := io.ReadFull(text(), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return sheet{}, "", unreadable(err)
	}
	head = head[:n]
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		unix := text
		text = func() io.Reader { return oldMac{unix()} }
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	if n == sniffed {
		if head = head[:bytes.LastIndexByte(head, '\n')+1]; len(head) == 0 { // a first line of more than 64 KiB
			return sheet{}, "", format("why", "cell_too_long")
		}
	}
	separator := sniff(head, w)
	if separator == 0 && w.oneColumn {
		separator = plainest(head)
	}
	if separator == 0 {
		return sheet{}, "", invalid(survey.CodeHeaderMissing, "", "")
	}
	return sheet{rows: func() iter.Seq2[line, error] { return csvLines(text(), separator) }}, written.name, nil
}

// sniff returns the separator under which the head of a file has the best
// header, or looks most like people, 0 if it has neither.
func sniff(head []byte, w *wishes) rune {
	var best rune
	score := 0
	for _, separator := range ",;\t|" {
		count := 0
		for l, err := range csvLines(bytes.NewReader(head), separator) {
			if count++; err != nil || count > 2*headLines {
				break
			}
			if _, n := w.mapHeader(readableRow(l.cells)); n > score && len(l.cells) > 1 {
				best, score = separator, n
			}
		}
	}
	if score < headerScore {
		if people := w.sniffPeople(head); people != 0 {
			return people
		}
	}
	return best
}

func csvLines(r io.Reader, separator rune) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		f := &fuse{r: r}
		c := csv.NewReader(bufio.NewReaderSize(f, 16<<10))
		c.Comma, c.FieldsPerRecord, c.LazyQuotes = separator, -1, true
		for {
			f.left = maxRecord
			cells, err := c.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(line{}, unreadable(err))
				return
			}
			number, _ := c.FieldPos(0)
			if !yield(line{number: number, cells: cells, broken: isBroken(cells, separator)}, nil) {
				return
			}
		}
	}
}

// isBroken reports whether a cell has swallowed rows: a line break in it with a
// line behind that has as many separators as half a row. A comma with a blank
// behind it is one of prose: "thôn A, xã B, tỉnh C".
func isBroken(cells []string, separator rune) bool {
	prose := string(separator) + " "
	for _, cell := range cells {
		if strings.IndexByte(cell, '\n') < 0 {
			continue
		}
		for part := range strings.SplitSeq(cell, "\n") {
			if strings.Count(part, string(separator))-strings.Count(part, prose) >= max(2, len(cells)/2) {
				return true
			}
		}
	}
	return false
}

// oldMac gives line ends of old Macs, and of Excel's "CSV (Macintosh)", as ours:
// a return alone is none for encoding/csv.
type oldMac struct{ r io.Reader }

// Read implements io.Reader.
func (o oldMac) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// fuse ends a stream that gives more than left bytes for one record.
type fuse struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (f *fuse) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, errRecord
	}
	n, err := f.r.Read(p)
	f.left -= n
	return n, err
}

func unreadable(err error) *survey.Error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileUnreadable, Err: err}
}

func format(key, value string) *survey.Error { return invalid(survey.CodeFileFormat, key, value) }
