package templates

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The screens on which a campaign is made.

// Campaigns are all campaigns, and those that are being made.
type Campaigns struct {
	Shell
	State   string // that is filtered by, "" all
	States  []string
	Lines   []CampaignLine
	Next    string // address of the next page, "" there is none
	Open    []ProposalLine
	Series  []SeriesLine
	Conduct bool   // the visitor may make and move campaigns
	Again   string // name of the latest campaign, "" there is none
	Wanted  bool   // a second person has to approve
	Set     bool   // the visitor may say whether
	Wrong   string
}

func (Campaigns) file() string { return "campaigns" }

// CampaignLine is a campaign in the list.
type CampaignLine struct {
	Name, Title, Href, State, Questionnaire string
	Launched, Ends                          time.Time
	Sample                                  int
}

// ProposalLine is a campaign that is being made.
type ProposalLine struct {
	ID           int64
	Title, State string
	By           string
	At, Starts   time.Time
	Failed       bool // its ordered launch was refused
}

// SeriesLine is a series with the dates to come.
type SeriesLine struct {
	Name, State, Last string
	LastAt            time.Time
	Next              []WaveDate
	Asked             []WaveDate // that wait for staff
	Words             string     // what was typed as a reason
	Wrong             string
}

// WaveDate is one date of a series.
type WaveDate struct {
	Date     string // 2026-12-14
	At       time.Time
	Campaign string
}

// Wizard is what every step of making a campaign shares.
type Wizard struct {
	Shell
	ID           int64
	Title, State string
	Step         string
	Steps        []WizardStep
	Version      int
	Hash         string
	Changed      time.Time
	ChangedBy    string
	Remarks      string
	Values       map[string]string // what stands in the fields
	Faults       map[string]string // what is wrong, by field
	General      []string          // what is wrong and stands at no field
	Locked       bool              // it was launched or dropped: nothing is changed any more
	Back, Next   string            // the steps before and behind
	WillVoid     bool              // a change voids what was asked or approved
}

// WizardStep is one step of the row above.
type WizardStep struct {
	Key  string
	Done bool
}

// Address is where the wizard stands.
func (w Wizard) Address() string { return fmt.Sprintf("/proposals/%d", w.ID) }

// V is what stands in a field.
func (w Wizard) V(field string) string { return w.Values[field] }

// Err is what is wrong with a field, "" nothing.
func (w Wizard) Err(field string) string { return w.Faults[field] }

// Is reports whether a field has a value, or one of several in lines.
func (w Wizard) Is(field, value string) bool { return HasLine(w.Values[field], value) }

// HasLine reports whether one of the lines of a field is a value.
func HasLine(lines, value string) bool {
	return slices.Contains(strings.Split(lines, "\n"), value)
}

// Wrongs are the fields with something wrong, in their order.
func (w Wizard) Wrongs() []string {
	var out []string
	for f := range w.Faults {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// WizardQuestionnaire is the first step.
type WizardQuestionnaire struct {
	Wizard
	Published []Choice // questionnaires, value name@version
	About     Choice   // the one chosen
	Purposes  []string
	Listed    []string
}

func (WizardQuestionnaire) file() string { return "wizard_questionnaire" }

// Choice is something to choose, with what it is called.
type Choice struct {
	Value, Text, More string
	N                 int
}

// WizardFrame asks who is asked.
type WizardFrame struct {
	Wizard
	Rows   []FilterRow
	Fields []FieldChoice
	Look   FrameLook
	By     string // field that the frame is counted by
}

func (WizardFrame) file() string { return "wizard_frame" }

// FilterRow is one condition.
type FilterRow struct {
	N                  int
	Field, Sign, Value string
}

// FieldChoice is a field of people, with its values.
type FieldChoice struct {
	Field, Text string
	Values      []Choice
}

// FrameLook is what a frame would be now.
type FrameLook struct {
	Under                                        bool // it is being counted
	Wrong                                        string
	Size, Left, Suppressed, Resting, Unreachable int
	By                                           []Choice
	ByField                                      string
	Strata                                       []StratumLook
	Sample                                       int
	Refused                                      string
	Margin                                       float64 // of the whole
}

// StratumLook is one stratum, and what would be drawn.
type StratumLook struct {
	N             int
	Name          string
	Size, Draw    int
	Share, Weight float64
	Margin        float64
	Field, Value  string // of the input
	Dots, Lit     string // paths
	High          int    // of the figure
	Each          int    // people a dot
}

// Wide reports whether the margin is too wide to publish the stratum alone.
func (s StratumLook) Wide() bool { return s.Margin > .15 }

// WizardSample asks how many are drawn.
type WizardSample struct {
	Wizard
	Fields  []FieldChoice
	Chosen  [3]string // of the strata
	Methods []string
	Look    FrameLook
	Table   bool // sizes are edited
	Seen    SeenRate
}

func (WizardSample) file() string { return "wizard_sample" }

// WizardProtocol asks when and how people are contacted.
type WizardProtocol struct {
	Wizard
	Ready    []string
	Rows     []StepRow
	Channels []string
	Texts    []string
	Only     []string
	Windows  []WindowRow
	Line     Timeline
	Samples  []WizardText
	Lints    []LintLine
	Ends     time.Time
}

func (WizardProtocol) file() string { return "wizard_protocol" }

// StepRow is one contact of the protocol in fields.
type StepRow struct {
	N                         int
	Name, Channel, Text, Only string
	Days, Hours, Tries        string
	Talk, New                 bool
}

// WindowRow are the hours of a channel.
type WindowRow struct{ Channel, From, To string }

// Timeline draws when what is sent.
type Timeline struct {
	Days  []TimelineDay
	Marks []TimelineMark
}

// TimelineDay is a day at a place of the line, in per cent.
type TimelineDay struct {
	X  string
	At time.Time
}

// TimelineMark is a contact at a place of the line.
type TimelineMark struct {
	X, Y          string
	Name, Channel string
	At            time.Time
}

// WizardText is a message to somebody who does not exist.
type WizardText struct {
	Step, Channel, Lang, Subject, Body string
	Segments                           int
}

// LintLine is something to look at in a message.
type LintLine struct{ Code, Step, Lang, Detail string }

// WizardSecrecy asks how answers and people are kept apart.
type WizardSecrecy struct {
	Wizard
	Levels []string
	Strata []FieldChoice
	Keep   *KeepLook // of an anonymous campaign
}

func (WizardSecrecy) file() string { return "wizard_secrecy" }

// WizardMoney asks for the pace and what it may cost.
type WizardMoney struct{ Wizard }

func (WizardMoney) file() string { return "wizard_money" }

// WizardTrial shows the dry run.
type WizardTrial struct {
	Wizard
	Under   bool
	Seen    int // people looked at so far
	Missing string
	Trial   Trial
}

func (WizardTrial) file() string { return "wizard_trial" }

// Trial is a dry run.
type Trial struct {
	Has, Stale            bool
	At, Starts, Ends      time.Time
	Finish, BudgetEnds    time.Time
	Frame, Sample, People int
	Contacted, Expected   int
	Cost, Budget          int64
	Unpriced              []string // senders of which nobody said what they cost
	Late                  int
	Steps                 []TrialStep
	Days                  []TrialDay
	Never                 []NeverLine
	Refused               []string
	Samples               []WizardText
	Lints                 []LintLine
}

// TrialStep is one contact of the protocol.
type TrialStep struct {
	Name, Channel string
	N             int
	First, Last   time.Time
}

// TrialDay is what leaves on one day.
type TrialDay struct {
	Key   string // 2026-12-14
	At    time.Time
	N     int
	Cost  int64
	Width string
}

// NeverLine is why people would get nothing, and how many.
type NeverLine struct {
	Reason string
	N      int
}

// WizardApproval is approval and launch.
type WizardApproval struct {
	Wizard
	Wanted                      bool // a second person has to approve
	Own                         bool // the visitor asked
	AskedBy, ApprovedBy         string
	AskedAt, ApprovedAt, Starts time.Time
	PaperNumber, PaperName      string
	PaperDate                   time.Time
	Ordered                     time.Time
	OrderedBy                   string
	Missing                     string
	Refused                     []string
	Trial                       Trial
	Name                        string
	History                     []string
}

func (WizardApproval) file() string { return "wizard_approval" }

// ProposalSettings says whether a second person approves.
type ProposalSettings struct {
	Shell
	Second bool
}

func (ProposalSettings) file() string { return "proposal_settings" }

// ProposalPrint is a whole proposal on paper.
type ProposalPrint struct {
	Shell
	ID                            int64
	Title, Name, State, Hash      string
	Questionnaire, Purpose, Level string
	Holder, Until                 string
	Who                           string
	Method                        string
	Strata                        []string
	Starts, Ends                  time.Time
	Length                        string
	Rate                          float64
	Budget                        int64
	Seed                          string
	MadeBy                        string
	Changed                       time.Time
	Approval                      WizardApproval
	Trial                         Trial
	Questions                     []PrintQuestion
	Steps                         []StepRow
}

func (ProposalPrint) file() string { return "proposal_print" }

// PrintQuestion is a question as each way of answering has it.
type PrintQuestion struct {
	N          int
	Name, Text string
	Choices    []string
	SMS, Call  string
	Required   bool
}
