package worker

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// Store is what sending needs of the database.
type Store interface {
	Campaign(ctx context.Context, id survey.CampaignID) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	FrameSize(ctx context.Context, id survey.CampaignID) (int, error)
	Office(ctx context.Context) (survey.Office, bool, error)
	OwnDays(ctx context.Context) (survey.OwnDays, error)
	TakeChunk(ctx context.Context, c view.OpenChunk) (view.ChunkInfo, error)
	RefillChunk(ctx context.Context, c view.OpenChunk, now time.Time, size int) (int, error)
	TakeTurn(ctx context.Context, t view.SendTurn) (view.Granted, error)
	ReturnProbe(ctx context.Context, id survey.SenderID) error
	ReportHealth(ctx context.Context, now time.Time, r view.HealthReport, judge func(view.Health) view.Health) error
	LoseClaims(ctx context.Context, chunk survey.ChunkID, now time.Time) (int, error)
	ClaimAttempts(ctx context.Context, c view.Claim) ([]view.Candidate, int, error)
	RecordOutcomes(ctx context.Context, now time.Time, outcomes []view.AttemptOutcome) error
	FinishChunk(ctx context.Context, c view.OpenChunk) error
	YieldChunk(ctx context.Context, c view.OpenChunk) error
	ClaimNotice(ctx context.Context, n view.OpenNotice, now time.Time,
		keys func(survey.EndpointKind, string) [][]byte) (view.ClaimedNotice, error)
	RecordNotice(ctx context.Context, now time.Time, o view.NoticeOutcome) error
	TakeDoubts(ctx context.Context, limit int) ([]view.Doubt, error)
	LeaveDoubtToStaff(ctx context.Context, id survey.AttemptID, why survey.Finding) error
	TakeNoticeDoubts(ctx context.Context, limit int) ([]view.NoticeDoubt, error)
	LeaveNoticeToStaff(ctx context.Context, id survey.NoticeID, why survey.Finding) error
	MatchParked(ctx context.Context) ([]survey.InvitationID, error)
	Spoolers(ctx context.Context) ([]view.Spooler, error)
	LeaseCall(ctx context.Context, id survey.SenderID, places int, lasts time.Duration) (view.CallSlot, bool, error)
	PlaceCall(ctx context.Context, s view.CallSlot, a survey.AttemptID, lasts time.Duration) (bool, error)
	FreeCall(ctx context.Context, s view.CallSlot) error
	TakeRecordings(ctx context.Context, limit int) ([]view.OpenRecording, error)
	KeepRecording(ctx context.Context, k view.KeptRecording) error
	RecordingRemoved(ctx context.Context, id survey.RecordingID) error
}

// Pacer reserves rates over all processes.
type Pacer interface {
	Reserve(ctx context.Context, most time.Duration, limits ...queue.Limit) (wait time.Duration, ok bool, err error)
	Slow(ctx context.Context, destination string) (time.Duration, error)
	Recovered(ctx context.Context, destination string) error
	Rests(ctx context.Context, destinations []string) (map[string]queue.Rest, error)
}

// Config is what a worker is made of.
type Config struct {
	Store  Store
	Ingest *ingest.Ingest
	Pace   Pacer
	// Channels carry what leaves from our addresses, by channel, but for those of a
	// provider that Carriers names: nil there is one that is not set up here.
	Channels map[survey.Channel]channel.Sender
	Carriers map[string]channel.Sender
	// Recorders are what has recordings for us until we fetched them, by provider.
	Recorders map[string]channel.Recorder
	Keys      *token.Keyring
	Words     *wording.Wording
	Clock     survey.Clock
	// Rates are messages (SMS segments) a second over all senders, by provider or
	// by mail domain after @; what is not listed is unpaced.
	Rates map[string]float64
	// PublicURL is where respondents and providers reach us, without a slash
	// at its end.
	PublicURL string
	// ProvenAbsent is how long, in real time, a provider's listing must not show a
	// message before that proves that it was never created; 0 means [ProvenAbsent].
	ProvenAbsent time.Duration
	// BounceDomain is where mail that cannot be delivered comes back to; empty: to
	// its From address, where nobody reads it for us.
	BounceDomain string
	Logger       *slog.Logger
}

// Worker holds the handlers.
type Worker struct {
	Config
	compose composer
	hold    hold
}

// New returns a worker.
func New(cfg Config) *Worker {
	cfg.ProvenAbsent = cmp.Or(cfg.ProvenAbsent, ProvenAbsent)
	return &Worker{Config: cfg, compose: composer{store: cfg.Store, ingest: cfg.Ingest, keys: cfg.Keys, words: cfg.Words, clock: cfg.Clock,
		public: cfg.PublicURL, bounces: cfg.BounceDomain}}
}

// carrier is what hands over for one of our addresses; nil if nothing here does.
func (w *Worker) carrier(s survey.Sender) channel.Sender {
	if own, named := w.Carriers[s.Provider]; named {
		return own
	}
	return w.Channels[s.Channel]
}

// Handlers maps each kind of task to what does it.
func (w *Worker) Handlers() map[queue.Kind]queue.Handler {
	return map[queue.Kind]queue.Handler{
		queue.SendChunk:      w.sendChunk,
		queue.SendNotice:     w.sendNotice,
		queue.Ingest:         w.Ingest.Handle,
		queue.IngestStray:    w.Ingest.Handle,
		queue.IngestStatuses: w.Ingest.Handle,
		queue.Resolve:        w.resolve,
		queue.Recordings:     w.recordings,
	}
}

// pause waits for d of real time, or less if ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
