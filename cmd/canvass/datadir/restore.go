package datadir

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotEmpty is returned by Restore for a data directory with other keys than
// the bundle's: tokens of one of the two systems would die.
var ErrNotEmpty = errors.New("the data directory holds keys of its own; restore into a new one")

// BundleError says that what Restore read is not a whole bundle of ours.
type BundleError struct{ Reason string }

// Error says what is wrong with it.
func (e *BundleError) Error() string { return "this is not a whole canvass backup: " + e.Reason }

func damaged(format string, args ...any) error {
	return &BundleError{Reason: fmt.Sprintf(format, args...)}
}

// RestoreParts is what Restore needs from its caller.
type RestoreParts struct {
	// Check may refuse a bundle, such as one of a newer schema. Nil accepts all.
	Check func(Manifest) error
	// Load fills the database from a dump, all or nothing, and refuses a
	// database that is not empty. The reader ends where the dump ends.
	Load func(ctx context.Context, dump io.Reader) error
}

// Restore puts a bundle's keys into this directory and its dump into the
// database. The whole bundle is read and verified first (which takes the space
// of the dump in the data directory meanwhile), so a torn or foreign one, a
// *BundleError, changes nothing. The keys are written before the database is
// filled and taken back if that fails: a database without its keys, even after
// a crash, would be worse than keys without a database, over which the same
// bundle can be restored again. The caller holds the Lock.
func (d *Dir) Restore(ctx context.Context, r io.Reader, parts RestoreParts) (Manifest, error) {
	m, err := d.restore(ctx, r, parts)
	if err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	return m, nil
}

func (d *Dir) restore(ctx context.Context, r io.Reader, parts RestoreParts) (Manifest, error) {
	spool, err := os.CreateTemp(d.path, "restore.*")
	if err != nil {
		return Manifest{}, err
	}
	defer spool.Close()
	// Without a name it is gone with the process, however that ends.
	if err := os.Remove(spool.Name()); err != nil {
		return Manifest{}, err
	}
	b, err := readBundle(reader{ctx, r}, spool)
	if err != nil {
		return Manifest{}, err
	}
	if parts.Check != nil {
		if err := parts.Check(b.manifest); err != nil {
			return Manifest{}, err
		}
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return Manifest{}, err
	}
	placed, err := d.placeKeys(b.keys)
	if err != nil {
		return Manifest{}, err
	}
	if err := parts.Load(ctx, spool); err != nil {
		if placed {
			err = errors.Join(err, os.Remove(d.at(keysName)))
		}
		return Manifest{}, err
	}
	return b.manifest, nil
}

// placeKeys writes the bundle's keys where there are none; placed is false if
// the same ones are there already, from a restore that was cut off.
func (d *Dir) placeKeys(keys []Key) (placed bool, err error) {
	text, err := encodeKeys(keys)
	if err != nil {
		return false, err
	}
	err = d.createNew(keysName, text)
	if !errors.Is(err, fs.ErrExist) {
		return err == nil, err
	}
	there, err := d.readPrivate(keysName, maxKeys)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(there, text) {
		return false, ErrNotEmpty
	}
	return false, nil
}

// bundle is what readBundle found, but for the dump itself.
type bundle struct {
	manifest Manifest
	keys     []Key
}

// readBundle accepts exactly the entries that Backup writes, in that order, and
// no name of the archive ever becomes a path. The dump goes to the spool.
func readBundle(r io.Reader, spool io.Writer) (bundle, error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return bundle{}, torn(err)
	}
	archive := &entries{tar: tar.NewReader(packed)}
	var b bundle
	if err := archive.json(manifestEntry, &b.manifest); err != nil {
		return bundle{}, err
	}
	if b.manifest.Format != bundleFormat {
		return bundle{}, damaged("its format is %d, this canvass reads %d", b.manifest.Format, bundleFormat)
	}
	found, err := archive.dump(spool)
	if err != nil {
		return bundle{}, err
	}
	text, err := archive.small(keysEntry, maxKeys)
	if err != nil {
		return bundle{}, err
	}
	if b.keys, err = parseKeys(text); err != nil {
		return bundle{}, damaged("keys: %v", err)
	}
	var said trailer
	if err := archive.json(endEntry, &said); err != nil {
		return bundle{}, err
	}
	if said != found {
		return bundle{}, damaged("the dump is not the one that was saved")
	}
	if err := archive.next(); err != io.EOF {
		return bundle{}, damaged("something follows its end")
	}
	// To the last byte, where gzip keeps its checksum.
	if _, err := io.Copy(io.Discard, io.LimitReader(packed, maxSmall)); err != nil {
		return bundle{}, torn(err)
	}
	return b, nil
}

// entries walks an archive; header is the entry at hand.
type entries struct {
	tar    *tar.Reader
	header *tar.Header
	again  bool // the entry at hand was looked at only, and is also the next
}

func (a *entries) next() error {
	if a.again {
		a.again = false
		return nil
	}
	header, err := a.tar.Next()
	if err == io.EOF {
		return io.EOF
	}
	if err != nil {
		return torn(err)
	}
	if header.Typeflag != tar.TypeReg {
		return damaged("%.40q is not a plain file", header.Name)
	}
	a.header = header
	return nil
}

// dump copies the pieces to w, up to the first entry that is none.
func (a *entries) dump(w io.Writer) (trailer, error) {
	sum := sha256.New()
	var total int64
	for n := 1; ; n++ {
		if err := a.next(); err == io.EOF {
			return trailer{}, damaged("it ends too early")
		} else if err != nil {
			return trailer{}, err
		}
		if a.header.Name != pieceName(n) {
			a.again = true
			return trailer{total, hex.EncodeToString(sum.Sum(nil))}, nil
		}
		if a.header.Size > pieceSize {
			return trailer{}, damaged("%s is too large", a.header.Name)
		}
		// A full disk is not the bundle's fault: only reading it can tear it.
		piece, err := io.ReadAll(a.tar)
		if err != nil {
			return trailer{}, torn(err)
		}
		sum.Write(piece)
		total += int64(len(piece))
		if _, err := w.Write(piece); err != nil {
			return trailer{}, err
		}
	}
}

// small reads the next entry, which must have that name and at most limit bytes.
func (a *entries) small(name string, limit int64) ([]byte, error) {
	if err := a.next(); err == io.EOF {
		return nil, damaged("it ends too early")
	} else if err != nil {
		return nil, err
	}
	if a.header.Name != name {
		return nil, damaged("%.40q stands where %s belongs", a.header.Name, name)
	}
	text, err := readLimited(a.tar, name, limit)
	if err != nil {
		return nil, torn(err)
	}
	return text, nil
}

func (a *entries) json(name string, v any) error {
	text, err := a.small(name, maxSmall)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return damaged("%s cannot be read", name)
	}
	return nil
}

// readLimited reads all of r, and refuses more than limit bytes.
func readLimited(r io.Reader, name string, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return text, err
}

// torn turns the decoders' errors into one that says what it means, and lets
// those of the caller's reader through.
func torn(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged("%v", err)
}

// reader stops a read when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on unless the context has ended.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
