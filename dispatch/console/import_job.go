package console

import (
	"context"
	"crypto/rand"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// importing works on lists that were uploaded, one at a time in this process,
// whether or not somebody watches. When the process ends, what it works on is left
// as it was, and may be taken up again.
type importing struct {
	c     *console
	alive context.Context //nolint:containedctx // the life of the process
	place chan struct{}
	reads chan struct{} // a place for each upload that is read: it is held in memory
}

const (
	beatEvery   = 2 * time.Second
	mostUploads = 2
	// lookFor is how long a post waits for work that is soon done, so that most
	// lists are never seen half done.
	lookFor = 1500 * time.Millisecond
)

func newImporting(c *console) *importing {
	alive, end := context.WithCancel(context.Background())
	go func() {
		<-c.Ending
		end()
	}()
	return &importing{c: c, alive: alive, place: make(chan struct{}, 1), reads: make(chan struct{}, mostUploads)}
}

// begin begins work on a list, waits a little for its end, and leaves it to go on.
// Errors: not_found, import_running.
func (i *importing) begin(ctx context.Context, id int64, as view.UploadState, actor string) error {
	w := &dispatch.UploadWork{ID: id, Name: rand.Text(), Actor: actor, Clock: i.c.Clock, Every: beatEvery}
	if err := w.Take(ctx, i.c.Store, as); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		i.do(w)
	}()
	look := time.NewTimer(lookFor)
	defer look.Stop()
	select {
	case <-over:
	case <-look.C:
	case <-ctx.Done():
	}
	return nil
}

func (i *importing) do(w *dispatch.UploadWork) {
	held := false
	defer func() {
		if p := recover(); p != nil {
			i.c.Logger.Error("work on a list panicked", "upload", w.ID)
		}
		if held {
			<-i.place
		}
	}()
	err := w.Do(i.alive, func(ctx context.Context) error {
		select {
		case i.place <- struct{}{}:
			held = true
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err != nil && i.alive.Err() == nil { // its text may have words of the list
		i.c.Logger.Error("a list was not worked on to its end", "upload", w.ID, "code", survey.CodeOf(err), "kind", survey.KindOf(err))
	}
}

// enter waits for a place to read an upload; leave gives it back.
func (i *importing) enter(ctx context.Context) (leave func(), err error) {
	select {
	case i.reads <- struct{}{}:
		return func() { <-i.reads }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
