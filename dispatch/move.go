package dispatch

import (
	"context"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// MoveStore is what moving a campaign needs of the database.
type MoveStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	MoveCampaign(ctx context.Context, m view.CampaignMove) error
	MoveEnd(ctx context.Context, m view.EndMove) (view.EndMoved, error)
}

// Pause stops contacts beyond the batch in hand; replies are still taken.
func Pause(ctx context.Context, store MoveStore, o Order) error {
	return move(ctx, store, o, survey.CampaignPause)
}

// Resume takes up a paused campaign. Its end does not move. What was put back for
// the pause is due at once.
func Resume(ctx context.Context, store MoveStore, o Order) error {
	return move(ctx, store, o, survey.CampaignResume)
}

// Archive ends the life of a closed campaign: no code changes any more.
func Archive(ctx context.Context, store MoveStore, o Order) error {
	return move(ctx, store, o, survey.CampaignArchive)
}

// move makes one move of the campaign's machine. Errors: reason_missing,
// not_found, campaign_state.
func move(ctx context.Context, store MoveStore, o Order, ev survey.CampaignEvent) error {
	if err := reasoned(o.Words); err != nil {
		return err
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return err
	}
	return store.MoveCampaign(ctx, o.move(*k, ev))
}

// Close ends the field period now. The scheduler gives every open case its
// disposition, and then closes the campaign. Errors: reason_missing, not_found,
// campaign_state, end_passed, end_moved.
func Close(ctx context.Context, store MoveStore, o Order) error {
	_, err := moveEnd(ctx, store, o, survey.EndNow, End{At: o.Now})
	return err
}

// End says where the end of a field period moves: to a time, or by a span from
// where it is.
type End struct {
	At time.Time // business time
	By time.Duration
}

// Extend moves the end of the field period of a campaign to a later time. Every
// open case is looked at again, so that contacts which were passed over for the
// end may come back; a case that is closed stays closed. What was sent already
// names the old end. Errors: reason_missing, not_found, campaign_state,
// end_passed, end_moved, end_wrong.
func Extend(ctx context.Context, store MoveStore, e End, o Order) (view.EndMoved, error) {
	return moveEnd(ctx, store, o, survey.EndExtend, e)
}

// Shorten moves it to an earlier time that is still to come. Contacts that wait
// beyond it are withdrawn at it. Errors are those of Extend.
func Shorten(ctx context.Context, store MoveStore, e End, o Order) (view.EndMoved, error) {
	e.By = -e.By
	return moveEnd(ctx, store, o, survey.EndShorten, e)
}

func moveEnd(ctx context.Context, store MoveStore, o Order, ev survey.EndEvent, e End) (view.EndMoved, error) {
	if err := reasoned(o.Words); err != nil {
		return view.EndMoved{}, err
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return view.EndMoved{}, err
	}
	m := view.EndMove{ID: k.ID, Event: ev, From: k.EndsAt, To: e.At, Actor: o.Actor, Words: o.Words, Now: o.Now}
	if e.At.IsZero() {
		m.To = k.EndsAt.Add(e.By)
	}
	m.To = m.To.Truncate(time.Microsecond) // as Postgres keeps it
	if !k.EndsAt.IsZero() {
		if err := endFits(m); err != nil {
			return view.EndMoved{}, err
		}
	} // else the store says in which state it is
	return store.MoveEnd(ctx, m)
}

// endFits refuses an end on the wrong side of now, or of where it is. That it has
// come already is for the store to say.
func endFits(m view.EndMove) error {
	why := ""
	switch {
	case !m.Now.Before(m.From) || m.Event == survey.EndNow:
	case !m.To.After(m.Now):
		why = "end_past"
	case m.Event == survey.EndExtend && !m.To.After(m.From):
		why = "end_not_later"
	case m.Event == survey.EndShorten && !m.To.Before(m.From):
		why = "end_not_earlier"
	}
	if why == "" {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeEndWrong, Args: map[string]string{"time": m.To.Format(time.RFC3339), "why": why}}
}

// ReleaseStore is what releasing a further replicate needs of the database.
type ReleaseStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	ReleaseHeld(ctx context.Context, o view.ReleaseOrder) (int, error)
}

// Release sends a further replicate of a running campaign into the field, whole.
// It returns how many people that adds. Errors: reason_missing, not_found,
// campaign_state, end_passed, replicate_out.
func Release(ctx context.Context, store ReleaseStore, number int, o Order) (int, error) {
	if err := reasoned(o.Words); err != nil {
		return 0, err
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return 0, err
	}
	return store.ReleaseHeld(ctx, view.ReleaseOrder{ID: k.ID, Number: number, Actor: o.Actor, Words: o.Words, Now: o.Now})
}

// SettingsStore is what setting a campaign's rate and budget needs of the
// database.
type SettingsStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	SetCampaign(ctx context.Context, o view.SettingsOrder) (view.SettingsMoved, error)
}

// Change is what is set of a campaign; nil stays as it is, 0 is no limit.
type Change struct {
	Rate   *float64 // messages a second over all senders, in [0, 1e6]
	Budget *int64   // đồng, at least 0
}

// Set sets the rate and the budget of a campaign, also of one in the field.
// Errors: reason_missing, campaign_invalid, not_found, campaign_state,
// settings_moved.
func Set(ctx context.Context, store SettingsStore, c Change, o Order) (view.SettingsMoved, error) {
	if err := reasoned(o.Words); err != nil {
		return view.SettingsMoved{}, err
	}
	if c.Rate != nil && (!(*c.Rate >= 0) || *c.Rate > maxRate) {
		return view.SettingsMoved{}, settingWrong("rate")
	}
	if c.Budget != nil && *c.Budget < 0 {
		return view.SettingsMoved{}, settingWrong("budget")
	}
	k, err := store.CampaignByName(ctx, o.Campaign)
	if err != nil {
		return view.SettingsMoved{}, err
	}
	s := view.SettingsOrder{ID: k.ID, From: view.Settings{Rate: k.Rate, Budget: k.Budget}, Actor: o.Actor, Words: o.Words, Now: o.Now}
	s.To = s.From
	if c.Rate != nil {
		s.To.Rate = *c.Rate
	}
	if c.Budget != nil {
		s.To.Budget = *c.Budget
	}
	return store.SetCampaign(ctx, s)
}

func settingWrong(name string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignInvalid, Args: map[string]string{"name": name, "problem": "≥ 0"}}
}
