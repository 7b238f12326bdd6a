package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"canvass/dispatch/survey"
)

// Seal closes what the database keeps and must not read, with AES-256-GCM. What is
// sealed is filled up first, so that its length tells nothing of what was answered.
type Seal struct {
	aeads []cipher.AEAD // the first closes, any may open
	about []byte        // what it belongs to: a seal of another thing does not open
}

// ErrSealed is returned for what a seal does not open: it was closed by another key, or
// for another thing, or is broken.
var ErrSealed = errors.New("token: the seal does not open")

// sealRoom is the least length that is sealed; beyond it, the length is four times as
// much, and again. A form of closed questions fits into the least.
const sealRoom = 16 << 10

// LinkSeal is the seal of whoever holds the link with token t: its key is
// HKDF-SHA256(t), of which the database has only another hash. Answers of the
// invitation are closed by it until they are sent.
func LinkSeal(t survey.Token, inv survey.InvitationID) (Seal, error) {
	about := binary.BigEndian.AppendUint64([]byte("canvass partial "), uint64(inv))
	key, err := hkdf.Key(sha256.New, []byte(t), nil, string(about), 32)
	if err != nil {
		return Seal{}, fmt.Errorf("token: %w", err)
	}
	return newSeal(about, key)
}

// PoolSeal closes the answers of an anonymous campaign that were sent and not released,
// under the active key of the ring; what an older key closed still opens.
func (r *Keyring) PoolSeal(k survey.CampaignID) (Seal, error) {
	about := binary.BigEndian.AppendUint64([]byte("canvass pool "), uint64(k))
	var keys [][]byte
	for _, key := range r.SealKeys("pool") {
		keys = append(keys, key.Secret)
	}
	return newSeal(about, keys...)
}

// StaffSeal closes what opens the account of a member of staff beside the password, under
// the active key of the ring; what an older key closed still opens.
func (r *Keyring) StaffSeal(id int64) (Seal, error) {
	about := binary.BigEndian.AppendUint64([]byte("canvass staff "), uint64(id))
	var keys [][]byte
	for _, key := range r.SealKeys("staff") {
		keys = append(keys, key.Secret)
	}
	return newSeal(about, keys...)
}

func newSeal(about []byte, keys ...[]byte) (Seal, error) {
	s := Seal{about: about}
	for _, key := range keys {
		block, err := aes.NewCipher(key)
		if err != nil {
			return Seal{}, fmt.Errorf("token: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return Seal{}, fmt.Errorf("token: %w", err)
		}
		s.aeads = append(s.aeads, aead)
	}
	return s, nil
}

// Valid reports whether s is a seal at all.
func (s Seal) Valid() bool { return len(s.aeads) > 0 }

// Close seals plain with a nonce from random.
func (s Seal) Close(plain []byte, random io.Reader) ([]byte, error) {
	room := sealRoom
	for room < len(plain)+4 {
		room *= 4
	}
	nonce := make([]byte, s.aeads[0].NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	filled := make([]byte, room)
	binary.BigEndian.PutUint32(filled, uint32(len(plain)))
	copy(filled[4:], plain)
	return s.aeads[0].Seal(nonce, nonce, filled, s.about), nil
}

// Open returns what was sealed, or ErrSealed.
func (s Seal) Open(sealed []byte) ([]byte, error) {
	for _, aead := range s.aeads {
		if len(sealed) < aead.NonceSize() {
			return nil, ErrSealed
		}
		filled, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], s.about)
		if err != nil || len(filled) < 4 {
			continue
		}
		n := binary.BigEndian.Uint32(filled)
		if uint64(n) > uint64(len(filled)-4) {
			return nil, ErrSealed
		}
		return filled[4 : 4+n], nil
	}
	return nil, ErrSealed
}
