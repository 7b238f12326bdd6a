package android

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
)

// A message's id is one enciphered block: the kind and number of our reference,
// three bytes that must be zero, and four that follow from the recipient. The same
// message has the same id at every try; whoever reads it learns nothing, not even
// which message came first; and we read our reference in it, also before the
// answer to the call that sent the message has come. The recipient is in it because
// numbers are given out again after a backup is restored: another person's message
// must not pass for one that the gateway has already.
type mark struct {
	block cipher.Block
	key   []byte
}

var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

var errShortKey = errors.New("android: an id key of 32 bytes is needed")

func newMark(key []byte) (mark, error) {
	if len(key) < 32 {
		return mark{}, errShortKey
	}
	m := mark{key: key}
	block, err := aes.NewCipher(m.sum("message id"))
	m.block = block
	return m, err
}

// sum is HMAC-SHA256 of its parts, each led by its length.
func (m mark) sum(parts ...string) []byte {
	h := hmac.New(sha256.New, m.key)
	for _, part := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(part)))
		h.Write(n[:])
		_, _ = io.WriteString(h, part)
	}
	return h.Sum(nil)
}

// kindOther marks a reference that is no kind and number (that of a trial): it is
// not read back.
const kindOther = 0

// id is the id of a message, 26 characters.
func (m mark) id(ref, to string) string {
	var b [aes.BlockSize]byte
	if kind, n, ok := readRef(ref); ok {
		b[0] = kind
		binary.BigEndian.PutUint64(b[1:], n)
	} else {
		b[0] = kindOther
		copy(b[1:9], m.sum("other", ref))
	}
	copy(b[12:], m.sum("to", to))
	m.block.Encrypt(b[:], b[:])
	return idText.EncodeToString(b[:])
}

// ref reads our reference out of an id; ok says that the id is ours. The reference
// of a trial is empty.
func (m mark) ref(id string) (ref string, ok bool) {
	raw, err := idText.DecodeString(id)
	if err != nil || len(raw) != aes.BlockSize {
		return "", false
	}
	m.block.Decrypt(raw, raw)
	if raw[9]|raw[10]|raw[11] != 0 {
		return "", false
	}
	switch kind := raw[0]; kind {
	case kindOther:
		return "", true
	case 'a', 'n':
		return string(rune(kind)) + strconv.FormatUint(binary.BigEndian.Uint64(raw[1:]), 10), true
	}
	return "", false
}

// readRef reads "a17": a kind and a number.
func readRef(ref string) (kind byte, n uint64, ok bool) {
	if len(ref) < 2 || ref[0] != 'a' && ref[0] != 'n' {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(ref[1:], 10, 63)
	return ref[0], n, err == nil && strconv.FormatUint(n, 10) == ref[1:]
}

// idOf is the id of a new message.
func (p *Provider) idOf(ref, to string) string { return p.marks[0].id(ref, to) }

// refOf reads our reference out of an id, whichever of our keys made it.
func (p *Provider) refOf(id string) (ref string, ok bool) {
	for _, m := range p.marks {
		if ref, ok = m.ref(id); ok {
			return ref, true
		}
	}
	return "", false
}

// sameText is what tells an incoming text from every other, for ever: who, when to
// the second, and what. It is made with the oldest key, so that a new key does not
// make a text that is told again another one.
func (p *Provider) sameText(from, at, text string) string {
	return idText.EncodeToString(p.marks[len(p.marks)-1].sum("text", from, at, text)[:aes.BlockSize])
}
