package postgres

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Arrivals are stored in groups: while one INSERT runs, what comes in gathers for
// the next. Nobody waits for a timer, and a commit carries as many as there are.
//
// What has no place in any order may go in two groups at once, so that one is put
// together while the other waits for the disk; the second only if it is worth a
// commit. Two groups that hold the same things may wait for each other: the server
// then ends one, whose arrivals are stored one by one.

const (
	storeMost  = 200 // arrivals in a group
	storeWorth = 24  // arrivals from which on a second group is worth it
)

// storing is one arrival on its way in.
type storing struct {
	arrival view.Arrival
	stored  view.Stored
	err     error
	done    chan struct{}
}

// store is what gathers and writes arrivals; it ends when the DB is closed.
type store struct {
	db      *DB
	ordered lane // stored in the order in which it came
	loose   lane
	closing chan struct{}
	closed  chan struct{}
}

// lane is a way in.
type lane struct {
	waiting chan *storing
	// most groups are on their way at once.
	most int
}

func newStore(db *DB) *store {
	s := &store{db: db, ordered: lane{make(chan *storing, storeMost), 1}, loose: lane{make(chan *storing, storeMost), 2},
		closing: make(chan struct{}), closed: make(chan struct{})}
	var lanes sync.WaitGroup
	lanes.Go(func() { s.run(s.ordered) })
	lanes.Go(func() { s.run(s.loose) })
	go func() { lanes.Wait(); close(s.closed) }()
	return s
}

// Store keeps an arrival raw, once for ever. When it returns without an error,
// the arrival is safe. If ctx ends first it may be safe or not: whoever brings it
// again brings the same thing.
func (db *DB) Store(ctx context.Context, a view.Arrival) (view.Stored, error) {
	r := &storing{arrival: a, done: make(chan struct{})}
	way := db.store.ordered
	if a.Loose {
		way = db.store.loose
	}
	select {
	case way.waiting <- r:
	case <-db.store.closing:
		return view.Stored{}, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	case <-ctx.Done():
		return view.Stored{}, ctx.Err()
	}
	select {
	case <-r.done:
		return r.stored, r.err
	case <-ctx.Done():
		return view.Stored{}, ctx.Err()
	case <-db.store.closed:
		return view.Stored{}, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	}
}

// run writes group after group.
func (s *store) run(l lane) {
	written := make(chan struct{}, l.most)
	under := 0 // way
	for {
		select {
		case <-s.closing:
			for ; under > 0; under-- {
				<-written
			}
			return
		case <-written:
			under--
		case first := <-l.waiting:
			group := l.gather([]*storing{first})
			for under > 0 && (under == l.most || len(group) < storeWorth) {
				select {
				case r := <-l.more(group):
					group = append(group, r)
				case <-written:
					under--
					group = l.gather(group)
				}
			}
			under++
			go func() {
				s.write(group)
				written <- struct{}{}
			}()
		}
	}
}

// more is where more comes from for a group, nowhere if it is full.
func (l lane) more(group []*storing) <-chan *storing {
	if len(group) < storeMost {
		return l.waiting
	}
	return nil
}

// gather adds what waits already to a group, and what is just coming.
func (l lane) gather(group []*storing) []*storing {
	runtime.Gosched()
	for {
		select {
		case r := <-l.more(group):
			group = append(group, r)
		default:
			return group
		}
	}
}

// close ends the store, once what it writes is written.
func (s *store) close() {
	close(s.closing)
	<-s.closed
}

// storeLasts bounds one INSERT: whoever waits for it has patience of their own.
const storeLasts = 20 * time.Second

// write stores a group and tells everybody. What one of them spoils for all (a
// text that the server does not take) is stored one by one.
func (s *store) write(group []*storing) {
	ctx, cancel := context.WithTimeout(context.Background(), storeLasts)
	defer cancel()
	err := s.db.storeAll(ctx, group)
	var refused *pq.Error
	if len(group) > 1 && errors.As(err, &refused) && !isAway(err) {
		for _, r := range group {
			r.err = told(s.db.storeAll(ctx, []*storing{r}))
			close(r.done)
		}
		return
	}
	for _, r := range group {
		r.err = told(err)
		close(r.done)
	}
}

// What was stored before is left alone, within the group too.
const sqlStore = `
WITH arrived AS (
	SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::jsonb[])
		AS u (kind, provider, provider_id, received_at, invitation_id, attempt_id, notice_id, about, payload)),
stored AS (
	INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, about, payload)
	SELECT kind, provider, provider_id, received_at, coalesce(nullif(invitation_id, 0),
		(SELECT a.invitation_id FROM attempt a WHERE a.id = nullif(u.attempt_id, 0)),
		(SELECT n.invitation_id FROM notice n WHERE n.id = nullif(u.notice_id, 0))), about, payload
	FROM arrived u
	ON CONFLICT (provider, provider_id) DO NOTHING
	RETURNING id, provider, provider_id, invitation_id)
SELECT id, provider, provider_id, coalesce(invitation_id, 0) AS invitation_id FROM stored`

const sqlStoredBefore = `
SELECT x.id, x.provider, x.provider_id, coalesce(x.invitation_id, 0) AS invitation_id, x.applied_at IS NOT NULL AS applied
FROM unnest($1::text[], $2::text[]) AS u (provider, provider_id)
JOIN inbox x ON x.provider = u.provider AND x.provider_id = u.provider_id`

type storedRow struct {
	ID           survey.InboxID `db:"id"`
	Provider     string
	ProviderID   string              `db:"provider_id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
	Applied      bool
}

// storeAll inserts a group and fills in where each stands.
func (db *DB) storeAll(ctx context.Context, group []*storing) error {
	var kind, provider, providerID, received, about, payload pq.StringArray
	var invitation, attempt, notice pq.Int64Array
	by := map[[2]string][]*storing{}
	for _, r := range group {
		a := r.arrival
		kind, provider, providerID = append(kind, a.Kind), append(provider, a.Provider), append(providerID, a.ProviderID)
		received = append(received, a.ReceivedAt.Format(time.RFC3339Nano))
		invitation, attempt, notice = append(invitation, int64(a.InvitationID)), append(attempt, int64(a.AttemptID)), append(notice, int64(a.NoticeID))
		about, payload = append(about, a.About), append(payload, string(a.Payload))
		by[[2]string{a.Provider, a.ProviderID}] = append(by[[2]string{a.Provider, a.ProviderID}], r)
	}
	var fresh []storedRow
	err := db.x.SelectContext(ctx, &fresh, sqlStore, kind, provider, providerID, received, invitation, attempt, notice, about, payload)
	if err != nil {
		return err
	}
	for _, row := range fresh {
		for i, r := range by[[2]string{row.Provider, row.ProviderID}] {
			r.stored = view.Stored{ID: row.ID, Fresh: i == 0, InvitationID: row.InvitationID}
		}
		delete(by, [2]string{row.Provider, row.ProviderID})
	}
	return db.storedBefore(ctx, by)
}

// storedBefore looks up where those stand that were stored before.
func (db *DB) storedBefore(ctx context.Context, by map[[2]string][]*storing) error {
	if len(by) == 0 {
		return nil
	}
	var provider, providerID pq.StringArray
	for key := range by {
		provider, providerID = append(provider, key[0]), append(providerID, key[1])
	}
	var rows []storedRow
	if err := db.x.SelectContext(ctx, &rows, sqlStoredBefore, provider, providerID); err != nil {
		return err
	}
	for _, row := range rows {
		for _, r := range by[[2]string{row.Provider, row.ProviderID}] {
			r.stored = view.Stored{ID: row.ID, Applied: row.Applied, InvitationID: row.InvitationID}
		}
	}
	return nil
}
