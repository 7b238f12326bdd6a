package instrument

import (
	"strings"
	"unicode"

	"canvass/dispatch/survey"
)

// respellings are words as they are typed on telephones, and what they stand
// for. A word that may be something else as it stands ("dk", "tl") is not here.
var respellings = map[string]string{
	"nhiu": "nhiều", "bik": "biết", "bit": "biết", "bjt": "biết", "mun": "muốn", "bth": "bình thường", "bthg": "bình thường",
	"ng": "người", "ngf": "người", "dc": "được", "trc": "trước", "hqua": "hôm qua", "hnay": "hôm nay", "wa": "quá", "j": "gì", "ji": "gì",
	"kug": "cũng", "cug": "cũng", "cx": "cũng", "vs": "với", "lun": "luôn", "thui": "thôi", "oy": "rồi", "rui": "rồi",
}

// respelled writes words out that are typed short. The words keep their place in
// the message.
func respelled(words []word) []word {
	out := make([]word, 0, len(words))
	for _, w := range words {
		full, ok := respellings[w.base]
		if !ok {
			out = append(out, w)
			continue
		}
		for i, long := range newPhrase(full) {
			if long.start, long.end = w.start, w.end; i > 0 {
				long.start = w.end // the first has the place of all
			}
			out = append(out, long)
		}
	}
	return out
}

// gluedTails are what people write behind a figure without a blank: 2nha, 1ạ.
var gluedTails = phrases("ạ", "nha", "nhé", "nhá", "nghe", "hen", "ah", "thôi", "đó")

// unglued parts a figure from such a tail.
func unglued(m message) []word {
	var out []word
	for i, w := range m.words {
		at := strings.IndexFunc(w.base, func(r rune) bool { return !unicode.IsDigit(r) })
		if at <= 0 || at >= len(w.base) {
			if out != nil {
				out = append(out, w)
			}
			continue
		}
		tail := newWord(m.text[w.start+at : w.end])
		if !isOneOf([]word{tail}, gluedTails) {
			if out != nil {
				out = append(out, w)
			}
			continue
		}
		if out == nil {
			out = append(make([]word, 0, len(m.words)+1), m.words[:i]...)
		}
		figure := newWord(w.base[:at])
		figure.start, figure.end = w.start, w.start+at
		tail.start, tail.end = w.start+at, w.end
		out = append(out, figure, tail)
	}
	if out == nil {
		return m.words
	}
	return out
}

// plainNo writes "không" for each word that is said for it, so that "ko nhan
// nua" is the stop that "không nhận nữa" is.
func plainNo(words []word) []word {
	var out []word
	for i, w := range words {
		if !isOneOf(words[i:i+1], spokenNo) {
			continue
		}
		if out == nil {
			out = append([]word(nil), words...)
		}
		no := noLabel[0]
		no.start, no.end = w.start, w.end
		out[i] = no
	}
	if out == nil {
		return words
	}
	return out
}

// stopsButAsked reports whether a stop in Vietnamese is spelt by a word of the
// question itself: "không nhận" answers "Nhà mình có nhận được tiền không?", and
// stops everything where nobody asked about it.
func (q *Question) stopsButAsked(words []word) bool {
	for i := range words {
		if isOneOf(words[i:i+1], stopVerbs) && q.mentions(words[i]) {
			return true
		}
	}
	return false
}

// stopVerbs are the words of a stop that a question may have too.
var stopVerbs = phrases("nhận", "ngừng", "ngưng", "dừng", "hủy", "chối")

// mentions reports whether the texts of q, without its choices, have a word as it
// was typed.
func (q *Question) mentions(w word) bool {
	for _, t := range [...]Texts{q.Label, q.Row, q.Stem, q.authored[survey.TextMode]} {
		for _, text := range t {
			for _, known := range newPhrase(text) {
				if w.fits(known) {
					return true
				}
			}
		}
	}
	return false
}
