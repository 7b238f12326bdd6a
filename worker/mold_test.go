package worker

import (
	"fmt"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// A mail from a mold says what it would say if it were rendered for the person
// alone.
func TestAMoldSaysWhatWordingSays(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	common, err := r.compose.common(t.Context(), &r.campaign)
	if err != nil {
		t.Fatal(err)
	}
	common.Now = r.now
	var made molds
	n := 0
	for _, text := range []string{wording.TextInvitation, wording.TextReminder, wording.TextLast, wording.TextPartial} {
		made = molds{} // of a step
		for _, lang := range []survey.Lang{survey.Vietnamese, survey.English} {
			for _, title := range []string{"", "Ông", "Bà"} {
				for _, name := range []survey.PersonName{"", "Nguyễn Thị Ái", `A+B & "C" <d>`} {
					for _, progress := range []instrument.Progress{{}, {Applicable: 2, Answered: 1, Left: 1}} {
						n++
						wc := common
						wc.Lang, wc.Title, wc.Name, wc.Progress, wc.CanReceive = lang, title, name, progress, n%2 == 0
						wc.Link, wc.StopLink = fmt.Sprintf("https://ks.example/r/tok_%d-x", n), fmt.Sprintf("https://ks.example/u/tok_%d-y", n)
						want, err := r.Words.Mail(wc, text)
						if err != nil {
							t.Fatal(err)
						}
						mold, fill, err := made.mail(r.Words, wc, text)
						if err != nil {
							t.Fatal(err)
						}
						got := channel.Message{Mold: mold, Fill: fill}.Filled()
						if got.Subject != want.Subject || got.Text != want.Text || got.HTML != want.HTML {
							t.Fatalf("%s %s %q %+v:\ngot  %q\nwant %q", text, lang, title, progress, got.Text, want.Text)
						}
					}
				}
			}
		}
		if len(made.made) > 48 {
			t.Errorf("%d molds for %s", len(made.made), text)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	r := newRig(b, 1)
	k := r.campaign
	common, err := r.compose.common(b.Context(), &k)
	if err != nil {
		b.Fatal(err)
	}
	common.Now = time.Now()
	common.Name, common.Lang = "Nguyễn Thị Ái", survey.Vietnamese
	common.Link, common.StopLink = "https://ks.example/r/tok", "https://ks.example/u/tok"
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.Words.Mail(common, wording.TextInvitation); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("mold", func(b *testing.B) {
		var made molds
		for b.Loop() {
			if _, _, err := made.mail(r.Words, common, wording.TextInvitation); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Where the first question is drawn by lot, everybody has their own in the mail.
func TestAMoldKeepsWhatWasDrawnByLot(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	common, err := r.compose.common(t.Context(), &r.campaign)
	if err != nil {
		t.Fatal(err)
	}
	common.Now, common.Lang = r.now, survey.Vietnamese
	for _, src := range []string{`
questions:
  - {name: a, type: single, kind: fact, random: true, label: "Nhà ở đâu?", choices: {1: Xã, 2: Phường, 3: Đặc khu}}
`, `
groups: {g: {random: true}}
questions:
  - {name: a, type: single, kind: fact, group: g, label: "Có vườn không?", choices: {1: Có, 2: Không}}
  - {name: b, type: single, kind: fact, group: g, label: "Có ao không?", choices: {1: Có, 2: Không}}
  - {name: c, type: single, kind: fact, group: g, label: "Có bếp không?", choices: {1: Có, 2: Không}}
`} {
		q, errs := instrument.Parse("q.yaml", []byte("name: q\ntitle: Hai câu\nlanguages: [vi]\nminutes: 1\n"+src))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		var made molds
		letters := map[string]bool{}
		for seed := range uint64(40) {
			wc := common
			wc.Questionnaire, wc.Seed = q.For(seed), seed
			wc.Link, wc.StopLink = "https://ks.example/r/tok", "https://ks.example/u/tok"
			want, err := r.Words.Mail(wc, wording.TextInvitation)
			if err != nil {
				t.Fatal(err)
			}
			mold, fill, err := made.mail(r.Words, wc, wording.TextInvitation)
			if err != nil {
				t.Fatal(err)
			}
			if got := (channel.Message{Mold: mold, Fill: fill}).Filled(); got.HTML != want.HTML || got.Text != want.Text {
				t.Fatalf("seed %d has the mail of another: %q", seed, got.Text)
			}
			letters[want.Text] = true
		}
		if len(letters) < 3 {
			t.Errorf("%d letters", len(letters))
		}
	}
}
