package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"time"
)

// How long a session lasts, in real time: Idle without a request, and Whole from the
// login on (OWASP ASVS 5, 7.3).
const (
	Idle  = 2 * time.Hour
	Whole = 12 * time.Hour
)

// Halfway is how long somebody who gave the password may take for the second step.
const Halfway = 10 * time.Minute

// Waits is what is missing before a session opens anything.
type Waits string

// What a session can wait for.
const (
	WaitsNothing Waits = ""
	WaitsCode    Waits = "code"  // a one-time code
	WaitsSetup   Waits = "setup" // the role needs one-time codes, and the account has none
)

// Session is somebody who is signed in, or halfway.
type Session struct {
	ID              int64
	Account         Account
	Waits           Waits
	BeganAt, SeenAt time.Time
}

// Begun is a session that begins. Instead is the hash of the one that it takes the place
// of, if there is one.
type Begun struct {
	Hash, Instead []byte
	Account       ID
	Waits         Waits
	Now           time.Time
}

// Invited is how long a link that makes an account may be used.
const Invited = 72 * time.Hour

// secretBytes is how much chance a secret holds.
const secretBytes = 32

// NewSecret is a secret for a cookie or a link, and what is kept of it: its SHA-256.
func NewSecret(random io.Reader) (secret string, hash []byte, err error) {
	if random == nil {
		random = rand.Reader
	}
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", nil, fmt.Errorf("staff: secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	return secret, HashSecret(secret), nil
}

// HashSecret is what is kept of a secret.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Guesses at one account are answered at once up to freeGuesses; then it rests, twice
// as long after each further one, at most longestRest.
const (
	freeGuesses = 5
	longestRest = 15 * time.Minute
)

// Rest is how long an account takes no password after so many wrong ones in a row.
func Rest(wrong int) time.Duration {
	if wrong < freeGuesses {
		return 0
	}
	d := 15 * time.Second
	for range wrong - freeGuesses {
		if d *= 2; d >= longestRest {
			return longestRest
		}
	}
	return d
}
