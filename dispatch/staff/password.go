package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// Bounds of a password, in characters. Long is easier to keep in mind than odd, so
// nothing is asked of it but length (NIST SP 800-63B-4, 3.1.1.2).
const (
	LeastPassword = 12
	MostPassword  = 128
)

// The cost of one guess: Argon2id with 19 MiB, two passes, one lane, the least that
// the OWASP Password Storage Cheat Sheet names. Salt and key in bytes.
const (
	memory = 19 << 10 // KiB
	passes = 2
	lanes  = 1
	salted = 16
	keyed  = 32
)

// CheckPassword refuses a password that is too short or too long, or that is the
// login or one key again and again. Errors: password_weak.
func CheckPassword(login, password string) error {
	n := utf8.RuneCountInString(password)
	why := ""
	switch {
	case n < LeastPassword:
		why = "short"
	case n > MostPassword || len(password) > 4*MostPassword:
		why = "long"
	case strings.Contains(strings.ToLower(password), strings.ToLower(login)) && n < 2*LeastPassword:
		why = "login"
	case strings.Count(password, password[:1]) == len(password):
		why = "same"
	}
	if why == "" {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodePasswordWeak, Args: map[string]string{
		"why": "password_" + why, "min": fmt.Sprint(LeastPassword), "max": fmt.Sprint(MostPassword)}}
}

// NewPassword is one that nobody guesses and everybody can type: 80 bits in groups of
// four. random is crypto/rand where it is nil.
func NewPassword(random io.Reader) (string, error) {
	if random == nil {
		random = rand.Reader
	}
	raw := make([]byte, 10)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("staff: password: %w", err)
	}
	return grouped(strings.ToLower(base32.StdEncoding.EncodeToString(raw)), "-"), nil
}

// plain is a password as it is hashed: what a Vietnamese keyboard composes in
// different ways is the same word.
func plain(password string) []byte { return []byte(norm.NFKC.String(password)) }

// Hash is what is kept of a password: a PHC string of Argon2id with a salt of its
// own. random is crypto/rand where it is nil.
func Hash(password string, random io.Reader) (string, error) {
	if random == nil {
		random = rand.Reader
	}
	salt := make([]byte, salted)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("staff: salt: %w", err)
	}
	key := argon2.IDKey(plain(password), salt, passes, memory, lanes, keyed)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// NoAccount is the hash that a guess at an unknown login is held against, so that it
// takes as long as one at a known one. No password has it: its key is all zeros.
const NoAccount = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

var errHash = errors.New("staff: not a hash of ours")

// Matches reports whether password is the one of hash. A hash of another cost than
// today's is read by its own. It takes some 20 ms and 19 MiB: whoever calls it
// bounds how many do at once.
func Matches(hash, password string) (bool, error) {
	var version, m, t, p int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p); err != nil || m < 8 || m > 1<<20 || t < 1 || t > 16 || p < 1 || p > 16 {
		return false, errHash
	}
	b64 := base64.RawStdEncoding
	salt, err := b64.DecodeString(parts[4])
	if err != nil {
		return false, errHash
	}
	want, err := b64.DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, errHash
	}
	got := argon2.IDKey(plain(password), salt, uint32(t), uint32(m), uint8(p), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
