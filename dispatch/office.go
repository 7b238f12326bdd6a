package dispatch

import (
	"context"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// OfficeStore is what the office's own details need of the database.
type OfficeStore interface {
	PutOffice(ctx context.Context, o survey.Office, by view.Audit) error
}

// SetOffice sets the office of new campaigns, on record; those that exist keep theirs.
// Errors: office_incomplete, with the first field that is missing or too long.
func SetOffice(ctx context.Context, store OfficeStore, o survey.Office, by view.Audit) error {
	if missing := officeMissing(o, []survey.Lang{survey.Vietnamese, survey.English}); len(missing) > 0 {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeOfficeIncomplete, Args: map[string]string{"name": missing[0]}}
	}
	return store.PutOffice(ctx, o, by)
}

// officeMissing lists the fields of an office that respondents would miss.
func officeMissing(o survey.Office, langs []survey.Lang) []string {
	var out []string
	for _, l := range langs {
		if o.Name[l] == "" {
			out = append(out, "name."+string(l))
		}
		if n := utf8.RuneCountInString(o.Short[l]); n == 0 || n > shortName {
			out = append(out, "short."+string(l))
		}
	}
	if strings.TrimSpace(o.Contact) == "" {
		out = append(out, "contact")
	}
	if strings.TrimSpace(o.Phone) == "" {
		out = append(out, "phone")
	}
	if _, _, bad := contactlist.ParseEmail(o.Mail); bad != nil {
		out = append(out, "mail")
	}
	return out
}

// TrialAddress brings an address of somebody of the office, to whom a sender of the channel
// is tried, into its form: a mailbox, or a mobile in E.164. Errors: email_invalid and
// others of a list, phone_invalid.
func TrialAddress(ch survey.Channel, text string) (string, error) {
	if ch == survey.Mail {
		address, _, bad := contactlist.ParseEmail(text)
		if bad != nil {
			return "", bad
		}
		return string(address), nil
	}
	r := contactlist.ParsePhone(text)
	if len(r.Numbers) == 0 {
		code := r.Reason
		if code == "" {
			code = survey.CodePhoneInvalid
		}
		return "", &survey.Error{Kind: survey.Invalid, Code: code}
	}
	return r.Numbers[0].E164, nil
}
