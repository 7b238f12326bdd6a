package staff

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238: every app knows HMAC-SHA-1, and some no other
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// One-time codes of an app (RFC 6238): six digits, another every 30 seconds, out of a
// secret of 160 bits (RFC 4226, R6).
const (
	codeDigits  = 6
	codeSeconds = 30
	codeSecret  = 20
	// codeSlack is how many steps back and forth a clock may be wrong (RFC 6238, 5.2).
	codeSlack = 1
)

// TOTP is what is kept of an account's one-time codes.
type TOTP struct {
	Secret    []byte // sealed
	Confirmed bool   // a first code was right
	Used      int64  // step of the last code that was taken
}

// NewTOTP is a new secret. random is crypto/rand where it is nil.
func NewTOTP(random io.Reader) ([]byte, error) {
	if random == nil {
		random = rand.Reader
	}
	secret := make([]byte, codeSecret)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("staff: one-time secret: %w", err)
	}
	return secret, nil
}

// codeAt is the code of a step (RFC 4226, 5.3).
func codeAt(secret []byte, step int64, digits int) string {
	m := hmac.New(sha1.New, secret)
	_ = binary.Write(m, binary.BigEndian, step) // a hash takes everything
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n, mod := binary.BigEndian.Uint32(sum[at:])&0x7fffffff, uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%mod)
}

// CheckCode reports whether code is one of the secret at real time now or a step beside
// it, and of which step. A code of the step used, or of one before, is none.
func CheckCode(secret []byte, code string, now time.Time, used int64) (step int64, ok bool) {
	code = digitsOf(code)
	at := now.Unix() / codeSeconds
	for s := at - codeSlack; s <= at+codeSlack; s++ {
		if subtle.ConstantTimeCompare([]byte(codeAt(secret, s, codeDigits)), []byte(code)) == 1 && s > used {
			return s, true
		}
	}
	return 0, false
}

// digitsOf leaves out what people put between digits.
func digitsOf(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.TrimSpace(code))
}

// SecretText is the secret as people type it into an app: base32 in groups of four.
func SecretText(secret []byte) string {
	return grouped(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret), " ")
}

// TOTPAddress is what the QR code says to an app.
func TOTPAddress(issuer, login string, secret []byte) string {
	q := url.Values{"secret": {base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// Recovery codes open once each where the app is lost: 80 bits, so that their SHA-256 is
// enough to keep.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

// NewRecovery makes recovery codes, and what is kept of them.
func NewRecovery(random io.Reader) (codes []string, hashes [][]byte, err error) {
	if random == nil {
		random = rand.Reader
	}
	for range recoveryCodes {
		raw := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, nil, fmt.Errorf("staff: recovery code: %w", err)
		}
		code := grouped(strings.ToLower(base32.StdEncoding.EncodeToString(raw)), "-")
		codes, hashes = append(codes, code), append(hashes, HashRecovery(code))
	}
	return codes, hashes, nil
}

// HashRecovery is what is kept of a recovery code, however it is typed.
func HashRecovery(code string) []byte {
	code = strings.ToLower(digitsOf(code))
	return HashSecret(strings.NewReplacer("0", "o", "1", "l", "8", "b").Replace(code)) // base32 has none of these digits
}

func grouped(text, by string) string {
	var parts []string
	for len(text) > 4 {
		parts, text = append(parts, text[:4]), text[4:]
	}
	return strings.Join(append(parts, text), by)
}
