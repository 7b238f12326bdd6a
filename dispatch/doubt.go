package dispatch

import (
	"context"
	"iter"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// DoubtStore is what messages in doubt need of the database.
type DoubtStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Doubts(ctx context.Context, id survey.CampaignID) iter.Seq2[view.DoubtLine, error]
	SettleDoubts(ctx context.Context, o view.DoubtOrder) (view.DoubtsSettled, error)
}

// Doubts lists the messages of a campaign of which nobody can tell yet whether they
// left: first those that wait for staff.
func Doubts(ctx context.Context, store DoubtStore, name string) iter.Seq2[view.DoubtLine, error] {
	return func(yield func(view.DoubtLine, error) bool) {
		k, err := store.CampaignByName(ctx, name)
		if err != nil {
			yield(view.DoubtLine{}, err)
			return
		}
		for line, err := range store.Doubts(ctx, k.ID) {
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// Settling is what staff found out about some messages in doubt.
type Settling struct {
	Refs []view.MessageRef
	All  bool // every one that waits for staff
	// Sent says that they left: the person hears nothing more of that contact.
	// Else they go out, each as the same message.
	Sent bool
}

// SettleDoubts records it. A message that was settled meanwhile, or is not of the
// campaign, stays as it is and is told, beside what was done. Errors:
// reason_missing, not_found.
func SettleDoubts(ctx context.Context, store DoubtStore, s Settling, o Order) (view.DoubtsSettled, error) {
	if err := reasoned(o.Words); err != nil {
		return view.DoubtsSettled{}, err
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return view.DoubtsSettled{}, err
	}
	return store.SettleDoubts(ctx, view.DoubtOrder{Campaign: k, Refs: s.Refs, All: s.All, Sent: s.Sent, Actor: o.Actor, Words: o.Words, Now: o.Now})
}
