package phone

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

var _ channel.Recorder = (*Provider)(nil)

// mediaHops is how often the media may lie elsewhere.
const mediaHops = 3

// Recording fetches what was recorded, as WAV. Its address is made of the SID and of
// where our API is; twilio-go has no call for media.
func (p *Provider) Recording(ctx context.Context, sid string) ([]byte, error) {
	if !recordingSID.MatchString(sid) {
		return nil, refuse(survey.Invalid, "RecordingSid", "not one")
	}
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	address := strings.TrimRight(p.base.String(), "/") + "/2010-04-01/Accounts/" + p.config.AccountSID + "/Recordings/" + sid + ".wav"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(p.login.Username, p.login.Password)
	media := http.Client{Transport: p.transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > mediaHops || next.URL.Scheme != "https" && !loopback(next.URL.Hostname()) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := media.Do(req)
	if err != nil {
		return nil, unreached(errors.New("no answer"), "") // its own words hold the address
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "recording"}}
	case resp.StatusCode != http.StatusOK:
		return nil, unreached(errors.New("refused"), strconv.Itoa(resp.StatusCode))
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, survey.MaxRecording+1))
	switch {
	case err != nil:
		return nil, unreached(errors.New("broken off"), "")
	case len(content) > survey.MaxRecording:
		return nil, refuse(survey.Invalid, "recording", "too large")
	}
	return content, nil
}

// RemoveRecording deletes a recording at Twilio. 404 says that it is gone.
func (p *Provider) RemoveRecording(ctx context.Context, sid string) error {
	if !recordingSID.MatchString(sid) {
		return refuse(survey.Invalid, "RecordingSid", "not one")
	}
	x, api, cancel := p.begin(ctx, channel.Message{})
	defer cancel()
	err := api.DeleteRecording(sid, &openapi.DeleteRecordingParams{})
	var refused *client.TwilioRestError
	if err == nil || x.status == http.StatusNotFound || errors.As(err, &refused) && refused.Code == 20404 {
		return nil
	}
	failed := x.reading(err)
	return unreached(failed, failed.Code)
}

// away is a failure that may pass.
func unreached(err error, code string) error {
	return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeConfig, Where: "twilio recording", Args: map[string]string{"name": "twilio", "problem": code}, Err: err}
}
