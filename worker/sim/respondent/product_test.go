package respondent

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// office is a tiny product of the tests: a form of three pages, a conversation
// and a call of the same questions. It checks what it is sent.
type office struct {
	t      *testing.T
	server *httptest.Server

	mu       sync.Mutex
	answered map[string]int    // pages that were answered, by token
	done     map[string]int    // times the end was reached, by token or number
	stopped  map[string]string // how somebody left, by token or number
	stage    map[string]int    // of conversations by SMS
	misread  int
	deaf     int      // how many texts the webhook fails for
	wrong    []string // what no person would send
}

const (
	sender  = "+15005550006"
	pubBase = "https://ks.lamxuyen.example"
)

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, answered: map[string]int{}, done: map[string]int{}, stopped: map[string]string{}, stage: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /r/{token}", o.show)
	mux.HandleFunc("POST /r/{token}", o.take)
	mux.HandleFunc("GET /r/{token}/decline", func(w http.ResponseWriter, r *http.Request) {
		o.write(w, `<h1>Không tham gia đợt này?</h1><form method="post"><button name="do" value="decline">Đúng, không tham gia</button></form>`)
	})
	mux.HandleFunc("POST /r/{token}/decline", func(w http.ResponseWriter, r *http.Request) {
		o.leave(r.PathValue("token"), r.FormValue("do"))
		o.write(w, `<h1>Đã ghi nhận</h1>`)
	})
	mux.HandleFunc("POST /u/{token}", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("List-Unsubscribe") != "One-Click" {
			o.complain("a one-click without its words")
		}
		o.leave(r.PathValue("token"), "one-click")
	})
	mux.HandleFunc("POST /sms", o.sms)
	mux.HandleFunc("POST /voice/{step}", o.voice)
	o.server = httptest.NewServer(mux)
	t.Cleanup(o.server.Close)
	return o
}

func (o *office) complain(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wrong = append(o.wrong, what)
}

func (o *office) leave(who, how string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopped[who] = how
}

func (o *office) write(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html><title>Khảo sát</title>"+body)
}

// pages of the form; the third has fields of all other kinds.
var pages = []string{
	`<h1>Ý kiến tháng</h1><form method="post"><input type="hidden" name="lang" value="vi"><button name="do" value="begin">Bắt đầu</button></form>
<footer><a href="/r/%s/decline">Không tham gia đợt này</a></footer>`,
	`<h1>Hướng đi</h1><form method="post"><input type="hidden" name="page" value="1"><fieldset>
<label><input type="radio" name="huong" value="1">Tốt lên</label><label><input type="radio" name="huong" value="2">Như trước</label>
<label><input type="radio" name="huong" value="3">Xấu đi</label><label><input type="radio" name="huong" value="98">Khó nói</label></fieldset>
<button name="do" value="next">Tiếp tục</button></form>`,
	`<h1>Việc gì</h1><form method="post"><input type="hidden" name="page" value="2"><fieldset><p>Chọn nhiều nhất 2</p>
<label><input type="checkbox" name="viec" value="1">Giá cả</label><label><input type="checkbox" name="viec" value="2">Đất đai</label>
<label><input type="checkbox" name="viec" value="7">Việc khác (xin ghi)</label><input type="text" name="viec_khac"></fieldset>
<button name="do" value="next">Tiếp tục</button><button name="do" value="back">Quay lại</button><button name="do" value="skip">Bỏ qua câu này</button></form>`,
	`<h1>Số người</h1><form method="post"><input type="hidden" name="page" value="3"><div class="field"><label for="n">Bao nhiêu người?</label><p>Một số từ 3 đến 30</p>
<input id="n" name="so" inputmode="numeric"></div><div class="field"><textarea name="them"></textarea></div>
<button name="do" value="next">Gửi phiếu</button><button name="do" value="back">Quay lại</button></form>`,
}

const thanksPage = `<h1>Đã nhận phiếu. Xin cảm ơn Ông/Bà.</h1>`

// show is a GET: it changes nothing.
func (o *office) show(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	at := o.answered[r.PathValue("token")]
	o.mu.Unlock()
	if at == len(pages) {
		o.write(w, thanksPage)
		return
	}
	o.write(w, strings.ReplaceAll(pages[at], "%s", r.PathValue("token")))
}

// take is a POST: it checks, records and redirects to the public address.
func (o *office) take(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		o.complain("an unreadable form")
	}
	token := r.PathValue("token")
	o.mu.Lock()
	if o.answered[token] < len(pages) && o.mend(o.answered[token], r.PostForm) {
		if o.answered[token]++; o.answered[token] == len(pages) {
			o.done[token]++
		}
	}
	o.mu.Unlock()
	http.Redirect(w, r, pubBase+r.URL.Path, http.StatusSeeOther)
}

// mend reports whether a page was answered; what the form forbids is noted. The
// caller holds o.mu.
func (o *office) mend(page int, sent url.Values) bool {
	refuse := func(what string) { o.wrong = append(o.wrong, what) }
	if len(sent["do"]) != 1 || page == 0 && sent.Get("do") != "begin" || page > 0 && sent.Get("page") != fmt.Sprint(page) {
		refuse("a page out of turn: " + sent.Encode())
		return false
	}
	switch page {
	case 1:
		if !slices.Contains([]string{"1", "2", "3", "98"}, sent.Get("huong")) || len(sent["huong"]) != 1 {
			refuse("a choice that was not offered")
		}
	case 2:
		if n := len(sent["viec"]); n == 0 || n > 2 {
			refuse("too many boxes")
		}
		if (sent.Get("viec_khac") != "") != slices.Contains(sent["viec"], "7") {
			refuse("words beside the choice that asks for them")
		}
	case 3:
		if n := sent.Get("so"); len(n) == 0 || len(n) > 2 || n == "0" || n == "1" || n == "2" || len(n) == 2 && n > "30" {
			refuse("a number out of range: " + n)
		}
	}
	return true
}

// sms answers as a conversation of three questions.
func (o *office) sms(w http.ResponseWriter, r *http.Request) {
	from, body := r.FormValue("From"), strings.TrimSpace(r.FormValue("Body"))
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.deaf--; o.deaf >= 0 {
		http.Error(w, "away", http.StatusInternalServerError)
		return
	}
	text := fold(body)
	reply := ""
	switch at := o.stage[from]; {
	case text == "tc" || text == "tc." || text == "tu choi":
		o.stopped[from] = "text"
		reply = "DLXH Lam Xuyen: Da ghi nhan. Chung toi se khong gui tin nua. Muon nhan lai: DK."
	case text == "bd":
		o.stopped[from] = "not this round"
		reply = "DLXH Lam Xuyen: Da ghi nhan, dot nay chung toi khong gui them. Thoi nhan tat ca: TC"
	case text == "link":
		reply = "DLXH Lam Xuyen: Lam tiep tren mang: " + pubBase + "/r/link" + strings.TrimPrefix(from, "+")
	case at == 0 && !understood(text, "1", "2", "3", "0", "tot len", "nhu truoc", "xau di", "kho noi"):
		o.misread++
		reply = "Xin tra loi bang mot so: 1 Tot len 2 Nhu truoc 3 Xau di 0 Kho noi."
	case at == 0:
		o.stage[from] = 1
		reply = "Cau 2/3: 30 ngay qua, nguoi dan noi nhieu ve viec gi (toi da 2)? 1 Gia, viec lam 2 Dat dai 3 Y te, hoc 0 Kho noi"
	case at == 1:
		o.stage[from] = 2
		reply = "Cau 3/3: Tin do noi gi, nghe o dau? Xin viet vai chu, khong ghi ten ai. BQ: bo qua"
	case at == 2:
		o.stage[from] = 3
		o.done[from]++
		reply = "Xong roi, cam on Ong/Ba. Ket qua chung se gui ve so nay khi co."
	default:
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", reply)
}

func understood(text string, offered ...string) bool {
	text = strings.Trim(strings.TrimSuffix(strings.TrimPrefix(text, "da "), " a"), ". ")
	return slices.Contains(offered, text)
}

// voice is a call: intro, consent, one choice, several, the end.
func (o *office) voice(w http.ResponseWriter, r *http.Request) {
	keys, phone := r.FormValue("Digits"), r.FormValue("To")
	gather := func(attributes, action, said string) string {
		return fmt.Sprintf(`<Gather %s action="/voice/%s"><Say language="vi-VN">%s</Say></Gather><Hangup/>`, attributes, action, said)
	}
	intro := gather(`numDigits="1"`, "consent", "Xin chào Ông, Bà. Nếu Ông, Bà nghe máy được lúc này, xin bấm phím một. Nếu muốn gọi lại lúc khác, xin bấm phím hai.")
	answer := ""
	switch step := r.PathValue("step"); {
	case step == "intro":
		answer = intro
	case step == "consent" && keys == "1":
		answer = gather(`numDigits="1"`, "first", "Đồng ý, xin bấm phím một. Không muốn được gọi khảo sát nữa, xin bấm phím số không.")
	case keys == "0" && step != "stop":
		answer = gather(`numDigits="1"`, "stop", "Nếu đúng vậy, xin bấm phím số không một lần nữa. Nếu bấm nhầm, xin bấm phím một.")
	case keys == "0":
		o.leave(phone, "key")
		answer = "<Say>Chúng tôi đã ghi nhận.</Say><Hangup/>"
	case step == "consent" && keys == "2":
		o.leave(phone, "later")
		answer = "<Hangup/>"
	case step == "first" && keys == "1":
		answer = gather(`numDigits="1"`, "second", "Muốn nghe lại, bấm chín. Muốn bỏ qua một câu, bấm phím sao. Câu một. Tình hình chung đi theo hướng nào? Tốt lên, bấm một. Như trước, bấm hai. Xấu đi, bấm ba.")
	case step == "second" && keys >= "1" && keys <= "3":
		answer = gather("", "third", "Câu hai. Xin bấm tối đa hai số. Giá cả, việc làm, bấm một. Đất đai, bấm hai. Y tế, bấm ba. Xong, bấm phím thăng.")
	case step == "third" && keys != "" && len(keys) <= 2:
		o.mu.Lock()
		o.done[phone]++
		o.mu.Unlock()
		answer = "<Say>Ông, Bà đã trả lời xong. Xin chào.</Say><Hangup/>"
	default:
		o.complain("keys " + keys + " at " + step)
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprint(w, xml.Header+"<Response>"+answer+"</Response>")
}

func (o *office) check() {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, w := range o.wrong {
		o.t.Errorf("the crowd sent %s", w)
	}
}

// mail sends one over SMTP, to the address of a person.
func (o *office) mail(sink *smtpsink.Sink, p Person, round int) {
	o.t.Helper()
	token := fmt.Sprintf("p%d", p.ID)
	body := "From: office@lamxuyen.example\r\nTo: " + p.Email + "\r\nSubject: Moi\r\n" +
		fmt.Sprintf("Message-ID: <%s.%d@lamxuyen.example>\r\n", token, round) +
		"List-Unsubscribe: <mailto:x@lamxuyen.example>, <" + pubBase + "/u/" + token + ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" +
		"Tot len: " + pubBase + "/r/" + token + "?c=1\r\nMo phieu: " + pubBase + "/r/" + token + "\r\nNgung: " + pubBase + "/u/" + token + "\r\n"
	c, err := smtp.Dial(sink.SMTPAddr())
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Mail("office@lamxuyen.example"); err != nil {
		o.t.Fatal(err)
	}
	if c.Rcpt(p.Email) != nil {
		return // a bounce
	}
	w, err := c.Data()
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := w.Write([]byte(body)); err != nil {
		o.t.Fatal(err)
	}
	_ = w.Close() // a greylisted one comes later, or never
}

// post calls the simulator as the product does.
func (o *office) post(sim *twiliosim.Sim, path string, form url.Values) {
	o.t.Helper()
	request, err := http.NewRequest(http.MethodPost, sim.URL()+"/2010-04-01/Accounts/"+twiliosim.DefaultAccountSID+path, strings.NewReader(form.Encode()))
	if err != nil {
		o.t.Fatal(err)
	}
	request.SetBasicAuth(twiliosim.DefaultAccountSID, twiliosim.DefaultAuthToken)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	_ = response.Body.Close() // only the status counts
	if response.StatusCode >= 300 && response.StatusCode != 429 && response.StatusCode != 500 {
		o.t.Fatalf("%s: %s", path, response.Status)
	}
}

func (o *office) text(sim *twiliosim.Sim, to, body string) {
	o.post(sim, "/Messages.json", url.Values{"To": {to}, "From": {sender}, "Body": {body}})
}

func (o *office) ring(sim *twiliosim.Sim, to string) {
	o.post(sim, "/Calls.json", url.Values{"To": {to}, "From": {sender}, "Url": {o.server.URL + "/voice/intro"}})
}

// world is the simulators, the office and a crowd that reacts in milliseconds.
type world struct {
	*office
	province *Province
	sink     *smtpsink.Sink
	twilio   *twiliosim.Sim
	crowd    *Crowd
}

func newWorld(t *testing.T, client *http.Client) *world {
	t.Helper()
	w := &world{office: newOffice(t), province: NewProvince(7)}
	var err error
	if w.sink, err = smtpsink.Start(smtpsink.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.sink.Close() })
	w.twilio, err = twiliosim.Start(twiliosim.Config{
		Senders:       map[string]twiliosim.SenderConfig{sender: {SmsURL: w.server.URL + "/sms", CanReceive: true}},
		GatherTimeout: 20 * time.Second, RingTimeout: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.twilio.Close() })
	w.crowd, err = Start(Config{Province: w.province, Seed: 3, Sink: w.sink, Twilio: w.twilio, Public: w.server.URL, Speed: 60_000, HTTP: client})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.crowd.Stop)
	return w
}

// until polls a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// those are the people with a habit, of whom ok holds.
func (w *world) those(h Habit, ok func(Person) bool) []Person {
	var out []Person
	for _, p := range w.province.People() {
		if p.Habit == h && ok(p) {
			out = append(out, p)
		}
	}
	return out
}

// plain is reached by mail and telephone, and alone with both.
func (w *world) plain(p Person) bool {
	return p.hasBoth() && !strings.Contains(p.Email, "+") && p.Phone()[8:10] != "90" && p.Phone()[8:10] != "91" &&
		count(w.province.People(), func(q Person) bool { return q.Phone() == p.Phone() }) == 1
}
