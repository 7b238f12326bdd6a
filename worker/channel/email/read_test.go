package email

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"canvass/worker/channel"
)

// The corpus: invented reports in the dialects of real mail servers, and what is
// no report. from is the envelope sender; reports have the null one.
var corpus = []struct {
	name, from string
	kind       channel.LetterKind
	verdict    channel.Verdict
	code       string
	about      string // the mailbox that it speaks of
	marked     bool   // it names our Message-ID or our envelope sender
}{
	{"postfix-user-unknown", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh84@hopthu.example", true},
	{"postfix-no-such-domain", "", channel.LetterReport, channel.Hard, "5.4.4", "anhba@gmial.example", true},
	{"postfix-mailbox-full", "", channel.LetterReport, channel.Soft, "552 5.2.2", "sonca_71@hopthu.example", true},
	{"postfix-expired", "", channel.LetterReport, channel.Soft, "4.4.1", "bienxanh_80@xa.example", true},
	{"postfix-greylist-expired", "", channel.LetterReport, channel.Soft, "450 4.7.1", "tredo_66@xa.example", true},
	{"postfix-policy", "", channel.LetterReport, channel.Policy, "550 5.7.26", "nangmai_58@hopthu.example", true},
	{"postfix-spamhaus", "", channel.LetterReport, channel.Policy, "554 5.7.1", "dongque_59@thpt.example", true},
	{"postfix-generic-550", "", channel.LetterReport, channel.Soft, "550 5.0.0", "huongqn@phuong.example", true},
	{"postfix-delayed", "", channel.LetterReport, channel.Delayed, "4.4.1", "huy1961@xa.example", true},
	{"postfix-relayed", "", channel.LetterReport, channel.Relayed, "2.1.5", "todanpho8@phuong.example", true},
	{"postfix-expanded", "", channel.LetterReport, channel.Relayed, "2.0.0", "todanpho9@phuong.example", true},
	{"delivered", "", channel.LetterReport, channel.Delivered, "2.0.0", "todanpho7@phuong.example", true},
	{"dead-status-but-blocklist", "", channel.LetterReport, channel.Policy, "550 5.1.1", "suoimo_77@thpt.example", true},
	{"dead-status-but-full", "", channel.LetterReport, channel.Soft, "550 5.1.1", "suoimo_78@thpt.example", true},
	{"exim-unknown-user", "", channel.LetterReport, channel.Hard, "550 5.1.1", "lvminh.lx@thpt.example", true},
	{"exim-full-as-5.0.0", "", channel.LetterReport, channel.Soft, "452 4.2.2", "ptlan.lx@thpt.example", true},
	{"exim-text-only", "", channel.LetterReport, channel.Hard, "", "dvtu63@telecom.example", true},
	{"exim-warning", "", channel.LetterReport, channel.Delayed, "451 4.3.0", "dvtu64@telecom.example", false},
	{"exchange-not-found", "", channel.LetterReport, channel.Hard, "550 5.1.10", "nthoa@coquan.example", true},
	{"exchange-dbeb", "", channel.LetterReport, channel.Hard, "550 5.4.1", "nthoa2@coquan.example", true},
	{"exchange-quota", "", channel.LetterReport, channel.Soft, "554 5.2.2", "nthoa3@coquan.example", true},
	{"exchange-group-restricted", "", channel.LetterReport, channel.Policy, "550 5.7.133", "baocao@coquan.example", true},
	{"exchange-old-text", "", channel.LetterReport, channel.Hard, "5.1.1", "nthoa4@coquan.example", false},
	{"gmail-no-such-user", "", channel.LetterReport, channel.Hard, "550 5.1.1", "phamvanhai52@hopthu.example", true},
	{"gmail-disabled", "", channel.LetterReport, channel.Hard, "550 5.2.1", "phamvanhai53@hopthu.example", true},
	{"gmail-over-quota", "", channel.LetterReport, channel.Soft, "452 4.2.2", "phamvanhai54@hopthu.example", true},
	{"gmail-rate", "", channel.LetterReport, channel.Delayed, "450 4.2.1", "phamvanhai55@hopthu.example", true},
	{"gmail-reputation", "", channel.LetterReport, channel.Policy, "550 5.7.1", "phamvanhai56@hopthu.example", true},
	{"yahoo-no-account", "", channel.LetterReport, channel.Hard, "554", "hoahuongduong_75@yh.example", true},
	{"yahoo-quota", "", channel.LetterReport, channel.Soft, "552", "hoahuongduong_76@yh.example", true},
	{"yahoo-ts-deferred", "", channel.LetterReport, channel.Soft, "421 4.7.0", "hoahuongduong_77@yh.example", true},
	{"qmail-no-mailbox", "", channel.LetterReport, channel.Hard, "5.1.1", "bientn@qm.example", true},
	{"qmail-timeout", "", channel.LetterReport, channel.Soft, "4.4.1", "bientn2@xa.example", true},
	{"qmail-no-domain", "", channel.LetterReport, channel.Hard, "5.1.2", "bientn3@gmal.example", true},
	{"zimbra-locked", "", channel.LetterReport, channel.Hard, "550 5.1.1", "vpub@tinh.example", true},
	{"zimbra-lmtp-quota", "", channel.LetterReport, channel.Soft, "452 4.2.2", "vpub2@tinh.example", true},
	{"sendmail-user-unknown", "", channel.LetterReport, channel.Hard, "550 5.1.1", "tranla@sm.example", true},
	{"sendmail-warning-text", "", channel.LetterReport, channel.Delayed, "451 4.4.1", "tranla2@sm.example", false},
	{"domino-generic", "", channel.LetterReport, channel.Hard, "5.0.0", "ledung@notes.example", true},
	{"courier-multi-recipient", "", channel.LetterReport, channel.Relayed, "2.0.0", "to-dan-pho@cr.example", true},
	{"two-recipients-both-bad", "", channel.LetterReport, channel.Soft, "552 5.2.2", "hai@xa.example", true},
	{"status-in-another-language", "", channel.LetterReport, channel.Soft, "550 5.5.0", "an@fr.example", true},
	{"utf8-recipient", "", channel.LetterReport, channel.Soft, "553 5.6.7", "lụa@thưđiệntử.example", true},
	{"vn-khong-ton-tai", "", channel.LetterReport, channel.Hard, "", "thuha.lx@vienthong.example", false},
	{"vn-hop-thu-day", "", channel.LetterReport, channel.Soft, "", "thuha2.lx@vienthong.example", false},
	{"vn-windows-1258", "", channel.LetterReport, channel.Policy, "554 5.7.1", "thuha3.lx@vienthong.example", false},
	{"vn-se-gui-lai", "", channel.LetterReport, channel.Delayed, "", "thuha4.lx@vienthong.example", false},
	{"vn-dsn-tieng-viet", "", channel.LetterReport, channel.Hard, "550 5.0.0", "dung.lx@thudientu.example", true},
	{"garbled-boundary", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh85@hopthu.example", true},
	{"garbled-unclosed", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh86@hopthu.example", false},
	{"garbled-content-type", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh87@hopthu.example", true},
	{"crlf-and-folding", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh88@hopthu.example", true},
	{"base64-delivery-status", "", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh89@hopthu.example", true},
	{"nested-rfc822", "quantri@lamxuyen.example", channel.LetterReport, channel.Hard, "550 5.1.1", "kimoanh90@hopthu.example", true},
	{"report-without-status", "", channel.LetterReport, channel.Unclear, "", "", false},
	{"arf-abuse", "feedback@yh.example", channel.LetterComplaint, channel.Unclear, "", "hoahuongduong_75@yh.example", true},
	{"arf-redacted", "feedback@yh.example", channel.LetterComplaint, channel.Unclear, "", "redacted@redacted.invalid", true},
	{"arf-not-spam", "feedback@yh.example", channel.LetterReport, channel.Unclear, "", "", true},
	{"auto-vacation", "hoa.nt@coquan.example", channel.LetterAuto, channel.Unclear, "", "hoa.nt@coquan.example", true},
	{"auto-vietnamese-subject", "vanthu@xa.example", channel.LetterAuto, channel.Unclear, "", "vanthu@xa.example", false},
	{"auto-null-sender", "", channel.LetterAuto, channel.Unclear, "", "vanthu2@xa.example", false},
	{"auto-postmaster-receipt", "", channel.LetterAuto, channel.Unclear, "", "postmaster@xa.example", false},
	{"read-receipt", "hoa.nt@coquan.example", channel.LetterAuto, channel.Unclear, "", "hoa.nt@coquan.example", false},
	{"written-reply", "khoai.tv@hopthu.example", channel.LetterWritten, channel.Unclear, "", "khoai.tv@hopthu.example", true},
	{"written-html-only", "khoai2.tv@hopthu.example", channel.LetterWritten, channel.Unclear, "", "khoai2.tv@hopthu.example", false},
	{"empty", "", channel.LetterAuto, channel.Unclear, "", "", false},
	{"not-a-mail", "", channel.LetterAuto, channel.Unclear, "", "", false},
}

const (
	corpusID       = "<a17.0123456789abcdef@lamxuyen.example>"
	corpusEnvelope = "bounce+a17.abcdefghijklmnop@bounce.lamxuyen.example"
)

func letterFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "mail", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mail/*.eml")
	if err != nil || len(files) != len(corpus) {
		t.Errorf("%d files, %d lines in the table, %v", len(files), len(corpus), err)
	}
	for _, c := range corpus {
		raw := letterFile(t, c.name)
		l := Reader{}.ReadMail(c.from, raw)
		r := l.Report()
		if l.Kind != c.kind || r.Verdict != c.verdict || r.Code != c.code || l.From != c.about {
			t.Errorf("%s: %s %s %q about %q, want %s %s %q about %q", c.name, l.Kind, r.Verdict, r.Code, l.From, c.kind, c.verdict, c.code, c.about)
		}
		marked := slices.Contains(l.MessageIDs, corpusID) || slices.Contains(l.Envelopes, corpusEnvelope)
		if marked != c.marked {
			t.Errorf("%s: marked %t by %q and %q", c.name, marked, l.MessageIDs, l.Envelopes)
		}
		kept, err := json.Marshal(l)
		if err != nil || strings.Contains(string(kept), "AbCdEfGhIj") || strings.Contains(string(kept), "ZyXwVuTs") {
			t.Errorf("%s: what is kept opens somebody's form (%v): %s", c.name, err, kept)
		}
		// A server may add lines to what it passes on, and end them otherwise.
		other := append([]byte("Received: from x by y; Mon, 14 Dec 2026 08:05:00 +0700\r\n"), []byte(strings.ReplaceAll(lines(string(raw)), "\n", "\r\n"))...)
		if c.name != "empty" && c.name != "not-a-mail" {
			if again := (Reader{}).ReadMail(c.from, other); again.Kind != l.Kind || again.Report() != r {
				t.Errorf("%s: passed on it is %s %+v, was %s %+v", c.name, again.Kind, again.Report(), l.Kind, r)
			}
		}
	}
}

// What a person wrote is kept without what it quotes and without links.
func TestWhatIsKeptOfAMail(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"written-reply":     "Tôi đã chuyển công tác, xin gửi cho người khác.",
		"written-html-only": "HỦY\nXem https://khaosat.lamxuyen.example/…",
		"auto-vacation":     "Tôi đi công tác đến hết ngày 20/12, việc gấp xin gọi văn phòng.",
	} {
		l := Reader{}.ReadMail("a@b.example", letterFile(t, name))
		if got := strings.ReplaceAll(l.Text, "\n\n", "\n"); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%s: %q, want %q", name, l.Text, want)
		}
	}
	l := Reader{}.ReadMail("", letterFile(t, "gmail-no-such-user"))
	if d := l.Report().Diagnostic; !strings.HasPrefix(d, "550-5.1.1 The email account") || strings.Contains(d, "NoSuchUser") {
		t.Errorf("diagnostic %q", d)
	}
	if l.Subject != "Delivery Status Notification (Failure)" {
		t.Errorf("subject %q", l.Subject)
	}
}

// Sentences only, with and without codes: the order of the rules.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, text string
		want         channel.Verdict
	}{
		{"5.1.1", "", channel.Hard},
		{"5.0.0", "550 5.1.1 no", channel.Hard},
		{"4.0.0", "550 5.1.1 no", channel.Hard}, // the other server's own word
		{"5.1.1", "452 4.2.2 full", channel.Soft},
		{"5.2.1", "", channel.Hard},
		{"5.2.1", "mailbox over quota", channel.Soft},
		{"5.7.1", "user unknown", channel.Policy},
		{"5.1.8", "", channel.Policy},
		{"5.4.7", "", channel.Soft},
		{"5.3.0", "550 unknown user", channel.Hard},
		{"5.1.0", "550 5.1.0 Sender address rejected: user unknown", channel.Policy},
		{"", "550 user unknown", channel.Hard},
		{"", "450 user unknown", channel.Soft},
		{"", "550 user unknown in local table, please try again later", channel.Soft},
		{"", "550 5.1.0 <x@y.example> user unknown; rejected by spamhaus", channel.Policy},
		{"", "550 go away", channel.Soft},
		{"5.0.0", "", channel.Soft},
		{"", "", channel.Unclear},
		{"2.0.0", "", channel.Unclear},
		{"", "connect to 5.1.1.7: refused", channel.Soft},
		{"", "Exim 4.94.2 gave up", channel.Soft},
		{"", "host 192.5.1.1 said 5.7.1: no", channel.Policy},
		{"", "#5.1.1", channel.Hard},
		{"", "Địa chỉ e-mail không tồn tại", channel.Soft}, // no sentence of ours: not beyond doubt
		{"", "Tài khoản không tồn tại", channel.Hard},
		{"", "TAI KHOAN DA BI XOA", channel.Hard},
		{"", "Hộp thư đã đầy", channel.Soft},
		{"5.0.0", "Bị chặn do chính sách bảo mật", channel.Policy},
	} {
		r := refusal{status: c.status, text: c.text}
		if got := r.verdict(); got != c.want {
			status, reply := r.codes()
			t.Errorf("%q %q: %s, want %s (read %q %q)", c.status, c.text, got, c.want, status, reply)
		}
	}
}

// Anybody can write anything: parts within parts, headers without an end, a
// million recipients.
func TestWhatIsReadIsBounded(t *testing.T) {
	t.Parallel()
	nested := "Subject: x\n"
	for range 1000 {
		nested += "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	}
	status := "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
	many := "Content-Type: multipart/report; boundary=b\n\n--b\n" + status + strings.Repeat("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n", 5000)
	for name, raw := range map[string]string{
		"nested":      nested,
		"parts":       "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 10000),
		"header":      "Subject: x\n" + strings.Repeat("X: y\n", 100000),
		"one line":    "Subject: " + strings.Repeat("x", 1<<20),
		"folded":      "Subject: x\n" + strings.Repeat(" y\n", 200000),
		"recipients":  many,
		"text":        "\n" + strings.Repeat("không tồn tại ", 100000),
		"signs":       "\n" + strings.Repeat("<", 200000) + strings.Repeat("@", 50000),
		"enclosed":    strings.Repeat("Content-Type: message/rfc822\n\n", 5000),
		"beyond":      "Subject: x\n\n" + strings.Repeat("y", 2*maxRaw),
		"reports":     strings.Repeat("Content-Type: message/rfc822\n\nContent-Type: multipart/report; boundary=b\n\n--b\n", 1000),
		"no new line": "Content-Type: multipart/mixed; boundary=b\n\n--b",
	} {
		bounded(t, name, Reader{}.ReadMail("", []byte(raw)))
	}
	if l := (Reader{}).ReadMail("", []byte(many)); l.Report().Verdict != channel.Hard || len(l.Reports) != maxReports {
		t.Errorf("%d reports, %s", len(l.Reports), l.Report().Verdict)
	}
}

// bounded holds what is promised of every letter.
func bounded(t *testing.T, name string, l channel.Letter) {
	t.Helper()
	if len(l.Subject) > maxSubject || len(l.Text) > maxTold || len(l.From) > maxSubject || len(l.Reports) > maxReports ||
		len(l.MessageIDs) > maxMarks || len(l.Envelopes) > maxMarks {
		t.Errorf("%s: beyond the bounds", name)
	}
	texts := []string{l.Subject, l.Text, l.From}
	for _, r := range l.Reports {
		if len(r.Diagnostic) > maxDiagnostic || r.Verdict == "" {
			t.Errorf("%s: report %+v", name, r)
		}
		texts = append(texts, r.Diagnostic, r.Recipient, r.Action, r.Code)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r > 0x9f }) ||
			strings.ContainsAny(text, "\x00\r\t\x7f") {
			t.Errorf("%s: %q is not fit to be kept", name, text)
		}
	}
	switch l.Kind {
	case channel.LetterReport:
		if len(l.Reports) == 0 {
			t.Errorf("%s: a report of nothing", name)
		}
	case channel.LetterComplaint, channel.LetterAuto, channel.LetterWritten:
		if len(l.Reports) != 0 {
			t.Errorf("%s: %s with reports", name, l.Kind)
		}
	default:
		t.Errorf("%s: kind %q", name, l.Kind)
	}
}

func FuzzReadMail(f *testing.F) {
	for _, c := range corpus {
		f.Add(c.from, letterFile(f, c.name))
	}
	f.Add("", []byte("Content-Type: multipart/report; boundary=\"\"\r\n\r\n--\r\n\r\n----"))
	f.Fuzz(func(t *testing.T, from string, raw []byte) {
		l := Reader{}.ReadMail(from, raw)
		bounded(t, "fuzz", l)
		again, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		second, _ := json.Marshal(Reader{}.ReadMail(from, raw))
		if string(again) != string(second) {
			t.Error("two readings differ")
		}
	})
}

// The verdict never buries a mailbox for a word that says it is there.
func FuzzVerdict(f *testing.F) {
	for _, seed := range []string{"550 5.1.1 no", "552 mailbox full", "Hộp thư đã đầy", "450 4.7.1 greylisted", "5.1.1.1"} {
		f.Add("5.0.0", seed)
	}
	f.Fuzz(func(t *testing.T, status, text string) {
		r := refusal{status: statusOf(status), text: text}
		v := r.verdict()
		if v == channel.Hard && (r.full() || ourPhrases.in(plain(text))) {
			t.Errorf("%q %q is dead", status, text)
		}
		if code := r.code(); len(code) > 20 {
			t.Errorf("code %q", code)
		}
	})
}
