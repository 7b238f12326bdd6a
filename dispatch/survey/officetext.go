package survey

import (
	"slices"
	"strings"
)

// Occasion is what a text of the office is for.
type Occasion string

// The occasions. An opening carries the first question; what is urgent is a poll of one
// or two questions.
const (
	OccasionInvitation Occasion = "invitation"
	OccasionOpening    Occasion = "opening"
	OccasionUrgent     Occasion = "urgent"
	OccasionReminder   Occasion = "reminder"
	OccasionPartial    Occasion = "partial" // for who began
	OccasionLast       Occasion = "last"
	OccasionThanks     Occasion = "thanks"
)

// Occasions lists the occasions in the order of a campaign.
func Occasions() []Occasion {
	return []Occasion{OccasionInvitation, OccasionOpening, OccasionUrgent, OccasionReminder, OccasionPartial, OccasionLast, OccasionThanks}
}

// TextName names one text: its occasion, the channel it goes by, and its language.
// Written, it is "reminder.sms.vi".
type TextName struct {
	Occasion Occasion
	Channel  Channel
	Lang     Lang
}

func (n TextName) String() string {
	return string(n.Occasion) + "." + string(n.Channel) + "." + string(n.Lang)
}

// TextNames lists every text that an office may write in its own words.
func TextNames() []TextName {
	by := map[Occasion][]Channel{OccasionInvitation: Channels(), OccasionOpening: {SMS}, OccasionThanks: {SMS, Call}}
	var out []TextName
	for _, o := range Occasions() {
		channels, ok := by[o]
		if !ok {
			channels = []Channel{Mail, SMS}
		}
		for _, ch := range channels {
			for _, l := range []Lang{Vietnamese, English} {
				out = append(out, TextName{o, ch, l})
			}
		}
	}
	return out
}

// ParseTextName reads a name as String writes it; false if there is no such text.
func ParseTextName(text string) (TextName, bool) {
	part := strings.Split(text, ".")
	if len(part) != 3 {
		return TextName{}, false
	}
	n := TextName{Occasion(part[0]), Channel(part[1]), Lang(part[2])}
	return n, slices.Contains(TextNames(), n)
}

// MarshalText writes the name, so that it can be a key.
func (n TextName) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads a name. One that is known no longer is kept as it is: a campaign
// that has it can still be read.
func (n *TextName) UnmarshalText(text []byte) error {
	part := strings.SplitN(string(text), ".", 3)
	part = append(part, "", "")
	*n = TextName{Occasion(part[0]), Channel(part[1]), Lang(part[2])}
	return nil
}

// OwnText is what an office says in its own words, with merge fields in braces. Only a
// mail has a subject.
type OwnText struct {
	Subject string `json:"subject,omitempty"`
	Body    string `json:"body"`
}

// OwnTexts are the own texts of an office; what is not in it is said in the built-in words.
type OwnTexts map[TextName]OwnText
