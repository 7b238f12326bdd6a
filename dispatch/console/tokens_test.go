package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/staff"
)

// Tokens are made, listed and revoked by administrators; the token is shown once.
func TestTokensScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	b := d.signedIn("mai", staff.Administrator)
	day := func(n int) string { return d.clock().AddDate(0, 0, n).Format(time.DateOnly) }
	if got := b.get("/tokens"); got.status != 200 || !strings.Contains(got.body, `value="`+day(90)+`"`) {
		t.Errorf("the usual day: %d", got.status)
	}
	for field, wrong := range map[string]url.Values{
		"e-name": {"name": {" "}, "right": {"see"}, "day": {day(1)}}, "e-right": {"name": {"Bảng"}, "right": {"persons"}, "day": {day(1)}},
		"e-day": {"name": {"Bảng <x>"}, "right": {"answers"}, "day": {day(367)}}, "e-scope": {"name": {"Bảng"}, "right": {"see"}, "day": {day(0)}, "scope": {"some"}},
	} {
		got := b.post("/tokens", wrong)
		if got.status != 422 || !strings.Contains(got.body, `id="`+field+`"`) || !strings.Contains(got.body, `value="`+wrong.Get("day")+`"`) || wrong.Get("scope") == "some" && !strings.Contains(got.body, `value="some" checked`) {
			t.Errorf("%s: %d %s", field, got.status, got.body)
		}
	}
	if got := b.post("/tokens", url.Values{"name": {"x"}, "right": {"see"}, "day": {day(5)}, "scope": {"some"}, "campaign": {"khong-co"}}); got.status != 422 || d.db.Int(`SELECT count(*) FROM door.api_token`) != 0 {
		t.Errorf("a campaign of nobody: %d", got.status)
	}
	got := b.post("/tokens", url.Values{"name": {"Bảng <số>"}, "right": {"answers"}, "day": {day(366)}, "scope": {"some"}, "campaign": {k.Name}})
	token := regexp.MustCompile(`canvass_[0-9A-Za-z]{49}`).FindString(got.body)
	if got.status != 200 || token == "" || strings.Contains(got.body, "<số>") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if again := b.get("/tokens"); strings.Contains(again.body, staff.TokenPrefix) || !strings.Contains(again.body, "Bảng &lt;số&gt;") || !strings.Contains(again.body, "chưa dùng") {
		t.Error("the token is shown twice, or is not listed")
	}
	if kept := d.db.Text(`SELECT to_jsonb(t)::text FROM door.api_token t`) + d.db.Text(`SELECT string_agg(detail::text, '') FROM audit`); strings.Contains(kept, token) {
		t.Error("the token is kept")
	}
	if got := d.read(token, "/api/v1/campaigns/"+k.Name); got.status != 200 {
		t.Errorf("it opens nothing: %d", got.status)
	}
	if again := b.get("/tokens"); strings.Contains(again.body, "chưa dùng") {
		t.Error("its use is not told")
	}
	id := d.db.Text(`SELECT id::text FROM door.api_token`)
	if got := b.post("/tokens/"+id+"/revoke", nil); got.path != "/tokens" || !strings.Contains(got.body, "Đã thu hồi mã truy cập") {
		t.Errorf("%d", got.status)
	}
	b.post("/tokens/"+id+"/revoke", nil)
	if got := d.read(token, "/api/v1/campaigns/"+k.Name); got.status != 401 {
		t.Errorf("revoked, and it opens: %d", got.status)
	}
	if got := b.post("/tokens/999/revoke", nil); got.status != 404 {
		t.Errorf("a token of nobody: %d", got.status)
	}
	if n := d.db.Text(`SELECT string_agg(actor || ' ' || detail::text, ' ' ORDER BY id) FROM audit WHERE act = 'token'`); !regexp.MustCompile(`^mai \{.*"made": 2.*\} mai \{"revoked": 2\}$`).MatchString(n) {
		t.Errorf("on record: %s", n)
	}
}
