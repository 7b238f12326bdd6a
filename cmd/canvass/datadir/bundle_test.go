package datadir

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// noise is a dump of n bytes that does not compress.
func noise(n int) []byte {
	dump := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(dump)
	return dump
}

func dumpOf(text []byte) func(context.Context, io.Writer) error {
	return func(_ context.Context, w io.Writer) error {
		// In odd pieces, as a pipe would.
		for len(text) > 0 {
			n := min(len(text), 70_001)
			if _, err := w.Write(text[:n]); err != nil {
				return err
			}
			text = text[n:]
		}
		return nil
	}
}

func backup(t *testing.T, d *Dir, dump []byte) []byte {
	t.Helper()
	if _, err := d.Keys(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := d.Backup(t.Context(), &out, BackupParts{CanvassVersion: "v0.1", SchemaVersion: 7, Dump: dumpOf(dump)}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// loaded restores and reports what the database was given.
func loaded(t *testing.T, d *Dir, bundle []byte) (Manifest, []byte, error) {
	t.Helper()
	var got []byte
	m, err := d.Restore(t.Context(), bytes.NewReader(bundle), RestoreParts{
		Load: func(_ context.Context, r io.Reader) (err error) {
			got, err = io.ReadAll(r)
			return err
		},
	})
	return m, got, err
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 3*pieceSize + 5} {
		from, to := open(t), open(t)
		dump := noise(size)
		bundle := backup(t, from, dump)
		m, got, err := loaded(t, to, bundle)
		if err != nil || !bytes.Equal(got, dump) {
			t.Fatalf("%d bytes became %d: %v", size, len(got), err)
		}
		if want := (Manifest{Format: 1, Time: from.now(), CanvassVersion: "v0.1", SchemaVersion: 7}); m != want {
			t.Errorf("%+v", m)
		}
		there, here := fileText(t, to, keysName), fileText(t, from, keysName)
		if there != here || mode(t, to.at(keysName)) != 0o600 {
			t.Error("other keys")
		}
		noDrafts(t, to)
	}
}

func fileText(t *testing.T, d *Dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(d.at(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Anyone can open a bundle with tar alone.
func TestBundleIsAPlainTar(t *testing.T) {
	t.Parallel()
	packed, err := gzip.NewReader(bytes.NewReader(backup(t, open(t), noise(pieceSize+1))))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for archive := tar.NewReader(packed); ; {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
	if got := strings.Join(names, " "); got != "manifest.json dump/00000001 dump/00000002 keys.json end.json" {
		t.Error(got)
	}
}

func TestRestoreIntoAUsedDirectory(t *testing.T) {
	t.Parallel()
	from, to := open(t), open(t)
	bundle := backup(t, from, []byte("dump"))
	if _, err := to.Keys(); err != nil {
		t.Fatal(err)
	}
	before := fileText(t, to, keysName)
	if _, got, err := loaded(t, to, bundle); !errors.Is(err, ErrNotEmpty) || got != nil {
		t.Errorf("loaded %d bytes: %v", len(got), err)
	}
	if fileText(t, to, keysName) != before {
		t.Error("the keys were replaced")
	}
	// The same keys are those of a restore that was cut off: it may go on.
	if _, got, err := loaded(t, from, bundle); err != nil || string(got) != "dump" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestFailedLoadLeavesNothing(t *testing.T) {
	t.Parallel()
	bundle := backup(t, open(t), []byte("dump"))
	full := errors.New("the database is not empty")
	to := open(t)
	_, err := to.Restore(t.Context(), bytes.NewReader(bundle), RestoreParts{
		Load: func(context.Context, io.Reader) error {
			if !to.HasKeys() {
				t.Error("the database is filled before its keys are safe")
			}
			return full
		},
	})
	if !errors.Is(err, full) || to.HasKeys() {
		t.Errorf("keys %v, %v", to.HasKeys(), err)
	}
	newer := errors.New("a newer schema")
	_, err = to.Restore(t.Context(), bytes.NewReader(bundle), RestoreParts{
		Check: func(m Manifest) error {
			if m.SchemaVersion != 7 {
				t.Errorf("%+v", m)
			}
			return newer
		},
		Load: func(context.Context, io.Reader) error { t.Error("loaded"); return nil },
	})
	if !errors.Is(err, newer) || to.HasKeys() {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := to.Restore(ctx, bytes.NewReader(bundle), RestoreParts{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	noDrafts(t, to)
}

func TestFailedDumpIsNoBundle(t *testing.T) {
	t.Parallel()
	d := open(t)
	if err := d.Backup(t.Context(), io.Discard, BackupParts{Dump: dumpOf(nil)}); err == nil {
		t.Error("a backup without keys")
	}
	bundle := backup(t, d, nil)
	if len(bundle) == 0 {
		t.Fatal("nothing")
	}
	var out bytes.Buffer
	gone := errors.New("the server is gone")
	err := d.Backup(t.Context(), &out, BackupParts{Dump: func(_ context.Context, w io.Writer) error {
		w.Write(noise(2 * pieceSize))
		return gone
	}})
	if !errors.Is(err, gone) {
		t.Error(err)
	}
	refused(t, "half a backup", out.Bytes())
	err = d.Backup(t.Context(), fullDisk{}, BackupParts{Dump: dumpOf(noise(4 * pieceSize))})
	if !errors.Is(err, errFull) {
		t.Error(err)
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// refused checks that a bundle is a *BundleError and changes nothing.
func refused(t *testing.T, name string, bundle []byte) {
	t.Helper()
	d := open(t)
	_, got, err := loaded(t, d, bundle)
	var bad *BundleError
	if !errors.As(err, &bad) || got != nil || d.HasKeys() {
		t.Errorf("%s: loaded %d bytes, keys %v: %v", name, len(got), d.HasKeys(), err)
	}
}

func TestTornBundles(t *testing.T) {
	t.Parallel()
	bundle := backup(t, open(t), noise(2*pieceSize+9))
	for _, n := range []int{0, 1, 9, 10, 100, len(bundle) / 2, len(bundle) - 9, len(bundle) - 1} {
		refused(t, "cut", bundle[:n])
	}
	for _, at := range []int{0, len(bundle) / 3, len(bundle) - 5} {
		flipped := bytes.Clone(bundle)
		flipped[at] ^= 0x40
		refused(t, "flipped", flipped)
	}
}

// member is one entry of a bundle under construction.
type member struct {
	header tar.Header
	text   []byte
}

func unpack(t *testing.T, bundle []byte) []member {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(bundle))
	if err != nil {
		t.Fatal(err)
	}
	var members []member
	for archive := tar.NewReader(packed); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return members
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, member{*h, text})
	}
}

func pack(t testing.TB, members []member) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	for _, m := range members {
		h := m.header
		h.Size = int64(len(m.text))
		if err := archive.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHostileBundles(t *testing.T) {
	t.Parallel()
	bundle := backup(t, open(t), noise(pieceSize+9))
	plain := func(name, text string) member {
		return member{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600}, []byte(text)}
	}
	cases := map[string]func([]member) []member{
		"path out of the directory": func(m []member) []member { m[3].header.Name = "../keys.json"; return m },
		"absolute path":             func(m []member) []member { m[3].header.Name = "/etc/passwd"; return m },
		"a link": func(m []member) []member {
			m[3] = member{tar.Header{Typeflag: tar.TypeSymlink, Name: keysEntry, Linkname: "/etc/passwd"}, nil}
			return m
		},
		"a directory": func(m []member) []member {
			m[1] = member{tar.Header{Typeflag: tar.TypeDir, Name: "dump/"}, nil}
			return m
		},
		"an entry more":          func(m []member) []member { return append(m, plain("extra", "x")) },
		"an entry between":       func(m []member) []member { return append(m[:3:3], append([]member{plain("extra", "x")}, m[3:]...)...) },
		"a piece missing":        func(m []member) []member { return append(m[:1:1], m[2:]...) },
		"the last piece missing": func(m []member) []member { return append(m[:2:2], m[3:]...) },
		"pieces swapped":         func(m []member) []member { m[1].text, m[2].text = m[2].text, m[1].text; return m },
		"a piece changed":        func(m []member) []member { m[2].text[3] ^= 1; return m },
		"keys twice":             func(m []member) []member { return append(m[:4:4], append([]member{m[3]}, m[4:]...)...) },
		"no keys":                func(m []member) []member { return append(m[:3:3], m[4:]...) },
		"damaged keys":           func(m []member) []member { m[3].text = []byte("{}"); return m },
		"no end":                 func(m []member) []member { return m[:4] },
		"end that is no JSON":    func(m []member) []member { m[4].text = []byte("x"); return m },
		"another format":         func(m []member) []member { m[0].text = []byte(`{"format":2}`); return m },
		"no manifest":            func(m []member) []member { return m[1:] },
		"nothing":                func(m []member) []member { return nil },
		"huge manifest":          func(m []member) []member { m[0].text = bytes.Repeat([]byte(" "), maxSmall+1); return m },
		"huge keys":              func(m []member) []member { m[3].text = bytes.Repeat([]byte(" "), maxKeys+1); return m },
		"huge piece":             func(m []member) []member { m[1].text = make([]byte, pieceSize+1); return m },
	}
	for name, change := range cases {
		refused(t, name, pack(t, change(unpack(t, bundle))))
	}
	if _, _, err := loaded(t, open(t), pack(t, unpack(t, bundle))); err != nil {
		t.Error("unchanged, and refused:", err)
	}
}

func FuzzReadBundle(f *testing.F) {
	dir := f.TempDir()
	d, err := Open(filepath.Join(dir, "data"))
	if err != nil {
		f.Fatal(err)
	}
	if _, err := d.Keys(); err != nil {
		f.Fatal(err)
	}
	for _, dump := range [][]byte{nil, []byte("dump")} {
		var out bytes.Buffer
		if err := d.Backup(context.Background(), &out, BackupParts{Dump: dumpOf(dump)}); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
		f.Add(out.Bytes()[:out.Len()/2])
	}
	f.Add(pack(f, nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		var spool bytes.Buffer
		b, err := readBundle(bytes.NewReader(text), &spool)
		if err == nil && (b.manifest.Format != bundleFormat || len(b.keys) == 0) {
			t.Errorf("accepted %+v with %d keys", b.manifest, len(b.keys))
		}
	})
}
