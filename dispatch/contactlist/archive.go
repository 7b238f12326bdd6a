package contactlist

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Bounds of a workbook. A list of 50,000 people is some 60 MiB of XML in a file
// of 5 MiB; what is ten times as large is no contact list.
const (
	maxWorkbook  = 64 << 20  // bytes of the file
	maxUnzipped  = 192 << 20 // bytes of all its parts
	maxParts     = 5000
	maxDirectory = 2 << 20   // bytes of the zip's directory: 5000 parts have some 500 KiB
	maxElements  = 4_000_000 // XML elements of all parts that are read
	maxRun       = 1 << 20   // bytes of one tag or text
	maxDepth     = 64        // elements within elements
)

// archive is the parts of a workbook by name, in lower case. Only parts that a
// relationship of the workbook leads to are ever unpacked: no pictures, no links
// to other files, no macros.
type archive struct {
	parts    map[string]*zip.File
	elements int // XML elements that may still be read
}

// openArchive reads the directory of a zip file and refuses what no spreadsheet
// writes before anything is unpacked.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	if size > maxWorkbook {
		return nil, format("why", "too_large")
	}
	in := &metered{r: r, left: maxDirectory}
	directory, err := zip.NewReader(in, size)
	if err != nil {
		return nil, damaged("", err)
	}
	in.left = 1 << 62
	if len(directory.File) > maxParts {
		return nil, format("why", "too_many_parts")
	}
	a := &archive{parts: map[string]*zip.File{}, elements: maxElements}
	var total uint64
	for _, f := range directory.File {
		name := partName("", f.Name)
		if f.UncompressedSize64 > maxUnzipped || total+f.UncompressedSize64 > maxUnzipped {
			return nil, format("why", "unpacks_too_large")
		}
		total += f.UncompressedSize64
		switch {
		case f.Flags&1 != 0:
			return nil, format("why", "encrypted")
		case a.parts[name] != nil:
			return nil, damaged(f.Name, errors.New("two parts of this name"))
		case path.Base(name) == "vbaproject.bin":
			return nil, format("why", "macros")
		}
		a.parts[name] = f
	}
	return a, checkPlaces(directory.File)
}

// checkPlaces refuses entries that share their bytes: a small file can unpack
// to any size that way [Fifield, A better zip bomb, 2019].
func checkPlaces(files []*zip.File) error {
	type span struct{ from, to int64 }
	spans := make([]span, len(files))
	for i, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return damaged(f.Name, err)
		}
		spans[i] = span{from, from + int64(f.CompressedSize64)}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return damaged("", errors.New("entries overlap"))
		}
	}
	return nil
}

// partName resolves the name of a part against the folder it is named in.
func partName(folder, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = "/" + folder + "/" + target
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
}

// scan reads the part that has the root element given; read is called inside
// it. What read leaves is read too, because only at the end of a part it is
// known whether it is whole.
func (a *archive) scan(name, root string, read func(*scanner) error) error {
	return a.scanWithin(&a.elements, name, root, read)
}

// scanWithin is scan with a number of elements of its own, for a part that is
// read again.
func (a *archive) scanWithin(elements *int, name, root string, read func(*scanner) error) error {
	f := a.parts[name]
	if f == nil {
		return damaged(name, fs.ErrNotExist)
	}
	r, err := f.Open()
	if err != nil {
		return damaged(name, err)
	}
	defer func() { _ = r.Close() }() // only reads
	s := newScanner(r, elements)
	if err := s.whole(root, read); err != nil {
		return damaged(name, err)
	}
	return nil
}

// damaged wraps a failure inside a workbook; one that has a code keeps it.
func damaged(part string, err error) error {
	var ours *survey.Error
	var file *fs.PathError
	switch {
	case errors.As(err, &ours):
		return err
	case errors.As(err, &file):
		return unreadable(err)
	}
	e := format("why", "damaged")
	switch {
	case errors.Is(err, errRecord):
		e = format("why", "cell_too_long")
	case errors.Is(err, errDirectory):
		e = format("why", "too_many_parts")
	}
	if e.Err = err; part != "" {
		e.Err = fmt.Errorf("%s: %w", part, err)
	}
	return e
}

var errDirectory = errors.New("a directory of more than 2 MiB")

// metered ends reading after left bytes: the directory of a zip file may be all
// of it, and is held in memory.
type metered struct {
	r    io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (m *metered) ReadAt(p []byte, off int64) (int, error) {
	if m.left < 0 {
		return 0, errDirectory
	}
	n, err := m.r.ReadAt(p, off)
	m.left -= int64(n)
	return n, err
}
