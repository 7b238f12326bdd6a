package respondent

import (
	"regexp"
	"strconv"
	"strings"
)

// asks is what a text or a prompt wants of a person.
type asks int

const (
	asksNothing  asks = iota
	asksChoice        // one of the choices
	asksChoices       // up to most of them
	asksNumber        // between low and high
	asksWords         // a sentence of one's own
	asksAgain         // the same as before: the last reply was not understood
	asksLetter        // A or B
	asksWhether       // 1 to answer the survey at all
	asksDoor          // call: a key that begins, agrees or goes on
	asksRecord        // call: words after the tone
	tellsThanks       // the end
	tellsStopped      // no more is asked: noted, done already, too late
)

// reading is what a person makes of a text or a prompt.
type reading struct {
	asks    asks
	choices []choice
	most    int
	low     int
	high    int
	link    string // path of a form's link
	stop    bool   // asksLetter: A would stop everything
	again   bool   // the words say that the last reply was not understood
}

var (
	httpLink   = regexp.MustCompile(`https?://[^\s]+`)
	smsChoice  = regexp.MustCompile(`(?:^|[\s?:.;(])(\d)[ ]+(\pL)`)
	smsBetween = regexp.MustCompile(`(?:\btu|\bfrom|\(|khoang|outside) ?(-?\d{1,6}) ?(?:den|to|-) ?(\d{1,6})`)
	smsMost    = regexp.MustCompile(`(?:toi da|nhieu nhat|up to|takes up to) (\d)\b`)
)

// readText reads a text as people do: figures with words behind them are
// choices, if they count from one.
func readText(body string) reading {
	t := strings.Join(strings.Fields(fold(body)), " ")
	r := reading{link: linkIn(body), again: strings.HasPrefix(t, "xin ") || strings.HasPrefix(t, "please ") || strings.HasPrefix(t, "sorry")}
	choices := choicesIn(t)
	m := smsMost.FindStringSubmatch(t)
	switch {
	case r.link != "":
		return r
	case hasAny(t, "xong roi", "all done"):
		r.asks = tellsThanks
	case hasAny(t, "da ghi nhan", "noted", "da xong tu", "was completed", "da khep", "the round ended", "can bo phu trach se goi"):
		r.asks = tellsStopped
	case hasAny(t, "tra loi khao sat nay khong", "gui bao cao nay khong", "will you answer this survey", "will you send this report"):
		r.asks = asksWhether
	case len(choices) > 1:
		r.asks, r.choices = asksChoice, choices
		if m != nil {
			r.asks, r.most = asksChoices, int(m[1][0]-'0')
		}
	case hasAny(t, "a: phai, thoi nhan", "a: yes, stop"):
		r.asks, r.stop = asksLetter, true
	case hasAny(t, "a hoac b", "a or b", "a: lam tiep", "a: go on"):
		r.asks = asksLetter
	case hasAny(t, "vai chu", "few words"):
		r.asks = asksWords
	case m != nil || hasAny(t, "xin loi, he thong chua hieu", "sorry, not understood", "gui lai bang chu so", "send it as a figure"):
		r.asks = asksAgain
		if m != nil {
			r.most = int(m[1][0] - '0')
		}
	default:
		if b := smsBetween.FindStringSubmatch(t); b != nil {
			r.asks = asksNumber
			r.low, _ = strconv.Atoi(b[1]) // at most six digits
			r.high, _ = strconv.Atoi(b[2])
		}
	}
	return r
}

// linkIn is the path of a form's link in a text, "" for none.
func linkIn(body string) string {
	for _, l := range httpLink.FindAllString(body, -1) {
		if i := strings.Index(l, "/r/"); i >= 0 {
			return strings.TrimRight(l[i:], ".,;")
		}
	}
	return ""
}

// choicesIn finds the longest run "1 … 2 … 3 …", with a zero behind it or not.
func choicesIn(t string) []choice {
	marks := smsChoice.FindAllStringSubmatchIndex(t, -1)
	var best []choice
	for i := range marks {
		var run []choice
		for j := i; j < len(marks); j++ {
			figure := t[marks[j][2]:marks[j][3]]
			want := strconv.Itoa(len(run) + 1)
			if figure != want && (figure != "0" || len(run) == 0) {
				continue
			}
			end := len(t)
			if j+1 < len(marks) {
				end = marks[j+1][2]
			}
			run = append(run, choice{value: figure, label: labelIn(t[marks[j][4]:end])})
			if figure == "0" {
				break
			}
		}
		if len(run) > len(best) {
			best = run
		}
	}
	return best
}

// labelIn is the label at the beginning of s: up to the end of its sentence.
func labelIn(s string) string {
	if i := strings.IndexAny(s, ".?"); i >= 0 {
		s = s[:i]
	}
	return strings.Trim(s, " .,;:()")
}

// Figures as they are spoken.
var spoken = map[string]string{
	"khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "nam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9",
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}

var (
	voiceChoice = regexp.MustCompile(`^(.*), (?:xin )?(?:bam|press)(?: phim)?(?: so)? (\w+)$`)
	voiceDoor   = regexp.MustCompile(`(?:xin bam phim|lam tiep, bam phim|neu dung, bam) mot\b|(?:please press|if you agree, press|if that is you, press|to go on, press|if that is right, press) one\b`)
	voiceMost   = regexp.MustCompile(`(?:toi da|nhieu nhat|up to) (\w+) (?:so|numbers)`)
)

// readPrompt reads what was spoken in a call.
func readPrompt(text string) reading {
	t := strings.Join(strings.Fields(fold(text)), " ")
	var r reading
	for sentence := range strings.FieldsFuncSeq(t, func(c rune) bool { return strings.ContainsRune(".?!", c) }) {
		m := voiceChoice.FindStringSubmatch(strings.TrimSpace(sentence))
		if m == nil || strings.HasPrefix(m[1], "muon ") || strings.HasPrefix(m[1], "to hear") {
			continue
		}
		if key := spoken[m[2]]; key >= "1" && key <= "7" {
			r.choices = append(r.choices, choice{value: key, label: m[1]})
		}
	}
	hash := hasAny(t, "phim thang", "hash", "pound")
	switch {
	case hasAny(t, "tra loi xong", "last question"):
		r.asks = tellsThanks
	case hasAny(t, "tieng bip", "after the tone"):
		r.asks = asksRecord
	case voiceDoor.MatchString(t):
		r.asks = asksDoor
	case len(r.choices) > 0 && hash:
		r.asks, r.most = asksChoices, 3
		if m := voiceMost.FindStringSubmatch(t); m != nil && spoken[m[1]] > "0" {
			r.most, _ = strconv.Atoi(spoken[m[1]]) // a figure
		}
	case len(r.choices) > 0:
		r.asks = asksChoice
	case hash:
		r.asks, r.high = asksNumber, 9
	}
	return r
}
