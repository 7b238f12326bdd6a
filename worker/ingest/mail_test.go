package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
)

const bounceDomain = "bounce.lamxuyen.example"

// mailDesk is a desk with one mail sent, herText by its number.
func mailDesk(t *testing.T) *desk {
	t.Helper()
	m := newMemory(t, "urgent-storm")
	m.c.Attempts[0].Channel = survey.Mail
	d := newDesk(t, m)
	d.g.WithMail(email.Reader{}, bounceDomain)
	return d
}

// address is where the mail ref comes back to.
func (d *desk) address(ref string) string { return d.g.keys.BounceAddress(ref, bounceDomain) }

// mailIn takes a mail that came to an address, and applies it.
func (d *desk) mailIn(envelope, to, raw string) {
	d.Helper()
	d.n++
	d.must(d.g.ReceiveMail(d.Context(), channel.Inbound{Provider: "smtp", ProviderID: fmt.Sprint("m", d.n), Envelope: envelope,
		To: to, Raw: []byte(raw)}))
	d.work()
}

// dsn is a report with one recipient.
func dsn(action, status, diagnostic, returned string) string {
	return "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n" +
		"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; huy@hopthu.example\n" +
		"Action: " + action + "\nStatus: " + status + "\nDiagnostic-Code: smtp; " + diagnostic + "\n--b\nContent-Type: text/rfc822-headers\n\n" + returned + "\n--b--\n"
}

func TestReportsOnOurMails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, raw string
		outcome   string
		reason    survey.Reason
		attempt   view.AttemptOutcome
	}{
		{"hard", dsn("failed", "5.1.1", "550 5.1.1 no such user", ""), outcomeApplied, survey.ReasonBounce, view.AttemptOutcome{ID: herText,
			Event: survey.AttemptUndeliver, Reason: survey.ReasonBounce, Code: "550 5.1.1", DeadEndpoint: true}},
		{"soft", dsn("failed", "5.2.2", "552 5.2.2 over quota", ""), outcomeApplied, survey.ReasonSoftBounce, view.AttemptOutcome{ID: herText,
			Event: survey.AttemptUndeliver, Reason: survey.ReasonSoftBounce, Code: "552 5.2.2"}},
		{"policy", dsn("failed", "5.7.1", "554 5.7.1 blocked", ""), outcomeApplied, survey.ReasonFiltered, view.AttemptOutcome{ID: herText,
			Event: survey.AttemptUndeliver, Reason: survey.ReasonFiltered, Code: "554 5.7.1"}},
		{"delayed", dsn("delayed", "4.4.1", "", ""), outcomeIgnored, survey.ReasonDelayed, view.AttemptOutcome{}},
		{"relayed", dsn("relayed", "2.1.5", "", ""), outcomeIgnored, survey.ReasonHandedOver, view.AttemptOutcome{}},
		{"delivered", dsn("delivered", "2.0.0", "", ""), outcomeApplied, "", view.AttemptOutcome{ID: herText, Event: survey.AttemptDeliver,
			Reason: survey.ReasonHandedOver}},
		{"unclear", dsn("failed", "2.0.0", "250 fine", ""), outcomeParked, survey.ReasonInvalid, view.AttemptOutcome{}},
		{"away", "From: huy@hopthu.example\nAuto-Submitted: auto-replied\nSubject: x\n\nTôi nghỉ phép.\n", outcomeParked, survey.ReasonAutoReply, view.AttemptOutcome{}},
	} {
		d := mailDesk(t)
		d.mailIn("", strings.ToUpper(d.address("a16")), c.raw)
		ch := d.last()
		var got view.AttemptOutcome
		if ch.Attempt != nil {
			got = *ch.Attempt
		}
		if ch.Outcome != c.outcome || ch.Reason != c.reason || got != c.attempt || ch.Returned != (got.Event == survey.AttemptUndeliver) {
			t.Errorf("%s: %s %q %+v, want %s %q %+v", c.name, ch.Outcome, ch.Reason, got, c.outcome, c.reason, c.attempt)
		}
		if len(ch.Notices) != 0 || len(d.m.notices) != 0 {
			t.Errorf("%s: a machine was answered", c.name)
		}
	}
}

// Only a mark of ours names an attempt: the address it came to, the one the mail
// was sent from, or its Message-ID.
func TestWhoseMailCameBack(t *testing.T) {
	t.Parallel()
	d := mailDesk(t)
	id := d.g.keys.MessageID("a16", "lamxuyen.example")
	plainTo := "postmaster@" + bounceDomain
	for _, c := range []struct {
		name, to, returned string
		ours               bool
	}{
		{"the address", d.address("a16"), "", true},
		{"the Message-ID", plainTo, "Message-ID: <" + id + ">\nSubject: x\n", true},
		{"the envelope sender", plainTo, "Return-Path: <" + d.address("a16") + ">\nSubject: x\n", true},
		{"none of these", plainTo, "Message-ID: <x@y.example>\nSubject: x\n", false},
		{"a forged address", strings.Replace(d.address("a99"), "a99", "a16", 1), "", false},
		{"a forged Message-ID", plainTo, "Message-ID: <a16.0011223344556677@lamxuyen.example>\n", false},
		{"the address of another domain", strings.Replace(d.address("a16"), bounceDomain, "other.example", 1), "", false},
	} {
		d := mailDesk(t)
		d.mailIn("", c.to, dsn("failed", "5.1.1", "550 5.1.1 no", c.returned))
		if row := d.m.rows[0]; (row.inv == herCase) != c.ours || row.Kind != string(channel.InboundBounce) {
			t.Errorf("%s: a %s of case %d", c.name, row.Kind, row.inv)
		}
		ch := d.last()
		if moved := ch.Attempt != nil; moved != c.ours || !c.ours && (ch.Outcome != outcomeParked || ch.Reason != survey.ReasonUnmatched) {
			t.Errorf("%s: %+v", c.name, ch)
		}
	}
}

// The person's own link does not stay in the inbox, and what staff read does.
func TestWhatIsKeptOfAMailThatCameBack(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"", "postmaster@" + bounceDomain} {
		d := mailDesk(t)
		if to == "" {
			to = d.address("a16")
		}
		d.mailIn("", to, dsn("failed", "5.1.1", "550 5.1.1 no such user", "Subject: x\nList-Unsubscribe: <https://k.example/u/SeCrEt>\n"))
		raw := d.m.rows[0].Payload
		if !strings.Contains(string(raw), `"raw":`) {
			t.Fatal("the mail was not stored as it came")
		}
		kept := d.last().Keep
		var s stored
		if err := json.Unmarshal(kept, &s); err != nil || s.Raw != nil || s.Letter == nil || s.Letter.Report().Code != "550 5.1.1" ||
			s.From != "huy@hopthu.example" || s.To != to || strings.Contains(string(kept), "SeCrEt") {
			t.Errorf("kept %s (%v)", kept, err)
		}
	}
}

func TestAComplaintStopsMailOnly(t *testing.T) {
	t.Parallel()
	d := mailDesk(t)
	arf := "From: fbl@yh.example\nSubject: FW\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n" +
		"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Mail-From: <" + d.address("a16") + ">\nOriginal-Rcpt-To: huy@hopthu.example\n\n--b--\n"
	for range 2 {
		d.mailIn("fbl@yh.example", "abuse@"+bounceDomain, arf)
	}
	want := []survey.Suppression{{ContactID: 5, Channel: survey.Mail, Scope: survey.SuppressAll, Source: "complaint"}}
	if !slices.EqualFunc(d.m.barred, want, func(a, b survey.Suppression) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
		t.Errorf("barred %+v, want %+v once", d.m.barred, want)
	}
	first := d.m.changes[0]
	if first.Attempt == nil || first.Attempt.Event != survey.AttemptDeliver || first.Refusal != "" || first.Reason != survey.ReasonComplaint ||
		len(first.Events) != 1 || first.Events[0].Kind != survey.EventOptedOut || first.Events[0].Reason != survey.ReasonComplaint {
		t.Errorf("%+v", first)
	}
	if d.m.c.Invitation.State == survey.InvitationClosed {
		t.Error("a complaint about a mail is no refusal")
	}
}

func TestAPersonWrites(t *testing.T) {
	t.Parallel()
	for text, stops := range map[string]bool{
		"HỦY\n\n> quoted":     true,
		"Dừng\nCảm ơn":        true,
		"STOP":                true,
		"Tôi sẽ trả lời sau.": false,
		"":                    false,
		"\n\nXin hỏi hạn cuối?\n\nhủy\nstop": false,
	} {
		d := mailDesk(t)
		d.mailIn("huy@hopthu.example", d.address("a16"), "From: huy@hopthu.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n"+text)
		ch := d.last()
		if row := d.m.rows[0]; row.Kind != string(channel.InboundMail) || row.inv != herCase {
			t.Errorf("%q: a %s of case %d", text, row.Kind, row.inv)
		}
		if stops {
			if ch.Outcome != outcomeApplied || ch.Refusal != "person" || len(ch.Suppress) != 1 || ch.Suppress[0].Source != "mail" || ch.Suppress[0].Channel != "" {
				t.Errorf("%q: %+v", text, ch)
			}
		} else if ch.Outcome != outcomeParked || ch.Reason != survey.ReasonMailReply || len(ch.Suppress) != 0 {
			t.Errorf("%q: %+v", text, ch)
		}
		if len(ch.Notices) != 0 {
			t.Errorf("%q was answered", text)
		}
	}
	d := mailDesk(t)
	d.mailIn("la@hopthu.example", "bounce@"+bounceDomain, "From: la@hopthu.example\nSubject: chào\n\nTôi là ai?\n")
	if ch := d.last(); ch.Outcome != outcomeParked || ch.Reason != survey.ReasonMailReply || len(ch.Notices) != 0 {
		t.Errorf("a stranger: %+v", ch)
	}
}

// What a person did keeps its code; silence turns out to have been a mail that
// never arrived.
func TestAReportAfterTheEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, want survey.Disposition }{
		{survey.NothingSent, survey.Undelivered}, {survey.NothingReturned, survey.Undelivered}, {survey.Complete, ""}, {survey.RefusalByPerson, ""},
	} {
		d := mailDesk(t)
		d.m.c.Attempts = []survey.Attempt{{ID: herText, Channel: survey.Mail, State: survey.AttemptSending}}
		d.m.c.Invitation.State, d.m.c.Invitation.Disposition = survey.InvitationClosed, c.code
		d.m.c.Campaign.State = survey.CampaignClosed
		d.mailIn("", d.address("a16"), dsn("failed", "5.1.1", "550 5.1.1 no", ""))
		if ch := d.last(); ch.Close != c.want || ch.Attempt == nil {
			t.Errorf("from %s: %q and %+v, want %q", c.code, ch.Close, ch.Attempt, c.want)
		}
	}
}

// A process that cannot read mails acknowledges none, and applies none.
func TestWithoutAReaderNothingIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	err := d.g.ReceiveMail(t.Context(), channel.Inbound{Provider: "smtp", ProviderID: "x", Raw: []byte("x")})
	if survey.KindOf(err) != survey.Internal || len(d.m.rows) != 0 {
		t.Errorf("%v, %d rows", err, len(d.m.rows))
	}
	d = mailDesk(t)
	d.m.away = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	if err := d.g.ReceiveMail(t.Context(), channel.Inbound{Provider: "smtp", ProviderID: "x"}); survey.KindOf(err) != survey.Unavailable {
		t.Errorf("with the database away: %v", err)
	}
}
