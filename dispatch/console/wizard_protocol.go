package console

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// protocolOf is the protocol of a plan, written out.
func protocolOf(p dispatch.Plan) survey.Protocol {
	if len(p.Spec.Protocol.Steps) == 0 {
		if ready, ok := protocol.Ready(p.Spec.Protocol.Name); ok {
			return ready
		}
	}
	return p.Spec.Protocol
}

func fillProtocol(v *visit, p *dispatch.Plan, f fields) {
	f["when"] = "now"
	if !p.Starts.IsZero() {
		at := v.local(p.Starts)
		f["when"], f["date"], f["time"] = "at", at.Format("02/01/2006"), at.Format("15:04")
	}
	fillSteps(protocolOf(*p), f)
}

// fillSteps fills the fields of a protocol.
func fillSteps(pr survey.Protocol, f fields) {
	f["ready"], f["base"] = pr.Name, pr.Name
	f["days"], f["hours"] = inDays(pr.Length)
	f["gap"] = strconv.Itoa(int(pr.Gap.Duration().Minutes()))
	f["holidays"] = strings.Join(pr.Holidays, ", ")
	for _, ch := range survey.Channels() {
		if w, ok := pr.Windows[ch]; ok {
			f["from."+string(ch)], f["to."+string(ch)] = w.From, w.To
		}
	}
	for n, s := range pr.Steps {
		at := fmt.Sprintf("p%d.", n)
		f[at+"name"], f[at+"was"], f[at+"channel"], f[at+"text"], f[at+"only"] = s.Name, s.Name, string(s.Channel), s.Text, string(s.Only)
		f[at+"days"], f[at+"hours"] = inDays(s.After)
		f[at+"tries"] = strconv.Itoa(max(s.Tries, 1))
		if s.Conversation {
			f[at+"talk"] = "yes"
		}
	}
	f["rows"] = strconv.Itoa(len(pr.Steps))
}

// inDays parts a span into days, and hours with their minutes as a fraction.
func inDays(s survey.Span) (days, hours string) {
	d := s.Duration()
	whole := int(d / (24 * time.Hour))
	return strconv.Itoa(whole), strconv.FormatFloat((d - time.Duration(whole)*24*time.Hour).Hours(), 'f', -1, 64)
}

// span reads days and hours.
func (v *visit) span(f fields, at string, wrong faults) survey.Span {
	days, err := whole(v.lang(), f[at+"days"], [2]int{0, 92}, 0)
	if err != nil {
		wrong[at+"days"] = err
	}
	hours := 0.0
	if text := strings.TrimSpace(f[at+"hours"]); text != "" {
		var ok bool
		if hours, ok = number(v.lang(), text); !ok { // as we wrote it
			hours, err = strconv.ParseFloat(text, 64)
			ok = err == nil
		}
		if !ok || hours < 0 || hours >= 1000 {
			wrong[at+"hours"] = wantsNumber(0, 999)
			return 0
		}
	}
	return survey.Span(time.Duration(days)*24*time.Hour + time.Duration(hours*float64(time.Hour)).Round(time.Minute))
}

// readProtocol reads when it begins, and the steps. Whatever no field shows, the ladders
// of tries and the caps, stays as the protocol has it.
func readProtocol(v *visit, p *dispatch.Plan, f fields) faults {
	wrong := faults{}
	v.readStart(p, f, wrong)
	if ready, ok := protocol.Ready(f["ready"]); ok && f["do"] == "ready" {
		p.Spec.Protocol = ready
		for key := range f {
			if strings.HasPrefix(key, "p") && strings.Contains(key, ".") || strings.HasPrefix(key, "from.") || strings.HasPrefix(key, "to.") {
				delete(f, key)
			}
		}
		fillSteps(ready, f)
		return wrong
	}
	pr := protocolOf(*p)
	if ready, ok := protocol.Ready(f["base"]); ok { // taken in the form, and not saved yet
		pr = ready
	}
	before, old := pr.Steps, pr.Windows
	pr.Length, pr.Windows, pr.Steps, pr.Holidays = v.span(f, "", wrong), map[survey.Channel]survey.Window{}, nil, nil
	gap, err := whole(v.lang(), f["gap"], [2]int{0, 60 * 24 * 30}, 0)
	if err != nil {
		wrong["gap"] = err
	}
	pr.Gap = survey.Span(gap) * survey.Span(time.Minute)
	pr.Holidays = append(pr.Holidays, strings.FieldsFunc(f["holidays"], func(r rune) bool { return strings.ContainsRune(",; ", r) })...)
	for _, ch := range survey.Channels() {
		if from, to := strings.TrimSpace(f["from."+string(ch)]), strings.TrimSpace(f["to."+string(ch)]); from != "" || to != "" {
			pr.Windows[ch] = survey.Window{From: from, To: to, Days: old[ch].Days}
		}
	}
	v.readSteps(&pr, before, f, wrong)
	p.Spec.Protocol = named(pr)
	if bad := protocol.Validate(p.Spec.Protocol); len(wrong) == 0 && len(bad) > 0 {
		all := make([]error, len(bad))
		for i, e := range bad {
			e.Args["name"] = e.Where
			all[i] = e
		}
		wrong[""] = errors.Join(all...)
	}
	return wrong
}

// readStart reads when the campaign begins: at once, or at a time that is to come.
func (v *visit) readStart(p *dispatch.Plan, f fields, wrong faults) {
	p.Starts = time.Time{}
	if f["when"] != "at" {
		return
	}
	at, err := moment(f["date"], f["time"], v.Zone)
	switch {
	case err != nil:
		wrong["date"] = err
	case at.Before(v.Clock.Now()):
		wrong["date"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeProposalPast}
	}
	p.Starts = at
}

// mostSteps is how many contacts a form has.
const mostSteps = 12

// readSteps reads the contacts; a row without a channel is none.
func (v *visit) readSteps(pr *survey.Protocol, before []survey.Step, f fields, wrong faults) {
	for n := range mostSteps {
		at := fmt.Sprintf("p%d.", n)
		if f[at+"channel"] == "" || f[at+"gone"] != "" {
			continue
		}
		var s survey.Step
		if i := slices.IndexFunc(before, func(o survey.Step) bool { return o.Name == f[at+"was"] }); i >= 0 {
			s = before[i]
		}
		ch := survey.Channel(f[at+"channel"])
		if s.Channel != ch {
			s.Sender, s.Retry = "", nil
		}
		s.Channel, s.Text, s.Only, s.Conversation = ch, f[at+"text"], survey.StepCondition(f[at+"only"]), f[at+"talk"] != "" && ch == survey.SMS
		if s.Name = strings.TrimSpace(f[at+"name"]); s.Name == "" {
			s.Name = fmt.Sprintf("%s-%d", ch, n+1)
			f[at+"name"] = s.Name
		}
		s.After = v.span(f, at, wrong)
		tries, err := whole(v.lang(), f[at+"tries"], [2]int{1, 5}, 1)
		if err != nil {
			wrong[at+"tries"] = err
		}
		if tries <= 1 {
			s.Tries, s.Retry = 0, nil
		} else {
			s.Tries = tries
			if len(s.Retry) == 0 {
				s.Retry = ladders(ch)
			}
		}
		pr.Steps = append(pr.Steps, s)
	}
}

// ladders are the waits of a contact that is tried again where nobody wrote any: a
// day, and after a call that nobody took another part of the next one.
func ladders(ch survey.Channel) map[survey.Reason]survey.Ladder {
	day := survey.Ladder{survey.Span(24 * time.Hour)}
	if ch != survey.Call {
		return map[survey.Reason]survey.Ladder{survey.ReasonSoftBounce: day, survey.ReasonTriesSpent: day}
	}
	later := survey.Ladder{survey.Span(27 * time.Hour)}
	return map[survey.Reason]survey.Ladder{survey.ReasonBusy: day, survey.ReasonUnreachable: day, survey.ReasonTriesSpent: day,
		survey.ReasonNoAnswer: later, survey.ReasonMachine: later, survey.ReasonHungUp: later, survey.ReasonOurSide: day}
}

// named gives a protocol that is not a ready one as it was another name.
func named(pr survey.Protocol) survey.Protocol {
	for _, name := range protocol.ReadyNames() {
		ready, _ := protocol.Ready(name)
		pr.Name = name
		if fmt.Sprintf("%+v", ready) == fmt.Sprintf("%+v", pr) {
			return pr
		}
	}
	pr.Name = ownProtocol
	return pr
}

// ownProtocol names a protocol that was written in the console.
const ownProtocol = "own"

func (v *visit) showProtocol(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	pr := protocolOf(p.Plan)
	page := templates.WizardProtocol{Wizard: w, Ready: protocol.ReadyNames(), Texts: survey.StepTexts()}
	for _, c := range survey.Channels() {
		page.Channels = append(page.Channels, string(c))
		page.Windows = append(page.Windows, templates.WindowRow{Channel: string(c), From: w.V("from." + string(c)), To: w.V("to." + string(c))})
	}
	for _, o := range survey.StepConditions() {
		page.Only = append(page.Only, string(o))
	}
	w.Values["ready"] = pr.Name
	rows := 0
	for n := range mostSteps {
		at := fmt.Sprintf("p%d.", n)
		if w.V(at+"channel") != "" && w.V(at+"gone") == "" {
			page.Rows = append(page.Rows, stepRow(w, n))
			rows = n + 1
		}
	}
	if w.V("do") == "more" && rows < mostSteps {
		page.Rows = append(page.Rows, templates.StepRow{N: rows, Channel: string(survey.SMS), Text: survey.TextReminder, New: true, Days: "0", Hours: "0", Tries: "1"})
	}
	begins := v.now()
	if p.Plan.Starts.After(begins) {
		begins = v.local(p.Plan.Starts)
	}
	page.Line, page.Ends = timeline(pr, begins), begins.Add(pr.Length.Duration())
	if len(w.Faults)+len(w.General) > 0 {
		return page, nil
	}
	var err error
	page.Samples, page.Lints, err = v.wordSteps(p.Plan, begins)
	return page, err
}

func stepRow(w templates.Wizard, n int) templates.StepRow {
	at := fmt.Sprintf("p%d.", n)
	return templates.StepRow{N: n, Name: w.V(at + "name"), Channel: w.V(at + "channel"), Text: w.V(at + "text"), Only: w.V(at + "only"),
		Days: w.V(at + "days"), Hours: w.V(at + "hours"), Tries: w.V(at + "tries"), Talk: w.V(at+"talk") != "", New: w.V(at+"was") == ""}
}
