package dispatch_test

import (
	"context"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
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
