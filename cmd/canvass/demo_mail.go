package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"canvass/worker/sim/smtpsink"
)

// demoBounces is where the demo's mail comes back to.
const demoBounces = "thutrave.lamxuyen.example"

// returns is the part of the simulated mail server that brings back what could
// not be delivered, over LMTP, as the mail server of an office does.
type returns struct {
	handover smtpsink.Handover
	ctx      context.Context
	stop     context.CancelFunc
	made     atomic.Int64
	taken    atomic.Int64
	refused  atomic.Int64
}

func newReturns(addr string) *returns {
	r := &returns{handover: smtpsink.Handover{Network: "tcp", Addr: addr}}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// bring hands one mail over, and comes again until it is taken or the demo ends.
func (r *returns) bring(to string, mail []byte) {
	r.made.Add(1)
	switch err := r.handover.Deliver(r.ctx, to, mail); {
	case err == nil:
		r.taken.Add(1)
	case r.ctx.Err() == nil:
		r.refused.Add(1)
	}
}

// settled reports whether nothing that came back is on its way.
func (r *returns) settled() bool { return r.made.Load() == r.taken.Load()+r.refused.Load() }

// sayReturns prints what came back, and whether all of it was taken.
func (d *demo) sayReturns() bool {
	r := d.returns
	fmt.Fprintf(d.out, "  %s %d · %s %d\n", d.t("Thư máy chủ trả về sau:", "Mails that came back later:"), r.made.Load(),
		d.t("hệ thống đã nhận:", "taken by the system:"), r.taken.Load())
	if r.made.Load() != r.taken.Load() {
		fmt.Fprintf(d.out, "  ✗ %s\n", d.t("có thư trả về chưa được nhận", "some of them were not taken"))
		return false
	}
	return true
}
