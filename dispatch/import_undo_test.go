package dispatch_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// everything is the contact list as an undoing must leave it; times of change
// and stops that were lifted are history.
const everything = `
SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
	SELECT (to_jsonb(c) - 'updated_at')::text AS line FROM contact c
	UNION ALL SELECT to_jsonb(e)::text FROM endpoint e
	UNION ALL SELECT to_jsonb(s)::text FROM suppression s WHERE lifted_at IS NULL
	UNION ALL SELECT to_jsonb(o)::text FROM consent o
	UNION ALL SELECT to_jsonb(i)::text FROM import_change i) x`

// nextList changes people of mixedList, adds addresses and people, stops one.
const nextList = `Mã CTV,Họ và tên,Điện thoại,Email,Cụm,Ghi chú,Năm sinh,Múi giờ
CTV001,Nguyễn Văn Xuân,0912345611,xuan2@thu.example,C4,,1960,Europe/Berlin
CTV002,Lê Thị Hà,0912 345 679,,C1,không tham gia,,
CTV006,Vũ Thị Sáu,0912345600,sau@thu.example,C5,đã nghỉ hưu,1971,
CTV100,Hồ Văn Mới,0912345001,moi@thu.example,C1,,1990,GMT+9
CTV101,Đặng Thị Tư,0912345679,,C1,,,
`

func TestAnImportIsTakenBackWhole(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	before := db.Text(everything)
	r := imported(t, db, nextList)
	if r.ImportCounts != counts(2, 3, 0, 0) {
		t.Fatalf("%+v", r.ImportCounts)
	}
	after := db.Text(everything)
	u := view.ImportUndo{Import: r.Import, Actor: "lan", Reason: "nhầm tệp", Now: pgtest.Day().Add(time.Hour)}
	done, err := dispatch.UndoImport(t.Context(), db, u)
	if err != nil || done != (view.ImportUndone{Removed: 2, Restored: 3}) {
		t.Fatalf("%+v, %v", done, err)
	}
	if now := db.Text(everything); now != before || now == after {
		t.Errorf("it is not as before:\n%s\nwas\n%s", now, before)
	}
	if _, err := dispatch.UndoImport(t.Context(), db, u); survey.CodeOf(err) != survey.CodeImportUndo {
		t.Errorf("undone twice: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'undo' AND import_id = $1 AND reason = 'nhầm tệp'`, r.Import); n != 1 {
		t.Error("the undoing is not on record")
	}
	if again := imported(t, db, nextList); again.ImportCounts != counts(2, 3, 0, 0) {
		t.Errorf("the same list once more: %+v", again.ImportCounts)
	}
}

func TestWhatOthersBuiltOnIsNotTakenBack(t *testing.T) {
	t.Parallel()
	for why, change := range map[string]func(t *testing.T, db *pgtest.DB){
		"undo_changed": func(t *testing.T, db *pgtest.DB) {
			imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Cụm\nCTV001,Nguyễn Văn Xuân,0912345678,C8\n")
		},
		"undo_fielded": func(_ *testing.T, db *pgtest.DB) {
			k := db.MakeCampaign(survey.Campaign{})
			db.Exec(`INSERT INTO frame_unit (campaign_id, contact_id, stratum, random_number) SELECT $1, id, '', 1 FROM contact WHERE code = 'CTV100'`, k.ID)
		},
		"undo_merged": func(_ *testing.T, db *pgtest.DB) {
			db.Exec(`UPDATE contact SET left_at = now(), merged_into = (SELECT id FROM contact WHERE code = 'CTV100') WHERE code = 'CTV101'`)
		},
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			imported(t, db, mixedList)
			r := imported(t, db, nextList)
			change(t, db)
			before := db.Text(everything)
			_, err := dispatch.UndoImport(t.Context(), db, view.ImportUndo{Import: r.Import, Actor: "lan", Reason: "nhầm", Now: pgtest.Day()})
			var e *survey.Error
			if !errors.As(err, &e) || e.Code != survey.CodeImportUndo || e.Args["why"] != why {
				t.Errorf("%v, want %s", err, why)
			}
			if db.Text(everything) != before {
				t.Error("it was refused and half done")
			}
		})
	}
	if _, err := dispatch.UndoImport(t.Context(), pgtest.New(t), view.ImportUndo{Import: 1, Reason: " \t"}); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := dispatch.UndoImport(t.Context(), pgtest.New(t), view.ImportUndo{Import: 1, Reason: "x"}); survey.CodeOf(err) != survey.CodeNotFound {
		t.Errorf("no such import: %v", err)
	}
}

func TestAMappingIsRememberedPerSource(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	by := dispatch.Deed{Actor: "lan", Now: pgtest.Day()}
	said := map[string]contactlist.Field{"Số máy": contactlist.FieldPhone, "Nơi ở": contactlist.FieldAttribute}
	for _, m := range []map[string]contactlist.Field{{"Số máy": contactlist.FieldNote}, said} { // the last word holds
		if err := dispatch.RememberMapping(t.Context(), db, "xã Gò Sỏi", m, by); err != nil {
			t.Fatal(err)
		}
	}
	got, err := dispatch.RememberedMapping(t.Context(), db, "xã Gò Sỏi")
	if err != nil || !maps.Equal(got, said) {
		t.Errorf("%v, %v", got, err)
	}
	if other, err := dispatch.RememberedMapping(t.Context(), db, "xã Đồi Mít"); err != nil || other != nil {
		t.Errorf("another source: %v, %v", other, err)
	}
}

func TestWhatIsSaidByPlaceIsRememberedByLabelToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		csv  string
		said map[string]contactlist.Field
		want map[string]contactlist.Field // what is added
	}{
		{"Họ và tên,Alô\nLê Hà,0912345678\n", map[string]contactlist.Field{"B": contactlist.FieldPhone},
			map[string]contactlist.Field{"Alô": contactlist.FieldPhone}},
		{"Họ và tên,Điện thoại\nLê Hà,0912345678\n", map[string]contactlist.Field{"B": contactlist.FieldPhone}, nil},
		{"Họ và tên,Alô\nLê Hà,0912345678\n", map[string]contactlist.Field{"Alô": contactlist.FieldPhone}, nil},
		{"Lê,Hà,0912345678,x\n", map[string]contactlist.Field{"A": contactlist.FieldFamily, "B": contactlist.FieldGiven,
			"C": contactlist.FieldPhone, "D": contactlist.FieldIgnore}, nil},
	} {
		list, err := contactlist.Open("ds.csv", strings.NewReader(c.csv), int64(len(c.csv)), contactlist.Options{Columns: c.said})
		if err != nil {
			t.Fatal(err)
		}
		want := maps.Clone(c.said)
		maps.Copy(want, c.want)
		got := dispatch.Labelled(c.said, list)
		if !maps.Equal(got, want) {
			t.Errorf("%q: %v, want %v", c.csv, got, want)
		}
		if left := dispatch.WithoutPlaces(got); len(left) != len(c.want) && c.said["Alô"] == "" {
			t.Errorf("%q: without places %v, want %v", c.csv, left, c.want)
		}
	}
}
