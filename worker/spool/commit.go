package spool

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// commits writes what is pending, again and again, until the spool is closed and
// nothing is pending any more. While one file is being synced, the entries of
// the next gather.
func (s *Spool) commits() {
	defer close(s.done)
	for range s.wake {
		for {
			group := s.take()
			if len(group) == 0 {
				break
			}
			s.commit(group)
		}
		if s.over() {
			return
		}
	}
}

// over reports whether the spool is closed and everything written.
func (s *Spool) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed && len(s.pending) == 0
}

// take takes the entries of the next file out of the line: in their order, all of
// one class.
func (s *Spool) take() []*entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, bytes := 0, 0
	for _, e := range s.pending {
		if n == batchEntries || n > 0 && bytes+len(e.body) > batchBytes || e.class != s.pending[0].class {
			break
		}
		n, bytes = n+1, bytes+len(e.body)
	}
	group := slices.Clone(s.pending[:n])
	s.pending, s.line = slices.Delete(s.pending, 0, n), s.line-bytes
	return group
}

// commit writes one file and tells everybody in it. The entries stay counted all
// the time: as pending, then as the file.
func (s *Spool) commit(group []*entry) {
	f, kept, err := s.write(group)
	s.mu.Lock()
	for _, e := range group {
		s.book(e.class, e.tally(), -1)
	}
	if kept {
		s.files = append(s.files, f)
		s.book(f.class, f.tally(), 1)
	}
	s.trouble = err
	s.mu.Unlock()
	for _, e := range group {
		e.safe <- err
	}
	if kept {
		signal(s.arrived)
	}
}

// write writes one file. kept says that it is there, whether it is safe or not.
func (s *Spool) write(group []*entry) (f file, kept bool, err error) {
	if err := s.Open(); err != nil {
		return f, false, err
	}
	f = s.next(group)
	bodies := make([][]byte, len(group))
	for i, e := range group {
		bodies[i] = e.body
	}
	content := s.seal(f.name(), bodies)
	f.size = onDisk(int64(len(content)))
	path := filepath.Join(s.home(), f.name())
	if err := s.disk.Write(path+temporary, content); err != nil {
		// A full disk must not keep half a file; if it does, the next start cleans up.
		_ = s.disk.Remove(path + temporary)
		return f, false, fmt.Errorf("spool: writing: %w", err)
	}
	if err := s.disk.Rename(path+temporary, path); err != nil {
		_ = s.disk.Remove(path + temporary)
		return f, false, fmt.Errorf("spool: naming: %w", err)
	}
	// After a sync that failed nobody knows what is safe. The file is whole as
	// long as the machine runs, so it is kept; only nothing was promised.
	if err := s.disk.SyncDir(s.home()); err != nil {
		return f, true, fmt.Errorf("spool: syncing the directory: %w", err)
	}
	return f, true, nil
}

// temporary marks a file that nobody was told is safe.
const temporary = ".tmp"

// next is the file that follows the last one, also when the clock was set back.
func (s *Spool) next(group []*entry) file {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, s.cfg.Now().UnixNano())
	return file{order: s.last, maker: s.id, entries: int64(len(group)), class: group[0].class}
}

// onDisk is what a file of that many bytes takes.
func onDisk(size int64) int64 { return (size + block - 1) / block * block }

// Probe writes a file and removes it, and tells what keeps it from doing so.
func (s *Spool) Probe() error {
	err := s.Open()
	if err == nil {
		s.opening.Lock()
		err = tryWrite(s.disk, s.home())
		s.opening.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = err
	return err
}

// tryWrite does in dir what a write does.
func tryWrite(d disk, dir string) error {
	path := filepath.Join(dir, "probe"+temporary)
	_ = d.Remove(path) // of a process that was killed while it tried
	if err := d.Write(path, make([]byte, block)); err != nil {
		_ = d.Remove(path)
		return err
	}
	return errors.Join(d.Remove(path), d.SyncDir(dir))
}
