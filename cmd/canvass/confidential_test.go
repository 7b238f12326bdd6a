package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// printing are the commands that print or export what is known of people or answers, with
// arguments for the campaign, person and response of the test. Whoever adds a command says
// here how it is run, or in silent why it tells nothing of either.
func printing(response string) map[string][]string {
	return map[string][]string{
		"results":             {"results", "kin", "--csv", "out", "--free-text"},
		"results json":        {"results", "kin", "--json"},
		"campaign status":     {"campaign", "status", "kin"},
		"campaign people":     {"campaign", "people", "kin"},
		"campaign list":       {"campaign", "list"},
		"campaign plan":       {"campaign", "plan", "kin", "--people"},
		"campaign doubts":     {"campaign", "doubts", "kin"},
		"campaign replay":     {"campaign", "replay", "kin"},
		"campaign resend":     {"campaign", "resend", "kin", "--to", "unanswered", "--dry-run"},
		"contacts show":       {"contacts", "show", "BIMAT01"},
		"contacts list":       {"contacts", "list"},
		"contacts export":     {"contacts", "export", "danh-sach.csv", "--reason", "thử"},
		"contacts dossier":    {"contacts", "dossier", "BIMAT01", "--out", "nguoi.json", "--reason", "thử"},
		"contacts consent":    {"contacts", "consent", "BIMAT01"},
		"contacts coverage":   {"contacts", "coverage"},
		"contacts erasures":   {"contacts", "erasures"},
		"contacts duplicates": {"contacts", "duplicates"},
		"contacts hours":      {"contacts", "hours", "BIMAT01"},
		"suppress list":       {"suppress", "list"},
		"suppress show":       {"suppress", "show", "BIMAT01"},
		"questionnaire why":   {"questionnaire", "why", response, "loi"},
		"retention run":       {"retention", "run", "--dry-run"},
		"doctor":              {"doctor"},
		"inbox list":          {"inbox", "list"},
		"inbox show":          {"inbox", "show", "1"},
		"staff list":          {"staff", "list"},
		"token make":          {"token", "make", "Bảng số liệu", "--right", "answers", "--campaigns", "kin"},
		"token list":          {"token", "list"},
		"audit list":          {"audit", "list"},
		"units unmatched":     {"units", "unmatched"},
	}
}

// silent are the commands that print neither people nor answers: they act, and say that
// they did, run a process, or know no campaign.
func silent() []string {
	return []string{"android register", "audit verify", "backup", "restore", "completion", "help", "demo", "migrate", "rehearse", "scheduler", "serve", "up", "version", "worker",
		"contacts columns drop", "contacts columns join", "contacts columns name", "contacts columns take",
		"contacts erase", "contacts import", "contacts imports", "contacts merge", "contacts undo", "contacts unmerge",
		"campaign archive", "campaign close", "campaign code", "campaign create", "campaign extend", "campaign launch", "campaign pause",
		"campaign rehearse", "campaign release", "campaign resume", "campaign set", "campaign shorten", "campaign test",
		"suppress add", "suppress import", "suppress lift", "holiday add", "holiday drop", "holiday list", "price drop", "price list", "price set", "units alias", "units import", "units list", "units match",
		"questionnaire check", "questionnaire diff", "questionnaire export", "questionnaire import", "questionnaire list", "questionnaire play",
		"questionnaire publish", "questionnaire show", "series create", "series end", "series list", "series pause", "series preview", "series resume",
		"series run", "series show", "series skip", "inbox answer", "inbox assign", "inbox done", "inbox reopen", "staff invite", "staff password", "staff set", "text list", "text reset", "text set", "text show", "token revoke",
		"explain disposition", "explain phone", "explain protocol", "explain reply", "explain sms"}
}

// secretAnswer is what somebody answered, and nobody may see beside who they are.
const secretAnswer = "CAU-TRA-LOI-RIENG-7781"

const openForm = `name: mo
title: Mở | Open
languages: [vi, en]
minutes: 1
questions:
  - {name: chon, type: single, kind: own_opinion, label: "Chọn | Choose", choices: {1: Có | Yes, 2: Không | No}}
  - {name: loi, type: text, kind: own_opinion, relevant: "${chon} = 1", label: "Nói rõ | Explain"}
`

// No command, no file that one writes and no line of its log has an answer of a confidential
// campaign together with whose it is; and those about answers name nobody at all.
func TestNoCommandJoinsConfidentialAnswersToPeople(t *testing.T) {
	db := pgtest.New(t)
	db.MakeSenders()
	if err := db.SetOffice(t.Context(), pgtest.Office(), "test"); err != nil {
		t.Fatal(err)
	}
	k := db.MakeCampaign(survey.Campaign{Name: "kin", Confidentiality: survey.Confidential, QuestionnaireID: db.MakeQuestionnaire("mo", openForm),
		Custody: survey.Custody{Holder: "Lê Văn Giữ", Until: 1e18}})
	who := pgtest.Reachable(1)
	who.Code, who.Name, who.Random = "BIMAT01", "Nguyễn Thị Bí Danh", 0xabcdef0123456789
	who.Endpoints = []survey.Endpoint{{Kind: survey.PhoneNumber, Address: "+84317654321", SMS: true}, {Kind: survey.EmailAddress, Address: "bidanh@thu.example"}}
	contact := db.MakeContact(who)
	for i := range 6 {
		other := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(20 + i))})
		db.MakeResponse(other, survey.ResponseSubmitted, survey.Web, survey.Answers{"chon": {Value: "2"}})
	}
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: contact})
	response := db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, survey.Answers{"chon": {Value: "1"}, "loi": {Value: secretAnswer}})
	db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome) VALUES
		('text', 'twilio', 'SM1', now(), $1, jsonb_build_object('from', '+84317654321', 'text', $2::text), now(), 'applied')`, inv, secretAnswer)
	db.Exec(`INSERT INTO matter (inbox_id, kind, came_at, contact_id, campaign_id, invitation_id, question)
		SELECT id, 'unread', now(), $1, $2, $3, 'loi' FROM inbox`, contact, k.ID, inv)
	db.Exec(`INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, state, created_at, lease_until)
		SELECT id, 1, $2, $1, 'sms', (SELECT min(id) FROM sender WHERE channel = 'sms'), '+84317654321', jsonb_build_array($3::text), 'sent', now(), now() FROM inbox`, inv, k.ID, secretAnswer)
	db.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at)
		SELECT 'sms', min(id), '+84317654321', $1, jsonb_build_object('said', $2::text), now() FROM sender`, inv, secretAnswer)
	db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'call', 'all', 'web', now())`, contact)

	identity := []string{"Bí Danh", "bi danh", "BIMAT01", "317654321", "bidanh@thu", "abcdef0123456789", "12379813738877118345"}
	dir := t.TempDir()
	t.Chdir(dir)
	env := map[string]string{"CANVASS_DATABASE_URL": db.URL, "CANVASS_DATA_DIR": filepath.Join(dir, "data"), "CANVASS_LANG": "en", "CANVASS_LOG": "debug", "USER": "lan"}
	seen := map[string]bool{}
	for name, args := range printing(string(response)) {
		var out bytes.Buffer
		newApp(strings.NewReader(""), &out, &out, func(n string) string { return env[n] }).run(t.Context(), args)
		said := out.String() + written(t, dir)
		has := func(marks ...string) bool {
			return slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(said, m) })
		}
		seen["answer"], seen["identity"] = seen["answer"] || has(secretAnswer), seen["identity"] || has(identity...)
		if has(secretAnswer) && has(identity...) {
			t.Errorf("canvass %s has an answer and whose it is:\n%s", strings.Join(args, " "), said)
		}
		if about := strings.HasPrefix(name, "results") || name == "questionnaire why"; about && has(identity...) {
			t.Errorf("canvass %s names somebody:\n%s", strings.Join(args, " "), said)
		}
		if strings.Contains(said, "permission denied") || strings.Contains(said, "flag") && strings.Contains(said, "unknown") {
			t.Errorf("canvass %s cannot do its work:\n%s", strings.Join(args, " "), said)
		}
	}
	if !seen["answer"] || !seen["identity"] {
		t.Errorf("the test looks for nothing that there is: %v", seen)
	}
	var leaves []string
	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" })
	for _, c := range descendants(a.root()) {
		_, name, _ := strings.Cut(c.CommandPath(), " ")
		if _, runs := printing("")[name]; !c.HasSubCommands() && !runs && !slices.Contains(silent(), name) {
			leaves = append(leaves, name)
		}
	}
	if len(leaves) > 0 {
		t.Errorf("nobody said what these commands tell of people and answers: %s", strings.Join(leaves, ", "))
	}
}

// written is what a command left in files, which are gone then; the keys are no output.
func written(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(p, filepath.Join(dir, "data")) {
			return err
		}
		content, err := os.ReadFile(p)
		b.Write(content)
		return errorsOr(err, os.Remove(p))
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func errorsOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// The role of commands that print reads nothing that leads from a person to a confidential
// answer, whatever is asked of it.
func TestTheStaffRoleCannotJoin(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	staff, err := db.OpenStaff(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = staff.Close() })
	as := func(query string) error {
		tx, err := db.SQL().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback() //nolint:errcheck // nothing is written
		if _, err := tx.ExecContext(t.Context(), `SET LOCAL ROLE `+postgres.StaffRole); err != nil {
			t.Fatal(err)
		}
		_, err = tx.ExecContext(t.Context(), query)
		return err
	}
	for _, query := range []string{`SELECT * FROM link.response_link`, `SELECT * FROM link.partial`, `SELECT payload FROM inbox`, `SELECT prompts FROM notice`,
		`SELECT state FROM conversation`, `SELECT submitted_at FROM response`, `SELECT answered_at FROM answer_item`, `SELECT xmin FROM response`,
		`SELECT ctid FROM answer_item`, `SELECT content FROM pool`, `UPDATE invitation SET state = 'open'`} {
		if err := as(query); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, query := range []string{`SELECT id, state FROM invitation`, `SELECT value FROM answer_item`, `SELECT * FROM identified_answer`} {
		if err := as(query); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}
