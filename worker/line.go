package worker

import (
	"context"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// How long a place on the line is held. A call has left long before its lease runs out:
// only of a process that died in between it does.
const (
	lineLasts = time.Minute      // from asking for a place to handing a call over
	callLasts = 25 * time.Minute // ringing, the longest call there is, and its last callback
)

// line is the place of the next call on the line of the sender; nil where there is no
// limit.
type line struct{ *view.CallSlot }

// takeLine leases a place for the next call. It is false if all are taken: by calls that
// other workers have placed, too.
func (b *batch) takeLine(ctx context.Context) (bool, error) {
	b.line = line{}
	if b.info.Channel != survey.Call || b.info.Sender.Calls == 0 {
		return true, nil
	}
	slot, ok, err := b.Store.LeaseCall(ctx, b.info.Sender.ID, b.info.Sender.Calls, lineLasts)
	if ok {
		b.line = line{&slot}
	}
	return ok, err
}

// onLine puts the call of an attempt in the place that is leased for it. It is false if
// there is none any more.
func (b *batch) onLine(ctx context.Context, id survey.AttemptID) bool {
	if b.line.CallSlot == nil {
		return true
	}
	ok, err := b.Store.PlaceCall(ctx, *b.line.CallSlot, id, callLasts)
	return ok && err == nil
}

// leaveLine gives the place back if no call was put in it, also when the process is asked
// to end. The place of a call is free when its attempt has ended.
func (b *batch) leaveLine(ctx context.Context) {
	if b.line.CallSlot == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	if err := b.Store.FreeCall(ctx, *b.line.CallSlot); err != nil {
		b.Logger.WarnContext(ctx, "a place on the line is left to run out", "sender", b.info.Sender.ID, "err", err)
	}
}
