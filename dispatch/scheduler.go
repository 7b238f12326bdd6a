package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// SchedulerStore is what the scheduler needs of the database.
type SchedulerStore interface {
	Senders(ctx context.Context) ([]survey.Sender, error)
	planStore
	ChunkDue(ctx context.Context, now time.Time, size, open int) ([]view.OpenChunk, error)
	SweepChunks(ctx context.Context, limit int) ([]view.OpenChunk, error)
	SweepNotices(ctx context.Context, limit int) ([]view.OpenNotice, error)
	DropUploads(ctx context.Context) error
	SweepInbox(ctx context.Context, after survey.InboxID, limit int) ([]view.Unapplied, error)
	CloseFinished(ctx context.Context, now time.Time) (int, error)
	ReconsiderStore
	QuietStore
}

// Scheduler turns what is due into tasks. Any number of them may run, each in
// one goroutine; any of them may be killed at any instant.
type Scheduler struct {
	store SchedulerStore
	queue queue.Enqueuer
	clock survey.Clock
	log   *slog.Logger
	// reconsidered is the slot in which closed cases were looked at again.
	reconsidered int
	// hinted is the slot of the last hints.
	hinted int
	// dropped is the hour of real time in which unsent files were last deleted.
	dropped int64
	// behind says that the last tick left something to plan.
	behind bool
	// swept is how far the last hints reached into the inbox.
	swept survey.InboxID
	waves *Waves // nil: series are left alone
	// proposals is nil where nobody launches what was ordered for its time.
	proposals *Proposals
	// releaser is nil where nobody releases anonymous answers; released is the slot in
	// which it was done.
	releaser  *Releaser
	released  int
	retention *Retention // nil: nothing is ended by this process
}

// NewScheduler returns a scheduler.
func NewScheduler(store SchedulerStore, q queue.Enqueuer, clock survey.Clock, log *slog.Logger) *Scheduler {
	return &Scheduler{store: store, queue: q, clock: clock, log: log}
}

// Holding gives the scheduler the waves of series to hold, and returns it.
func (s *Scheduler) Holding(w *Waves) *Scheduler {
	s.waves = w
	return s
}

// Launching gives the scheduler the proposals whose launch was ordered, and returns it.
func (s *Scheduler) Launching(p *Proposals) *Scheduler {
	s.proposals = p
	return s
}

// Releasing gives the scheduler the anonymous answers to release, and returns it.
func (s *Scheduler) Releasing(r *Releaser) *Scheduler {
	s.releaser = r
	return s
}

// Keeping gives the scheduler what is kept for a time only, to end it daily, and returns
// it.
func (s *Scheduler) Keeping(r *Retention) *Scheduler {
	s.retention = r
	return s
}

// tickEvery is how often the scheduler looks, in real time: in a rehearsal at
// full speed that is a minute of business time.
const tickEvery = 250 * time.Millisecond

// Run ticks until ctx ends. A tick that fails is logged and tried again: what
// it should have done is still due. Waves are held beside the rest: to freeze a
// great frame takes a while, and what others are sent must not wait for it.
func (s *Scheduler) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() {
		s.every(ctx, func(ctx context.Context) (bool, error) { return false, s.hold(ctx) })
	})
	both.Go(func() {
		s.every(ctx, func(ctx context.Context) (bool, error) { return false, s.endLives(ctx) })
	})
	s.every(ctx, func(ctx context.Context) (bool, error) {
		err := s.work(ctx)
		return s.behind, err
	})
	both.Wait()
	return nil
}

// every runs a part of the tick until ctx ends, at once again while it has more to do.
func (s *Scheduler) every(ctx context.Context, part func(context.Context) (more bool, err error)) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for {
		more, err := part(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "tick failed", "err", err)
		}
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Chunks are small enough to move on quickly after a crash, and few enough at
// once that a big campaign cannot starve a small one: of one campaign and sender
// no more batches are on the wire than it has chunks. Who works on a chunk fills
// it up again.
const (
	chunkSize  = 500
	chunksOpen = 2
	sweepLimit = 200
)

// Tick does everything that is due now, once. Each part is tried even if an
// earlier one failed.
func (s *Scheduler) Tick(ctx context.Context) error {
	return errors.Join(s.hold(ctx), s.work(ctx), s.endLives(ctx))
}

// endLives ends what need not be kept. It may take long, and nothing waits for it.
func (s *Scheduler) endLives(ctx context.Context) error {
	if s.retention == nil {
		return nil
	}
	return s.retention.Daily(ctx)
}

// hold begins the waves of series that are due.
func (s *Scheduler) hold(ctx context.Context) error {
	var err error
	if s.waves != nil {
		err = s.waves.Tick(ctx)
	}
	if s.proposals != nil {
		err = errors.Join(err, s.proposals.Tick(ctx))
	}
	return err
}

// work plans, feeds and sweeps what is in the field.
func (s *Scheduler) work(ctx context.Context) error {
	s.behind = false
	return errors.Join(
		s.planDue(ctx),
		s.feed(ctx),
		s.sweep(ctx),
		s.hint(ctx),
		s.quiet(ctx),
		s.dropUploads(ctx),
		s.finish(ctx),
		s.reconsider(ctx),
		s.release(ctx),
	)
}

// feed puts due attempts into chunks and tells the workers.
func (s *Scheduler) feed(ctx context.Context) error {
	chunks, err := s.store.ChunkDue(ctx, s.clock.Now(), chunkSize, chunksOpen)
	if err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, chunkTasks(chunks)...)
}

func chunkTasks(chunks []view.OpenChunk) []queue.Task {
	tasks := make([]queue.Task, len(chunks))
	for i, c := range chunks {
		tasks[i] = queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}
	}
	return tasks
}

// sweep enqueues again what should be moving and is not: its worker, its task,
// or all of Redis was lost.
func (s *Scheduler) sweep(ctx context.Context) error {
	chunks, err := s.store.SweepChunks(ctx, sweepLimit)
	if err != nil {
		return err
	}
	tasks := chunkTasks(chunks)
	notices, err := s.store.SweepNotices(ctx, sweepLimit)
	if err != nil {
		return err
	}
	for _, n := range notices {
		tasks = append(tasks, queue.Task{Kind: queue.SendNotice, ID: int64(n.ID), Generation: n.Generation})
	}
	return s.queue.Enqueue(ctx, tasks...)
}

// hintEvery is how often, in seconds of real time, unapplied arrivals and
// attempts in doubt are hinted at.
const hintEvery = 5

// hint tells the workers of arrivals that are not applied yet, and to look for
// attempts in doubt and for recordings that a provider has. The generation of a hint is a slot of real time: one per
// slot, and a new one as long as there is reason. A repeat by another scheduler
// finds nothing left to do.
func (s *Scheduler) hint(ctx context.Context) error {
	slot := int(s.clock.Real().Unix() / hintEvery)
	if slot == s.hinted {
		return nil
	}
	rows, err := s.store.SweepInbox(ctx, s.swept, sweepLimit)
	if err != nil {
		return err
	}
	tasks := []queue.Task{{Kind: queue.Resolve, Generation: slot}, {Kind: queue.Recordings, Generation: slot}}
	for _, r := range rows {
		if r.InvitationID != 0 {
			tasks = append(tasks, queue.Task{Kind: queue.Ingest, ID: int64(r.InvitationID), Generation: slot})
		} else {
			tasks = append(tasks, queue.Task{Kind: queue.IngestStray, ID: int64(r.InboxID), Generation: slot})
		}
	}
	if err := s.queue.Enqueue(ctx, tasks...); err != nil {
		return err
	}
	s.hinted, s.swept = slot, 0
	if len(rows) == sweepLimit {
		s.swept = rows[sweepLimit-1].InboxID // there may be more; the next hints go on from here
	}
	return nil
}

// dropUploads deletes, once an hour of real time, the files that nobody sent with an
// answer.
func (s *Scheduler) dropUploads(ctx context.Context) error {
	hour := s.clock.Real().Unix() / 3600
	if hour == s.dropped {
		return nil
	}
	if err := s.store.DropUploads(ctx); err != nil {
		return err
	}
	s.dropped = hour
	return nil
}

// release releases, every few seconds of real time, the anonymous answers that are due.
func (s *Scheduler) release(ctx context.Context) error {
	slot := int(s.clock.Real().Unix() / hintEvery)
	if s.releaser == nil || slot == s.released {
		return nil
	}
	s.released = slot
	return s.releaser.Release(ctx)
}

// finish closes campaigns whose field period is over and whose last case is
// closed.
func (s *Scheduler) finish(ctx context.Context) error {
	_, err := s.store.CloseFinished(ctx, s.clock.Now())
	return err
}
