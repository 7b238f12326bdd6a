package wording

import (
	"fmt"
	"strings"
)

// SMSByStaff is the text of what a person of the office wrote, with who says it
// first, as in every text.
func (w *Wording) SMSByStaff(c Context, words string) (string, error) {
	f := c.Fields()
	f.Said = words
	text, err := w.set.Text(c.tongue(), "S50", f)
	if err != nil {
		return "", fmt.Errorf("wording: sms by staff: %w", err)
	}
	return c.onAir(text), nil
}

// MailByStaff is the subject and the text of a mail that a person of the office
// wrote: their words, and who they are from.
func (w *Wording) MailByStaff(c Context, words string) (subject, text string, err error) {
	f := c.Fields()
	f.Said = words
	var parts [2]string
	for i, key := range []string{"staff.subject", "staff.sign"} {
		if parts[i], err = w.set.Text(c.tongue(), key, f); err != nil {
			return "", "", fmt.Errorf("wording: mail by staff: %w", err)
		}
	}
	return parts[0], strings.TrimSpace(words) + "\n\n" + parts[1] + "\n", nil
}
