package staff

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"
)

func TestAPITokens(t *testing.T) {
	t.Parallel()
	for _, chance := range [][]byte{make([]byte, 32), bytes.Repeat([]byte{255}, 32), bytes.Repeat([]byte{7}, 32)} {
		token, hash, err := NewAPIToken(bytes.NewReader(chance))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(token))
		if got, ok := ReadAPIToken(token); !ok || !bytes.Equal(got, hash) || !bytes.Equal(hash, sum[:]) {
			t.Errorf("%s is not read", token)
		}
		for i := range token { // no slip of one place is a token
			slip := token[:i] + string('0'+(token[i]-'0'+1)%10) + token[i+1:]
			if _, ok := ReadAPIToken(slip); ok && slip != token {
				t.Errorf("%s is taken for %s", slip, token)
			}
		}
	}
	if a, _, _ := NewAPIToken(nil); len(a) != len(TokenPrefix)+chanceLong+checkedLong {
		t.Errorf("%d characters", len(a))
	}
	if _, _, err := NewAPIToken(strings.NewReader("too little")); err == nil {
		t.Error("a token without chance")
	}
}

// Nothing but numbers and results is for tokens, and one for numbers sees no results.
func TestRightsOfTokens(t *testing.T) {
	t.Parallel()
	for _, right := range append(Rights(), "", "root") {
		for _, of := range append(Rights(), "", "root") {
			want := of == See && right == See || of == Answers && (right == See || right == Answers)
			if got := (APIToken{Right: of}).May(right); got != want {
				t.Errorf("a token for %q may %q: %v", of, right, got)
			}
		}
	}
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for want, token := range map[TokenState]APIToken{TokenWorks: {Until: now.Add(1)}, TokenExpired: {Until: now}, TokenRevoked: {Until: now.Add(1), RevokedAt: now}} {
		if got := token.State(now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if (APIToken{Bound: true}).Sees("a") || (APIToken{Bound: true, Campaigns: []string{"b"}}).Sees("a") || !(APIToken{Bound: true, Campaigns: []string{"a"}}).Sees("a") || !(APIToken{}).Sees("a") {
		t.Error("campaigns")
	}
}

func TestNamesOfTokens(t *testing.T) {
	t.Parallel()
	if got, err := CheckTokenName("  Bảng  số liệu\n của Sở "); err != nil || got != "Bảng số liệu của Sở" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", " \t", strings.Repeat("ả", 81), "a\xff", "a\x00b"} {
		if got, err := CheckTokenName(bad); err == nil {
			t.Errorf("%q is a name: %q", bad, got)
		}
	}
}

func FuzzReadAPIToken(f *testing.F) {
	token, _, _ := NewAPIToken(bytes.NewReader(make([]byte, 32)))
	for _, s := range []string{"", token, token + "\n", " " + token, TokenPrefix, strings.ToUpper(token), token[:20]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		hash, ok := ReadAPIToken(s)
		if !ok {
			return
		}
		if sum := sha256.Sum256([]byte(s)); !bytes.Equal(hash, sum[:]) || len(s) != len(TokenPrefix)+chanceLong+checkedLong {
			t.Errorf("%q is a token", s)
		}
	})
}
