package xlsform

import (
	"maps"
	"strconv"

	"canvass/dispatch/survey"
)

// Level says how much a finding weighs.
type Level string

// The levels of findings.
const (
	Fault  Level = "fault"  // the form cannot be published so
	Remark Level = "remark" // carried in another way, or left out
)

// Finding is what became of a cell that could not be carried as it is. Where of
// the error is the cell ("survey!C12"); of several alike the first, and Also
// has the others.
type Finding struct {
	Level Level
	*survey.Error
	Also []string
}

// cell is a place in a workbook; row and column count from 1.
type cell struct {
	sheet       string
	row, column int
}

// String is the cell as spreadsheets name it.
func (c cell) String() string {
	if c.sheet == "" {
		return ""
	}
	if c.row == 0 {
		return c.sheet
	}
	return c.sheet + "!" + letters(c.column) + strconv.Itoa(c.row)
}

// letters is the name of a column from 1: A, Z, AA.
func letters(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

// findings collects what is found; alike ones are one.
type findings struct {
	list  []Finding
	index map[string]int
}

func (f *findings) fault(at cell, code survey.Code, args ...string) {
	f.add(Fault, at, code, args)
}

func (f *findings) remark(at cell, code survey.Code, args ...string) {
	f.add(Remark, at, code, args)
}

func (f *findings) add(level Level, at cell, code survey.Code, args []string) {
	key := string(level) + "\x00" + string(code) + "\x00" + at.sheet
	for _, a := range args {
		key += "\x00" + a
	}
	if i, ok := f.index[key]; ok {
		if w := at.String(); w != f.list[i].Where {
			f.list[i].Also = append(f.list[i].Also, w)
		}
		return
	}
	if f.index == nil {
		f.index = map[string]int{}
	}
	f.index[key] = len(f.list)
	f.list = append(f.list, Finding{Level: level, Error: failure(at.String(), code, args...)})
}

func failure(where string, code survey.Code, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{}, Where: where}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// moved is e with another place.
func moved(e *survey.Error, where string) *survey.Error {
	out := *e
	out.Args, out.Where = maps.Clone(e.Args), where
	return &out
}
