package token

import (
	"encoding/hex"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

const bounces = "bounce.office.example"

func TestABounceAddressComesBack(t *testing.T) {
	t.Parallel()
	r := ring(t, "a", "b")
	for _, ref := range []string{"a1", "n4", "a9223372036854775807"} {
		address := r.BounceAddress(ref, "Bounce.Office.Example")
		local, _, _ := strings.Cut(address, "@")
		if address != strings.ToLower(address) || len(local) > 64 {
			t.Errorf("%s is not lower-case, or its local part has %d characters", address, len(local))
		}
		for _, written := range []string{address, strings.ToUpper(address)} {
			if got, ok := r.ReadBounceAddress(written, bounces); !ok || got != ref {
				t.Errorf("%s: %q, %v", written, got, ok)
			}
		}
	}
}

func TestWhatIsNotOursIsNoBounceAddress(t *testing.T) {
	t.Parallel()
	r, others := ring(t, "a"), ring(t, "z")
	good := r.BounceAddress("a17", bounces)
	_, mac, _ := strings.Cut(strings.TrimSuffix(good, "@"+bounces), ".")
	for _, address := range []string{
		"", "@", "bounce@" + bounces, "bounce+@" + bounces, "bounce+a17@" + bounces, "bounce+a17.@" + bounces,
		"bounce+." + mac + "@" + bounces, "bounce+a18." + mac + "@" + bounces, "bounce+a17." + mac[:15] + "@" + bounces,
		"bounce+a17." + mac + "a@" + bounces, "bounce+a17." + mac + "@office.example", "bounce+a17." + mac,
		"x" + good, strings.Replace(good, "bounce+", "bounce-", 1), good + "@" + bounces,
		others.BounceAddress("a17", bounces), "bounce+a17." + strings.Repeat("a", 16) + "@" + bounces,
	} {
		if ref, ok := r.ReadBounceAddress(address, bounces); ok {
			t.Errorf("%q is taken for %s", address, ref)
		}
	}
}

// Mail comes back days after a rotation; the key that is gone for good is the
// only one that nobody honours any more.
func TestRotationKeepsOldMarks(t *testing.T) {
	t.Parallel()
	old, rotated, gone := ring(t, "a"), ring(t, "c", "b", "a"), ring(t, "c", "b")
	address, id := old.BounceAddress("a17", bounces), old.MessageID("a17", "office.example")
	if ref, ok := rotated.ReadBounceAddress(address, bounces); !ok || ref != "a17" {
		t.Error("an address from before the rotation is lost")
	}
	if ref, ok := rotated.ReadMessageID(id); !ok || ref != "a17" {
		t.Error("a Message-ID from before the rotation is lost")
	}
	if rotated.MessageID("a17", "office.example") != id {
		t.Error("the same mail has another Message-ID after a rotation")
	}
	if rotated.BounceAddress("a17", bounces) == address {
		t.Error("the active key makes the address of the oldest one")
	}
	for _, mark := range []string{address, id} {
		_, byAddress := gone.ReadBounceAddress(mark, bounces)
		if _, byID := gone.ReadMessageID(mark); byAddress || byID {
			t.Errorf("%s is honoured without its key", mark)
		}
	}
}

func TestMessageIDs(t *testing.T) {
	t.Parallel()
	r := ring(t, "a", "b")
	id := r.MessageID("a17", "office.example")
	// What is in people's mailboxes already was made so.
	marks := r.AddressKey(survey.EmailAddress, "message-id a17")
	if want := "a17." + hex.EncodeToString(marks[1][:8]) + "@office.example"; id != want {
		t.Errorf("made %s, want %s", id, want)
	}
	for _, written := range []string{id, "<" + id + ">", " <" + strings.ToUpper(id) + ">\r\n", strings.TrimSuffix(id, "@office.example")} {
		if ref, ok := r.ReadMessageID(written); !ok || ref != "a17" {
			t.Errorf("%q: %q, %v", written, ref, ok)
		}
	}
	for _, foreign := range []string{"", "<>", "a17@office.example", strings.Replace(id, "a17", "a18", 1), "a17.00@x", "a17.zz@x",
		"a17." + strings.Repeat("00", 8) + "@x", ring(t, "z").MessageID("a17", "office.example")} {
		if ref, ok := r.ReadMessageID(foreign); ok {
			t.Errorf("%q is taken for %s", foreign, ref)
		}
	}
}

func FuzzReadBounceAddress(f *testing.F) {
	keys, err := NewKeyring(Key{ID: "a", Secret: []byte(strings.Repeat("a", 32))})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "@", "bounce+a1.x@" + bounces, keys.BounceAddress("a1", bounces), keys.MessageID("a1", bounces)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if ref, ok := keys.ReadBounceAddress(text, bounces); ok && !strings.EqualFold(keys.BounceAddress(ref, bounces), text) {
			t.Errorf("%q is taken for %s", text, ref)
		}
		if ref, ok := keys.ReadMessageID(text); ok {
			local, _, _ := strings.Cut(keys.MessageID(ref, "x"), "@")
			if !strings.Contains(strings.ToLower(text), local) {
				t.Errorf("%q is taken for %s", text, ref)
			}
		}
	})
}
