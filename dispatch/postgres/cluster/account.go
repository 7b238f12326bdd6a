package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// account is the user that PostgreSQL's server programs run as.
type account struct {
	other    bool // not the user of this process, because that is root
	uid, gid int
	name     string
}

// serverAccount is whoever owns the cluster, if it exists: root may be visiting
// an ordinary user's data directory, by sudo.
func serverAccount(h home) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if uid, gid, ok := ownerOf(h.data()); ok && uid != 0 {
		return account{other: true, uid: uid, gid: gid, name: strconv.Itoa(uid)}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		return account{other: true, uid: uid, gid: gid, name: name}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody; run canvass as an ordinary user")
}

func ownerOf(path string) (uid, gid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(stat.Uid), int(stat.Gid), true
}

// own makes a directory of mode 0700 the account's.
func (a account) own(path string) error {
	if err := os.Chmod(path, 0o700); err != nil {
		return err
	}
	return a.chown(path)
}

func (a account) chown(path string) error {
	if !a.other {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("giving it to user %s, as which PostgreSQL runs (choose a data directory on a local disk, or run canvass as an ordinary user): %w", a.name, err)
	}
	return nil
}

// program is one call of a PostgreSQL server program as the account. Paths
// that it must reach are passed through hand, because the account may be
// unable to walk to them.
type program struct {
	account account
	files   []*os.File
}

// hand returns the name by which the program can open path.
func (p *program) hand(path string) (string, error) {
	if !p.account.other || runtime.GOOS != "linux" {
		return path, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	p.files = append(p.files, f)
	// exec.Cmd numbers ExtraFiles from 3.
	return fmt.Sprintf("/proc/self/fd/%d", 2+len(p.files)), nil
}

// close gives back what was opened for the program; its own copies stay open.
func (p *program) close() {
	for _, f := range p.files {
		f.Close()
	}
}

func (p *program) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/"
	cmd.Env = serverEnv(os.Environ())
	cmd.ExtraFiles = p.files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if p.account.other {
		gid := uint32(p.account.gid)
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(p.account.uid), Gid: gid, Groups: []uint32{gid}}
	}
	return cmd
}

// serverEnv keeps only what a program needs to run. The rest would bend the
// server to the caller's shell (PGDATA, PGOPTIONS, LANG) or hand CANVASS_*
// secrets to another user's process.
func serverEnv(env []string) []string {
	kept := slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return !slices.Contains([]string{"PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}, name)
	})
	return append(kept, "LC_ALL=C", "HOME=/")
}
