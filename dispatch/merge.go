package dispatch

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func itoa(n int) string { return strconv.Itoa(n) }

// merger decides what the rows of one list do to the contact list. It remembers
// where the list spoke of a contact first.
type merger struct {
	request  ImportRequest
	telling  sync.Mutex // rows are read while others are merged: guards report
	report   ImportReport
	rejected int // rows, for what they say
	first    map[survey.ContactID]spot
	sheets   []string         // of the spots, each with its mark
	asked    []survey.Channel // the channels whose consent has a column
	traced   traces           // nil unless every row is to be told of
}

func newMerger(r ImportRequest) *merger {
	return &merger{request: r, first: map[survey.ContactID]spot{}, asked: consentColumns(r.List),
		report: ImportReport{DryRun: r.DryRun, Omissions: r.List.Omissions(), Reasons: map[survey.Code]int{},
			Warnings: map[survey.Code]int{}, refused: map[string]*survey.Error{}}}
}

// spot is a place in few bytes: a list may speak of a million people who are
// there.
type spot struct{ sheet, row int32 }

func (m *merger) spotOf(place string) spot {
	sheet, row := cutPlace(place)
	at := slices.Index(m.sheets, sheet)
	if at < 0 {
		at, m.sheets = len(m.sheets), append(m.sheets, sheet)
	}
	return spot{int32(at), int32(row)}
}

// place is the place of a spot; of none it is "".
func (m *merger) place(s spot) string {
	if s.row == 0 {
		return ""
	}
	return m.sheets[s.sheet] + itoa(int(s.row))
}

// merge decides on some rows, in order.
func (m *merger) merge(step view.ImportStep) ([]view.Merge, error) {
	known := index(step.Known)
	out := make([]view.Merge, len(step.Lines))
	for i, line := range step.Lines {
		who, other := known.find(line.Contact)
		switch {
		case who != nil:
			out[i] = m.update(line, who, out[:i+1])
		case other != nil:
			out[i] = m.refuse(line)
			continue
		default:
			out[i] = m.create(line)
			known.add(&view.Known{Contact: out[i].Contact, Left: line.Left, Suppressed: line.OptedOut, Consents: line.Consents}, i)
		}
		m.trace(line.Place, func(t *trace) { t.outcome = out[i].Outcome })
		if _, spoken := m.first[out[i].Contact.ID]; !spoken {
			m.first[out[i].Contact.ID] = m.spotOf(line.Place)
		}
	}
	return out, nil
}

func (m *merger) create(line view.ImportLine) view.Merge {
	c := line.Contact
	c.Endpoints = ranked(nil, c.Endpoints)
	return view.Merge{Contact: c, SearchKey: line.SearchKey, Place: line.Place, Outcome: view.MergeCreated,
		Endpoints: c.Endpoints, Consents: line.Consents, Leave: line.Left, Suppress: line.OptedOut}
}

// refuse turns away a row whose code is somebody else's.
func (m *merger) refuse(line view.ImportLine) view.Merge {
	e := &survey.Error{Kind: survey.Conflict, Code: survey.CodeCodeConflict, Where: line.Place,
		Args: map[string]string{"value": line.Contact.Code}}
	m.report.refused[line.Place] = e
	m.note(line.Place, []*survey.Error{e}, nil)
	m.trace(line.Place, func(t *trace) { t.outcome, t.errors = view.MergeRejected, append(t.errors, e) })
	return view.Merge{Outcome: view.MergeRejected, Place: line.Place}
}

// update lays a row over a contact. The first row of a list that speaks of a
// contact sets what it says; a further one only fills in what is missing, so
// that the same list again changes nothing. k becomes what the contact is then.
// What became of a contact of this very step is folded into its first merge:
// one write per contact. step ends with the merge to make.
func (m *merger) update(line view.ImportLine, k *knownPerson, step []view.Merge) view.Merge {
	at, again := m.first[k.Contact.ID]
	first := m.place(at)
	if !again && k.Ours {
		first, again = k.Place, true
	}
	if again {
		twice := &survey.Error{Kind: survey.Invalid, Code: survey.CodeDuplicateRow, Where: line.Place, Args: map[string]string{"first": first}}
		m.note(line.Place, nil, []*survey.Error{twice})
		m.trace(line.Place, func(t *trace) { t.warnings = append(t.warnings, twice) })
	}
	c, changes := overlay(k.Contact, uncorrected(line.Contact, k.Corrected), !again && !isFormer(k, line.Contact))
	out := view.Merge{Contact: c, SearchKey: contactlist.SearchKey(string(c.Name)), Place: line.Place, Outcome: view.MergeUnchanged,
		Write: len(changes) > 0, Endpoints: ranked(k.Contact.Endpoints, line.Contact.Endpoints), Consents: stricter(k.Consents, line.Consents),
		Leave: line.Left && !k.Left, Suppress: line.OptedOut && !k.Suppressed}
	if out.Write || len(out.Endpoints) > 0 || len(out.Consents) > 0 || out.Leave || out.Suppress {
		out.Outcome = view.MergeUpdated
		m.change(line.Place, c.ID, changes, len(out.Endpoints))
		m.trace(line.Place, func(t *trace) { t.changes, t.added = changes, out.Endpoints })
	}
	k.Contact, k.Left, k.Suppressed = c, k.Left || line.Left, k.Suppressed || line.OptedOut
	k.Contact.Endpoints = slices.Concat(k.Contact.Endpoints, out.Endpoints)
	k.Consents = slices.Concat(out.Consents, k.Consents)
	if k.merge < 0 {
		k.merge = len(step) - 1
		return out
	}
	folded := &step[k.merge]
	folded.Contact, folded.SearchKey, folded.Write = out.Contact, out.SearchKey, folded.Write || out.Write
	folded.Endpoints, folded.Consents = slices.Concat(folded.Endpoints, out.Endpoints), slices.Concat(folded.Consents, out.Consents)
	folded.Leave, folded.Suppress = folded.Leave || out.Leave, folded.Suppress || out.Suppress
	return view.Merge{Contact: survey.Contact{ID: c.ID}, Place: line.Place, Outcome: out.Outcome}
}

// stricter are the marks of consent that a list adds to the last words of the
// ledger: whoever withdrew stays withdrawn, whatever a list says. What a merge took over is
// said again where the list says it: it may be taken back.
func stricter(have, given []survey.ConsentMark) []survey.ConsentMark {
	var out []survey.ConsentMark
	for _, mark := range given {
		refused := func(h survey.ConsentMark) bool {
			return !h.Given && (h.Channel == mark.Channel || h.Channel == "" || mark.Channel == "")
		}
		if mark.Given && slices.ContainsFunc(have, refused) {
			continue
		}
		known := slices.IndexFunc(have, func(h survey.ConsentMark) bool { return h.Channel == mark.Channel })
		if known < 0 || have[known].Taken || have[known].Given && !mark.Given {
			out = append(out, mark)
		}
	}
	return out
}

// uncorrected is what a list says of somebody but for what staff corrected: a list that
// says the same as before says nothing new.
func uncorrected(given survey.Contact, corrected map[string]string) survey.Contact {
	if len(corrected) == 0 {
		return given
	}
	pass := func(field string, v *string) {
		if said, ok := corrected[field]; ok && strings.EqualFold(said, *v) {
			*v = ""
		}
	}
	name, birth := string(given.Name), yearOf(given.Birth)
	pass("name", &name)
	pass("code", &given.Code)
	pass("title", &given.Title)
	pass("sex", &given.Sex)
	pass("zone", &given.Zone)
	pass("unit", &given.Unit)
	if pass("birth", &birth); birth == "" {
		given.Birth = 0
	}
	if said, ok := corrected["language"]; ok && said == string(given.Language) {
		given.Language = survey.Vietnamese // which says nothing
	}
	given.Name = survey.PersonName(name)
	given.Attributes = maps.Clone(given.Attributes)
	for key, v := range given.Attributes {
		pass(key, &v)
		given.Attributes[key] = v
	}
	return given
}

// overlay returns have with what given says, and what that changes. What given
// leaves empty stays; the language is taken only if it is not the default, which
// says nothing.
func overlay(have, given survey.Contact, wins bool) (survey.Contact, []FieldChange) {
	out := have
	var changes []FieldChange
	set := func(field string, to *string, v string) {
		if v != "" && v != *to && (wins || *to == "") {
			changes = append(changes, FieldChange{Field: field, From: *to, To: v})
			*to = v
		}
	}
	name, lang := string(out.Name), string(out.Language)
	set("name", &name, string(given.Name))
	if given.Language != survey.Vietnamese && wins {
		set("language", &lang, string(given.Language))
	}
	out.Name, out.Language = survey.PersonName(name), survey.Lang(lang)
	if out.Code == "" { // one that is there is the same but for its case
		set("code", &out.Code, given.Code)
	}
	set("zone", &out.Zone, given.Zone)
	set("title", &out.Title, given.Title)
	set("sex", &out.Sex, given.Sex)
	if given.Unit != "" && (wins || out.Unit == "") {
		set("unit", &out.Unit, given.Unit)
		set("unit_code", &out.UnitCode, given.UnitCode)
	}
	if given.Birth != 0 && given.Birth != out.Birth && (wins || out.Birth == 0) {
		changes = append(changes, FieldChange{Field: "birth", From: itoa(out.Birth), To: itoa(given.Birth)})
		out.Birth = given.Birth
	}
	out.Attributes = maps.Clone(have.Attributes)
	for _, key := range slices.Sorted(maps.Keys(given.Attributes)) {
		v := out.Attributes[key]
		if set(key, &v, given.Attributes[key]); v != out.Attributes[key] {
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}
			out.Attributes[key] = v
		}
	}
	return out, changes
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

// knownPerson is a contact on the list, and the merge of this step that writes
// it, -1 while none does.
type knownPerson struct {
	*view.Known
	merge int
}

// knownPeople finds contacts by what tells them apart.
type knownPeople struct {
	byKey map[string][]*knownPerson
}

func index(known []view.Known) knownPeople {
	out := knownPeople{map[string][]*knownPerson{}}
	for i := range known {
		out.add(&known[i], -1)
	}
	return out
}

func (p knownPeople) add(k *view.Known, merge int) {
	person := &knownPerson{k, merge}
	selves := append([]survey.Contact{k.Contact}, k.Former...)
	if code := k.Corrected["code"]; code != "" {
		selves = append(selves, survey.Contact{Code: code, Name: k.Contact.Name})
	}
	for _, self := range selves {
		self.Endpoints = k.Contact.Endpoints
		for _, key := range contactlist.Keys(self) {
			p.byKey[key] = append(p.byKey[key], person)
		}
	}
}

// isFormer reports whether a row speaks of somebody under a name or code that a
// merge gave up: it fills in what is missing and brings nothing back.
func isFormer(k *knownPerson, c survey.Contact) bool {
	return slices.ContainsFunc(k.Former, func(f survey.Contact) bool {
		return c.Code != "" && strings.EqualFold(c.Code, f.Code) ||
			contactlist.SearchKey(string(c.Name)) == contactlist.SearchKey(string(f.Name))
	})
}

// find returns the contact that c is, or the other person who has its code, or
// neither for a new one. Two people with codes of their own are two, whatever
// else they share.
func (p knownPeople) find(c survey.Contact) (who, other *knownPerson) {
	for _, key := range contactlist.Keys(c) {
		for _, k := range p.byKey[key] {
			switch {
			case isFormer(k, c):
				return k, nil
			case k.saidOf("code", c.Code):
				return k, nil
			case c.Code != "" && strings.EqualFold(c.Code, k.Contact.Code):
				if contactlist.SomebodyElse(c, k.Contact) && !k.saidOf("name", string(c.Name)) {
					return nil, k
				}
				return k, nil
			case c.Code == "" || k.Contact.Code == "":
				return k, nil
			}
		}
	}
	return nil, nil
}

// saidOf reports whether a list says of a field what staff corrected.
func (k *knownPerson) saidOf(field, value string) bool {
	said, ok := k.Corrected[field]
	return ok && value != "" && contactlist.SearchKey(said) == contactlist.SearchKey(value)
}

// consentColumns are the channels whose consent has a column in the list.
func consentColumns(list *contactlist.Reader) []survey.Channel {
	var out []survey.Channel
	for _, sheet := range list.Sheets() {
		m, _ := list.Mapping(sheet)
		for _, c := range m.Columns {
			if channel, ok := contactlist.ConsentChannel(c.Field); ok && !slices.Contains(out, channel) {
				out = append(out, channel)
			}
		}
	}
	return out
}
