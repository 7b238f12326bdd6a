package dispatch_test

import (
	"context"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// stopping is a store in which somebody texts STOP while an import has their row
// in hand.
type stopping struct {
	*pgtest.DB
	t *testing.T
}

func (s stopping) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	work.Progress = func(p view.ImportProgress) {
		if p.Phase != view.ImportChecking {
			return
		}
		at, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if _, err := s.SQL().ExecContext(at, `INSERT INTO suppression (contact_id, scope, source, at)
			SELECT id, 'all', 'sms', now() FROM contact WHERE code = 'CTV001'`); err != nil {
			s.t.Errorf("a STOP waits for an import: %v", err)
		}
	}
	return s.DB.ImportContacts(ctx, run, work)
}

// An import of a million rows takes a while; who wants no more messages does not
// wait for it.
func TestAStopDoesNotWaitForAnImport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Cụm\nCTV001,Nguyễn Văn Xuân,0912345678,C1\n")
	if _, err := importing(t, stopping{db, t}, "Mã CTV,Họ và tên,Điện thoại,Cụm\nCTV001,Nguyễn Văn Xuân,0912345678,C2\n"); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM suppression s JOIN contact c ON c.id = s.contact_id AND c.attributes ->> 'cum' = 'C2'`); n != 1 {
		t.Errorf("%d stops of who was imported anew", n)
	}
}

// A number that is not a person's does not come back with the next list: it
// finds the dead one, and whoever else brings it finds it barred.
func TestANumberThatIsNotTheirsDoesNotComeBack(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	const list = "Mã CTV,Họ và tên,Điện thoại,Email\nCTV001,Nguyễn Văn Xuân,0951 234 567,xuan@thu.example\n"
	imported(t, db, list)
	k := db.MakeCampaign(survey.Campaign{})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: survey.ContactID(db.Int(`SELECT id FROM contact`))})
	if _, err := db.Store(t.Context(), view.Arrival{Kind: "text", Provider: "t", ProviderID: "1", InvitationID: inv, Payload: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	_, err := db.ApplyInbox(t.Context(), inv, pgtest.Day(), func(view.Case, view.InboxRow) (view.Change, error) {
		return view.Change{NotTheirs: "+84951234567"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	imported(t, db, list+"CTV002,Lê Thị Hà,,ha@thu.example\n")
	imported(t, db, "Mã CTV,Họ và tên,SĐT\nCTV001,Nguyễn Văn Xuân,+84 951.234.567\n")
	if n := db.Int(`SELECT count(*) FROM endpoint WHERE kind = 'phone' AND status <> 'dead'`); n != 0 {
		t.Errorf("%d numbers are usable, want none", n)
	}
	if n := db.Int(`SELECT count(*) FROM endpoint WHERE kind = 'email' AND status <> 'dead'`); n != 2 {
		t.Errorf("%d mailboxes are usable, want 2", n)
	}
}
