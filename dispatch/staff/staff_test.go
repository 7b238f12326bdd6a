package staff

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	const word = "nước lên rồi lại xuống"
	hash, err := Hash(word, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Hash(word, nil)
	if hash == again || strings.Contains(hash, word) || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept as %s and %s", hash, again)
	}
	for text, want := range map[string]bool{word: true, norm.NFD.String(word): true, word + " ": false, "": false, strings.ToUpper(word): false} {
		if got, err := Matches(hash, text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := Matches(NoAccount, ""); got || err != nil {
		t.Errorf("nobody's password: %v, %v", got, err)
	}
	for _, bad := range []string{"", "x", "$argon2i$v=19$m=8,t=1,p=1$AAAA$AAAA", strings.Replace(hash, "v=19", "v=18", 1), strings.Replace(hash, "m=19456", "m=99999999", 1),
		strings.Replace(hash, "t=2", "t=0", 1), hash[:len(hash)-30], strings.Replace(hash, "$argon2id", "argon2id", 1)} {
		if got, err := Matches(bad, word); got || err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if _, err := Hash(word, bytes.NewReader(nil)); err == nil {
		t.Error("a hash without chance")
	}
}

// A published vector of Argon2id (RFC 9106 has one with a secret, which we do not use;
// this is of the reference implementation's test suite, m=2^16, t=2, p=1).
func TestKnownHash(t *testing.T) {
	t.Parallel()
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := Matches(reference, "password"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}

func TestRest(t *testing.T) {
	t.Parallel()
	before := time.Duration(0)
	for wrong := range 60 {
		d := Rest(wrong)
		if wrong < 5 && d != 0 || wrong == 5 && d != 15*time.Second || d < before || d > 15*time.Minute {
			t.Errorf("after %d: %s", wrong, d)
		}
		before = d
	}
	if before != 15*time.Minute {
		t.Errorf("at most %s", before)
	}
}

func FuzzCheckLogin(f *testing.F) {
	for _, s := range []string{"lan.chi", " Lan.Chi ", "ả", "a", "", "root'--", strings.Repeat("a", 41)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		login, err := CheckLogin(s)
		if err != nil {
			return
		}
		if again, err := CheckLogin(login); err != nil || again != login || len(login) < 2 || len(login) > 40 {
			t.Errorf("%q becomes %q, %q", s, login, again)
		}
	})
}
