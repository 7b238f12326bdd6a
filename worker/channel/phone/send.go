package phone

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

var (
	_ channel.Sender   = (*Provider)(nil)
	_ channel.Finder   = (*Provider)(nil)
	_ channel.Receiver = (*Provider)(nil)
)

const (
	// smsValidity is how long a text may wait in Twilio's queue: what is stuck
	// longer must not arrive at night.
	smsValidity = time.Hour
	// callLimit ends a call that nobody ends.
	callLimit = 20 * time.Minute
	// ringDefault is how long a call rings when its message does not say.
	ringDefault = 30
	// callbackRetries asks Twilio to repeat a callback that we could not take;
	// by itself it never repeats one that met a 5xx. The fragment is neither sent
	// nor signed ("Webhook connection overrides").
	callbackRetries = "#rc=3&rp=ct,rt,5xx"
)

// Send hands a text or a call to Twilio. Every failure is a *channel.SendError:
// Late and Temporary surely left nothing behind, Unknown may have. From may be a
// number, a sender name, or the SID of a Messaging Service.
func (p *Provider) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	x, api, cancel := p.begin(ctx, m)
	defer cancel()
	if x.over() {
		return channel.Receipt{}, x.failure(errLate)
	}
	var receipt channel.Receipt
	var err error
	switch m.Channel {
	case survey.SMS:
		receipt, err = text(api, m)
	case survey.Call:
		receipt, err = p.call(api, m)
	default:
		return channel.Receipt{}, &channel.SendError{Class: channel.Config, Code: "channel", Detail: "neither sms nor call"}
	}
	if err != nil {
		return channel.Receipt{}, x.failure(err)
	}
	if receipt.ProviderID == "" {
		return channel.Receipt{}, &channel.SendError{Class: channel.Unknown, Detail: "an answer without a SID"}
	}
	return receipt, nil
}

func text(api *openapi.ApiService, m channel.Message) (channel.Receipt, error) {
	params := new(openapi.CreateMessageParams).SetTo(m.To).SetBody(m.Body).SetValidityPeriod(int(smsValidity.Seconds()))
	if strings.HasPrefix(m.From, "MG") && len(m.From) == 34 {
		params.SetMessagingServiceSid(m.From)
	} else {
		params.SetFrom(m.From)
	}
	if m.StatusURL != "" {
		params.SetStatusCallback(withRetries(m.StatusURL))
	}
	created, err := api.CreateMessage(params)
	if err != nil {
		return channel.Receipt{}, err
	}
	segments, _ := strconv.Atoi(str(created.NumSegments)) // "0" at first with a Messaging Service
	return channel.Receipt{ProviderID: str(created.Sid), Segments: segments}, nil
}

func (p *Provider) call(api *openapi.ApiService, m channel.Message) (channel.Receipt, error) {
	ring := m.RingSeconds
	if ring <= 0 {
		ring = ringDefault
	}
	params := new(openapi.CreateCallParams).SetTo(m.To).SetFrom(m.From).
		SetTimeout(ring).SetTimeLimit(int(callLimit.Seconds()))
	if m.AnswerURL == "" {
		params.SetTwiml(string(p.Render(channel.Spoken{Lang: m.Lang, Lines: channel.Said(m.Say...)})))
	} else {
		params.SetUrl(m.AnswerURL).SetMethod(http.MethodPost)
	}
	if m.StatusURL != "" {
		params.SetStatusCallback(withRetries(m.StatusURL)).SetStatusCallbackMethod(http.MethodPost).
			SetStatusCallbackEvent([]string{"answered", "completed"})
	}
	created, err := api.CreateCall(params)
	if err != nil {
		return channel.Receipt{}, err
	}
	return channel.Receipt{ProviderID: str(created.Sid)}, nil
}

// withRetries adds the retry policy to a callback address that brings none.
func withRetries(address string) string {
	if strings.Contains(address, "#") {
		return address
	}
	return address + callbackRetries
}

// Check fetches the account, to tell the doctor whether address, credentials and
// account are in order. Its *channel.SendError has Twilio's code; a suspended or
// closed account is code "account" with its status as Detail.
func (p *Provider) Check(ctx context.Context) error {
	x, api, cancel := p.begin(ctx, channel.Message{})
	defer cancel()
	account, err := api.FetchAccount(p.config.AccountSID)
	if err != nil {
		return x.reading(err)
	}
	if status := str(account.Status); status != "active" {
		return &channel.SendError{Class: channel.Config, Code: "account", Detail: status}
	}
	return nil
}

// reading classes a failed reading, which leaves nothing in doubt.
func (x *exchange) reading(err error) *channel.SendError {
	e := x.failure(err)
	if e.Class == channel.Unknown {
		e.Class = channel.Temporary
	}
	return e
}

// str is what p points to, or "".
func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
