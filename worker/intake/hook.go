package intake

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// hookRoot is where the provider of texts and calls reaches us.
const hookRoot = "/hook/twilio/"

// HookPath is where a provider of one address reaches us.
func HookPath(provider string) string { return "/hook/" + provider }

// hear makes safe what a provider tells us at its one address. It gets 2xx for that,
// and for what is no affair of ours; on anything else it tells us again later.
func (in *intake) hear(hook channel.Hook) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		it, err := hook.Hook(r)
		if err != nil {
			in.refuse(w, r, err)
			return
		}
		if it.Kind != "" {
			if err := in.Ingest.Receive(r.Context(), it); err != nil {
				in.Logger.ErrorContext(r.Context(), "a provider's word cannot be kept", "route", r.Pattern, "kind", it.Kind, "err", err)
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// receive makes safe what a provider tells us, in the database or on our disk. It
// gets 2xx for what is safe, and for nothing else: but on another answer it may
// never tell us again, so there is hardly another one.
func (in *intake) receive(decode func(*http.Request) (channel.Inbound, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		it, err := decode(r)
		if err != nil {
			in.refuse(w, r, err)
			return
		}
		if err := in.Ingest.Receive(r.Context(), it); err != nil {
			in.Logger.ErrorContext(r.Context(), "a provider's word cannot be kept", "route", r.Pattern, "kind", it.Kind, "err", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if it.Kind != channel.InboundText { // nothing to be said to anybody
			w.WriteHeader(http.StatusNoContent)
			return
		}
		in.document(w, in.Speaker.EmptyReply())
	}
}

// voice takes one step of a call and says what follows. The call waits for it,
// so it is always answered in words, also when something of ours is away.
func (in *intake) voice(w http.ResponseWriter, r *http.Request) {
	it, err := in.Receiver.Keys(r)
	if err != nil {
		in.refuse(w, r, err)
		return
	}
	step, err := in.Ingest.Keys(r.Context(), it)
	var words channel.Spoken
	if err == nil {
		words, err = in.spoken(r.Context(), step)
	}
	if err != nil {
		in.Logger.ErrorContext(r.Context(), "a call cannot go on", "route", r.Pattern, "err", err)
		in.document(w, in.Speaker.Render(in.goodbye()))
		in.unheard(w, r, it, err)
		return
	}
	switch {
	case step.HangUp:
	case step.Record > 0:
		words.Record = &channel.Record{ActionURL: in.nextStep(r, it), SpokenURL: in.spokenAt(it, step.Question), Seconds: step.Record}
	default:
		words.Gather = &channel.Gather{ActionURL: in.nextStep(r, it), Digits: step.Digits}
	}
	in.document(w, in.Speaker.Render(words))
}

// unheard keeps on record that a call of ours ended by our fault, once the person
// has heard the apology.
func (in *intake) unheard(w http.ResponseWriter, r *http.Request, it channel.Inbound, cause error) {
	if survey.KindOf(cause) == survey.NotFound {
		return
	}
	_ = http.NewResponseController(w).Flush() // the call waits
	if err := in.Ingest.Unheard(r.Context(), it); err != nil {
		in.Logger.ErrorContext(r.Context(), "that a call failed by our fault cannot be kept", "route", r.Pattern, "err", err)
	}
}

// spoken is what the person hears next.
func (in *intake) spoken(ctx context.Context, step ingest.CallStep) (channel.Spoken, error) {
	out := channel.Spoken{Lang: step.Lang}
	words, err := in.context(step.Case, step.Questionnaire, step.Lang)
	if err != nil {
		return out, err
	}
	if step.Refused != "" && step.Refused != survey.ReasonSubmitted {
		text, err := in.Words.VoiceBye(words, wording.ByeEnded)
		out.Lines = channel.Said(text...)
		return out, err
	}
	played, err := in.played(ctx, step)
	if err != nil { // what was recorded can be read as well
		in.Logger.WarnContext(ctx, "recordings cannot be found", "err", err)
	}
	for _, p := range step.Prompts {
		if file := played[p.Question]; file != "" && p.Kind == instrument.PromptQuestion {
			out.Lines = append(out.Lines, channel.Line{Play: in.PublicURL + soundRoot + file})
			if q, _ := step.Questionnaire.Question(p.Question); q.Record > 0 {
				said, err := in.Words.VoiceRecorded(words)
				if err != nil {
					return out, err
				}
				out.Lines = append(out.Lines, channel.Said(said...)...)
			}
			continue
		}
		said, err := in.Words.VoicePrompt(words, p)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, channel.Said(said...)...)
	}
	return out, nil
}

// goodbye is what a call hears when we cannot go on. We do not know to whom we
// speak, so it is said in Vietnamese.
func (in *intake) goodbye() channel.Spoken {
	out := channel.Spoken{Lang: survey.Vietnamese}
	text, err := in.Words.VoiceBye(wording.Context{Lang: survey.Vietnamese, Now: in.Clock.Now()}, wording.ByeTrouble)
	if err == nil {
		out.Lines = channel.Said(text...)
	}
	return out
}

// nextStep is where the keys of the next step go. Every prompt has a number of
// its own, so that a step that is delivered twice is one step.
func (in *intake) nextStep(r *http.Request, it channel.Inbound) string {
	turn, err := strconv.Atoi(r.URL.Query().Get(channel.TurnParam))
	if err != nil {
		turn = 0 // Keys took it for the beginning
	}
	q := url.Values{channel.RefParam: {it.Ref}, channel.TurnParam: {strconv.Itoa(turn + 1)}}
	return in.PublicURL + hookRoot + "voice?" + q.Encode()
}

// spokenAt is where we hear that a recording is ready, also when the call has ended.
func (in *intake) spokenAt(it channel.Inbound, question string) string {
	q := url.Values{channel.RefParam: {it.Ref}, channel.QuestionParam: {question}}
	return in.PublicURL + hookRoot + "spoken?" + q.Encode()
}

// refuse answers a request that is not the provider's, or makes no sense.
func (in *intake) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadRequest
	if survey.KindOf(err) == survey.Forbidden {
		status = http.StatusForbidden
	}
	in.Logger.WarnContext(r.Context(), "a webhook was refused", "route", r.Pattern, "status", status, "err", err)
	w.WriteHeader(status)
}

func (in *intake) document(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", in.Speaker.ContentType())
	_, _ = w.Write(body)
}
