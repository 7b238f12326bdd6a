package console

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/disposition"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// contactRef is the person of the address: by id only.
func (v *visit) contactRef() (string, error) {
	id := v.r.PathValue("id")
	if n, err := strconv.ParseInt(id, 10, 64); err != nil || n <= 0 || id[0] == '0' {
		return "", &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return id, nil
}

// contact is one person: what they got and answered, and what can be done; ?do=edit and
// ?do=erase are the forms that need a page.
func (v *visit) contact() {
	switch v.r.URL.Query().Get("do") {
	case "edit":
		v.askEdit()
	case "erase":
		v.askErase()
	default:
		page, err := v.contactScreen()
		if err != nil {
			v.fail(err)
			return
		}
		v.show(http.StatusOK, page)
	}
}

func (v *visit) openDesk() (dispatch.Desk, error) {
	ref, err := v.contactRef()
	if err != nil {
		return dispatch.Desk{}, err
	}
	d, err := dispatch.OpenDesk(v.ctx, v.Store, v.Keys.AddressKey, ref, dispatch.DeskView{Lang: v.lang(), Now: v.Clock.Now()})
	if err == nil && strconv.FormatInt(int64(d.Card.ID), 10) != ref { // a code of these figures is not what an address means
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return d, err
}

func (v *visit) contactScreen() (templates.Contact, error) {
	d, err := v.openDesk()
	if err != nil {
		return templates.Contact{}, err
	}
	c := d.Card
	page := templates.Contact{Shell: v.shell("contacts"), ID: int64(c.ID), Name: string(c.Name), Title: c.Title, Code: c.Code, Unit: c.Unit, UnitCode: c.UnitCode,
		Speaks: string(c.Language), Zone: c.Zone, Sex: c.Sex, Birth: c.Birth, Attributes: v.pairsOf(c.Attributes), Since: v.local(c.CreatedAt), LeftAt: v.local(c.LeftAt),
		Endpoints: v.endpoints(c.Endpoints), Hours: string(c.Hours), HoursSource: c.HoursSource, HoursAt: v.local(c.HoursAt), AllHours: words(survey.AllHours()),
		Channels: words(survey.Channels()), Sources: dispatch.StaffStopSources(), Codes: words(disposition.StaffMaySet()),
		Surveys: d.History.Surveys, Answered: d.History.Answered, Form: map[string]string{}}
	if c.Import != nil {
		page.Source = c.Import.Source
	}
	if c.MergedInto != nil {
		page.MergedInto = &templates.ContactRef{ID: int64(c.MergedInto.ID), Name: string(c.MergedInto.Name), Code: c.MergedInto.Code}
	}
	page.MergedFrom = refs(c.MergedFrom)
	v.grounds(&page, d)
	for _, b := range d.History.Burden {
		page.Burden = append(page.Burden, templates.ModeLine{Mode: string(b.Channel), N: b.N})
	}
	for _, k := range d.History.Cases {
		page.Cases = append(page.Cases, v.caseLine(k, d.Answered[k.ID]))
	}
	titles := map[string]string{"": ""}
	for _, k := range page.Cases {
		titles[k.Campaign] = k.Title
	}
	for _, l := range d.History.Lines {
		line := templates.PersonLine{Kind: string(l.Kind), At: v.local(l.At), Campaign: titled(titles, l.Campaign), Channel: string(l.Channel), Step: l.Step,
			Try: l.Try, State: string(l.State), Reason: string(l.Reason), Address: l.Address, What: l.What, Words: l.Words, Actor: l.Actor, Apart: l.Apart, Due: l.Due,
			Other: int64(l.Other), Undoes: l.Undoes}
		if l.Stands {
			line.Merge = l.Merge
			if page.Told == toldMerge && page.Undo == nil {
				page.Undo = &templates.Undo{Href: page.Href(), Do: "unmerge", Merge: l.Merge}
			}
		}
		page.Lines = append(page.Lines, line)
	}
	return page, nil
}

// grounds are consent and the do-not-contact list.
func (v *visit) grounds(page *templates.Contact, d dispatch.Desk) {
	for _, s := range d.Consent {
		if n := len(page.Consent); n == 0 || page.Consent[n-1].Purpose != string(s.Purpose) {
			page.Consent = append(page.Consent, templates.ConsentRow{Purpose: string(s.Purpose)})
		}
		row := &page.Consent[len(page.Consent)-1]
		row.Given = append(row.Given, s.Given)
	}
	for _, o := range slices.Backward(d.Card.Consents) {
		e := templates.ConsentEntry{At: v.local(o.GivenAt), Purpose: string(o.Purpose), Channel: string(o.Channel), Basis: o.Basis, Source: o.Source,
			Evidence: o.Evidence, Actor: o.Actor}
		if !slices.Contains(dispatch.Bases(), e.Basis) { // a list may name one of its own
			e.Basis = ""
		}
		if !o.WithdrawnAt.IsZero() {
			e.Withdrawn, e.At = true, v.local(o.WithdrawnAt)
		}
		page.Ledger = append(page.Ledger, e)
	}
	for _, s := range d.Stops {
		page.Stops = append(page.Stops, templates.StopEntry{ID: s.ID, Address: s.Address, Channel: string(s.Channel), Campaign: s.Campaign, Source: s.Source,
			Words: s.Words, Actor: s.Actor, At: v.local(s.At), Lifted: v.local(s.LiftedAt), LiftedBy: s.LiftedBy})
	}
}

// caseLine is the standing in one survey. Answers are for who may see answers.
func (v *visit) caseLine(k view.PersonCase, answered []dispatch.Answered) templates.CaseLine {
	out := templates.CaseLine{Campaign: k.Campaign, Title: v.title(k.Title, k.Campaign), Href: campaignPath(k.Campaign), State: string(k.State),
		Disposition: string(k.Disposition), Level: string(k.Level), Closed: v.local(k.ClosedAt)}
	may := v.account.Role.May(staff.Conduct)
	fielding := k.CampaignState == survey.CampaignFielding || k.CampaignState == survey.CampaignPaused
	out.Resend = may && fielding && k.State != survey.InvitationHeld && k.State != survey.InvitationWithdrawn
	out.Link = may && k.CampaignState == survey.CampaignFielding && k.Level == survey.Identified && k.TokenKey != "" &&
		(k.State == survey.InvitationOpen || k.State == survey.InvitationStarted)
	out.Code = may && k.CampaignState != survey.CampaignArchived && k.State != survey.InvitationHeld && k.State != survey.InvitationWithdrawn
	if k.Level != survey.Identified || !v.account.Role.May(staff.Answers) {
		return out
	}
	out.Response, out.Mode, out.AnsweredAt = string(k.Response), string(k.Mode), v.local(k.AnsweredAt)
	for _, a := range answered {
		out.Answers = append(out.Answers, templates.AnswerLine{Question: a.Question, Answer: a.Answer, Missing: string(a.Missing), By: a.By, File: a.File})
	}
	return out
}

func (v *visit) endpoints(in []view.EndpointCard) []templates.EndpointLine {
	var out []templates.EndpointLine
	for _, e := range in {
		kind := "email"
		if e.Kind == survey.PhoneNumber {
			if kind = "landline"; e.SMS {
				kind = "mobile"
			}
		}
		out = append(out, templates.EndpointLine{ID: int64(e.ID), Kind: kind, Address: e.Address, Status: string(e.Status), Source: e.Source, Label: e.Label,
			Since: v.local(e.Since), Shared: refs(e.Shared)})
	}
	return out
}

func refs(in []view.Housemate) []templates.ContactRef {
	var out []templates.ContactRef
	for _, h := range in {
		out = append(out, templates.ContactRef{ID: int64(h.ID), Name: string(h.Name), Code: h.Code})
	}
	return out
}

func (v *visit) pairsOf(in map[string]string) []templates.Pair {
	var out []templates.Pair
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, templates.Pair{Key: key, Name: v.fieldWords(key), Value: in[key]})
	}
	return out
}

// titled is the title of a survey of theirs, else its name.
func titled(titles map[string]string, name string) string {
	if title, ok := titles[name]; ok {
		return title
	}
	return name
}
