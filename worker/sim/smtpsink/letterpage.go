package smtpsink

import (
	"fmt"
	"net/http"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
)

// sourceShown is how many bytes of a mail's source fit on a page; the whole of
// it can be downloaded.
const sourceShown = 64 << 10

// letterPage is one mail as the page shows it.
type letterPage struct {
	Subject, From, To, ReplyTo  string
	Envelope, Received, Channel string
	Outcome                     outcome
	Tabs                        []tab
	View                        string // html, text, source or header
	HasHTML                     bool
	BodyHref, RawHref, Sandbox  string
	Text, Source                string
	Header                      []HeaderLine
	Links                       []string
	Cut, Broken                 bool
}

func openLetter(m Message, w words, at place, view string) *letterPage {
	letter, err := m.Letter()
	base := "/m/" + strconv.FormatInt(m.Seq, 10)
	l := &letterPage{
		Subject: letter.Subject, From: people(letter.From), To: people(letter.To), ReplyTo: people(letter.ReplyTo),
		Envelope: fmt.Sprintf("<%s> → <%s>", m.From, strings.Join(m.To, ">, <")),
		Received: moment(m.ReceivedAt, "02/01/2006 15:04:05"), Channel: w.Plain,
		Outcome: w.outcomeOf(m),
		View:    view, HasHTML: letter.HTML != "",
		BodyHref: base + "/body", RawHref: base + "/raw", Sandbox: bodySandbox,
		Text: letter.Text, Header: letter.Header, Links: letter.Links, Broken: err != nil,
	}
	if m.TLS {
		l.Channel = w.Encrypted
	}
	if l.Subject == "" {
		l.Subject = w.NoSubject
	}
	l.Source = string(m.Raw)
	if len(m.Raw) > sourceShown {
		l.Source, l.Cut = string(m.Raw[:sourceShown]), true
	}
	l.Source = strings.ToValidUTF8(l.Source, "\uFFFD")
	ways := []tab{{Words: w.AsSeen, Href: "html"}, {Words: w.PlainText, Href: "text"}, {Words: w.Source, Href: "source"}, {Words: w.Header, Href: "header"}}
	if !known(ways, view) {
		l.View = "html"
	}
	for _, way := range ways {
		l.Tabs = append(l.Tabs, tab{way.Words, at.href(base, "view", way.Href), way.Href == l.View})
	}
	return l
}

// people writes a line of addresses without the quotes that only machines need.
func people(line string) string {
	list, err := mail.ParseAddressList(line)
	if err != nil {
		return line
	}
	var all []string
	for _, a := range list {
		all = append(all, strings.TrimSpace(a.Name+" <"+a.Address+">"))
	}
	return strings.Join(all, ", ")
}

func known(ways []tab, view string) bool {
	for _, way := range ways {
		if way.Href == view {
			return true
		}
	}
	return false
}

// openTag is where a <base> may stand: after <head>, else after the doctype, so
// that the mail keeps its standards mode.
var openTag = regexp.MustCompile(`(?i)<head(?:\s[^>]*)?>|^\s*<!doctype[^>]*>`)

// body is a mail's HTML part as a response of its own, for the frame. Its links
// open in a new window, since the sandbox lets them lead nowhere inside.
func (b *mailbox) body(w http.ResponseWriter, r *http.Request) {
	m, ok := b.find(r)
	letter, _ := m.Letter() // what could be read is shown; the page around it says the rest
	if !ok || letter.HTML == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", bodyPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(withBase(letter.HTML))) // what fails here is a reader who left
}

func withBase(page string) string {
	const base = `<base target="_blank">`
	at := 0
	if places := openTag.FindAllStringIndex(page, 2); places != nil {
		at = places[len(places)-1][1]
	}
	return page[:at] + base + page[at:]
}

// raw is the mail as it came, as a file.
func (b *mailbox) raw(w http.ResponseWriter, r *http.Request) {
	m, ok := b.find(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="mail-%d.eml"`, m.Seq))
	_, _ = w.Write(m.Raw) // what fails here is a reader who left
}
