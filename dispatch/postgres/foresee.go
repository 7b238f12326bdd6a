package postgres

import (
	"context"
	"slices"
	"strings"
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
// error that a launch would meet, too, is returned with it.
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
		f := foresight{tx: tx, order: o}
		if err := f.prepare(ctx, s); err != nil {
			return err
		}
		for ids := range slices.Chunk(s.cases, foreseeBatch) {
			if err := f.batch(ctx, each, sqlCasesForeseen, ints(ids)); err != nil {
				return err
			}
		}
		for ids := range slices.Chunk(s.contacts, foreseeBatch) {
			if err := f.batch(ctx, each, sqlPeopleForeseen, ints(ids), o.Campaign.ID); err != nil {
				return err
			}
		}
		return nil
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
	barred bool                       // some address is on the do-not-contact list
	phones map[survey.ContactID]int64 // who shares a phone, and the first of those who do
}

const sqlContactsOfCases = `SELECT contact_id FROM invitation WHERE id = ANY($1)`

// The phone that would be texted, as in sqlReachOf.
const sqlSharedPhones = `
SELECT s.contact_id, s.first FROM (
	SELECT b.contact_id, min(b.contact_id) OVER w AS first, count(*) OVER w AS n FROM (
		SELECT DISTINCT ON (e.contact_id) e.contact_id, e.address FROM endpoint e
		WHERE e.contact_id = ANY($1) AND e.kind = 'phone' AND e.sms
		ORDER BY e.contact_id, e.status = 'dead', e.rank, e.id) b
	WINDOW w AS (PARTITION BY b.address)) s
WHERE s.n > 1`

// prepare looks up what concerns several people at once.
func (f *foresight) prepare(ctx context.Context, s sampled) error {
	if f.order.AddressKeys != nil {
		var hashes pq.ByteaArray
		if err := f.tx.SelectContext(ctx, &hashes, sqlSuppressedKeys, f.order.Campaign.ID); err != nil {
			return err
		}
		f.barred = len(hashes) > 0
	}
	if !f.order.Phones {
		return nil
	}
	contacts := s.contacts
	if len(s.cases) > 0 {
		if err := f.tx.SelectContext(ctx, &contacts, sqlContactsOfCases, ints(s.cases)); err != nil {
			return err
		}
	}
	var rows []struct {
		ContactID survey.ContactID `db:"contact_id"`
		First     int64
	}
	if err := f.tx.SelectContext(ctx, &rows, sqlSharedPhones, ints(contacts)); err != nil {
		return err
	}
	f.phones = map[survey.ContactID]int64{}
	for _, r := range rows {
		f.phones[r.ContactID] = r.First
	}
	return nil
}

type foreseenRow struct {
	planRow
	Title string
	Shape string
}

// sqlPersonForeseen is of contact c what a forecast needs beside the case.
const sqlPersonForeseen = `(c.id IS NULL OR c.left_at IS NOT NULL) AS gone, coalesce(c.zone, '') AS zone, coalesce(c.title, '') AS title,
	coalesce(regexp_replace(c.name, '[^ ]', 'x', 'g'), '') AS shape`

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
func (f *foresight) batch(ctx context.Context, each func(view.Foreseen) error, query string, args ...any) error {
	var rows []foreseenRow
	if err := f.tx.SelectContext(ctx, &rows, query, args...); err != nil {
		return err
	}
	plans := make([]planRow, len(rows))
	for i, r := range rows {
		plans[i] = r.planRow
	}
	cases, err := casesOf(ctx, f.tx, plans, f.order.At, func(survey.CampaignID) (*survey.Campaign, error) { return f.order.Campaign, nil })
	if err != nil {
		return err
	}
	people := make([]view.Foreseen, len(rows))
	for i, r := range rows {
		people[i] = view.Foreseen{PlanCase: cases[i], Left: r.Left, Gate: map[survey.Channel]survey.Reason{}, Title: r.Title,
			Shape: r.Shape, Progress: r.Progress.V, Phone: f.phones[r.ContactID]}
	}
	if err := f.gate(ctx, people); err != nil {
		return err
	}
	if err := f.addresses(ctx, people); err != nil {
		return err
	}
	for _, p := range people {
		if err := each(p); err != nil {
			return err
		}
	}
	return nil
}

const sqlGateOf = `
SELECT g.contact_id, g.channel, g.suppressed FROM (
	SELECT i.contact_id, a.channel, ` + sqlIsBarred + ` AS suppressed, ` + sqlHasConsent + ` AS consented
	FROM unnest($1::bigint[]) AS i (contact_id) JOIN campaign k ON k.id = $2
	CROSS JOIN (SELECT u.channel, $2::bigint AS campaign_id FROM unnest(ARRAY['email', 'sms', 'call']) AS u (channel)) AS a
	LEFT JOIN contact c ON c.id = i.contact_id) g
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

const sqlAddressesByID = `SELECT id, address FROM endpoint WHERE id = ANY($1)`

const sqlTalksOn = `
SELECT e.id AS endpoint_id, t.sender_id, k.ends_at AS until
FROM conversation t JOIN invitation i ON i.id = t.invitation_id JOIN campaign k ON k.id = i.campaign_id
JOIN endpoint e ON e.address = t.phone
WHERE t.mode = 'sms' AND t.closed_at IS NULL AND e.id = ANY($1) AND NOT (i.campaign_id = $2 AND i.contact_id = e.contact_id)
ORDER BY e.id, t.sender_id`

// addresses looks at the addresses that people would be contacted at, as far as
// something depends on them.
func (f *foresight) addresses(ctx context.Context, people []view.Foreseen) error {
	if f.barred || f.order.Domains {
		if err := f.barAddresses(ctx, people); err != nil {
			return err
		}
	}
	if !f.order.Phones {
		return nil
	}
	at := map[survey.EndpointID]int{}
	for i, p := range people {
		if e := p.Reach[survey.SMS].Endpoint; e != 0 {
			at[e] = i
		}
	}
	var talks []struct {
		EndpointID survey.EndpointID `db:"endpoint_id"`
		SenderID   survey.SenderID   `db:"sender_id"`
		Until      time.Time
	}
	if err := f.tx.SelectContext(ctx, &talks, sqlTalksOn, ints(endpoints(people)), f.order.Campaign.ID); err != nil {
		return err
	}
	for _, t := range talks {
		if i, ok := at[t.EndpointID]; ok {
			people[i].Talks = append(people[i].Talks, view.Talk{SenderID: t.SenderID, Until: t.Until})
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

// barAddresses notes whose very address is on the do-not-contact list, as the
// claim finds them, and the domains of mailboxes.
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
			if _, domain, found := strings.Cut(a, "@"); found && f.order.Domains {
				people[i].Domain = strings.ToLower(domain)
			}
		}
	}
	if !f.barred {
		return nil
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
