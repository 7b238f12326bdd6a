package spool

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const lockName = "lock"

var homeName = regexp.MustCompile(`^[0-9a-f]{16}$`)

// Open finds a directory for this spool and counts what is in it. It does
// nothing if that was done.
func (s *Spool) Open() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.opened() {
		return nil
	}
	if err := s.settle(); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	signal(s.arrived)
	return nil
}

func (s *Spool) opened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lock != nil
}

// settle takes the first directory that nobody holds, or makes one, and adopts
// the rest. The caller holds opening.
func (s *Spool) settle() error {
	root := s.cfg.Dir
	if err := s.disk.MkdirAll(root); err != nil {
		return err
	}
	// The names of the directories must be as safe as those of the files.
	if err := s.disk.SyncDir(filepath.Dir(root)); err != nil {
		return err
	}
	id, lock, err := s.free()
	if err != nil {
		return err
	}
	if lock == nil {
		if id, lock, err = s.found(); err != nil {
			return err
		}
	}
	files, err := s.clean(filepath.Join(root, id))
	if err != nil {
		return errors.Join(err, lock.Close())
	}
	s.mu.Lock()
	s.id, s.lock = id, lock
	s.own(files)
	s.mu.Unlock()
	// What others have left can wait for the next look.
	if err := s.adopt(); err != nil {
		s.log.Warn("what others have left in the spool directory cannot be taken over yet", "err", err)
	}
	return nil
}

// homes lists the directories of spools.
func (s *Spool) homes() ([]string, error) {
	items, err := s.disk.List(s.cfg.Dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, it := range items {
		if it.dir && homeName.MatchString(it.name) {
			out = append(out, it.name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// free locks the first directory that nobody holds; without one its lock is nil.
func (s *Spool) free() (string, io.Closer, error) {
	ids, err := s.homes()
	if err != nil {
		return "", nil, err
	}
	for _, id := range ids {
		if lock, err := s.disk.Lock(filepath.Join(s.cfg.Dir, id, lockName)); err == nil {
			return id, lock, nil
		}
	}
	return "", nil, nil
}

// found makes a directory. Another process may take it for one that was left
// before we have its lock, and then we make another.
func (s *Spool) found() (string, io.Closer, error) {
	for range 10 {
		b := make([]byte, 8)
		rand.Read(b) // never fails: the runtime ends the program instead
		id := hex.EncodeToString(b)
		if err := s.disk.MkdirAll(filepath.Join(s.cfg.Dir, id)); err != nil {
			return "", nil, err
		}
		lock, err := s.disk.Lock(filepath.Join(s.cfg.Dir, id, lockName))
		switch {
		case err == nil:
			if err := s.disk.SyncDir(s.cfg.Dir); err != nil {
				return "", nil, errors.Join(err, lock.Close())
			}
			return id, lock, nil
		case !errors.Is(err, errBusy) && !errors.Is(err, fs.ErrNotExist):
			return "", nil, err
		}
	}
	return "", nil, errBusy
}

// clean deletes what is half written in a directory that we hold, puts aside
// what is not ours, and lists the rest.
func (s *Spool) clean(dir string) ([]file, error) {
	items, err := s.disk.List(dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, it := range items {
		f, ours := parseName(it.name)
		f.size = onDisk(it.size)
		switch {
		case it.name == lockName || it.dir:
		case strings.HasSuffix(it.name, temporary):
			err = errors.Join(err, s.disk.Remove(filepath.Join(dir, it.name)))
		case ours:
			files = append(files, f)
		default:
			s.log.Error("a file in the spool is none of ours; it goes to quarantine", "file", it.name)
			err = errors.Join(err, s.setAside(dir, it.name))
		}
	}
	return files, err
}

// own counts files among ours. The caller holds mu.
func (s *Spool) own(files []file) {
	for _, f := range files {
		s.files = append(s.files, f)
		s.book(f.class, f.tally(), 1)
		s.last = max(s.last, f.order)
	}
	slices.SortFunc(s.files, byOrder)
}

func byOrder(a, b file) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.maker, b.maker))
}

// Adopt takes over what processes have left that hold their directories no more:
// a process that starts does so, and one that runs should from time to time. It
// also counts the quarantine anew, which the processes share.
func (s *Spool) Adopt() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	if !s.opened() {
		return nil
	}
	return s.adopt()
}

// adopt moves the files of every directory that nobody holds into ours. Each
// file moves whole, so nothing is lost or doubled wherever this ends.
func (s *Spool) adopt() error {
	failed := []error{s.recount()}
	ids, err := s.homes()
	if err != nil {
		return err
	}
	for _, id := range ids {
		dir := filepath.Join(s.cfg.Dir, id)
		if dir == s.home() {
			continue
		}
		lock, err := s.disk.Lock(filepath.Join(dir, lockName))
		if err != nil {
			continue // held, or not ours to enter
		}
		if err = s.takeOver(dir); err == nil {
			s.mu.Lock()
			s.adopted = append(s.adopted, id)
			s.mu.Unlock()
		}
		failed = append(failed, err, lock.Close())
	}
	return errors.Join(failed...)
}

// Adopted lists the ids of the spools that were taken over: there will be none of
// that id any more.
func (s *Spool) Adopted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.adopted)
}

// takeOver moves everything out of a directory that we hold, and removes it.
func (s *Spool) takeOver(dir string) error {
	files, err := s.clean(dir)
	if err != nil {
		return err
	}
	var moved []file
	for _, f := range files {
		if err = s.disk.Rename(filepath.Join(dir, f.name()), filepath.Join(s.home(), f.name())); err != nil {
			break
		}
		moved = append(moved, f)
	}
	s.mu.Lock()
	s.own(moved)
	s.mu.Unlock()
	if len(moved) > 0 {
		s.log.Warn("what another process left in its spool is taken over", "files", len(moved))
		signal(s.arrived)
	}
	if err != nil {
		return err
	}
	return errors.Join(s.disk.SyncDir(s.home()), s.disk.SyncDir(dir), s.disk.Remove(filepath.Join(dir, lockName)),
		s.disk.Remove(dir), s.disk.SyncDir(s.cfg.Dir))
}
