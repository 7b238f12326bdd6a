package console_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// reach fills the list with n people who can be reached, and the house with senders.
func (d *desk) reach(n int) {
	d.Helper()
	for i := range n {
		d.db.MakeContact(pgtest.Reachable(i))
	}
	d.db.MakeSenders()
	if err := d.db.SetOffice(d.Context(), pgtest.Office(), "lan"); err != nil {
		d.Fatal(err)
	}
}

// pressed is the form of a page whose button is pressed, with what it holds.
func pressed(t testing.TB, page, button string) (action string, form url.Values) {
	t.Helper()
	for _, f := range regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`).FindAllString(page, -1) {
		if !strings.Contains(f, button) {
			continue
		}
		form = url.Values{}
		for _, in := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(f, -1) {
			form.Set(in[1], html.UnescapeString(in[2]))
		}
		return regexp.MustCompile(`action="([^"]+)"`).FindStringSubmatch(f)[1], form
	}
	t.Fatalf("no form has %s", button)
	return "", nil
}

// polled posts a form of a poll, and looks again until it is worked out: a machine may be busy.
func (b *browser) polled(to string, form url.Values) page {
	b.Helper()
	got := b.post(to, form)
	for deadline := time.Now().Add(time.Minute); strings.Contains(got.body, "Xem tiếp") && time.Now().Before(deadline); {
		action, again := pressed(b, got.body, "Xem tiếp")
		got = b.post(action, again)
	}
	return got
}

// From Today to launched: three presses and one text.
func TestUrgentPoll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(30)
	b := d.signedIn("mai", staff.Manager)
	if got := b.get("/"); !strings.Contains(got.body, `href="/urgent"`) {
		t.Fatal("Today does not lead to the poll")
	}
	action, form := pressed(t, b.get("/urgent").body, "Xem trước")
	form.Set("question", "  Nơi Ông/Bà sống\n <đã> có điện chưa? ")
	for k, v := range map[string]string{"sort": "yes_no", "reach": "third", "about": "around", "hours": "24"} {
		form.Set(k, v)
	}
	preview := b.polled(action, form)
	if preview.status != 200 || !strings.Contains(preview.body, "Gửi tới 10 người") || !strings.Contains(preview.body, "&lt;đã&gt; có điện chưa?") {
		t.Fatalf("preview: %d %s", preview.status, preview.body)
	}
	if n := d.db.Int(`SELECT count(*) FROM campaign`); n != 0 {
		t.Fatal("a preview made a campaign")
	}
	action, kept := pressed(t, preview.body, "Gửi tới")
	got := b.polled(action, kept)
	if got.status != 200 || !strings.HasPrefix(got.path, "/campaigns/hoi-nhanh-") || !strings.Contains(got.body, "Đã gửi đi.") {
		t.Fatalf("launch: %d at %s %s", got.status, got.path, got.body)
	}
	if again := b.polled(action, kept); again.path != got.path || d.db.Int(`SELECT count(*) FROM campaign`) != 1 {
		t.Errorf("pressed twice: %d at %s", again.status, again.path)
	}
	if n := d.db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 10 {
		t.Errorf("%d of 30 are asked", n)
	}
	src := d.db.Text(`SELECT source FROM questionnaire`)
	if !strings.Contains(src, "Nơi Ông/Bà sống <đã> có điện chưa?") || !strings.Contains(src, "kind: what_i_hear") {
		t.Errorf("the questionnaire: %s", src)
	}
	if n := d.db.Int(`SELECT EXTRACT(epoch FROM ends_at - launched_at)::int / 3600 FROM campaign`); n != 24 {
		t.Errorf("open for %d hours", n)
	}
}

// cut fails the first launch after the proposal was made, as a process that is killed.
type cut struct {
	*pgtest.DB
	done bool
}

func (c *cut) FreezeFrame(ctx context.Context, f view.Freeze, seal func([]survey.FrameUnit) (string, error)) (view.Frame, error) {
	if !c.done {
		c.done = true
		return view.Frame{}, errors.New("killed")
	}
	return c.DB.FreezeFrame(ctx, f, seal)
}

// A launch that was cut short is taken up by the same press, and asks nobody twice.
func TestUrgentPollIsTakenUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(4)
	store := &cut{DB: d.db}
	o := dispatch.PollOrder{Poll: dispatch.Poll{Name: "hoi-nhanh-1", Question: "Nơi Ông/Bà sống đã có điện chưa?", Sort: dispatch.PollYesNo, Reach: dispatch.PollAll, Lasts: 24 * time.Hour},
		Actor: "mai", Now: d.clock(), Rand: strings.NewReader(strings.Repeat("x", 64))}
	if got, err := dispatch.LaunchPoll(t.Context(), store, ring(), o); err == nil {
		t.Fatalf("it was not cut short: %+v", got)
	}
	got, err := dispatch.LaunchPoll(t.Context(), store, ring(), o)
	if err != nil || !got.Launched {
		t.Fatalf("taken up: %+v, %v", got, err)
	}
	if n := d.db.Int(`SELECT count(*) FROM proposal`) + d.db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 1+4 {
		t.Errorf("%d proposals and invitations", n)
	}
	again, err := dispatch.LaunchPoll(t.Context(), store, ring(), o)
	if err != nil || !again.Launched || d.db.Int(`SELECT count(*) FROM campaign`) != 1 {
		t.Errorf("pressed once more: %+v, %v", again, err)
	}
	o.Question = "Nơi Ông/Bà sống đã có nước chưa?"
	if _, err := dispatch.LaunchPoll(t.Context(), store, ring(), o); survey.CodeOf(err) != survey.CodeNameTaken {
		t.Errorf("another question by the same name: %v", err)
	}
}

// Where the office wants a second person, the same press asks for approval, and nothing
// is sent until another account gives it.
func TestUrgentPollIsApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(5)
	if err := d.db.WantApproval(t.Context(), true, view.Audit{At: d.clock(), Actor: "lan"}); err != nil {
		t.Fatal(err)
	}
	b, second := d.signedIn("mai", staff.Manager), d.signedIn("khue", staff.Manager)
	form := url.Values{"name": {"hoi-nhanh-1"}, "question": {"Nơi Ông/Bà sống đã có điện chưa?"}, "sort": {"yes_no"}, "reach": {"all"}, "hours": {"24"}}
	if got := b.polled("/urgent", form); !strings.Contains(got.body, "Xin duyệt để gửi tới 5 người") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	asked := b.polled("/urgent/launch", form)
	if asked.status != 200 || !strings.HasPrefix(asked.path, "/proposals/") || d.db.Int(`SELECT count(*) FROM invitation`) != 0 {
		t.Fatalf("%d at %s: %s", asked.status, asked.path, asked.body)
	}
	if again := b.polled("/urgent/launch", form); again.path != asked.path {
		t.Errorf("asked twice: %s", again.path)
	}
	if got := second.get("/"); !strings.Contains(got.body, "Hỏi nhanh: Nơi Ông/Bà sống") {
		t.Errorf("the second person does not hear of it: %s", got.body)
	}
}

// What is wrong is said, what was typed is kept, and nothing is made.
func TestUrgentPollRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(3)
	b := d.signedIn("mai", staff.Manager)
	good := url.Values{"name": {"hoi-nhanh-1"}, "question": {"Nơi Ông/Bà sống đã có điện chưa?"}, "sort": {"yes_no"}, "reach": {"all"}, "hours": {"24"}}
	for field, value := range map[string]string{"question": "Mưa", "sort": "quiz", "reach": "nobody", "hours": "9999", "name": "../x"} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(field, value)
		for _, to := range []string{"/urgent", "/urgent/launch"} {
			got := b.polled(to, form)
			if got.status != 422 || !strings.Contains(got.body, `role="alert"`) || field != "question" && !strings.Contains(got.body, "đã có điện chưa") {
				t.Errorf("%s %s=%s: %d %s", to, field, value, got.status, got.body)
			}
		}
	}
	if got := b.polled("/urgent", url.Values{"do": {"edit"}, "question": good["question"], "sort": {"agree"}, "reach": {"all"}, "hours": {"48"}}); !strings.Contains(got.body, "đã có điện chưa?</textarea>") ||
		!strings.Contains(got.body, `value="agree" checked`) || !strings.Contains(got.body, `value="48" selected`) {
		t.Errorf("to change it: %s", got.body)
	}
	d.db.Exec(`DELETE FROM sender`)
	if got := b.polled("/urgent/launch", good); got.status != 422 {
		t.Errorf("without a sender: %d %s", got.status, got.body)
	}
	if n := d.db.Int(`SELECT count(*) FROM campaign`); n != 0 {
		t.Error("a campaign was made")
	}
}

// Each sort of answer makes a questionnaire that can be asked by what there is.
func TestPollSorts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(3)
	for i, sort := range dispatch.PollSorts() {
		p := dispatch.Poll{Name: "p" + string(sort), Question: "Nơi Ông/Bà sống thế nào?", Sort: sort, Reach: dispatch.PollAll, Lasts: 24 * time.Hour}
		p.Name = strings.ReplaceAll(p.Name, "_", "-")
		got, err := dispatch.LaunchPoll(t.Context(), d.db, ring(), dispatch.PollOrder{Poll: p, Actor: "mai", Now: d.clock(), Rand: strings.NewReader(strings.Repeat("x", 64))})
		if err != nil || !got.Launched || d.db.Int(`SELECT count(*) FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE k.name = $1 AND k.state = 'fielding'`, p.Name) != 3 {
			t.Errorf("%d %s: %+v, %v", i, sort, got, err)
		}
	}
	if n := d.db.Int(`SELECT count(*) FROM questionnaire WHERE name = 'hoi_nhanh'`); n != len(dispatch.PollSorts()) {
		t.Errorf("%d versions", n)
	}
}

// A poll is kept to a unit and its parts, by a choice that nobody has to make; who is told
// before it is sent is who is asked, and nobody at all is an error.
func TestUrgentPollOfAnArea(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(3)
	b := d.signedIn("mai", staff.Manager)
	lacks(t, b.get("/urgent"), `name="area"`)
	d.territory()
	d.member("Lường Thị Ánh", "LX-1", "+84301000141")
	d.member("Vũ Đức Thịnh", "LX-1", "+84301000142")
	d.member("Hoàng Văn Quyết", "LX-2", "+84301000143")
	has(t, b.get("/urgent"), `<option value="">Mọi nơi</option>`, "· Xã Hạ Tràng")
	form := url.Values{"name": {"hoi-nhanh-1"}, "question": {"Nơi Ông/Bà sống đã có điện chưa?"}, "sort": {"yes_no"}, "reach": {"all"}, "hours": {"24"}}
	for area, n := range map[string]int{"": 6, "LX": 3, "LX-1": 2, "lx-2": 1} {
		form.Set("area", area)
		if got := b.polled("/urgent", form); got.status != 200 || !strings.Contains(got.body, fmt.Sprintf("Gửi tới %d người", n)) {
			t.Errorf("%q: %d, want %d people\n%s", area, got.status, n, got.body)
		}
	}
	d.db.Exec(`UPDATE endpoint SET status = 'dead' WHERE address = '+84301000143'`)
	for area, says := range map[string]string{"LX-2": "Không có ai để hỏi", "LX-9": "không có"} {
		form.Set("area", area)
		for _, to := range []string{"/urgent", "/urgent/launch"} {
			if got := b.polled(to, form); got.status != 422 || !strings.Contains(got.body, says) || strings.Contains(got.body, "Gửi tới") {
				t.Errorf("%s %s: %d %s", to, area, got.status, got.body)
			}
		}
	}
	form.Set("area", "LX-1")
	_, kept := pressed(t, b.polled("/urgent", form).body, "Gửi tới")
	if got := b.polled("/urgent/launch", kept); !strings.Contains(got.body, "Đã gửi đi.") || d.db.Int(`SELECT count(*) FROM invitation i JOIN contact c ON c.id = i.contact_id WHERE c.unit_code = 'LX-1'`) != 2 ||
		d.db.Int(`SELECT count(*) FROM invitation`) != 2 {
		t.Errorf("asked: %s", d.db.Text(`SELECT string_agg(contact_id::text, ' ') FROM invitation`))
	}
}

// slowFrame is a store in which a look at the whole list takes until it is let go on.
type slowFrame struct {
	*pgtest.DB
	goOn chan struct{}
}

func (s slowFrame) CountFrame(ctx context.Context, c survey.Condition, rest time.Duration, now time.Time) (int, error) {
	select {
	case <-s.goOn:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return s.DB.CountFrame(ctx, c, rest, now)
}

// However long it takes to work a poll out, or to launch it, nobody waits for a screen: it
// says how far it is, goes on when it is left, and leads on when it is done.
func TestNobodyWaitsForAnUrgentPoll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reach(4)
	store := slowFrame{d.db, make(chan struct{})}
	d.over(store)
	b := d.signedIn("mai", staff.Manager)
	form := url.Values{"name": {"hoi-nhanh-1"}, "question": {"Nơi Ông/Bà sống đã có điện chưa?"}, "sort": {"yes_no"}, "reach": {"all"}, "hours": {"24"}}
	got := b.post("/urgent", form)
	has(t, got, "Đang tính sẽ gửi tới ai", `hx-post="/urgent"`, "Chưa gửi gì")
	_, waiting := pressed(t, got.body, "Xem tiếp")
	if waiting.Get("waiting") == "" || waiting.Get("question") != form.Get("question") {
		t.Fatalf("what is asked again: %v", waiting)
	}
	has(t, b.post("/urgent/launch", form), "Đang chọn người và đưa vào hàng chờ gửi", "rời trang")
	close(store.goOn)
	has(t, b.polled("/urgent", waiting), "Gửi tới 4 người")
	got = b.polled("/urgent/launch", waiting)
	if !strings.HasPrefix(got.path, "/campaigns/hoi-nhanh-1") || d.db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`) != 4 || d.db.Int(`SELECT count(*) FROM campaign`) != 1 {
		t.Errorf("launched: %d at %s", got.status, got.path)
	}
}
