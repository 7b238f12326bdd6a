package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// tables are all tables of the database, in every schema of ours.
func tables(db *pgtest.DB) []string {
	return strings.Fields(db.Text(`
		SELECT string_agg(table_schema || '.' || table_name, ' ' ORDER BY table_schema, table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`))
}

// dump is a table as text, or what is told of each row t.
func dump(db *pgtest.DB, table, what string) string {
	return db.Text(`SELECT coalesce(string_agg(to_jsonb(` + what + `)::text, E'\n' ORDER BY t::text), '') FROM ` + table + ` AS t`)
}

// wiped are the tables whose rows about a person go.
var wiped = []string{"public.contact", "public.endpoint", "public.consent", "public.token", "public.conversation", "link.response_link",
	"public.attachment", "link.upload", "link.partial", "public.matter", "public.answer_before", "public.focal_change",
	"public.answer_topic", "public.transcript", "public.quotation", "public.answer_words"}

// emptied are the columns that may name a person in rows that stay.
var emptied = []string{"public.inbox.payload", "public.notice.address", "public.notice.prompts", "public.notice.words", "public.answer_item.value",
	"public.import_change.place", "public.import_change.before", "public.import_change.after",
	"public.contact_merge.before", "public.contact_merge.after",
	"public.suppression.words", "public.suppression.lifted_source", "public.suppression.lifted_words",
	"public.audit.reason", "public.audit.detail"}

// nameless are the columns that name nobody, and why. A table with .* is about
// no person at all.
var nameless = map[string]string{
	"public.setting.*":             "of the house",
	"public.staff.*":               "who works here",
	"public.staff_session.*":       "who works here",
	"public.staff_invitation.*":    "who works here",
	"public.staff_campaign.*":      "who works here",
	"door.totp.*":                  "who works here",
	"door.recovery.*":              "who works here",
	"door.passkey.*":               "who works here",
	"door.challenge.*":             "who works here",
	"door.api_token.*":             "of the house, and who works here",
	"door.api_token_campaign.*":    "of the house",
	"public.audit_head.*":          "a place and a hash",
	"public.goose_db_version.*":    "of the schema",
	"public.import_run.*":          "about a file; its report is counts",
	"public.import_upload.*":       "a file on its way in: gone when it is imported, within a day at the latest, as the same file on the desk of who gave it is not",
	"public.import_upload_row.*":   "rows of that file, gone with it",
	"public.list_mapping.*":        "about the columns of a source",
	"public.focal_person.*":        "who looks after the list of a unit, as staff said; goes half a year after the link ended",
	"public.unit_set.*":            "places",
	"public.unit.*":                "places",
	"public.unit_succession.*":     "places",
	"public.questionnaire.*":       "what is asked",
	"public.manuscript.*":          "what is to be asked, and who of staff writes it",
	"public.campaign.*":            "who asks whom, as a rule",
	"public.proposal.*":            "who asks whom, as a rule, and who of the office let it",
	"public.sender.*":              "ours",
	"public.sender_day.*":          "ours",
	"public.holiday.*":             "days off, and who of staff said so",
	"public.price.*":               "what our senders cost, and who of staff said so",
	"public.sender_health.*":       "ours",
	"public.share.*":               "work in hand",
	"public.spooler.*":             "processes of ours",
	"public.office_text.*":         "what the office says to everybody, and who of it wrote that",
	"public.campaign_rate.*":       "a count and a share",
	"public.campaign_spend.*":      "a sum",
	"public.frame.*":               "a hash over ids, strata and random numbers",
	"public.frame_unit.*":          "an id that leads nowhere; the hash of the frame needs it",
	"public.frame_resting.*":       "an id that leads nowhere; the place of a draw needs it",
	"public.stratum_draw.*":        "counts",
	"public.series.*":              "who asks whom how often, as a rule; the note is on the round, and asks to name nobody",
	"public.wave.*":                "one round; codes of what was wrong; the note is on the round, and asks to name nobody",
	"public.replicate.*":           "states",
	"public.chunk.*":               "work in hand",
	"public.retention_day.*":       "counts",
	"public.redaction.*":           "ids of messages of ours",
	"public.result_stamp.*":        "counts as they were shown, and staff",
	"public.result_count.*":        "counts",
	"public.attempt_waiting.*":     "work in hand",
	"public.attempt_doubt.*":       "work in hand",
	"staging.line.*":               "a pattern for the tables of an import, itself empty",
	"staging.address.*":            "a pattern for the tables of an import, itself empty",
	"staging.key.*":                "a pattern for the tables of an import, itself empty",
	"staging.held.*":               "a pattern for the tables of an import, itself empty",
	"public.topic.*":               "what answers may be about, one list for all",
	"public.sound.*":               "a voice of the office that asks",
	"public.questionnaire_sound.*": "which of them a questionnaire means",
	"public.call_slot.*":           "work in hand",

	"public.suppression.address_key": "a keyed hash: what keeps the person from being contacted again",
	"public.suppression.channel":     "a word of ours", "public.suppression.scope": "a word of ours",
	"public.suppression.source": "a word of ours", "public.suppression.actor": "staff", "public.suppression.lifted_by": "staff",

	"public.invitation.stratum": "a group of the frame", "public.invitation.state": "a word of ours",
	"public.invitation.disposition": "a code", "public.invitation.disposition_reason": "a word of ours",
	"public.invitation.language": "vi or en", "public.invitation.refusal": "a word of ours", "public.invitation.progress": "counts",

	"public.attempt.step": "of the protocol", "public.attempt.channel": "a word of ours", "public.attempt.state": "a word of ours", "public.attempt.text": "a word of ours",
	"public.attempt.reason": "a word of ours", "public.attempt.provider_id": "the provider's id of a message, needed to have its copy deleted",
	"public.attempt.provider_code": "a code",

	"public.recording.id": "a hash of the provider's id", "public.recording.provider": "a word of ours",
	"public.recording.provider_id": "the provider's id of a recording, needed to have it deleted; the row goes with it",
	"public.recording.response_id": "a response, emptied with the person",
	"public.recording.question":    "emptied with the person; a name of a questionnaire", "public.recording.state": "a word of ours",
	"public.recording.kind": "a word of ours", "public.recording.sha256": "emptied with the person; see recording_test.go",
	"public.recording.content": "emptied with the person; see recording_test.go",

	"public.inbox.kind": "a word of ours", "public.inbox.provider": "a word of ours", "public.inbox.outcome": "a word of ours",
	"public.inbox.reason": "a word of ours", "public.inbox.provider_id": "the provider's id of a message, or a random one",
	"public.inbox.about": "the provider's id of a message",

	"public.notice.channel": "a word of ours", "public.notice.state": "a word of ours", "public.notice.reason": "a word of ours",
	"public.notice.provider_id": "the provider's id of a message", "public.notice.provider_code": "a code",
	"public.notice.finding": "a word of ours",

	"public.invitation.sealed": "a word of ours", "public.pool.id": "random", "public.pool.stratum": "a group of the frame",
	"public.pool.content": "sealed, and nobody's: whose it is was never written",

	"public.event.kind": "a word of ours", "public.event.actor": "staff", "public.event.reason": "a word of ours",
	"public.event.args": "never personal (survey.Event)",

	"public.response.id": "random", "public.response.stratum": "a group of the frame", "public.response.language": "vi or en",
	"public.response.state": "a word of ours", "public.response.mode": "a word of ours",
	"public.answer_item.response_id": "random", "public.answer_item.question": "of the questionnaire",
	"public.answer_item.missing": "a word of ours", "public.answer_item.mode": "a word of ours",
	"public.answer_item.language": "vi or en", "public.answer_item.assigned_by": "staff",

	"public.contact_merge.actor": "staff", "public.contact_merge.undone_by": "staff", "public.contact_merge.followers": "ids",
	"public.contact_merge.consents": "ids of rows that go", "public.contact_merge.stops": "ids",

	"public.audit.actor": "staff", "public.audit.act": "a word of ours",
	"public.audit.reason_salt": "chance, emptied with the reason", "public.audit.reason_digest": "of a reason with chance before it, which goes with the reason",
	"public.audit.detail_salt": "chance, emptied with the detail", "public.audit.detail_digest": "of a detail with chance before it, which goes with the detail",
	"public.audit.hash": "of the line, its words by their digests only",
}

// Whoever adds a column that can hold words says here what an erasure does to
// it: a table that nobody thought of must not keep a name.
func TestErasureKnowsEveryColumnThatCanHoldWords(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	columns := strings.Fields(db.Text(`
		SELECT string_agg(c.table_schema || '.' || c.table_name || '.' || c.column_name, ' ' ORDER BY 1)
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
			AND c.data_type NOT IN ('bigint', 'integer', 'smallint', 'boolean', 'double precision', 'date',
				'timestamp with time zone', 'timestamp without time zone')`))
	if unknown := unhandled(columns); len(unknown) > 0 {
		t.Errorf("erase.go must handle %s, or erase_columns_test.go say why they name nobody", strings.Join(unknown, ", "))
	}
	if got := unhandled(append(columns, "public.visitor.name", "public.notice.greeting")); len(got) != 2 {
		t.Errorf("unhandled %v, want the two that nobody thought of", got)
	}
	for _, name := range slices.Concat(emptied, exact()) {
		if !slices.Contains(columns, name) {
			t.Errorf("%s is listed and is no column", name)
		}
	}
}

// unhandled are the columns that no list has.
func unhandled(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(c string) bool {
		table := c[:strings.LastIndexByte(c, '.')]
		return slices.Contains(wiped, table) || slices.Contains(emptied, c) || nameless[table+".*"] != "" || nameless[c] != ""
	})
}

func exact() []string {
	var out []string
	for name := range nameless {
		if !strings.HasSuffix(name, ".*") {
			out = append(out, name)
		}
	}
	return out
}

// The seeds of the other test must reach every place that it looks into.
func TestTheSeededPersonIsInEveryColumnThatIsEmptied(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	for _, column := range emptied {
		dot := strings.LastIndexByte(column, '.')
		held := dump(s.DB, column[:dot], "t."+column[dot+1:])
		if !slices.ContainsFunc(marks(), func(m string) bool { return strings.Contains(held, m) }) {
			t.Errorf("%s names nobody: the test of erasure tests nothing there", column)
		}
	}
	for _, table := range wiped {
		if dump(s.DB, table, "t") == "" {
			t.Errorf("%s is empty: the test of erasure tests nothing there", table)
		}
	}
	s.MakeAttempt(survey.Attempt{InvitationID: s.open, Channel: survey.SMS})
	s.erase(s.id)
	for table, of := range map[string]string{"contact": "id", "endpoint": "contact_id", "consent": "contact_id"} {
		s.want(0, table, `SELECT count(*) FROM `+table+` WHERE `+of+` IN ($1, $2)`, s.id, s.twin)
	}
	s.want(0, "files", `SELECT count(*) FROM attachment`)
	for _, table := range []string{"link.upload", "token", "conversation", "link.response_link"} {
		s.want(0, table, `SELECT count(*) FROM `+table+` WHERE invitation_id IN ($1, $2, $3)`, s.open, s.done, s.unsent)
	}
}
