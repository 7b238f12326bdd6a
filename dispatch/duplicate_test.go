package dispatch_test

import (
	"fmt"
	"slices"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestDuplicates(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	dead := mobile("+84912000009")
	dead.Status = survey.EndpointDead
	listed(t, db,
		survey.Contact{Name: "Lê Thị Hà", Unit: "xã Hạ Tràng", Endpoints: []survey.Endpoint{mobile("+84912000001"), mailbox("Ha@thu.example")}},
		survey.Contact{Name: "LE THI HA", Unit: "Xã Hạ Tràng", Endpoints: []survey.Endpoint{mobile("+84912000002")}},       // 1: name and unit
		survey.Contact{Name: "Lê Thị Hà", Unit: "xã Hà Trạng"},                                                             // no: two places
		survey.Contact{Name: "Ng. T. Hạ", Endpoints: []survey.Endpoint{mobile("+84912000001"), mailbox("ha@THU.example")}}, // 1: both addresses
		survey.Contact{Name: "Trần Văn Nam", Endpoints: []survey.Endpoint{mobile("+84912000001")}},                         // no: a couple's phone
		survey.Contact{Name: "Vũ Lan", UnitCode: "LX-01", Unit: "P. Lam Phố", Code: "A"},                                   //
		survey.Contact{Name: "Vũ Lân", UnitCode: "LX-01", Unit: "phường Lam Phố"},                                          // 6: by the unit's code
		survey.Contact{Name: "Vũ Lan", UnitCode: "LX-01", Unit: "phường Lam Phố", Code: "B"},                               // 7: and text; with 6 only if asked
		survey.Contact{Name: "Đỗ Năm"}, survey.Contact{Name: "Đỗ Năm"}, // no: no unit is no unit in common
		survey.Contact{Name: "Bùi Tư", Endpoints: []survey.Endpoint{dead}}, survey.Contact{Name: "Hồ Tư", Endpoints: []survey.Endpoint{dead}},
		survey.Contact{Name: "Lê Thị Hà", Unit: "xã Hạ Tràng"}) // left
	db.Exec(`UPDATE contact SET left_at = now() WHERE id = 13`)
	pairs := func(f view.PairFilter) (out []string) {
		t.Helper()
		found, err := dispatch.Duplicates(t.Context(), db, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			out = append(out, fmt.Sprint(p.A.ID, p.B.ID, p.SameName, p.Kinds))
		}
		return out
	}
	want := []string{"1 2 true []", "1 4 false [email phone]", "6 7 true []", "7 8 true []"}
	if got := pairs(view.PairFilter{}); !slices.Equal(got, want) {
		t.Errorf("pairs %q, want %q", got, want)
	}
	if got := pairs(view.PairFilter{Limit: 1, After: [2]survey.ContactID{1, 4}}); !slices.Equal(got, want[2:3]) {
		t.Errorf("the page %q, want %q", got, want[2:3])
	}
	if got := pairs(view.PairFilter{WithCodes: true}); !slices.Equal(got, slices.Insert(want, 3, "6 8 true []")) {
		t.Errorf("with codes %q", got)
	}
}
