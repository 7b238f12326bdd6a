package postgres_test

import (
	"bytes"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestATokenOpensItsOwnDoorOnly(t *testing.T) {
	t.Parallel()
	d := pgtest.New(t)
	d.MakeSenders()
	k := d.MakeCampaign(survey.Campaign{})
	inv := d.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.MakeContact(pgtest.Reachable(1))})
	hash := func(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }
	for i, row := range []struct {
		purpose string
		version int
	}{{"form", 1}, {"form", 2}, {"unsubscribe", 1}} {
		d.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, $3, $4, 'k1')`,
			hash(byte(i)), inv, row.purpose, row.version)
	}
	d.Exec(`UPDATE invitation SET token_version = 2`)
	for _, tc := range []struct {
		hash    []byte
		purpose string
		want    survey.InvitationID
		revoked bool
	}{
		{hash(0), "form", inv, true},
		{hash(1), "form", inv, false},
		{hash(2), "unsubscribe", inv, true},
		{hash(1), "unsubscribe", 0, false},
		{hash(2), "form", 0, false},
		{hash(9), "form", 0, false},
		{nil, "form", 0, false},
		{hash(1), "", 0, false},
	} {
		got, revoked, err := d.InvitationByToken(t.Context(), tc.hash, tc.purpose)
		if err != nil || got != tc.want || revoked != tc.revoked {
			t.Errorf("%x for %q: %d, %v, %v", tc.hash, tc.purpose, got, revoked, err)
		}
	}
}

func TestLastAnswer(t *testing.T) {
	t.Parallel()
	d := pgtest.New(t)
	d.MakeSenders()
	k := d.MakeCampaign(survey.Campaign{})
	inv := d.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.MakeContact(pgtest.Reachable(1))})
	if at, err := d.LastAnswer(t.Context(), inv); err != nil || !at.IsZero() {
		t.Errorf("before any answer: %v, %v", at, err)
	}
	d.MakeResponse(inv, survey.ResponseStarted, survey.Web, survey.Answers{"huong": {Value: "1"}, "nghe": {Value: "3"}})
	d.Exec(`UPDATE answer_item SET answered_at = answered_at + interval '1 hour' WHERE question = 'nghe'`)
	if at, err := d.LastAnswer(t.Context(), inv); err != nil || !at.Equal(pgtest.Day().Add(time.Hour)) {
		t.Errorf("%v, %v", at, err)
	}
}
