package dispatch

import (
	"archive/zip"
	"context"
	"io"
	"iter"
	"strconv"
	"time"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ExportWorkbook writes the responses that count and the codebook as sheets of one
// workbook, with what tells which count they go with. It keeps no response.
func ExportWorkbook(ctx context.Context, store ResultStore, r WorkbookRequest, w io.Writer) error {
	header, rows, err := answerRows(ctx, store, r.ExportRequest)
	if err != nil {
		return err
	}
	d, err := questioned(ctx, store, r.Campaign)
	if err != nil {
		return err
	}
	codes, lines := r.dataset(d, nil).Codebook()
	return results.WriteWorkbook(w, []results.Sheet{{Name: r.Sheets[0], Header: header, Rows: rows},
		{Name: r.Sheets[1], Header: codes, Rows: each(lines)}, {Name: r.Sheets[2], Header: r.Note[0], Rows: each(r.Note[1:])}})
}

// WorkbookRequest asks for answers as a workbook.
type WorkbookRequest struct {
	ExportRequest
	Sheets [3]string  // names: answers, codebook, stamp
	Note   [][]string // the third sheet, its header first
}

func each(lines [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// WriteShown writes the tables of a count as they may be shown, a line for each answer,
// as CSV. Every line has the stamp, so that a part that is copied has it too.
func WriteShown(w io.Writer, c Counted, stamp view.ResultStamp, at time.Time) error {
	header := []string{"question", "label_vi", "code", "answer_vi", "answer_en", "n", "percent_weighted", "low95", "high95", "answered", "hidden", "stamp", "counted_at"}
	return results.WriteCSV(w, header, func(yield func([]string, error) bool) {
		for _, t := range c.Shown() {
			for _, l := range shownLines(t) {
				if !yield(append(l, stamp.Code, at.Format(time.RFC3339)), nil) {
					return
				}
			}
		}
	})
}

func shownLines(t ShownTable) [][]string {
	one := func(code, vi, en string) []string {
		return []string{t.Question.Name, t.Question.Label[survey.Vietnamese], code, vi, en}
	}
	base := strconv.Itoa(t.Base.N)
	if t.Withheld {
		return [][]string{append(one("", "", ""), "", "", "", "", "", "1")}
	}
	if t.Lines == nil {
		out := one("", "", "")
		if t.Mean != nil {
			out = append(one("mean", "", ""), "", point(t.Mean.Value), point(t.Mean.Low), point(t.Mean.High), base, "0")
			return [][]string{out}
		}
		return [][]string{append(out, base, "", "", "", base, "0")}
	}
	var out [][]string
	for _, l := range t.Lines {
		row := one(l.Code, l.Label[survey.Vietnamese], l.Label[survey.English])
		e := l.Estimate
		switch {
		case l.Hidden:
			row = append(row, "", "", "", "", base, "1")
		case !e.Known:
			row = append(row, strconv.Itoa(l.Count.N), point(100*e.Value), "", "", base, "0")
		default:
			row = append(row, strconv.Itoa(l.Count.N), point(100*e.Value), point(100*e.Low), point(100*e.High), base, "0")
		}
		out = append(out, row)
	}
	return out
}

func point(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// MediaStore is what giving out photos, documents and recordings needs of the database.
type MediaStore interface {
	FileStore
	RecordingStore
}

// ZipAttachments writes the files that people attached, and their list, as one archive, a
// file at a time. What it holds may show people.
func ZipAttachments(ctx context.Context, store MediaStore, campaign string, w io.Writer) error {
	z := zip.NewWriter(w)
	list, err := WriteAttachments(ctx, store, campaign, func(f Attached, content []byte) error { return put(z, f.Name, content) })
	if err != nil {
		return err
	}
	index, err := z.Create(campaign + "-attachments.csv")
	if err == nil {
		err = WriteAttachmentIndex(index, list)
	}
	if err != nil {
		return err
	}
	return z.Close()
}

// ZipRecordings writes what people said in calls, and its list, as one archive. A voice
// tells whose it is. Errors: voice_names, of a confidential campaign; then nothing is
// written.
func ZipRecordings(ctx context.Context, store MediaStore, campaign string, w io.Writer) error {
	z := zip.NewWriter(w)
	list, err := WriteRecordings(ctx, store, campaign, func(s SpokenAnswer, content []byte) error { return put(z, s.Name, content) })
	if err != nil {
		return err
	}
	index, err := z.Create(campaign + "-recordings.csv")
	if err == nil {
		err = WriteRecordingIndex(index, list)
	}
	if err != nil {
		return err
	}
	return z.Close()
}

// put stores a file as it is: photos, documents and sound are packed already.
func put(z *zip.Writer, name string, content []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}
