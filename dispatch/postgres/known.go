package postgres

import (
	"context"
	"sync"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// known is what a pool remembers between requests: campaigns, each by the version of its
// row, and questionnaires, which never change. There are few of either. What it gives
// out is shared, and nobody changes it.
type known struct {
	mu             sync.Mutex
	campaigns      map[survey.CampaignID]knownCampaign
	questionnaires map[survey.QuestionnaireID]view.QuestionnaireSource
}

type knownCampaign struct {
	version  string
	campaign *survey.Campaign
}

func newKnown() *known {
	return &known{campaigns: map[survey.CampaignID]knownCampaign{}, questionnaires: map[survey.QuestionnaireID]view.QuestionnaireSource{}}
}

// The row and its version are read together, so that they belong together.
const sqlKnownCampaign = `SELECT id, name, title, purpose, confidentiality, listed, state, questionnaire_id,
	office, eligibility, design, protocol, launched_at, ends_at, rate, budget, custody, keep, texts, xmin::text AS version FROM campaign WHERE id = $1`

// campaign is the campaign of that id at that version, or at a later one.
func (n *known) campaign(ctx context.Context, db *DB, id survey.CampaignID, version string) (knownCampaign, error) {
	n.mu.Lock()
	k, ok := n.campaigns[id]
	n.mu.Unlock()
	if ok && k.version == version {
		return k, nil
	}
	var r struct {
		campaignRow
		Version string
	}
	if err := db.x.GetContext(ctx, &r, sqlKnownCampaign, id); err != nil {
		return k, told(err)
	}
	k = knownCampaign{r.Version, r.campaign()}
	n.mu.Lock()
	n.campaigns[id] = k
	n.mu.Unlock()
	return k, nil
}

// questionnaire is a published questionnaire as written.
func (n *known) questionnaire(ctx context.Context, db *DB, id survey.QuestionnaireID) (view.QuestionnaireSource, error) {
	n.mu.Lock()
	q, ok := n.questionnaires[id]
	n.mu.Unlock()
	if ok {
		return q, nil
	}
	var r questionnaireRow
	if err := db.x.GetContext(ctx, &r, sqlQuestionnaireOf, id); err != nil {
		return q, told(err)
	}
	q = view.QuestionnaireSource(r)
	n.mu.Lock()
	n.questionnaires[id] = q
	n.mu.Unlock()
	return q, nil
}
