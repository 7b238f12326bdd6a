package worker

import (
	"context"
	"strings"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// A mail server that asks to slow down slows its own mails and nobody else's:
// they rest, and then leave one a second, until it takes them as before.
const (
	gentleRate = 1.0                    // mails a second to a destination that asked to slow down
	pacedWait  = 200 * time.Millisecond // longest wait for a destination's pace in hand
)

// destinations is how the mail servers that a batch writes to stand.
type destinations struct {
	rests map[string]queue.Rest
}

// domainOf is the destination of a mail.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return strings.ToLower(domain)
}

// look asks once a batch which destinations asked to slow down. Without an
// answer nobody did.
func (f *flight) look(ctx context.Context, letters []letter) {
	if f.info.Channel != survey.Mail {
		return
	}
	seen := map[string]bool{}
	var names []string
	for _, l := range letters {
		if d := domainOf(l.Address); !seen[d] {
			seen[d], names = true, append(names, d)
		}
	}
	if rests, err := f.Pace.Rests(ctx, names); err == nil {
		f.destinations.rests = rests
	}
}

// arrive keeps a mail to its destination's pace; a positive wait says that it has
// to leave later.
func (f *flight) arrive(ctx context.Context, address string) (wait time.Duration) {
	domain := domainOf(address)
	if f.info.Channel != survey.Mail {
		return 0
	}
	rest := f.destinations.rests[domain]
	if rest.For > 0 {
		return rest.For
	}
	rate := f.Rates["@"+domain]
	if rest.Level > 0 && (rate <= 0 || rate > gentleRate) {
		rate = gentleRate
	}
	if rate <= 0 {
		return 0
	}
	wait, ok, err := f.Pace.Reserve(ctx, pacedWait, queue.Limit{Name: "domain:" + domain, Rate: rate, Cost: 1})
	switch {
	case err != nil:
		return pacedWait
	case !ok:
		return wait
	}
	_ = pause(ctx, wait) // a context that has ended is seen by the sender
	return 0
}

// depart tells how a destination took a mail.
func (f *flight) depart(ctx context.Context, address string, o channel.Outcome) {
	domain := domainOf(address)
	switch {
	case f.info.Channel != survey.Mail:
	case o.SlowDestination:
		if _, err := f.Pace.Slow(ctx, domain); err != nil {
			f.Logger.WarnContext(ctx, "a destination cannot be slowed down", "err", err)
		}
	case o.Event == survey.AttemptAccept && f.destinations.rests[domain].Level > 0:
		if err := f.Pace.Recovered(ctx, domain); err != nil {
			f.Logger.WarnContext(ctx, "a destination stays slowed down", "err", err)
		}
	}
}
