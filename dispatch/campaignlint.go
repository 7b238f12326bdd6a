package dispatch

import (
	"cmp"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// Lint is something about a campaign's messages that somebody should look at
// before it is launched.
type Lint struct {
	Code   LintCode    `json:"code"`
	Step   string      `json:"step"`
	Lang   survey.Lang `json:"lang,omitempty"`
	People int         `json:"people,omitempty"` // contacts that say this
	Detail string      `json:"detail,omitempty"`
}

// LintCode names what is found.
type LintCode string

// The findings.
const (
	LintUnset     LintCode = "unset_field"     // a field of the office or of the text is empty
	LintNoRefusal LintCode = "no_refusal_line" // it does not say how to get no more
	LintWide      LintCode = "wide_letters"    // a letter outside GSM-7: the text takes twice the segments
	LintLong      LintCode = "many_segments"   // more than mostSegments
	LintTitle     LintCode = "long_subject"    // cut off on a phone
	LintLocal     LintCode = "local_link"      // nobody outside this machine can open it
	LintPlain     LintCode = "plain_link"      // http: a browser warns
	LintNobody    LintCode = "step_for_nobody" // the step reaches nobody
	LintLate      LintCode = "not_in_time"     // the rates do not let all of it leave before the end
)

// LintCodes lists every finding.
func LintCodes() []LintCode {
	return []LintCode{LintUnset, LintNoRefusal, LintWide, LintLong, LintTitle, LintLocal, LintPlain, LintNobody, LintLate}
}

const (
	mostSegments = 3
	mostSubject  = 78 // letters of a header line, RFC 5322 section 2.1.1
)

// tell gathers samples and findings from what was worded.
func (f *foretelling) tell() error {
	keys := slices.SortedFunc(maps.Keys(f.words), func(a, b wordKey) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(b.lang, a.lang), cmp.Compare(f.words[b].people, f.words[a].people),
			cmp.Compare(a.text, b.text), cmp.Compare(a.sender, b.sender), cmp.Compare(a.progress.Answered, b.progress.Answered))
	})
	for _, key := range keys {
		w := f.words[key]
		switch w.Sender.Channel {
		case survey.Call:
			continue
		case survey.Mail:
			w.Frame = f.out.Frame
			if err := f.word(w); err != nil {
				return err
			}
		}
		f.sample(w)
		for _, found := range lint(*w) {
			found.Step, found.Lang, found.People = w.Step.Name, w.Lang, w.people
			f.found(found)
		}
	}
	f.stepsAndLate()
	return nil
}

// sample keeps of a step and a language what most people get, and the longest that
// some do.
func (f *foretelling) sample(w *wordSum) {
	s := Sample{Step: w.Step.Name, Channel: w.Sender.Channel, Lang: w.Lang, People: w.people, Subject: w.Subject, Body: w.Body, Segments: w.Segments}
	length := func(s Sample) int { return s.Segments<<20 + utf8.RuneCountInString(s.Subject+s.Body) }
	n := len(f.out.Samples)
	same := func(i int) bool {
		return i >= 0 && f.out.Samples[i].Step == s.Step && f.out.Samples[i].Lang == s.Lang
	}
	switch {
	case !same(n - 1): // the first is what most get
		f.out.Samples = append(f.out.Samples, s)
	case length(s) <= length(f.out.Samples[n-1]):
	case same(n - 2): // there is a longest already
		s.Worst = true
		f.out.Samples[n-1] = s
	default:
		s.Worst = true
		f.out.Samples = append(f.out.Samples, s)
	}
}

// found adds a finding, once for all the words in which it is the same.
func (f *foretelling) found(l Lint) {
	for i, o := range f.out.Lints {
		if o.Code == l.Code && o.Step == l.Step && o.Lang == l.Lang && o.Detail == l.Detail {
			f.out.Lints[i].People += l.People
			return
		}
	}
	f.out.Lints = append(f.out.Lints, l)
}

// stepsAndLate finds what the words do not show. A step for which nothing is left
// in the field may have been carried out.
func (f *foretelling) stepsAndLate() {
	for i, s := range f.k.Protocol.Steps {
		if f.steps[i] == 0 && f.out.People > 0 && !f.out.Launched {
			f.out.Lints = append(f.out.Lints, Lint{Code: LintNobody, Step: s.Name})
		}
	}
	for _, ch := range survey.Channels() {
		if n := f.out.Late[ch]; n > 0 {
			f.out.Lints = append(f.out.Lints, Lint{Code: LintLate, Step: string(ch), People: n})
		}
	}
}

// lint looks at one message.
func lint(w wordSum) []Lint {
	var out []Lint
	found := func(is bool, code LintCode, detail string) {
		if is {
			out = append(out, Lint{Code: code, Detail: detail})
		}
	}
	text := w.Subject + "\n" + w.Body
	gap := unset.FindString(text)
	found(gap != "", LintUnset, strings.TrimSpace(gap))
	found(!saysHowToStop(w), LintNoRefusal, "")
	if w.Sender.Channel == survey.SMS {
		found(w.Wide, LintWide, "")
		found(w.Segments > mostSegments, LintLong, "")
	}
	found(utf8.RuneCountInString(w.Subject) > mostSubject, LintTitle, w.Subject)
	if link := links.FindString(text); link != "" {
		local, plain := judgeLink(link)
		found(local, LintLocal, link)
		found(plain && !local, LintPlain, link)
	}
	return out
}

var (
	// A field that was not filled, or a sign that stands where one was empty.
	unset = regexp.MustCompile(`\{[a-z_.]+\}|<no value>|\(\s*\)| ,| \.(?:\s|$)`)
	// The keywords that a text offers.
	stopInVietnamese = regexp.MustCompile(`\bTC\b`)
	stopInEnglish    = regexp.MustCompile(`\b(?:TC|STOP)\b`)

	links = regexp.MustCompile(`https?://[^\s/"<>]+`)
)

// saysHowToStop reports whether a message tells how to get no more: a mail by its
// link, a text by the keyword or, where no reply can come back, by a link.
func saysHowToStop(w wordSum) bool {
	if w.Sender.Channel == survey.Mail {
		return w.StopLink != "" && strings.Contains(w.Body, w.StopLink)
	}
	if !w.Sender.CanReceive {
		return links.MatchString(w.Body)
	}
	if w.Lang == survey.English {
		return stopInEnglish.MatchString(w.Body)
	}
	return stopInVietnamese.MatchString(w.Body)
}

// judgeLink reports whether nobody else can open a link, and whether it is not
// encrypted.
func judgeLink(link string) (local, plain bool) {
	u, err := url.Parse(link)
	if err != nil {
		return true, false
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified()), u.Scheme == "http"
}
