package survey

import "time"

// Purpose separates two things that must never be mixed: a voluntary survey
// and a collaborator's duty report. Texts, choices of confidentiality and the
// participation record follow from it.
type Purpose string

// The purposes.
const (
	PurposeSurvey     Purpose = "survey"
	PurposeDutyReport Purpose = "duty_report"
)

// Confidentiality is how answers and identity are kept apart.
type Confidentiality string

// The levels.
const (
	Identified   Confidentiality = "identified"
	Confidential Confidentiality = "confidential"
	Anonymous    Confidentiality = "anonymous"
)

// Office is who asks: every first message names it.
type Office struct {
	Name    map[Lang]string `json:"name" yaml:"name"`       // full name, vi and en
	Short   map[Lang]string `json:"short" yaml:"short"`     // sender name for SMS, ≤ 20 characters
	Contact string          `json:"contact" yaml:"contact"` // the person in charge
	Phone   string          `json:"phone" yaml:"phone"`     // public hotline, as text
	Mail    string          `json:"mail" yaml:"mail"`       // From and Reply-To address
}

// Campaign is one fielding: questionnaire, frame, protocol and dates.
type Campaign struct {
	ID              CampaignID
	Name            string // unique, for commands: ky-2026-12
	Title           map[Lang]string
	Purpose         Purpose
	Confidentiality Confidentiality
	State           CampaignState
	QuestionnaireID QuestionnaireID
	Office          Office
	Eligibility     Condition
	Design          Design
	Protocol        Protocol
	LaunchedAt      time.Time // business time; zero before launch
	EndsAt          time.Time // business time; the final instant
	// Rate is messages (SMS: segments) a second of real time over all senders; 0 is
	// unpaced.
	Rate float64
	// Budget is the most that its messages may cost, in đồng; 0 is no limit.
	Budget int64
	// Listed is how sure we are that everybody in the frame belongs there.
	Listed Eligibility
	// Custody is of a confidential campaign.
	Custody Custody
	// Keep is what of the person stands beside the answers of an anonymous campaign; nil
	// is every stratum as it is.
	Keep []Kept
	// Texts are the office's own words, as they were when the campaign was made.
	Texts OwnTexts
}

// Custody says who may join the answers of a confidential campaign to people, and for
// how long after the campaign's end anybody can: both are promised to the respondent.
type Custody struct {
	Holder string `json:"holder,omitempty" yaml:"holder"`
	Until  Span   `json:"until,omitempty" yaml:"until"`
}

// Kept is one field of the design's strata that stands beside anonymous answers. Join
// names levels that are told apart no longer: the new level, and those that become it.
type Kept struct {
	Field string              `json:"field" yaml:"field"`
	Join  map[string][]string `json:"join,omitempty" yaml:"join"`
}

// Eligibility is the setting of methodology §7 for silence and dead addresses.
type Eligibility string

// The eligibility settings.
const (
	EligibilityKnown   Eligibility = "known"   // registry verified within 12 months
	EligibilityAssumed Eligibility = "assumed" // e = 1
	EligibilityUnknown Eligibility = "unknown" // e estimated
)

// Method is how a sample is drawn.
type Method string

// The methods.
const (
	Census     Method = "census"
	SRS        Method = "srs"
	Stratified Method = "stratified"
)

// Design is the sampling design of a campaign.
type Design struct {
	Method Method `json:"method" yaml:"method"`
	// Size is the number of people to draw; ignored by a census.
	Size int `json:"size,omitempty" yaml:"size"`
	// Strata are the contact fields whose values name the stratum.
	Strata []string `json:"strata,omitempty" yaml:"strata"`
	// Minimum is the least size of every stratum (or all of it if smaller).
	Minimum int `json:"minimum,omitempty" yaml:"minimum"`
	// TakeAll names strata drawn whole.
	TakeAll []string `json:"take_all,omitempty" yaml:"take_all"`
	// Sizes are sample sizes that somebody set, by stratum; a smaller stratum is taken
	// whole. The other strata share what is left of Size.
	Sizes map[string]int `json:"sizes,omitempty" yaml:"sizes"`
	// Seed decides starts and replicates; 0 is replaced at creation.
	Seed uint64 `json:"seed,omitempty" yaml:"seed"`
	// Replicates splits the sample; 0 and 1 mean one, released at launch.
	Replicates int `json:"replicates,omitempty" yaml:"replicates"`
	// Rest leaves out of the frame whoever was invited, by any campaign, less than
	// so long before it is frozen; 0 leaves out nobody.
	Rest Span `json:"rest,omitempty" yaml:"rest"`
	// Rotation is that of the series whose wave this is; nil keeps the start.
	Rotation *Rotation `json:"rotation,omitempty" yaml:"-"`
}

// FrameUnit is one line of a frozen frame.
type FrameUnit struct {
	ContactID ContactID
	Stratum   string
	Random    RandomNumber
}

// Draw is what sampling decided for one stratum: take the first Size units at
// or after Start in the circle of permanent random numbers.
type Draw struct {
	Stratum string
	Frame   int // N_h
	Size    int // n_h
	Start   RandomNumber

	// The rest is of a series. Circle is the number of places in the circle of
	// random numbers: N_h and those of the stratum who rest. Start is Place places
	// behind the first start of the series, and the next wave starts Advance
	// places further on. Turn is how many waves were drawn before.
	Circle, Place, Advance, Turn int
}

// Invitation is one sampled unit's case in one campaign.
type Invitation struct {
	ID          InvitationID
	CampaignID  CampaignID
	ContactID   ContactID
	Stratum     string
	Replicate   int
	Inclusion   float64 // inclusion probability, in (0, 1]
	Weight      float64 // base weight, 1/Inclusion
	State       InvitationState
	Disposition Disposition
	Language    Lang
	// TokenVersion counts revocations of the person's link.
	TokenVersion int
}

// Attempt is one planned contact on one channel.
type Attempt struct {
	ID           AttemptID
	CampaignID   CampaignID
	InvitationID InvitationID
	Step         string
	Channel      Channel
	Try          int    // 1 is the first
	Text         string // wording that was planned; empty: the step's
	State        AttemptState
	Reason       Reason // why it stands where it stands
	DueAt        time.Time
	SentAt       time.Time // business time of hand-over; zero before
	EndedAt      time.Time // business time of the final outcome; zero before
}
