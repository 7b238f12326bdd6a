package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/history"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

// protocolInput is what explain protocol is asked.
type protocolInput struct {
	events, at, zone string
}

// protocolExplained is what explain protocol prints as JSON. Texts are empty
// where there is nothing to say, never left out.
type protocolExplained struct {
	Action  protocol.Action `json:"action"` // contact, wait, close
	Step    string          `json:"step"`
	Channel survey.Channel  `json:"channel"`
	Try     int             `json:"try"`
	Text    string          `json:"text"` // invitation, reminder, last
	Reason  survey.Reason   `json:"reason"`
	At      string          `json:"at"`     // RFC 3339: of the contact, the close, the next look
	Closes  string          `json:"closes"` // with contact: from then on it may not be made
	Passed  []passedStep    `json:"passed"`
}

type passedStep struct {
	Step   string        `json:"step"`
	Reason survey.Reason `json:"reason"`
}

func (a *app) explainProtocol() *cobra.Command {
	var in protocolInput
	cmd := a.withJSON(&cobra.Command{
		Use:   "protocol FILE --events FILE",
		Short: a.t("Quy trình liên hệ làm gì tiếp với một diễn biến, khi nào và vì sao", "What a contact protocol does next with a history, when and why"),
		Long:  a.protocolHelp(),
		Example: `  canvass explain protocol monthly --events case.jsonl --at 2026-12-15T08:00:00+07:00
  canvass explain protocol thang-12.yaml --events case.jsonl --at "2026-12-15 08:00" --zone Europe/Berlin --json`,
		Args: cobra.ExactArgs(1),
	})
	cmd.Flags().StringVar(&in.events, "events", "", a.t("tệp diễn biến", "the file of events"))
	cmd.Flags().StringVar(&in.at, "at", "", a.t(`lúc nào, như 2026-12-15T08:00:00+07:00, hoặc "2026-12-15 08:00" theo múi giờ của quy trình; không ghi là bây giờ`,
		`when, as 2026-12-15T08:00:00+07:00, or "2026-12-15 08:00" in the protocol's zone; now if not given`))
	cmd.Flags().StringVar(&in.zone, "zone", "", a.t("múi giờ riêng của người này, như Europe/Berlin", "the person's own time zone, such as Europe/Berlin"))
	_ = cmd.MarkFlagRequired("events")
	cmd.RunE = a.work(func(_ context.Context, args []string) error {
		q, err := in.question(cmd, args[0])
		if err != nil {
			return err
		}
		d, err := dispatch.ExplainProtocol(q)
		if err != nil {
			return err
		}
		zone, _ := survey.Zone(q.Protocol.Zone)
		if own, ok := survey.Zone(q.Zone); ok {
			zone = own
		}
		if a.json {
			return a.data(explained(d, zone))
		}
		a.sayDecision(d, zone)
		return nil
	})
	return cmd
}

// protocolHelp says what may be asked, and how events are written.
func (a *app) protocolHelp() string {
	return a.t(`FILE là quy trình viết bằng YAML, một tệp khảo sát có quy trình, hoặc tên một quy trình
có sẵn: monthly, urgent, short. Tệp diễn biến có mỗi dòng một sự kiện viết bằng JSON;
dòng trống và dòng bắt đầu bằng # được bỏ qua. Chỉ tính những gì xảy ra đến lúc --at.

`, `FILE is a protocol in YAML, a campaign file with a protocol, or the name of a ready one:
monthly, urgent, short. The file of events has one event in JSON a line; blank lines and
lines that begin with # are passed over. Only what happened until --at counts.

`) + `  {"at": "2026-12-14T08:00:00+07:00", "event": "launched"}
  {"at": "2026-12-14T08:00:10+07:00", "event": "attempt", "step": "mail", "channel": "email", "state": "sent"}
  {"at": "2026-12-14T08:02:00+07:00", "event": "attempt", "step": "mail", "channel": "email", "state": "undelivered", "reason": "bounce"}

` + a.t(`launched     khảo sát bắt đầu; bắt buộc
attempt      một lần liên hệ: step, channel, try (1), state, reason; cùng step và try là
             diễn biến tiếp của lần ấy. state: queued sending sent delivered undelivered
             failed unknown cancelled
contact      một khảo sát khác đã liên hệ người này: channel; state, reason nếu không tới
endpoint     số hoặc e-mail: channel, status: ok unverified dead none shared suppressed;
             không ghi thì dùng được
begun, answered, submitted               bắt đầu trả lời, đã trả lời, đã gửi phiếu
refused, opted_out, wrong_person         từ chối, ngừng nhận (channel: chỉ kênh ấy), nhầm người
coded, ended                             cán bộ đã chốt, khảo sát kết thúc trước hạn`,
		`launched     the campaign went into the field; required
attempt      a contact of the case: step, channel, try (1), state, reason; the same step and
             try again tells what became of it. state: queued sending sent delivered
             undelivered failed unknown cancelled
contact      another campaign contacted the person: channel; state, reason if it did not arrive
endpoint     an address: channel, status: ok unverified dead none shared suppressed;
             usable where nothing is said
begun, answered, submitted               acted, answered so far, sent the form off
refused, opted_out, wrong_person         declined, wants no more (channel: only there), not them
coded, ended                             staff set the code, the field period was cut short`)
}

// question reads the files and the time.
func (in protocolInput) question(cmd *cobra.Command, file string) (dispatch.ProtocolQuestion, error) {
	q := dispatch.ProtocolQuestion{File: in.events, Zone: in.zone, At: time.Now()}
	var err error
	if q.Protocol, err = readProtocol(file); err != nil {
		return q, err
	}
	if _, ok := survey.Zone(in.zone); in.zone != "" && !ok {
		return q, wrongUsage(cmd, "--zone Europe/Berlin")
	}
	if in.at != "" {
		zone, _ := survey.Zone(q.Protocol.Zone)
		if q.At, err = parseMoment(in.at, zone); err != nil {
			return q, wrongUsage(cmd, "--at 2026-12-15T08:00:00+07:00")
		}
	}
	events, err := os.Open(in.events)
	if err != nil {
		return q, unreadable(in.events, err)
	}
	defer events.Close()
	q.Events, err = history.Read(in.events, events)
	return q, err
}

// readProtocol is the ready protocol of a name, else that of a file.
func readProtocol(name string) (survey.Protocol, error) {
	if p, ok := protocol.Ready(name); ok {
		return p, nil
	}
	src, err := readFile(name)
	if err != nil {
		return survey.Protocol{}, err
	}
	return dispatch.ParseProtocol(name, src)
}

// parseMoment reads a time with its offset, or by the clocks of a zone.
func parseMoment(text string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateTime, text, zone); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02 15:04", text, zone)
}

func explained(d protocol.Decision, zone *time.Location) protocolExplained {
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.RFC3339)
	}
	out := protocolExplained{Action: d.Action, Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, Text: d.Text, Reason: d.Reason,
		At: stamp(d.At), Closes: stamp(d.EndOfWindow), Passed: []passedStep{}}
	for _, p := range d.Passed {
		out.Passed = append(out.Passed, passedStep{p.Step, p.Reason})
	}
	return out
}

// sayDecision tells a decision in words.
func (a *app) sayDecision(d protocol.Decision, zone *time.Location) {
	why := fmt.Sprintf("%s (%s)", a.label("reason", string(d.Reason)), d.Reason)
	at := d.At.In(zone).Format("15:04:05 02/01/2006 -07:00")
	switch {
	case d.Action == protocol.Contact:
		a.say(a.t("Liên hệ ngay: %s", "Contact now: %s"), why)
	case d.Action == protocol.Close:
		a.say(a.t("Chốt lượt mời ngay: %s", "Close the case now: %s"), why)
	case d.At.IsZero():
		a.say(a.t("Chờ, đến khi có việc mới: %s", "Wait until something happens: %s"), why)
	default:
		a.say(a.t("Chờ đến %s: %s", "Wait until %s: %s"), at, why)
	}
	if d.Step.Name != "" {
		a.say(a.t("  bước %s, %s, lần %d, %s", "  step %s, %s, try %d, %s"), d.Step.Name, a.channel(d.Step.Channel), d.Try, a.wording(d.Text))
	}
	if !d.EndOfWindow.IsZero() {
		a.say(a.t("  phải thực hiện trước %s", "  must leave before %s"), d.EndOfWindow.In(zone).Format("15:04:05 02/01/2006 -07:00"))
	}
	for _, p := range d.Passed {
		a.say(a.t("  bỏ qua bước %s: %s (%s)", "  passed over %s: %s (%s)"), p.Step, a.label("reason", string(p.Reason)), p.Reason)
	}
}

// wording is the word for what a step's text is.
func (a *app) wording(text string) string {
	switch text {
	case survey.TextInvitation:
		return a.t("lời mời", "invitation")
	case survey.TextReminder:
		return a.t("lời nhắc", "reminder")
	}
	return a.t("lời nhắc cuối", "last notice")
}
