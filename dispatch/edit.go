package dispatch

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// EditStore is what correcting one person needs of the database.
type EditStore interface {
	PersonStore
	TerritoryStore
	EditContact(ctx context.Context, o view.EditOrder, decide func(c survey.Contact, corrected map[string]string) (view.Edited, error)) error
}

// EditRequest is what staff write about one person: every field as it is to be. An
// attribute that is not named stays.
type EditRequest struct {
	PersonRequest
	Seen                             time.Time // UpdatedAt of the card that they saw
	Name, Code, Title, Sex, Language string
	Birth                            string // year, or empty
	Zone, Unit                       string
	Attributes                       map[string]string
	Add                              string // a number or mailbox, or several
	Retire, Revive                   []survey.EndpointID
}

// Fields of an edit, by which an error says where it is (Where).
const (
	EditName  = "name"
	EditCode  = "code"
	EditSex   = "sex"
	EditBirth = "birth"
	EditZone  = "zone"
	EditAdd   = "add"
	EditLang  = "language"
)

// The bounds of a year of birth, as the table has them.
const firstBirth, lastBirth = 1900, 2100

// longestField is the most characters of a text of a person.
const longestField = 200

// EditContact corrects one person, on record. What a list said and staff corrected stays
// corrected: a later list that says the same again changes nothing, and one that says
// something new is believed. An address is never taken out, so that no list brings it
// back: it is not used any more. Errors: reason_missing, not_found, name_missing,
// range_invalid, zone_unknown, code_taken, contact_changed, and those of reading an address.
func EditContact(ctx context.Context, store EditStore, r EditRequest) error {
	if err := reasoned(r.Reason); err != nil {
		return err
	}
	id, err := store.FindContact(ctx, ParseContactRef(r.Ref))
	if err != nil {
		return err
	}
	given, bad := r.read()
	if bad != nil {
		return bad
	}
	matcher, err := UnitMatcher(ctx, store)
	if err != nil {
		return err
	}
	return store.EditContact(ctx, view.EditOrder{ContactID: id, Seen: r.Seen, Reason: r.Reason, Actor: r.Actor, Now: r.Now},
		func(c survey.Contact, corrected map[string]string) (view.Edited, error) {
			given := given
			if given.UnitCode = c.UnitCode; given.Unit != c.Unit {
				given.UnitCode = ""
				if matcher != nil && given.Unit != "" {
					if m := matcher.Match(given.Unit); m.Tied() {
						given.UnitCode = m.Code
					}
				}
			}
			return r.decide(c, given, corrected), nil
		})
}

// read checks what was written.
func (r EditRequest) read() (survey.Contact, error) {
	name, _, bad := contactlist.ParseName(r.Name)
	if bad != nil {
		return survey.Contact{}, placed(bad, EditName)
	}
	c := survey.Contact{Name: name, Code: tidied(r.Code), Title: tidied(r.Title), Sex: tidied(r.Sex), Language: survey.Lang(r.Language), Zone: tidied(r.Zone), Unit: tidied(r.Unit)}
	if c.Sex != "" && c.Sex != "nam" && c.Sex != "nữ" {
		return c, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: EditSex, Args: map[string]string{"command": "contacts"}}
	}
	if c.Language != survey.Vietnamese && c.Language != survey.English {
		return c, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: EditLang, Args: map[string]string{"command": "contacts"}}
	}
	if text := tidied(r.Birth); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < firstBirth || n > lastBirth {
			return c, &survey.Error{Kind: survey.Invalid, Code: survey.CodeRangeInvalid, Where: EditBirth, Args: map[string]string{"name": "birth",
				"value": text, "min": strconv.Itoa(firstBirth), "max": strconv.Itoa(lastBirth)}}
		}
		c.Birth = n
	}
	if _, ok := survey.Zone(c.Zone); c.Zone != "" && !ok {
		return c, &survey.Error{Kind: survey.Invalid, Code: survey.CodeZoneUnknown, Where: EditZone, Args: map[string]string{"value": c.Zone}}
	}
	var unread *survey.Error
	if c.Endpoints, unread = contactlist.ReadAddresses(r.Add); unread != nil {
		return c, placed(unread, EditAdd)
	}
	return c, nil
}

// tidied is a text of one line, not too long.
func tidied(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longestField {
		text = string(runes[:longestField])
	}
	return text
}

func placed(e *survey.Error, where string) *survey.Error {
	out := *e
	out.Where = where
	return &out
}

// decide lays what was written over the contact.
func (r EditRequest) decide(c, given survey.Contact, corrected map[string]string) view.Edited {
	out := view.Edited{Contact: c, Corrected: maps.Clone(corrected), Retire: r.Retire, Revive: r.Revive}
	if out.Corrected == nil {
		out.Corrected = map[string]string{}
	}
	set := func(field string, to *string, v string) {
		if v != *to {
			out.Correct(field, *to, v)
			*to = v
		}
	}
	k := &out.Contact
	name, lang, birth := string(k.Name), string(k.Language), yearOf(k.Birth)
	set("name", &name, string(given.Name))
	set("code", &k.Code, given.Code)
	set("title", &k.Title, given.Title)
	set("sex", &k.Sex, given.Sex)
	set("birth", &birth, yearOf(given.Birth))
	set("language", &lang, string(given.Language))
	set("zone", &k.Zone, given.Zone)
	set("unit", &k.Unit, given.Unit)
	k.Name, k.Language, k.Birth, k.UnitCode = survey.PersonName(name), survey.Lang(lang), given.Birth, given.UnitCode
	k.Attributes = maps.Clone(c.Attributes)
	for _, key := range slices.Sorted(maps.Keys(r.Attributes)) {
		v, known := k.Attributes[key]
		if !known { // only what is there is corrected
			continue
		}
		if set(key, &v, tidied(r.Attributes[key])); v == "" {
			delete(k.Attributes, key)
		} else {
			k.Attributes[key] = v
		}
	}
	out.SearchKey = contactlist.SearchKey(string(k.Name))
	for _, e := range given.Endpoints {
		same := slices.IndexFunc(c.Endpoints, func(o survey.Endpoint) bool { return o.Kind == e.Kind && strings.EqualFold(o.Address, e.Address) })
		if same < 0 {
			out.Add = append(out.Add, e)
		} else if c.Endpoints[same].Status == survey.EndpointDead { // said again: it is used again
			out.Revive = append(out.Revive, c.Endpoints[same].ID)
		}
	}
	return out
}

func yearOf(n int) string {
	if n == 0 {
		return ""
	}
	return itoa(n)
}
