package email

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"canvass/worker/channel"
)

func quiet(t testing.TB, change func(*Config)) settings {
	t.Helper()
	cfg := Config{Host: "smtp.lamxuyen.example", Now: func() time.Time { return time.Unix(1_764_000_000, 0) }}
	if change != nil {
		change(&cfg)
	}
	s, err := cfg.check()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	l, fault := quiet(t, nil).compose(good())
	if fault != nil {
		t.Fatal(fault)
	}
	if l.from != "<tra+a1@lamxuyen.example>" || l.to != "<trieu@hoptho.example>" || l.utf8 {
		t.Errorf("envelope %s %s utf8=%v", l.from, l.to, l.utf8)
	}
	m, err := mail.ReadMessage(bytes.NewReader(l.wire))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Message-Id":               "<a1@lamxuyen.example>",
		"To":                       "<trieu@hoptho.example>",
		"Reply-To":                 "<traloi@lamxuyen.example>",
		"List-Unsubscribe":         "<https://khaosat.lamxuyen.example/u/x>",
		"List-Unsubscribe-Post":    "List-Unsubscribe=One-Click",
		"List-Id":                  "<canvass.lamxuyen.example>",
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"Precedence":               "bulk",
		"Content-Language":         "vi",
		"User-Agent":               "",
		"X-Mailer":                 "",
		"Dkim-Signature":           "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Phòng Dư luận xã hội" {
		t.Errorf("From: %v %v", from, err)
	}
	if at, err := m.Header.Date(); err != nil || at.Unix() != 1_764_000_000 {
		t.Errorf("Date: %v %v", at, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Mời trả lời khảo sát" {
		t.Errorf("Subject: %q %v", subject, err)
	}
}

func TestBothParts(t *testing.T) {
	t.Parallel()
	l, fault := quiet(t, nil).compose(good())
	if fault != nil {
		t.Fatal(fault)
	}
	m, err := mail.ReadMessage(bytes.NewReader(l.wire))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct{ kind, text string }{
		{"text/plain", "Kính gửi Ông."}, {"text/html", "<p>Kính gửi Ông.</p>"},
	} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) || strings.TrimSpace(string(text)) != want.text {
			t.Errorf("part %s: %q", part.Header.Get("Content-Type"), text)
		}
	}
}

// What we build badly is our fault, but a bad recipient is the recipient's.
func TestRefusedBeforeTheWire(t *testing.T) {
	t.Parallel()
	s := quiet(t, nil)
	tests := []struct {
		field  string
		change func(*channel.Message)
		class  channel.Class
	}{
		{"from", func(m *channel.Message) { m.From = "" }, channel.Config},
		{"reply_to", func(m *channel.Message) { m.ReplyTo = "" }, channel.Config},
		{"envelope_from", func(m *channel.Message) { m.EnvelopeFrom = "a@b.example\r\nRCPT TO:<c@d.example>" }, channel.Config},
		{"message_id", func(m *channel.Message) { m.MessageID = "" }, channel.Config},
		{"message_id", func(m *channel.Message) { m.MessageID = "a@b>\r\nBcc: c@d.example" }, channel.Config},
		{"subject or text", func(m *channel.Message) { m.Text = "" }, channel.Config},
		{"unsubscribe_url", func(m *channel.Message) { m.UnsubscribeURL = "http://khaosat.lamxuyen.example/u" }, channel.Config},
		{"unsubscribe_url", func(m *channel.Message) { m.UnsubscribeURL = "https://x.example/>\r\nBcc: c@d.example" }, channel.Config},
		{"to", func(m *channel.Message) { m.To = "Triều <trieu@hoptho.example>" }, channel.Permanent},
		{"to", func(m *channel.Message) { m.To = "a@b.example, c@d.example" }, channel.Permanent},
		{"to", func(m *channel.Message) { m.To = "trieu" }, channel.Permanent},
	}
	for _, tt := range tests {
		m := good()
		tt.change(&m)
		_, fault := s.compose(m)
		if fault == nil {
			t.Errorf("%s: taken", tt.field)
			continue
		}
		if fault.Detail != tt.field || fault.Class != tt.class || fault.DeadEndpoint != (tt.class == channel.Permanent) {
			t.Errorf("%s: %v", tt.field, fault)
		}
	}
	loop := good()
	loop.UnsubscribeURL = "http://127.0.0.1:8080/u/x"
	if _, fault := s.compose(loop); fault != nil {
		t.Errorf("the demo's address on loopback is refused: %v", fault)
	}
}

func TestAddressBeyondASCII(t *testing.T) {
	t.Parallel()
	m := good()
	m.To = "triều@hoptho.example"
	l, fault := quiet(t, nil).compose(m)
	if fault != nil || !l.utf8 {
		t.Errorf("utf8 = %v, %v", l.utf8, fault)
	}
}

// RFC 8058 section 4: the unsubscribe headers are covered by the signature.
func TestDKIM(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s := quiet(t, func(c *Config) {
		c.DKIM = DKIM{Domain: "lamxuyen.example", Selector: "ks1", KeyPEM: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}
	})
	l, fault := s.compose(good())
	if fault != nil {
		t.Fatal(fault)
	}
	m, err := mail.ReadMessage(bytes.NewReader(l.wire))
	if err != nil {
		t.Fatal(err)
	}
	signature := strings.Join(strings.Fields(m.Header.Get("Dkim-Signature")), "")
	for _, part := range []string{"d=lamxuyen.example", "s=ks1", "t=1764000000", "a=ed25519-sha256"} {
		if !strings.Contains(signature, part) {
			t.Errorf("%s is not in %s", part, signature)
		}
	}
	_, signed, _ := strings.Cut(strings.ToLower(signature), ";h=")
	signed, _, _ = strings.Cut(signed, ";")
	for _, name := range signedHeaders {
		if !strings.Contains(":"+signed+":", ":"+strings.ToLower(name)+":") {
			t.Errorf("%s is not signed: %s", name, signed)
		}
	}
}

// Whatever stands in a message, the letter has exactly our headers: nothing of a
// subject, a name or an address becomes a header of its own.
func FuzzCompose(f *testing.F) {
	f.Add("Mời trả lời", "Phòng Dư luận", "trieu@hoptho.example", "Kính gửi", "<p>x</p>", "https://x.example/u")
	f.Add("a\r\nBcc: b@c.example", "x\"\r\nBcc: d@e.example", "\"a b\"@hoptho.example", ".\r\n.\r\n", "", "")
	f.Add("=?utf-8?q?a?=", "\x00\u2028", "triều@hoptho.example", "\n", "\r", "https://[::1]/%0d%0aBcc:x")
	f.Add(strings.Repeat("ỗ ", 300), "", "a@b", "x", "", "https://x.example/ space")
	s := quiet(f, nil)
	known := map[string]bool{}
	l, fault := s.compose(good())
	if fault != nil {
		f.Fatal(fault)
	}
	m, err := mail.ReadMessage(bytes.NewReader(l.wire))
	if err != nil {
		f.Fatal(err)
	}
	for name := range m.Header {
		known[name] = true
	}
	known["Content-Transfer-Encoding"] = true // of a letter with one part
	f.Fuzz(func(t *testing.T, subject, name, to, text, html, unsubscribe string) {
		m := good()
		m.Subject, m.FromName, m.To, m.Text, m.HTML, m.UnsubscribeURL = subject, name, to, text, html, unsubscribe
		l, fault := s.compose(m)
		if fault != nil {
			return
		}
		if strings.ContainsAny(l.from+l.to, "\r\n") {
			t.Fatalf("envelope %q %q", l.from, l.to)
		}
		parsed, err := mail.ReadMessage(bytes.NewReader(l.wire))
		if err != nil {
			t.Fatalf("unreadable letter: %v", err)
		}
		for header, values := range parsed.Header {
			if !known[header] || len(values) != 1 {
				t.Errorf("header %q × %d", header, len(values))
			}
		}
	})
}

func FuzzQueueID(f *testing.F) {
	f.Add("2.0.0 Ok: queued as 4XyZ12abc")
	f.Add("2.0.0 OK id=1tFh4k-0000Ab-2C")
	f.Add("2.6.0 <a1@lamxuyen.example> [InternalId=123] Queued mail for delivery")
	f.Add("queued as trieu@hoptho.example")
	f.Fuzz(func(t *testing.T, reply string) {
		if id := queueID(reply); len(id) > 64 || strings.ContainsAny(id, "@ \r\n<>") || !strings.Contains(reply, id) {
			t.Errorf("%q from %q", id, reply)
		}
	})
}

func TestQueueID(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]string{
		"2.0.0 Ok: queued as 4XyZ12abc":    "4XyZ12abc",
		"OK id=1tFh4k-0000Ab-2C":           "1tFh4k-0000Ab-2C",
		"OK: queued":                       "",
		"queued as trieu@hoptho.example":   "",
		"thanks":                           "",
		"2.0.0 Ok: 250 ok 1764 qp 1 <a@b>": "",
	} {
		if got := queueID(reply); got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}
