package console

import (
	"net/http"
	"strconv"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// apiCampaigns is a page of campaigns, the newest first. Next is the address of the one
// behind it.
type apiCampaigns struct {
	Campaigns []apiCampaignLine `json:"campaigns"`
	Next      string            `json:"next,omitempty"`
}

// apiCampaignLine is a campaign in one line. Sample is how many people are to be asked.
type apiCampaignLine struct {
	Name          string                 `json:"name"`
	Title         map[survey.Lang]string `json:"title"`
	State         survey.CampaignState   `json:"state"`
	Questionnaire string                 `json:"questionnaire"`
	Sample        int                    `json:"sample"`
	LaunchedAt    time.Time              `json:"launched_at,omitzero"`
	EndsAt        time.Time              `json:"ends_at,omitzero"`
}

// campaigns lists what the token opens.
func (k *call) campaigns() {
	order := view.CampaignsPage{Most: pageOfCampaigns + 1, Bound: k.token.Bound, Only: k.token.Campaigns}
	if text := k.r.URL.Query().Get("before"); text != "" {
		before, err := strconv.ParseInt(text, 10, 64)
		if err != nil || before <= 0 {
			k.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeAPIPage})
			return
		}
		order.Before = survey.CampaignID(before)
	}
	lines, err := k.Store.CampaignsPage(k.r.Context(), order)
	if err != nil {
		k.fail(err)
		return
	}
	out := apiCampaigns{Campaigns: []apiCampaignLine{}}
	if len(lines) > pageOfCampaigns {
		lines = lines[:pageOfCampaigns]
		out.Next = apiRoot + "v1/campaigns?before=" + strconv.FormatInt(int64(lines[pageOfCampaigns-1].ID), 10)
	}
	for _, c := range lines {
		out.Campaigns = append(out.Campaigns, apiCampaignLine{Name: c.Name, Title: c.Title, State: c.State, Questionnaire: c.Questionnaire, Sample: c.Sample,
			LaunchedAt: k.local(c.LaunchedAt), EndsAt: k.local(c.EndsAt)})
	}
	k.answer(http.StatusOK, out)
}

// apiStanding is how a campaign stands, as its screen shows it to a viewer.
type apiStanding struct {
	Name            string                    `json:"name"`
	Title           map[survey.Lang]string    `json:"title"`
	State           string                    `json:"state"`
	Purpose         string                    `json:"purpose"`
	Confidentiality string                    `json:"confidentiality"`
	CountedAt       time.Time                 `json:"counted_at"`
	LaunchedAt      time.Time                 `json:"launched_at,omitzero"`
	EndsAt          time.Time                 `json:"ends_at,omitzero"`
	ExpectedFinish  time.Time                 `json:"expected_finish,omitzero"` // of the messages that are planned
	Cases           apiCases                  `json:"cases"`
	RR1             float64                   `json:"rr1"` // AAPOR, so far
	Strata          []apiStratum              `json:"strata,omitempty"`
	Messages        map[string]map[string]int `json:"messages"` // channel → state → how many
	Days            []apiDay                  `json:"days"`
}

// apiCases are people who are asked, each in one of the parts of Invited.
type apiCases struct {
	Invited   int `json:"invited"`
	Submitted int `json:"submitted"`
	Begun     int `json:"begun"`
	Waits     int `json:"waits"`
	Refused   int `json:"refused"`
	Over      int `json:"over"` // without an answer
}

type apiStratum struct {
	Name string `json:"name"`
	apiCases
}

// apiDay is how many responses came in on a day of the office, by the way of answering.
type apiDay struct {
	Day   string         `json:"day"`
	Modes map[string]int `json:"modes"`
	Sum   int            `json:"sum"`
	Until int            `json:"until"` // its end, from the launch on
}

func casesOf(s templates.StratumLine) apiCases {
	return apiCases{Invited: s.Sample, Submitted: s.Submitted, Begun: s.Begun, Waits: s.Waits, Refused: s.Refused, Over: s.Over - s.Refused}
}

// campaign tells how a campaign stands.
func (k *call) campaign() {
	s, err := k.watched.standing(k.r.Context(), k.r.PathValue("name"))
	if err != nil {
		k.fail(err)
		return
	}
	if s.counting {
		k.fail(&survey.Error{Kind: survey.Unavailable, Code: survey.CodeAPICounting})
		return
	}
	screen := k.campaignOf(s, staff.Viewer)
	out := apiStanding{Name: screen.Name, Title: s.Title, State: screen.State, Purpose: screen.Purpose, Confidentiality: screen.Level,
		CountedAt: screen.Counted, LaunchedAt: screen.Launched, EndsAt: screen.Ends, ExpectedFinish: screen.Finish,
		Cases: casesOf(screen.All), RR1: screen.Rate, Messages: map[string]map[string]int{}, Days: []apiDay{}}
	for _, st := range screen.Strata {
		out.Strata = append(out.Strata, apiStratum{st.Name, casesOf(st)})
	}
	for i, channel := range screen.Channels {
		states := map[string]int{}
		for _, line := range screen.Attempts {
			if n := line.Cells[i].N; n > 0 {
				states[line.State] = n
			}
		}
		out.Messages[channel] = states
	}
	for _, line := range screen.Course.Lines {
		day := apiDay{Day: line.Day.Format(time.DateOnly), Modes: map[string]int{}, Sum: line.Sum, Until: line.Cum}
		for i, mode := range screen.Course.Modes {
			if line.N[i] > 0 {
				day.Modes[mode] = line.N[i]
			}
		}
		out.Days = append(out.Days, day)
	}
	k.answer(http.StatusOK, out)
}
