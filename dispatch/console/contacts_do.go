package console

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// contactForms are the forms of a person's page, and what each does. "" is shown then,
// else what was done is told.
func (v *visit) contactForms() map[string]func(dispatch.PersonRequest) error {
	f := v.r.PostFormValue
	return map[string]func(dispatch.PersonRequest) error{
		"consent": func(r dispatch.PersonRequest) error {
			_, err := dispatch.RecordConsent(v.ctx, v.Store, dispatch.ConsentRequest{Ref: r.Ref, Withdraw: f("what") == "withdrawn", Channel: survey.Channel(f("channel")),
				Basis: "consent", Text: f("text"), Evidence: f("evidence"), Actor: r.Actor, Now: r.Now})
			return err
		},
		"stop": func(r dispatch.PersonRequest) error {
			_, err := dispatch.Suppress(v.ctx, v.Store, v.Keys.AddressKey, dispatch.StopRequest{Who: r.Ref, Channel: survey.Channel(f("channel")), Source: f("source"),
				Words: f("words"), Actor: r.Actor, Now: r.Now})
			return err
		},
		"lift": v.lift,
		"hours": func(r dispatch.PersonRequest) error {
			_, err := dispatch.SetHours(v.ctx, v.Store, v.Keys, r, survey.Hours(f("hours")))
			return err
		},
		"code":   func(r dispatch.PersonRequest) error { return v.setCode(r, false) },
		"uncode": func(r dispatch.PersonRequest) error { return v.setCode(r, true) },
		"resend": v.resendOne,
	}
}

// doContact does one thing about one person: the form says which.
func (v *visit) doContact() {
	ref, err := v.contactRef()
	if err != nil {
		v.fail(err)
		return
	}
	do := v.r.PostFormValue("do")
	r := dispatch.PersonRequest{Ref: ref, Reason: v.r.PostFormValue("why"), Actor: v.account.Login, Now: v.Clock.Now()}
	switch do {
	case "edit":
		v.edit(r)
		return
	case "erase":
		v.erase(r)
		return
	case "unmerge":
		v.unmerge(r)
		return
	case "export":
		v.export(r)
		return
	case "link":
		v.link(r)
		return
	}
	act, ok := v.contactForms()[do]
	if !ok {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	if err := act(r); err != nil {
		v.refuseContact(do, err)
		return
	}
	if do == "uncode" {
		do = "code"
	}
	v.tell("contact." + do)
	v.goTo("/contacts/" + ref)
}

// refuseContact shows the person again, with the form as it was typed and why not.
func (v *visit) refuseContact(do string, why error) {
	if kind := survey.KindOf(why); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(why)
		return
	}
	page, err := v.contactScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Do, page.Why, page.On = strings.TrimPrefix(do, "un"), v.contactWords(why), v.r.PostFormValue("on")
	for key, values := range v.r.PostForm {
		page.Form[key] = values[0]
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// contactWords is what a refusal says on these screens: the codes of commands name flags.
func (v *visit) contactWords(err error) string {
	lang := string(v.lang())
	if e, ok := err.(notResent); ok {
		if e.why == "" {
			return v.Templates.Sentence(lang, "refusal.contact.never")
		}
		label, _ := templates.Words("reason."+string(e.why), lang, nil)
		return v.Templates.Sentence(lang, "refusal.contact.resend") + " " + label + "."
	}
	switch survey.CodeOf(err) {
	case survey.CodeReasonMissing:
		return v.Templates.Sentence(lang, "refusal.contact.why")
	case survey.CodeOptInProof:
		return v.Templates.Sentence(lang, "refusal.contact.lift")
	case survey.CodeUsage:
		return v.Templates.Sentence(lang, "refusal.contact.evidence")
	}
	return v.words(err)
}

// lift lifts an entry about this very person: the list of another is not at this address.
func (v *visit) lift(r dispatch.PersonRequest) error {
	d, err := v.openDesk()
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(v.r.PostFormValue("on"), 10, 64)
	if !slices.ContainsFunc(d.Stops, func(s dispatch.ShownStop) bool { return s.ID == id }) {
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	_, err = dispatch.Lift(v.ctx, v.Store, dispatch.LiftRequest{ID: id, Proof: v.r.PostFormValue("proof"), Words: v.r.PostFormValue("words"), Actor: r.Actor, Now: r.Now})
	return err
}

func (v *visit) setCode(r dispatch.PersonRequest, back bool) error {
	_, err := dispatch.SetCode(v.ctx, v.Store, dispatch.CodeRequest{Campaign: v.r.PostFormValue("on"), Contact: r.Ref, Code: survey.Disposition(v.r.PostFormValue("code")),
		Withdraw: back, Reason: r.Reason, Actor: r.Actor, Now: r.Now})
	if err == nil {
		v.watched.forget(v.r.PostFormValue("on"))
	}
	return err
}

// notResent says why nothing goes again; "" if nothing ever went.
type notResent struct{ why survey.Reason }

func (e notResent) Error() string { return "console: not sent again: " + string(e.why) }

// Unwrap makes it a refusal.
func (notResent) Unwrap() error { return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState} }

func (v *visit) resendOne(r dispatch.PersonRequest) error {
	done, err := dispatch.ResendTo(v.ctx, v.Store, r.Ref, dispatch.Order{Campaign: v.r.PostFormValue("on"), Actor: r.Actor, Words: r.Reason, Now: r.Now})
	if err != nil {
		return err
	}
	for why := range done.Left {
		return notResent{why}
	}
	if done.People == 0 {
		return notResent{}
	}
	return nil
}

// link shows a person's own link this once, to be read out.
func (v *visit) link(r dispatch.PersonRequest) {
	campaign := v.r.PostFormValue("on")
	path, err := dispatch.ReadOutLink(v.ctx, v.Store, v.Keys, campaign, r)
	if err != nil {
		v.refuseContact("link", err)
		return
	}
	page, err := v.contactScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Link, page.LinkOf = v.Public+path, campaign
	for _, k := range page.Cases {
		if k.Campaign == campaign {
			page.LinkOf = k.Title
		}
	}
	v.show(http.StatusOK, page)
}

// export hands over everything that is held about the person, as one file. It is gathered
// first, so that one that breaks off is none.
func (v *visit) export(r dispatch.PersonRequest) {
	var file bytes.Buffer
	if err := dispatch.WriteDossier(v.ctx, v.Store, v.Keys, r, &file); err != nil {
		v.refuseContact("export", err)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="ho-so-`+r.Ref+`.json"`)
	_, _ = v.w.Write(file.Bytes())
}

func (v *visit) askErase() {
	page, err := v.eraseScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) eraseScreen() (templates.ContactErase, error) {
	d, err := v.openDesk()
	page := templates.ContactErase{Shell: v.shell("contacts"), ID: int64(d.Card.ID), Name: string(d.Card.Name), Code: d.Card.Code,
		Endpoints: len(d.Card.Endpoints), Cases: len(d.History.Cases)}
	others := map[survey.ContactID]bool{}
	for _, e := range d.Card.Endpoints {
		for _, o := range e.Shared {
			others[o.ID] = true
		}
	}
	page.Shared = len(others)
	return page, err
}

// eraseWord confirms what cannot be undone.
const eraseWord = "XOA"

func typedWord(text, want string) bool { return strings.EqualFold(strings.TrimSpace(text), want) }

func (v *visit) erase(r dispatch.PersonRequest) {
	page, err := v.eraseScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Words = r.Reason
	if typedWord(v.r.PostFormValue("word"), eraseWord) {
		_, err = dispatch.ErasePerson(v.ctx, v.Store, v.Keys, r)
	} else {
		page.Wrong = v.Templates.Sentence(string(v.lang()), "refusal.contact.erase")
	}
	kind := survey.KindOf(err)
	switch {
	case err != nil && kind != survey.Invalid && kind != survey.Conflict:
		v.fail(err)
		return
	case err != nil:
		page.Wrong = v.contactWords(err)
	}
	if page.Wrong != "" {
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	v.lists.forgetPerson(page.ID)
	v.tell("contact.erase")
	v.goTo("/contacts")
}

func (v *visit) askEdit() {
	page, err := v.editScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// editScreen is the form as the person stands.
func (v *visit) editScreen() (templates.ContactEdit, error) {
	d, err := v.openDesk()
	if err != nil {
		return templates.ContactEdit{}, err
	}
	c := d.Card
	if c.MergedInto != nil {
		return templates.ContactEdit{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	birth := ""
	if c.Birth != 0 {
		birth = strconv.Itoa(c.Birth)
	}
	return templates.ContactEdit{Shell: v.shell("contacts"), ID: int64(c.ID), Name: string(c.Name), Seen: c.UpdatedAt.UnixMicro(), Attributes: v.pairsOf(c.Attributes),
		Endpoints: v.endpoints(c.Endpoints), Form: map[string]string{"name": string(c.Name), "title": c.Title, "code": c.Code, "unit": c.Unit, "sex": c.Sex,
			"birth": birth, "language": string(c.Language), "zone": c.Zone}}, nil
}

// edit corrects the person, or shows the form as it was typed and what is wrong.
func (v *visit) edit(r dispatch.PersonRequest) {
	page, err := v.editScreen()
	if err != nil {
		v.fail(err)
		return
	}
	f := v.r.PostFormValue
	seen, _ := strconv.ParseInt(f("seen"), 10, 64)
	q := dispatch.EditRequest{PersonRequest: r, Seen: time.UnixMicro(seen), Name: f("name"), Code: f("code"), Title: f("title"), Sex: f("sex"), Language: f("language"),
		Birth: f("birth"), Zone: f("zone"), Unit: f("unit"), Add: f("add"), Attributes: map[string]string{}, Retire: v.endpointIDs("retire"), Revive: v.endpointIDs("revive")}
	for i, a := range page.Attributes {
		if typed, ok := v.r.PostForm["a-"+a.Key]; ok {
			q.Attributes[a.Key], page.Attributes[i].Value = typed[0], typed[0]
		}
	}
	err = dispatch.EditContact(v.ctx, v.Store, q)
	if err == nil {
		v.lists.units.forget()
		v.tell("contact.edit")
		v.goTo(page.Href())
		return
	}
	if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	for key := range page.Form {
		page.Form[key] = f(key)
	}
	page.Form["add"], page.Form["why"] = f("add"), f("why")
	v.placeEdit(&page, err)
	v.show(http.StatusUnprocessableEntity, page)
}

// placeEdit says what is wrong at its field; else above the form.
func (v *visit) placeEdit(page *templates.ContactEdit, err error) {
	where := ""
	if e, ok := err.(*survey.Error); ok {
		where = e.Where
	}
	if survey.CodeOf(err) == survey.CodeReasonMissing {
		where = "why"
	}
	switch where {
	case "why", dispatch.EditName, dispatch.EditCode, dispatch.EditBirth, dispatch.EditZone, dispatch.EditAdd:
		page.Field, page.Why = where, v.contactWords(err)
	default:
		page.Wrong = v.contactWords(err)
	}
}

// endpointIDs are the addresses that were ticked.
func (v *visit) endpointIDs(field string) []survey.EndpointID {
	var out []survey.EndpointID
	for _, text := range v.r.PostForm[field] {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			out = append(out, survey.EndpointID(n))
		}
	}
	return out
}
