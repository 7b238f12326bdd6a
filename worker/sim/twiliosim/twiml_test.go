package twiliosim

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParseTwiML(f *testing.F) {
	for _, seed := range []string{
		survey, `<Response/>`, `<Response><Say>a<break/>b</Say></Response>`, `<Response>`, ``, `<a><b></a></b>`,
		`<Response><Gather finishOnKey="" numDigits="-1" timeout="99999999999999999999"/></Response>`,
		`<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>`, "<Response>\x00</Response>",
		`<Response xmlns:x="y"><x:Say x:language="vi">a</x:Say></Response>`, `<?xml version="1.0" encoding="latin1"?><Response/>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		verbs, failure := parseTwiML(document)
		if failure != nil && failure.code != 12100 && failure.code != 12200 {
			t.Errorf("code %d", failure.code)
		}
		if failure != nil && verbs != nil {
			t.Error("a document that fails has verbs")
		}
		var walk func(verbs []verb, depth int)
		walk = func(verbs []verb, depth int) {
			if depth > maxDepth {
				t.Fatal("too deep")
			}
			for _, v := range verbs {
				if v.name == "" || strings.ContainsAny(v.spoken(), "\n\t") || !utf8.ValidString(v.text) {
					t.Errorf("element %q says %q", v.name, v.text)
				}
				if v.number("numDigits", 0, 1) < 0 || v.seconds("timeout", 5) < 0 {
					t.Errorf("negative numbers in %v", v.attrs)
				}
				for _, child := range v.children {
					if !strings.Contains(v.text, child.text) {
						t.Errorf("%q lacks %q", v.text, child.text)
					}
				}
				walk(v.children, depth+1)
			}
		}
		walk(verbs, 2)
	})
}

func FuzzPolicyOf(f *testing.F) {
	for _, seed := range []string{"", "rc=3&rp=5xx,ct", "rc=-1", "rp=", "%zz", "rc=5&rt=15000&tt=100"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		p, _ := policyOf(fragment)
		if p.retries < 0 || p.retries > 5 || p.read < 100e6 || p.read > 15e9 || p.total < 100e6 || p.total > 15e9 || len(p.on) == 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestSegments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{
		"":                            {0, 1},
		"Mo phieu":                    {8, 1},
		"[1]":                         {5, 1},
		"€":                           {2, 1},
		"ở":                           {1, 1},
		"😀":                           {2, 1},
		strings.Repeat("a", 160):      {160, 1},
		strings.Repeat("a", 161):      {161, 2},
		strings.Repeat("a", 306):      {306, 2},
		strings.Repeat("a", 307):      {307, 3},
		strings.Repeat("ư", 70):       {70, 1},
		strings.Repeat("ư", 71):       {71, 2},
		strings.Repeat("ư", 135):      {135, 3},
		strings.Repeat("[", 80):       {160, 1},
		strings.Repeat("a", 69) + "ư": {70, 1},
	} {
		if units, segments := segmentsOf(text); units != want[0] || segments != want[1] {
			t.Errorf("%.20q: %d units, %d segments, want %v", text, units, segments, want)
		}
	}
}

func TestBehaviourTable(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, b := range Behaviours() {
		if len(b.Suffix) != 4 || strings.Trim(b.Suffix, "0123456789") != "" || b.Does == "" || seen[b.Suffix] {
			t.Errorf("line %+v", b)
		}
		seen[b.Suffix] = true
		for _, medium := range []Medium{ForMessage, ForCall} {
			got := behaviourOf("+8435600"+b.Suffix, medium)
			if applies := b.For == ForBoth || b.For == medium; applies != (got.Suffix == b.Suffix) {
				t.Errorf("%s for %s: %q", b.Suffix, medium, got.Suffix)
			}
		}
	}
	if b := behaviourOf(patient, ForCall); b.Suffix != "" {
		t.Errorf("a plain number misbehaves: %+v", b)
	}
}
