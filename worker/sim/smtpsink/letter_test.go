package smtpsink

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// crlf writes a mail as it comes over the wire.
func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

const alternative = `Message-ID: <m@x.example>
From: =?utf-8?q?V=C4=83n_ph=C3=B2ng?= <khaosat@lamxuyen.example>
To: =?utf-8?b?xJDhu5cgVGjhu4sgS2ltIE9hbmg=?= <oanh@x.example>
Reply-To: tra.loi@lamxuyen.example
Subject: =?utf-8?q?M=E1=BB=9Di?= =?utf-8?q?_tr=E1=BA=A3_l=E1=BB=9Di?=
List-Unsubscribe: <https://khaosat.example/u/abc>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

K=C3=ADnh g=E1=BB=ADi (https://khaosat.example/r/abc=
def?a=3D1), xem https://khaosat.example/x.
--a
Content-Type: text/html; charset=windows-1258
Content-Transfer-Encoding: 8bit

<p>` + "\xd0" + `<a href="https://khaosat.example/r/abcdef?a=1&amp;b=2">x</a><a href="/relative">y</a><a HREF=' HTTPS://KHAOSAT.example/z '>z</a><a href="javascript:alert(1)">j</a><a href="https://khaosat.example/x">again</a></p>
--a--
--m
Content-Type: text/plain
Content-Disposition: attachment; filename=a.txt

attached
--m--
`

func TestLetter(t *testing.T) {
	t.Parallel()
	l, err := Message{Raw: crlf(alternative)}.Letter()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ what, got, want string }{
		{"subject", l.Subject, "Mời trả lời"},
		{"from", l.From, "Văn phòng <khaosat@lamxuyen.example>"},
		{"to", l.To, "Đỗ Thị Kim Oanh <oanh@x.example>"},
		{"reply-to", l.ReplyTo, "tra.loi@lamxuyen.example"},
		{"any header", l.Get("list-unsubscribe"), "<https://khaosat.example/u/abc>"},
		{"first header", l.Header[0].Name, "Message-Id"},
		{"text", l.Text, "Kính gửi (https://khaosat.example/r/abcdef?a=1), xem https://khaosat.example/x."},
		{"html", l.HTML[:5], "<p>Đ"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.what, tc.got, tc.want)
		}
	}
	want := []string{
		"https://khaosat.example/r/abcdef?a=1", "https://khaosat.example/x",
		"https://khaosat.example/r/abcdef?a=1&b=2", "HTTPS://KHAOSAT.example/z",
	}
	if !slices.Equal(l.Links, want) {
		t.Errorf("links %q, want %q", l.Links, want)
	}
}

func TestLinksInText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                                   nil,
		"xem http://a.example/b":             {"http://a.example/b"},
		"(http://a.example/b(c))":            {"http://a.example/b(c)"},
		"«http://a.example/b»":               {"http://a.example/b"},
		"[http://a.example/b]!":              {"http://a.example/b"},
		"<http://a.example/b?c=d&e=f>":       {"http://a.example/b?c=d&e=f"},
		"http://a.example, http://a.example": {"http://a.example"},
		"ftp://a.example mailto:a@b.example": nil,
		"xhttp://a.example":                  nil,
	} {
		if got := links(text, ""); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestBrokenLetters: what can be read comes back, beside the error.
func TestBrokenLetters(t *testing.T) {
	t.Parallel()
	deep := "Subject: deep\n"
	for range maxDepth + 5 {
		deep += "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	}
	for name, tc := range map[string]struct {
		raw, subject, text string
		fails              bool
	}{
		"empty":            {"", "", "", false},
		"header only":      {"Subject: x\n\n", "x", "", false},
		"no header":        {"\nhello", "", "hello", false},
		"garbage header":   {"\x00\xff\n\nx", "", "", true},
		"unknown charset":  {"Subject: x\nContent-Type: text/plain; charset=klingon\n\nabc", "x", "abc", false},
		"unknown encoding": {"Subject: x\nContent-Transfer-Encoding: rot13\n\nabc", "x", "", true},
		"bad type":         {"Subject: x\nContent-Type: ;;\n\nabc", "x", "abc", false},
		"open multipart":   {"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nabc", "x", "abc", true},
		"nested too deep":  {deep, "deep", "", true},
		"not UTF-8":        {"Subject: x\n\n\xff", "x", "\uFFFD", false},
	} {
		l, err := Message{Raw: crlf(tc.raw)}.Letter()
		if l.Subject != tc.subject || l.Text != tc.text || (err != nil) != tc.fails {
			t.Errorf("%s: subject %q, text %q, error %v", name, l.Subject, l.Text, err)
		}
	}
}

func FuzzLetter(f *testing.F) {
	f.Add(crlf(alternative))
	f.Add(crlf(letter("a@x.example", "b@x.example")))
	f.Add([]byte("Message-ID: <a\rb@x.example>\r\n\r\n"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\n----"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := Message{Raw: raw}.Letter()
		if again, err2 := (Message{Raw: raw}).Letter(); again.Text != l.Text || (err == nil) != (err2 == nil) {
			t.Error("two readings differ")
		}
		for i, link := range l.Links {
			if lower := strings.ToLower(link); !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
				t.Errorf("link %q", link)
			}
			if slices.Contains(l.Links[:i], link) {
				t.Errorf("link %q twice", link)
			}
		}
		if !utf8.ValidString(l.Text) || !utf8.ValidString(l.HTML) || !utf8.ValidString(l.Subject) {
			t.Error("not UTF-8")
		}
		if strings.ContainsAny(messageID(raw), "\r\n") {
			t.Error("Message-ID of several lines")
		}
	})
}

func FuzzBehaviourOf(f *testing.F) {
	for _, seed := range []string{"", "@", "bounce", "a+bounce@x.example", "+@", "a+BOUNCE+@x", "slow@a@b", "latebounce@x.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		b := behaviourOf(address)
		if b.tag == "" {
			if b.act != accept || b.rcpt {
				t.Errorf("%q misbehaves without a tag: %+v", address, b)
			}
			return
		}
		if local := strings.ToLower(address); !strings.Contains(local, b.tag) {
			t.Errorf("%q got tag %q", address, b.tag)
		}
		if (b.act == refuse || b.act == refuseClose) != (b.reply.Code != 0) {
			t.Errorf("%q: action and reply disagree: %+v", address, b)
		}
	})
}
