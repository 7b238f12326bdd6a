package queue

import (
	"context"
	"strings"
)

// Version is the version of the Redis server, "" if it does not tell (the
// embedded one does not).
func (p *Pace) Version(ctx context.Context) (string, error) {
	if err := p.Ping(ctx); err != nil {
		return "", err
	}
	info, err := p.r.Info(ctx, "server").Result()
	if err != nil {
		return "", nil //nolint:nilerr // it answers, and does not know the command
	}
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "redis_version:"); ok {
			return v, nil
		}
	}
	return "", nil
}
