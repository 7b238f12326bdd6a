package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/staff"
)

var joinLink = regexp.MustCompile(`/join/[A-Za-z0-9_-]+`)

// Open invitations are listed, withdrawn and made anew by a press, each on record.
func TestOpenInvitations(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	b := d.signedIn("mai", staff.Administrator)
	if strings.Contains(b.get("/people").body, "Lời mời chưa dùng") {
		t.Error("there are none, and a list of them")
	}
	first := joinLink.FindString(b.post("/people/invite", url.Values{"role": {"analyst"}, "scope": {"some"}, "campaign": {k.Name}}).body)
	got := b.get("/people")
	if text := bare(got.body); !strings.Contains(text, "Lời mời chưa dùng") || !strings.Contains(text, "Phân tích "+k.Name+" Mai Thị mai") || strings.Contains(got.body, "/join/") {
		t.Errorf("%s", text)
	}
	id := d.db.Text(`SELECT id::text FROM staff_invitation`)
	got = b.post("/people/invitations/"+id+"/again", nil)
	second := joinLink.FindString(got.body)
	if got.status != 200 || second == "" || second == first || d.db.Int(`SELECT count(*) FROM staff_invitation`) != 1 {
		t.Fatalf("made anew: %d %q", got.status, second)
	}
	if got := d.browser().get(first); got.status != 404 {
		t.Errorf("the link before still works: %d", got.status)
	}
	if got := d.browser().get(second); got.status != 200 {
		t.Errorf("the link does not work: %d", got.status)
	}
	d.later(staff.Invited)
	b.signIn("mai", password)
	if got := b.get("/people"); !strings.Contains(got.body, "đã hết hạn") {
		t.Error("what has expired is not listed")
	}
	third := joinLink.FindString(b.post("/people/invitations/"+id+"/again", nil).body)
	if got := d.browser().get(third); got.status != 200 {
		t.Errorf("what had expired is not made anew: %d", got.status)
	}
	if got := b.post("/people/invitations/"+id+"/withdraw", nil); got.path != "/people" || !strings.Contains(got.body, "Đã thu hồi lời mời") || d.browser().get(third).status != 404 {
		t.Errorf("withdrawn: %d at %s", got.status, got.path)
	}
	for _, do := range []string{"withdraw", "again", "x"} {
		if got := b.post("/people/invitations/"+id+"/"+do, nil); got.status != 404 {
			t.Errorf("%s of one that is gone: %d", do, got.status)
		}
	}
	on := d.db.Text(`SELECT string_agg(k, ' ' ORDER BY a.id) FROM audit a, jsonb_object_keys(a.detail::jsonb) k WHERE act = 'staff' AND actor = 'mai' AND k IN ('invited', 'renewed', 'withdrawn')`)
	if on != "invited renewed renewed withdrawn" {
		t.Errorf("on record: %s", on)
	}
	b.post("/people/invite", url.Values{"role": {"viewer"}})
	d.later(staff.Invited + 8*24*time.Hour)
	b.signIn("mai", password)
	b.post("/people/invite", url.Values{"role": {"viewer"}})
	if n := d.db.Int(`SELECT count(*) FROM staff_invitation`); n != 1 {
		t.Errorf("%d invitations: what is long over stays", n)
	}
}

// An administrator sees where an account is signed in, and ends all of it, on record.
func TestSessionsOfAnAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	one := d.signedIn("khue", staff.Viewer)
	two := d.browser()
	two.signIn("khue", password)
	id := d.db.Text(`SELECT id::text FROM staff WHERE login = 'khue'`)
	if text := bare(b.get("/people/" + id).body); !strings.Contains(text, "2 phiên.") {
		t.Errorf("%s", text)
	}
	got := b.post("/people/"+id, url.Values{"do": {"sessions"}})
	if got.path != "/people/"+id || !strings.Contains(got.body, "không đăng nhập ở đâu") {
		t.Errorf("%d at %s", got.status, got.path)
	}
	for _, x := range []*browser{one, two} {
		if got := x.get("/"); got.path != "/sign-in" {
			t.Errorf("still signed in: %s", got.path)
		}
	}
	if got := b.get("/"); got.path != "/" {
		t.Error("who ended them is signed out")
	}
	if got := one.signIn("khue", password); got.path != "/" {
		t.Errorf("the account does not work any more: %s", got.path)
	}
	if on := d.db.Text(`SELECT actor || ' ' || (detail ->> 'signed_out') || ' ' || (detail ->> 'sessions') FROM audit WHERE detail ? 'signed_out'`); on != "mai "+id+" 2" {
		t.Errorf("on record: %s", on)
	}
}
