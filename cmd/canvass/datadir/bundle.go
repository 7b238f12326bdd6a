package datadir

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// A bundle is a gzipped tar file with these entries in this order:
//
//	manifest.json
//	dump/00000001 …  the database dump in pieces; joined, they are the dump
//	keys.json
//	end.json         size and SHA-256 of the dump: without it a bundle is torn
//
// Pieces, because tar wants each size first and a dump's is not known before
// its end. The keys come after the dump, so that they include any key that a
// row of the dump may name.
const (
	manifestEntry = "manifest.json"
	keysEntry     = "keys.json"
	endEntry      = "end.json"
)

const (
	bundleFormat = 1
	pieceSize    = 1 << 20 // bytes
	maxSmall     = 64 << 10
)

// Manifest says what a bundle holds.
type Manifest struct {
	Format         int       `json:"format"` // of the bundle; 1
	Time           time.Time `json:"time"`   // when the backup began
	CanvassVersion string    `json:"canvass_version"`
	SchemaVersion  int64     `json:"schema_version"` // of the database, as migrations count
}

type trailer struct {
	DumpBytes  int64  `json:"dump_bytes"`
	DumpSHA256 string `json:"dump_sha256"`
}

// BackupParts is what Backup needs from its caller.
type BackupParts struct {
	CanvassVersion string
	SchemaVersion  int64
	// Dump writes the database to w.
	Dump func(ctx context.Context, w io.Writer) error
}

// Backup writes a bundle of the keys and the database to w. It holds names,
// answers and keys in clear: the caller writes it where only its owner reads
// it. After an error what was written is not a bundle, and Restore knows.
func (d *Dir) Backup(ctx context.Context, w io.Writer, parts BackupParts) error {
	if err := d.backup(ctx, w, parts); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

func (d *Dir) backup(ctx context.Context, w io.Writer, parts BackupParts) error {
	if _, err := d.readKeys(); err != nil { // before minutes of dumping
		return err
	}
	// The dump is compressed already; this adds a checksum and costs little.
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	b := &bundleWriter{tar: tar.NewWriter(packed), time: d.now().UTC().Truncate(time.Second)}
	manifest := Manifest{Format: bundleFormat, Time: b.time, CanvassVersion: parts.CanvassVersion, SchemaVersion: parts.SchemaVersion}
	if err := b.json(manifestEntry, manifest); err != nil {
		return err
	}
	pieces := &pieceWriter{bundle: b, sum: sha256.New()}
	if err := parts.Dump(ctx, pieces); err != nil {
		return err
	}
	if err := pieces.flush(); err != nil {
		return err
	}
	keys, err := d.readKeys()
	if err != nil {
		return err
	}
	text, err := encodeKeys(keys)
	if err != nil {
		return err
	}
	if err := b.entry(keysEntry, text); err != nil {
		return err
	}
	if err := b.json(endEntry, trailer{pieces.total, hex.EncodeToString(pieces.sum.Sum(nil))}); err != nil {
		return err
	}
	return errors.Join(b.tar.Close(), packed.Close())
}

type bundleWriter struct {
	tar  *tar.Writer
	time time.Time
}

func (b *bundleWriter) json(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return b.entry(name, append(text, '\n'))
}

func (b *bundleWriter) entry(name string, text []byte) error {
	err := b.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: int64(len(text)), ModTime: b.time})
	if err != nil {
		return err
	}
	_, err = b.tar.Write(text)
	return err
}

// pieceWriter cuts a stream into entries of pieceSize; the last is shorter.
type pieceWriter struct {
	bundle *bundleWriter
	sum    hash.Hash
	total  int64
	count  int
	buffer []byte
}

func pieceName(n int) string { return fmt.Sprintf("dump/%08d", n) }

// Write takes the next bytes of the dump.
func (p *pieceWriter) Write(text []byte) (int, error) {
	p.sum.Write(text)
	p.total += int64(len(text))
	for rest := text; len(rest) > 0; {
		n := min(len(rest), pieceSize-len(p.buffer))
		p.buffer = append(p.buffer, rest[:n]...)
		rest = rest[n:]
		if len(p.buffer) == pieceSize {
			if err := p.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(text), nil
}

func (p *pieceWriter) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	p.count++
	err := p.bundle.entry(pieceName(p.count), p.buffer)
	p.buffer = p.buffer[:0]
	return err
}
