package spool

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
)

// file is one file of ours: what its name says of it, and its size on disk.
type file struct {
	order   int64 // grows from file to file; nanoseconds of the clock when it was made
	maker   string
	entries int64
	class   Class
	size    int64
	misread int // times that it could not be read
}

const suffix = ".spool"

// name is the file's own name. It says everything that is counted, so that a
// start need open no file, and it is sealed with the content.
func (f file) name() string {
	return fmt.Sprintf("%020d-%s-%d%c%s", f.order, f.maker, f.entries, f.class, suffix)
}

var fileName = regexp.MustCompile(`^([0-9]{20})-([0-9a-f]{16})-([1-9][0-9]{0,3})([ku])\.spool$`)

// parseName reads a name that file.name could have made.
func parseName(name string) (file, bool) {
	m := fileName.FindStringSubmatch(name)
	if m == nil {
		return file{}, false
	}
	order, err := strconv.ParseInt(m[1], 10, 64)
	entries, _ := strconv.ParseInt(m[3], 10, 64) // four digits at most
	return file{order: order, maker: m[2], entries: entries, class: Class(m[4][0])}, err == nil && entries <= batchEntries
}

func (f file) tally() tally { return tally{files: 1, entries: f.entries, bytes: f.size} }

// magic begins every file. What follows is the length of the key's id, the id,
// and the sealed entries with their nonce before them.
const magic = "canvass spool 1\n"

var errSeal = errors.New("the file does not open: cut, changed, renamed, or sealed with a key that is not here")

// ring makes a cipher of every key. A key seals many files; their nonces are
// random, and a key may have 2^32 of them (NIST SP 800-38D, 8.3).
func ring(keys []Key) (map[string]cipher.AEAD, error) {
	out := map[string]cipher.AEAD{}
	for _, k := range keys {
		if k.ID == "" || len(k.ID) > 255 || len(k.Secret) != 32 {
			return nil, errors.New("spool: a key needs a name and 32 bytes")
		}
		b, err := aes.NewCipher(k.Secret)
		if err != nil {
			return nil, err
		}
		if out[k.ID], err = cipher.NewGCMWithRandomNonce(b); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, errors.New("spool: there is no key")
	}
	return out, nil
}

// seal makes the content of the file of that name.
func (s *Spool) seal(name string, bodies [][]byte) []byte {
	var plain []byte
	for _, b := range bodies {
		plain = append(binary.AppendUvarint(plain, uint64(len(b))), b...)
	}
	head := append([]byte(magic), byte(len(s.sealer)))
	head = append(head, s.sealer...)
	return s.keys[s.sealer].Seal(head, nil, plain, bound(name, head))
}

// open returns the entries of the file of that name, or errSeal.
func (s *Spool) open(name string, content []byte) ([][]byte, error) {
	f, ok := parseName(name)
	if !ok || len(content) <= len(magic) || string(content[:len(magic)]) != magic {
		return nil, errSeal
	}
	end := len(magic) + 1 + int(content[len(magic)])
	if len(content) < end {
		return nil, errSeal
	}
	key, ok := s.keys[string(content[len(magic)+1:end])]
	if !ok {
		return nil, errSeal
	}
	plain, err := key.Open(nil, nil, content[end:], bound(name, content[:end]))
	if err != nil {
		return nil, errSeal
	}
	bodies, ok := split(plain)
	if !ok || int64(len(bodies)) != f.entries {
		return nil, errSeal
	}
	return bodies, nil
}

// bound is what a seal binds beside the entries.
func bound(name string, head []byte) []byte {
	return append([]byte(filepath.Base(name)+"\x00"), head...)
}

// split takes apart what seal has put together.
func split(plain []byte) (bodies [][]byte, ok bool) {
	for len(plain) > 0 {
		size, n := binary.Uvarint(plain)
		if n <= 0 || size > uint64(len(plain)-n) {
			return nil, false
		}
		bodies = append(bodies, plain[n:n+int(size)])
		plain = plain[n+int(size):]
	}
	return bodies, true
}
