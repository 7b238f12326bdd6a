package staff

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"
)

// RFC 6238, appendix B, for SHA-1: eight digits.
func TestCodesOfTheRFC(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924",
		2000000000: "69279037", 20000000000: "65353130"} {
		if got := codeAt(secret, at/30, 8); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		if step, ok := CheckCode(secret, want[2:], time.Unix(at, 0), 0); !ok || step != at/30 {
			t.Errorf("at %d its own code is refused", at)
		}
	}
	// RFC 4226, appendix D: the first ten of a counter.
	for i, want := range strings.Fields("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489") {
		if got := codeAt(secret, int64(i), 6); got != want {
			t.Errorf("counter %d: %s, want %s", i, got, want)
		}
	}
}

// A clock may be wrong by a step; a code is taken once, and none before it afterwards.
func TestCodesAreOfNow(t *testing.T) {
	t.Parallel()
	secret, err := NewTOTP(nil)
	if err != nil || len(secret) != 20 {
		t.Fatal(secret, err)
	}
	now := time.Unix(1_800_000_015, 0)
	at := now.Unix() / 30
	for by := int64(-3); by <= 3; by++ {
		step, ok := CheckCode(secret, codeAt(secret, at+by, 6), now, 0)
		if want := by >= -1 && by <= 1; ok != want || ok && step != at+by {
			t.Errorf("%d steps off: %v", by, ok)
		}
	}
	code := codeAt(secret, at, 6)
	if _, ok := CheckCode(secret, code[:3]+" "+code[3:], now, at-1); !ok {
		t.Error("a code with a blank is refused")
	}
	for _, used := range []int64{at, at + 1} {
		if _, ok := CheckCode(secret, code, now, used); ok {
			t.Error("a used code is taken again")
		}
	}
	for _, bad := range []string{"", "12345", "1234567", "abcdef", code + "0"} {
		if _, ok := CheckCode(secret, bad, now, 0); ok {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := NewTOTP(bytes.NewReader(nil)); err == nil {
		t.Error("a secret without chance")
	}
}

func TestWhatAppsAreTold(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	u, err := url.Parse(TOTPAddress("Canvass Lâm Xuyên", "lan.chi", secret))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Canvass Lâm Xuyên:lan.chi" || u.Query().Get("issuer") != "Canvass Lâm Xuyên" ||
		u.Query().Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || strings.Contains(u.RawQuery, "+") {
		t.Errorf("%v, %v", u, err)
	}
	if got := SecretText(secret); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Error(got)
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, hashes, err := NewRecovery(nil)
	if err != nil || len(codes) != 10 || len(hashes) != 10 {
		t.Fatal(codes, err)
	}
	seen := map[string]bool{}
	for i, code := range codes {
		if len(code) != 19 || seen[code] || bytes.Contains(hashes[i], []byte(code[:4])) {
			t.Errorf("%s", code)
		}
		seen[code] = true
		for _, typed := range []string{code, strings.ToUpper(code), strings.ReplaceAll(code, "-", " "), " " + strings.ReplaceAll(code, "-", "") + " ", strings.ReplaceAll(code, "o", "0")} {
			if !bytes.Equal(HashRecovery(typed), hashes[i]) {
				t.Errorf("%q is not %q", typed, code)
			}
		}
	}
}

func FuzzCheckCode(f *testing.F) {
	for _, s := range []string{"", "123456", "12 34 56", "１２３４５６", "\x00", strings.Repeat("9", 99)} {
		f.Add(s, int64(59))
	}
	secret := []byte("12345678901234567890")
	f.Fuzz(func(t *testing.T, code string, at int64) {
		if at < 0 || at > 1<<40 {
			return
		}
		step, ok := CheckCode(secret, code, time.Unix(at, 0), 0)
		if ok && codeAt(secret, step, 6) != digitsOf(code) {
			t.Errorf("%q at %d", code, at)
		}
	})
}
