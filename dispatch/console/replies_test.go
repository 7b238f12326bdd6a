package console_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const wordsForm = `name: gia
title: Giá cả | Prices
languages: [vi, en]
minutes: 1
questions:
  - {name: gia_ca, type: single, kind: own_opinion, label: "Giá so với <tháng> trước | Prices", choices: {1: Tăng | Up, 2: Như trước | Same, 3: Giảm | Down}}
  - {name: loi, type: text, kind: own_opinion, label: "Nói rõ thêm | Explain"}
`

// mailroom is a campaign in the field in which people write.
type mailroom struct {
	*desk
	k       survey.Campaign
	senders map[survey.Channel]survey.SenderID
	people  []survey.InvitationID
}

func newMailroom(t testing.TB, level survey.Confidentiality) *mailroom {
	d := newDesk(t)
	if err := d.db.SetOffice(t.Context(), pgtest.Office(), "test"); err != nil {
		t.Fatal(err)
	}
	m := &mailroom{desk: d, senders: d.db.MakeSenders()}
	m.k = d.db.MakeCampaign(survey.Campaign{Name: "gia", Title: map[survey.Lang]string{"vi": "Giá cả <b>tháng</b>"}, Confidentiality: level,
		QuestionnaireID: d.db.MakeQuestionnaire("gia", wordsForm), Office: pgtest.Office(), EndsAt: d.clock().Add(240 * time.Hour)})
	for i := range 3 {
		who := pgtest.Reachable(i)
		who.Code, who.Name = "CTV00"+strconv.Itoa(i), survey.PersonName("Nguyễn Thị Bí Danh "+strconv.Itoa(i))
		m.people = append(m.people, d.db.MakeInvitation(survey.Invitation{CampaignID: m.k.ID, ContactID: d.db.MakeContact(who)}))
	}
	return m
}

// says has a text of a person, or of a stranger, read by staff; it returns its address.
func (m *mailroom) says(inv survey.InvitationID, text string, kind survey.MatterKind) string {
	m.Helper()
	payload, err := json.Marshal(map[string]any{"kind": "text", "from": "+84310000001", "to": "+84900000001", "text": text, "sender_id": m.senders[survey.SMS]})
	if err != nil {
		m.Fatal(err)
	}
	row, err := m.db.Store(m.Context(), view.Arrival{Kind: "text", Provider: "t", ProviderID: text, ReceivedAt: time.Now(), InvitationID: inv, Payload: payload})
	if err != nil {
		m.Fatal(err)
	}
	ch := view.Change{Outcome: "parked", Matter: &view.NewMatter{Kind: kind, Question: "gia_ca"}}
	if inv == 0 {
		_, err = m.db.ApplyStray(m.Context(), row.ID, m.clock(), func(view.InboxRow) (view.Change, error) { return ch, nil })
	} else {
		_, err = m.db.ApplyInbox(m.Context(), inv, m.clock(), func(view.Case, view.InboxRow) (view.Change, error) { return ch, nil })
	}
	if err != nil {
		m.Fatal(err)
	}
	return "/inbox/" + m.db.Text(`SELECT id::text FROM matter WHERE inbox_id = $1`, row.ID)
}

// form reads what a screen would send back.
func seen(p page) string {
	got := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(p.body)
	if got == nil {
		return ""
	}
	return got[1]
}

// The list has what waits, the oldest first, with counts by kind; markup is text.
func TestTheInboxIsListed(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	first := m.says(m.people[0], `<script>alert("x")</script> lúc tăng lúc giảm`, survey.MatterUnread)
	m.says(0, "ai đấy", survey.MatterStranger)
	m.db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, payload) SELECT 'text', 't', 'n' || i, now(), jsonb_build_object('kind', 'text', 'text', 'ý kiến số ' || i) FROM generate_series(1, 60) i`)
	m.db.Exec(`INSERT INTO matter (inbox_id, kind, came_at) SELECT id, 'opinion', now() FROM inbox WHERE provider_id ~ '^n[0-9]' ORDER BY id`)
	b := m.signedIn("mai", staff.Manager)
	got := b.get("/inbox")
	for _, want := range []string{"&lt;script&gt;alert", "CTV000", `href="` + first + `"`, "không có trong danh bạ", "Ý kiến tự gửi", `<span class="count due">62</span>`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the list has no %q", want)
		}
	}
	if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "Bí Danh") || strings.Contains(got.body, "310000001") {
		t.Error("the list has markup, a name or a number")
	}
	next := regexp.MustCompile(`href="(/inbox\?after=\d+)"`).FindStringSubmatch(got.body)
	if next == nil {
		t.Fatal("there is no next page")
	}
	if second := b.get(strings.ReplaceAll(next[1], "&amp;", "&")); strings.Count(second.body, "<tr><th scope=\"row\">") != 12 || !strings.Contains(second.body, "ý kiến số 60") {
		t.Errorf("the second page has %d lines", strings.Count(second.body, "<tr><th scope=\"row\">"))
	}
	if only := b.get("/inbox?kind=stranger"); !strings.Contains(only.body, "ai đấy") || strings.Contains(only.body, "ý kiến số") {
		t.Error("the kind does not narrow the list")
	}
	for role, login := range map[staff.Role]string{staff.Viewer: "xem", staff.Analyst: "phan.tich"} {
		other := m.signedIn(login, role)
		if got := other.get(first); got.status != 403 || strings.Contains(got.body, "lúc tăng") || strings.Contains(other.get("/").body, "/inbox") {
			t.Errorf("a %s reads: %d", role, got.status)
		}
	}
}

// An item is shown with what the system made of it, and taken as an answer by one press;
// the answer is that of the command, and goes back by one.
func TestAnItemBecomesAnAnswer(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	at := m.says(m.people[0], "lúc tăng lúc giảm <b>", survey.MatterUnread)
	b := m.signedIn("mai", staff.Manager)
	got := b.get(at)
	for _, want := range []string{"lúc tăng lúc giảm &lt;b&gt;", "Bí Danh 0", "84310000001", "Giá so với &lt;tháng&gt; trước", `<button class="btn" name="value" value="2">Như trước</button>`, "Không rõ, nên máy hỏi lại"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the item has no %q\n%s", want, got.body)
		}
	}
	if title := regexp.MustCompile(`<title>.*</title>`).FindString(got.body); strings.Contains(title, "Danh") {
		t.Errorf("the title names somebody: %s", title)
	}
	if bad := b.post(at+"/assign", url.Values{"seen": {seen(got)}, "question": {"gia_ca"}, "campaign": {"gia"}, "words": {"1"}}); bad.status != 422 || !strings.Contains(bad.body, "không đọc được thành câu trả lời") {
		t.Errorf("words that are no answer: %d", bad.status)
	}
	if ok := b.post(at+"/assign", url.Values{"seen": {seen(got)}, "question": {"gia_ca"}, "campaign": {"gia"}, "value": {"2"}}); !strings.Contains(ok.body, "Đã nhận làm câu trả lời. Nếu nhầm") || !strings.Contains(ok.body, "<b>Như trước</b>") {
		t.Errorf("not assigned: %d %s", ok.status, ok.body)
	}
	const answers = `SELECT coalesce(string_agg(question || '=' || value || ' ' || mode || ' ' || assigned_by, ','), '') FROM answer_item`
	if got := m.db.Text(answers); got != "gia_ca=2 sms mai" {
		t.Errorf("the answer is %q", got)
	}
	again := b.get(at)
	if back := b.post(at+"/reopen", url.Values{"seen": {seen(again)}}); !strings.Contains(back.body, "Đã mở lại") || m.db.Text(answers) != "" {
		t.Errorf("not taken back: %q", m.db.Text(answers))
	}
	if n := m.db.Int(`SELECT count(*) FROM audit WHERE act = 'inbox' AND actor = 'mai'`); n != 2 {
		t.Errorf("%d acts on record", n)
	}
}

// Of two at one item the second sees the first, and what they do from a page that is old
// is refused.
func TestTwoAtOneItem(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	one, two := m.says(m.people[0], "tin một", survey.MatterOpinion), m.says(m.people[1], "tin hai", survey.MatterOpinion)
	mai, lan := m.signedIn("mai", staff.Manager), m.signedIn("lan", staff.Manager)
	if got := mai.post("/inbox/next", nil); got.path != one {
		t.Fatalf("the next one is %s", got.path)
	}
	if got := lan.post("/inbox/next", nil); got.path != two {
		t.Errorf("two are sent to one item: %s", got.path)
	}
	old := lan.get(one)
	if !strings.Contains(old.body, "mai đang xem tin này") || !strings.Contains(lan.get("/inbox").body, "mai đang xem") {
		t.Error("nobody says that mai is on it")
	}
	if got := mai.post(one+"/done", url.Values{"seen": {"1"}, "note": {"đã gọi"}}); got.status != 200 || !strings.Contains(got.body, "Đã ghi là xong") {
		t.Errorf("not done: %d", got.status)
	}
	got := lan.post(one+"/done", url.Values{"seen": {seen(old)}, "note": {"ghi chú của Lan"}})
	if got.status != 422 || !strings.Contains(got.body, "Người khác vừa xử lý tin này") || m.db.Text(`SELECT handled_by || note FROM matter ORDER BY id LIMIT 1`) != "maiđã gọi" {
		t.Errorf("the second wins: %d", got.status)
	}
	if got := lan.post(two+"/leave", nil); got.path != "/inbox" || m.db.Int(`SELECT count(*) FROM matter WHERE taken_by <> ''`) != 0 {
		t.Errorf("not let go: %s", got.path)
	}
	if got := mai.post("/inbox/next", url.Values{"after": {strings.TrimPrefix(two, "/inbox/")}}); got.path != two {
		t.Errorf("behind the last one comes %s", got.path)
	}
	lan.post(two+"/take", nil)
	if got := m.db.Text(`SELECT taken_by FROM matter ORDER BY id DESC LIMIT 1`); got != "lan" {
		t.Errorf("taken over: %s", got)
	}
	m.db.Exec(`UPDATE matter SET taken_at = now() - interval '16 minutes' WHERE taken_by <> ''`)
	if got := mai.get(two); strings.Contains(got.body, "đang xem tin này") {
		t.Error("who went away has it for ever")
	}
}

// What is written back goes into the ledger; a second too many is refused and kept.
func TestWritingBack(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	at := m.says(m.people[0], "bao giờ sửa đường?", survey.MatterOpinion)
	b := m.signedIn("mai", staff.Manager)
	if got := b.post(at+"/weigh", url.Values{"words": {"Đã chuyển tới phòng Hạ tầng."}}); got.status != 200 || !strings.Contains(got.body, "số tin tính tiền: 1") || !strings.Contains(got.body, "Da chuyen toi phong Ha tang.") || strings.Contains(got.body, "<html") {
		t.Errorf("weighed: %d %s", got.status, got.body)
	}
	if got := b.post(at+"/answer", url.Values{"words": {"  "}, "seen": {"1"}}); got.status != 422 || !strings.Contains(got.body, "Chưa có lời để gửi.") {
		t.Errorf("no words: %d", got.status)
	}
	if got := b.post(at+"/answer", url.Values{"words": {"Đã chuyển <ngay>."}, "seen": {"1"}}); !strings.Contains(got.body, "Đã chuyển &lt;ngay&gt;.") || m.db.Text(`SELECT words || state FROM notice`) != "Đã chuyển <ngay>.queued" {
		t.Errorf("not written: %d %s", got.status, m.db.Text(`SELECT coalesce(string_agg(words, ','), '') FROM notice`))
	}
	for range 3 {
		b.post(at+"/answer", url.Values{"words": {"thêm"}})
	}
	if got := b.post(at+"/answer", url.Values{"words": {"lời đã gõ"}}); got.status != 422 || !strings.Contains(got.body, "đã nhận đủ số tin") || !strings.Contains(got.body, ">lời đã gõ</textarea>") {
		t.Errorf("one too many: %d", got.status)
	}
	if got := b.post(at+"/stop", url.Values{"words": {""}}); got.status != 422 {
		t.Errorf("stopped without a word: %d", got.status)
	}
	if got := b.post(at+"/stop", url.Values{"words": {"đừng nhắn nữa"}, "channel": {"sms"}}); got.status != 200 ||
		m.db.Text(`SELECT source || channel || words FROM suppression`) != "smssmsđừng nhắn nữa" {
		t.Errorf("not stopped: %d", got.status)
	}
	if got := b.post(at+"/answer", url.Values{"words": {"nữa"}}); got.status != 422 || !strings.Contains(got.body, "danh sách không liên hệ") || strings.Contains(got.body, "canvass inbox") {
		t.Errorf("who is barred is written to: %d", got.status)
	}
}

// A reply to a confidential campaign does not say whose it is, nor what went before; an
// anonymous one takes no answer.
func TestTheInboxKeepsNamesApart(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Confidential)
	reply := m.says(m.people[0], "2 hay 3", survey.MatterUnread)
	wish := m.says(m.people[1], "gọi lại cho tôi", survey.MatterCallback)
	m.db.MakeAttempt(survey.Attempt{InvitationID: m.people[0], Channel: survey.SMS, State: survey.AttemptSent, SentAt: m.clock()})
	b := m.signedIn("mai", staff.Manager)
	got := b.get(reply)
	for _, not := range []string{"Bí Danh", "CTV000", "310000001", "/contacts/", "lần liên hệ", reply + "/stop"} {
		if strings.Contains(got.body, not) {
			t.Errorf("a reply that is kept apart has %q", not)
		}
	}
	if !strings.Contains(got.body, "2 hay 3") || b.post(reply+"/stop", url.Values{"words": {"x"}}).status != 403 {
		t.Error("the reply is not shown, or bars somebody who may not be told")
	}
	if got := b.get(wish); !strings.Contains(got.body, "Bí Danh 1") {
		t.Error("who asks to be called is not told")
	}
	m.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	if got := b.get(wish); !strings.Contains(got.body, "Khảo sát ẩn danh") || strings.Contains(got.body, wish+"/assign") {
		t.Error("an anonymous campaign takes an answer")
	}
}

// A conversation is taken over and given back, on record; where none is open there is no
// button.
func TestTakingAConversationOver(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	at := m.says(m.people[0], "tôi không hiểu câu này", survey.MatterUnread)
	b := m.signedIn("mai", staff.Manager)
	if got := b.get(at); strings.Contains(got.body, at+"/talk") {
		t.Error("there is nothing to take over")
	}
	if got := b.post(at+"/talk", nil); got.status != 422 {
		t.Errorf("taken over all the same: %d", got.status)
	}
	m.db.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at) VALUES ('sms', $1, '+84310000001', $2, '{}', now())`, m.senders[survey.SMS], m.people[0])
	const staffed = `SELECT staffed_by || nudged::text || (look_at IS NULL)::text FROM conversation`
	if got := b.post(at+"/talk", nil); !strings.Contains(got.body, "mai đang tự trao đổi") || m.db.Text(staffed) != "maitruetrue" {
		t.Errorf("%d %s", got.status, m.db.Text(staffed))
	}
	if got := b.post(at+"/back", nil); !strings.Contains(got.body, "Máy hỏi tiếp người này.") || m.db.Text(staffed) != "falsefalse" {
		t.Errorf("%d %s", got.status, m.db.Text(staffed))
	}
	if n := m.db.Int(`SELECT count(*) FROM audit WHERE act = 'inbox' AND actor = 'mai'`); n != 2 {
		t.Errorf("%d on record", n)
	}
}

// What staff find to be a complaint is kept apart, counted on Today, and goes back to what
// it was; whether it is settled is another matter.
func TestAComplaintIsKeptApart(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	at := m.says(m.people[0], "sao cứ nhắn mãi", survey.MatterUnread)
	m.says(m.people[1], "mưa to", survey.MatterOpinion)
	b := m.signedIn("mai", staff.Manager)
	lacks(t, b.get("/inbox"), "kind=complaint")
	first := seen(b.get(at))
	has(t, b.post(at+"/complaint", url.Values{"seen": {first}, "is": {"1"}}), "Đã xếp vào khiếu nại", "Không phải khiếu nại")
	has(t, b.get("/inbox"), "kind=complaint")
	only := b.get("/inbox?kind=complaint")
	has(t, only, "sao cứ nhắn mãi")
	lacks(t, only, "mưa to")
	m.later(time.Minute)
	has(t, b.get("/"), "khiếu nại về khảo sát, chờ xử lý", "tin cộng tác viên viết, chờ đọc")
	if got := b.post(at+"/complaint", url.Values{"seen": {first}}); got.status != 422 || m.db.Text(`SELECT kind || state FROM matter WHERE kind = 'complaint'`) != "complaintnew" {
		t.Errorf("over what a colleague did: %d", got.status)
	}
	has(t, b.post(at+"/complaint", url.Values{"seen": {seen(b.get(at))}}), "Đã xếp lại như trước")
	if n := m.db.Int(`SELECT count(*) FROM matter WHERE kind = 'unread' AND kind_before = ''`) + m.db.Int(`SELECT count(*) FROM audit WHERE act = 'inbox' AND detail ? 'complaint'`); n != 1+2 {
		t.Errorf("%d: %s", n, m.db.Text(`SELECT kind FROM matter ORDER BY id LIMIT 1`))
	}
}
