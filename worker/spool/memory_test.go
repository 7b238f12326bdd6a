package spool

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// memory is a disk that tells what is safe from what is only there: what was
// written and not synced, and names whose directory was not synced, may or may
// not outlive a power cut. It can fail at any operation, and stop at any.
type memory struct {
	mu    sync.Mutex
	dirs  map[string]bool
	files map[string]*memoryFile
	held  map[string]bool

	ops   int                         // operations so far
	halt  int                         // at this one everything stops for good; 0: never
	fault func(op, path string) error // asked before every operation
}

type memoryFile struct {
	content []byte
	synced  bool // content is safe
	named   bool // the name is safe
	was     string
}

var errHalted = errors.New("the machine stands still")

func newMemory() *memory {
	return &memory{dirs: map[string]bool{"/": true, "/data": true}, files: map[string]*memoryFile{}, held: map[string]bool{}}
}

// step counts an operation, and says whether it fails.
func (m *memory) step(op, p string) error {
	m.ops++
	if m.halt > 0 && m.ops >= m.halt {
		return errHalted
	}
	if m.fault != nil {
		return m.fault(op, p)
	}
	return nil
}

func (m *memory) MkdirAll(dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dirs[dir] {
		return nil
	}
	if err := m.step("mkdir", dir); err != nil {
		return err
	}
	for d := dir; d != "/" && d != "."; d = path.Dir(d) {
		m.dirs[d] = true
	}
	return nil
}

func (m *memory) List(dir string) ([]item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("list", dir); err != nil {
		return nil, err
	}
	if !m.dirs[dir] {
		return nil, fs.ErrNotExist
	}
	var out []item
	for d := range m.dirs {
		if path.Dir(d) == dir && d != dir {
			out = append(out, item{name: path.Base(d), dir: true})
		}
	}
	for p, f := range m.files {
		if path.Dir(p) == dir {
			out = append(out, item{name: path.Base(p), size: int64(len(f.content))})
		}
	}
	slices.SortFunc(out, func(a, b item) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func (m *memory) Write(p string, content []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.dirs[path.Dir(p)] {
		return fs.ErrNotExist
	}
	if m.files[p] != nil {
		return fs.ErrExist
	}
	if err := m.step("write", p); err != nil {
		m.files[p] = &memoryFile{content: slices.Clone(content[:len(content)/2])}
		return err
	}
	m.files[p] = &memoryFile{content: slices.Clone(content)}
	if err := m.step("sync", p); err != nil {
		return err
	}
	m.files[p].synced = true
	return nil
}

func (m *memory) Read(p string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("read", p); err != nil {
		return nil, err
	}
	f := m.files[p]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(f.content), nil
}

func (m *memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("rename", to); err != nil {
		return err
	}
	f := m.files[from]
	if f == nil || !m.dirs[path.Dir(to)] {
		return fs.ErrNotExist
	}
	delete(m.files, from)
	moved := *f
	if f.named {
		moved.was = from // until the directory is synced, it may come back there
	}
	moved.named = false
	m.files[to] = &moved
	return nil
}

func (m *memory) Remove(p string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("remove", p); err != nil {
		return err
	}
	if m.dirs[p] {
		delete(m.dirs, p)
		return nil
	}
	if m.files[p] == nil {
		return fs.ErrNotExist
	}
	delete(m.files, p)
	return nil
}

func (m *memory) SyncDir(dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("syncdir", dir); err != nil {
		return err
	}
	if !m.dirs[dir] {
		return fs.ErrNotExist
	}
	for p, f := range m.files {
		if path.Dir(p) == dir {
			f.named, f.was = true, ""
		}
	}
	return nil
}

type memoryLock struct {
	m *memory
	p string
}

func (l memoryLock) Close() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.held, l.p)
	return nil
}

func (m *memory) Lock(p string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("lock", p); err != nil {
		return nil, err
	}
	if m.held[p] || !m.dirs[path.Dir(p)] {
		return nil, errBusy
	}
	m.held[p] = true
	if m.files[p] == nil {
		m.files[p] = &memoryFile{}
	}
	return memoryLock{m, p}, nil
}

// killed is the disk after kill -9: everything that was there is there, the
// locks are gone.
func (m *memory) killed() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := newMemory()
	for d := range m.dirs {
		out.dirs[d] = true
	}
	for p, f := range m.files {
		kept := *f
		kept.content = slices.Clone(f.content)
		out.files[p] = &kept
	}
	return out
}

// cut is the disk after a power cut: of what was not safe, chance decides.
func (m *memory) cut(chance *rand.Rand) *memory {
	out := m.killed()
	for p, f := range out.files {
		if !f.named && chance.IntN(2) == 0 {
			delete(out.files, p)
			if f.was != "" {
				out.files[f.was] = f
			}
			continue
		}
		if !f.synced && len(f.content) > 0 {
			f.content = f.content[:chance.IntN(len(f.content))]
		}
	}
	return out
}

// full fails what would take room, as a full disk does.
func full(op, _ string) error {
	if op == "write" || op == "mkdir" {
		return syscall.ENOSPC
	}
	return nil
}

// readOnly fails what would change anything.
func readOnly(op, _ string) error {
	if op != "list" && op != "read" {
		return syscall.EROFS
	}
	return nil
}
