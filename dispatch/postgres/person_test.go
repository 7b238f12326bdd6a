package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (f *field) card(id survey.ContactID) view.ContactCard {
	f.t.Helper()
	c, err := f.ContactCard(f.t.Context(), id, twoKeys)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func TestContactCard(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	phone := "+84" + markPhone
	s.Exec(`UPDATE contact SET import_id = (SELECT id FROM import_run) WHERE id = $1`, s.id)
	s.Exec(`UPDATE endpoint SET import_id = (SELECT id FROM import_run), source = 'import', label = 'Di động', status = 'ok' WHERE contact_id = $1 AND kind = 'phone'`, s.id)
	s.Exec(`INSERT INTO endpoint (contact_id, kind, address, created_at) VALUES ($1, 'email', lower('Diep.KD@THU.example'), now())`, s.contacts[1])
	s.MakeAttempt(survey.Attempt{InvitationID: s.open, Channel: survey.SMS, State: survey.AttemptSent, SentAt: s.now})
	c := s.card(s.id)

	if string(c.Name) != "Đặng Thị "+markName || c.Code != markCode || c.Attributes["ghi_chu"] == "" || c.Import == nil || c.Import.Source != "cu.xlsx" {
		t.Errorf("the person: %+v", c)
	}
	if len(c.MergedFrom) != 1 || c.MergedFrom[0].ID != s.twin || c.MergedInto != nil {
		t.Errorf("merged into %v, from %v; want from %d", c.MergedInto, c.MergedFrom, s.twin)
	}
	if twin := s.card(s.twin); twin.MergedInto == nil || twin.MergedInto.ID != s.id || twin.LeftAt.IsZero() {
		t.Errorf("the twin: merged into %v", twin.MergedInto)
	}
	if len(c.Endpoints) != 2 {
		t.Fatalf("%d endpoints, want 2", len(c.Endpoints))
	}
	mail, mobile := c.Endpoints[0], c.Endpoints[1]
	if mail.Status != survey.EndpointUnverified || len(mail.Shared) != 1 || mail.Shared[0].ID != s.contacts[1] {
		t.Errorf("the mailbox: %+v", mail)
	}
	// The key before the active one counts too.
	if mobile.Status != view.EndpointSuppressed || mobile.Label != "Di động" || mobile.Import == nil || !mobile.SMS || len(mobile.Shared) != 0 {
		t.Errorf("the mobile: %+v", mobile)
	}
	var stops []string
	for _, l := range c.Stops {
		stops = append(stops, fmt.Sprintf("%s/%s/%s", l.Address, l.Channel, l.Source))
	}
	slices.Sort(stops)
	if want := []string{phone + "/sms/sms", "/call/web", "Diep.KD@thu.example//staff"}; !slices.Equal(stops, slices.Sorted(slices.Values(want))) {
		t.Errorf("stops %v, want %v", stops, want)
	}
	if len(c.Invitations) != 2 || c.Invitations[0].State != survey.InvitationStarted || len(c.Invitations[0].Attempts) != 1 ||
		!c.Invitations[0].Attempts[0].At.Equal(s.now) {
		t.Errorf("invitations: %+v", c.Invitations)
	}
	if len(c.Changes) != 1 || !strings.Contains(string(c.Changes[0].After), markCode) {
		t.Errorf("changes: %+v", c.Changes)
	}
	told, err := json.Marshal(c)
	if err != nil || strings.Contains(string(told), markWords) || strings.Contains(string(told), "Ví Dụ") {
		t.Errorf("the card tells what was written, or names others: %s, %v", told, err)
	}
}

func TestASuppressionMarksTheAddressesOfItsChannels(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		channel, scope string
		lifted         bool
		want           survey.EndpointStatus
	}{
		{"", "all", false, view.EndpointSuppressed},
		{"sms", "all", false, view.EndpointSuppressed},
		{"call", "all", false, view.EndpointSuppressed},
		{"email", "all", false, survey.EndpointUnverified},
		{"sms", "campaign", false, survey.EndpointUnverified},
		{"sms", "all", true, survey.EndpointUnverified},
	} {
		t.Run(fmt.Sprintf("%s %s %t", tc.channel, tc.scope, tc.lifted), func(t *testing.T) {
			t.Parallel()
			f := newField(t, 1)
			f.Exec(`INSERT INTO suppression (address_key, channel, scope, campaign_id, source, at, lifted_at)
				SELECT $1, nullif($2, ''), $3, CASE WHEN $3 = 'campaign' THEN $4::bigint END, 'sms', now(), CASE WHEN $5 THEN now() END`,
				twoKeys(survey.PhoneNumber, f.card(f.contacts[0]).Endpoints[1].Address)[0], tc.channel, tc.scope, f.k.ID, tc.lifted)
			c := f.card(f.contacts[0])
			if got := c.Endpoints[1].Status; got != tc.want || len(c.Stops) != 1 {
				t.Errorf("status %s with %d stops, want %s with 1", got, len(c.Stops), tc.want)
			}
		})
	}
}

// The ledger shows what the gate goes by: the last line that fits, else the
// ground of the import.
func TestTheGroundOfTheImportIsShownWhereNoLineOfOnesOwnFits(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	id := f.contacts[0]
	f.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state, consent_text) VALUES ('l.xlsx', '', 'legal_duty', 'lan', now(), 'merged', 'Lời')`)
	shown := func() (all []string) {
		for _, c := range f.card(id).Consents {
			all = append(all, fmt.Sprintf("%s %s %t %t", c.Channel, c.Basis, c.OfImport, !c.WithdrawnAt.IsZero()))
		}
		return all
	}
	step := func(what string, want ...string) {
		t.Helper()
		if got := shown(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	step("a line for everything", " appointment false false")
	f.Exec(`UPDATE contact SET import_id = (SELECT id FROM import_run) WHERE id = $1`, id)
	step("and an import", " appointment false false")
	f.Exec(`DELETE FROM consent`)
	step("the import alone", " legal_duty true false")
	f.Exec(`INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at) VALUES ($1, 'sms', 'consent', 'giấy', now(), now())`, id)
	step("and a withdrawal for texts", " legal_duty true false", "sms consent false true")
}

func TestDossier(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	apart := s.MakeCampaign(survey.Campaign{Name: "giu-kin", Confidentiality: survey.Confidential})
	secret := s.MakeInvitation(survey.Invitation{CampaignID: apart.ID, ContactID: s.id, State: survey.InvitationClosed, Disposition: survey.Complete})
	s.MakeResponse(secret, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "bi-mat"}})
	s.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload) VALUES ('form', 'web', 'n1', now(), $1, '{"form": "bi-mat"}')`, secret)
	s.Exec(`UPDATE contact SET name = 'Người Khác' WHERE id = ANY(ARRAY[$1::bigint, $2])`, s.contacts[0], s.contacts[1])
	d, err := s.Dossier(t.Context(), view.DossierOrder{ContactID: s.id, Reason: "đơn số 3", Actor: "lan", Now: pgtest.Day()}, twoKeys)
	if err != nil {
		t.Fatal(err)
	}
	all, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{markName, markCode, markPhone, markWords, markPaper, "Diep.KD", "dtkd@thu.example", "đơn số 3", "giu-kin"} {
		if !strings.Contains(string(all), mark) {
			t.Errorf("the dossier lacks %q", mark)
		}
	}
	for _, foreign := range []string{"bi-mat", "Người Khác", markToken} {
		if strings.Contains(string(all), foreign) {
			t.Errorf("the dossier has %q", foreign)
		}
	}
	for part, want := range map[string]int{"contacts": 2, "endpoints": 3, "consents": 3, "stops": 3, "import_changes": 1, "frames": 1,
		"invitations": 4, "notices": 4, "inbox": 5, "conversations": 1, "answers": 3, "answers_kept_apart": 1, "audit": 2} {
		var parts map[string]json.RawMessage
		if err := json.Unmarshal(all, &parts); err != nil {
			t.Fatal(err)
		}
		var rows []map[string]any
		if err := json.Unmarshal(parts[part], &rows); err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, %v; want %d", part, len(rows), err, want)
		}
	}
	s.want(1, "exports on record", `SELECT count(*) FROM audit WHERE act = 'export' AND contact_id = $1 AND reason = 'đơn số 3' AND actor = 'lan'`, s.id)
	s.Exec(`INSERT INTO endpoint (contact_id, kind, address, created_at) VALUES ($1, 'phone', $2, now())`, s.contacts[0], "+84"+markPhone)
	d, err = s.Dossier(t.Context(), view.DossierOrder{ContactID: s.id, Reason: "đơn số 4", Actor: "lan", Now: pgtest.Day()}, twoKeys)
	if err != nil || strings.Contains(string(d.Inbox), "SM3") || !strings.Contains(string(d.Inbox), "SM1") {
		t.Errorf("a stranger's text from a shared phone is in the dossier, or one's own is not: %v", err)
	}
	if _, err := s.Dossier(t.Context(), view.DossierOrder{ContactID: 1 << 40, Now: time.Now()}, twoKeys); survey.KindOf(err) != survey.NotFound {
		t.Errorf("of nobody: %v, want not_found", err)
	}
	s.want(2, "exports on record after one of nobody", `SELECT count(*) FROM audit WHERE act = 'export'`)
}
