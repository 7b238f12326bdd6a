package token

import (
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"canvass/dispatch/survey"
)

// A mail that comes back is known by two marks of ours, each with a MAC, so that
// whoever invents one touches nothing: the address it comes back to (VERP), and
// the Message-ID of the mail that it returns. A mark speaks of one message only,
// and whoever can read it had that message.

// bouncePrefix begins the local part of a bounce address.
const bouncePrefix = "bounce+"

// macBytes of a bounce address: 80 bits, 16 characters.
const macBytes = 10

// lowerBase32 has one case only: mail servers fold the local part of an address.
var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// BounceAddress is the envelope sender of the message ref ("a17"), such as
// bounce+a17.lnpsqd5hyf3yq2ab@bounce.office.example: lower-case, at most 64
// characters before the @. It is made with the active key.
func (r *Keyring) BounceAddress(ref, domain string) string {
	return bouncePrefix + ref + "." + bounceMAC(r.keys[0], ref) + "@" + strings.ToLower(domain)
}

// ReadBounceAddress returns the ref of a bounce address of ours at domain; false
// for any other address. Case says nothing, and every key of the ring counts:
// mail comes back days later, and a rotation must not lose it.
func (r *Keyring) ReadBounceAddress(address, domain string) (ref string, ok bool) {
	local, at, found := cutLast(strings.ToLower(address), "@")
	rest, marked := strings.CutPrefix(local, bouncePrefix)
	if !found || !marked || at != strings.ToLower(domain) {
		return "", false
	}
	ref, mac, found := cutLast(rest, ".")
	if !found || ref == "" {
		return "", false
	}
	return ref, r.anyKey(func(k Key) []byte { return []byte(bounceMAC(k, ref)) }, []byte(mac))
}

func bounceMAC(k Key, ref string) string {
	return lowerBase32.EncodeToString(sign(k.Secret, "bounce", []byte(ref))[:macBytes])
}

// MessageID is the Message-ID of the mail ref, without angle brackets. It is
// made with the oldest key: every try of a mail has the same one.
func (r *Keyring) MessageID(ref, domain string) string {
	return ref + "." + hex.EncodeToString(messageMark(r.keys[len(r.keys)-1], ref)) + "@" + domain
}

// ReadMessageID returns the ref of a Message-ID of ours, with or without angle
// brackets; false for any other. What is after the @ says nothing.
func (r *Keyring) ReadMessageID(id string) (ref string, ok bool) {
	id = strings.ToLower(strings.Trim(strings.TrimSpace(id), "<>"))
	local, _, _ := strings.Cut(id, "@")
	ref, text, found := cutLast(local, ".")
	mark, err := hex.DecodeString(text)
	if !found || ref == "" || err != nil {
		return "", false
	}
	return ref, r.anyKey(func(k Key) []byte { return messageMark(k, ref) }, mark)
}

// messageMark is bound to the label of address keys, with which the first
// Message-IDs were made.
func messageMark(k Key, ref string) []byte {
	return sign(k.Secret, "address", []byte(survey.EmailAddress), []byte("message-id "+ref))[:8]
}

// anyKey reports whether some key of the ring made the mark. It takes as long
// for a wrong one as for a right one.
func (r *Keyring) anyKey(made func(Key) []byte, mark []byte) bool {
	found := 0
	for _, k := range r.keys {
		found |= subtle.ConstantTimeCompare(made(k), mark)
	}
	return found == 1
}

// cutLast cuts s at the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
