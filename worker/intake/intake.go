package intake

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/throttle"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// Store is what the pages need of the database beside a case. None of it but
// KeepFile changes anything.
type Store interface {
	// Page returns the case behind the token of this hash and purpose, the zero Page
	// if it is nobody's, and whether a newer token replaced it.
	Page(ctx context.Context, hash []byte, purpose string) (view.Page, error)
	// PageStill reports whether Page would say the same again of a case that has no
	// opt-out and no files, and whose versions these are.
	PageStill(ctx context.Context, hash []byte, purpose string, v view.Versions) (bool, error)
	// FrameSize is how many people the campaign's frozen frame has.
	FrameSize(ctx context.Context, id survey.CampaignID) (int, error)
	// Mine is what a person sees of themself behind the link of an invitation.
	Mine(ctx context.Context, inv survey.InvitationID) (view.Mine, error)
	// KeepFile keeps a file until an answer names it, and returns its id: that of
	// the same file, if it is here already. See attachment_total, state_conflict.
	KeepFile(ctx context.Context, inv survey.InvitationID, f view.File) (survey.AttachmentID, error)
	// File is a file of this person, or NotFound.
	File(ctx context.Context, inv survey.InvitationID, id survey.AttachmentID) ([]byte, error)
	// Sounds are the recordings of a questionnaire by the names that it has for them,
	// and Sound is the content of one, or NotFound.
	Sounds(ctx context.Context, id survey.QuestionnaireID) (map[string]survey.SoundRef, error)
	Sound(ctx context.Context, ref survey.SoundRef) ([]byte, error)
	// Office is who asks, for the pages that know no campaign.
	Office(ctx context.Context) (survey.Office, bool, error)
}

// Speaker renders a call's words in its provider's language.
type Speaker interface {
	Render(channel.Spoken) []byte
	EmptyReply() []byte
	ContentType() string
}

// Config is what the public side is made of. All of it is needed but Receiver
// and Speaker, which are nil together where there is no provider of texts and
// calls, Hooks, and Random, which is crypto/rand then.
type Config struct {
	Store    Store
	Ingest   *ingest.Ingest
	Receiver channel.Receiver
	Speaker  Speaker
	// Hooks are the providers that tell everything at one address, /hook/NAME.
	Hooks     map[string]channel.Hook
	Words     *wording.Wording
	Templates *templates.Set
	Clock     survey.Clock
	// PublicURL is where respondents and providers reach us, without a slash at
	// its end.
	PublicURL string
	Logger    *slog.Logger
	Random    io.Reader
}

// intake answers requests.
type intake struct {
	Config
	strangers *throttle.Throttle[netip.Prefix]
	posts     *throttle.Throttle[survey.InvitationID]
	memory    *memory
	zones     survey.Zones
	uploads   chan struct{} // a place for each post with files that is read
}

// New returns the public pages as one handler. Its server sets the timeouts.
func New(cfg Config) (http.Handler, error) {
	if cfg.Store == nil || cfg.Ingest == nil || cfg.Words == nil || cfg.Templates == nil || cfg.Logger == nil ||
		(cfg.Receiver == nil) != (cfg.Speaker == nil) {
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errors.New("intake: a part is missing")}
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	in := &intake{Config: cfg, strangers: throttle.New[netip.Prefix](cfg.Clock.Real, throttle.Bound{Burst: strangerBurst, Pace: strangerPace, Most: strangerMost}),
		posts: newPosts(cfg.Clock.Real), memory: newMemory(cfg.Clock.Real), uploads: make(chan struct{}, mostUploads)}
	return in.guard(in.routes()), nil
}

// routes lists every address that the world can reach.
func (in *intake) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /r/{token}", in.behind(token.Form, in.show))
	mux.HandleFunc("POST /r/{token}", in.behind(token.Form, in.take))
	mux.HandleFunc("GET /r/{token}"+filesPath+"{question}", in.behind(token.Form, in.file))
	mux.HandleFunc("POST /r/{token}"+filesPath+"{question}", in.behindFiles)
	mux.HandleFunc("GET /u/{token}", in.behind(token.Unsubscribe, in.showStop))
	mux.HandleFunc("POST /u/{token}", in.behind(token.Unsubscribe, in.takeStop))
	if in.Receiver != nil {
		mux.HandleFunc("POST "+hookRoot+"sms", in.receive(in.Receiver.Text))
		mux.HandleFunc("POST "+hookRoot+"status", in.receive(in.Receiver.Status))
		mux.HandleFunc("POST "+hookRoot+"spoken", in.receive(in.Receiver.Spoken))
		mux.HandleFunc("POST "+hookRoot+"voice", in.voice)
		mux.HandleFunc("GET "+soundRoot+"{file}", in.sound)
	}
	for name, hook := range in.Hooks {
		mux.HandleFunc("POST "+HookPath(name), in.hear(hook))
	}
	mux.HandleFunc("GET "+templates.StaticRoot+"{file}", in.Templates.ServeStatic)
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "User-agent: *\nDisallow: /\n")
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /", in.unknown)
	return mux
}
