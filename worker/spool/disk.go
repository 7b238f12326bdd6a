package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// disk is what the spool needs of a file system. Its errors are those of
// package os.
type disk interface {
	// MkdirAll makes a directory that only its owner enters, and its parents.
	MkdirAll(dir string) error
	List(dir string) ([]item, error)
	// Write makes a file that must not be there yet and syncs what is in it; its
	// name is not safe before SyncDir.
	Write(path string, content []byte) error
	Read(path string) ([]byte, error)
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes the names in a directory safe.
	SyncDir(dir string) error
	// Lock takes the lock file of a directory, making it, until it is closed or
	// the process ends; errBusy if somebody has it, or it is gone.
	Lock(path string) (io.Closer, error)
}

// item is one name in a directory.
type item struct {
	name string
	dir  bool
	size int64
}

var errBusy = errors.New("another process has it")

// osDisk is the file system of the machine.
type osDisk struct{}

func (osDisk) MkdirAll(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disown(dir)
}

func (osDisk) List(dir string) ([]item, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []item
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since
		}
		if err != nil {
			return nil, err
		}
		out = append(out, item{name: e.Name(), dir: e.IsDir(), size: info.Size()})
	}
	return out, nil
}

func (osDisk) Write(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), disown(path))
}

func (osDisk) Read(path string) ([]byte, error) { return os.ReadFile(path) }

func (osDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (osDisk) Remove(path string) error { return os.Remove(path) }

func (osDisk) SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (osDisk) Lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	// Whoever had it may have moved everything out and removed it: then we have
	// the lock of a file without a name.
	ours, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	named, err := os.Stat(path)
	if err != nil || !os.SameFile(ours, named) {
		return nil, errors.Join(errBusy, f.Close())
	}
	return f, disown(path)
}

// flock asks the kernel for the lock and does not wait for it.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errBusy
		case !errors.Is(err, syscall.EINTR):
			return err
		}
	}
}

// disown gives what root made in an ordinary user's directory, by sudo, to that
// user, who would be locked out by it otherwise.
func disown(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	parent, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	if stat, ok := parent.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
		return os.Chown(path, int(stat.Uid), int(stat.Gid))
	}
	return nil
}
