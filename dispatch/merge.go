package dispatch

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func itoa(n int) string { return strconv.Itoa(n) }

// merger decides what the rows of one list do to the contact list. It remembers
// which contacts the list spoke of already, and which addresses are shared.
type merger struct {
	random io.Reader
	report ImportReport
	where  []string                    // of the people of the batch in hand
	first  map[survey.ContactID]string // where the list spoke of a contact first
	shared map[string]*sharing         // by kind and address
}

// sharing is who has one address.
type sharing struct {
	kind   survey.EndpointKind
	people map[survey.ContactID]string // with their codes
}

func newMerger(random io.Reader) *merger {
	return &merger{random: random, first: map[survey.ContactID]string{}, shared: map[string]*sharing{},
		report: ImportReport{Reasons: map[survey.Code]int{}, Warnings: map[survey.Code]int{}}}
}

// note keeps what is to be said of a row, and counts each code once.
func (m *merger) note(where string, errors, warnings []*survey.Error) {
	if len(errors)+len(warnings) == 0 {
		return
	}
	row := ImportedRow{Where: where, Errors: errors, Warnings: warnings}
	for i, e := range slices.Concat(errors, warnings) {
		if slices.Contains(row.Codes, e.Code) {
			continue
		}
		row.Codes = append(row.Codes, e.Code)
		if i < len(errors) {
			m.report.Reasons[e.Code]++
		} else {
			m.report.Warnings[e.Code]++
		}
	}
	if len(m.report.Rows) == maxRows {
		m.report.Unlisted++
		return
	}
	m.report.Rows = append(m.report.Rows, row)
}

// merge decides on one batch.
func (m *merger) merge(step view.ImportStep) ([]view.Merge, error) {
	known := index(step.Known)
	out := make([]view.Merge, len(step.People))
	last := map[survey.ContactID]int{}
	for i, p := range step.People {
		where := m.where[i]
		if k := known.find(p.Contact); k != nil {
			out[i] = m.update(where, k, p)
		} else {
			var err error
			if out[i], err = m.create(p, step.Fresh[i]); err != nil {
				return nil, err
			}
		}
		id := out[i].Contact.ID
		if j, again := last[id]; again { // one write per contact, the last
			out[i].Write, out[j].Write = out[i].Write || out[j].Write, false
			out[i].Leave, out[j].Leave = out[i].Leave || out[j].Leave, false
		}
		last[id] = i
		if _, again := m.first[id]; !again {
			m.first[id] = where
		}
		m.share(id, out[i].Contact.Code, p.Contact.Endpoints, known)
	}
	m.shareWithin(step, out)
	return out, nil
}

func (m *merger) create(p view.Person, id survey.ContactID) (view.Merge, error) {
	var b [8]byte
	if _, err := io.ReadFull(m.random, b[:]); err != nil {
		return view.Merge{}, fmt.Errorf("dispatch: random number: %w", err)
	}
	c := p.Contact
	c.ID, c.Random = id, survey.RandomNumber(binary.BigEndian.Uint64(b[:]))
	return view.Merge{Contact: c, SearchKey: contactlist.SearchKey(string(c.Name)), Outcome: view.MergeCreated,
		Endpoints: ranked(nil, c.Endpoints), Leave: p.Left, Suppress: p.OptedOut}, nil
}

// update lays a row over a contact. The first row of a list that speaks of a
// contact sets what it says; a further one only fills in what is missing, so
// that the same list again changes nothing. k becomes what the contact is then.
func (m *merger) update(where string, k *view.Known, p view.Person) view.Merge {
	first, again := m.first[k.Contact.ID]
	if again {
		m.note(where, nil, []*survey.Error{{Kind: survey.Invalid, Code: survey.CodeDuplicateRow, Where: where,
			Args: map[string]string{"first": first}}})
	}
	c, changed := overlay(k.Contact, p.Contact, !again)
	out := view.Merge{Contact: c, SearchKey: contactlist.SearchKey(string(c.Name)), Outcome: view.MergeUnchanged, Write: changed,
		Endpoints: ranked(k.Contact.Endpoints, p.Contact.Endpoints), Leave: p.Left && !k.Left, Suppress: p.OptedOut && !k.Suppressed}
	if changed || len(out.Endpoints) > 0 || out.Leave || out.Suppress {
		out.Outcome = view.MergeUpdated
	}
	k.Contact, k.Left, k.Suppressed = c, k.Left || p.Left, k.Suppressed || p.OptedOut
	k.Contact.Endpoints = slices.Concat(k.Contact.Endpoints, out.Endpoints)
	return out
}

// overlay returns have with what given says. What given leaves empty stays; the
// language is taken only if it is not the default, which says nothing.
func overlay(have, given survey.Contact, wins bool) (survey.Contact, bool) {
	out, changed := have, false
	set := func(to *string, v string) {
		if v != "" && v != *to && (wins || *to == "") {
			*to, changed = v, true
		}
	}
	name, lang := string(out.Name), string(out.Language)
	set(&name, string(given.Name))
	if given.Language != survey.Vietnamese && wins {
		set(&lang, string(given.Language))
	}
	out.Name, out.Language = survey.PersonName(name), survey.Lang(lang)
	if out.Code == "" { // one that is there is the same but for its case
		set(&out.Code, given.Code)
	}
	set(&out.Title, given.Title)
	set(&out.Sex, given.Sex)
	set(&out.Unit, given.Unit)
	if given.Birth != 0 && given.Birth != out.Birth && (wins || out.Birth == 0) {
		out.Birth, changed = given.Birth, true
	}
	out.Attributes = maps.Clone(have.Attributes)
	for _, key := range slices.Sorted(maps.Keys(given.Attributes)) {
		v := out.Attributes[key]
		if set(&v, given.Attributes[key]); v != out.Attributes[key] {
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}
			out.Attributes[key] = v
		}
	}
	return out, changed
}

// ranked are the endpoints of given that have lacks, each ranked behind those of
// its kind.
func ranked(have, given []survey.Endpoint) []survey.Endpoint {
	next := map[survey.EndpointKind]int{}
	for _, e := range have {
		next[e.Kind] = max(next[e.Kind], e.Rank+1)
	}
	var out []survey.Endpoint
	for _, e := range given {
		same := func(o survey.Endpoint) bool { return o.Kind == e.Kind && strings.EqualFold(o.Address, e.Address) }
		if slices.ContainsFunc(have, same) || slices.ContainsFunc(out, same) {
			continue
		}
		e.Rank = next[e.Kind]
		next[e.Kind]++
		out = append(out, e)
	}
	return out
}

// knownPeople finds contacts by key and by address.
type knownPeople struct {
	byKey     map[string][]*view.Known
	byAddress map[string][]*view.Known
}

func index(known []view.Known) knownPeople {
	out := knownPeople{map[string][]*view.Known{}, map[string][]*view.Known{}}
	for i := range known {
		k := &known[i]
		for _, key := range contactlist.Keys(k.Contact) {
			out.byKey[key] = append(out.byKey[key], k)
		}
		for _, e := range k.Contact.Endpoints {
			out.byAddress[addressOf(e)] = append(out.byAddress[addressOf(e)], k)
		}
	}
	return out
}

// find returns the contact that c is, nil for a new one. Two people with codes
// of their own are two, whatever else they share.
func (p knownPeople) find(c survey.Contact) *view.Known {
	for _, key := range contactlist.Keys(c) {
		for _, k := range p.byKey[key] {
			if c.Code == "" || k.Contact.Code == "" || strings.EqualFold(c.Code, k.Contact.Code) {
				return k
			}
		}
	}
	return nil
}

func addressOf(e survey.Endpoint) string { return string(e.Kind) + ":" + strings.ToLower(e.Address) }

// share notes the addresses of a contact that others on the list have too.
func (m *merger) share(id survey.ContactID, code string, endpoints []survey.Endpoint, known knownPeople) {
	for _, e := range endpoints {
		for _, k := range known.byAddress[addressOf(e)] {
			if k.Contact.ID != id {
				m.sharing(e, id, code)
				m.sharing(e, k.Contact.ID, k.Contact.Code)
			}
		}
	}
}

// shareWithin notes the addresses that people of one batch share.
func (m *merger) shareWithin(step view.ImportStep, merges []view.Merge) {
	owner := map[string]int{}
	for i, p := range step.People {
		for _, e := range p.Contact.Endpoints {
			j, taken := owner[addressOf(e)]
			if !taken {
				owner[addressOf(e)] = i
				continue
			}
			if a, b := merges[i].Contact, merges[j].Contact; a.ID != b.ID {
				m.sharing(e, a.ID, a.Code)
				m.sharing(e, b.ID, b.Code)
			}
		}
	}
}

func (m *merger) sharing(e survey.Endpoint, id survey.ContactID, code string) {
	key := addressOf(e)
	if m.shared[key] == nil {
		m.shared[key] = &sharing{kind: e.Kind, people: map[survey.ContactID]string{}}
	}
	m.shared[key].people[id] = code
}

// sharedAddresses lists what is shared, the most shared first.
func (m *merger) sharedAddresses() []SharedAddress {
	out := make([]SharedAddress, 0, len(m.shared))
	for _, s := range m.shared {
		a := SharedAddress{Kind: s.kind, People: len(s.people)}
		for _, id := range slices.Sorted(maps.Keys(s.people)) {
			if code := s.people[id]; code != "" {
				a.Codes = append(a.Codes, code)
			}
			if row, ok := m.first[id]; ok {
				a.Rows = append(a.Rows, row)
			}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b SharedAddress) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Kind, b.Kind),
			slices.Compare(a.Rows, b.Rows), slices.Compare(a.Codes, b.Codes))
	})
	return out
}
