package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"canvass/dispatch/survey"
)

// Purpose keeps tokens apart: one for a form never opens an unsubscribe page.
type Purpose string

// The purposes.
const (
	Form        Purpose = "form"
	Unsubscribe Purpose = "unsubscribe"
	Bounce      Purpose = "bounce"
)

// Purposes lists every purpose.
func Purposes() []Purpose { return []Purpose{Form, Unsubscribe, Bounce} }

// Key is one secret of the key file.
type Key struct {
	ID     string
	Secret []byte // at least 32 bytes
}

// Keyring makes tokens with its first key; all its keys are known to be ours.
type Keyring struct{ keys []Key }

// ErrWeakKey is returned for a secret shorter than 32 bytes or an empty ring.
var ErrWeakKey = errors.New("token: the key file needs a key of at least 32 bytes")

// NewKeyring returns a ring whose first key is the active one.
func NewKeyring(keys ...Key) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, ErrWeakKey
	}
	for _, k := range keys {
		if len(k.Secret) < 32 || k.ID == "" {
			return nil, ErrWeakKey
		}
	}
	return &Keyring{keys: keys}, nil
}

// ActiveID names the key that new tokens are made with.
func (r *Keyring) ActiveID() string { return r.keys[0].ID }

// Make returns the token of an invitation: base64url of the first 16 bytes of
// HMAC-SHA256(key, purpose ‖ invitation ‖ version), 22 characters. keyID names
// the key that the invitation's tokens were issued with; false if it is gone.
func (r *Keyring) Make(keyID string, p Purpose, inv survey.InvitationID, version int) (survey.Token, bool) {
	for _, k := range r.keys {
		if k.ID != keyID {
			continue
		}
		var n [16]byte
		binary.BigEndian.PutUint64(n[:8], uint64(inv))
		binary.BigEndian.PutUint64(n[8:], uint64(version))
		sum := sign(k.Secret, "token", []byte(p), n[:])
		return survey.Token(base64.RawURLEncoding.EncodeToString(sum[:16])), true
	}
	return "", false
}

// Hash is what the database keeps of a token.
func Hash(t survey.Token) []byte {
	sum := sha256.Sum256([]byte(t))
	return sum[:]
}

// AddressKey is the keyed hash under which an address stands on the
// do-not-contact list: HMAC-SHA256(key, kind ‖ address), without regard to case:
// lists write a mailbox now this way, now that. It is made with every key of the
// ring, the active one first, so that a rotation loses nobody.
func (r *Keyring) AddressKey(kind survey.EndpointKind, address string) [][]byte {
	out := make([][]byte, 0, len(r.keys))
	address = strings.ToLower(address)
	for _, k := range r.keys {
		out = append(out, sign(k.Secret, "address", []byte(kind), []byte(address)))
	}
	return out
}

// SealKeys are keys to seal things of one purpose with, 32 bytes each under the
// id of the key that they come from, the active one first: HMAC-SHA256(key,
// "seal" ‖ purpose). They open nothing else, and lead to no key of the ring.
func (r *Keyring) SealKeys(purpose string) []Key {
	out := make([]Key, len(r.keys))
	for i, k := range r.keys {
		out[i] = Key{ID: k.ID, Secret: sign(k.Secret, "seal", []byte(purpose))}
	}
	return out
}

// sign separates its parts by their lengths, so that no two inputs collide.
func sign(secret []byte, label string, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(label))
	for _, p := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		m.Write(n[:])
		m.Write(p)
	}
	return m.Sum(nil)
}
