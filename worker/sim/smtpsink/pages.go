package smtpsink

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// listPage is how many lines of the list one page shows.
const listPage = 50

// mailbox answers people: server-rendered pages without script. A GET changes
// nothing; the address holds the whole state.
type mailbox struct {
	sink  *Sink
	pages *template.Template
}

// page is everything that web/mailbox.html shows.
type page struct {
	W             words
	HandsetURL    string
	Kept          string
	Query         string
	English       bool
	HomeHref      string // the list from its newest mail, nothing searched for
	ListHref      string // the list as it is now
	LanguageHref  string
	Listings      []tab // taken, refused
	ShowRefused   bool
	Rows          []row
	Nothing       string      // said when Rows is empty
	Older, Newest string      // addresses; empty when there is no such page
	AtLetter      bool        // a mail was asked for, so a narrow screen shows it alone
	Letter        *letterPage // nil if there is none, or no longer
}

// row is one line of the list; a refusal has no Href, for there is no mail to show.
type row struct {
	Href, Who, At, Subject string
	Outcome                outcome
	Current                bool
}

type tab struct {
	Words, Href string
	Current     bool
}

// place is the part of an address that every link of a page carries on.
type place struct {
	lang, query, show string
	before            int64
}

func placeOf(r *http.Request) place {
	p := place{query: strings.TrimSpace(r.FormValue("q"))}
	if r.FormValue("lang") == "en" {
		p.lang = "en"
	}
	if r.FormValue("show") == "refused" {
		p.show = "refused"
	}
	p.before, _ = number(r, "before", 0) // a broken number means the newest
	return p
}

// href writes an address; more are further parameters, name and value in turn.
func (p place) href(path string, more ...string) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	set("lang", p.lang)
	set("q", p.query)
	set("show", p.show)
	set("before", strconv.FormatInt(p.before, 10))
	for i := 0; i+1 < len(more); i += 2 {
		set(more[i], more[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// list shows the list and, where there is room beside it, its newest mail.
func (b *mailbox) list(w http.ResponseWriter, r *http.Request) {
	at := placeOf(r)
	p, messages := b.page(at, r.URL.Path)
	if len(messages) > 0 {
		p.Letter = openLetter(messages[0], p.W, at, "")
		p.Rows[0].Current = true
	}
	b.write(w, http.StatusOK, p)
}

// letter shows one mail beside the list.
func (b *mailbox) letter(w http.ResponseWriter, r *http.Request) {
	at := placeOf(r)
	p, messages := b.page(at, r.URL.Path)
	p.AtLetter = true
	m, ok := b.find(r)
	if !ok {
		b.write(w, http.StatusNotFound, p)
		return
	}
	p.Letter = openLetter(m, p.W, at, r.FormValue("view"))
	other := at
	other.lang = p.W.OtherLang
	p.LanguageHref = other.href(r.URL.Path, "view", p.Letter.View)
	for i := range messages {
		p.Rows[i].Current = messages[i].Seq == m.Seq
	}
	b.write(w, http.StatusOK, p)
}

// page fills in all but the mail, and returns the mails of the list.
func (b *mailbox) page(at place, path string) (*page, []Message) {
	w, counts := wordsFor(at.lang), b.sink.Counts()
	other := at
	other.lang = w.OtherLang
	p := &page{
		W: w, HandsetURL: b.sink.cfg.HandsetURL, English: at.lang == "en", Query: at.query,
		HomeHref: place{lang: at.lang}.href("/"), ListHref: at.href("/"),
		LanguageHref: other.href(path),
		ShowRefused:  at.show != "",
		Kept:         with(w.Kept, w.count(counts.Accepted)),
	}
	if counts.Forgotten > 0 {
		p.Kept = with(w.KeptSome, w.count(counts.Accepted))
	}
	refused := counts.Rejected + counts.Deferred + counts.Dropped - counts.DroppedAfter
	p.Listings = []tab{
		{w.Taken + " " + w.count(counts.Accepted), place{lang: at.lang, query: at.query}.href("/"), !p.ShowRefused},
		{w.Refused + " " + w.count(refused), place{lang: at.lang, query: at.query, show: "refused"}.href("/"), p.ShowRefused},
	}
	if p.ShowRefused {
		b.listRefusals(p, at)
		return p, nil
	}
	return p, b.listMessages(p, at)
}

func (b *mailbox) listMessages(p *page, at place) []Message {
	found := b.sink.store.before(at.before, listPage, func(m *Message) bool { return mentions(m.To, at.query) })
	for _, m := range found {
		who, subject := addressee(m)
		if subject == "" {
			subject = p.W.NoSubject
		}
		p.Rows = append(p.Rows, row{
			Href: at.href("/m/" + strconv.FormatInt(m.Seq, 10)), Who: who, Subject: subject,
			At: moment(m.ReceivedAt, "15:04"), Outcome: p.W.outcomeOf(m),
		})
	}
	newest := at
	newest.before = 0
	if at.before > 0 {
		p.Newest = newest.href("/")
	}
	if len(found) == listPage {
		p.Older = newest.href("/", "before", strconv.FormatInt(found[len(found)-1].Seq, 10))
	}
	if p.Nothing = p.W.Empty; at.query != "" {
		p.Nothing = p.W.NoMatch
	}
	return found
}

func (b *mailbox) listRefusals(p *page, at place) {
	refusals := b.sink.Refusals()
	for i := len(refusals) - 1; i >= 0 && len(p.Rows) < listPage; i-- {
		if r := refusals[i]; mentions(r.To, at.query) {
			p.Rows = append(p.Rows, row{
				Who: strings.Join(r.To, ", "), At: moment(r.At, "15:04"), Outcome: p.W.outcomeOfRefusal(r),
			})
		}
	}
	if p.Nothing = p.W.NoRefusal; at.query != "" {
		p.Nothing = p.W.NoMatch
	}
}

// mentions reports whether a part of an address, in any case, is found in one of them.
func mentions(addresses []string, part string) bool {
	part = strings.ToLower(part)
	for _, a := range addresses {
		if strings.Contains(strings.ToLower(a), part) {
			return true
		}
	}
	return false
}

// addressee reads for the list, without the body, whom a mail greets and its subject.
func addressee(m Message) (who, subject string) {
	who = strings.Join(m.To, ", ")
	entity, _ := message.Read(strings.NewReader(string(m.Raw[:len(headerOf(m.Raw))]) + "\r\n"))
	if entity == nil {
		return who, ""
	}
	header := mail.Header{Header: entity.Header}
	if to, err := header.AddressList("To"); err == nil && len(to) == 1 && to[0].Name != "" {
		who = to[0].Name
	}
	subject, _ = header.Subject()
	return who, subject
}

func (b *mailbox) find(r *http.Request) (Message, bool) {
	seq, err := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	if err != nil {
		return Message{}, false
	}
	return b.sink.Get(seq)
}

// write renders into memory first, so that no half page ever leaves.
func (b *mailbox) write(w http.ResponseWriter, status int, p *page) {
	var out strings.Builder
	if err := b.pages.ExecuteTemplate(&out, "mailbox.html", p); err != nil {
		b.sink.cfg.Logger.Error("smtpsink mailbox page", "error", err)
		http.Error(w, "the page could not be rendered", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(out.String())) // what fails here is a reader who left
}
