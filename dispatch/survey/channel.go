package survey

import "time"

// Channel is how we reach out to a person.
type Channel string

// The channels.
const (
	Mail Channel = "email"
	SMS  Channel = "sms"
	Call Channel = "call"
)

// Channels lists every channel in the order tables show them.
func Channels() []Channel { return []Channel{Mail, SMS, Call} }

// Valid reports whether c is a known channel.
func (c Channel) Valid() bool { return c == Mail || c == SMS || c == Call }

// EndpointKind is what kind of address the channel needs.
func (c Channel) EndpointKind() EndpointKind {
	if c == Mail {
		return EmailAddress
	}
	return PhoneNumber
}

// Mode is how answers are taken. It is not the channel: an SMS may carry a
// link, and the answer then comes by web.
type Mode string

// The modes.
const (
	Web      Mode = "web"
	TextMode Mode = "sms"
	Voice    Mode = "voice"
)

// Modes lists every mode in the order tables show them.
func Modes() []Mode { return []Mode{Web, TextMode, Voice} }

// Valid reports whether m is a known mode.
func (m Mode) Valid() bool { return m == Web || m == TextMode || m == Voice }

// Lang is a language of ours, as a BCP 47 primary subtag.
type Lang string

// The languages: Vietnamese is the source, English its equal.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Or returns l if it is a language of ours, else the fallback.
func (l Lang) Or(fallback Lang) Lang {
	if l == Vietnamese || l == English {
		return l
	}
	return fallback
}

// Sender is an address of ours that messages leave from. CanReceive says
// whether a reply can come back to it: a text never offers a keyword for a
// sender that cannot receive, and a conversation over one is refused.
type Sender struct {
	ID         SenderID
	Channel    Channel
	Address    string
	Provider   string
	CanReceive bool
	// Rate is messages (SMS: segments) a second of real time; 0 means unpaced.
	Rate float64
	// Cost of one message, segment or call in đồng, as the settings of the process say,
	// for days for which no price was set; Prices are those that were, in the order of
	// their days. See CostAt.
	Cost   int64
	Prices []Price
	// DayCap is the most attempts on a day of business time; 0 is no limit.
	DayCap int
	// Calls is the most calls at once; 0 is no limit.
	Calls int
	// Warmup is the most attempts on the first day, twice as many on each one
	// after it; 0 is no ramp. FirstDay is zero before the first message.
	Warmup   int
	FirstDay time.Time
}

// CapOn is the most attempts that the sender may make on a day, given as its
// midnight in UTC; 0 is no limit.
func (s Sender) CapOn(day time.Time) int {
	if s.Warmup <= 0 {
		return s.DayCap
	}
	ramp := s.Warmup
	if !s.FirstDay.IsZero() {
		const longest = 20 // doublings, after which there is no ramp any more
		days := int(day.Sub(s.FirstDay).Hours() / 24)
		if days > longest {
			return s.DayCap
		}
		ramp <<= max(days, 0)
	}
	if s.DayCap > 0 {
		return min(ramp, s.DayCap)
	}
	return ramp
}
