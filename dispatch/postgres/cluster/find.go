package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MinMajor is the oldest PostgreSQL that Canvass supports.
const MinMajor = 14

// Binaries is one installation of PostgreSQL's programs.
type Binaries struct {
	Dir   string // absolute; holds postgres, initdb, pg_dump and pg_restore
	Major int    // 14, 15, …
}

func (b Binaries) path(program string) string { return filepath.Join(b.Dir, program) }

// MissingError says that no usable PostgreSQL is installed. Its text names the
// package to install.
type MissingError struct {
	Major int   // the one major version that would do, or 0 for any from MinMajor
	Found []int // major versions that are installed but do not serve, ascending
}

// Error names what is missing, what was found instead, and the cure.
func (e *MissingError) Error() string {
	var b strings.Builder
	pkg := struct{ apt, brew string }{"postgresql", "postgresql@17"}
	if e.Major != 0 {
		fmt.Fprintf(&b, "the programs of PostgreSQL %d, which made this data directory, are not installed", e.Major)
		pkg.apt = fmt.Sprintf("postgresql-%d", e.Major)
		pkg.brew = fmt.Sprintf("postgresql@%d", e.Major)
	} else {
		fmt.Fprintf(&b, "PostgreSQL %d or newer is not installed", MinMajor)
	}
	if len(e.Found) > 0 {
		fmt.Fprintf(&b, " (found only %s)", strings.Trim(fmt.Sprint(e.Found), "[]"))
	}
	fmt.Fprintf(&b, "; install it (Debian, Ubuntu: apt install %s; Fedora: dnf install postgresql-server; macOS: brew install %s) or set CANVASS_DATABASE_URL", pkg.apt, pkg.brew)
	return b.String()
}

// Find looks for PostgreSQL's programs: in PATH first, then where Debian,
// Ubuntu, Fedora, the PostgreSQL packages and Homebrew put them, the newest
// major version first. It returns a *MissingError if there are none, or only
// versions before MinMajor.
func Find(ctx context.Context) (Binaries, error) { return system().find(ctx, 0) }

// FindMajor is Find for exactly one major version, which an existing data
// directory demands.
func FindMajor(ctx context.Context, major int) (Binaries, error) {
	return system().find(ctx, major)
}

// finder is where to look; a test points it at a tree of its own.
type finder struct {
	path     []string // directories, in order of preference
	patterns []string // globs of directories; the newest version wins
}

func system() finder {
	return finder{
		path: filepath.SplitList(os.Getenv("PATH")),
		patterns: []string{
			"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
			"/usr/bin",                  // Fedora
			"/usr/pgsql-*/bin",          // packages of the PostgreSQL project
			"/usr/local/pgsql/bin",      // built from source
			"/opt/homebrew/opt/postgresql@*/bin",
			"/opt/homebrew/opt/postgresql/bin",
			"/opt/homebrew/bin",
			"/usr/local/opt/postgresql@*/bin",
			"/usr/local/bin",
			"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
		},
	}
}

func (f finder) find(ctx context.Context, major int) (Binaries, error) {
	serves := func(b Binaries) bool { return b.Major >= MinMajor && (major == 0 || b.Major == major) }
	missing := &MissingError{Major: major}
	for _, dir := range f.path {
		b, err := inspect(ctx, dir)
		switch {
		case err != nil:
			if ctx.Err() != nil {
				return Binaries{}, ctx.Err()
			}
		case serves(b):
			return b, nil
		default:
			missing.Found = append(missing.Found, b.Major)
		}
	}
	var best Binaries
	for _, dir := range f.installed() {
		b, err := inspect(ctx, dir)
		switch {
		case err != nil:
			if ctx.Err() != nil {
				return Binaries{}, ctx.Err()
			}
		case !serves(b):
			missing.Found = append(missing.Found, b.Major)
		case b.Major > best.Major:
			best = b
		}
	}
	if best.Major != 0 {
		return best, nil
	}
	slices.Sort(missing.Found)
	missing.Found = slices.Compact(missing.Found)
	return Binaries{}, missing
}

func (f finder) installed() []string {
	var dirs []string
	for _, p := range f.patterns {
		// The only error of Glob is a malformed pattern, and ours are literals.
		found, _ := filepath.Glob(p)
		dirs = append(dirs, found...)
	}
	return dirs
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d{1,4})`)

// inspect asks the postgres in dir for its version. A directory without all
// four programs is fs.ErrNotExist: a client-only installation does not serve.
func inspect(ctx context.Context, dir string) (Binaries, error) {
	if !filepath.IsAbs(dir) {
		return Binaries{}, fs.ErrNotExist // a relative PATH entry is nobody's intention
	}
	// Links are resolved because PATH often holds a link to postgres alone,
	// while its companions lie beside the target.
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return Binaries{}, err
	}
	b := Binaries{Dir: filepath.Dir(real)}
	for _, program := range []string{"postgres", "initdb", "pg_dump", "pg_restore"} {
		if _, err := exec.LookPath(b.path(program)); err != nil {
			return Binaries{}, err
		}
	}
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").Output()
	if err != nil {
		return Binaries{}, err
	}
	b.Major, err = parseMajor(string(out))
	return b, err
}

// parseMajor reads "postgres (PostgreSQL) 15.14 (Debian 15.14-0)".
func parseMajor(line string) (int, error) {
	m := versionLine.FindStringSubmatch(line)
	if m == nil {
		return 0, errors.New("postgres --version says something unknown")
	}
	return strconv.Atoi(m[1])
}
