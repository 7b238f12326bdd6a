package respondent

import (
	"net/url"
	"strings"

	"canvass/worker/sim/smtpsink"
)

// onMail gives a mail to whoever reads that mailbox.
func (c *Crowd) onMail(m smtpsink.Message) {
	letter, err := m.Letter()
	if err != nil {
		c.log.Debug("respondent: a mail can be read in part only", "mail", m.Seq)
	}
	link, picks := c.formLinks(letter.Links)
	stop := ""
	if strings.Contains(letter.Get("List-Unsubscribe-Post"), "One-Click") {
		stop = webAddress(letter.Get("List-Unsubscribe"))
	}
	for _, to := range m.To {
		if s := c.readerOf(c.byMail[strings.ToLower(to)], link); s != nil {
			c.onLink(s, invitation{link: link, picks: picks, oneClick: stop})
		}
	}
}

// formLinks returns the path of the form's link, and the links that mark an
// answer already.
func (c *Crowd) formLinks(links []string) (plain string, picks []string) {
	for _, l := range links {
		u, err := url.Parse(l)
		if err != nil || !strings.HasPrefix(u.Path, "/r/") {
			continue
		}
		if u.RawQuery != "" {
			picks = append(picks, u.RequestURI())
		}
		if plain == "" || len(u.Path) < len(plain) {
			plain = u.Path
		}
	}
	return plain, picks
}

// webAddress is the http address among those in angle brackets.
func webAddress(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.Trim(strings.TrimSpace(part), "<>")
		if strings.HasPrefix(part, "http://") || strings.HasPrefix(part, "https://") {
			return part
		}
	}
	return ""
}

// readerOf is who reads a mail: in an office's mailbox everybody takes what is
// new until each has one, and then each their own.
func (c *Crowd) readerOf(people []*someone, link string) *someone {
	if len(people) < 2 || link == "" {
		if len(people) == 0 {
			return nil
		}
		return people[0]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.readers[link]; s != nil {
		return s
	}
	taken := map[*someone]bool{}
	for _, s := range c.readers {
		taken[s] = true
	}
	for _, s := range people {
		if !taken[s] {
			c.readers[link] = s
			return s
		}
	}
	return people[0]
}

// invitation is a link that reached somebody.
type invitation struct {
	link     string
	picks    []string
	oneClick string // address of the mail program's button
	byText   bool
	sender   string // of the text
}

// onLink lets somebody react to a link, in a mail or a text.
func (c *Crowd) onLink(s *someone, in invitation) {
	c.tally.reach(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.link == "" {
		return
	}
	s.link = in.link
	s.contacts++
	if s.settled() || s.busy() {
		return
	}
	mean := float64(toMail)
	if in.byText {
		mean = toSMS
	}
	switch s.Habit {
	case Looks:
		c.open(s, s.link, &visit{why: toLook}, mean)
	case OptsOut, Declines:
		c.leaveByLink(s, in, mean)
	case FormThenSilent:
		if s.begun == "" {
			c.open(s, s.link, &visit{leaveAfter: 1 + s.rng.IntN(2)}, mean)
		}
	default:
		if !s.wantsLink(in.byText) {
			return
		}
		s.talk = nil // whatever it was waiting for
		v := &visit{}
		if s.Habit == Resumes && s.begun == "" {
			v.leaveAfter = 1 + s.rng.IntN(2)
		}
		link := s.link
		if len(in.picks) > 0 && s.rng.Float64() < 0.3 {
			link = in.picks[s.rng.IntN(len(in.picks))]
		}
		c.open(s, link, v, mean)
	}
}

// wantsLink reports whether somebody opens a link to answer. The caller holds
// s.mu.
func (s *someone) wantsLink(byText bool) bool {
	switch s.Habit {
	case ByLink:
		return true
	case AfterReminder:
		return s.contacts >= 2
	case TwiceByTwo: // waits for a text or a call to do both
		return s.contacts >= lastResort
	case BySMS:
		return byText || s.Phone() == "" || s.contacts >= lastResort
	case ByKey, HangsUp:
		return s.contacts >= lastResort+1
	case Resumes:
		other := s.begun == SMS || s.begun == Voice || s.begun == Web && byText
		return s.begun == "" && s.Prefers == Web || other || s.contacts >= lastResort
	}
	return false
}

// lastResort is the contact from which people stop waiting for the mode they
// prefer.
const lastResort = 4

// leaveByLink opts out or declines where that habit goes by mail, or by a text
// that can be answered. The caller holds s.mu.
func (c *Crowd) leaveByLink(s *someone, in invitation, mean float64) {
	switch {
	case s.Prefers == SMS && in.byText:
		c.leaveByText(s, in.sender)
	case s.Prefers != Web:
	case s.Habit == Declines:
		c.open(s, s.link, &visit{why: toDecline}, mean)
	case in.oneClick != "":
		v := &visit{why: toOneClick}
		v.next = request{post: true, form: url.Values{"List-Unsubscribe": {"One-Click"}}}
		c.open(s, in.oneClick, v, mean)
	default:
		c.open(s, s.link, &visit{why: toStop}, mean)
	}
}
