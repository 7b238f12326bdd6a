package email

import (
	"strings"

	"canvass/worker/channel"
)

// complaint reads a feedback report (RFC 5965). Only what its sender calls abuse,
// fraud, a virus or an opt-out is one: "not-spam" takes a complaint back, and is
// nothing to us.
func (r *reading) complaint() (channel.Letter, bool) {
	for _, body := range r.feedback {
		h, _ := readHeader(body)
		switch strings.ToLower(h.get("feedback-type")) {
		case "abuse", "fraud", "virus", "opt-out", "other":
		default:
			continue
		}
		rcpt := bare(h.get("original-rcpt-to"))
		for _, e := range r.returned {
			if rcpt == "" {
				rcpt = bare(words(e.get("to")))
			}
		}
		return channel.Letter{Kind: channel.LetterComplaint, From: rcpt}, true
	}
	return channel.Letter{}, false
}

// byField reads the fields that a server wrote for programs (RFC 3464): in their
// own part, or, where the parts are garbled, anywhere in the text.
func (r *reading) byField(own, text string) []channel.Report {
	bodies := r.status
	if len(bodies) == 0 {
		if at := strings.Index(strings.ToLower(text), "\nfinal-recipient:"); at >= 0 {
			bodies = []string{text[at+1:]}
		}
	}
	var out []channel.Report
	for _, body := range bodies {
		for _, block := range blocks(body) {
			if len(out) == maxReports {
				return out
			}
			if report, ok := recipientReport(block, own); ok {
				out = append(out, report)
			}
		}
	}
	return out
}

// blocks are the groups of fields of a delivery status: one on the mail, one on
// each recipient. Whoever forgot the empty line between them begins the next with
// its recipient.
func blocks(body string) []header {
	var out []header
	for body = strings.Trim(body, "\n"); body != "" && len(out) <= maxReports; body = strings.TrimLeft(body, "\n") {
		var h header
		h, body = readHeader(body)
		begun, named := 0, false
		for i, f := range h {
			if f.name == "final-recipient" {
				if named {
					out, begun = append(out, h[begun:i]), i
				}
				named = true
			}
		}
		if len(h) > begun {
			out = append(out, h[begun:])
		}
	}
	return out
}

// recipientReport reads the block of one recipient; false for that of the mail.
// Where the fields say nothing but that it failed, the sentences for people do.
func recipientReport(h header, own string) (channel.Report, bool) {
	rcpt := afterType(h.get("original-recipient"))
	if rcpt == "" {
		rcpt = afterType(h.get("final-recipient"))
	}
	if rcpt == "" && !h.has("action") && !h.has("final-recipient") {
		return channel.Report{}, false
	}
	action, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(h.get("action"))), " ")
	told := refusal{status: statusOf(h.get("status")), text: afterType(h.get("diagnostic-code"))}
	out := channel.Report{Recipient: rcpt, Action: action, Code: told.code(), Diagnostic: told.text}
	switch action {
	case "delayed":
		out.Verdict = channel.Delayed
	case "delivered":
		out.Verdict = channel.Delivered
	case "relayed", "expanded":
		out.Verdict = channel.Relayed
	default:
		if status, reply := told.codes(); told.text == "" && !specific(status) {
			said := refusal{status: told.status, text: own}
			out.Verdict, out.Code = said.verdict(), said.code()
		} else if out.Verdict = told.verdict(); action == "" && firstDigit(status, reply) == '2' {
			out.Verdict = channel.Delivered
		}
	}
	return out, true
}

// statusOf is the status in a field.
func statusOf(value string) string {
	if m := statusIn.FindStringSubmatch(value); m != nil {
		return m[1]
	}
	return ""
}

// afterType takes the type off a typed field, as in "rfc822; a@b.example".
func afterType(value string) string {
	if kind, rest, found := strings.Cut(value, ";"); found && !strings.ContainsAny(kind, " @<") {
		value = rest
	}
	return strings.Trim(strings.TrimSpace(value), "<>")
}
