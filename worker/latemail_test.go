package worker

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/queue"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
)

const bounceDomain = "bounce.lamxuyen.example"

// returning has the rig's mails come back to bounce addresses.
func (r *rig) returning(p *provider) *rig {
	r.Ingest.WithMail(email.Reader{}, bounceDomain)
	r.compose.bounces = bounceDomain
	return r.through(p)
}

// report is what a mail server sends back about a mail of ours, with the mail.
func report(m channel.Message, action, status string) string {
	return "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n" +
		"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " + m.To +
		"\r\nAction: " + action + "\r\nStatus: " + status + "\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" + m.MessageID +
		">\r\nTo: " + m.To + "\r\nList-Unsubscribe: <" + m.UnsubscribeURL + ">\r\n\r\n" + m.Text + "\r\n--b--\r\n"
}

// comesBack hands a report to the inbox and applies it, as serve and worker do.
func (r *rig) comesBack(t *testing.T, m channel.Message, raw string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	err := r.Ingest.ReceiveMail(ctx, channel.Inbound{Provider: "smtp", ProviderID: fmt.Sprintf("%x", sha256.Sum256([]byte(m.EnvelopeFrom+raw))), To: m.EnvelopeFrom, Raw: []byte(raw), At: time.Now()})
	if err != nil {
		t.Error(err)
	}
	inv := r.db.Int(`SELECT invitation_id FROM inbox ORDER BY id DESC LIMIT 1`)
	if err := r.Ingest.Handle(ctx, queue.Task{Kind: queue.Ingest, ID: int64(inv)}); err != nil {
		t.Error(err)
	}
}

// balanced holds the conservation laws against what the provider took.
func (r *rig) balanced(t *testing.T, p *provider) {
	t.Helper()
	l, err := dispatch.Ledger(t.Context(), r.db, r.campaign.Name)
	if err != nil {
		t.Fatal(err)
	}
	got := view.Received{}
	seen := map[string]bool{}
	for _, m := range p.taken {
		if seen[m.MessageID] {
			got.Repeats++
		} else {
			got.Distinct++
		}
		seen[m.MessageID] = true
	}
	l.Attempts.Received = &got
	for _, v := range results.Balance(l) {
		t.Error(v)
	}
}

// Hard, soft and by our own fault, of a mail each, in any order, three times, and
// once before the hand-over is on record.
func TestMailsThatComeBack(t *testing.T) {
	t.Parallel()
	const people = 5
	p := &provider{}
	r := newRig(t, people).returning(p)
	early := false
	p.send = func(_ context.Context, _ int, m channel.Message) (channel.Receipt, error) {
		if !early { // the first one is back before its server has said yes
			early = true
			if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'sending' AND 'a' || id = $1`, m.Ref); n != 1 {
				t.Errorf("%s is not on the wire", m.Ref)
			}
			r.comesBack(t, m, report(m, "failed", "5.1.1"))
		}
		return channel.Receipt{ProviderID: "q"}, nil
	}
	r.sendAll(t, t.Context())
	var all []func()
	for i, status := range []string{"5.1.1", "5.2.2", "5.7.1", "4.4.1"} {
		m, action := p.taken[i], "failed"
		if i == 3 {
			action = "delayed"
		}
		for n := range 3 {
			all = append(all, func() { r.comesBack(t, m, report(m, action, status)+strings.Repeat("\r\n", n%2)) })
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, do := range all {
		do()
	}
	for i, want := range []string{"undelivered bounce dead", "undelivered soft_bounce unverified", "undelivered filtered unverified",
		"sent handed_over unverified", "sent handed_over unverified"} {
		got := r.db.Text(`SELECT concat_ws(' ', a.state, a.reason, e.status) FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id
			WHERE 'a' || a.id = $1`, p.taken[i].Ref)
		if got != want {
			t.Errorf("mail %d: %s, want %s", i, got, want)
		}
	}
	if n := r.db.Int(`SELECT count(*) FROM inbox`); n != 8 {
		t.Errorf("%d rows of the inbox, want 8: four mails told of in two spellings, however often", n)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE provider_id = 'q'`); n != people {
		t.Errorf("%d have the server's id, want all", n)
	}
	if held := r.db.Text(`SELECT string_agg(payload::text, ' ') FROM inbox`); strings.Contains(held, `"raw"`) || strings.Contains(held, "/u/") {
		t.Error("the inbox holds links of people")
	}
	r.balanced(t, p)
}

// A mail in doubt that the policy sends once more is back before it went: it does
// not go again.
func TestAMailThatIsBackIsNotSentAgain(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 2).returning(p)
	r.db.Exec(`UPDATE campaign SET protocol = jsonb_set(protocol, '{in_doubt}', '"resend"')`)
	var gone []channel.Message // taken, though the answer was lost
	r.Channels = map[survey.Channel]channel.Sender{survey.Mail: &wire{fail: func(_ int, m channel.Message) error {
		gone = append(gone, m)
		return &channel.SendError{Class: channel.Unknown}
	}}}
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"unknown": 2})
	r.db.Exec(`UPDATE attempt_doubt SET look_at = clock_timestamp() - interval '1 second', since = clock_timestamp() - interval '1 day'`)
	if err := r.resolve(t.Context(), queue.Task{Kind: queue.Resolve}); err != nil {
		t.Fatal(err)
	}
	r.want(t, map[string]int{"queued": 2})
	r.comesBack(t, gone[0], report(gone[0], "failed", "5.2.2"))
	r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
	p.taken = append(p.taken, gone...)
	r.through(p).sendAll(t, t.Context())
	r.want(t, map[string]int{"undelivered": 1, "sent": 1})
	if len(p.taken) != 3 || p.taken[2].Ref != gone[1].Ref {
		t.Errorf("%d mails left; only the one that is not back goes again", len(p.taken))
	}
	r.balanced(t, p)
}

// Reports that come after the end change what is known of the mails, and the codes
// that say no more than that.
func TestMailsThatComeBackAfterTheEnd(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 3).returning(p)
	r.sendAll(t, t.Context())
	codes := []survey.Disposition{survey.NothingReturned, survey.NothingSent, survey.Complete}
	for i, inv := range r.people {
		r.db.Exec(`UPDATE invitation SET state = 'closed', disposition = $2, closed_at = $3 WHERE id = $1`, inv, codes[i], r.now)
	}
	r.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = $1`, r.now)
	for _, m := range p.taken {
		r.comesBack(t, m, report(m, "failed", "5.1.1"))
	}
	r.want(t, map[string]int{"undelivered": 3})
	got := r.db.Text(`SELECT string_agg(disposition, ' ' ORDER BY id) FROM invitation`)
	if want := fmt.Sprintf("%s %s %s", survey.Undelivered, survey.Undelivered, survey.Complete); got != want {
		t.Errorf("codes %s, want %s", got, want)
	}
	if n := r.db.Int(`SELECT count(*) FROM event WHERE kind = 'invitation_reclassified'`); n != 2 {
		t.Errorf("%d cases were reclassified, want two", n)
	}
	r.balanced(t, p)
}

// Whoever calls a mail spam gets no other: what is queued does not leave.
func TestAComplaintStopsTheNextMail(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 2).returning(p)
	r.db.Exec(`UPDATE campaign SET protocol = protocol || '{"gap": "0s"}'`)
	r.sendAll(t, t.Context())
	m := p.taken[0]
	arf := "From: fbl@yh.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n" +
		"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nOriginal-Mail-From: <" + m.EnvelopeFrom + ">\r\n\r\n--b--\r\n"
	r.comesBack(t, m, arf)
	for _, inv := range r.people {
		r.db.MakeAttempt(survey.Attempt{InvitationID: inv, Step: r.campaign.Protocol.Steps[0].Name, Channel: survey.Mail, Try: 2, DueAt: r.now})
	}
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"delivered": 1, "sent": 2, "cancelled": 1})
	if n := r.db.Int(`SELECT count(*) FROM suppression WHERE channel = 'email' AND source = 'complaint'`); n != 1 {
		t.Errorf("%d suppressions, want one", n)
	}
	r.balanced(t, p)
}

// Without a bounce domain the envelope is what it was.
func TestTheEnvelopeSender(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 1).through(p)
	r.sendAll(t, t.Context())
	if p.taken[0].EnvelopeFrom != "" {
		t.Errorf("envelope sender %q without a bounce domain", p.taken[0].EnvelopeFrom)
	}
	p = &provider{}
	r = newRig(t, 1).returning(p)
	r.sendAll(t, t.Context())
	m := p.taken[0]
	if ref, ok := r.Keys.ReadBounceAddress(m.EnvelopeFrom, bounceDomain); !ok || ref != m.Ref {
		t.Errorf("%s comes back to %q", m.Ref, m.EnvelopeFrom)
	}
}
