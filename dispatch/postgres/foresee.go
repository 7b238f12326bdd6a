package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// foreseeBatch is how many people are looked up at once.
const foreseeBatch = 1000

// Foresee hands over, one by one, everybody whom a campaign would contact from
// o.At on, and what bears on it: of a campaign that is not launched, its frame and
// sample as a launch would make them; of one in the field, its open cases. All of
// it is one snapshot in a transaction that cannot write. What is found before an
// error that a launch would meet, too, is returned with it. While each works on some
// people, the next ones are read.
func (db *DB) Foresee(ctx context.Context, o view.ForecastOrder, each func(view.Foreseen) error) (view.Outlook, error) {
	var out view.Outlook
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		s, err := imagineSample(ctx, tx, o)
		out.Frame, out.Sample, out.People = s.frame, s.size, len(s.cases)+len(s.contacts)
		if err != nil {
			return err
		}
		if err := lookOut(ctx, tx, o, &out); err != nil {
			return err
		}
		return foresight{tx: tx, order: o, people: make(chan []view.Foreseen, 1)}.tell(ctx, s, each)
	})
	return out, err
}

const sqlOutlook = `
SELECT coalesce((SELECT spent FROM campaign_spend WHERE campaign_id = $1),
		(SELECT coalesce(sum(cost), 0) FROM attempt WHERE campaign_id = $1)
		+ (SELECT coalesce(sum(cost), 0) FROM notice WHERE campaign_id = $1)) AS spent,
	(SELECT count(*) FROM campaign WHERE state = 'fielding' AND id <> $1) AS others`

const sqlTakenOn = `SELECT sender_id, taken FROM sender_day WHERE day = $1`

// lookOut reads what a forecast starts from, beside frame and people.
func lookOut(ctx context.Context, tx *sqlx.Tx, o view.ForecastOrder, out *view.Outlook) error {
	var row struct {
		Spent  int64
		Others int
	}
	if err := tx.GetContext(ctx, &row, sqlOutlook, o.Campaign.ID); err != nil {
		return err
	}
	out.Spent, out.Others, out.Taken = row.Spent, row.Others, map[survey.SenderID]int{}
	zone, ok := survey.Zone(o.Campaign.Protocol.Zone)
	if !ok {
		return nil
	}
	year, month, day := o.At.In(zone).Date()
	var taken []struct {
		SenderID survey.SenderID `db:"sender_id"`
		Taken    int
	}
	if err := tx.SelectContext(ctx, &taken, sqlTakenOn, time.Date(year, month, day, 0, 0, 0, 0, time.UTC)); err != nil {
		return err
	}
	for _, t := range taken {
		out.Taken[t.SenderID] = t.Taken
	}
	return nil
}

// foresight looks people up.
type foresight struct {
	tx     *sqlx.Tx
	order  view.ForecastOrder
	barred bool                 // some address is on the do-not-contact list
	people chan []view.Foreseen // read, and not yet handed over
}

// tell reads everybody and hands them over, the one while the other goes on.
func (f foresight) tell(ctx context.Context, s sampled, each func(view.Foreseen) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		var err error
		for people := range f.people {
			for i := 0; i < len(people) && err == nil; i++ {
				if err = each(people[i]); err != nil {
					stop()
				}
			}
		}
		done <- err
	}()
	err := f.read(ctx, s)
	close(f.people)
	if failed := <-done; failed != nil { // the reader only stopped for it
		return failed
	}
	return err
}

func (f foresight) read(ctx context.Context, s sampled) error {
	if err := f.prepare(ctx); err != nil {
		return err
	}
	for ids := range slices.Chunk(s.cases, foreseeBatch) {
		if err := f.batch(ctx, sqlCasesForeseen, ints(ids)); err != nil {
			return err
		}
	}
	for ids := range slices.Chunk(s.contacts, foreseeBatch) {
		if err := f.batch(ctx, sqlPeopleForeseen, ints(ids), f.order.Campaign.ID); err != nil {
			return err
		}
	}
	return nil
}

// prepare looks up what concerns everybody.
func (f *foresight) prepare(ctx context.Context) error {
	if f.order.AddressKeys == nil {
		return nil
	}
	var hashes pq.ByteaArray
	err := f.tx.SelectContext(ctx, &hashes, sqlSuppressedKeys, f.order.Campaign.ID)
	f.barred = len(hashes) > 0
	return err
}

// sqlPersonForeseen is of contact c what a forecast needs beside the case.
const sqlPersonForeseen = `(c.id IS NULL OR c.left_at IS NOT NULL) AS gone, coalesce(c.zone, '') AS zone,
	coalesce(c.hours, '') AS hours`

const sqlCasesForeseen = `
SELECT i.id, i.campaign_id, i.contact_id, i.stratum, CASE WHEN i.state = 'held' THEN 'open' ELSE i.state END AS state, i.language,
	` + sqlFactColumns + `, ` + sqlPersonForeseen + `
FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, nth) JOIN invitation i ON i.id = u.id LEFT JOIN contact c ON c.id = i.contact_id
ORDER BY u.nth`

const sqlPeopleForeseen = `
SELECT 0::bigint AS id, $2::bigint AS campaign_id, u.contact_id, '' AS stratum, 'open' AS state, coalesce(c.language, 'vi') AS language,
	NULL::timestamptz AS human_at, NULL::text AS refusal, NULL::timestamptz AS wrong_person_at, NULL::timestamptz AS late_at,
	NULL::timestamptz AS message_left_at, NULL::jsonb AS progress, ` + sqlPersonForeseen + `
FROM unnest($1::bigint[]) WITH ORDINALITY AS u (contact_id, nth) LEFT JOIN contact c ON c.id = u.contact_id
ORDER BY u.nth`

// batch looks some people up and hands them over.
func (f *foresight) batch(ctx context.Context, query string, args ...any) error {
	var rows []planRow
	if err := f.tx.SelectContext(ctx, &rows, query, args...); err != nil {
		return err
	}
	cases, err := casesOf(ctx, f.tx, rows, f.order.At, func(survey.CampaignID) (*survey.Campaign, error) { return f.order.Campaign, nil })
	if err != nil {
		return err
	}
	people := make([]view.Foreseen, len(rows))
	for i, r := range rows {
		people[i] = view.Foreseen{PlanCase: cases[i], Left: r.Left, Gate: map[survey.Channel]survey.Reason{},
			Progress: r.Progress.V}
	}
	if err := f.gate(ctx, people); err != nil {
		return err
	}
	if f.barred {
		if err := f.barAddresses(ctx, people); err != nil {
			return err
		}
	}
	f.people <- people
	return nil
}

// The contact is looked up person by person (OFFSET 0): left alone, Postgres reads
// them all for a batch of 1000.
const sqlGateOf = `
SELECT g.contact_id, g.channel, g.suppressed FROM (
	SELECT i.contact_id, a.channel, ` + sqlIsBarred + ` AS suppressed, ` + sqlHasConsent + ` AS consented
	FROM unnest($1::bigint[]) AS i (contact_id) JOIN campaign k ON k.id = $2
	CROSS JOIN (SELECT u.channel, $2::bigint AS campaign_id FROM unnest(ARRAY['email', 'sms', 'call']) AS u (channel)) AS a
	LEFT JOIN LATERAL (SELECT n.import_id FROM contact n WHERE n.id = i.contact_id OFFSET 0) AS c ON true) g
WHERE g.suppressed OR NOT g.consented`

// gate notes what the last gate holds against people.
func (f *foresight) gate(ctx context.Context, people []view.Foreseen) error {
	ids := make([]survey.ContactID, len(people))
	for i, p := range people {
		ids[i] = p.Invitation.ContactID
	}
	var rows []struct {
		ContactID  survey.ContactID `db:"contact_id"`
		Channel    survey.Channel
		Suppressed bool
	}
	if err := f.tx.SelectContext(ctx, &rows, sqlGateOf, ints(ids), f.order.Campaign.ID); err != nil {
		return err
	}
	found := map[survey.ContactID]map[survey.Channel]survey.Reason{}
	for _, r := range rows {
		if found[r.ContactID] == nil {
			found[r.ContactID] = map[survey.Channel]survey.Reason{}
		}
		found[r.ContactID][r.Channel] = survey.ReasonNoConsent
		if r.Suppressed {
			found[r.ContactID][r.Channel] = survey.ReasonSuppressed
		}
	}
	for i, p := range people {
		if g := found[p.Invitation.ContactID]; g != nil {
			people[i].Gate = g
		}
	}
	return nil
}

func endpoints(people []view.Foreseen) []survey.EndpointID {
	var out []survey.EndpointID
	for _, p := range people {
		for _, ch := range survey.Channels() {
			if e := p.Reach[ch].Endpoint; e != 0 {
				out = append(out, e)
			}
		}
	}
	return out
}

const sqlAddressesByID = `SELECT id, address FROM endpoint WHERE id = ANY($1)`

// barAddresses notes whose very address is on the do-not-contact list, as the
// claim finds them.
func (f *foresight) barAddresses(ctx context.Context, people []view.Foreseen) error {
	var rows []struct {
		ID      survey.EndpointID `db:"id"`
		Address string
	}
	if err := f.tx.SelectContext(ctx, &rows, sqlAddressesByID, ints(endpoints(people))); err != nil {
		return err
	}
	address := map[survey.EndpointID]string{}
	for _, r := range rows {
		address[r.ID] = r.Address
	}
	type place struct {
		person  int
		channel survey.Channel
	}
	var candidates []candidateRow
	var places []place
	for i, p := range people {
		for _, ch := range survey.Channels() {
			a, ok := address[p.Reach[ch].Endpoint]
			if !ok {
				continue
			}
			c := candidateRow{AttemptID: survey.AttemptID(len(places)), CampaignID: f.order.Campaign.ID, Channel: ch}
			c.Address.String = a
			candidates, places = append(candidates, c), append(places, place{i, ch})
		}
	}
	blocked, err := blockedAddresses(ctx, f.tx, candidates, f.order.AddressKeys)
	for n := range blocked {
		people[places[n].person].Gate[places[n].channel] = survey.ReasonSuppressed
	}
	return err
}

const sqlCodesOf = `SELECT id, coalesce(code, '') AS code FROM contact WHERE id = ANY($1)`

// ContactCodes returns the office's own codes of contacts; who has none has none
// here.
func (db *DB) ContactCodes(ctx context.Context, ids []survey.ContactID) (map[survey.ContactID]string, error) {
	var rows []struct {
		ID   survey.ContactID `db:"id"`
		Code string
	}
	if err := db.x.SelectContext(ctx, &rows, sqlCodesOf, ints(ids)); err != nil {
		return nil, told(err)
	}
	out := map[survey.ContactID]string{}
	for _, r := range rows {
		if r.Code != "" {
			out[r.ID] = r.Code
		}
	}
	return out, nil
}
