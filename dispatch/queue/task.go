package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"canvass/dispatch/survey"
)

// Kind is what a task asks for.
type Kind string

// The kinds of tasks.
const (
	// SendChunk: ID is a chunk; its queued attempts are to be sent.
	SendChunk Kind = "send_chunk"
	// SendNotice: ID is a notice.
	SendNotice Kind = "send_notice"
	// Ingest: ID is an invitation with unapplied inbox rows; Generation tells
	// one hint from the next.
	Ingest Kind = "ingest"
	// IngestStray: ID is an inbox row that belongs to no case.
	IngestStray Kind = "ingest_stray"
	// IngestStatuses: what providers said of our messages is to be applied; ID is
	// unused.
	IngestStatuses Kind = "ingest_statuses"
	// Resolve: attempts in doubt are to be looked for; ID is unused.
	Resolve Kind = "resolve"
	// Recordings: what was said in calls is to be fetched from providers, and removed
	// there; ID is unused.
	Recordings Kind = "recordings"
)

// Task is a hint that something is to be done. Two tasks with the same three
// values are the same task.
type Task struct {
	Kind       Kind  `json:"-"`
	ID         int64 `json:"id"`
	Generation int   `json:"gen,omitempty"`
}

// lane is the queue that a kind travels in. Replies never wait behind sends.
func (k Kind) lane() string {
	switch k {
	case Ingest, IngestStray, IngestStatuses:
		return "replies"
	case SendNotice:
		return "notices"
	case SendChunk:
		return "sends"
	}
	return "housekeeping"
}

// timeout bounds a task; handlers end themselves much sooner. asynq keeps
// whole seconds.
func (k Kind) timeout() time.Duration {
	if k == SendChunk {
		return time.Hour
	}
	return 2 * time.Minute
}

// Enqueuer tells workers that there is something to do.
type Enqueuer interface {
	Enqueue(ctx context.Context, tasks ...Task) error
}

// Client is an Enqueuer over Redis.
type Client struct{ c *asynq.Client }

// NewClient returns a client for a redis:// address.
func NewClient(url string) (*Client, error) {
	opt, err := asynq.ParseRedisURI(url)
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: "CANVASS_REDIS_URL", Err: err}
	}
	return &Client{c: asynq.NewClient(opt)}, nil
}

// Close closes the connections.
func (c *Client) Close() error { return c.c.Close() }

// Enqueue puts tasks on their lanes. A task that is already there is left
// alone: what it says is still true.
func (c *Client) Enqueue(ctx context.Context, tasks ...Task) error {
	var failed []error
	for _, t := range tasks {
		payload, err := json.Marshal(t)
		if err != nil {
			return err
		}
		_, err = c.c.EnqueueContext(ctx, asynq.NewTask(string(t.Kind), payload),
			asynq.TaskID(fmt.Sprintf("%s:%d:%d", t.Kind, t.ID, t.Generation)),
			asynq.Queue(t.Kind.lane()), asynq.MaxRetry(0), asynq.Timeout(t.Kind.timeout()))
		if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway, Err: errors.Join(failed...)}
	}
	return nil
}
