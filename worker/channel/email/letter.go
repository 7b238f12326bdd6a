package email

import (
	"bytes"
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"canvass/worker/channel"
)

// letter is a message as it goes over the wire.
type letter struct {
	from, to string // envelope, in angle brackets
	utf8     bool   // an address needs SMTPUTF8
	raw      []byte
}

// messageID is what we accept as one: RFC 5322 dot-atoms, without brackets.
var messageID = regexp.MustCompile(`^[A-Za-z0-9._=+-]{1,64}@[A-Za-z0-9.-]{1,190}$`)

// signedHeaders are covered by DKIM. RFC 8058 section 4 demands the
// List-Unsubscribe pair, which go-mail's default leaves out.
var signedHeaders = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Type", "MIME-Version",
	"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
}

// compose builds the letter before any command is sent, so that our own
// mistakes never meet an open connection. Failures name the field at fault.
func (s settings) compose(m channel.Message) (letter, *channel.SendError) {
	from, ok := address(m.From)
	if !ok {
		return letter{}, ourFault("from")
	}
	replyTo, ok := address(m.ReplyTo)
	if !ok {
		return letter{}, ourFault("reply_to")
	}
	envelope := from
	if m.EnvelopeFrom != "" {
		if envelope, ok = address(m.EnvelopeFrom); !ok {
			return letter{}, ourFault("envelope_from")
		}
	}
	to, ok := address(m.To)
	if !ok {
		return letter{}, &channel.SendError{Class: channel.Permanent, Code: "5.1.3", Detail: "to", DeadEndpoint: true}
	}
	if !messageID.MatchString(m.MessageID) {
		return letter{}, ourFault("message_id")
	}
	if m.Subject == "" || m.Text == "" {
		return letter{}, ourFault("subject or text")
	}

	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from.Name = m.FromName
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.ReplyToMailAddress(replyTo)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(s.Now())
	if fault := s.addListHeaders(msg, m); fault != nil {
		return letter{}, fault
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	if s.dkimKey != nil {
		msg.SetDKIM(s.signer())
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return letter{}, ourFault("build")
	}
	return letter{
		from: bracketed(envelope), to: bracketed(to),
		utf8: !ascii(envelope.Address) || !ascii(to.Address),
		raw:  raw.Bytes(),
	}, nil
}

// addListHeaders says that a machine wrote this, on behalf of a list that one
// click leaves (RFC 2919, RFC 3834, RFC 8058).
func (s settings) addListHeaders(msg *gomail.Msg, m channel.Message) *channel.SendError {
	msg.SetBulk()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Lang != "" {
		msg.SetGenHeader(gomail.HeaderContentLang, string(m.Lang))
	}
	listID := s.ListID
	if listID == "" {
		listID = "canvass." + m.From[strings.LastIndexByte(m.From, '@')+1:]
	}
	msg.SetGenHeader("List-Id", "<"+listID+">")
	if m.UnsubscribeURL == "" {
		return nil
	}
	// go-mail writes these two unencoded; url.Parse has refused control
	// characters, and the rest is checked here.
	u, err := url.Parse(m.UnsubscribeURL)
	if err != nil || !ascii(m.UnsubscribeURL) || strings.ContainsAny(m.UnsubscribeURL, "<> ,") {
		return ourFault("unsubscribe_url")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return ourFault("unsubscribe_url")
	}
	msg.SetListUnsubscribe(m.UnsubscribeURL)
	msg.SetListUnsubscribePost()
	return nil
}

// signer is new for every message: go-mail's remembers its algorithm on first
// use without a lock.
func (s settings) signer() *gomail.DKIMSigner {
	signer := gomail.NewDKIMSigner(s.DKIM.Domain, s.DKIM.Selector, s.dkimKey)
	signer.SignHeaders(signedHeaders...)
	signer.NowFunc = s.Now
	return signer
}

// address parses a bare address: no display name, no comment, no list.
func address(text string) (*mail.Address, bool) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" {
		return nil, false
	}
	return a, true
}

func bracketed(a *mail.Address) string { return (&mail.Address{Address: a.Address}).String() }

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x7e || r < 0x20 }) < 0
}

// ourFault is a message that we built badly; the next one would be no better.
func ourFault(field string) *channel.SendError {
	return &channel.SendError{Class: channel.Config, Code: "compose", Detail: field}
}
