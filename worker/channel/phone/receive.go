package phone

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// maxBody is more than Twilio ever posts, in bytes.
const maxBody = 64 << 10

// webhook is a request whose signature was right. Both maps were signed, and
// hold one value per key.
type webhook struct {
	form  url.Values // Twilio's parameters
	query url.Values // of the address, so ours
}

// Text decodes an inbound SMS. ProviderID is its MessageSid, which a repeated
// delivery repeats. A request that is not Twilio's is *survey.Error of kind
// Forbidden, one that makes no sense is Invalid.
func (p *Provider) Text(r *http.Request) (channel.Inbound, error) {
	hook, err := p.read(r)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := p.inbound(channel.InboundText, hook)
	in.ProviderID, in.Text = hook.form.Get("MessageSid"), hook.form.Get("Body")
	return in, complete(in.ProviderID, in.From)
}

// Keys decodes a step of a call: its beginning, keys, or silence. ProviderID is
// the CallSid and the step's number (channel.TurnParam of our own address), so a
// step delivered twice is one thing. From is the person, whoever called whom.
func (p *Provider) Keys(r *http.Request) (channel.Inbound, error) {
	hook, err := p.read(r)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := p.inbound(channel.InboundKeys, hook)
	if strings.HasPrefix(hook.form.Get("Direction"), "outbound") {
		in.From, in.To = in.To, in.From
	}
	turn := 0
	if text := hook.query.Get(channel.TurnParam); text != "" {
		if turn, err = strconv.Atoi(text); err != nil || turn < 0 {
			return channel.Inbound{}, refuse(survey.Invalid, channel.TurnParam, "not a whole number")
		}
	}
	in.CallID, in.Text = hook.form.Get("CallSid"), hook.form.Get("Digits")
	if in.Recording, err = recordingOf(hook); err != nil {
		return channel.Inbound{}, err
	}
	if in.Recording != nil {
		in.Text = "" // the key that ended it, or the word hangup
	}
	in.First = turn == 0
	in.ProviderID = in.CallID + ":" + strconv.Itoa(turn)
	return in, complete(in.CallID, in.From)
}

// Status decodes a status callback of a message or a call. ProviderID is its
// SID, the status, and the sequence number if Twilio gave one.
func (p *Provider) Status(r *http.Request) (channel.Inbound, error) {
	hook, err := p.read(r)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := p.inbound(channel.InboundStatus, hook)
	var status channel.Status
	var word string
	if sid := hook.form.Get("MessageSid"); sid != "" {
		word = hook.form.Get("MessageStatus")
		status = messageStatus(sid, word, number(hook.form, "ErrorCode"))
	} else {
		word = hook.form.Get("CallStatus")
		status = callStatus(hook.form.Get("CallSid"), word, number(hook.form, "SipResponseCode"), hook.form.Get("AnsweredBy"))
		status.Call = true
	}
	status.Ref = in.Ref
	in.Status = &status
	in.ProviderID = status.ProviderID + ":" + word
	if sequence := hook.form.Get("SequenceNumber"); sequence != "" {
		in.ProviderID += ":" + sequence
	}
	return in, complete(status.ProviderID, word)
}

// Spoken decodes the word that a recording is ready, or that there is none after all.
// ProviderID follows from its SID: it is told once, whatever is repeated.
func (p *Provider) Spoken(r *http.Request) (channel.Inbound, error) {
	hook, err := p.read(r)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := p.inbound(channel.InboundSpoken, hook)
	in.CallID = hook.form.Get("CallSid")
	if in.Recording, err = recordingOf(hook); err != nil {
		return channel.Inbound{}, err
	}
	if in.Recording == nil {
		return channel.Inbound{}, complete("")
	}
	in.ProviderID = in.Recording.ProviderID + ":spoken"
	return in, nil
}

// recordingSID is how Twilio names recordings.
var recordingSID = regexp.MustCompile(`^RE[0-9a-f]{32}$`)

// recordingOf is the recording that a request speaks of, nil if of none.
func recordingOf(hook webhook) (*channel.Recording, error) {
	sid := hook.form.Get("RecordingSid")
	if sid == "" {
		return nil, nil
	}
	if !recordingSID.MatchString(sid) {
		return nil, refuse(survey.Invalid, "RecordingSid", "not one")
	}
	status := hook.form.Get("RecordingStatus")
	return &channel.Recording{ProviderID: sid, Seconds: max(0, number(hook.form, "RecordingDuration")),
		Question: hook.query.Get(channel.QuestionParam), Failed: status == "absent" || status == "failed"}, nil
}

// inbound is what all kinds have in common.
func (p *Provider) inbound(kind channel.InboundKind, hook webhook) channel.Inbound {
	return channel.Inbound{
		Kind: kind, Provider: ProviderName, From: hook.form.Get("From"), To: hook.form.Get("To"),
		Ref: hook.query.Get(channel.RefParam), At: p.config.Now(),
	}
}

// read bounds, parses and authenticates a request. The address that was signed
// is the configured public one followed by the request's own path and query,
// byte for byte.
func (p *Provider) read(r *http.Request) (webhook, error) {
	var hook webhook
	query, err := single("query", r.URL.RawQuery)
	if err != nil {
		return hook, err
	}
	hook.query, hook.form = query, query // a GET carries everything in its address
	var signed url.Values
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		body, err := bodyOf(r)
		if err != nil {
			return hook, err
		}
		// The signature is over one value per key: a repeated key could say one thing
		// to it and another to us.
		if hook.form, err = single("body", body); err != nil {
			return hook, err
		}
		signed = hook.form
	default:
		return hook, refuse(survey.Invalid, "method", "neither GET nor POST")
	}
	if p.public == "" || !strings.HasPrefix(r.RequestURI, "/") {
		return hook, refuse(survey.Forbidden, "public url", "not configured")
	}
	signature := r.Header.Get("X-Twilio-Signature")
	for _, v := range p.validators {
		if signature != "" && v.fits(p.public+r.RequestURI, signed, signature) {
			return hook, nil
		}
	}
	return hook, refuse(survey.Forbidden, "X-Twilio-Signature", "does not fit")
}

// bodyOf reads a form's text.
func bodyOf(r *http.Request) (string, error) {
	const form = "application/x-www-form-urlencoded"
	if given := r.Header.Get("Content-Type"); given != form {
		if kind, _, err := mime.ParseMediaType(given); err != nil || kind != form {
			return "", refuse(survey.Invalid, "Content-Type", "not a form")
		}
	}
	if r.ContentLength > maxBody {
		return "", refuse(survey.Invalid, "body", "too large")
	}
	body := make([]byte, max(r.ContentLength, 0))
	_, err := io.ReadFull(r.Body, body)
	if err == nil && r.ContentLength < 0 {
		body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	}
	if err != nil {
		return "", refuse(survey.Invalid, "body", "broken off")
	}
	if len(body) > maxBody {
		return "", refuse(survey.Invalid, "body", "too large")
	}
	return string(body), nil
}

// single parses form text in which every key stands once.
func single(where, text string) (url.Values, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, refuse(survey.Invalid, where, "not a form")
	}
	for _, list := range values {
		if len(list) != 1 {
			return nil, refuse(survey.Invalid, where, "a key is repeated")
		}
	}
	return values, nil
}

// complete insists on what an inbound thing cannot be without.
func complete(fields ...string) error {
	for _, field := range fields {
		if field == "" {
			return refuse(survey.Invalid, "parameters", "incomplete")
		}
	}
	return nil
}

func number(form url.Values, key string) int {
	n, _ := strconv.Atoi(form.Get(key))
	return n
}

func refuse(kind survey.Kind, where, what string) error {
	return &survey.Error{Kind: kind, Code: survey.CodeUsage, Where: where, Err: errors.New(what)}
}
