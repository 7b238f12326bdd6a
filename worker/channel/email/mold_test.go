package email

import (
	"bufio"
	"bytes"
	"fmt"
	"html/template"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"canvass/worker/channel"
)

// decoded is what a mail program makes of a letter.
type decoded struct {
	header map[string]string
	parts  []string
}

// read decodes a letter as it came over the wire.
func read(t testing.TB, l letter) decoded {
	t.Helper()
	dots := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.Clone(l.wire), ".\r\n"...))))
	raw, err := io.ReadAll(dots.DotReader())
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	d := decoded{header: map[string]string{}}
	words := new(mime.WordDecoder)
	for name, values := range m.Header {
		text, err := words.DecodeHeader(strings.Join(values, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		d.header[name] = text
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, err)
	}
	d.header["Content-Type"] = kind
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return d
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil || !strings.EqualFold(params["charset"], "UTF-8") || !strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			t.Fatalf("part %v %v", p.Header, err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		d.parts = append(d.parts, kind+"\n"+strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"))
	}
}

// mold is a mail with three blanks, and what fills them.
func mold(text, html string) channel.Message {
	m := good()
	m.Subject, m.Text, m.HTML = "", "", ""
	m.Mold = &channel.Mold{Subject: "Mời trả lời khảo sát tháng mười hai của tỉnh, gửi BLANKname", Text: text, HTML: html,
		Blanks: []string{"BLANKname", "BLANKlink", "BLANKstop"}}
	m.Fill = []string{"Ông Triều", "abc_DEF-123", "zzz"}
	return m
}

// What a mold makes is, after decoding, what go-mail builds of the same words.
func TestMoldedIsAsGoMailBuilds(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(51, 52))
	s := quiet(t, nil)
	words := []string{"Kính gửi", "BLANKname", " ", "\n", ".", "\n.", "..", "=", "đợt", strings.Repeat("dài ", 30), "BLANKlink", "https://ks.example/r/BLANKlink",
		"BLANKstop", "\t", " \n", "<b>", "&amp;", "…", "a b", "\n\n"}
	names := []string{"Nguyễn Văn Ái", ".dot", "a+b & <c>", `"q" 'r'`, "", strings.Repeat("Đặng ", 40), "=3D", "tên\ncó dòng"}
	for range 3_000 {
		var text, html strings.Builder
		for range 1 + rng.IntN(40) {
			text.WriteString(words[rng.IntN(len(words))])
			html.WriteString(words[rng.IntN(len(words))])
		}
		m := mold("x"+text.String(), "<p>"+html.String())
		m.Mold.Subject = []string{"Mời trả lời", "Gửi BLANKname", strings.Repeat("khảo sát ", 12)}[rng.IntN(3)]
		m.Fill = []string{names[rng.IntN(len(names))], fmt.Sprintf("t%d_-", rng.Int()), "s"}
		if strings.Contains(m.Fill[0], "\n") {
			m.Mold.Subject = "Mời"
		}
		got, fault := s.compose(m)
		if fault != nil {
			t.Fatal(fault)
		}
		want, fault := s.compose(m.Filled())
		if fault != nil {
			t.Fatal(fault)
		}
		a, b := read(t, got), read(t, want)
		if !maps.Equal(a.header, b.header) || !slices.Equal(a.parts, b.parts) {
			t.Fatalf("%q\n%q\n\ngot  %q\n%v\nwant %q\n%v", m.Mold.Text, m.Mold.HTML, a.parts, a.header, b.parts, b.header)
		}
		for line := range bytes.Lines(got.wire) {
			if len(line) > 80 && bytes.HasPrefix(line, []byte("=")) || len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
	}
}

// A word in a blank is escaped as html/template escapes it.
func TestBlanksAreEscaped(t *testing.T) {
	t.Parallel()
	page := template.Must(template.New("").Parse(`{{.}}`))
	for _, word := range []string{"Nguyễn", `<script>"&'+`, "a\x00b", "\xff", "=; "} {
		var want strings.Builder
		if err := page.Execute(&want, word); err != nil {
			t.Fatal(err)
		}
		if got := channel.EscapeHTML(word); got != want.String() {
			t.Errorf("%q: %q, want %q", word, got, want.String())
		}
	}
}

func TestMoldsThatDoNotFit(t *testing.T) {
	t.Parallel()
	s := quiet(t, nil)
	for name, spoil := range map[string]func(*channel.Message){
		"a word is missing":  func(m *channel.Message) { m.Fill = m.Fill[:2] },
		"a blank is nothing": func(m *channel.Message) { m.Mold.Blanks[0] = "" },
		"a header in a name": func(m *channel.Message) { m.Fill[0] = "x\r\nBcc: a@b.example" },
		"no subject":         func(m *channel.Message) { m.Mold.Subject = "" },
	} {
		m := mold("BLANKname", "BLANKlink")
		spoil(&m)
		if _, fault := s.compose(m); fault == nil || fault.Class != channel.Config {
			t.Errorf("%s: %v", name, fault)
		}
	}
}

func BenchmarkMolded(b *testing.B) {
	s := quiet(b, nil)
	m := mold(strings.Repeat("Kính gửi BLANKname, mời trả lời phiếu: https://ks.example/r/BLANKlink\n", 20),
		strings.Repeat("<p>Kính gửi BLANKname, <a href=\"https://ks.example/r/BLANKlink?c=1\">mời trả lời</a></p>\n", 40))
	for name, compose := range map[string]channel.Message{"mold": m, "whole": m.Filled()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, fault := s.compose(compose); fault != nil {
					b.Fatal(fault)
				}
			}
		})
	}
}
