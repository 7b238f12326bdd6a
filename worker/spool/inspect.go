package spool

import (
	"errors"
	"io/fs"
	"path/filepath"
	"time"
)

// Report is what lies in a spool directory, over all processes.
type Report struct {
	Entries int
	Bytes   int64
	Oldest  time.Time // zero when nothing waits
	Aside   int       // files in quarantine
}

// Inspect counts what lies in a spool directory, without a key and without
// changing anything. A directory that is not there is an error of os.
func Inspect(dir string) (Report, error) {
	var out Report
	d := osDisk{}
	items, err := d.List(dir)
	if err != nil {
		return out, err
	}
	for _, it := range items {
		if !it.dir || !homeName.MatchString(it.name) {
			continue
		}
		files, err := d.List(filepath.Join(dir, it.name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // adopted since
			return out, err
		}
		for _, f := range files {
			out.count(f)
		}
	}
	aside, err := d.List(filepath.Join(dir, "quarantine"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return out, err
	}
	out.Aside = len(aside)
	return out, nil
}

func (r *Report) count(it item) {
	f, ok := parseName(it.name)
	if !ok {
		return
	}
	r.Entries, r.Bytes = r.Entries+int(f.entries), r.Bytes+onDisk(it.size)
	if at := time.Unix(0, f.order); r.Oldest.IsZero() || at.Before(r.Oldest) {
		r.Oldest = at
	}
}

// TryWrite writes a file into dir and removes it again, and tells what keeps it
// from doing so.
func TryWrite(dir string) error { return tryWrite(osDisk{}, dir) }
