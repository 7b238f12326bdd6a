package console_test

import (
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/staff"
)

// Columns are named, spellings joined, and a column dropped, in the browser; other screens
// say the names.
func TestColumnsOfTheList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("quan", staff.Administrator)
	d.db.Exec(`INSERT INTO contact (name, name_folded, attributes, corrected, random_number, created_at, updated_at)
		SELECT 'Người ' || n, 'nguoi ' || n, jsonb_build_object('nghe', CASE n % 4 WHEN 0 THEN 'nong dan' WHEN 1 THEN 'ND' ELSE 'Nông dân' END, 'ghi_chu', 'x' || n),
			CASE n WHEN 3 THEN '{"nghe": "ND"}'::jsonb END, n, now(), now() FROM generate_series(1, 40) n`)
	if got := b.get("/columns"); !strings.Contains(got.body, "nghe") || !strings.Contains(got.body, ">40<") {
		t.Fatal("the columns are not shown")
	}
	got := b.get("/columns?of=nghe")
	if !strings.Contains(got.body, `value="Nông dân" list="all-values"`) || !strings.Contains(got.body, "có thể là một") {
		t.Error("another spelling is not proposed")
	}
	post := func(form ...string) page {
		values := url.Values{"key": {"nghe"}}
		for i := 0; i < len(form); i += 2 {
			values.Set(form[i], form[i+1])
		}
		return b.post("/columns", values)
	}
	if got := post("do", "join", "from", "ND", "to", " "); got.status != 422 || d.db.Int(`SELECT count(*) FROM setting WHERE key = 'attributes'`) != 0 {
		t.Errorf("nothing to join to: %d", got.status)
	}
	for _, from := range []string{"ND", "nong dan"} {
		if got := post("do", "join", "from", from, "to", "Nông dân"); !strings.Contains(got.body, "Đã gộp.") {
			t.Fatalf("%d", got.status)
		}
	}
	if n := d.db.Int(`SELECT count(*) FROM contact WHERE attributes ->> 'nghe' = 'Nông dân'`); n != 40 {
		t.Errorf("%d people have the value", n)
	}
	if got := d.db.Text(`SELECT corrected ->> 'nghe' FROM contact WHERE corrected IS NOT NULL`); got != "Nông dân" {
		t.Errorf("what staff corrected stands for %q", got)
	}
	if got := post("do", "name", "name", strings.Repeat("dài ", 20)); got.status != 422 || !strings.Contains(got.body, "dài dài") {
		t.Errorf("too long: %d", got.status)
	}
	post("do", "name", "name", "Nghề <nghiệp>", "name_en", "Trade")
	if got := b.get("/contacts"); !strings.Contains(got.body, "Nghề &lt;nghiệp&gt;</option>") {
		t.Error("the list is not narrowed by the name")
	}
	if got := b.get("/contacts/" + d.db.Text(`SELECT min(id)::text FROM contact`)); !strings.Contains(got.body, "Nghề &lt;nghiệp&gt;") {
		t.Error("the person's page does not say the name")
	}
	if got := b.post("/columns", url.Values{"key": {"ghi_chu"}, "do": {"name"}, "name": {"nghề  <NGHIỆP>"}}); got.status != 422 || !strings.Contains(got.body, "nghe") {
		t.Errorf("one name for two: %d", got.status)
	}
	if got := post("do", "drop", "typed", "nghê"); got.status != 422 || d.db.Int(`SELECT count(*) FROM contact WHERE attributes ? 'nghe'`) != 40 {
		t.Errorf("dropped without the word: %d", got.status)
	}
	if got := post("do", "drop", "typed", "nghe"); !strings.Contains(got.body, "Đã bỏ cột.") || d.db.Int(`SELECT count(*) FROM contact WHERE attributes ? 'nghe' OR corrected ? 'nghe'`) != 0 {
		t.Errorf("dropping: %d", got.status)
	}
	if got := post("do", "take"); !strings.Contains(got.body, "sẽ lấy lại") {
		t.Errorf("taking it again: %d", got.status)
	}
	if got := post("do", "khac"); got.status != 404 {
		t.Errorf("something else: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND detail ->> 'column' = 'nghe'`); n != 5 {
		t.Errorf("%d lines on record", n)
	}
	if strings.Contains(d.db.Text(`SELECT string_agg(detail::text, '') FROM audit`), "Nông") {
		t.Error("the record says what people have in a column")
	}
}
