package contactlist

import (
	"strings"

	"canvass/dispatch/survey"
)

// consents reads the columns of consent, and those that tick who wants no
// contact.
func (b *rowBuilder) consents() {
	for i := range b.m.Columns {
		c := &b.m.Columns[i]
		if channel, ok := ConsentChannel(c.Field); ok {
			b.consent(c, channel)
			continue
		}
		if c.Field != fieldRefusal {
			continue
		}
		if given, known := parseConsent(cellAt(b.cells, c.Index)); known && given {
			b.optOut(c.Label)
		}
	}
}

// ConsentChannel is the channel whose consent a field holds, empty for every
// channel; false for other fields.
func ConsentChannel(f Field) (survey.Channel, bool) {
	switch f {
	case FieldConsent:
		return "", true
	case FieldConsentEmail:
		return survey.Mail, true
	case FieldConsentSMS:
		return survey.SMS, true
	case FieldConsentCall:
		return survey.Call, true
	}
	return "", false
}

func (b *rowBuilder) consent(c *Column, channel survey.Channel) {
	cell := cellAt(b.cells, c.Index)
	given, known := parseConsent(cell)
	switch {
	case known:
		b.Consents = append(b.Consents, survey.ConsentMark{Channel: channel, Given: given})
		if !given {
			e := invalid(survey.CodeConsentWithdrawn, "", "")
			if channel != "" {
				e.Args = map[string]string{"channel": string(channel)}
			}
			b.warn(e, c.Label)
		}
	case words(cell) != "":
		b.warn(withValue(invalid(survey.CodeConsentUnclear, "", ""), cell), c.Label)
	}
}

// parseConsent reads a yes or a no; known is false for anything else, and for a
// blank cell.
func parseConsent(cell string) (given, known bool) {
	if isMark(cell) {
		return true, true
	}
	switch words(cell) {
	case "y", "ok", "dong y", "co dong y", "da dong y", "chap thuan", "dong thuan", "nhan", "agree", "agreed", "consent", "given", "t":
		return true, true
	case "khong", "ko", "k", "kh", "khong co", "khong dong y", "ko dong y", "k dong y", "tu choi", "khong nhan", "ko nhan", "khong chap thuan", "thoi nhan", "ngung nhan", "rut", "da rut",
		"0", "n", "no", "none", "false", "f", "refused", "declined", "withdrawn", "opt out", "opted out", "stop":
		return false, true
	}
	switch strings.TrimSpace(cell) {
	case "✗", "✘", "☒":
		return false, true
	}
	return false, false
}
