package dispatch_test

import (
	"fmt"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// Whoever withdrew stays withdrawn, whatever a list says, also where the list
// speaks of one channel and the person of all, or of one purpose.
func TestAListGivesNobodyBackWhoWithdrew(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		no     dispatch.ConsentRequest
		column string
	}{
		{dispatch.ConsentRequest{}, "Đồng ý nhận SMS"},
		{dispatch.ConsentRequest{}, "Đồng ý"},
		{dispatch.ConsentRequest{Channel: survey.SMS}, "Đồng ý"},
		{dispatch.ConsentRequest{Channel: survey.SMS}, "Đồng ý nhận SMS"},
		{dispatch.ConsentRequest{Purpose: survey.PurposeSurvey}, "Đồng ý"},
		{dispatch.ConsentRequest{Purpose: survey.PurposeSurvey, Channel: survey.SMS}, "Đồng ý nhận SMS"},
	} {
		t.Run(fmt.Sprint(tc.no.Purpose, tc.no.Channel, tc.column), func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			imported(t, db, "Mã CTV,Họ và tên,Điện thoại\nCTV001,Nguyễn Văn Xuân,0912345678\n")
			r := tc.no
			r.Ref, r.Actor, r.Withdraw, r.Now = "CTV001", "lan", true, pgtest.Day()
			before, err := dispatch.RecordConsent(t.Context(), db, r)
			if err != nil {
				t.Fatal(err)
			}
			imported(t, db, "Mã CTV,Họ và tên,Điện thoại,"+tc.column+"\nCTV001,Nguyễn Văn Xuân,0912345678,có\n")
			after, err := dispatch.ShowConsent(t.Context(), db, "CTV001")
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range after.States {
				if s.Given && !before.States[i].Given {
					t.Errorf("%s by %s is given again", s.Purpose, s.Channel)
				}
			}
		})
	}
}
