package postgres_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/lib/pq"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestALostDeadlockRunsAgainAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	deadlock, serialization := &pq.Error{Code: "40P01"}, fmt.Errorf("wrapped: %w", &pq.Error{Code: "40001"})
	ours, unique := &survey.Error{Kind: survey.Conflict, Code: survey.CodeState}, &pq.Error{Code: "23505"}
	for name, c := range map[string]struct {
		fails []error // run by run; then it succeeds
		runs  int
		want  error
	}{
		"at once":         {nil, 1, nil},
		"a deadlock":      {[]error{deadlock}, 2, nil},
		"both":            {[]error{serialization, deadlock, deadlock}, 4, nil},
		"for ever":        {[]error{deadlock, deadlock, deadlock, deadlock, deadlock, deadlock}, 5, deadlock},
		"another":         {[]error{unique}, 1, unique},
		"ours":            {[]error{ours}, 1, ours},
		"another, second": {[]error{deadlock, ours}, 2, ours},
	} {
		runs := 0
		err := postgres.Retried(t.Context(), db.DB, func() error {
			if runs++; runs <= len(c.fails) {
				return c.fails[runs-1]
			}
			return nil
		})
		if runs != c.runs || !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %d runs, %v; want %d, %v", name, runs, err, c.runs, c.want)
		}
	}
}
