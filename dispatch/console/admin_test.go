package console_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey/view"
)

// The record is read by administrators, a page at a time, by who, what and when; and says
// whether its chain holds.
func TestRecordOfActs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	for n := range 120 {
		a := view.Audit{At: pgtest.Day().Add(time.Duration(n) * time.Hour), Actor: []string{"lan", "khue"}[n%2], Act: "export", Reason: fmt.Sprintf("đơn <%d>", n)}
		if err := d.db.RecordAudit(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	next := "/audit?actor=lan&act=export"
	for pages := 0; next != ""; pages++ {
		got := b.get(next)
		if got.status != 200 || pages > 3 || strings.Contains(got.body, "<td>khue") {
			t.Fatalf("page %d: %d", pages, got.status)
		}
		for _, m := range regexp.MustCompile(`đơn &lt;(\d+)&gt;`).FindAllStringSubmatch(got.body, -1) {
			if seen[m[1]] {
				t.Errorf("%s is on two pages", m[1])
			}
			seen[m[1]] = true
		}
		next = ""
		if m := regexp.MustCompile(`href="(/audit\?[^"]+)"`).FindStringSubmatch(got.body); m != nil {
			next = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d lines of 60", len(seen))
	}
	got := b.get("/audit?" + url.Values{"from": {"2026-12-02"}, "until": {"2026-12-02"}, "act": {"export"}}.Encode())
	if n := strings.Count(got.body, "đơn &lt;"); n != 24 {
		t.Errorf("%d lines of one day", n)
	}
	if !strings.Contains(got.body, "Nguyên vẹn: 121 dòng") {
		t.Error("it is not said that the chain holds")
	}
	d.db.Exec(`ALTER TABLE audit DISABLE TRIGGER USER`)
	d.db.Exec(`UPDATE audit SET actor = 'ai-do' WHERE place = 40`)
	if got := b.get("/audit"); !strings.Contains(got.body, "Nguyên vẹn") {
		t.Error("lines that were looked through are looked through again at once")
	}
	d.later(7 * time.Hour)
	b.signIn("mai", password)
	if got := b.get("/audit"); !strings.Contains(got.body, "ở dòng 40: nội dung dòng này không khớp") || strings.Contains(got.body, "Nguyên vẹn") {
		t.Error("a broken chain is not told")
	}
	if got := b.get("/audit?from=x&before=-1&actor=%00%ff&act=nope"); got.status >= 500 {
		t.Errorf("nonsense: %d", got.status)
	}
}
