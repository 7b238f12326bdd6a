package datadir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// holder is what up.lock says about the process that locked it.
type holder struct {
	PID   int       `json:"pid"`
	Role  string    `json:"role"`
	Since time.Time `json:"since"`
	Host  string    `json:"host"`
}

// HeldError says that another process holds the data directory.
type HeldError struct {
	Path  string    // of the data directory
	PID   int       // of the holder; 0 if it could not be read
	Role  string    // what the holder is, such as "up"
	Since time.Time // when it took the lock
	Host  string    // where it runs: a directory may be shared by containers
}

// Error names the holder and says what to do.
func (e *HeldError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("the data directory %s is held by another canvass process; stop it first, or choose another directory", e.Path)
	}
	return fmt.Sprintf("the data directory %s is held by `canvass %s`, process %d on %s, since %s; stop it first (Ctrl-C there, or: kill %d), or choose another directory",
		e.Path, e.Role, e.PID, e.Host, e.Since.Format("2006-01-02 15:04:05"), e.PID)
}

// Lock is the hold on a data directory. The kernel ends it with the process.
type Lock struct{ file *os.File }

// lockPatience outlasts a reader's look at the lock (ReadEndpoints holds it,
// shared, for microseconds), which must not refuse an `up`.
const lockPatience = 250 * time.Millisecond

// Lock takes the directory for this process; role is the subcommand, for the
// message that others get. It returns a *HeldError if another process, or
// another Lock of this one, holds it.
func (d *Dir) Lock(role string) (*Lock, error) {
	f, err := os.OpenFile(d.at(lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(10 * time.Millisecond) {
		err = flock(f, syscall.LOCK_EX)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		defer f.Close()
		h := readHolder(f)
		return nil, &HeldError{Path: d.path, PID: h.PID, Role: h.Role, Since: h.Since, Host: h.Host}
	}
	if err == nil {
		err = d.sign(f, role)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("data directory: locking: %w", err)
	}
	return &Lock{file: f}, nil
}

// Release gives the directory up. The file stays: removing it would let two
// processes lock two files of the same name.
func (l *Lock) Release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

func (d *Dir) sign(f *os.File, role string) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	text, err := json.Marshal(holder{PID: os.Getpid(), Role: role, Since: d.now().Truncate(time.Second), Host: host})
	if err != nil {
		return err
	}
	// First nobody, then no endpoints, then us: in a container every `up` has the
	// same process number, so endpoints left behind must not outlive its name.
	if err := errors.Join(d.disown(f), f.Truncate(0), d.RemoveEndpoints()); err != nil {
		return err
	}
	_, err = f.WriteAt(text, 0)
	return err
}

// readHolder reads what the holder wrote; zero if it has not yet.
func readHolder(f *os.File) holder {
	var h holder
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return holder{}
	}
	return h
}

// held reports who holds the directory; ok is false if nobody does.
func (d *Dir) held() (h holder, ok bool, err error) {
	f, err := os.Open(d.at(lockName))
	if errors.Is(err, fs.ErrNotExist) {
		return holder{}, false, nil
	}
	if err != nil {
		return holder{}, false, err
	}
	defer f.Close() // and with it the shared lock, if it was to be had
	switch err := flock(f, syscall.LOCK_SH); {
	case err == nil:
		return holder{}, false, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return readHolder(f), true, nil
	default:
		return holder{}, false, err
	}
}

// flock asks the kernel for a lock and does not wait for it.
func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
