package contactlist

import (
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// endpoints reads the columns of e-mails and phones. An address that cannot be
// used is an error of the row if no other is left to reach the person by, else
// a warning.
func (b *rowBuilder) endpoints() {
	var bad []*survey.Error
	for i := range b.m.Columns {
		if c := &b.m.Columns[i]; c.Field == FieldEmail {
			bad = append(bad, b.emailCell(c)...)
		}
	}
	for i := range b.m.Columns {
		if c := &b.m.Columns[i]; c.Field == FieldPhone {
			bad = append(bad, b.phoneCell(c)...)
		}
	}
	// An e-mail may have come out of a column of phones: e-mails go first.
	slices.SortStableFunc(b.Contact.Endpoints, func(x, y survey.Endpoint) int {
		return strings.Compare(string(x.Kind), string(y.Kind))
	})
	for i := range b.Contact.Endpoints {
		b.Contact.Endpoints[i].Rank = i
	}
	switch {
	case len(b.Contact.Endpoints) > 0:
		b.Warnings = append(b.Warnings, bad...)
	case len(bad) > 0:
		b.Errors = append(b.Errors, bad...)
	default: // they belong to the frame all the same: coverage counts who has neither
		b.warn(invalid(survey.CodeNoEndpoint, "", ""), "")
	}
}

// emailCell reads a cell of e-mails; a phone that stands there is taken as one.
func (b *rowBuilder) emailCell(c *Column) []*survey.Error {
	cell := cellAt(b.cells, c.Index)
	if isBlank(cell) {
		return nil
	}
	if !strings.ContainsAny(cell, "@＠") {
		if r := ParsePhone(cell); r.found() {
			b.warn(invalid(survey.CodeColumnsSwapped, "", ""), c.Label)
			return b.phoneReading(r, c)
		}
	}
	return b.emails(cell, c)
}

func (b *rowBuilder) emails(cell string, c *Column) []*survey.Error {
	var bad []*survey.Error
	for _, part := range splitEmails(cell) {
		address, warnings, err := ParseEmail(part)
		if err != nil {
			bad = append(bad, b.at(withValue(err, part), c.Label))
			continue
		}
		for _, w := range warnings {
			b.warn(withValue(w, part), c.Label)
		}
		b.add(survey.Endpoint{Kind: survey.EmailAddress, Address: string(address), Label: c.Label})
	}
	return bad
}

// splitEmails parts a cell with several addresses; what has one at sign or none
// is left whole.
func splitEmails(cell string) []string {
	if strings.Count(cell, "@") < 2 {
		return []string{cell}
	}
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";,/|\n\r\t ", r) })
}

// phoneCell reads a cell of phones; an e-mail that stands there is taken as one.
func (b *rowBuilder) phoneCell(c *Column) []*survey.Error {
	cell := cellAt(b.cells, c.Index)
	if isBlank(cell) {
		return nil
	}
	if strings.ContainsAny(cell, "@＠") {
		b.warn(invalid(survey.CodeColumnsSwapped, "", ""), c.Label)
		return b.emails(cell, c)
	}
	return b.phoneReading(ParsePhone(cell), c)
}

func (b *rowBuilder) phoneReading(r PhoneReading, c *Column) []*survey.Error {
	cell := cellAt(b.cells, c.Index)
	if !r.found() {
		return []*survey.Error{b.at(withValue(invalid(r.Reason, "", ""), cell), c.Label)}
	}
	for _, e := range r.Told() {
		b.warn(withValue(e, cell), c.Label)
	}
	for _, n := range r.Numbers {
		b.add(survey.Endpoint{Kind: survey.PhoneNumber, Address: n.E164, SMS: n.SMS, Label: c.Label})
	}
	return nil
}

func (b *rowBuilder) add(e survey.Endpoint) {
	for _, have := range b.Contact.Endpoints {
		if have.Kind == e.Kind && strings.EqualFold(have.Address, e.Address) {
			return
		}
	}
	e.Status = survey.EndpointUnverified
	b.Contact.Endpoints = append(b.Contact.Endpoints, e)
}

// Keys returns what identifies a contact within a list, surest first: the
// office's code, then name and phone, then name and e-mail. Two rows are one
// person if they share a key. A phone alone is no identity: couples share one.
// Whoever has neither code nor address is known by name, unit and year of
// birth. The keys hold personal data and must not reach a log.
func Keys(c survey.Contact) []string {
	var keys []string
	if c.Code != "" {
		keys = append(keys, "code:"+strings.ToLower(c.Code))
	}
	name := words(string(c.Name))
	for _, kind := range []survey.EndpointKind{survey.PhoneNumber, survey.EmailAddress} {
		for _, e := range c.Endpoints {
			if e.Kind == kind && name != "" {
				keys = append(keys, string(kind)+":"+name+":"+strings.ToLower(e.Address))
			}
		}
	}
	if len(keys) == 0 && name != "" {
		keys = append(keys, "unit:"+name+":"+words(c.Unit)+":"+strconv.Itoa(c.Birth))
	}
	return keys
}
