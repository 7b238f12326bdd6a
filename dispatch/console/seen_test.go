package console_test

import (
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/protocol"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// The wizard and the urgent poll say where the share of answers comes from; staff may write
// another, and take it back by a press.
func TestTheShareOfAnswersIsProposed(t *testing.T) {
	t.Parallel()
	d := office(t)
	for i, p := range []survey.Protocol{protocol.Monthly(), protocol.Urgent()} {
		k := d.db.MakeCampaign(survey.Campaign{Name: "truoc-" + p.Name, State: survey.CampaignClosed, Protocol: p})
		for n := range 4 {
			inv := d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(1000*(i+1) + n))})
			code := "1.1"
			if n == 0 || i == 1 && n < 3 { // 3 of 4, and 1 of 4
				code = "2.20"
			}
			d.db.Exec(`UPDATE invitation SET state = 'closed', disposition = $2, closed_at = $3 WHERE id = $1`, inv, code, pgtest.Day())
		}
	}
	b := d.signedIn("mai", staff.Manager)
	root := strings.TrimSuffix(b.post("/proposals", nil).path, "/questionnaire")
	at := b.counted(root + "/sample")
	if f := form(at); f.Get("answering") != "75" || !strings.Contains(at.body, "Theo 1 cuộc gần nhất cùng kênh: 75%") || strings.Contains(at.body, "Lấy 75%") {
		t.Errorf("a new campaign: %s", form(at).Get("answering"))
	}
	at = b.looked(at.path, fill(form(at), "answering", "40", "do", "look"))
	if !strings.Contains(at.body, "Lấy 75%") || form(at).Get("answering") != "40" {
		t.Errorf("another share: %s", form(at).Get("answering"))
	}
	if at = b.looked(root+"/sample", fill(form(at), "do", "seen")); form(at).Get("answering") != "75" {
		t.Errorf("taken back: %s", form(at).Get("answering"))
	}
	got := b.post("/urgent", url.Values{"name": {"hoi-nhanh-1"}, "question": {"Nơi Ông/Bà sống có bị ngập không?"}, "sort": {"yes_no"}, "reach": {"all"}, "about": {"around"}, "hours": {"24"}})
	if got.status != 200 || !strings.Contains(got.body, "Dự kiến trả lời") || !strings.Contains(got.body, "cùng kênh: 25%") {
		t.Errorf("the urgent poll: %d %s", got.status, alert(got))
	}
}
