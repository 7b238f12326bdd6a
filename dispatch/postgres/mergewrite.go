package postgres

import (
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// contactColumns are the columns of contacts as parameters.
type contactColumns struct {
	id, random, birth                                 pq.Int64Array
	code, name, key, title, sex, lang, unit, unitCode pq.StringArray
	zone, attrs, place                                pq.StringArray
	left                                              pq.BoolArray
}

func columnsOf(merges []view.Merge) (contactColumns, error) {
	var c contactColumns
	for _, m := range merges {
		attributes := m.Contact.Attributes
		if attributes == nil {
			attributes = map[string]string{}
		}
		doc, err := encoded(attributes)
		if err != nil {
			return c, err
		}
		c.id = append(c.id, int64(m.Contact.ID))
		c.random = append(c.random, int64(m.Contact.Random^1<<63)) // as RandomNumber.Value stores it
		c.birth = append(c.birth, int64(m.Contact.Birth))
		c.code, c.name = append(c.code, m.Contact.Code), append(c.name, string(m.Contact.Name))
		c.key, c.title = append(c.key, m.SearchKey), append(c.title, m.Contact.Title)
		c.sex, c.lang = append(c.sex, m.Contact.Sex), append(c.lang, string(m.Contact.Language.Or(survey.Vietnamese)))
		c.unit, c.unitCode = append(c.unit, m.Contact.Unit), append(c.unitCode, m.Contact.UnitCode)
		c.zone = append(c.zone, m.Contact.Zone)
		c.attrs, c.place = append(c.attrs, doc), append(c.place, m.Place)
		c.left = append(c.left, m.Leave)
	}
	return c, nil
}

const sqlCreateContacts = `
INSERT INTO contact (id, code, name, name_folded, title, sex, birth, language, zone, unit, unit_code, attributes, left_at, random_number,
	import_id, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT id, nullif(code, ''), name, name_folded, title, sex, nullif(birth, 0), language, zone, unit, unit_code, attributes::jsonb,
	CASE WHEN gone THEN $13::timestamptz END, random_number, $14, $13, $13
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
	$10::text[], $11::text[], $12::boolean[], $15::bigint[], $16::text[])
	AS u (id, code, name, name_folded, title, sex, birth, language, unit, unit_code, attributes, gone, random_number, zone)`

func (w *mergeWriter) create(merges []view.Merge) error {
	fresh := only(merges, func(m view.Merge) bool { return m.Outcome == view.MergeCreated })
	if len(fresh) == 0 {
		return nil
	}
	c, err := columnsOf(fresh)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlCreateContacts, c.id, c.code, c.name, c.key, c.title, c.sex, c.birth, c.lang,
		c.unit, c.unitCode, c.attrs, c.left, w.run.Now, w.id, c.random, c.zone)
	return err
}

// contactState is what an import may change of a contact, for its undoing.
const sqlContactState = `jsonb_build_object('code', code, 'name', name, 'name_folded', name_folded, 'title', title, 'sex', sex,
	'birth', birth, 'language', language, 'zone', zone, 'unit', unit, 'unit_code', unit_code, 'attributes', attributes, 'left_at', left_at)`

const (
	sqlKeepBefore = `
INSERT INTO import_change (import_id, contact_id, place, before, after)
SELECT $1, c.id, u.place, ` + sqlContactState + `, '{}' FROM contact c
JOIN unnest($2::bigint[], $3::text[]) AS u (contact_id, place) ON u.contact_id = c.id
WHERE c.import_id IS DISTINCT FROM $1
ON CONFLICT (import_id, contact_id) DO NOTHING`
	sqlKeepAfter = `
UPDATE import_change SET after = ` + sqlContactState + ` FROM contact c WHERE import_change.import_id = $1 AND c.id = contact_id`
	// The permanent random number is not among the columns: it is never redrawn.
	sqlUpdateContacts = `
UPDATE contact c SET code = nullif(u.code, ''), name = u.name, name_folded = u.name_folded, title = u.title, sex = u.sex,
	birth = nullif(u.birth, 0), language = u.language, zone = u.zone, unit = u.unit, unit_code = u.unit_code, attributes = u.attributes::jsonb,
	left_at = CASE WHEN u.gone THEN coalesce(c.left_at, $13) ELSE c.left_at END, updated_at = $13
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
	$10::text[], $11::text[], $12::boolean[], $14::text[])
	AS u (id, code, name, name_folded, title, sex, birth, language, unit, unit_code, attributes, gone, zone)
WHERE c.id = u.id`
)

func (w *mergeWriter) update(merges []view.Merge) error {
	changed := only(merges, func(m view.Merge) bool { return m.Outcome != view.MergeCreated && (m.Write || m.Leave) })
	if len(changed) == 0 {
		return nil
	}
	c, err := columnsOf(changed)
	if err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlKeepBefore, w.id, c.id, c.place); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlUpdateContacts, c.id, c.code, c.name, c.key, c.title, c.sex, c.birth, c.lang,
		c.unit, c.unitCode, c.attrs, c.left, w.run.Now, c.zone)
	return err
}

// noteChanges keeps what changed contacts are now.
func (w *mergeWriter) noteChanges() error {
	_, err := w.tx.ExecContext(w.ctx, sqlKeepAfter, w.id)
	return err
}

const sqlAddEndpoints = `
INSERT INTO endpoint (contact_id, kind, address, sms, rank, source, label, import_id, created_at, place)
SELECT contact_id, kind, address, sms, rank, 'import', label, $8, $7, place
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::int[], $6::text[], $9::text[])
	AS u (contact_id, kind, address, sms, rank, label, place)
ON CONFLICT (lower(address), kind, contact_id) DO NOTHING`

func (w *mergeWriter) endpoints(merges []view.Merge) error {
	var contact, rank pq.Int64Array
	var kind, address, label, place pq.StringArray
	var sms pq.BoolArray
	for _, m := range merges {
		for _, e := range m.Endpoints {
			contact, rank = append(contact, int64(m.Contact.ID)), append(rank, int64(e.Rank))
			kind, address, label = append(kind, string(e.Kind)), append(address, e.Address), append(label, e.Label)
			sms, place = append(sms, e.SMS), append(place, m.Place)
		}
	}
	if len(contact) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlAddEndpoints, contact, kind, address, sms, rank, label, w.run.Now, w.id, place)
	return err
}

const sqlImportConsents = `
INSERT INTO consent (contact_id, channel, basis, text_shown, source, actor, given_at, withdrawn_at, import_id)
SELECT contact_id, nullif(channel, ''), 'consent', $4, $5, $6, $7::timestamptz, CASE WHEN NOT given THEN $7::timestamptz END, $8
FROM unnest($1::bigint[], $2::text[], $3::boolean[]) AS u (contact_id, channel, given)`

func (w *mergeWriter) consents(merges []view.Merge) error {
	var contact pq.Int64Array
	var channel pq.StringArray
	var given pq.BoolArray
	for _, m := range merges {
		for _, mark := range m.Consents {
			contact, channel, given = append(contact, int64(m.Contact.ID)), append(channel, string(mark.Channel)), append(given, mark.Given)
		}
	}
	if len(contact) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlImportConsents, contact, channel, given, w.run.ConsentText, w.run.ConsentSource,
		w.run.Actor, w.run.Now, w.id)
	return err
}

const sqlSuppressImported = `
INSERT INTO suppression (contact_id, scope, source, at, import_id)
SELECT id, 'all', 'import', $2, $3 FROM unnest($1::bigint[]) AS u (id)`

func (w *mergeWriter) suppress(merges []view.Merge) error {
	var ids []survey.ContactID
	for _, m := range merges {
		if m.Suppress {
			ids = append(ids, m.Contact.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlSuppressImported, ints(ids), w.run.Now, w.id)
	return err
}
