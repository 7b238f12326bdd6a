package dispatch

import (
	"context"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// SenderRestStore is what resting one of our senders needs of the database.
type SenderRestStore interface {
	RestSender(ctx context.Context, id survey.SenderID, by view.Audit) error
	WakeSender(ctx context.Context, id survey.SenderID, by view.Audit) error
}

// RestSender has a sender rest until staff say otherwise, on record: nothing is claimed for
// it any more; what waits for it waits.
// What it has begun to send leaves, and so do answers to people who write. Errors: reason_missing, not_found.
func RestSender(ctx context.Context, store SenderRestStore, id survey.SenderID, by view.Audit) error {
	if err := reasoned(by.Reason); err != nil {
		return err
	}
	by.Act, by.Detail = "sender", map[string]any{"sender": id, "did": "pause"}
	return store.RestSender(ctx, id, by)
}

// WakeSender lets a sender go on that staff had rest, on record; one that rests for failures
// of its own is left to try by itself. Errors: not_found.
func WakeSender(ctx context.Context, store SenderRestStore, id survey.SenderID, by view.Audit) error {
	by.Act, by.Detail = "sender", map[string]any{"sender": id, "did": "resume"}
	return store.WakeSender(ctx, id, by)
}
