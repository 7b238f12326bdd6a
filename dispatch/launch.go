package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// LaunchStore is what launching needs of the database.
type LaunchStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
	WaveAllows(ctx context.Context, id survey.CampaignID) error
	// CustodyKept reports whether commands that print cannot join answers to people.
	CustodyKept(ctx context.Context) (bool, error)
	MoveCampaign(ctx context.Context, m view.CampaignMove) error
	FreezeFrame(ctx context.Context, f view.Freeze, seal func([]survey.FrameUnit) (string, error)) (view.Frame, error)
	DrawSample(ctx context.Context, o view.DrawOrder) (view.Sample, error)
	ReleaseReplicate(ctx context.Context, id survey.CampaignID, number int, now time.Time) (int, error)
	IssueTokens(ctx context.Context, o view.TokenOrder) (int, error)
}

// Order is what somebody asks of a campaign.
type Order struct {
	Campaign string // its name
	Actor    string
	Reason   survey.Reason // empty: a member of staff decided
	Words    string        // why; acts on a running campaign need them
	Now      time.Time     // business time
	// Coarsen joins strata of an anonymous campaign as Propose says, where as they are
	// they are too small.
	Coarsen bool
	// Unapproved is why a campaign is launched that no second person approved, where the
	// office wants one; it goes on record. Without it such a launch is refused.
	Unapproved string
}

// Launched is what a launch set out with.
type Launched struct {
	Campaign survey.Campaign
	Frame    view.Frame
	Sample   view.Sample
	EndsAt   time.Time
}

// Launch takes a draft or a ready campaign into the field: it approves it (where the
// office wants a second person to, only what one approved, or Order.Unapproved says why),
// freezes its frame, draws, issues tokens, releases the first replicate, and
// starts the clock. Each step is a transaction that finds out by itself whether
// it was done, so a launch that was cut short is taken up by launching again.
func Launch(ctx context.Context, store LaunchStore, keys *token.Keyring, o Order) (Launched, error) {
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return Launched{}, err
	}
	if err := launchable(ctx, store, *k); err != nil {
		return Launched{}, err
	}
	if err := inCustody(ctx, store, *k); err != nil {
		return Launched{}, err
	}
	out := Launched{Campaign: *k, EndsAt: o.Now.Add(k.Protocol.Length.Duration())}
	if k.State == survey.CampaignDraft {
		if err := store.MoveCampaign(ctx, o.move(*k, survey.CampaignApprove)); err != nil {
			return out, err
		}
	}
	out.Frame, err = store.FreezeFrame(ctx, view.Freeze{CampaignID: k.ID, Eligibility: k.Eligibility,
		Strata: k.Design.Strata, Rest: k.Design.Rest.Duration(), Actor: o.Actor, Now: o.Now}, sealFor(k.Design))
	if err != nil {
		return out, err
	}
	if out.Sample, err = store.DrawSample(ctx, drawOrder(*k, o)); err != nil {
		return out, err
	}
	if _, err := store.IssueTokens(ctx, tokenOrder(*k, keys)); err != nil {
		return out, err
	}
	if _, err := store.ReleaseReplicate(ctx, k.ID, 0, o.Now); err != nil {
		return out, err
	}
	m := o.move(*k, survey.CampaignLaunch)
	m.EndsAt, m.Loosened = out.EndsAt, k.Protocol.Loosened
	if err := store.MoveCampaign(ctx, m); err != nil {
		return out, err
	}
	out.Campaign.State, out.Campaign.LaunchedAt, out.Campaign.EndsAt = survey.CampaignFielding, o.Now, out.EndsAt
	return out, nil
}

// inCustody refuses a confidential campaign where everybody could join its answers.
func inCustody(ctx context.Context, store LaunchStore, k survey.Campaign) error {
	if k.Confidentiality != survey.Confidential {
		return nil
	}
	kept, err := store.CustodyKept(ctx)
	if err == nil && !kept {
		err = &survey.Error{Kind: survey.Conflict, Code: survey.CodeCustodyRole}
	}
	return err
}

// launchable checks again, with the senders and texts of today, what was
// checked when the campaign was created; the protocol, too, because the campaign
// may have been created by an older program.
func launchable(ctx context.Context, store LaunchStore, k survey.Campaign) error {
	if k.State != survey.CampaignDraft && k.State != survey.CampaignReady {
		_, err := survey.CampaignMachine().Next(k.State, survey.CampaignLaunch)
		return err
	}
	if err := store.WaveAllows(ctx, k.ID); err != nil {
		return err
	}
	src, err := store.QuestionnaireByID(ctx, k.QuestionnaireID)
	if err != nil {
		return err
	}
	q, err := published(src)
	if err != nil {
		return err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return err
	}
	c := specCheck{}
	c.protocol(&k.Protocol)
	c.fit(k, q, senders)
	return errors.Join(c.errors...)
}

func (o Order) move(k survey.Campaign, ev survey.CampaignEvent) view.CampaignMove {
	return view.CampaignMove{ID: k.ID, Event: ev, Actor: o.Actor, Reason: or(o.Reason, survey.ReasonStaff), Words: o.Words, Now: o.Now, Unapproved: o.Unapproved}
}

// sealFor hashes a frame, and refuses one that the design cannot draw from: a
// frozen frame stays for ever.
func sealFor(d survey.Design) func([]survey.FrameUnit) (string, error) {
	return func(units []survey.FrameUnit) (string, error) {
		sizes := map[string]int{}
		for _, u := range units {
			sizes[u.Stratum]++
		}
		var strata []sampling.Stratum
		for name, n := range sizes {
			strata = append(strata, sampling.Stratum{Name: name, Frame: n})
		}
		if _, err := sampling.Plan(d, strata); err != nil {
			return "", err
		}
		return sampling.FrameHash(units), nil
	}
}

func drawOrder(k survey.Campaign, o Order) view.DrawOrder {
	replicates := max(k.Design.Replicates, 1)
	return view.DrawOrder{CampaignID: k.ID, Actor: o.Actor, Now: o.Now, Replicates: replicates,
		Groups: k.Design.Rotation, Seed: k.Design.Seed, Keep: keepFor(k, o.Coarsen),
		Plan: func(turn view.Turn) ([]survey.Draw, error) {
			strata, places := make([]sampling.Stratum, len(turn.Strata)), make([]sampling.Place, len(turn.Strata))
			for i, s := range turn.Strata {
				strata[i] = sampling.Stratum{Name: s.Name, Frame: s.Size}
				places[i] = sampling.Place{Circle: s.Circle, Active: s.Active, Before: s.Before}
			}
			draws, err := sampling.Plan(k.Design, strata)
			if err != nil {
				return nil, err
			}
			return sampling.Rotate(k.Design, turn.Number, draws, places), nil
		},
		Split: func(units []survey.FrameUnit) map[survey.ContactID]int {
			return sampling.Replicates(units, k.Design.Seed, replicates)
		}}
}

// tokenOrder makes the first tokens of every purpose, and hands over their
// hashes only.
func tokenOrder(k survey.Campaign, keys *token.Keyring) view.TokenOrder {
	key := keys.ActiveID()
	order := view.TokenOrder{CampaignID: k.ID, KeyID: key,
		Hash: func(purpose string, inv survey.InvitationID) ([]byte, error) {
			t, ok := keys.Make(key, token.Purpose(purpose), inv, 1)
			if !ok {
				return nil, fmt.Errorf("dispatch: token: key %s is gone", key)
			}
			return token.Hash(t), nil
		}}
	for _, p := range token.Purposes() {
		order.Purposes = append(order.Purposes, string(p))
	}
	return order
}
