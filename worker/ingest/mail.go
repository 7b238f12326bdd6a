package ingest

import (
	"context"
	"errors"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// mails is what ingesting needs to read mail that comes in.
type mails struct {
	reader channel.MailReader
	domain string // of our bounce addresses
}

// WithMail has g read mails by reader, and take bounce addresses at domain for
// ours; an empty domain has none. It is called before g is used.
func (g *Ingest) WithMail(reader channel.MailReader, domain string) *Ingest {
	g.mails = mails{reader, domain}
	return g
}

// errNoReader is a process that was not given what reads mails.
var errNoReader = errors.New("ingest: no reader of mails")

// ReceiveMail stores a mail that came to one of our bounce addresses: Provider,
// ProviderID, Envelope, To, Raw and At of in are set, the rest is found here. When
// it returns nil the mail is safe, and its sender may be told so. It is stored as
// it came; what it means is decided when it is applied.
func (g *Ingest) ReceiveMail(ctx context.Context, in channel.Inbound) error {
	if g.mails.reader == nil {
		return &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errNoReader}
	}
	l := g.mails.reader.ReadMail(in.Envelope, in.Raw)
	in.Kind = channel.InboundMail
	if l.Kind == channel.LetterReport || l.Kind == channel.LetterComplaint {
		in.Kind = channel.InboundBounce
	}
	in.From, in.Ref = l.From, g.mailAbout(in.To, l)
	return g.receive(ctx, in) // while the database is away the mail server keeps it
}

// mailAbout is our reference of the mail that a letter is about, "" if it names
// none. The address that it came to counts before what it says, and only what
// carries a mark of ours counts at all.
func (g *Ingest) mailAbout(to string, l channel.Letter) string {
	for _, address := range append([]string{to}, l.Envelopes...) {
		if ref, ok := g.keys.ReadBounceAddress(address, g.mails.domain); ok {
			return ref
		}
	}
	for _, id := range l.MessageIDs {
		if ref, ok := g.keys.ReadMessageID(id); ok {
			return ref
		}
	}
	return ""
}

// understood replaces, in what the row keeps, the mail by what was read of it:
// the mail holds the one that it returns, and that one the person's own link.
func understood(s stored, l channel.Letter) stored {
	s.Raw, s.Envelope, s.Letter = nil, "", &l
	return s
}

// strayMail decides on a mail that is about no message of ours: it is for staff,
// and nobody is answered.
func (g *Ingest) strayMail(s stored) view.Change {
	l, ok := g.readMail(s)
	if !ok {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
	}
	ch := view.Change{Outcome: outcomeParked, Reason: whyParked(l), Keep: encode(understood(s, l))}
	if l.Kind == channel.LetterWritten {
		ch.Matter = &view.NewMatter{Kind: survey.MatterMail}
	}
	return ch
}

// readMail reads a stored mail again; false if there is none, or nothing to read
// it with: then it stays as it is.
func (g *Ingest) readMail(s stored) (channel.Letter, bool) {
	if g.mails.reader == nil || s.Raw == nil {
		return channel.Letter{}, false
	}
	return g.mails.reader.ReadMail(s.Envelope, s.Raw), true
}

// whyParked is what staff are told of a mail that does nothing by itself.
func whyParked(l channel.Letter) survey.Reason {
	switch l.Kind {
	case channel.LetterAuto:
		return survey.ReasonAutoReply
	case channel.LetterWritten:
		return survey.ReasonMailReply
	case channel.LetterComplaint:
		return survey.ReasonComplaint
	}
	return survey.ReasonUnmatched
}

// firstLine is the first line of a text that is not empty.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}
