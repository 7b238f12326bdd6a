package postgres

import (
	"context"
	"strings"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sqlWordsOf are the words by which a contact c is found, as the index contact_words has
// them.
const sqlWordsOf = `array_to_tsvector(array_remove(
	string_to_array(left(c.name_folded, 400) || ' ' || lower(left(coalesce(c.code, ''), 100)), ' ')
	|| ARRAY['@' || left(c.unit_code, 100), '#' || left(c.unit, 200)], ''))`

// How much is looked at for one page. Who is frequent is met among the first probeRows of
// the list; of who is rare the indexes find all, up to mostHits; who is neither is met in
// the order of the list, of which windowRows rows are read at most.
const (
	probeRows  = 2000
	mostHits   = 2000
	windowRows = 100_000
)

// sweeps are how many contacts a filter without an index is tried on, in turn.
func sweeps() []int { return []int{500, 1500, 3000} }

// Browse lists a page of the contact list. Its time does not grow with the list.
func (db *DB) Browse(ctx context.Context, b view.Browse, keys view.AddressKeys) (view.Browsed, error) {
	ids, next, looked, err := db.browsed(ctx, b, keys)
	if err != nil {
		return view.Browsed{}, err
	}
	out := view.Browsed{Next: next, Looked: looked}
	if len(ids) > b.Limit {
		ids = ids[:b.Limit]
		out.Next, out.Looked = ids[len(ids)-1], 0
	}
	if out.Next == 0 {
		out.Looked = 0
	}
	out.Lines, err = db.ContactLines(ctx, ids, keys)
	return out, err
}

// browsed finds who is on a page, and one more if there are more; else where to go on
// looking, 0 at the end, and how many were looked at.
func (db *DB) browsed(ctx context.Context, b view.Browse, keys view.AddressKeys) (ids []survey.ContactID, next survey.ContactID, looked int, err error) {
	want, plain := b.Limit+1, isPlain(b)
	if b.Searches() || len(b.Units)+len(b.UnitCodes) > 0 {
		if plain && len(b.Starts) == 0 {
			near, err := db.metInOrder(ctx, b, stretch{b.After, want, probeRows})
			if err != nil {
				return nil, 0, 0, err
			}
			if ids, err = db.sifted(ctx, b, near.ids, keys); err != nil || len(ids) == want || near.next == 0 {
				return ids, 0, 0, err
			}
			ids = nil
		}
		query, args := hitsQuery(b)
		var hits []survey.ContactID
		if err := db.x.SelectContext(ctx, &hits, query, args...); err != nil {
			return nil, 0, 0, told(err)
		}
		if len(hits) <= mostHits {
			ids, err = db.sifted(ctx, b, hits, keys)
			return ids, 0, 0, err
		}
	}
	sizes := sweeps()
	switch {
	case plain:
		sizes = []int{want}
	case b.Searches(): // each of whom is looked for among many
		sizes = sizes[:2]
	}
	next = b.After
	for _, most := range sizes {
		found, err := db.metInOrder(ctx, b, stretch{next, most, windowRows})
		if err != nil {
			return nil, 0, 0, err
		}
		kept, err := db.sifted(ctx, b, found.ids, keys)
		if err != nil {
			return nil, 0, 0, err
		}
		ids, next, looked = append(ids, kept...), found.next, looked+found.looked
		if len(ids) >= want || next == 0 {
			break
		}
	}
	return ids, next, looked, nil
}

// isPlain reports whether an index answers all that is asked.
func isPlain(b view.Browse) bool {
	return len(narrowing(b)) == 0 && !b.Suppressed && len(b.NoConsent) == 0 && b.Condition.Op == survey.OpTrue
}

// narrowing are the filters that no index answers and that have no parameter.
func narrowing(b view.Browse) []string {
	f := b.ContactFilter
	f.WithLeft = true // the index of ids goes with it
	out := clauses(f)
	if b.Email {
		out = append(out, hasLive+` AND e.kind = 'email')`)
	}
	if b.Mobile {
		out = append(out, hasLive+` AND e.kind = 'phone' AND e.sms)`)
	}
	return out
}

// stretch is a part of the list in its order: behind after, until most were met or so many
// rows were read.
type stretch struct {
	after survey.ContactID
	most  int
	rows  int
}

// candidates are contacts that may be on a page, by id. next is where to go on looking, 0
// when there are no more.
type candidates struct {
	ids    []survey.ContactID
	next   survey.ContactID
	looked int
}

// onList leaves out who left the network, unless they are asked for.
func onList(b view.Browse) string {
	if b.WithLeft {
		return ""
	}
	return " AND c.left_at IS NULL"
}

// hitsQuery finds contacts by the indexes, in no order, and ends when there are too many:
// a materialized query is read no further than it is asked for.
func hitsQuery(b view.Browse) (string, []any) {
	e := eligible{}
	from := e.arg(b.After) + "::bigint"
	var parts []string
	if words := wordsQuery(b); words != "" {
		parts = append(parts, "SELECT c.id FROM contact c WHERE "+sqlWordsOf+" @@ "+e.arg(words)+"::tsquery AND c.id > "+from+onList(b))
	}
	for _, s := range b.Starts {
		parts = append(parts, "SELECT e.contact_id FROM endpoint e WHERE e.contact_id > "+from+" AND "+e.begins(s))
	}
	return "WITH hit (id) AS MATERIALIZED (" + strings.Join(parts, "\nUNION ALL ") + ") SELECT id FROM hit LIMIT " + e.arg(mostHits+1), e.args
}

// lastRune is behind every text that goes on from a beginning, by its bytes.
const lastRune = "\U0010FFFF"

// begins says that the address of e begins so.
func (e *eligible) begins(s view.AddressStart) string {
	return "e.kind = " + e.arg(s.Kind) + "::text AND lower(e.address) ~>=~ " + e.arg(s.Text) + "::text AND lower(e.address) ~<~ " +
		e.arg(s.Text+lastRune) + "::text"
}

// wordsQuery asks the index contact_words for the words, the last of which may go on, or
// for the code, within the units. It is empty where only addresses are looked for.
func wordsQuery(b view.Browse) string {
	var who []string
	if n := len(b.Words); n > 0 {
		all := make([]string, n)
		for i, w := range b.Words {
			all[i] = lexeme(w)
		}
		who = append(who, "("+strings.Join(all, " & ")+":*)")
	}
	if b.Code != "" {
		who = append(who, lexeme(b.Code)+":*")
	}
	if len(who) == 0 && b.Searches() {
		return ""
	}
	var units []string
	for _, u := range b.UnitCodes {
		units = append(units, lexeme("@"+firstRunes(u, 100)))
	}
	for _, u := range b.Units {
		units = append(units, lexeme("#"+firstRunes(u, 200)))
	}
	switch {
	case len(units) == 0:
		return strings.Join(who, " | ")
	case len(who) == 0:
		return strings.Join(units, " | ")
	}
	return "(" + strings.Join(who, " | ") + ") & (" + strings.Join(units, " | ") + ")"
}

// lexeme writes a word of a tsquery.
func lexeme(word string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(word) + "'"
}

// firstRunes is what left(text, n) is in the database.
func firstRunes(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

const sqlWindowEnd = `
SELECT coalesce(max(w.id), 0) AS next, count(*) AS looked FROM (SELECT c.id FROM contact c WHERE c.id > $1 ORDER BY c.id LIMIT $2) AS w`

// metInOrder reads the list by id until enough of those were met who are looked for.
func (db *DB) metInOrder(ctx context.Context, b view.Browse, part stretch) (candidates, error) {
	e := eligible{}
	window := "SELECT c.* FROM contact c WHERE c.id > " + e.arg(part.after) + "::bigint ORDER BY c.id LIMIT " + e.arg(part.rows)
	var who []string
	if words := wordsQuery(b); words != "" {
		who = append(who, sqlWordsOf+" @@ "+e.arg(words)+"::tsquery")
	}
	for _, s := range b.Starts {
		who = append(who, "EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND "+e.begins(s)+")")
	}
	if len(who) == 0 {
		who = []string{"true"}
	}
	query := "SELECT c.id FROM (" + window + ") AS c WHERE (" + strings.Join(who, " OR ") + ")" + onList(b) + " ORDER BY c.id LIMIT " + e.arg(part.most)
	var out candidates
	if err := db.x.SelectContext(ctx, &out.ids, query, e.args...); err != nil {
		return out, told(err)
	}
	if len(out.ids) == part.most {
		out.next, out.looked = out.ids[part.most-1], part.most
		return out, nil
	}
	var end struct {
		Next   survey.ContactID
		Looked int
	}
	if err := db.x.GetContext(ctx, &end, sqlWindowEnd, part.after, part.rows); err != nil {
		return out, told(err)
	}
	out.looked = end.Looked
	if end.Looked == part.rows {
		out.next = end.Next
	}
	return out, nil
}

// sifted are those of some contacts whom the filter lets through, by id.
func (db *DB) sifted(ctx context.Context, b view.Browse, ids []survey.ContactID, keys view.AddressKeys) ([]survey.ContactID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	e := eligible{}
	all := append([]string{"c.id = ANY(" + e.arg(ints(ids)) + "::bigint[])"}, narrowing(b)...)
	all = append(all, e.where(b.Condition))
	if !b.WithLeft {
		all = append(all, "c.left_at IS NULL")
	}
	if len(b.Units)+len(b.UnitCodes) > 0 {
		all = append(all, "(c.unit = ANY("+e.arg(pq.StringArray(b.Units))+"::text[]) OR c.unit_code = ANY("+e.arg(pq.StringArray(b.UnitCodes))+"::text[]))")
	}
	if len(b.NoConsent) > 0 {
		all = append(all, "EXISTS (SELECT 1 FROM unnest("+e.arg(texts(b.NoConsent))+"::text[]) AS u (channel) WHERE NOT "+sqlConsented+")")
	}
	if b.Suppressed {
		barred, err := barredChannels(ctx, db.x, ids, keys)
		if err != nil {
			return nil, told(err)
		}
		var by pq.Int64Array
		for id := range barred {
			by = append(by, int64(id))
		}
		all = append(all, "(EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = c.id AND s.lifted_at IS NULL AND s.scope = 'all') OR c.id = ANY("+
			e.arg(by)+"::bigint[]))")
	}
	var out []survey.ContactID
	err := db.x.SelectContext(ctx, &out, "SELECT c.id FROM contact c WHERE "+joined(all)+" ORDER BY c.id", e.args...)
	return out, told(err)
}

// The columns of the people who came last stand for those of all.
const sqlAttributeNames = `
SELECT DISTINCT jsonb_object_keys(c.attributes) AS name FROM (SELECT attributes FROM contact ORDER BY id DESC LIMIT 1000) AS c ORDER BY name`

// AttributeNames are the office's own columns.
func (db *DB) AttributeNames(ctx context.Context) ([]string, error) {
	var out []string
	return out, told(db.x.SelectContext(ctx, &out, sqlAttributeNames))
}
