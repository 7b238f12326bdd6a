package survey

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// A ladder is one wait or several, and what is stored is read back.
func TestLadder(t *testing.T) {
	t.Parallel()
	hour := Span(time.Hour)
	for text, want := range map[string]Ladder{
		`"1h"`: {hour}, `["1h", "2h", "1d"]`: {hour, 2 * hour, 24 * hour}, `[]`: {},
	} {
		var l Ladder
		if err := json.Unmarshal([]byte(text), &l); err != nil || !slices.Equal(l, want) {
			t.Errorf("%s: %v, %v", text, l, err)
			continue
		}
		stored, err := json.Marshal(l)
		var back Ladder
		if err != nil || json.Unmarshal(stored, &back) != nil || !slices.Equal(back, want) {
			t.Errorf("%s comes back from %s as %v", text, stored, back)
		}
	}
	var l Ladder
	for _, text := range []string{`"soon"`, `["1h", -3]`, `{}`} {
		if err := json.Unmarshal([]byte(text), &l); err == nil {
			t.Errorf("%s is read as %v", text, l)
		}
	}
	l = Ladder{hour, 2 * hour}
	if l.Wait(1) != hour || l.Wait(2) != 2*hour || l.Wait(9) != 2*hour || l.Wait(0) != hour || (Ladder)(nil).Wait(1) != 0 {
		t.Error("the waits of a ladder")
	}
}

func TestCapOn(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 12, n, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		s    Sender
		on   int
		want int
	}{
		{Sender{}, 1, 0}, {Sender{DayCap: 500}, 1, 500},
		{Sender{Warmup: 50}, 9, 50}, // it has not begun
		{Sender{Warmup: 50, FirstDay: day(1)}, 1, 50},
		{Sender{Warmup: 50, FirstDay: day(1)}, 3, 200},
		{Sender{Warmup: 50, FirstDay: day(1), DayCap: 150}, 3, 150},
		{Sender{Warmup: 50, FirstDay: day(1), DayCap: 150}, 2, 100},
		{Sender{Warmup: 50, FirstDay: day(1)}, 31, 0}, // long warm
		{Sender{Warmup: 50, FirstDay: day(5)}, 1, 50}, // a clock that was set back
	} {
		if got := c.s.CapOn(day(c.on)); got != c.want {
			t.Errorf("%+v on day %d: %d, want %d", c.s, c.on, got, c.want)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, seed := range []string{"90m", "24h", "7d", "1d12h", "-3h", "65535d2562047h47m", "d", "1d1d", "0d", "1.5h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpan(text)
		if err != nil {
			return
		}
		if back, err := ParseSpan(s.String()); err != nil || back != s || s < 0 {
			t.Fatalf("%q is %d and comes back as %d, %v", text, s, back, err)
		}
	})
}

func FuzzLadder(f *testing.F) {
	for _, seed := range []string{`"1h"`, `["1h","2d"]`, `[]`, `{}`, `null`, `["1h",null]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var l Ladder
		if json.Unmarshal(src, &l) != nil {
			return
		}
		stored, err := json.Marshal(l)
		var back Ladder
		if err != nil || json.Unmarshal(stored, &back) != nil || !slices.Equal(back, l) {
			t.Fatalf("%s comes back from %s as %v, %v", src, stored, back, err)
		}
		for n := range 3 {
			if w := l.Wait(n); len(l) > 0 && w < 0 {
				t.Fatalf("%s waits %v", src, w)
			}
		}
	})
}
