package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

const (
	lockName      = "up.lock"
	endpointsName = "endpoints.json"
	keysName      = "keys.json"
	keysLockName  = "keys.lock"
	clusterName   = "postgres"
)

// Dir is an open data directory. Its methods may be called from several
// goroutines and processes.
type Dir struct {
	path string
	now  func() time.Time
}

// ErrForeign is returned by Open for a directory that others can enter and that
// holds something else: closing it to them would surprise its owner.
var ErrForeign = errors.New("the directory is in use for something else; choose an empty one or a new name")

// Open makes the directory if it is missing (mode 0700), or closes it to others
// if it is ours or empty. It returns ErrForeign for any other directory that is
// not private already.
func Open(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := makePrivate(abs); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", abs, err)
	}
	return &Dir{path: abs, now: time.Now}, nil
}

func makePrivate(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	ours := func(e fs.DirEntry) bool {
		return slices.Contains([]string{lockName, endpointsName, keysName, clusterName}, e.Name())
	}
	if len(entries) > 0 && !slices.ContainsFunc(entries, ours) {
		return ErrForeign
	}
	return os.Chmod(path, 0o700)
}

// Path is the directory's absolute path.
func (d *Dir) Path() string { return d.path }

// Cluster is the path of the embedded PostgreSQL's directory, which may not
// exist yet.
func (d *Dir) Cluster() string { return d.at(clusterName) }

// Sub is the path of a directory of the caller's own in the data directory,
// made if missing (mode 0700). The name must be a single path element.
func (d *Dir) Sub(name string) (string, error) {
	if name != filepath.Base(name) || !filepath.IsLocal(name) || name == "." {
		return "", fmt.Errorf("data directory: %q is not a name", name)
	}
	if err := os.Mkdir(d.at(name), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("data directory: %w", err)
	}
	return d.at(name), nil
}

func (d *Dir) at(name string) string { return filepath.Join(d.path, name) }

// ExposedError says that a file with secrets can be read by others.
type ExposedError struct {
	Path string
	Mode fs.FileMode
}

// Error names the file and the command that closes it.
func (e *ExposedError) Error() string {
	return fmt.Sprintf("%s can be read by other users (mode %04o); if it was, rotate the keys; then: chmod 600 %s", e.Path, e.Mode, e.Path)
}

// readPrivate reads a file of secrets, at most limit bytes.
func (d *Dir) readPrivate(name string, limit int64) ([]byte, error) {
	f, err := os.Open(d.at(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, &ExposedError{Path: d.at(name), Mode: mode}
	}
	return readLimited(f, name, limit)
}

// draft is a file of mode 0600, written and synced under a name of its own, so
// that a crash never leaves half of the real one.
func (d *Dir) draft(name string, text []byte) (path string, err error) {
	f, err := os.CreateTemp(d.path, name+".*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, d.disown(f), f.Sync(), f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// replace writes a file anew, whole or not at all.
func (d *Dir) replace(name string, text []byte) error {
	path, err := d.draft(name, text)
	if err != nil {
		return err
	}
	if err := os.Rename(path, d.at(name)); err != nil {
		os.Remove(path)
		return err
	}
	return d.sync()
}

// createNew writes a file that must not exist yet; fs.ErrExist if it does.
func (d *Dir) createNew(name string, text []byte) error {
	path, err := d.draft(name, text)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	// Unlike Rename, Link never replaces what another process has just made.
	if err := os.Link(path, d.at(name)); err != nil {
		return err
	}
	return d.sync()
}

// disown gives a file that root made in an ordinary user's directory, by sudo,
// to that user, who would be locked out by it otherwise.
func (d *Dir) disown(f *os.File) error {
	info, err := os.Stat(d.path)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 && stat.Uid != 0 {
		return f.Chown(int(stat.Uid), int(stat.Gid))
	}
	return nil
}

// sync makes the names in the directory survive a power cut.
func (d *Dir) sync() error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
