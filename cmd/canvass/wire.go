package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/channel/email"
	"canvass/worker/channel/phone"
	"canvass/worker/ingest"
	"canvass/worker/spool"
)

// A house is the rooms of a process, built on its engine.
type house struct {
	*engine
	public string // how the world reaches us, no slash at the end

	keys   *token.Keyring
	pages  *templates.Set
	words  *wording.Wording
	queue  *queue.Client
	pace   *queue.Pace
	ingest *ingest.Ingest
	mail   *email.Sender     // nil without a mail server
	phone  *phone.Provider   // nil without an account
	sim    *android.Provider // nil without a phone that sends

	spool   *spool.Spool // of a process with public pages; else nil
	spooler *ingest.Spooler
}

// house builds the rooms of a process. public is where the respondents' pages
// listen, if this process has them.
func (e *engine) house(ctx context.Context, public net.Listener) (*house, error) {
	q, err := queue.NewClient(e.redisURL)
	if err != nil {
		return nil, err
	}
	e.closing(func() { _ = q.Close() })
	pace, err := queue.NewPace(e.redisURL)
	if err != nil {
		return nil, err
	}
	e.closing(func() { _ = pace.Close() })
	if err := pace.Ping(ctx); err != nil {
		return nil, err
	}
	h, err := e.workshop(ctx, e.publicAddress(public))
	if err != nil {
		return nil, err
	}
	h.queue, h.pace = q, pace
	h.ingest = ingest.New(e.db, q, e.clock, h.keys).WithMail(email.Reader{}, e.cfg.BounceDomain)
	h.ingest.Glance = ingest.People
	return h, nil
}

// workshop builds the rooms that need no queue: those of a command that
// composes messages and sends them itself.
func (e *engine) workshop(ctx context.Context, public string) (*house, error) {
	h := &house{engine: e, public: public}
	var err error
	if h.keys, err = e.keyring(ctx); err != nil {
		return nil, err
	}
	if h.pages, err = templates.New(); err != nil {
		return nil, err
	}
	h.words = wording.New(h.pages)
	h.ingest = ingest.New(e.db, nil, e.clock, h.keys).WithMail(email.Reader{}, e.cfg.BounceDomain)
	h.ingest.Glance = ingest.People
	return h, h.openChannels(ctx)
}

// openChannels makes what the settings name, without connecting yet.
func (h *house) openChannels(ctx context.Context) (err error) {
	if h.cfg.SMTP.Host != "" {
		mail, bad := email.New(h.cfg.SMTP)
		if bad == nil {
			h.mail = mail
			h.closing(mail.Close)
		}
		err = bad
	}
	if h.cfg.Twilio.AccountSID != "" {
		cfg := h.cfg.Twilio
		cfg.PublicURL = h.public
		provider, bad := phone.New(cfg)
		if bad == nil {
			h.phone = provider
			h.closing(provider.Close)
		}
		err = errors.Join(err, bad)
	}
	return errors.Join(err, h.openSIM(ctx))
}

// senders maps each channel to what carries it.
func (h *house) senders() map[survey.Channel]channel.Sender {
	out := map[survey.Channel]channel.Sender{}
	if h.mail != nil {
		out[survey.Mail] = h.mail
	}
	if h.phone != nil {
		out[survey.SMS], out[survey.Call] = h.phone, h.phone
	}
	return out
}

// publicAddress is what is set, else where the public listener of this process
// or of the running `up` is.
func (e *engine) publicAddress(public net.Listener) string {
	switch {
	case e.cfg.PublicURL != "":
		return e.cfg.PublicURL
	case public != nil:
		return "http://" + public.Addr().String()
	case e.upPublic != "":
		return e.upPublic
	}
	return "http://" + e.cfg.PublicAddr
}

// keyring reads the keys of the data directory. A database whose tokens were
// made with other keys is refused: every link that was sent would be dead.
func (e *engine) keyring(ctx context.Context) (*token.Keyring, error) {
	known, err := e.full.KeyIDs(ctx)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 && !e.dir.HasKeys() {
		return nil, e.keysMissing(known)
	}
	file, err := e.dir.Keys()
	if err != nil {
		return nil, err
	}
	var keys []token.Key
	var ids []string
	for _, k := range file.All() {
		keys, ids = append(keys, token.Key{ID: k.ID, Secret: k.Secret}), append(ids, k.ID)
	}
	known = slices.DeleteFunc(known, func(id string) bool { return slices.Contains(ids, id) })
	if len(known) > 0 {
		return nil, e.keysMissing(known)
	}
	if err := e.full.AddKeyIDs(ctx, ids); err != nil {
		return nil, err
	}
	return token.NewKeyring(keys...)
}

func (e *engine) keysMissing(ids []string) error {
	list := strings.Join(ids, ", ")
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: e.dir.Path(), Args: map[string]string{
		"name": "CANVASS_DATA_DIR",
		"problem": fmt.Sprintf(e.app.t("thiếu khóa %s mà cơ sở dữ liệu này đã dùng; chép keys.json của máy cũ vào đây, hoặc khôi phục bản sao lưu",
			"lacks the keys %s that this database was used with; copy keys.json from the other machine, or restore the backup"), list)}}
}

// worker is the room that sends.
func (h *house) worker() *worker.Worker {
	return worker.New(worker.Config{Store: h.db, Ingest: h.ingest, Pace: h.pace, Channels: h.senders(), Carriers: h.carriers(), Recorders: h.recorders(), Keys: h.keys,
		Words: h.words, Clock: h.clock, Rates: h.cfg.Rates, ProvenAbsent: h.cfg.Absent, PublicURL: h.public,
		BounceDomain: h.cfg.BounceDomain, Logger: h.log})
}

// recorders are what has recordings for us, by provider.
func (h *house) recorders() map[string]channel.Recorder {
	if h.phone == nil {
		return nil
	}
	return map[string]channel.Recorder{phone.ProviderName: h.phone}
}

// runWorker sends and ingests until ctx ends, and finishes what is in hand.
func (h *house) runWorker(ctx context.Context) error {
	server, err := queue.StartServer(queue.ServerConfig{URL: h.redisURL, Handlers: h.worker().Handlers(), Logger: h.log})
	if err != nil {
		return err
	}
	<-ctx.Done()
	server.Shutdown()
	return nil
}

// runScheduler plans and enqueues, and holds the waves of series, until ctx ends.
func (h *house) runScheduler(ctx context.Context) error {
	waves := dispatch.NewWaves(h.db, h.keys, h.clock, h.log)
	releaser := dispatch.NewReleaser(h.db, h.keys, h.clock, rand.Reader)
	ordered := dispatch.NewProposals(h.db, h.keys, h.clock, h.log)
	return dispatch.NewScheduler(h.db, h.queue, h.clock, h.log).Holding(waves).Launching(ordered).Releasing(releaser).Keeping(h.retention()).Run(ctx)
}
