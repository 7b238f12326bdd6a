package postgres_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestTheFirstRehearsalClockIsEverybodys(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, on, err := db.Rehearsal(t.Context()); on || err != nil {
		t.Fatalf("a rehearsal runs from the start, %v", err)
	}
	first := survey.Rehearsal{Real: pgtest.Day(), Business: pgtest.Day().Add(24 * time.Hour), Speed: 240}
	for _, given := range []survey.Rehearsal{first, {Real: pgtest.Day(), Business: pgtest.Day(), Speed: 2}} {
		if got, err := db.BeginRehearsal(t.Context(), given, "demo"); err != nil || got != first {
			t.Errorf("rehearsal %+v, %v; want the first", got, err)
		}
	}
	if err := db.EndRehearsal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, on, err := db.Rehearsal(t.Context()); on || err != nil {
		t.Errorf("the rehearsal runs on, %v", err)
	}
}

func TestOffice(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, set, err := db.Office(t.Context()); set || err != nil {
		t.Fatalf("an office is set, %v", err)
	}
	for _, phone := range []string{"1900 0000", "1900 0001"} {
		o := pgtest.Office()
		o.Phone = phone
		if err := db.SetOffice(t.Context(), o, "lan"); err != nil {
			t.Fatal(err)
		}
		if got, set, err := db.Office(t.Context()); !set || err != nil || got.Phone != phone || got.Short[survey.English] != "Example" {
			t.Errorf("office %+v, %v", got, err)
		}
	}
}

func TestSendersKeepTheirIDs(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	sms := survey.Sender{Channel: survey.SMS, Address: "VPVIDU", Provider: "twilio", Rate: 1, Cost: 800}
	call := survey.Sender{Channel: survey.Call, Address: "+84900000001", Provider: "twilio", CanReceive: true}
	sync := func(senders ...survey.Sender) []survey.Sender {
		t.Helper()
		if err := db.SyncSenders(t.Context(), senders); err != nil {
			t.Fatal(err)
		}
		got, err := db.Senders(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := sync(sms, call)
	if len(first) != 2 || first[0].Rate != 1 || !first[1].CanReceive {
		t.Fatalf("senders %+v", first)
	}
	sms.Rate = 5
	if again := sync(call, sms); fmt.Sprint(ids(again)) != fmt.Sprint(ids(first)) || again[0].Rate != 5 {
		t.Errorf("again %+v, want the same ids and the new rate", again)
	}
	if one := sync(call); len(one) != 1 || one[0].ID != first[1].ID {
		t.Errorf("one was taken away: %+v", one)
	}
	if back := sync(sms, call); !slices.Equal(ids(back), ids(first)) {
		t.Errorf("back again: %+v, want the ids of before", back)
	}
	if none := sync(); len(none) != 0 {
		t.Errorf("none: %+v", none)
	}
}

func ids(senders []survey.Sender) []survey.SenderID {
	var out []survey.SenderID
	for _, s := range senders {
		out = append(out, s.ID)
	}
	return out
}
