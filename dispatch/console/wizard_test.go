package console_test

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// office is a desk with senders, an office, a questionnaire, and sixty people in three
// clusters.
func office(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.db.MakeSenders()
	if err := d.db.SetOffice(t.Context(), pgtest.Office(), "test"); err != nil {
		t.Fatal(err)
	}
	d.db.MakeQuestionnaire("vi_du", pgtest.QuestionnaireSource)
	for i := range 60 {
		c := pgtest.Reachable(i)
		c.Unit, c.Attributes = fmt.Sprintf("Xã %d", i%6), map[string]string{"cum": fmt.Sprintf("C%d", i%3+1)}
		d.db.MakeContact(c)
	}
	return d
}

// ring are keys of tokens.
func ring() *token.Keyring {
	r, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(strings.Repeat("s", 32))})
	if err != nil {
		panic(err) // a key of 32 bytes is one
	}
	return r
}

// forecast words messages by their step.
func forecast(context.Context) (dispatch.ForecastRequest, error) {
	return dispatch.ForecastRequest{Word: func(_ context.Context, s view.Specimen) (dispatch.Worded, error) {
		return dispatch.Worded{Subject: "Mời", Body: "Lời của " + s.Step.Name + " TC", Segments: 2}, nil
	}}, nil
}

var (
	inputs   = regexp.MustCompile(`<input [^>]*>`)
	selects  = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	chosen   = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	anyFirst = regexp.MustCompile(`<option value="([^"]*)"`)
	areas    = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	attr     = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

// form is what a browser would send of a page as it stands.
func form(p page) url.Values {
	out := url.Values{}
	for _, in := range inputs.FindAllString(p.body, -1) {
		a := map[string]string{}
		for _, m := range attr.FindAllStringSubmatch(in, -1) {
			a[m[1]] = html.UnescapeString(m[2])
		}
		if box := a["type"] == "radio" || a["type"] == "checkbox"; a["name"] == "" || box && !strings.Contains(in, " checked") {
			continue
		}
		out.Add(a["name"], a["value"])
	}
	for _, m := range selects.FindAllStringSubmatch(p.body, -1) {
		if one := chosen.FindStringSubmatch(m[2]); one != nil {
			out.Set(m[1], html.UnescapeString(one[1]))
		} else if one := anyFirst.FindStringSubmatch(m[2]); one != nil {
			out.Set(m[1], html.UnescapeString(one[1]))
		}
	}
	for _, m := range areas.FindAllStringSubmatch(p.body, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	out.Del("lang")
	out.Del("back")
	return out
}

// fill changes fields of a form, by name and value in turn.
func fill(f url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// next fills fields of the step where a browser is, saves it, and wants to be at the
// next one.
func (b *browser) next(at page, want string, pairs ...string) page {
	b.Helper()
	got := b.post(at.path, fill(form(at), append(pairs, "do", "save")...))
	if got.status != 200 || !strings.HasSuffix(got.path, "/"+want) {
		b.Fatalf("%s: %d at %s\n%s", at.path, got.status, got.path, alert(got))
	}
	return got
}

// alert is what a page says is wrong.
func alert(p page) string {
	_, rest, _ := strings.Cut(p.body, `role="alert"`)
	words, _, _ := strings.Cut(rest, "</div>")
	return words
}

// until loads a page until it says something.
func (b *browser) until(path, says string) page {
	b.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		got := b.get(path)
		if strings.Contains(got.body, says) {
			return got
		}
		if time.Now().After(end) {
			b.Fatalf("%s never says %q\n%s", path, says, got.body)
		}
	}
}

// written makes a campaign by the wizard as far as its dry run, and returns the address
// of the proposal.
func (b *browser) written(name string, pairs ...string) string {
	b.Helper()
	at := b.post("/proposals", nil)
	root := strings.TrimSuffix(at.path, "/questionnaire")
	at = b.next(at, "frame", "title", "Dư luận <tháng 12>", "name", name, "questionnaire", "vi_du@1")
	at = b.next(at, "sample", "f0", "cum", "o0", "not", "v0", "C9", "reach", "yes")
	at = b.next(at, "protocol", append([]string{"method", "stratified", "s1", "cum", "size", "20", "seed", "77"}, pairs...)...)
	ready := b.post(at.path, fill(form(at), "ready", "short", "do", "ready"))
	at = b.next(page{body: ready.body, path: at.path}, "secrecy")
	at = b.next(at, "money")
	at = b.next(at, "trial", "budget", "2.000.000", "rate", "5")
	b.post(at.path, form(at))
	b.until(at.path, "Nhận ít nhất một tin")
	return root
}

// decide presses a button of the screen of approval.
func (b *browser) decide(root, do string, pairs ...string) page {
	b.Helper()
	hash := form(b.get(root + "/approval")).Get("hash")
	return b.post(root+"/approval", fill(url.Values{"hash": {hash}, "do": {do}}, pairs...))
}

// From nothing to the field: what is launched is the campaign that the file of the
// same words makes, with the same people.
func TestACampaignIsMadeByTheWizard(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	root := b.written("thang-12")
	trial := b.get(root + "/trial")
	for _, want := range []string{"<dd>20</dd>", "trên khung 60 người", "Lời của mail TC"} {
		if !strings.Contains(trial.body, want) {
			t.Errorf("the dry run does not say %q\n%s", want, trial.body)
		}
	}
	if got := b.get(root + "/approval"); !strings.Contains(got.body, "Gửi tới 20 người, bắt đầu ngay") {
		t.Errorf("the button does not say to whom: %s", got.body)
	}
	if got := b.get("/campaigns"); strings.Count(got.body, "Dư luận &lt;tháng 12&gt;") != 1 {
		t.Error("the campaign being made is not listed once")
	}
	got := b.decide(root, "launch")
	if got.path != "/campaigns/thang-12" || !strings.Contains(got.body, "Đã gửi đi.") {
		t.Fatalf("not launched: %d at %s %s", got.status, got.path, alert(got))
	}
	drawn := func(name string) string {
		return d.db.Text(`SELECT string_agg(contact_id::text, ',' ORDER BY contact_id) FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE k.name = $1`, name)
	}
	spec, err := dispatch.ParseSpec("x.yaml", []byte(`name: nhu-lenh
title: {vi: "Dư luận <tháng 12>"}
questionnaire: vi_du@1
eligible: cum != "C9" and (has_email or has_mobile)
design: {method: stratified, size: 20, strata: [cum], seed: 77}
protocol: short
rate: 5
budget: 2000000
`))
	if err == nil {
		_, err = dispatch.CreateCampaign(t.Context(), d.db, dispatch.CampaignRequest{Spec: spec, Actor: "lan", Now: d.clock()})
	}
	if err == nil {
		_, err = dispatch.Launch(t.Context(), d.db, ring(), dispatch.Order{Campaign: "nhu-lenh", Actor: "lan", Now: d.clock()})
	}
	if err != nil {
		t.Fatal(err)
	}
	if drawn("thang-12") != drawn("nhu-lenh") || drawn("thang-12") == "" {
		t.Errorf("the wizard drew %s, the commands %s", drawn("thang-12"), drawn("nhu-lenh"))
	}
	same := `SELECT count(DISTINCT (eligibility, design, protocol, rate, budget, office, purpose, confidentiality, listed, questionnaire_id, keep, custody)) FROM campaign`
	if n := d.db.Int(same); n != 1 {
		t.Errorf("%d kinds of campaign: %s", n, d.db.Text(`SELECT string_agg(to_jsonb(k)::text, E'\n') FROM campaign k`))
	}
	acts := d.db.Text(`SELECT string_agg(detail ->> 'event', ' ' ORDER BY id) FROM audit WHERE act = 'proposal'`)
	if !strings.HasPrefix(acts, "make change change") || !strings.HasSuffix(acts, "launch") {
		t.Errorf("on record: %s", acts)
	}
	if got := b.get(root); got.path != root+"/approval" || !strings.Contains(got.body, "Đợt này đã phát.") {
		t.Errorf("the proposal stands as %s", alert(got))
	}
	if got := b.post(root+"/money", url.Values{"do": {"save"}, "version": {"7"}, "budget": {"1"}}); got.status != 422 {
		t.Errorf("changed after the launch: %d", got.status)
	}
}

// A proposal is left and taken up where it was; what was typed stands.
func TestAProposalIsLeftAndResumed(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	at := b.post("/proposals", nil)
	root := strings.TrimSuffix(at.path, "/questionnaire")
	if got := b.post(at.path, fill(form(at), "title", "Đợt thử", "questionnaire", "vi_du@1", "do", "leave")); got.path != "/campaigns" || !strings.Contains(got.body, "Đợt thử") {
		t.Fatalf("left to %s", got.path)
	}
	got := b.get(root)
	if got.path != root+"/frame" {
		t.Errorf("resumed at %s", got.path)
	}
	first := b.get(root + "/questionnaire")
	if f := form(first); f.Get("name") != "dot-thu" || f.Get("title") != "Đợt thử" {
		t.Errorf("kept: %v", f)
	}
	// Another person changes it meanwhile: who comes second is told, and may write over it.
	other := d.signedIn("khue", staff.Manager)
	other.next(other.get(root+"/questionnaire"), "frame", "title", "Đợt của Khuê")
	late := b.post(first.path, fill(form(first), "title", "Đợt của Mai", "do", "save"))
	if late.status != 422 || !strings.Contains(late.body, "khue vừa sửa đợt này") || form(late).Get("title") != "Đợt của Mai" {
		t.Fatalf("not told: %d %s", late.status, alert(late))
	}
	if title := d.db.Text(`SELECT title FROM proposal`); title != "Đợt của Khuê" {
		t.Errorf("written over: %s", title)
	}
	b.next(page{body: late.body, path: first.path}, "frame")
	if title := d.db.Text(`SELECT title FROM proposal`); title != "Đợt của Mai" {
		t.Errorf("not written over: %s", title)
	}
	for _, path := range []string{"/frame", "/sample", "/protocol", "/secrecy", "/money", "/trial", "/approval", "/print"} {
		if got := b.get(root + path); got.status != 200 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := b.decide(root, "launch"); got.status != 422 || d.db.Int(`SELECT count(*) FROM campaign`) != 0 {
		t.Errorf("launched half made: %d", got.status)
	}
	if got := b.decide(root, "drop"); got.path != "/campaigns" || strings.Contains(got.body, "Đợt của Mai") {
		t.Error("dropped and still listed")
	}
	if got := b.decide(root, "reopen"); !strings.Contains(got.body, "Đã mở lại") {
		t.Errorf("not reopened: %s", alert(got))
	}
}

// Where the office wants a second person: not who asked, and nothing changed since.
func TestASecondPersonApproves(t *testing.T) {
	t.Parallel()
	d := office(t)
	admin := d.signedIn("quan.tri", staff.Administrator)
	admin.post("/proposals/settings", url.Values{"second": {"yes"}})
	if got := d.db.Text(`SELECT detail ->> 'approval' FROM audit WHERE act = 'setting'`); got != "true" {
		t.Errorf("on record: %s", got)
	}
	mai, khue := d.signedIn("mai", staff.Manager), d.signedIn("khue", staff.Manager)
	root := mai.written("thang-12")
	state := func() string { return d.db.Text(`SELECT state FROM proposal`) }
	if got := mai.decide(root, "launch"); got.status != 422 || !strings.Contains(alert(got), "người thứ hai duyệt") {
		t.Errorf("launched without approval: %d %s", got.status, alert(got))
	}
	if _, err := dispatch.Launch(t.Context(), d.db, ring(), dispatch.Order{Campaign: "thang-12", Actor: "lan", Now: d.clock()}); survey.CodeOf(err) != survey.CodeApprovalMissing {
		t.Errorf("a command launches it: %v", err)
	}
	if mai.decide(root, "ask"); state() != "asked" {
		t.Fatal("not asked")
	}
	if got := mai.decide(root, "approve"); got.status != 422 || state() != "asked" {
		t.Errorf("who asked approves: %d", got.status)
	}
	if got := khue.get("/"); !strings.Contains(got.body, "chờ ông/bà duyệt") || strings.Contains(mai.get("/").body, "chờ ông/bà duyệt") {
		t.Error("Home does not tell whom it waits for")
	}
	if got := khue.decide(root, "return", "words", ""); got.status != 422 {
		t.Errorf("returned without a word: %d", got.status)
	}
	khue.decide(root, "return", "words", "Câu hai khó hiểu <sửa>")
	if got := mai.get(root + "/questionnaire"); state() != "returned" || !strings.Contains(got.body, "Câu hai khó hiểu &lt;sửa&gt;") || !strings.Contains(mai.get("/").body, "được trả lại") {
		t.Error("the remarks are not told")
	}
	mai.decide(root, "ask")
	khue.decide(root, "approve")
	if approved := d.db.Text(`SELECT approved_by FROM proposal WHERE approved_hash = hash`); state() != "approved" || approved != "khue" {
		t.Fatalf("%s by %s", state(), approved)
	}
	// The same again changes nothing; another word voids it.
	mai.next(mai.get(root+"/money"), "trial")
	if state() != "approved" {
		t.Error("saved as it was, and void")
	}
	mai.next(mai.get(root+"/money"), "trial", "budget", "3.000.000")
	if got := mai.decide(root, "launch"); state() != "writing" || got.status != 422 {
		t.Errorf("a change does not void it: %s, %d", state(), got.status)
	}
	mai.decide(root, "ask")
	khue.decide(root, "approve")
	if got := mai.decide(root, "launch"); got.path != "/campaigns/thang-12" || state() != "launched" {
		t.Errorf("not launched: %s %s", state(), alert(got))
	}
}

// What was signed on paper is entered with number, date and name, by who asked too.
func TestApprovedOnPaper(t *testing.T) {
	t.Parallel()
	d := office(t)
	if err := d.db.WantApproval(t.Context(), true, view.Audit{At: d.clock(), Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	b := d.signedIn("mai", staff.Manager)
	root := b.written("thang-12")
	sheet := b.get(root + "/print")
	for _, want := range []string{"Đề nghị phê duyệt", "Dư luận &lt;tháng 12&gt;", "cum: C9", "Qua tin nhắn", "Người phê duyệt"} {
		if !strings.Contains(sheet.body, want) {
			t.Errorf("the sheet has no %q", want)
		}
	}
	paper := []string{"number", "12/QĐ", "signed", "30/11/2026", "signer", "Trần Văn Ký"}
	for i := 1; i < len(paper); i += 2 {
		wrong := slices.Clone(paper)
		wrong[i] = ""
		if got := b.decide(root, "outside", wrong...); got.status != 422 || !strings.Contains(got.body, "số văn bản, ngày ký") {
			t.Errorf("%v: %d", wrong, got.status)
		}
	}
	if got := b.decide(root, "outside", "number", "12/QĐ", "signed", "30/11/2030", "signer", "Ký"); got.status != 422 {
		t.Errorf("signed in the future: %d", got.status)
	}
	b.decide(root, "outside", paper...)
	if got := d.db.Text(`SELECT outside ->> 'number' || ' ' || (outside ->> 'date') FROM proposal WHERE state = 'approved'`); got != "12/QĐ 2026-11-30" {
		t.Fatalf("kept: %s", got)
	}
	if got := b.decide(root, "launch"); got.path != "/campaigns/thang-12" {
		t.Errorf("not launched: %s", alert(got))
	}
}
