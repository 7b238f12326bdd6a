package phone

import (
	"context"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

const (
	// nearby is how far a creation may lie from the doubtful hand-over: a request
	// on its way, and clocks that disagree.
	nearby = 5 * time.Minute
	// listed bounds a listing: the newest of one pair of numbers, which reach far
	// beyond nearby.
	listed = 200
)

// Find lists what Twilio holds for the probe's pair of numbers and counts what
// fits: same text (texts), created within five minutes of the doubt. The listing
// is not narrowed by date at Twilio's side: date_sent and start_time are empty
// while something still waits in their queue, and what waits must be found too.
// A message found moves the attempt at least to sent.
func (p *Provider) Find(ctx context.Context, probe channel.Probe) (channel.Found, error) {
	x, api, cancel := p.begin(ctx, channel.Message{})
	defer cancel()
	var fits []channel.Status
	var err error
	if probe.Channel == survey.Call {
		fits, err = findCalls(api, probe)
	} else {
		fits, err = findTexts(api, probe)
	}
	if err != nil {
		return channel.Found{}, x.reading(err)
	}
	found := channel.Found{Matches: len(fits)}
	if len(fits) == 1 {
		found.Status = fits[0]
		found.Status.Ref = probe.Ref
		if found.Status.Event == "" {
			found.Status.Event, found.Status.Reason = survey.AttemptAccept, survey.ReasonFound
		}
	}
	return found, nil
}

func findTexts(api *openapi.ApiService, probe channel.Probe) ([]channel.Status, error) {
	params := new(openapi.ListMessageParams).SetTo(probe.To).SetPageSize(listed)
	service := strings.HasPrefix(probe.From, "MG") // the resource shows the number that was picked
	if !service {
		params.SetFrom(probe.From)
	}
	page, err := api.PageMessage(params, "", "")
	if err != nil {
		return nil, err
	}
	var fits []channel.Status
	for _, m := range page.Messages {
		if !strings.HasPrefix(str(m.Direction), "outbound") || strings.TrimSpace(str(m.Body)) != strings.TrimSpace(probe.Body) || !near(probe.At, str(m.DateCreated)) {
			continue
		}
		code := 0
		if m.ErrorCode != nil {
			code = *m.ErrorCode
		}
		fits = append(fits, messageStatus(str(m.Sid), str(m.Status), code))
	}
	return fits, nil
}

func findCalls(api *openapi.ApiService, probe channel.Probe) ([]channel.Status, error) {
	params := new(openapi.ListCallParams).SetTo(probe.To).SetFrom(probe.From).SetPageSize(listed)
	page, err := api.PageCall(params, "", "")
	if err != nil {
		return nil, err
	}
	var fits []channel.Status
	for _, c := range page.Calls {
		if strings.HasPrefix(str(c.Direction), "outbound") && near(probe.At, str(c.DateCreated)) {
			fits = append(fits, callStatus(str(c.Sid), str(c.Status), 0, str(c.AnsweredBy)))
		}
	}
	return fits, nil
}

// near reports whether an RFC 2822 stamp lies near at.
func near(at time.Time, stamp string) bool {
	created, err := time.Parse(time.RFC1123Z, stamp)
	return err == nil && created.Sub(at).Abs() <= nearby
}
