package cluster

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// home is the directory given to Start and the names of what lies in it.
//
//	data/           the cluster (PGDATA), the server account's, 0700
//	new/            a cluster being made; becomes data/ when it is whole
//	socket/         the server's socket, the server account's, 0700
//	password        of the role canvass, 0600
//	endpoint.json   where the running or last server listens, 0600
//	start.log       what the server said before its own log began
//	starting.lock   held while someone starts or stops the server
//	users.lock      held, shared, by everyone who uses the server
type home string

func (h home) at(name string) string { return filepath.Join(string(h), name) }

func (h home) data() string { return h.at("data") }

// major is the version that made the cluster, or 0 if there is none yet.
func (h home) major() (int, error) {
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s: PG_VERSION is damaged", h.data())
	}
	return major, nil
}

// password reads the role's password, making one if the cluster has yet to be.
func (h home) password() (string, error) {
	text, err := os.ReadFile(h.at("password"))
	if err == nil && len(text) > 0 {
		return string(text), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if major, err := h.major(); err != nil || major != 0 {
		return "", errors.Join(err, fmt.Errorf("%s is missing: without it the database beside it cannot be opened; put it back", h.at("password")))
	}
	fresh := rand.Text()
	return fresh, h.write("password", []byte(fresh))
}

// endpoint is where the server's socket is. It differs from socket/ and 5432
// when the data directory's path is too long or Config.Port is set.
type endpoint struct {
	Socket string `json:"socket"`
	Port   int    `json:"port"`
}

func (e endpoint) file() string { return filepath.Join(e.Socket, ".s.PGSQL."+strconv.Itoa(e.Port)) }

// maxSocketPath is the shortest limit for sockaddr_un.sun_path among our
// systems (macOS 104, Linux 108), less the closing zero.
const maxSocketPath = 103

const socketPrefix = "canvass-pg-"

// newEndpoint chooses and makes a socket directory, and records it.
func (h home) newEndpoint(a account, port int) (endpoint, error) {
	if port == 0 {
		port = 5432
	}
	e := endpoint{Socket: h.at("socket"), Port: port}
	if len(e.file()) <= maxSocketPath && !strings.Contains(e.file(), ",") { // a comma parts the directories of a list
		if err := os.Mkdir(e.Socket, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return endpoint{}, err
		}
	} else {
		dir, err := os.MkdirTemp("", socketPrefix)
		if err != nil {
			return endpoint{}, err
		}
		e.Socket = dir
		if len(e.file()) > maxSocketPath {
			os.Remove(dir)
			return endpoint{}, fmt.Errorf("both %s and the directory for temporary files (TMPDIR) have paths too long for a socket (%d bytes); choose a shorter one", h, maxSocketPath)
		}
	}
	if err := a.own(e.Socket); err != nil {
		return endpoint{}, err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return endpoint{}, err
	}
	return e, h.write("endpoint.json", text)
}

// endpoint reads the record of the running or last server.
func (h home) endpoint() (endpoint, error) {
	text, err := os.ReadFile(h.at("endpoint.json"))
	if err != nil {
		return endpoint{}, err
	}
	var e endpoint
	if err := json.Unmarshal(text, &e); err != nil {
		return endpoint{}, fmt.Errorf("%s: %w", h.at("endpoint.json"), err)
	}
	return e, nil
}

// forgetEndpoint removes what a server that is gone left of its socket.
func (h home) forgetEndpoint() error {
	e, err := h.endpoint()
	if err != nil {
		return nil // never started, or killed before the record: nothing to remove
	}
	for _, name := range []string{e.file(), e.file() + ".lock"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if strings.HasPrefix(filepath.Base(e.Socket), socketPrefix) {
		os.Remove(e.Socket) // it is empty and in a temporary place: whether it goes now matters to no one
	}
	return os.Remove(h.at("endpoint.json"))
}

// write replaces a file of mode 0600 so that a crash leaves the old or the new.
func (h home) write(name string, text []byte) (err error) {
	f, err := os.CreateTemp(string(h), name+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err := errors.Join(err, h.disown(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), h.at(name))
}

// disown gives a file that root made in an ordinary user's directory to that
// user, who would be locked out by it otherwise.
func (h home) disown(f *os.File) error {
	if uid, gid, ok := ownerOf(string(h)); ok && os.Geteuid() == 0 && uid != 0 {
		return f.Chown(uid, gid)
	}
	return nil
}

// sync makes the names in the directory survive a power cut.
func (h home) sync() error {
	d, err := os.Open(string(h))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// flock is a lock of the kernel's on a file; it ends with the process at the
// latest.
type flock struct{ file *os.File }

// tryLock takes the lock without waiting; how is syscall.LOCK_SH or LOCK_EX.
// It returns syscall.EWOULDBLOCK if others hold it.
func (h home) tryLock(name string, how int) (flock, error) {
	f, err := os.OpenFile(h.at(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return flock{}, err
	}
	l := flock{f}
	if err := errors.Join(h.disown(f), l.change(how)); err != nil {
		f.Close()
		return flock{}, err
	}
	return l, nil
}

// change turns a held lock from shared to exclusive or back, without waiting.
func (l flock) change(how int) error {
	for {
		err := syscall.Flock(int(l.file.Fd()), how|syscall.LOCK_NB)
		if err != syscall.EINTR {
			return err
		}
	}
}

func (l flock) release() { l.file.Close() }
