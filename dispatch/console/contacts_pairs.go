package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// duplicates are pairs of people who may be one. The whole list is compared for them,
// beside the visit; a page is of those that are kept.
func (v *visit) duplicates() {
	q := v.r.URL.Query()
	page := templates.Duplicates{Shell: v.shell("contacts"), WithCodes: q.Get("codes") != ""}
	which := &v.lists.pairs[0]
	if page.WithCodes {
		which = &v.lists.pairs[1]
	}
	pairs, at, ready, err := counted(v, which, countFresh, func(ctx context.Context) ([]view.PeoplePair, error) {
		return dispatch.Duplicates(ctx, v.Store, view.PairFilter{WithCodes: page.WithCodes, Limit: mostPairs})
	})
	if err != nil && !ready {
		v.fail(err)
		return
	}
	page.Counting, page.Counted = !ready, v.local(at)
	from, _ := strconv.Atoi(q.Get("from"))
	from = min(max(from, 0), len(pairs))
	page.First = from == 0
	if next := from + contactsAtOnce; next < len(pairs) {
		page.Next = "/contacts/duplicates?from=" + strconv.Itoa(next)
		if page.WithCodes {
			page.Next += "&codes=1"
		}
	}
	for _, p := range pairs[from:min(from+contactsAtOnce, len(pairs))] {
		page.Pairs = append(page.Pairs, templates.PersonPair{A: pairedLine(p.A), B: pairedLine(p.B), SameName: p.SameName,
			Mail: slices.Contains(p.Kinds, survey.EmailAddress), Phone: slices.Contains(p.Kinds, survey.PhoneNumber)})
	}
	v.show(http.StatusOK, page)
}

func pairedLine(p view.PairedPerson) templates.ContactLine {
	return templates.ContactLine{ID: int64(p.ID), Name: string(p.Name), Code: p.Code, Unit: p.Unit}
}

// askMerge lays two people side by side, and says what a merge would do.
func (v *visit) askMerge() {
	q := v.r.URL.Query()
	page, err := v.mergeScreen(q.Get("keep"), q.Get("drop"))
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) mergeScreen(keep, drop string) (templates.Merge, error) {
	page := templates.Merge{Shell: v.shell("contacts")}
	for _, side := range []struct {
		ref string
		to  *templates.MergeSide
	}{{keep, &page.Keep}, {drop, &page.Drop}} {
		if n, err := strconv.ParseInt(side.ref, 10, 64); err != nil || n <= 0 {
			return page, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		}
		c, err := dispatch.ShowContact(v.ctx, v.Store, v.Keys, side.ref)
		if err != nil {
			return page, err
		}
		*side.to = templates.MergeSide{ID: int64(c.ID), Name: string(c.Name), Code: c.Code, Unit: c.Unit, Sex: c.Sex, Birth: c.Birth,
			Attributes: v.pairsOf(c.Attributes), Endpoints: v.endpoints(c.Endpoints), Cases: len(c.Invitations), Since: v.local(c.CreatedAt)}
	}
	page.Keep.Keeps = true
	done, err := dispatch.MergePeople(v.ctx, v.Store, dispatch.MergeRequest{Keep: keep, Drop: drop, Actor: v.account.Login, DryRun: true, Now: v.Clock.Now()})
	var refused *survey.Error
	if errors.As(err, &refused) && refused.Code == survey.CodeMergeRefused {
		page.Refused = refused.Args["problem"]
		return page, nil
	}
	for _, gained := range slices.Concat(done.Columns, done.Attributes) {
		page.Gains = append(page.Gains, v.columnName(gained))
	}
	page.Moved, page.Joined, page.Withdrawn, page.Stops = len(done.Moved), len(done.Joined), done.Withdrawn, done.Suppressions
	return page, err
}

// columnName is a column in words; the office's own by its name.
func (v *visit) columnName(name string) string {
	if words, ok := templates.Words("field."+name, string(v.lang()), nil); ok {
		return words
	}
	return name
}

// merge makes one person of two.
func (v *visit) merge() {
	f := v.r.PostFormValue
	page, err := v.mergeScreen(f("keep"), f("drop"))
	if err != nil {
		v.fail(err)
		return
	}
	page.Words = f("why")
	_, err = dispatch.MergePeople(v.ctx, v.Store, dispatch.MergeRequest{Keep: f("keep"), Drop: f("drop"), Reason: page.Words, Actor: v.account.Login, Now: v.Clock.Now()})
	if kind := survey.KindOf(err); err != nil && kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	if err != nil {
		page.Wrong = v.contactWords(err)
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	v.lists.forgetPerson(page.Drop.ID)
	v.tell("contact.merge")
	v.goTo("/contacts/" + strconv.FormatInt(page.Keep.ID, 10))
}

// toldMerge is what a merge says when it is done: the next screen has how to take it back.
const toldMerge = "told.contact.merge"

// unmerge gives back two people who were made one.
func (v *visit) unmerge(r dispatch.PersonRequest) {
	merge, err := strconv.ParseInt(v.r.PostFormValue("merge"), 10, 64)
	if err != nil || merge <= 0 {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	done, err := dispatch.UnmergePeople(v.ctx, v.Store, dispatch.UnmergeRequest{Ref: r.Ref, Merge: merge, Actor: r.Actor, Now: r.Now})
	if err != nil {
		v.refuseContact("unmerge", err)
		return
	}
	told := "contact.unmerge"
	if len(done.Since) > 0 || done.Stops+done.No+done.Queued > 0 || done.Left {
		told += "kept"
	}
	v.tell(told)
	v.goTo("/contacts/" + strconv.FormatInt(int64(done.Kept), 10))
}
