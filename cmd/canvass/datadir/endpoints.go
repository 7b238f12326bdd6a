package datadir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Endpoints is where the services of a running `canvass up` listen. The first
// two hold passwords.
type Endpoints struct {
	DatabaseURL string `json:"database_url"`
	RedisURL    string `json:"redis_url"`
	StaffURL    string `json:"staff_url"`
	PublicURL   string `json:"public_url"`
	PID         int    `json:"pid"` // of `up`; WriteEndpoints fills it in
}

// Errors of ReadEndpoints.
var (
	// ErrNone means that no `canvass up` holds the directory.
	ErrNone = errors.New("no `canvass up` runs on this data directory")
	// ErrStarting means that one does and has not said where it listens yet.
	ErrStarting = errors.New("`canvass up` is still starting; try again in a moment")
)

// maxEndpoints bounds the file; ten times what it ever holds.
const maxEndpoints = 64 << 10

// WriteEndpoints says where this process' services listen. Only the process
// that holds the Lock may call it.
func (d *Dir) WriteEndpoints(e Endpoints) error {
	e.PID = os.Getpid()
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return fmt.Errorf("endpoints: %w", err)
	}
	if err := d.replace(endpointsName, append(text, '\n')); err != nil {
		return fmt.Errorf("endpoints: %w", err)
	}
	return nil
}

// ReadEndpoints finds the running `up`. It returns ErrNone if nobody holds the
// directory, whatever a process that is gone has left written, ErrStarting if
// the holder has not written its own yet, and an *ExposedError if others can
// read the file.
func (d *Dir) ReadEndpoints() (Endpoints, error) {
	h, ok, err := d.held()
	if err != nil {
		return Endpoints{}, fmt.Errorf("endpoints: %w", err)
	}
	if !ok {
		return Endpoints{}, ErrNone
	}
	text, err := d.readPrivate(endpointsName, maxEndpoints)
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoints{}, ErrStarting
	}
	if err != nil {
		return Endpoints{}, fmt.Errorf("endpoints: %w", err)
	}
	var e Endpoints
	if err := json.Unmarshal(text, &e); err != nil {
		return Endpoints{}, fmt.Errorf("%s: %w", d.at(endpointsName), err)
	}
	if e.PID != h.PID {
		return Endpoints{}, ErrStarting // those are of the holder before
	}
	return e, nil
}

// RemoveEndpoints takes the file away; it is no error if there is none.
func (d *Dir) RemoveEndpoints() error {
	if err := os.Remove(d.at(endpointsName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("endpoints: %w", err)
	}
	return nil
}
