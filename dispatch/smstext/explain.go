package smstext

// Explanation is what "canvass explain sms" prints: the text as it stands and
// as it would be sent by default, folded.
type Explanation struct {
	Size
	Folded Folded `json:"folded"`
}

// Folded is the unaccented form of a text and its size.
type Folded struct {
	Text string `json:"text"`
	Size
}

// Explain measures text as given and folded. It does not normalise the text
// first: the caller who sends normalises, the one who asks sees the difference.
func Explain(text string) Explanation {
	folded := Fold(text)
	return Explanation{Size: Count(text), Folded: Folded{Text: folded, Size: Count(folded)}}
}
