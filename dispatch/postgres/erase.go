package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// An erasure takes a person out of every row that can name them, and leaves what
// the figures stand on.
//
// Deleted: contact (with those merged into it), endpoint, consent, token,
// conversation, answer_before, matter (what waits to be read, with what staff noted on it), attachment and link.upload (photos and documents of any answer), link.partial (what was answered anonymously and not sent), what was said in calls, the link to the answers, and suppressions that name the person.
// Emptied: inbox.payload, notice.address, .prompts and .words, import_change, contact_merge (so that it cannot be taken back), the words
// beside a suppression that stays, the reason and detail of what audit has about
// the contact, and the reason of any other act that names them. Kept: frame_unit,
// frame_resting and invitation, which hold an id that leads nowhere now, so that
// frame, draw and outcome rates stay valid; attempt, notice and event as lines of the ledgers.
// attempt.provider_id and notice.provider_id stay too: they name a message at
// the provider, nobody here, and are what the office needs to have the
// provider's copy deleted. Suppressions by address stay without contact and
// inbox row, and every address is barred, so that a list that is imported
// tomorrow does not bring the person back.
//
// A response stays a row of the results. It loses its link, its files, its words in answer
// to open questions (these read as "prefers not to say", which keeps a sufficient
// response sufficient) and the hour of its times, which the record of the case
// has too.

// ErasePerson erases a contact everywhere in one transaction, or says NotFound.
// Open cases are closed as o.End decides; a case that was never released is
// withdrawn. What is on the wire this second may still arrive.
func (db *DB) ErasePerson(ctx context.Context, o view.Erasure) (view.Erased, error) {
	var out view.Erased
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		e := eraser{ctx: ctx, tx: tx, o: o}
		// In the house's order of locks: invitation, response, attempts,
		// conversation; then what no other transaction waits for with these in hand.
		for _, part := range []func() error{e.who, e.lock, e.responses, e.attempts, e.invitations, e.talk, e.arrivals,
			e.bar, e.rows, e.otherActs, e.audit} {
			if err := part(); err != nil {
				return err
			}
		}
		out = e.out
		return nil
	})
	return out, err
}

// eraser erases one person, a part at a time.
type eraser struct {
	ctx       context.Context
	tx        *sqlx.Tx
	o         view.Erasure
	people    pq.Int64Array // the contact, and those that are the same person
	cases     []survey.InvitationID
	close     closing
	addresses []addressRow
	known     pq.StringArray // every address that the record has for the person, in lower case
	out       view.Erased
}

// exec runs a statement and adds the rows it met to n, if that is wanted.
func (e *eraser) exec(n *int, query string, args ...any) error {
	res, err := e.tx.ExecContext(e.ctx, query, args...)
	if err != nil || n == nil {
		return err
	}
	met, err := res.RowsAffected()
	*n += int(met)
	return err
}

// who finds the contacts. No import and no other erasure is under way from here
// on: the one would add addresses to a contact that is gone.
func (e *eraser) who() error {
	if err := e.exec(nil, sqlImportLock, int64(importLock)); err != nil {
		return err
	}
	var err error
	if e.out.Contacts, err = samePerson(e.ctx, e.tx, e.o.ContactID); err != nil {
		return err
	}
	e.people = ints(e.out.Contacts)
	e.addresses, err = addressesOf(e.ctx, e.tx, e.out.Contacts)
	return err
}

const sqlCasesOf = `SELECT id FROM invitation WHERE contact_id = ANY($1) ORDER BY id`

// Where the person wrote from, and was answered at, under a case of theirs.
const sqlKnownAddresses = `
SELECT lower(address) FROM endpoint WHERE contact_id = ANY($1)
UNION SELECT lower(phone) FROM conversation WHERE invitation_id = ANY($2)
UNION SELECT lower(address) FROM notice WHERE invitation_id = ANY($2) AND address <> ''`

// lock takes the locks of the cases, the first of the house's order.
func (e *eraser) lock() error {
	if err := e.tx.SelectContext(e.ctx, &e.cases, sqlCasesOf, e.people); err != nil {
		return err
	}
	e.out.Invitations = len(e.cases)
	if err := lockInvitations(e.ctx, e.tx, e.cases); err != nil {
		return err
	}
	return e.tx.SelectContext(e.ctx, &e.known, sqlKnownAddresses, e.people, ints(e.cases))
}

const (
	sqlBlankAnswers = `
UPDATE answer_item SET value = '', missing = 'refused' WHERE response_id = $1 AND question = ANY($2) AND value <> ''`
	// What an answer was before counts for nothing, and goes.
	sqlForgetEarlier = `
DELETE FROM answer_before WHERE response_id IN (SELECT response_id FROM link.response_link WHERE invitation_id = ANY($1))`
	// With its hour, a time would name the case: the record has the same.
	sqlBlurResponses = `
UPDATE response SET started_at = date_trunc('day', started_at, 'UTC'), submitted_at = date_trunc('day', submitted_at, 'UTC')
WHERE id IN (SELECT response_id FROM link.response_link WHERE invitation_id = ANY($1))`
	sqlBlurAnswers = `
UPDATE answer_item SET answered_at = date_trunc('day', answered_at, 'UTC')
WHERE response_id IN (SELECT response_id FROM link.response_link WHERE invitation_id = ANY($1))`
	sqlUnlinkResponses = `DELETE FROM link.response_link WHERE invitation_id = ANY($1)`
)

// responses asks about every case, blanks the words, and cuts the links.
func (e *eraser) responses() error {
	e.close = closing{now: e.o.Now, actor: e.o.Actor}
	for _, id := range e.cases {
		c, err := caseOf(e.ctx, e.tx, id)
		if err != nil {
			return err
		}
		end, err := e.o.End(c)
		if err != nil {
			return err
		}
		if end.Close != "" {
			e.close.ids, e.close.codes = append(e.close.ids, id), append(e.close.codes, end.Close)
			e.close.why = append(e.close.why, end.Reason)
		}
		if len(end.Blank) == 0 {
			continue
		}
		if err := e.exec(&e.out.Texts, sqlBlankAnswers, string(c.ResponseID), pq.StringArray(end.Blank)); err != nil {
			return err
		}
	}
	for _, part := range []func() error{e.files, e.recordings} {
		if err := part(); err != nil {
			return err
		}
	}
	if err := e.exec(nil, sqlForgetPartials, ints(e.cases)); err != nil {
		return err
	}
	for _, query := range []string{sqlForgetEarlier, sqlBlurResponses, sqlBlurAnswers} {
		if err := e.exec(nil, query, ints(e.cases)); err != nil {
			return err
		}
	}
	return e.exec(&e.out.Responses, sqlUnlinkResponses, ints(e.cases))
}

const (
	sqlOnTheWire = `SELECT count(*) FROM attempt WHERE invitation_id = ANY($1) AND state = 'sending'`
	// Nobody knows the address any more: no listing of a provider can be asked.
	sqlDoubtsForStaff = `
UPDATE attempt_doubt SET needs_staff = true, finding = 'erased'
WHERE attempt_id IN (SELECT id FROM attempt WHERE invitation_id = ANY($1) AND state = 'unknown')`
)

// attempts takes the locks of what is queued, of all cases at once, before any
// of it is withdrawn. What is on the wire stays: its outcome is still recorded.
func (e *eraser) attempts() error {
	var queued pq.Int64Array
	if err := e.tx.SelectContext(e.ctx, &queued, sqlLockQueuedOf, ints(e.cases)); err != nil {
		return err
	}
	e.out.Cancelled = len(queued)
	if err := e.tx.GetContext(e.ctx, &e.out.OnTheWire, sqlOnTheWire, ints(e.cases)); err != nil {
		return err
	}
	return e.exec(nil, sqlDoubtsForStaff, ints(e.cases))
}

const (
	sqlRefuseCases = `
UPDATE invitation SET refusal = coalesce(refusal, 'person'), refused_at = coalesce(refused_at, $2) WHERE id = ANY($1)`
	sqlWithdrawHeld = `UPDATE invitation SET state = 'withdrawn', plan_at = NULL WHERE id = ANY($1) AND state = ANY($2)`
)

// invitations closes what is open as a refusal by the person is closed, and
// withdraws what was never out.
func (e *eraser) invitations() error {
	if err := e.exec(&e.out.Closed, sqlRefuseCases, ints(e.close.ids), e.o.Now); err != nil {
		return err
	}
	if err := closeInvitations(e.ctx, e.tx, e.close); err != nil {
		return err
	}
	held := texts(survey.InvitationMachine().From(survey.InvitationWithdraw))
	if err := e.exec(nil, sqlWithdrawHeld, ints(e.cases), held); err != nil {
		return err
	}
	return cancelQueued(e.ctx, e.tx, e.cases, survey.ReasonOptedOut, e.o.Now)
}

const (
	sqlForgetTalk   = `DELETE FROM conversation WHERE invitation_id = ANY($1)`
	sqlForgetTokens = `DELETE FROM token WHERE invitation_id = ANY($1)`
)

// talk forgets the conversations, and every link that was given out.
func (e *eraser) talk() error {
	if err := e.exec(nil, sqlForgetTalk, ints(e.cases)); err != nil {
		return err
	}
	return e.exec(nil, sqlForgetTokens, ints(e.cases))
}

const (
	// What waits to be applied does nothing any more: there is nobody to do it to.
	// What a stranger wrote from an address of theirs was the person's, and so is a
	// mail about none of our messages that names an address of theirs.
	sqlEmptyInbox = `
UPDATE inbox SET payload = '{}', applied_at = coalesce(applied_at, clock_timestamp()),
	reason = CASE WHEN applied_at IS NULL THEN $3 ELSE reason END, outcome = CASE WHEN applied_at IS NULL THEN 'ignored' ELSE outcome END
WHERE invitation_id = ANY($1)
	OR (invitation_id IS NULL AND (lower(payload ->> 'from') = ANY($2) OR lower(payload ->> 'to') = ANY($2)
		OR EXISTS (SELECT 1 FROM unnest($2) AS known WHERE strpos(lower(payload ->> 'letter'), known) > 0)))`
	// One that is being sent may have left, and nobody can say: it has no address.
	sqlEmptyNotices = `
UPDATE notice SET address = '', prompts = '[]', words = '', ended_at = CASE WHEN state = 'queued' THEN $3 ELSE ended_at END,
	needs_staff = needs_staff OR state IN ('sending', 'unknown'),
	finding = CASE WHEN state IN ('sending', 'unknown') THEN 'erased' ELSE finding END,
	reason = CASE state WHEN 'queued' THEN $4 WHEN 'sending' THEN $5 ELSE reason END,
	state = CASE state WHEN 'queued' THEN 'cancelled' WHEN 'sending' THEN 'unknown' ELSE state END
WHERE invitation_id = ANY($1) OR (invitation_id IS NULL AND lower(address) = ANY($2))`
)

// sqlForgetMatters looks at what arrived, as long as it is there.
const sqlForgetMatters = `
DELETE FROM matter m USING inbox x WHERE x.id = m.inbox_id AND (m.invitation_id = ANY($1) OR m.contact_id = ANY($3)
	OR (m.invitation_id IS NULL AND (lower(x.payload ->> 'from') = ANY($2)
		OR EXISTS (SELECT 1 FROM unnest($2) AS known WHERE strpos(lower(x.payload ->> 'letter'), known) > 0))))`

// arrivals empties what came in, and what answered it; nobody has it to read any more.
func (e *eraser) arrivals() error {
	if err := e.exec(nil, sqlForgetMatters, ints(e.cases), e.known, e.people); err != nil {
		return err
	}
	if err := e.exec(&e.out.Inbox, sqlEmptyInbox, ints(e.cases), e.known, survey.ReasonRefused); err != nil {
		return err
	}
	return e.exec(&e.out.Notices, sqlEmptyNotices, ints(e.cases), e.known, e.o.Now, survey.ReasonOptedOut, survey.ReasonInDoubt)
}

const sqlSharers = `
SELECT DISTINCT c.id FROM endpoint e
JOIN endpoint o ON lower(o.address) = lower(e.address) AND o.kind = e.kind AND o.contact_id <> ALL($1)
JOIN contact c ON c.id = o.contact_id AND c.left_at IS NULL
WHERE e.contact_id = ANY($1) ORDER BY c.id`

// bar puts the addresses on the do-not-contact list by their keyed hashes, which
// know no case: the next list may write a mailbox otherwise.
func (e *eraser) bar() error {
	if err := e.tx.SelectContext(e.ctx, &e.out.Shared, sqlSharers, e.people); err != nil {
		return err
	}
	var facts []survey.Suppression
	for _, a := range e.addresses {
		facts = append(facts, survey.Suppression{AddressKey: e.o.AddressKeys(a.Kind, a.Address)[0],
			Scope: survey.SuppressAll, Source: "erased"})
	}
	e.out.Addresses = len(e.addresses)
	return suppress(e.ctx, e.tx, e.o.Now, 0, facts)
}

const (
	sqlDropStops = `DELETE FROM suppression WHERE contact_id = ANY($1) AND address_key IS NULL`
	// The inbox row would lead from the hash to the case. What was said of an address
	// alone was said of this person, whoever else has it.
	sqlDetachStops = `
UPDATE suppression SET contact_id = NULL, inbox_id = NULL, import_id = NULL, words = '', lifted_source = '', lifted_words = ''
WHERE contact_id = ANY($1) OR inbox_id IN (SELECT id FROM inbox WHERE invitation_id = ANY($2))
	OR (contact_id IS NULL AND address_key = ANY($3))`
	sqlDropEndpoints = `DELETE FROM endpoint WHERE contact_id = ANY($1)`
	sqlDropConsents  = `DELETE FROM consent WHERE contact_id = ANY($1)`
	sqlEmptyChanges  = `UPDATE import_change SET place = '', before = '{}', after = '{}' WHERE contact_id = ANY($1)`
	sqlEmptyMerges   = `UPDATE contact_merge SET before = '{}', after = '{}' WHERE kept = ANY($1) OR gone = ANY($1)`
	sqlDropProposals = `DELETE FROM focal_change WHERE contact_id = ANY($1)`
	sqlDropContacts  = `DELETE FROM contact WHERE id = ANY($1)`
)

// rows deletes the person's own rows.
func (e *eraser) rows() error {
	for _, query := range []string{sqlDropStops, sqlDropEndpoints, sqlDropConsents, sqlEmptyChanges, sqlEmptyMerges, sqlDropProposals} {
		if err := e.exec(nil, query, e.people); err != nil {
			return err
		}
	}
	var keys pq.ByteaArray
	for _, a := range e.addresses {
		keys = append(keys, e.o.AddressKeys(a.Kind, a.Address)...)
	}
	if err := e.exec(nil, sqlDetachStops, e.people, ints(e.cases), keys); err != nil {
		return err
	}
	return e.exec(nil, sqlDropContacts, e.people)
}

const (
	sqlEmptyAudit = `UPDATE audit SET reason = '', detail = '{}' WHERE contact_id = ANY($1)`
	sqlOtherActs  = `SELECT id, reason FROM audit WHERE contact_id IS NULL AND reason <> '' ORDER BY id`
	sqlEmptyActs  = `UPDATE audit SET reason = '' WHERE id = ANY($1)`
)

// otherActs takes the person's name out of the record of what was done to
// campaigns and lists: staff write there why.
func (e *eraser) otherActs() error {
	var acts []struct {
		ID     int64
		Reason string
	}
	if err := e.tx.SelectContext(e.ctx, &acts, sqlOtherActs); err != nil {
		return err
	}
	var naming pq.Int64Array
	for _, a := range acts {
		if e.o.Names(a.Reason) {
			naming = append(naming, a.ID)
		}
	}
	if len(naming) == 0 {
		return nil
	}
	return e.exec(nil, sqlEmptyActs, naming)
}

// audit keeps that it was done, by whom and why, for every id: who asks for one
// of them later finds nobody, even if another's code reads the same.
func (e *eraser) audit() error {
	if err := e.exec(nil, sqlEmptyAudit, e.people); err != nil {
		return err
	}
	row := view.Audit{At: e.o.Now, Actor: e.o.Actor, Act: "erase", Reason: e.o.Reason, Detail: map[string]any{
		"invitations": e.out.Invitations, "closed": e.out.Closed, "addresses": e.out.Addresses, "responses": e.out.Responses}}
	for _, row.ContactID = range e.out.Contacts {
		if err := recordAudit(e.ctx, e.tx, row); err != nil {
			return err
		}
	}
	return nil
}
