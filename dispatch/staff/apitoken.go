package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// APIToken opens the read-only interface to one program of the office.
type APIToken struct {
	ID        int64
	Name      string // what it is for
	Right     Right  // one of TokenRights
	Bound     bool   // opens Campaigns only
	Campaigns []string
	MadeBy    string // login, or who ran the command
	MadeAt    time.Time
	Until     time.Time // the midnight at which its last day ends
	UsedAt    time.Time // zero: never; an hour more or less
	RevokedAt time.Time // zero: it was not
	RevokedBy string
}

// TokenRights lists what a token may be for: never persons, and nothing that changes
// anything.
func TokenRights() []Right { return []Right{See, Answers} }

// May reports whether the token has the right. One for results sees how campaigns stand,
// as an analyst does.
func (t APIToken) May(right Right) bool {
	return slices.Contains(TokenRights(), t.Right) && (right == See || right == t.Right)
}

// Sees reports whether the token opens the campaign of that name.
func (t APIToken) Sees(campaign string) bool {
	return !t.Bound || slices.Contains(t.Campaigns, campaign)
}

// TokenState is whether a token opens anything.
type TokenState string

// The states of a token.
const (
	TokenWorks   TokenState = "works"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// State is whether the token opens anything at real time now.
func (t APIToken) State(now time.Time) TokenState {
	switch {
	case !t.RevokedAt.IsZero():
		return TokenRevoked
	case !now.Before(t.Until):
		return TokenExpired
	}
	return TokenWorks
}

// How many days ahead the last day of a token may be, and is where nobody says.
const (
	MostTokenDays  = 366
	UsualTokenDays = 90
)

// TokenPrefix begins every token, so that programs that look for secrets in what people
// publish know it.
const TokenPrefix = "canvass_"

// A token is its prefix, 256 bits of chance and their CRC-32, in figures and letters.
const (
	digits      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	chanceLong  = 43
	checkedLong = 6
)

var tokenForm = regexp.MustCompile(`^` + TokenPrefix + `[0-9A-Za-z]{49}$`)

// NewAPIToken is a token, and what is kept of it: its SHA-256. random is crypto/rand where
// it is nil.
func NewAPIToken(random io.Reader) (token string, hash []byte, err error) {
	if random == nil {
		random = rand.Reader
	}
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", nil, fmt.Errorf("staff: token: %w", err)
	}
	chance := inDigits(new(big.Int).SetBytes(raw), chanceLong)
	token = TokenPrefix + chance + checkOf(chance)
	return token, hashToken(token), nil
}

// ReadAPIToken is the hash of a token, by which it is looked up; false for what is none:
// another form, or mistyped. Nobody needs the database to refuse that.
func ReadAPIToken(text string) ([]byte, bool) {
	if !tokenForm.MatchString(text) {
		return nil, false
	}
	chance := text[len(TokenPrefix) : len(TokenPrefix)+chanceLong]
	if text[len(TokenPrefix)+chanceLong:] != checkOf(chance) {
		return nil, false
	}
	return hashToken(text), true
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func checkOf(chance string) string {
	return inDigits(big.NewInt(int64(crc32.ChecksumIEEE([]byte(chance)))), checkedLong)
}

// inDigits writes n to the base 62 with so many places.
func inDigits(n *big.Int, places int) string {
	out := make([]byte, places)
	base, rest := big.NewInt(int64(len(digits))), new(big.Int)
	for i := places - 1; i >= 0; i-- {
		n.DivMod(n, base, rest)
		out[i] = digits[rest.Int64()]
	}
	return string(out)
}

// CheckTokenName brings what a token is for into its one form, 1 to 80 characters.
// Errors: api_token_name.
func CheckTokenName(text string) (string, error) {
	name := strings.Join(strings.Fields(text), " ")
	if n := utf8.RuneCountInString(name); n < 1 || n > 80 || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodeTokenName, Args: map[string]string{"min": "1", "max": "80"}}
	}
	return name, nil
}
