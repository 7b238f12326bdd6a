package token_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

func seal(t testing.TB, of survey.Token, inv survey.InvitationID) token.Seal {
	t.Helper()
	s, err := token.LinkSeal(of, inv)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASealOpensForItsOwnLinkAndThingOnly(t *testing.T) {
	t.Parallel()
	mine := seal(t, "one", 7)
	closed, err := mine.Close([]byte("huong=2"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mine.Open(closed); err != nil || string(got) != "huong=2" {
		t.Errorf("opened %q, %v", got, err)
	}
	for name, other := range map[string]token.Seal{"another link": seal(t, "two", 7), "another invitation": seal(t, "one", 8)} {
		if got, err := other.Open(closed); !errors.Is(err, token.ErrSealed) {
			t.Errorf("%s opens it: %q", name, got)
		}
	}
	closed[len(closed)-1] ^= 1
	if _, err := mine.Open(closed); !errors.Is(err, token.ErrSealed) {
		t.Error("what was changed opens")
	}
}

// The key of a seal is not what the database has of the token.
func TestTheHashOfATokenOpensNothing(t *testing.T) {
	t.Parallel()
	closed, err := seal(t, "one", 7).Close([]byte("x"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal(t, survey.Token(token.Hash("one")), 7).Open(closed); !errors.Is(err, token.ErrSealed) {
		t.Error("the hash opens it")
	}
}

func TestTheLengthOfWhatIsSealedTellsNothing(t *testing.T) {
	t.Parallel()
	s := seal(t, "one", 7)
	lengths := map[int]bool{}
	for _, n := range []int{0, 1, 100, 4000, 16<<10 - 4} {
		closed, err := s.Close(bytes.Repeat([]byte("a"), n), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(closed)] = true
		if got, err := s.Open(closed); err != nil || len(got) != n {
			t.Errorf("%d bytes: opened %d, %v", n, len(got), err)
		}
	}
	if len(lengths) != 1 {
		t.Errorf("lengths %v", lengths)
	}
}

func TestAPoolSealOpensAfterANewKey(t *testing.T) {
	t.Parallel()
	old, fresh := token.Key{ID: "k1", Secret: []byte(strings.Repeat("a", 32))}, token.Key{ID: "k2", Secret: []byte(strings.Repeat("b", 32))}
	ring := func(keys ...token.Key) token.Seal {
		r, err := token.NewKeyring(keys...)
		if err != nil {
			t.Fatal(err)
		}
		s, err := r.PoolSeal(3)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	closed, err := ring(old).Close([]byte("x"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ring(fresh, old).Open(closed); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ring(fresh).Open(closed); !errors.Is(err, token.ErrSealed) {
		t.Error("another ring opens it")
	}
}

func FuzzOpenSealed(f *testing.F) {
	s := seal(f, "one", 7)
	good, err := s.Close([]byte("x"), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{})
	f.Add(make([]byte, 12))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if got, err := s.Open(sealed); err == nil && !bytes.Equal(sealed, good) {
			t.Errorf("forged: %q", got)
		}
	})
}
