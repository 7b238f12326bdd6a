package dispatch

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
)

// AgainRequest asks for a campaign to be held once more.
type AgainRequest struct {
	Campaign string // whose plan is copied
	Zone     *time.Location
	Now      time.Time
	Rand     io.Reader // for the seed
}

// PlanAgain copies a campaign into a new plan: the newest version of its
// questionnaire, the same frame, design, protocol and money; the same weekday of this
// month at the same hour (or of the next one, if that has passed), a name and titles
// made for that month, and another seed. Nothing of it is approved. Errors: not_found.
func PlanAgain(ctx context.Context, store ProposalStore, r AgainRequest) (Plan, error) {
	k, err := store.CampaignByName(ctx, r.Campaign)
	if err != nil {
		return Plan{}, err
	}
	spec, err := specOfCampaign(ctx, store, *k)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Spec: spec, Settled: settled()}
	begun := k.LaunchedAt.In(r.Zone)
	if k.LaunchedAt.IsZero() {
		begun = r.Now.In(r.Zone)
	}
	if p.Starts = sameWeekday(begun, r.Now.In(r.Zone)); !p.Starts.After(r.Now) {
		p.Starts = sameWeekday(begun, firstOfNext(r.Now.In(r.Zone)))
	}
	for l, title := range spec.Title {
		p.Spec.Title[l] = inMonth(title, p.Starts)
	}
	if err := TakeOffice(ctx, store, &p, r.Campaign); err != nil {
		return p, err
	}
	if p.Spec.Name, err = freeName(ctx, store, inMonth(spec.Name, p.Starts), p.Starts); err != nil {
		return p, err
	}
	p.Spec.Design.Seed, err = seed(0, r.Rand)
	return p, err
}

// TakeOffice gives a plan the office of a campaign, where the installation has none of
// its own; the plan is left alone where there is no such campaign.
func TakeOffice(ctx context.Context, store ProposalStore, p *Plan, campaign string) error {
	_, ours, err := store.Office(ctx)
	if err != nil || ours || campaign == "" {
		return err
	}
	k, err := store.CampaignByName(ctx, campaign)
	if err == nil {
		p.Spec.Office = k.Office
	}
	return err
}

// specOfCampaign writes a campaign down again, with the newest version of its
// questionnaire.
func specOfCampaign(ctx context.Context, store ProposalStore, k survey.Campaign) (Spec, error) {
	src, err := store.QuestionnaireByID(ctx, k.QuestionnaireID)
	if err != nil {
		return Spec{}, err
	}
	newest, err := store.Questionnaire(ctx, src.Name, 0)
	if err != nil {
		return Spec{}, err
	}
	s := Spec{Name: k.Name, Title: map[survey.Lang]string{}, Purpose: k.Purpose, Confidentiality: k.Confidentiality, Listed: k.Listed,
		Questionnaire: newest.Name + "@" + strconv.Itoa(newest.Version), Eligible: sampling.FormatCondition(k.Eligibility),
		Design: k.Design, Protocol: k.Protocol, Rate: k.Rate, Budget: k.Budget, Custody: k.Custody}
	for l, t := range k.Title {
		s.Title[l] = t
	}
	if k.Confidentiality == survey.Anonymous {
		s.Keep = k.Keep
	}
	s.Design.Rotation = nil // of a series
	return s, nil
}

// sameWeekday is the same weekday of the month of to as from was in its own, the last
// one if there are fewer, at the same time of day.
func sameWeekday(from, to time.Time) time.Time {
	nth := (from.Day() - 1) / 7
	first := time.Date(to.Year(), to.Month(), 1, from.Hour(), from.Minute(), 0, 0, to.Location())
	day := 1 + (int(from.Weekday())-int(first.Weekday())+7)%7 + 7*nth
	if last := time.Date(to.Year(), to.Month()+1, 0, 0, 0, 0, 0, to.Location()).Day(); day > last {
		day -= 7
	}
	return time.Date(to.Year(), to.Month(), day, from.Hour(), from.Minute(), 0, 0, to.Location())
}

func firstOfNext(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, t.Location())
}

var (
	// A month as titles and names have it: tháng 11, thang-11, 11/2026, 2026-11.
	monthWord = regexp.MustCompile(`(?i)\b(tháng\s+|thang[-_.]?)(\d{1,2})\b`)
	monthYear = regexp.MustCompile(`\b\d{1,2}([/-])\d{4}\b`)
	yearMonth = regexp.MustCompile(`\b\d{4}([/._-])\d{2}\b`)
	monthName = regexp.MustCompile(`\b(January|February|March|April|May|June|July|August|September|October|November|December)( \d{4})?\b`)
)

// inMonth writes the month that a text names anew.
func inMonth(text string, at time.Time) string {
	text = monthYear.ReplaceAllString(text, at.Format("01")+"${1}"+at.Format("2006"))
	text = yearMonth.ReplaceAllString(text, at.Format("2006")+"${1}"+at.Format("01"))
	text = monthName.ReplaceAllStringFunc(text, func(m string) string {
		if len(m) > 5 && m[len(m)-5] == ' ' {
			return at.Format("January 2006")
		}
		return at.Format("January")
	})
	return monthWord.ReplaceAllStringFunc(text, func(m string) string {
		part := monthWord.FindStringSubmatch(m)
		if len(part[2]) == 1 && part[1][len(part[1])-1] == ' ' {
			return part[1] + strconv.Itoa(int(at.Month()))
		}
		return part[1] + at.Format("01")
	})
}

// mostNames is how many names are tried.
const mostNames = 100

// freeName is a name that no campaign has: the one wanted, or with the month, or a
// number, behind it.
func freeName(ctx context.Context, store ProposalStore, want string, at time.Time) (string, error) {
	base := want
	for n := 1; n < mostNames; n++ {
		used, err := store.NameUsed(ctx, want, 0)
		if err != nil || !used && campaignName.MatchString(want) {
			return want, err
		}
		want = fmt.Sprintf("%.50s-%s", base, at.Format("2006-01"))
		if n > 1 {
			want = fmt.Sprintf("%s-%d", want, n)
		}
	}
	return want, nil
}
