package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
	"canvass/worker/spool"
)

// replayMost is how many entries go into the database together.
const replayMost = 200

// applyHands is how many people's rows are applied at once.
const applyHands = 6

// provenAfter is how often a file fails alone, while the database takes a beat,
// until it is proven that it cannot be stored: some five minutes.
const provenAfter = 300

// replays stores what waits whenever something does, until ctx ends. After a
// failure it waits a second, whatever arrives.
func (s *Spooler) replays(ctx context.Context) {
	t := time.NewTicker(beatEvery)
	defer t.Stop()
	for ctx.Err() == nil {
		arrived := s.Spool.Arrived()
		if !s.drain(ctx) {
			arrived = nil
		}
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-arrived:
		}
	}
}

// drain stores all that waits; false if that failed.
func (s *Spooler) drain(ctx context.Context) bool {
	if s.Spool.Waiting() == 0 || s.Spool.State().ID == "" {
		return true
	}
	// First the workers are told: from then on nobody sends until it is done.
	err := s.beat(ctx)
	most := replayMost
	for err == nil && ctx.Err() == nil && s.Spool.Waiting() > 0 {
		var name string
		if name, err = s.group(ctx, most); err == nil {
			most = replayMost
			continue
		}
		if s.beat(ctx) != nil {
			break // the database is away
		}
		if most == 1 {
			err = s.proven(ctx, name, err)
			break
		}
		most, err = 1, nil // one file after another: which is it?
	}
	if err != nil && ctx.Err() == nil {
		s.alarm(ctx, err)
	}
	if s.Spool.Waiting() == 0 && s.beaten() > 0 {
		_ = s.beat(ctx)
		s.Logger.InfoContext(ctx, "everything that waited on disk is stored")
	}
	return err == nil
}

// proven counts the failures of a file that fails alone while the database is
// there, and sets it aside when they are too many to be chance.
func (s *Spooler) proven(ctx context.Context, name string, err error) error {
	if name == "" {
		return err // the disk's fault
	}
	if s.failures[name]++; s.failures[name] < provenAfter {
		return err
	}
	s.Logger.ErrorContext(ctx, "a file of the spool cannot be stored, again and again; it goes to quarantine", "file", name, "err", err)
	delete(s.failures, name)
	return s.Spool.SetAside(name)
}

// group stores the oldest files, most entries or one file. If that fails, name
// is the first of them.
func (s *Spooler) group(ctx context.Context, most int) (name string, err error) {
	ctx, cancel := context.WithTimeout(ctx, groupLasts)
	defer cancel()
	files, err := s.Spool.Oldest(most)
	if err != nil || len(files) == 0 {
		return "", err
	}
	r := replay{Spooler: s, bad: map[string]error{}}
	for _, f := range files {
		for _, body := range f.Bodies {
			if err := r.entry(ctx, f, body); err != nil {
				return files[0].Name, err
			}
		}
	}
	if err := r.flush(ctx); err != nil {
		return files[0].Name, err
	}
	var stored []string
	for _, f := range files {
		delete(s.failures, f.Name)
		bad := r.bad[f.Name]
		if bad == nil {
			stored = append(stored, f.Name)
			continue
		}
		// All of it that can be stored is. The rest waits for a person.
		s.Logger.ErrorContext(ctx, "the database will never take what is in a file of the spool; it goes to quarantine", "file", f.Name, "err", bad)
		if err := s.Spool.SetAside(f.Name); err != nil {
			return "", err
		}
	}
	return "", s.Spool.Done(stored...)
}

// replay is one group on its way into the database.
type replay struct {
	*Spooler
	run []replayed       // consecutive arrivals that are stored together
	bad map[string]error // files with something that can never be stored
}

// replayed is one arrival of a run.
type replayed struct {
	file    string
	arrival view.Arrival
	kind    channel.InboundKind
	// bars says that it may keep somebody from being contacted, so that it must be
	// applied before anybody sends.
	bars bool
}

// entry takes one entry along.
func (r *replay) entry(ctx context.Context, f spool.Batch, body []byte) error {
	var e spooled
	if err := json.Unmarshal(body, &e); err != nil {
		r.bad[f.Name] = errors.New("an entry that this program does not read") // its own words might quote it
		return nil
	}
	switch {
	case e.Click != nil:
		// By itself, because what it does hangs on what came before it.
		if err := r.flush(ctx); err != nil {
			return err
		}
		return r.click(ctx, e)
	case e.Inbound == nil:
		r.bad[f.Name] = errors.New("an entry that says nothing")
		return nil
	}
	s := stored{Inbound: *e.Inbound}
	o, err := r.Ingest.owner(ctx, &s)
	var a view.Arrival
	if err == nil {
		a, err = arrival(o, s, e.At)
	}
	if r.Store.RefusesContent(err) {
		r.bad[f.Name] = err
		return nil
	}
	if err == nil {
		bars := s.Kind != channel.InboundStatus || s.Status != nil && s.Status.OptedOut
		r.run = append(r.run, replayed{file: f.Name, arrival: a, kind: s.Kind, bars: bars})
	}
	return err
}

// flush stores the run, in order, and applies what must be.
func (r *replay) flush(ctx context.Context) error {
	run := r.run
	r.run = nil
	if len(run) == 0 {
		return nil
	}
	arrivals := make([]view.Arrival, len(run))
	for i, a := range run {
		arrivals[i] = a.arrival
	}
	rows, err := r.Store.StoreAll(ctx, arrivals)
	if r.Store.RefusesContent(err) {
		if len(run) == 1 {
			r.bad[run[0].file] = err
			return nil
		}
		for i := range run { // one by one: which is it?
			r.run = run[i : i+1]
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	return r.applied(ctx, run, rows)
}

// applied applies what may keep somebody from being contacted, and hints at the
// rest.
func (r *replay) applied(ctx context.Context, run []replayed, rows []view.Stored) error {
	var people, strays []view.Stored
	for i, row := range rows {
		switch {
		case row.Applied:
		case !run[i].bars:
			r.Ingest.hint(ctx, run[i].kind, row)
		case row.InvitationID == 0:
			strays = append(strays, row)
		case !slices.ContainsFunc(people, func(v view.Stored) bool { return v.InvitationID == row.InvitationID }):
			people = append(people, row)
		}
	}
	var hands errgroup.Group
	hands.SetLimit(applyHands)
	hands.Go(func() error { // in their order: two may be of one stranger
		for _, row := range strays {
			if err := r.apply(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	for _, row := range people {
		hands.Go(func() error { return r.apply(ctx, row) })
	}
	return hands.Wait()
}

// apply applies a row, with everything of its person. Unless the database is
// away, a failure is left to those who sweep up: the row is safe.
func (r *replay) apply(ctx context.Context, row view.Stored) error {
	err := r.Ingest.applyRow(ctx, row)
	if err == nil {
		return nil
	}
	if away := r.beat(ctx); away != nil {
		return away
	}
	r.Logger.ErrorContext(ctx, "something that waited on disk is stored, and cannot be applied yet", "inbox", row.ID, "err", err)
	return nil
}

// applyRow applies one row, and every other of its person.
func (g *Ingest) applyRow(ctx context.Context, row view.Stored) error {
	if row.InvitationID == 0 {
		done, err := g.store.ApplyStray(ctx, row.ID, g.clock.Now(), g.stray)
		if err == nil {
			g.tell(ctx, done)
		}
		return err
	}
	for {
		if n, err := g.applySome(ctx, row.InvitationID, nil); err != nil || n == 0 {
			return err
		}
	}
}

// click does what a press would have done at its time: it stops mails, and if
// the same press did so before and the person came back since, it stops them
// again. A link that is nobody's is nothing.
func (r *replay) click(ctx context.Context, e spooled) error {
	inv, _, err := r.Store.InvitationByToken(ctx, token.Hash(e.Click.Token), string(token.Unsubscribe))
	if err != nil || inv == 0 {
		return err
	}
	row, err := r.press(ctx, inv, e, e.Click.Name)
	if err != nil || !row.Applied {
		return err
	}
	c, err := r.Ingest.Case(ctx, inv)
	if err != nil || slices.Contains(c.Suppressed, "") || slices.Contains(c.Suppressed, survey.Mail) {
		return err
	}
	_, err = r.press(ctx, inv, e, e.Click.Again)
	return err
}

// press stores a press under a name and applies it. The row that it returns is
// as it stood before.
func (r *replay) press(ctx context.Context, inv survey.InvitationID, e spooled, name string) (view.Stored, error) {
	s := stored{Form: &Form{Action: Stop, OneClick: true}, Inbound: channel.Inbound{Kind: channel.InboundStop, Provider: "web",
		ProviderID: name, At: e.At}}
	a, err := arrival(owner{invitation: inv}, s, e.At)
	if err != nil {
		return view.Stored{}, err
	}
	rows, err := r.Store.StoreAll(ctx, []view.Arrival{a})
	if err != nil {
		return view.Stored{}, err
	}
	if rows[0].Applied {
		return rows[0], nil
	}
	return rows[0], r.apply(ctx, rows[0])
}
