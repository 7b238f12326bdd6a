package token

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func ring(t *testing.T, ids ...string) *Keyring {
	t.Helper()
	var keys []Key
	for _, id := range ids {
		keys = append(keys, Key{ID: id, Secret: bytes.Repeat([]byte(id[:1]), 32)})
	}
	r, err := NewKeyring(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTokensDifferByPurposeInvitationAndVersion(t *testing.T) {
	r, seen := ring(t, "a", "b"), map[survey.Token]string{}
	for _, key := range []string{"a", "b"} {
		for _, p := range Purposes() {
			for inv := survey.InvitationID(1); inv < 4; inv++ {
				for v := 1; v < 3; v++ {
					tok, ok := r.Make(key, p, inv, v)
					if !ok || len(tok) != 22 {
						t.Fatalf("Make = %q, %v; want 22 characters", string(tok), ok)
					}
					at := fmt.Sprint(key, p, inv, v)
					if seen[tok] != "" {
						t.Errorf("%s and %s share a token", at, seen[tok])
					}
					seen[tok] = at
				}
			}
		}
	}
}

func TestRotationKeepsOldTokensAndAddresses(t *testing.T) {
	old, rotated := ring(t, "a"), ring(t, "b", "a")
	was, _ := old.Make("a", Form, 7, 1)
	if is, ok := rotated.Make("a", Form, 7, 1); !ok || is != was {
		t.Error("a token issued before the rotation is no longer made")
	}
	key := old.AddressKey(survey.PhoneNumber, "+84310000001")[0]
	if keys := rotated.AddressKey(survey.PhoneNumber, "+84310000001"); !bytes.Equal(keys[1], key) {
		t.Error("an address suppressed before the rotation is no longer found")
	}
	if _, ok := rotated.Make("gone", Form, 7, 1); ok {
		t.Error("a key that is not in the ring made a token")
	}
}

func TestTokensMaskThemselves(t *testing.T) {
	tok, _ := ring(t, "a").Make("a", Form, 7, 1)
	if s := fmt.Sprintf("%v %s %q %+v", tok, tok, tok, tok); strings.Contains(s, string(tok)) {
		t.Error("a token was printed")
	}
}

func TestWeakKeysAreRefused(t *testing.T) {
	for _, keys := range [][]Key{nil, {{ID: "a", Secret: []byte("short")}}, {{Secret: make([]byte, 32)}}} {
		if _, err := NewKeyring(keys...); !errors.Is(err, ErrWeakKey) {
			t.Errorf("NewKeyring(%d keys) = %v, want ErrWeakKey", len(keys), err)
		}
	}
}

func TestSealKeys(t *testing.T) {
	r := ring(t, "b", "a")
	spool, other := r.SealKeys("spool"), r.SealKeys("other")
	if len(spool) != 2 || spool[0].ID != "b" || len(spool[0].Secret) != 32 {
		t.Fatalf("%d keys", len(spool))
	}
	if again := ring(t, "a").SealKeys("spool"); !bytes.Equal(again[0].Secret, spool[1].Secret) {
		t.Error("what was sealed before a rotation does not open after it")
	}
	for _, k := range [][]byte{other[0].Secret, spool[1].Secret, bytes.Repeat([]byte("b"), 32)} {
		if bytes.Equal(k, spool[0].Secret) {
			t.Error("two purposes, or two keys, share a key")
		}
	}
}
