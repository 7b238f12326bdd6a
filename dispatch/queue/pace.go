package queue

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"canvass/dispatch/survey"
)

// Pace is the reserve of a sender's rate, shared by all processes: the generic
// cell rate algorithm without tolerance, so there is no burst beyond one
// message. Each reservation advances the theoretical arrival time by its cost;
// after a loss of Redis it starts anew from now.
type Pace struct{ r *redis.Client }

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

// The script takes the cost in microseconds and returns the wait in
// microseconds, by the clock of Redis.
const reserveScript = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
local at = tonumber(redis.call('GET', KEYS[1]) or now)
if at < now then at = now end
local after = at + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1000)
return string.format('%.0f', at - now)`

// Reserve takes cost units (messages, SMS segments) of the named sender's rate,
// in units a second of real time, and returns how long to wait before the
// first of them may leave. A rate of 0 is unpaced.
func (p *Pace) Reserve(ctx context.Context, sender survey.SenderID, rate float64, cost int) (time.Duration, error) {
	if rate <= 0 || cost <= 0 {
		return 0, nil
	}
	micros := int64(float64(cost) * 1e6 / rate)
	key := "canvass:pace:" + strconv.FormatInt(int64(sender), 10)
	s, err := p.r.Eval(ctx, reserveScript, []string{key}, micros).Text()
	if err != nil {
		return 0, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: err}
	}
	wait, err := strconv.ParseInt(s, 10, 64)
	return time.Duration(wait) * time.Microsecond, err
}
