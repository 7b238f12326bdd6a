package wording

import (
	"regexp"
	"strconv"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// Wording finds the words. It is safe for concurrent use.
type Wording struct{ set *templates.Set }

// New returns a Wording that speaks from set.
func New(set *templates.Set) *Wording { return &Wording{set} }

// Context is what is known of one person in one campaign when something is
// said. Zero times and empty texts are unknown; a sentence that needs one is
// refused with templates.ErrMissing.
type Context struct {
	Campaign survey.Campaign
	Zone     *time.Location // of every date that is said; nil is UTC
	Now      time.Time      // business time
	Lang     survey.Lang    // in a conversation: State.Lang

	Name  survey.PersonName // said in mails only
	Title string            // form of address: Ông, Bà or empty

	Link     string // the person's own form
	StopLink string // the person's own way out
	// CanReceive says that a reply to the sender reaches us. Without it no text
	// offers a keyword.
	CanReceive bool
	// CanChange says that submitted answers may still be changed by the link.
	CanChange bool
	// Accented sends SMS with their diacritics, at about twice the segments.
	Accented bool

	Questionnaire *instrument.Questionnaire
	Progress      instrument.Progress // on the web path
	FrameSize     int                 // people in the frozen frame
	Seed          uint64              // of orders drawn by lot: the person's own

	InvitedAt   time.Time // when the first contact left
	AnsweredAt  time.Time // when the last answer came
	SubmittedAt time.Time
	ResultsAt   time.Time // day on which results are sent back, as promised

	// Of the confidential level: who can join codes to names, and until when.
	KeyHolder string
	EraseAt   time.Time
}

func (c Context) tongue() templates.Tongue {
	return templates.Tongue{Lang: c.lang(), Duty: c.Campaign.Purpose == survey.PurposeDutyReport}
}

// lang is the language as templates names it.
func (c Context) lang() string { return string(c.Lang.Or(survey.Vietnamese)) }

// in puts t on the office's wall clock.
func (c Context) in(t time.Time) time.Time {
	if c.Zone == nil {
		return t.UTC()
	}
	return t.In(c.Zone)
}

// pick chooses between the two languages.
func (c Context) pick(vi, en string) string {
	if c.lang() == string(survey.English) {
		return en
	}
	return vi
}

// Fields returns the merge fields that c can fill, without the sentence on
// confidentiality, which depends on the channel.
func (c Context) Fields() templates.Fields {
	texts := func(m map[survey.Lang]string) string { return instrument.Texts(m).In(c.Lang.Or(survey.Vietnamese)) }
	f := templates.Fields{
		Address: c.address(), Name: string(c.Name),
		Survey: c.title(), Office: texts(c.Campaign.Office.Name), Sender: texts(c.Campaign.Office.Short),
		Phone: c.Campaign.Office.Phone, Contact: c.Campaign.Office.Contact,
		Link: c.Link, StopLink: c.StopLink, Recently: c.recently(),
	}
	c.round(&f)
	c.size(&f)
	c.dates(&f)
	return f
}

func (c Context) address() string {
	if c.Title != "" && c.lang() == string(survey.Vietnamese) {
		return c.Title
	}
	return c.pick("Ông/Bà", "you")
}

// title is the campaign's title, or its questionnaire's.
func (c Context) title() string {
	lang := c.Lang.Or(survey.Vietnamese)
	if t := instrument.Texts(c.Campaign.Title).In(lang); t != "" || c.Questionnaire == nil {
		return t
	}
	return c.Questionnaire.Title.In(lang)
}

// monthName finds the month in a Vietnamese title: "Ý kiến tháng 12/2026".
var monthName = regexp.MustCompile(`(?i)\btháng(?:\s+(\d{1,2}))?\b`)

// month is the month that the round is named after. A title that says "tháng"
// without a number is a monthly round of the month in which it ends.
func (c Context) month() (time.Month, bool) {
	title := c.Campaign.Title[survey.Vietnamese]
	if title == "" && c.Questionnaire != nil {
		title = c.Questionnaire.Title[survey.Vietnamese]
	}
	found := monthName.FindStringSubmatch(title)
	if found == nil {
		return 0, false
	}
	if n, err := strconv.Atoi(found[1]); err == nil && n >= 1 && n <= 12 {
		return time.Month(n), true
	}
	return c.in(c.Campaign.EndsAt).Month(), !c.Campaign.EndsAt.IsZero()
}

// Monthly reports whether the campaign is a round of a monthly survey.
func (c Context) Monthly() bool {
	_, ok := c.month()
	return ok
}

// round names the round: by its month, else by nothing but "this".
func (c Context) round(f *templates.Fields) {
	m, ok := c.month()
	if !ok {
		f.Month, f.Round, f.Form = c.pick("đợt này", "this round"), c.pick("Đợt này", "round"), c.pick("phiếu này", "form")
		return
	}
	vi := "tháng " + strconv.Itoa(int(m))
	f.Month = c.pick(vi, m.String())
	f.Round = c.pick("Đợt "+vi, m.String()+" round")
	f.Form = c.pick("phiếu "+vi, m.String()+" form")
}

// size fills in how much there is to answer.
func (c Context) size(f *templates.Fields) {
	if c.Questionnaire == nil {
		return
	}
	all := carried(c.Questionnaire, survey.Web)
	if c.Progress.Applicable > 0 {
		all = c.Progress.Applicable
	}
	minutes := max(c.Questionnaire.Minutes, 1)
	f.Questions, f.Minutes = strconv.Itoa(all), strconv.Itoa(minutes)
	f.Done, f.Left = strconv.Itoa(c.Progress.Answered), strconv.Itoa(c.Progress.Left)
	f.MinutesLeft = strconv.Itoa(share(minutes, c.Progress.Left, all))
}

// share is part of minutes, rounded up, at least 1.
func share(minutes, part, whole int) int {
	if whole <= 0 {
		return minutes
	}
	return max((minutes*part+whole-1)/whole, 1)
}

// carried counts the questions that mode m carries. By SMS and voice that is
// the core where the questionnaire marks one; voice asks no text.
func carried(q *instrument.Questionnaire, m survey.Mode) int {
	core := false
	for i := range q.Questions {
		core = core || q.Questions[i].Core
	}
	n := 0
	for i := range q.Questions {
		question := &q.Questions[i]
		switch {
		case question.Type == instrument.Note || !question.Type.Asked():
		case m != survey.Web && core && !question.Core:
		case m == survey.Voice && !question.Speakable():
		default:
			n++
		}
	}
	return n
}

// dates fills in when things end and when they happened.
func (c Context) dates(f *templates.Fields) {
	lang := c.lang()
	if end := c.in(c.Campaign.EndsAt); !c.Campaign.EndsAt.IsZero() {
		f.Ends, f.EndsFull = templates.HourSMS(lang, end), templates.Deadline(lang, end)
		f.EndsDay = templates.Weekday(lang, end)
		f.EndsSoon = templates.Hour(lang, end) + c.pick(" ngày ", " on ") + templates.Day(end)
		if sameDay(end, c.in(c.Now)) {
			f.EndsSoon = templates.Hour(lang, end) + c.pick(" hôm nay", " today")
		}
	}
	if !c.ResultsAt.IsZero() {
		day := c.in(c.ResultsAt)
		f.Results = c.pick(templates.Day(day), day.Format("2 January"))
	}
	when := c.SubmittedAt
	if when.IsZero() {
		when = c.AnsweredAt
	}
	if !when.IsZero() {
		f.When = c.moment(when)
	}
	if c.sealed() && !c.SubmittedAt.IsZero() {
		f.When = c.day(c.SubmittedAt)
	}
}

// sealed reports whether the survey is anonymous.
func (c Context) sealed() bool { return c.Campaign.Confidentiality == survey.Anonymous }

// day writes "15/12", "15 December".
func (c Context) day(t time.Time) string {
	t = c.in(t)
	return c.pick(templates.Day(t), t.Format("2 January"))
}

// moment writes "20:05 ngày 15/12", "15/12 at 20:05".
func (c Context) moment(t time.Time) string {
	t = c.in(t)
	if c.lang() == string(survey.English) {
		return templates.Day(t) + " at " + templates.Clock(t)
	}
	return templates.Clock(t) + " ngày " + templates.Day(t)
}

// recently says when the invitation left: early in this week, or "recently",
// which is always true.
func (c Context) recently() string {
	sent, now := c.in(c.InvitedAt), c.in(c.Now)
	y1, w1 := sent.ISOWeek()
	y2, w2 := now.ISOWeek()
	early := sent.Weekday() == time.Monday || sent.Weekday() == time.Tuesday
	if !c.InvitedAt.IsZero() && y1 == y2 && w1 == w2 && early && !sameDay(sent, now) {
		return c.pick("Đầu tuần", "Earlier this week")
	}
	return c.pick("Vừa qua", "Recently")
}

func sameDay(a, b time.Time) bool {
	y1, m1, d1 := a.Date()
	y2, m2, d2 := b.Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// promise fills in, from the campaign, what is said of the confidential level. Before
// the launch, the end is that of one that begins now.
func (c *Context) promise() {
	custody, end := c.Campaign.Custody, c.Campaign.EndsAt
	if end.IsZero() {
		end = c.Now.Add(c.Campaign.Protocol.Length.Duration())
	}
	if c.KeyHolder == "" {
		c.KeyHolder = custody.Holder
	}
	if c.EraseAt.IsZero() && custody.Until > 0 {
		c.EraseAt = end.Add(custody.Until.Duration())
	}
}

// keep is the sentence on confidentiality for a channel: "web", "mail", "sms" or
// "call".
func (w *Wording) keep(c Context, channel string) (string, error) {
	level := c.Campaign.Confidentiality
	if level == "" {
		level = survey.Identified
	}
	c.promise()
	f := templates.Fields{Contact: c.KeyHolder}
	if !c.EraseAt.IsZero() {
		f.When = templates.Date(c.lang(), c.in(c.EraseAt))
	}
	return w.set.Text(c.tongue(), "keep."+string(level)+"."+channel, f)
}

// why is the sentence on why this person, by sample method. Key is "why" in
// mails, "start.you" on the form.
func (w *Wording) why(c Context, key string, f templates.Fields) (string, error) {
	if c.Campaign.Design.Method == survey.Census {
		return w.set.Text(c.tongue(), key+".all", f)
	}
	if c.FrameSize <= 0 {
		key = "why" // the sentence without the size of the frame
	}
	f.To = templates.Number(c.lang(), int64(c.FrameSize))
	return w.set.Text(c.tongue(), key+".drawn", f)
}
