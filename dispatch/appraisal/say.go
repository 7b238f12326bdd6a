package appraisal

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// counted is the SMS of a question with its counter, with its accents: what
// dispatch/wording sends of it, before it is folded. A note has no counter.
func counted(q *instrument.Questionnaire, question *instrument.Question, l survey.Lang) string {
	text := question.SMS.In(l)
	if n, of := q.Place(question.Name, survey.TextMode); n > 0 && question.Type != instrument.Note {
		text = phrase(l, "S09", map[string]string{"so": strconv.Itoa(n), "cau": strconv.Itoa(of), "cau_hoi": text})
	}
	text = strings.Join(strings.Fields(smstext.Normalize(text)), " ")
	return strings.ReplaceAll(text, "?. ", "? ")
}

// said is a question as a call says it, with its number in words.
func said(q *instrument.Questionnaire, question *instrument.Question, l survey.Lang) string {
	text := strings.ReplaceAll(question.Voice.In(l), "Ông/Bà", "Ông, Bà")
	if n, _ := q.Place(question.Name, survey.Voice); n > 0 && question.Type != instrument.Note {
		text = phrase(l, "V07", map[string]string{"so": templates.Spoken(string(l), n), "cau_hoi": text})
	}
	if question.Record > 0 {
		text += " " + phrase(l, "V11", nil)
	}
	return text
}

func phrase(l survey.Lang, key string, args map[string]string) string {
	text, _ := templates.Words(key, string(l), args)
	return text
}

// The pace of a call. The voice of the house says 4.2 Vietnamese syllables a
// second, which is 0.8 of the 5.22 that were measured of read speech; English,
// read at 6.19, is slowed as much [Pellegrino, Coupé, Marsico: A Cross-Language
// Perspective on Speech Information Rate, Language 87 (2011), table 1]. The
// pauses are those with which the seconds of the voice script come out.
const (
	vietnamesePace = 4.2
	englishPace    = 6.19 * vietnamesePace / 5.22
	commaPause     = 0.3
	sentencePause  = 0.7
)

// Seconds estimates how long a voice takes to say text: its syllables at the
// pace of the language, and a pause at every comma and end of a sentence; to a
// tenth of a second.
func Seconds(l survey.Lang, text string) float64 {
	syllables, pauses := 0, 0.0
	pace := vietnamesePace
	if l == survey.English {
		pace = englishPace
	}
	for _, word := range strings.Fields(text) {
		switch end := strings.TrimRight(word, `"')”`); {
		case strings.HasSuffix(end, "."), strings.HasSuffix(end, "?"), strings.HasSuffix(end, "!"):
			pauses += sentencePause
		case strings.HasSuffix(end, ","), strings.HasSuffix(end, ";"), strings.HasSuffix(end, ":"):
			pauses += commaPause
		}
		for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			syllables += syllablesOf(l, part)
		}
	}
	return math.Round(10*(float64(syllables)/pace+pauses)) / 10
}

// syllablesOf counts the runs of vowels of a word. Vietnamese writes a syllable
// as a word, so that there only what is borrowed has several; a final e of
// English is silent. Figures are counted as they are said.
func syllablesOf(l survey.Lang, word string) int {
	if n, err := strconv.Atoi(word); err == nil {
		total := 0
		for _, w := range strings.FieldsFunc(templates.Spoken(string(l), n), func(r rune) bool { return r == ' ' || r == '-' }) {
			total += syllablesOf(l, w)
		}
		return total
	}
	word = strings.ToLower(smstext.Fold(word))
	runs, vowel := 0, false
	for _, r := range word {
		v := strings.ContainsRune("aeiouy", r)
		if v && !vowel {
			runs++
		}
		vowel = v
	}
	if l == survey.English && runs > 1 && strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") {
		runs--
	}
	return max(runs, 1)
}

// doors are the seconds of what a call says around its questions: who calls,
// for whom, what is agreed to, how to press, and thanks.
func doors(l survey.Lang) float64 {
	total := 0.0
	office := map[survey.Lang]string{survey.Vietnamese: "Phòng Dư luận xã hội tỉnh Lam Xuyên", survey.English: "Lam Xuyên provincial opinion office"}
	args := map[string]string{"van_phong": office[l], "cau": "5", "phut": "3", "cau_giu_kin": phrase(l, "keep.confidential.call", nil)}
	for _, key := range []string{"V01", "V04", "V05", "V05.link", "V05.out", "V06", "V22"} {
		total += Seconds(l, phrase(l, key, args))
	}
	return total
}
