package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// install puts four programs into dir, of which postgres tells a version.
func install(t *testing.T, dir, version string, without ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb", "pg_dump", "pg_restore"} {
		if slices.Contains(without, name) {
			continue
		}
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFindPrefersPathThenTheNewest(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	at := func(dir string) string { return filepath.Join(root, dir) }
	install(t, at("lib/9.6/bin"), "9.6.24")
	install(t, at("lib/13/bin"), "13.2")
	install(t, at("lib/14/bin"), "14.9 (Debian 14.9-1)")
	install(t, at("lib/16/bin"), "16.1")
	install(t, at("lib/18/bin"), "18beta1", "initdb") // a client-only package
	install(t, at("cellar/15/bin"), "15.3 (Homebrew)")
	if err := os.MkdirAll(at("links"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("cellar/15/bin/postgres"), at("links/postgres")); err != nil {
		t.Fatal(err)
	}
	everywhere := []string{at("lib/*/bin")}
	cases := []struct {
		name  string
		f     finder
		major int
		want  string // directory, or "" for a *MissingError
		found []int
	}{
		{"newest", finder{nil, everywhere}, 0, "lib/16/bin", nil},
		{"by version", finder{nil, everywhere}, 14, "lib/14/bin", nil},
		{"PATH before newer", finder{[]string{at("none"), at("lib/14/bin")}, everywhere}, 0, "lib/14/bin", nil},
		{"PATH too old", finder{[]string{at("lib/13/bin")}, everywhere}, 0, "lib/16/bin", nil},
		{"PATH of another version", finder{[]string{at("lib/16/bin")}, everywhere}, 14, "lib/14/bin", nil},
		{"a link in PATH", finder{[]string{at("links")}, nil}, 0, "cellar/15/bin", nil},
		{"relative PATH", finder{[]string{".", ""}, nil}, 0, "", nil},
		{"nothing", finder{}, 0, "", nil},
		{"only old ones", finder{nil, []string{at("lib/9.6/bin"), at("lib/13/bin"), at("lib/13/bin")}}, 0, "", []int{9, 13}},
		{"not that version", finder{nil, everywhere}, 17, "", []int{9, 13, 14, 16}},
		{"an old version asked for", finder{nil, everywhere}, 13, "", []int{9, 13, 14, 16}},
	}
	for _, c := range cases {
		got, err := c.f.find(t.Context(), c.major)
		var missing *MissingError
		switch {
		case c.want != "" && (err != nil || got.Dir != resolved(t, at(c.want))):
			t.Errorf("%s: %+v, %v", c.name, got, err)
		case c.want == "" && (!errors.As(err, &missing) || !slices.Equal(missing.Found, c.found)):
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func resolved(t *testing.T, dir string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return real
}

func TestMissingErrorNamesTheCure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  MissingError
		want []string
	}{
		{MissingError{}, []string{"14 or newer", "apt install postgresql;", "dnf install postgresql-server", "brew install", "CANVASS_DATABASE_URL"}},
		{MissingError{Found: []int{9, 13}}, []string{"found only 9 13"}},
		{MissingError{Major: 16}, []string{"apt install postgresql-16;", "brew install postgresql@16"}},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%q lacks %q", c.err.Error(), want)
			}
		}
	}
}

func TestFindHere(t *testing.T) {
	t.Parallel()
	b, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if same, err := FindMajor(t.Context(), b.Major); err != nil || same.Major != b.Major {
		t.Errorf("%+v, then %+v: %v", b, same, err)
	}
}

func FuzzParseMajor(f *testing.F) {
	for _, line := range []string{"postgres (PostgreSQL) 15.14 (Debian 15.14-0)", "postgres (PostgreSQL) 18beta1", "", "(PostgreSQL) 99999999999999999999"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		major, err := parseMajor(line)
		if err == nil && (major < 0 || major > 9999) {
			t.Errorf("%q: %d", line, major)
		}
	})
}

func FuzzParsePID(f *testing.F) {
	for _, text := range []string{"1234\n/data\n", "1234", "-5\n", "0\n", "1\n", "", "\n", "99999999999999999999999999999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pid := parsePID(strings.NewReader(text))
		// 0 and 1, and anything negative, would signal whole groups or init.
		if pid != 0 && pid <= 1 {
			t.Errorf("%q: %d", text, pid)
		}
	})
}

func TestParsePID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"1234\n/data\n": 1234, "77": 77, "-5\n": 0, "1\n": 0, "x\n": 0, "": 0} {
		if got := parsePID(strings.NewReader(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
