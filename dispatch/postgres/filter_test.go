package postgres

import (
	"fmt"
	"testing"
)

func TestAFilterForgetsNobody(t *testing.T) {
	t.Parallel()
	f := newFilter()
	const people = 200_000
	wrong := 0
	for i := range people {
		if f.meet("phone", fmt.Sprintf("+849%08d", i)) {
			wrong++
		}
		if f.meet("email", fmt.Sprintf("Nguoi%d@thu.example", i)) {
			wrong++
		}
	}
	if wrong > 40 {
		t.Errorf("%d of %d new addresses are said to be known", wrong, 2*people)
	}
	for i := range people {
		if !f.meet("phone", fmt.Sprintf("+849%08d", i)) || !f.meet("email", fmt.Sprintf("nguoi%d@THU.example", i)) {
			t.Fatalf("%d was forgotten", i)
		}
	}
	for _, pair := range [][2]string{{"ĐT01", "đt01"}, {"LX-01", "lx-01"}, {"Ă", "ă"}} {
		f.meet("code", pair[0])
		if !f.meet("code", pair[1]) {
			t.Errorf("%s is %s", pair[1], pair[0])
		}
	}
	if f.meet("code", "+84900000001") {
		t.Error("a code is a phone")
	}
}
