package phone

import (
	"context"
	"errors"
	"net/http"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"canvass/worker/channel"
)

// Redact empties the words of a text at Twilio, by the SID that it has there; what the
// text was billed for stays. One that is not there any more is empty already.
func (p *Provider) Redact(ctx context.Context, sid string) error {
	x, api, cancel := p.begin(ctx, channel.Message{})
	defer cancel()
	_, err := api.UpdateMessage(sid, new(openapi.UpdateMessageParams).SetBody(""))
	var refused *client.TwilioRestError
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return x.reading(err)
	}
	return nil
}
