package worker

import (
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// A trial reaches its one address, step by step, and leaves no trace in the
// ledger, whatever the state of the campaign.
func TestATrialReachesOnlyWhoAskedForIt(t *testing.T) {
	r := newRig(t, 1)
	k := r.campaign
	k.LaunchedAt, k.EndsAt = time.Time{}, time.Time{}
	k.Protocol.Steps = []survey.Step{
		{Name: "thu", Channel: survey.Mail, Text: "invitation"},
		{Name: "tin", Channel: survey.SMS, Text: "invitation", Conversation: true},
		{Name: "nhac", Channel: survey.Mail, Text: "reminder"},
	}
	senders, err := r.db.Senders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := r.db.Int(`SELECT count(*) FROM attempt`) + r.db.Int(`SELECT count(*) FROM event`)
	for _, tc := range []struct {
		to       string
		channels []survey.Channel
		steps    int
		mark     string
	}{
		{"lan@vanphong.example", []survey.Channel{survey.Mail}, 2, "[THỬ] "},
		{"+84912000000", []survey.Channel{survey.SMS}, 1, "(THU) "},
	} {
		r.wire.got = nil
		r.Channels[survey.SMS] = r.wire
		got, err := r.Try(t.Context(), Trial{Campaign: &k, Senders: senders, To: tc.to, Channels: tc.channels, Lang: survey.Vietnamese})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != tc.steps || len(r.wire.got) != tc.steps {
			t.Fatalf("%s: %d steps tried, %d messages left, want %d", tc.to, len(got), len(r.wire.got), tc.steps)
		}
		for i, m := range r.wire.got {
			if m.To != tc.to || !got[i].Sent || !strings.HasPrefix(m.Subject+m.Body, tc.mark) {
				t.Errorf("message %d to %s is %q", i, m.To, m.Subject+m.Body)
			}
		}
	}
	if after := r.db.Int(`SELECT count(*) FROM attempt`) + r.db.Int(`SELECT count(*) FROM event`); after != before {
		t.Errorf("a trial left %d rows", after-before)
	}
	r.wire.fail = func(int, channel.Message) error {
		return &channel.SendError{Class: channel.Permanent, Code: "550 5.1.1"}
	}
	got, err := r.Try(t.Context(), Trial{Campaign: &k, Senders: senders, To: "lan@vanphong.example", Channels: []survey.Channel{survey.Mail}})
	if err != nil || got[0].Sent || got[0].Code != "permanent 550 5.1.1" {
		t.Errorf("refused: %+v, %v", got, err)
	}
}
