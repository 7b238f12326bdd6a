package console_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// busy is a campaign with something behind every number: 130 people in two strata, more
// than a page has, with contacts in every state, arrivals, doubts and a held replicate.
func (d *desk) busy() survey.Campaign {
	d.Helper()
	k := d.db.MakeCampaign(survey.Campaign{Name: "thang-12", Title: map[survey.Lang]string{"vi": "Dư luận <tháng 12>"}})
	d.db.MakeSenders()
	d.db.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start) VALUES ($1, 'Đô thị', 80, 70, 0), ($1, 'Miền & núi', 70, 60, 0)`, k.ID)
	d.db.Exec(`INSERT INTO replicate (campaign_id, number, state) VALUES ($1, 1, 'held')`, k.ID)
	states := survey.AttemptMachine().States
	codes := survey.Dispositions()
	for i := range 130 {
		inv := survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(i)), Stratum: []string{"Đô thị", "Miền & núi"}[i%2]}
		switch i % 7 {
		case 1:
			inv.State = survey.InvitationStarted
		case 2, 3:
			inv.State, inv.Disposition = survey.InvitationClosed, codes[i%len(codes)]
		case 4:
			inv.State, inv.Replicate = survey.InvitationHeld, 1
		}
		id := d.db.MakeInvitation(inv)
		d.attempts(id, i, states)
		if i%9 == 0 {
			d.db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome, reason)
				VALUES ('text', 'twilio', 'x' || $1::bigint::text, now(), $1, '{}', now(), 'parked', CASE WHEN $1 % 2 = 0 THEN 'erase_asked' ELSE 'unmatched' END)`, id)
		}
	}
	d.db.Exec(`INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, state, reason, created_at, lease_until)
		SELECT x.id, n, $1, CASE WHEN n < 6 THEN x.invitation_id END, CASE WHEN x.id % 3 = 0 THEN 'email' ELSE 'sms' END, (SELECT min(id) FROM sender), '', '[]',
			CASE WHEN n % 2 = 0 THEN 'sent' ELSE 'delivered' END, '', now(), now()
		FROM inbox x JOIN invitation i ON i.id = x.invitation_id AND i.campaign_id = $1, generate_series(1, 6) n`, k.ID)
	return k
}

func (d *desk) attempts(inv survey.InvitationID, i int, states []survey.AttemptState) {
	for try := range i % 3 {
		a := survey.Attempt{InvitationID: inv, Channel: survey.Channels()[i%3], Step: []string{"mail", "sms"}[try], State: states[(i+try)%len(states)], DueAt: d.clock().Add(time.Duration(i%2) * time.Hour)}
		switch a.State {
		case survey.AttemptUndelivered, survey.AttemptFailed:
			a.Reason = []survey.Reason{survey.ReasonBounce, survey.ReasonConfig}[i%2]
			a.SentAt = d.clock().Add(-time.Hour)
		case survey.AttemptQueued:
			a.Reason = []survey.Reason{survey.ReasonWindow, ""}[i%2]
		}
		id := d.db.MakeAttempt(a)
		if a.State == survey.AttemptUnknown {
			d.db.Exec(`INSERT INTO attempt_doubt (attempt_id, since, look_at, needs_staff, finding) VALUES ($1, now(), now(), true, 'no_listing')`, id)
		}
	}
}

// rows walks all pages of a list, and counts its lines.
func (b *browser) rows(path string) (n, pages int) {
	b.Helper()
	next := regexp.MustCompile(`href="([^"]+)">(?:Trang sau|Tìm tiếp)`)
	for pages = 1; pages < 100; pages++ {
		got := b.get(path)
		if got.status != http.StatusOK {
			b.Fatalf("%s: %d", path, got.status)
		}
		n += strings.Count(got.body, `<tr><th scope="row">`)
		m := next.FindStringSubmatch(got.body)
		if m == nil {
			return n, pages
		}
		path = html.UnescapeString(m[1])
	}
	b.Fatalf("%s has no end", path)
	return n, pages
}

// Every number of the live page that leads to people is the length of its list, all pages
// together; and every need that leads there counts who is on it.
func TestEveryNumberOfThePageIsItsList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.busy()
	b := d.signedIn("mai", staff.Manager)
	page := b.get("/campaigns/thang-12").body
	links := regexp.MustCompile(`<a href="([^"]*/people\?[^"]*)">([\d.]+)</a>`).FindAllStringSubmatch(page, -1)
	needs := regexp.MustCompile(`<b aria-hidden="true">([\d.]+)</b>.*href="([^"]*/people\?[^"]*)"`).FindAllStringSubmatch(page, -1)
	cells := bare(page)
	for _, want := range []string{"Theo tầng, kênh và cách trả lời", "Tin đáp lại", "Ngoài ra có 15 tin tới người không có trong mẫu."} {
		if !strings.Contains(cells, want) {
			t.Errorf("no %q in\n%s", want, cells)
		}
	}
	for _, want := range []string{"of=notices&amp;state=delivered", "of=attempts&amp;stratum=1"} {
		if !strings.Contains(page, want) {
			t.Errorf("nothing leads to %s", want)
		}
	}
	if len(needs) != 2 {
		t.Errorf("%d needs lead to people", len(needs))
	}
	for _, m := range needs {
		links = append(links, []string{m[0], m[2], m[1]})
	}
	seen, long := map[string]string{}, 0
	for _, m := range links {
		path, number := html.UnescapeString(m[1]), strings.ReplaceAll(m[2], ".", "")
		if before, ok := seen[path]; ok {
			if before != number {
				t.Errorf("%s is behind %s and behind %s", path, before, number)
			}
			continue
		}
		seen[path] = number
		want, _ := strconv.Atoi(number)
		got, pages := b.rows(path)
		if got != want {
			t.Errorf("%s: %d lines behind %d", path, got, want)
		}
		if pages > 1 {
			long++
		}
		if head := b.get(path).body; !strings.Contains(head, "tất cả "+m[2]) {
			t.Errorf("%s does not say %s", path, m[2])
		}
	}
	if len(seen) < 50 || long < 3 {
		t.Errorf("only %d links, %d longer than a page", len(seen), long)
	}
	if first := b.get("/campaigns/thang-12/people?of=cases&part=invited").body; !strings.Contains(first, `href="/contacts/`) || strings.Contains(first, "<title>Nguyễn") {
		t.Error("a line does not lead to its person, or names one in the title")
	}
}

// Who may not see persons finds no way to them, and is refused; and so is nonsense in an
// address.
func TestOnlyWhoMayIsLedToPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.busy()
	for _, role := range []staff.Role{staff.Viewer, staff.Analyst} {
		b := d.signedIn("nguoi."+string(role), role)
		for _, path := range []string{"/", "/campaigns/thang-12"} {
			if got := b.get(path).body; strings.Contains(got, "/people?") || strings.Contains(got, "/doubts") || strings.Contains(got, "/resend") || strings.Contains(got, "CTV") {
				t.Errorf("a %s is led to people from %s", role, path)
			}
		}
		for _, path := range []string{"/people", "/people?of=attempts&state=failed", "/doubts", "/resend"} {
			if got := b.get("/campaigns/thang-12" + path); got.status != 403 {
				t.Errorf("a %s gets %d at %s", role, got.status, path)
			}
		}
	}
	b := d.signedIn("mai", staff.Manager)
	for path, want := range map[string]int{"?of=others": 404, "?stratum=2": 404, "?stratum=-1": 404, "?replicate=x": 404, "?after=x": 404, "?part=all": 409, "?state=failed": 409,
		"?of=attempts&state=burnt": 409, "?of=attempts&reason=": 200, "?of=notices": 200, "?of=cases&case=held": 200, "?of=cases&disposition=2.112": 200, "?of=attempts&waits=window": 200} {
		if got := b.get("/campaigns/thang-12/people" + path); got.status != want {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if strings.Contains(b.get("/campaigns/thang-12/people").body, "giữ kín") {
		t.Error("an identified campaign is said to keep names apart")
	}
	d.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous' WHERE id = $1`, k.ID)
	d.later(3 * time.Second)
	if !strings.Contains(b.get("/campaigns/thang-12/people").body, "không cho biết ai trả lời gì") {
		t.Error("an anonymous campaign does not say what its list is not")
	}
}

// Sending again is counted first and changes nothing; then it sends once, also if it is
// asked again.
func TestSendingAgainIsAskedTwiceAndSendsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	d.db.MakeSenders()
	d.db.Exec(`INSERT INTO consent (contact_id, purpose, basis, source, given_at) SELECT contact_id, 'survey', 'consent', 'test', now() FROM invitation`)
	for n := range 3 {
		inv := survey.InvitationID(d.db.Int(`SELECT id FROM invitation WHERE state = 'open' ORDER BY id OFFSET $1 LIMIT 1`, n))
		d.db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, Step: "mail", State: survey.AttemptFailed, Reason: survey.ReasonTemporary, EndedAt: d.clock().Add(-time.Hour)})
	}
	b := d.signedIn("mai", staff.Manager)
	queued := func() int {
		return d.db.Int(`SELECT count(*) FROM attempt WHERE campaign_id = $1 AND state = 'queued'`, k.ID)
	}
	if got := b.get("/campaigns/thang-12/resend"); got.status != 200 || !strings.Contains(got.body, "Gửi lỗi") {
		t.Errorf("asked: %d", got.status)
	}
	form := url.Values{"to": {"failed"}}
	if got := b.post("/campaigns/thang-12/resend", form); got.status != 422 || !strings.Contains(got.body, `role="alert"`) {
		t.Errorf("without a reason: %d", got.status)
	}
	form.Set("words", "máy chủ thư <đã sửa>")
	got := b.post("/campaigns/thang-12/resend", form)
	if got.status != 200 || !strings.Contains(got.body, "Sẽ gửi lại cho 3 trong 3 người") || !strings.Contains(got.body, "đã sửa&gt;") || queued() != 0 || d.db.Int(`SELECT count(*) FROM audit WHERE act = 'move'`) != 0 {
		t.Fatalf("counted: %d, %d queued\n%s", got.status, queued(), got.body)
	}
	form.Set("sure", "1")
	if got := b.post("/campaigns/thang-12/resend", form); !strings.Contains(got.body, "Đã lên lịch gửi lại") || queued() != 3 {
		t.Errorf("sent: %d queued", queued())
	}
	if b.post("/campaigns/thang-12/resend", form); queued() != 3 {
		t.Errorf("asked again, and %d queued", queued())
	}
	form.Del("sure")
	if got := b.post("/campaigns/thang-12/resend", form); !strings.Contains(got.body, "cho 0 trong 0 người") || strings.Contains(got.body, `class="btn go"`) {
		t.Errorf("nothing is left, and: %s", got.body)
	}
	form.Set("to", "everybody")
	if got := b.post("/campaigns/thang-12/resend", form); got.status != 422 {
		t.Errorf("to everybody: %d", got.status)
	}
}

// Messages in doubt are settled one by one and all at once, after it was said what that
// does; what was settled meanwhile is told.
func TestDoubtsAreSettled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.busy()
	b := d.signedIn("mai", staff.Manager)
	inDoubt := func() int { return d.db.Int(`SELECT count(*) FROM attempt WHERE state = 'unknown'`) }
	all := inDoubt()
	live := b.get("/campaigns/thang-12").body
	if all < 3 || !strings.Contains(live, `href="/campaigns/thang-12/doubts"`) || !strings.Contains(live, fmt.Sprintf(`<b aria-hidden="true">%d</b>`, all)) {
		t.Fatalf("%d in doubt, and the page does not lead there", all)
	}
	page := b.get("/campaigns/thang-12/doubts").body
	refs := regexp.MustCompile(`name="ref" value="(a\d+)"`).FindAllStringSubmatch(page, -1)
	if len(refs) != all {
		t.Fatalf("%d of %d are listed", len(refs), all)
	}
	one := url.Values{"ref": {refs[0][1]}, "do": {"sent"}, "words": {"nhật ký <máy chủ>"}}
	for _, wrong := range []url.Values{{"do": {"sent"}, "words": {"x"}}, {"do": {"sent"}, "ref": one["ref"]}, {"do": {"both"}, "ref": one["ref"], "words": {"x"}}, {"do": {"sent"}, "ref": {"a0"}, "words": {"x"}}} {
		if got := b.post("/campaigns/thang-12/doubts", wrong); got.status != 422 || inDoubt() != all {
			t.Errorf("%v: %d", wrong, got.status)
		}
	}
	if got := b.post("/campaigns/thang-12/doubts", one); got.status != 200 || !strings.Contains(got.body, "Ghi những tin này là đã gửi?") || !strings.Contains(got.body, "máy chủ&gt;") || inDoubt() != all {
		t.Errorf("asked: %d", got.status)
	}
	one.Set("sure", "1")
	if got := b.post("/campaigns/thang-12/doubts", one); !strings.Contains(got.body, "Đã ghi nhận là đã gửi.") || inDoubt() != all-1 {
		t.Errorf("%d in doubt", inDoubt())
	}
	if got := b.post("/campaigns/thang-12/doubts", one); !strings.Contains(got.body, "1 tin vừa có kết quả trước đó") {
		t.Error("settled twice, and nothing is said")
	}
	rest := url.Values{"all": {"1"}, "do": {"absent"}, "words": {"máy chủ tắt"}}
	if got := b.post("/campaigns/thang-12/doubts", rest); !strings.Contains(got.body, "Ghi những tin này là chưa gửi") || inDoubt() != all-1 {
		t.Errorf("asked of all: %d", got.status)
	}
	rest.Set("sure", "1")
	if got := b.post("/campaigns/thang-12/doubts", rest); inDoubt() != 0 || !strings.Contains(got.body, "Không có tin nào chờ cán bộ quyết định.") {
		t.Errorf("%d in doubt", inDoubt())
	}
}

// What else can be done with a campaign is done with a reason, and says in numbers what
// it does.
func TestChangingACampaignInTheField(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.busy()
	b := d.signedIn("mai", staff.Manager)
	page := b.get("/campaigns/thang-12").body
	held := d.db.Int(`SELECT count(*) FROM invitation WHERE state = 'held'`)
	open := d.db.Int(`SELECT count(*) FROM invitation WHERE state IN ('open', 'started')`)
	for _, want := range []string{fmt.Sprintf("Mẫu con 1: %d người", held), fmt.Sprintf("%d lượt mời còn mở được chốt", open), "Gõ thang-12 để xác nhận"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	ends := func() string { return d.db.Text(`SELECT ends_at::text FROM campaign WHERE id = $1`, k.ID) }
	was := ends()
	post := func(move string, form url.Values, status int) {
		t.Helper()
		got := b.post("/campaigns/thang-12/"+move, form)
		if got.status != status {
			t.Errorf("%s %v: %d", move, form, got.status)
		}
		if status == 422 && (!strings.Contains(got.body, `role="alert"`) || strings.Contains(got.body, "--") || strings.Contains(got.body, "canvass campaign") || strings.Contains(got.body, "Z</p>")) {
			t.Errorf("%s %v is refused in other words: %s", move, form, regexp.MustCompile(`role="alert">[^<]*`).FindString(got.body))
		}
		for _, typed := range form {
			if status == 422 && move == "set" && !strings.Contains(got.body, `value="`+typed[0]+`"`) {
				t.Errorf("%s %v: what was typed is lost", move, form)
			}
		}
	}
	post("shorten", url.Values{"days": {"90"}, "words": {"đủ"}}, 422) // that end is past
	if post("shorten", url.Values{"days": {"1"}, "words": {"đủ"}}, 200); ends() >= was {
		t.Error("not shortened")
	}
	post("release", url.Values{"replicate": {"0"}, "words": {"ít trả lời"}}, 422)
	post("release", url.Values{"replicate": {"1"}}, 422)
	if post("release", url.Values{"replicate": {"1"}, "words": {"ít trả lời"}}, 200); d.db.Int(`SELECT count(*) FROM invitation WHERE state = 'held'`) != 0 {
		t.Error("not released")
	}
	for _, wrong := range []url.Values{{"budget": {"-1"}, "rate": {"0"}}, {"budget": {"x"}, "rate": {"0"}}, {"budget": {"0"}, "rate": {"x"}}, {"budget": {"0"}, "rate": {"-1"}}, {"budget": {"0"}, "rate": {"NaN"}}} {
		wrong.Set("words", "x")
		post("set", wrong, 422)
	}
	post("set", url.Values{"budget": {"3.000.000"}, "rate": {"2,5"}, "words": {"thêm tiền"}}, 200)
	if got := d.db.Text(`SELECT budget::text || ' ' || rate::text FROM campaign WHERE id = $1`, k.ID); got != "3000000 2.5" {
		t.Errorf("set to %s", got)
	}
	post("archive", url.Values{"words": {"xong"}, "sure": {"thang-12"}}, 422) // it is in the field
	d.db.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.19', closed_at = $1 WHERE state IN ('open', 'started')`, d.clock())
	d.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = $1`, d.clock())
	d.later(3 * time.Second)
	if got := b.get("/campaigns/thang-12").body; !strings.Contains(got, `/archive"`) || strings.Contains(got, `/pause"`) || strings.Contains(got, "/resend") {
		t.Error("a closed campaign has other buttons")
	}
	post("archive", url.Values{"words": {"xong"}}, 422)
	if post("archive", url.Values{"words": {"xong"}, "sure": {"thang-12"}}, 200); d.db.Text(`SELECT state FROM campaign`) != "archived" {
		t.Error("not archived")
	}
}

// The course of the field period stands beside that of the wave before.
func TestTheCourseOfTheFieldPeriod(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	before := d.db.MakeCampaign(survey.Campaign{Name: "thang-11", State: survey.CampaignClosed, LaunchedAt: pgtest.Day().AddDate(0, 0, -30)})
	for i := range 4 {
		inv := d.db.MakeInvitation(survey.Invitation{CampaignID: before.ID, ContactID: d.db.MakeContact(pgtest.Reachable(50 + i))})
		if i < 2 {
			r := d.db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, nil)
			d.db.Exec(`UPDATE response SET submitted_at = $2 WHERE id = $1`, r, pgtest.Day().AddDate(0, 0, i-30))
		}
	}
	s := d.db.MakeSeries(survey.Series{})
	d.db.MakeWave(survey.Wave{SeriesID: s, CampaignID: before.ID, Date: survey.DateOf(pgtest.Day()).Add(-30), State: survey.WaveLaunched})
	d.db.MakeWave(survey.Wave{SeriesID: s, CampaignID: k.ID, State: survey.WaveLaunched})
	b := d.signedIn("xem", staff.Viewer)
	page := b.get("/campaigns/thang-12").body
	for _, want := range []string{"Sau 1 ngày: 30,0%.", "Cùng lúc ở đợt trước: 25,0%.", `class="line past"`, "nét đứt là đợt trước: thang-11", `aria-label="01/12: 2; "`, `aria-label="01/12: 1; "`, `<th scope="row">01/12/2026</th><td class="n">2</td><td class="n">1</td><td class="n">3</td>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}
