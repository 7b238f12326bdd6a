package intake

import (
	"fmt"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestMemoryHasABound(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	m := newMemory(func() time.Time { return now })
	page := func(answers int) view.Page {
		p := view.Page{}
		p.Answers = survey.Answers{}
		for i := range answers {
			p.Answers[fmt.Sprint(i)] = survey.Answer{Value: "1"}
		}
		return p
	}
	big := page(1000)
	for i := range 500 {
		m.keep(fmt.Sprint(i), big)
		if i%7 == 0 {
			m.keep(fmt.Sprint(i), big) // the same again is no more
		}
		if _, ok := m.find("0"); !ok {
			t.Fatalf("who answers all the time is forgotten after %d others", i)
		}
		if held := len(m.young) + len(m.old); held*1001 > 2*memoryMost+2*1001 {
			t.Fatalf("%d people of 1,000 answers are remembered", held)
		}
	}
	if _, ok := m.find("1"); ok {
		t.Error("who went away is remembered")
	}
	size := 0
	for _, it := range m.young {
		size += 1 + len(it.page.Answers)
	}
	if size != m.size {
		t.Errorf("%d answers are counted, there are %d", m.size, size)
	}
	now = now.Add(memoryLasts)
	if _, ok := m.find("499"); ok {
		t.Error("remembered for longer than said")
	}
	m.keep("a", big)
	now = now.Add(memoryLasts + 1)
	m.keep("b", big)
	now = now.Add(memoryLasts + 1)
	m.keep("c", big)
	if _, ok := m.old["a"]; ok || len(m.old)+len(m.young) > 2 {
		t.Error("who is long gone takes room still")
	}
	m.clear()
	if len(m.old)+len(m.young) > 0 {
		t.Error("not cleared")
	}
}
