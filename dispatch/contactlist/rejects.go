package contactlist

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// reasonHeader heads the column of reasons. It is known on the way back in, and
// passed over.
const reasonHeader = "Lý do chưa nhận / Reason"

// WriteRejects writes rows that were rejected as CSV that Excel opens (UTF-8
// with mark): the cells as they came, and a column with the reasons in the
// words given. Mended there, the file can be imported again. Cells that a
// spreadsheet would compute are defused with an apostrophe, which Open takes
// off again.
func WriteRejects(w io.Writer, header []string, rows iter.Seq[Row], words func(*survey.Error) string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("contactlist: rejects: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	// A file of rejects that is imported again has the column already.
	old := slices.Index(header, reasonHeader)
	write := func(cells []string, reason string) error {
		n := min(len(cells), len(header))
		out := make([]string, 0, len(cells)+1)
		for i, cell := range cells[:n] {
			if i != old {
				out = append(out, defuse(cell))
			}
		}
		out = append(out, defuse(reason))
		for _, extra := range cells[n:] { // of a row with too many cells
			out = append(out, defuse(extra))
		}
		return c.Write(out)
	}
	if err := write(header, reasonHeader); err != nil {
		return fmt.Errorf("contactlist: rejects: %w", err)
	}
	for row := range rows {
		reasons := make([]string, len(row.Errors))
		for i, e := range row.Errors {
			reasons[i] = words(e)
		}
		if err := write(row.Cells, strings.Join(reasons, " · ")); err != nil {
			return fmt.Errorf("contactlist: rejects: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("contactlist: rejects: %w", err)
	}
	return nil
}

// defuse keeps a spreadsheet from computing a cell [OWASP, CSV injection].
func defuse(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// Defuse is what every file of ours does to a cell: a spreadsheet shows it and computes nothing.
func Defuse(cell string) string { return defuse(cell) }
