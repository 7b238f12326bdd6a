package phone

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

const (
	// maxSay is where a text is split: well below Twilio's 4,096 characters, and
	// short enough for a voice to keep its tone.
	maxSay = 500
	// silence is how long a Gather waits when it does not say, in seconds.
	silence = 6
	// pauseInSpeech is how long somebody who is recorded may be silent, in seconds.
	pauseInSpeech = 5
)

// The documents as XML. twilio-go's own builder drops empty attributes and has
// no order of attributes, so ours is spelt out.
type (
	document struct {
		XMLName  xml.Name `xml:"Response"`
		Gather   *gather
		Lines    []any // say and play, in their order
		Record   *record
		Redirect *redirect
		Hangup   *struct{} `xml:"Hangup"`
	}
	record struct {
		XMLName        xml.Name `xml:"Record"`
		Action         string   `xml:"action,attr"`
		Method         string   `xml:"method,attr"`
		MaxLength      int      `xml:"maxLength,attr"`
		Timeout        int      `xml:"timeout,attr"`
		FinishOnKey    string   `xml:"finishOnKey,attr"`
		PlayBeep       bool     `xml:"playBeep,attr"`
		StatusCallback string   `xml:"recordingStatusCallback,attr"`
		StatusEvents   string   `xml:"recordingStatusCallbackEvent,attr"`
	}
	redirect struct {
		XMLName xml.Name `xml:"Redirect"`
		Method  string   `xml:"method,attr"`
		Address string   `xml:",chardata"`
	}
	gather struct {
		XMLName     xml.Name `xml:"Gather"`
		Input       string   `xml:"input,attr"`
		Action      string   `xml:"action,attr"`
		Method      string   `xml:"method,attr"`
		Timeout     int      `xml:"timeout,attr"`
		NumDigits   int      `xml:"numDigits,attr,omitempty"`
		FinishOnKey string   `xml:"finishOnKey,attr"`
		// OnEmpty calls the action on silence too, so that it is we who repeat or
		// give up.
		OnEmpty bool `xml:"actionOnEmptyResult,attr"`
		Lines   []any
	}
	play struct {
		XMLName xml.Name `xml:"Play"`
		Address string   `xml:",chardata"`
	}
	say struct {
		XMLName  xml.Name `xml:"Say"`
		Voice    string   `xml:"voice,attr"`
		Language string   `xml:"language,attr"`
		Text     string   `xml:",chardata"`
	}
)

// Render writes s as TwiML. What is said can be interrupted by a key, # ends the
// input, and a Gather that somehow falls through hangs up.
func (p *Provider) Render(s channel.Spoken) []byte {
	lines := p.lines(s.Lang, s.Lines)
	d := document{Hangup: &struct{}{}}
	switch {
	case s.Record != nil:
		// Who says nothing falls through to the redirect, a step without anything.
		d.Lines, d.Record = lines, &record{Action: s.Record.ActionURL, Method: "POST", MaxLength: s.Record.Seconds,
			Timeout: pauseInSpeech, FinishOnKey: "#", PlayBeep: true,
			StatusCallback: withRetries(s.Record.SpokenURL), StatusEvents: "completed absent"}
		d.Redirect = &redirect{Method: "POST", Address: s.Record.ActionURL}
		return encode(d)
	case s.Gather == nil:
		d.Lines = lines
		return encode(d)
	}
	d.Gather = &gather{
		Input: "dtmf", Action: s.Gather.ActionURL, Method: "POST", Timeout: s.Gather.Seconds,
		NumDigits: s.Gather.Digits, FinishOnKey: "#", OnEmpty: true, Lines: lines,
	}
	if d.Gather.Timeout <= 0 {
		d.Gather.Timeout = silence
	}
	return encode(d)
}

// EmptyReply answers a webhook without saying or sending anything.
func (p *Provider) EmptyReply() []byte { return nothing }

var nothing = encode(document{})

// ContentType is the type of what Render and EmptyReply return.
func (p *Provider) ContentType() string { return "text/xml; charset=utf-8" }

// lines plays recordings, and speaks texts with the voice of a language. No Amazon voice speaks
// Vietnamese, and the default voice is English, so both are always named.
func (p *Provider) lines(lang survey.Lang, lines []channel.Line) []any {
	one := say{Voice: "Google.vi-VN-Wavenet-A", Language: "vi-VN"}
	if lang == survey.English {
		one = say{Voice: "Google.en-US-Wavenet-F", Language: "en-US"}
	}
	if voice := p.config.Voices[lang.Or(survey.Vietnamese)]; voice != "" {
		one.Voice = voice
	}
	var all []any
	for _, l := range lines {
		if l.Play != "" {
			all = append(all, play{Address: l.Play})
		}
		for _, piece := range pieces(l.Text) {
			one.Text = piece
			all = append(all, one)
		}
	}
	return all
}

// pieces splits a text of more than maxSay characters after sentences, else
// between words, else anywhere. Joined by a blank they are the text again, its
// white space in order.
func pieces(text string) []string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	var all []string
	for utf8.RuneCountInString(text) > maxSay {
		head := text[:byteOf(text, maxSay)]
		cut := max(strings.LastIndex(head, ". "), strings.LastIndex(head, "? "), strings.LastIndex(head, "! ")) + 1
		if cut == 0 {
			cut = strings.LastIndexByte(head, ' ')
		}
		if cut <= 0 {
			cut = len(head)
		}
		all = append(all, strings.TrimSpace(text[:cut]))
		text = strings.TrimSpace(text[cut:])
	}
	if text != "" {
		all = append(all, text)
	}
	return all
}

// byteOf is where the n-th character of text begins.
func byteOf(text string, n int) int {
	for at := range text {
		if n == 0 {
			return at
		}
		n--
	}
	return len(text)
}

func encode(d document) []byte {
	body, err := xml.Marshal(d)
	if err != nil { // these types always can be
		return []byte(xml.Header + "<Response/>")
	}
	return append([]byte(xml.Header), body...)
}
