package postgres_test

import (
	"slices"
	"testing"

	"canvass/dispatch/postgres/pgtest"
)

func TestKeyIDsAreNotedForEver(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	for _, step := range []struct{ add, want []string }{
		{nil, nil},
		{[]string{"b"}, []string{"b"}},
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"b"}, []string{"a", "b"}},
	} {
		if err := db.AddKeyIDs(ctx, step.add); err != nil {
			t.Fatal(err)
		}
		got, err := db.KeyIDs(ctx)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, step.want) {
			t.Errorf("after %q: %q, want %q", step.add, got, step.want)
		}
	}
}
