package queue

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"canvass/dispatch/survey"
)

// Pace is the reserve of rates, shared by all processes: for each limit the
// generic cell rate algorithm without tolerance, so there is no burst beyond one
// message. A reservation advances the theoretical arrival times of all its limits
// by their costs; after a loss of Redis they start anew from now.
type Pace struct{ r *redis.Client }

// Limit is one rate that a reservation is held to.
type Limit struct {
	// Name tells limits apart: sender:3, campaign:7, provider:twilio.
	Name string
	// Rate is in units (messages, SMS segments) a second of real time; 0 or less
	// is no limit.
	Rate float64
	// Cost is how many units are taken.
	Cost float64
	// Own says that nobody else is held to it. While an own limit is far from
	// having room, the others are not taken: who has to wait for a pace of their
	// own must not hold up those who share the rest.
	Own bool
}

// soon is how far ahead of an own limit the others are taken.
const soon = 200 * time.Millisecond

// headroom keeps the pace a hundredth below the rate, so that a message that
// leaves up to a tenth of a second after its time does not make any ten seconds
// hold more than the rate allows.
const headroom = 0.99

// span is how long the limit is used up by the cost.
func (l Limit) span() time.Duration {
	return time.Duration(l.Cost / (l.Rate * headroom) * float64(time.Second))
}

// Spacing is how long after one unit the next may leave, by the slowest of the
// limits; 0 if there is none.
func Spacing(limits []Limit) time.Duration {
	var most time.Duration
	for _, l := range limits {
		if l.Rate > 0 {
			one := Limit{Rate: l.Rate, Cost: 1}
			most = max(most, one.span())
		}
	}
	return most
}

// NewPace returns a reserve kept in the Redis at url.
func NewPace(url string) (*Pace, error) {
	opt, err := redis.ParseURL(url)
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: "CANVASS_REDIS_URL", Err: err}
	}
	return &Pace{r: redis.NewClient(opt)}, nil
}

// Close closes the connections.
func (p *Pace) Close() error { return p.r.Close() }

// Ping reports whether Redis answers.
func (p *Pace) Ping(ctx context.Context) error {
	if err := p.r.Ping(ctx).Err(); err != nil {
		return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
	}
	return nil
}

// The script takes the longest permitted wait, how many of the keys are own
// limits, how far ahead of these is soon, and per key the cost, all in
// microseconds; it returns the wait in microseconds by the clock of Redis, with a
// minus before it if nothing was reserved.
const reserveScript = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
local start = now
for i, key in ipairs(KEYS) do
  start = math.max(start, tonumber(redis.call('GET', key) or now))
  if i == tonumber(ARGV[2]) and start - now > tonumber(ARGV[3]) then
    return string.format('-%.0f', start - now)
  end
end
if start - now > tonumber(ARGV[1]) then return string.format('-%.0f', start - now) end
for i, key in ipairs(KEYS) do
  local after = start + tonumber(ARGV[i + 3])
  redis.call('SET', key, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1000)
end
return string.format('%.0f', start - now)`

// Reserve takes the cost of every limit and returns how long to wait, in real
// time, before the first unit may leave; the others follow by Spacing. If the wait
// were longer than most, or an own limit has no room soon, nothing is taken, ok
// is false, and wait says when to ask again.
func (p *Pace) Reserve(ctx context.Context, most time.Duration, limits ...Limit) (wait time.Duration, ok bool, err error) {
	var keys, others []string
	var costs, otherCosts []any
	for _, l := range limits {
		switch key := "canvass:pace:" + l.Name; {
		case l.Rate <= 0 || l.Cost <= 0:
		case l.Own:
			keys, costs = append(keys, key), append(costs, l.span().Microseconds())
		default:
			others, otherCosts = append(others, key), append(otherCosts, l.span().Microseconds())
		}
	}
	args := append([]any{most.Microseconds(), len(keys), soon.Microseconds()}, append(costs, otherCosts...)...)
	if keys = append(keys, others...); len(keys) == 0 {
		return 0, true, nil
	}
	s, err := p.r.Eval(ctx, reserveScript, keys, args...).Text()
	if err != nil {
		return 0, false, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
	}
	micros, err := strconv.ParseInt(strings.TrimPrefix(s, "-"), 10, 64)
	return time.Duration(micros) * time.Microsecond, !strings.HasPrefix(s, "-"), err
}

// Rest is how a destination that asked to slow down stands.
type Rest struct {
	For   time.Duration // nothing is to be sent for this long
	Level int           // how often in a row it asked; 0: it did not, or recovered
}

// A destination that asks to slow down rests half a minute, twice as long each
// time, and an hour at most; it is forgotten six hours after it last asked.
const slowScript = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local level = tonumber(redis.call('HGET', KEYS[1], 'level') or 0)
local till = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if till < now then
  level = level + 1
  till = now + math.min(30000 * 2 ^ (level - 1), 3600000)
  redis.call('HSET', KEYS[1], 'level', level, 'until', string.format('%.0f', till))
  redis.call('PEXPIRE', KEYS[1], 21600000)
end
return string.format('%.0f', till - now)`

// Slow lets a destination rest, and returns for how long. What several messages
// of a batch tell at once counts once.
func (p *Pace) Slow(ctx context.Context, destination string) (time.Duration, error) {
	s, err := p.r.Eval(ctx, slowScript, []string{restKey(destination)}).Text()
	if err != nil {
		return 0, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
	}
	millis, err := strconv.ParseInt(s, 10, 64)
	return time.Duration(millis) * time.Millisecond, err
}

// Recovered forgets that a destination asked to slow down.
func (p *Pace) Recovered(ctx context.Context, destination string) error {
	return p.r.Del(ctx, restKey(destination)).Err()
}

// Rests says which of the destinations asked to slow down.
func (p *Pace) Rests(ctx context.Context, destinations []string) (map[string]Rest, error) {
	pipe := p.r.Pipeline()
	now := pipe.Time(ctx)
	states := make([]*redis.SliceCmd, len(destinations))
	for i, d := range destinations {
		states[i] = pipe.HMGet(ctx, restKey(d), "level", "until")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
	}
	out := map[string]Rest{}
	for i, d := range destinations {
		var s struct {
			Level int   `redis:"level"`
			Until int64 `redis:"until"`
		}
		if err := states[i].Scan(&s); err == nil && s.Level > 0 {
			out[d] = Rest{Level: s.Level, For: max(time.UnixMilli(s.Until).Sub(now.Val()), 0)}
		}
	}
	return out, nil
}

func restKey(destination string) string { return "canvass:rest:" + destination }
