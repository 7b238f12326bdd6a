package templates

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// somebodys is p as the page of a person drawn by chance.
func somebodys(p Question, chance *rand.Rand) Question {
	word := func(n int) string {
		const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		var b strings.Builder
		for range n {
			b.WriteByte(letters[chance.IntN(len(letters))])
		}
		return b.String()
	}
	saved := ""
	if p.SavedAt != "" {
		saved = fmt.Sprintf("%02d:%02d", chance.IntN(24), chance.IntN(60))
	}
	return p.with(filling{"/r/" + word(22), word(16), fmt.Sprint(1_700_000_000_000 + chance.Int64N(1e12)), saved})
}

// shapes are pages of questions of every shape, of which so many can be kept.
func shapes(t Tongue) (all []Question, keepable int) {
	for _, p := range samplePages(t) {
		q, ok := p.(Question)
		if !ok {
			continue
		}
		q.Other = q.Self + "?l=en&q=huong"
		for _, blank := range []bool{false, true} {
			if blank { // as it is before anything is typed
				q.Asked, q.FromMail, q.Name = slices.Clone(q.Asked), "", ""
				for i := range q.Asked {
					a := &q.Asked[i]
					a.Value, a.Error, a.Options = "", "", slices.Clone(a.Options)
					for j := range a.Options {
						a.Options[j].Said = ""
					}
				}
			}
			if _, ok := q.filling(); ok {
				keepable++
			}
			all = append(all, q)
		}
	}
	return all, keepable
}

// Whoever's page it is, and however often its like was drawn before: the page that is
// put together is the page that the template draws.
func TestAKeptPageIsTheDrawnPage(t *testing.T) {
	t.Parallel()
	s, chance := newSet(t), rand.New(rand.NewPCG(1, 2))
	same := func(p Question) {
		t.Helper()
		want, err := s.draw(p)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := s.Write(&got, p); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: put together\n%s\ndrawn\n%s", p.Position, got.Bytes(), want)
		}
	}
	wanted := 0
	for _, tongue := range tongues() {
		all, keepable := shapes(tongue)
		wanted += keepable
		for range 20 {
			for _, p := range all {
				same(somebodys(p, chance))
			}
		}
	}
	if len(s.kept.young) != wanted || wanted < 20 {
		t.Errorf("%d pages are kept, %d can be", len(s.kept.young), wanted)
	}
	all, _ := shapes(Tongue{Lang: "vi"})
	for _, p := range all { // who writes a questionnaire may write our marks
		before := len(s.kept.young)
		p.Asked = slices.Clone(p.Asked)
		p.Asked[0].Label = "/zqself0z zqnonce1z 7007007102 63:60 <b>&amp;\x00"
		everyHour(p, chance, same)
		if _, ok := p.filling(); ok && len(s.kept.young) == before {
			t.Errorf("%s is not kept for the marks in its words", p.Position)
		}
	}
}

// everyHour has hours of the whole day told, which words around them may join.
func everyHour(p Question, chance *rand.Rand, same func(Question)) {
	for minute := 0; minute < 24*60; minute += 1 + chance.IntN(200) {
		one := somebodys(p, chance)
		if one.SavedAt != "" {
			one.SavedAt = fmt.Sprintf("%02d:%02d", minute/60, minute%60)
		}
		same(one)
	}
}

// What could read otherwise somewhere on a page is drawn, and nothing that somebody
// wrote stays in memory.
func TestWhatSomebodyWroteIsNotKept(t *testing.T) {
	t.Parallel()
	s, chance := newSet(t), rand.New(rand.NewPCG(3, 4))
	blank := Question{Frame: sampleFrame(Tongue{Lang: "vi"}), Position: "a", Number: 1, Of: 2, Shown: 1, SavedAt: "10:00",
		Asked: []Asked{{Name: "a", Kind: KindText, Label: "A"}, {Name: "b", Kind: KindSingle, Label: "B", Options: []Option{{Code: "1", Label: "C", Opens: "b_other"}}}}}
	blank.Name = ""
	for name, change := range map[string]func(*Question){
		"value": func(p *Question) { p.Asked[0].Value = "lũ" }, "other": func(p *Question) { p.Asked[1].Options[0].Said = "lũ" },
		"fault": func(p *Question) { p.Asked[0].Error = "lũ" }, "name": func(p *Question) { p.Name = "lũ" },
		"mail": func(p *Question) { p.FromMail = "lũ" }, "file": func(p *Question) { p.Asked[1].Options[0].Href = "/f" },
		"files": func(p *Question) { p.Files = "/f" }, "self": func(p *Question) { p.Self = `/r/"><b>` },
		"nonce": func(p *Question) { p.Nonce = `"><b>` }, "no nonce": func(p *Question) { p.Nonce = "" },
		"shown": func(p *Question) { p.Shown = -1 }, "saved": func(p *Question) { p.SavedAt = `<b>lũ` },
	} {
		p := somebodys(blank, chance)
		p.Asked = slices.Clone(p.Asked)
		p.Asked[1].Options = slices.Clone(p.Asked[1].Options)
		change(&p)
		want, err1 := s.draw(p)
		got, err2 := s.question(p)
		if err1 != nil || err2 != nil || !bytes.Equal(got, want) || len(s.kept.young) > 0 {
			t.Errorf("%s: %v, %v, %d kept", name, err1, err2, len(s.kept.young))
		}
	}
	if _, err := s.question(blank); err != nil || len(s.kept.young) != 1 {
		t.Errorf("the blank page is not kept: %v", err)
	}
}

func TestKeptPagesHaveABound(t *testing.T) {
	t.Parallel()
	var k keptPages
	held := func() int {
		n := 0
		for _, pages := range []map[string]keptPage{k.young, k.old} {
			for key, p := range pages {
				n += len(key) + p.size
			}
		}
		return n
	}
	page := keptPage{parts: []string{strings.Repeat("a", 1<<16)}, size: 1 << 16}
	for i := range 1000 {
		k.keep(fmt.Sprint(i), page)
		if _, ok := k.find([]byte("0")); !ok {
			t.Fatalf("what is asked for all the time is gone after %d", i)
		}
		if n := held(); n > 2*mostKept+4*(1<<16) {
			t.Fatalf("%d bytes are held", n)
		}
	}
	if _, ok := k.find([]byte("1")); ok {
		t.Error("what nobody asks for stays")
	}
}

func BenchmarkQuestionPage(b *testing.B) {
	s, err := New()
	if err != nil {
		b.Fatal(err)
	}
	p := Question{Frame: sampleFrame(Tongue{Lang: "vi"}), Position: "a", Number: 1, Of: 2, Shown: 1, SavedAt: "10:00", Asked: []Asked{sampleSingle("vi")}}
	p.Name = ""
	for name, draw := range map[string]func() ([]byte, error){"drawn": func() ([]byte, error) { return s.draw(p) }, "kept": func() ([]byte, error) { return s.question(p) }} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := draw(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
