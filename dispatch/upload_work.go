package dispatch

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync/atomic"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// UploadWork is one run of work on an uploaded list.
type UploadWork struct {
	ID    int64
	Name  string // a random word: who else takes the list over has another
	Actor string
	Clock survey.Clock
	Every time.Duration // how often it says that it goes on, in real time
	store UploadStore
	done  atomic.Int64
}

// TakeUpload begins a dry run (view.UploadChecking) or the import (view.UploadRunning)
// of a list that nobody works on. Errors: not_found, import_running.
func (w *UploadWork) Take(ctx context.Context, store UploadStore, as view.UploadState) error {
	w.store = store
	u, err := store.Upload(ctx, w.ID)
	if err != nil {
		return err
	}
	if as == view.UploadRunning && u.State != view.UploadReady && u.State != view.UploadRunning {
		return uploadBusy(w.ID)
	}
	took, err := store.TakeUpload(ctx, view.Upload{ID: w.ID, State: as, Work: w.Name}, w.Clock.Real())
	if err == nil && !took {
		err = uploadBusy(w.ID)
	}
	return err
}

// beating says that the work goes on until ctx ends or the list is another's.
func (w *UploadWork) beating(ctx context.Context) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, _ = w.store.BeatUpload(ctx, view.Upload{ID: w.ID, Work: w.Name, BeatAt: w.Clock.Real(), Done: int(w.done.Load())}) // the next one tells
	}
}

// Do does what was taken, to its end. What the list is refused for stands in its
// report; the error is of what is not the list's. Work that is cut off leaves the
// contact list as it was.
func (w *UploadWork) Do(ctx context.Context, wait func(context.Context) error) error {
	alive, stop := context.WithCancel(ctx)
	defer stop()
	go w.beating(alive)
	err := wait(ctx)
	var u view.Upload
	if err == nil {
		u, err = w.store.Upload(ctx, w.ID)
	}
	if err == nil {
		if u.Work != w.Name {
			return uploadBusy(w.ID)
		}
		if u.State == view.UploadRunning {
			err = w.merge(ctx, u)
		} else {
			err = w.check(ctx, u)
		}
	}
	if err == nil {
		return nil
	}
	stop()
	return errors.Join(err, w.leave(err))
}

// leaveTime is how long a process that ends tries to say so.
const leaveTime = 2 * time.Second

// leave gives a list up that could not be worked on to the end.
func (w *UploadWork) leave(why error) error {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
	defer cancel()
	var e *survey.Error
	if errors.As(why, &e) && e.Kind != survey.Internal && e.Kind != survey.Unavailable {
		return nil // it is in the report
	}
	_, err := w.store.BeatUpload(ctx, view.Upload{ID: w.ID, Work: w.Name, BeatAt: time.Unix(0, 0)})
	return err
}

// open reads the list with what was said of it.
func (w *UploadWork) open(ctx context.Context, u view.Upload) (*contactlist.Reader, UploadChoices, error) {
	c, err := ReadUploadChoices(u)
	if err != nil {
		return nil, c, err
	}
	content, err := w.store.UploadContent(ctx, w.ID)
	if err != nil {
		return nil, c, err
	}
	list, err := contactlist.Open(u.Name, bytes.NewReader(content), int64(len(content)),
		contactlist.Options{Columns: c.Columns, Lenient: true, Take: c.Take, Skip: c.Skip, Mended: c.Mended})
	return list, c, err
}

func (w *UploadWork) request(ctx context.Context, u view.Upload) (ImportRequest, UploadChoices, error) {
	list, c, err := w.open(ctx, u)
	if err != nil {
		return ImportRequest{}, c, err
	}
	units, err := UnitMatcher(ctx, w.store)
	if err != nil {
		return ImportRequest{}, c, err
	}
	columns, err := w.store.Attributes(ctx)
	return ImportRequest{Source: u.Name, SHA256: u.SHA256, List: list, Units: units, Columns: columns,
		Options: ImportOptions{Columns: c.Columns, Sensitive: c.Take, Reason: c.Reason, Skip: c.Skip, Upload: u.ID, Revision: u.Revision},
		Basis:   c.Basis, ConsentSource: c.ConsentSource, ConsentText: c.ConsentText, Actor: w.Actor, Now: w.Clock.Now(), Rand: rand.Reader,
		Progress: func(p view.ImportProgress) { w.done.Store(max(w.done.Load(), int64(p.Done))) }}, c, err
}

// check is the dry run.
func (w *UploadWork) check(ctx context.Context, u view.Upload) error {
	r, c, err := w.request(ctx, u)
	if err != nil {
		return w.unread(ctx, u, err)
	}
	defer r.List.Close() //nolint:errcheck // it only reads
	var t *uploadTeller
	_, err = PreviewImport(ctx, w.store, r, func(rows iter.Seq2[PreviewRow, error]) error {
		t = newUploadTeller(r.List, c)
		u.State = view.UploadReady
		return w.store.CheckedUpload(ctx, u, t.rows(rows), t.report)
	})
	if err != nil {
		return w.unread(ctx, u, err)
	}
	return nil
}

// unread keeps why a list cannot be taken as it is.
func (w *UploadWork) unread(ctx context.Context, u view.Upload, why error) error {
	var e *survey.Error
	if !errors.As(why, &e) || e.Kind == survey.Internal || e.Kind == survey.Unavailable {
		return why
	}
	r := UploadReport{Wrong: &RowFault{Code: e.Code, Where: e.Where, Args: e.Args}}
	if e.Code == survey.CodeHeaderAbsent || e.Code == survey.CodeHeaderMissing {
		content, err := w.store.UploadContent(ctx, w.ID)
		if err != nil {
			return err
		}
		if r.Heads, err = contactlist.Heads(bytes.NewReader(content), int64(len(content)), 8); err != nil {
			return err
		}
		if r.Guess, err = contactlist.ParseMapping(e.Args["guess"]); err != nil {
			r.Guess = nil
		}
	}
	u.State = view.UploadUnread
	return w.store.CheckedUpload(ctx, u, func(func(view.UploadRow, error) bool) {}, func() (string, error) {
		b, err := json.Marshal(r)
		return string(b), err
	})
}

// merge is the import.
func (w *UploadWork) merge(ctx context.Context, u view.Upload) error {
	r, c, err := w.request(ctx, u)
	if err != nil {
		return w.unread(ctx, u, err)
	}
	defer r.List.Close() //nolint:errcheck // it only reads
	report, err := Import(ctx, w.store, r)
	if err != nil {
		return w.unread(ctx, u, err)
	}
	if c.Remember {
		if err := RememberMapping(ctx, w.store, c.Origin, Labelled(r.Options.Columns, r.List), Deed{Actor: w.Actor, Now: r.Now}); err != nil {
			return err
		}
	}
	doc, err := json.Marshal(UploadReport{ImportCounts: report.ImportCounts, Reasons: report.Reasons, Warnings: report.Warnings,
		Header: r.List.Header(), Resumed: report.Resumed})
	if err != nil {
		return fmt.Errorf("dispatch: report of an upload: %w", err)
	}
	u.Import, u.Report = report.Import, string(doc)
	return w.store.EndUpload(ctx, u)
}

// UploadRejects writes the rows that were rejected as contactlist.Rejects does.
func UploadRejects(ctx context.Context, store UploadStore, id int64, to *contactlist.Rejects) error {
	const page = 500
	for after := 0; ; {
		rows, err := store.UploadRows(ctx, id, view.UploadFilter{Kind: string(view.MergeRejected), After: after, Limit: page})
		if err != nil {
			return err
		}
		for _, row := range rows {
			p, err := ReadPreviewRow(row)
			if err != nil {
				return err
			}
			out := contactlist.Row{Sheet: p.Sheet, Line: p.Line, Cells: p.Cells}
			for _, f := range p.Faults {
				if f.Rejected {
					out.Errors = append(out.Errors, &survey.Error{Kind: survey.Invalid, Code: f.Code, Where: f.Where, Args: f.Args})
				}
			}
			if err := to.Write(out); err != nil {
				return err
			}
			after = row.N
		}
		if len(rows) < page {
			return to.Close()
		}
	}
}

// NewUploadRejects begins a file of the rows of u that were rejected, as a workbook
// or as CSV.
func NewUploadRejects(to io.Writer, u view.Upload, book bool, words func(*survey.Error) string) (*contactlist.Rejects, error) {
	r, err := ReadUploadReport(u)
	if err != nil {
		return nil, err
	}
	if book {
		return contactlist.NewRejectsBook(to, r.Header, words), nil
	}
	return contactlist.NewRejects(to, r.Header, words), nil
}
