package email

import (
	"regexp"
	"strings"

	"canvass/worker/channel"
)

// Many servers say in sentences only that a mail came back. Who writes, and under
// which subject, tells that it is such a mail; the sentences tell what became of
// the other.

// daemons are the senders of reports, before the @ or in a display name.
var daemons = regexp.MustCompile(`(?i)\b(mailer-daemon|mail-daemon|mailerdaemon|mail delivery (?:sub)?system|mail delivery service|postmaster)\b`)

// reportSubjects stand in folded lower-case text.
var reportSubjects = phrases{
	"undeliver", "undelivr", "returned mail", "returned to sender", "delivery status notification", "delivery failure", "delivery failed",
	"delivery report", "mail delivery", "failure notice", "delivery has failed", "not delivered", "non remis", "unzustellbar", "mail system error",
	"message delayed", "delayed mail", "delivery delayed", "delayed 2", "could not be delivered", "nondeliverable", "non-delivery",
	"khong gui duoc", "khong the gui", "gui thu that bai", "thu bi tra lai", "thu khong den", "thu khong phat duoc", "thong bao tra lai thu",
	"chua gui duoc", "gui thu khong thanh cong",
}

// delayPhrases say that the server goes on trying; finalPhrases that it does not.
var (
	delayPhrases = phrases{
		"has not yet been delivered", "have not yet been delivered", "could not be delivered yet", "this is a warning message only",
		"you do not need to resend", "will continue to try", "will continue trying", "will be retried", "will keep trying", "still being retried",
		"delivery attempts will continue", "no action is required", "message delayed", "delivery has been delayed", "will retry for",
		"se tiep tuc gui", "tiep tuc thu gui", "se thu gui lai", "chua can gui lai",
	}
	finalPhrases = phrases{
		"permanent", "giving up", "gave up", "given up", "will not be retried", "no further attempts", "could not be delivered to",
		"delivery has failed", "failed permanently", "khong thu lai", "ngung gui",
	}
)

// byText reads a report that is sentences only. One that looks like a report is
// one even if nothing can be told from it.
func (r *reading) byText(own string) (channel.Report, bool) {
	text := plain(own)
	said := refusal{status: "", text: own}
	verdict := channel.Unclear
	if evident(said, text) {
		verdict = said.verdict()
	}
	late := delayPhrases.in(text) && !finalPhrases.in(text)
	failed := r.top.get("x-failed-recipients")
	strong, weak := r.looksLikeReport()
	switch {
	case failed != "", strong:
	case weak && (verdict != channel.Unclear || late):
	default:
		return channel.Report{}, false
	}
	if late && verdict != channel.Hard {
		verdict = channel.Delayed
	}
	rcpt := bare(failed)
	if rcpt == "" {
		rcpt = r.named(own)
	}
	return channel.Report{Verdict: verdict, Recipient: rcpt, Code: said.code(), Diagnostic: sentence(own)}, true
}

// evident reports whether a text holds anything that a verdict can stand on.
func evident(said refusal, text string) bool {
	return said.code() != "" || deadPhrases.in(text) || fullPhrases.in(text) || ourPhrases.in(text) || grayPhrases.in(text)
}

// looksLikeReport judges by who wrote and under which subject. strong needs no
// more; weak needs a sentence that bears it out: postmasters write other mails
// too, and so do those without an envelope sender.
func (r *reading) looksLikeReport() (strong, weak bool) {
	kind, params := r.top.contentType()
	subject := plain(words(r.top.get("subject")))
	from := words(r.top.get("from"))
	daemon := daemons.FindString(from)
	about := reportSubjects.in(subject)
	strong = kind == "multipart/report" && !strings.Contains(params["report-type"], "disposition") ||
		daemon != "" && !strings.EqualFold(daemon, "postmaster") || about && (daemon != "" || r.envelope == "")
	return strong, daemon != "" || about || r.envelope == "" || r.top.get("return-path") == "<>"
}

// named is the first mailbox that a text names, other than the writer's own and
// our bounce addresses.
func (r *reading) named(text string) string {
	from := bare(words(r.top.get("from")))
	for _, a := range addressIn.FindAllString(text, maxMarks) {
		if !strings.EqualFold(a, from) && !bouncesIn.MatchString(a) {
			return strings.TrimLeft(a, "'=/")
		}
	}
	return ""
}

// sentence is the paragraph that holds the code, else the first one.
func sentence(text string) string {
	first := ""
	for p := range strings.SplitSeq(text, "\n\n") {
		p = strings.Join(strings.Fields(p), " ")
		switch {
		case p == "":
		case statusIn.MatchString(p) || replyIn.MatchString(p):
			return p
		case first == "":
			first = p
		}
	}
	return first
}

// autoSubjects are those of machines that answer for somebody.
var autoSubjects = phrases{
	"out of office", "out of the office", "automatic reply", "auto reply", "auto-reply", "autoreply", "automatic response", "auto response",
	"auto:", "on vacation", "away from my mail", "on leave", "tra loi tu dong", "thu tra loi tu dong", "phan hoi tu dong", "vang mat", "nghi phep",
	"di cong tac", "da nhan duoc thu",
}

// automatic reports whether a machine wrote (RFC 3834 section 5, and what
// machines that know no RFC do).
func (r *reading) automatic() bool {
	h := r.top
	if kind := strings.ToLower(h.get("auto-submitted")); kind != "" && !strings.HasPrefix(kind, "no") {
		return true
	}
	if kind, _ := h.contentType(); kind == "multipart/report" { // a receipt (RFC 8098)
		return true
	}
	for _, name := range []string{"x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "list-id", "list-unsubscribe", "feedback-id"} {
		if h.has(name) {
			return true
		}
	}
	switch strings.ToLower(h.get("precedence")) {
	case "auto_reply", "auto-reply", "bulk", "junk", "list":
		return true
	}
	return r.envelope == "" || h.get("return-path") == "<>" || autoSubjects.in(plain(words(h.get("subject"))))
}
