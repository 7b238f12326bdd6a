package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// Batch is what one file holds: entries in their order.
type Batch struct {
	Name   string // of the file
	Class  Class
	Bodies [][]byte
}

// misreads is how often a file that the disk does not give is tried before it
// goes to quarantine: too many open files are no fault of the file.
const misreads = 10

// groupBytes bounds what Oldest reads at once.
const groupBytes = 4 << 20

// Oldest returns the files whose entries have waited longest, in their order:
// as many as hold most entries together, and one at least; none if nothing waits.
// The same ones come again until Done or SetAside. What does not open goes to
// quarantine on the way. An error is the disk's; what was read before it is
// returned.
func (s *Spool) Oldest(most int) ([]Batch, error) {
	var out []Batch
	entries, bytes := 0, int64(0)
	for _, f := range s.front(most) {
		if entries > 0 && (entries >= most || bytes+f.size > groupBytes) {
			break
		}
		b, ok, err := s.read(f)
		if err != nil {
			return out, err
		}
		if ok {
			out = append(out, b)
			entries, bytes = entries+len(b.Bodies), bytes+f.size
		}
	}
	return out, nil
}

// front is the first n files.
func (s *Spool) front(n int) []file {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock == nil {
		return nil
	}
	return slices.Clone(s.files[:min(n, len(s.files))])
}

// read reads a file; false if it is one no more.
func (s *Spool) read(f file) (Batch, bool, error) {
	name := f.name()
	content, err := s.disk.Read(filepath.Join(s.home(), name))
	if errors.Is(err, fs.ErrNotExist) {
		s.log.Error("a file of the spool is gone; nobody here removed it", "file", name, "entries", f.entries)
		s.forget(name)
		return Batch{}, false, nil
	}
	if err != nil && s.misread(name) < misreads {
		return Batch{}, false, fmt.Errorf("spool: reading: %w", err)
	}
	bodies, bad := s.open(name, content)
	if err == nil && bad == nil {
		return Batch{Name: name, Class: f.class, Bodies: bodies}, true, nil
	}
	if err == nil {
		err = bad
	}
	s.log.Error("a file of the spool cannot be read; it goes to quarantine", "file", name, "entries", f.entries, "err", err)
	return Batch{}, false, s.SetAside(name)
}

// misread notes that a file could not be read, and returns how often it was so.
func (s *Spool) misread(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.files {
		if s.files[i].name() == name {
			s.files[i].misread++
			return s.files[i].misread
		}
	}
	return misreads
}

// forget takes a file out of the count, and returns what it counted.
func (s *Spool) forget(name string) tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.files, func(f file) bool { return f.name() == name })
	if i < 0 {
		return tally{}
	}
	f := s.files[i]
	if i == 0 {
		s.files = s.files[1:] // nearly always, and there may be many
	} else {
		s.files = slices.Delete(s.files, i, i+1)
	}
	s.book(f.class, f.tally(), -1)
	return f.tally()
}

// Done removes files whose entries are safe elsewhere. If that fails they come
// again.
func (s *Spool) Done(names ...string) error {
	for _, name := range names {
		if err := s.disk.Remove(filepath.Join(s.home(), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("spool: removing: %w", err)
		}
		s.forget(name)
	}
	if err := s.disk.SyncDir(s.home()); err != nil {
		return fmt.Errorf("spool: syncing the directory: %w", err)
	}
	return nil
}

// SetAside moves a file to quarantine, as it is.
func (s *Spool) SetAside(name string) error {
	if err := s.setAside(s.home(), name); err != nil {
		return fmt.Errorf("spool: quarantine: %w", err)
	}
	t := s.forget(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aside.add(t)
	return nil
}

// setAside moves a file of dir to quarantine, and never over another one.
func (s *Spool) setAside(dir, name string) error {
	if err := s.disk.MkdirAll(s.quarantine()); err != nil {
		return err
	}
	there, err := s.disk.List(s.quarantine())
	if err != nil {
		return err
	}
	to := name
	for n := 1; slices.ContainsFunc(there, func(it item) bool { return it.name == to }); n++ {
		to = fmt.Sprintf("%s.%d", name, n)
	}
	if err := s.disk.Rename(filepath.Join(dir, name), filepath.Join(s.quarantine(), to)); err != nil {
		return err
	}
	return errors.Join(s.disk.SyncDir(s.quarantine()), s.disk.SyncDir(dir))
}

// recount counts the quarantine.
func (s *Spool) recount() error {
	items, err := s.disk.List(s.quarantine())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var t tally
	for _, it := range items {
		t.add(tally{files: 1, bytes: onDisk(it.size)})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aside = t
	return nil
}
