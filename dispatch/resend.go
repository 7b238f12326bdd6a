package dispatch

import (
	"context"
	"slices"

	"canvass/dispatch/disposition"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Group names whom a resend is for, by what became of their last contact.
type Group string

// The groups.
const (
	// GroupFailed were refused a contact: it never left, or their server or the
	// provider did not take it.
	GroupFailed Group = "failed"
	// GroupUndelivered have a contact that was taken and did not reach them.
	GroupUndelivered Group = "undelivered"
	// GroupUnanswered have one that may have reached them, and have not begun.
	GroupUnanswered Group = "unanswered"
	// groupOne is one person, whatever became of their last contact.
	groupOne Group = "one"
)

// Groups lists every group.
func Groups() []Group { return []Group{GroupFailed, GroupUndelivered, GroupUnanswered} }

// ResendStore is what resending needs of the database.
type ResendStore interface {
	CalendarStore
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
	Resend(ctx context.Context, o view.ResendOrder, decide func(view.PlanCase) (view.Plan, bool)) (view.Resent, error)
}

// Resend plans one more try of the last contact for everybody of the group, in the
// same ledger and under the same caps and hours; dry only counts them. Cases that
// were closed because nothing had reached the person are opened again. Who has
// something under way is left out, so that asking twice sends once. Errors:
// reason_missing, resend_group, not_found, campaign_state, end_passed.
func Resend(ctx context.Context, store ResendStore, g Group, dry bool, o Order) (view.Resent, error) {
	if err := reasoned(o.Words); err != nil {
		return view.Resent{}, err
	}
	if !slices.Contains(Groups(), g) {
		return view.Resent{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeResendGroup, Args: map[string]string{"given": string(g)}}
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return view.Resent{}, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return view.Resent{}, err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return view.Resent{}, err
	}
	r := resender{group: g, planner: planner{now: o.Now, senders: senders, own: own, loaded: map[survey.CampaignID]protocol.Loaded{}}}
	return store.Resend(ctx, view.ResendOrder{ID: k.ID, Group: string(g), Silent: disposition.Silences(), Actor: o.Actor,
		Words: o.Words, Now: o.Now, Dry: dry}, r.decide)
}

// ResendOneStore is what resending to one person needs of the database.
type ResendOneStore interface {
	CalendarStore
	ResendStore
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
}

// ResendTo plans one more try of the last contact for one person, named by ID or code,
// as Resend does for a group: to the address that they have now, under the same caps and
// hours. Nothing is planned for who has something under way. Errors: reason_missing,
// not_found, campaign_state, end_passed; who is not in the sample, or has got nothing yet, is
// none of Resent.People.
func ResendTo(ctx context.Context, store ResendOneStore, ref string, o Order) (view.Resent, error) {
	if err := reasoned(o.Words); err != nil {
		return view.Resent{}, err
	}
	id, err := store.FindContact(ctx, ParseContactRef(ref))
	if err != nil {
		return view.Resent{}, err
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return view.Resent{}, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return view.Resent{}, err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return view.Resent{}, err
	}
	r := resender{group: groupOne, planner: planner{now: o.Now, senders: senders, own: own, loaded: map[survey.CampaignID]protocol.Loaded{}}}
	return store.Resend(ctx, view.ResendOrder{ID: k.ID, Group: string(groupOne), Only: id, Silent: disposition.Silences(), Actor: o.Actor,
		Words: o.Words, Now: o.Now}, r.decide)
}

// resender decides who of a campaign gets the last contact again.
type resender struct {
	planner
	group Group
}

// decide plans the further try, or says why there is none; ok is false for a case
// that is not of the group.
func (r *resender) decide(c view.PlanCase) (p view.Plan, ok bool) {
	if !r.group.takes(c) {
		return view.Plan{}, false
	}
	l, pc := r.lookAt(c)
	d := l.Again(pc, r.now)
	if d.Action != protocol.Contact {
		return view.Plan{Reason: d.Reason}, true
	}
	return r.plan(c, foresight{l, pc}, d), true
}

// takes reports whether a case is of the group: by its last contact, and for the
// unanswered by the person.
func (g Group) takes(c view.PlanCase) bool {
	if len(c.Attempts) == 0 {
		return false
	}
	last := c.Attempts[len(c.Attempts)-1]
	switch g {
	case groupOne:
		return true // who has something under way is left out by the protocol
	case GroupFailed:
		return last.State == survey.AttemptFailed
	case GroupUndelivered:
		return last.State == survey.AttemptUndelivered
	case GroupUnanswered:
		return c.Invitation.State == survey.InvitationOpen && !c.Facts.Human &&
			(last.State == survey.AttemptSent || last.State == survey.AttemptDelivered)
	}
	return false
}
