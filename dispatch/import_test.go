package dispatch_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// importing merges a CSV list.
func importing(t *testing.T, store dispatch.ImportStore, csv string, change ...func(*dispatch.ImportRequest)) (dispatch.ImportReport, error) {
	t.Helper()
	list, err := contactlist.Open("ds.csv", strings.NewReader(csv), int64(len(csv)), contactlist.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	sum := sha256.Sum256([]byte(csv))
	r := dispatch.ImportRequest{Source: "ds.csv", SHA256: sum[:], List: list, Basis: "appointment", ConsentSource: "danh sách 2026",
		ConsentText: "Quyết định cử", Actor: "lan", Now: pgtest.Day(), Rand: rand.Reader}
	for _, c := range change {
		c(&r)
	}
	return dispatch.Import(t.Context(), store, r)
}

func imported(t *testing.T, db *pgtest.DB, csv string, change ...func(*dispatch.ImportRequest)) dispatch.ImportReport {
	t.Helper()
	r, err := importing(t, db, csv, change...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func counts(created, updated, unchanged, rejected int) view.ImportCounts {
	return view.ImportCounts{Created: created, Updated: updated, Unchanged: unchanged, Rejected: rejected}
}

// What the office said of its own columns holds for every list, and for the same list again.
func TestImportReadsColumnsAsTheOfficeSaid(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := dispatch.AttributeRequest{Key: "nghe", By: view.Audit{At: pgtest.Day(), Actor: "lan"}}
	list := "Mã CTV,Họ và tên,Điện thoại,Nghề,Ghi chép\nCTV001,Nguyễn Văn Xuân,0912345678, nd ,a\nCTV002,Lê Thị Hà,0912345679,Công nhân,b\nCTV003,Trần Mẫu,0912345670,Nông dân,c\n"
	imported(t, db, list)
	if n, err := dispatch.JoinValues(t.Context(), db, r, "nd", "Nông dân"); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	dropped := r
	dropped.Key = "ghi_chep"
	if n, err := dispatch.DropAttribute(t.Context(), db, dropped); n != 3 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	said, err := db.Attributes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	as := func(r *dispatch.ImportRequest) { r.Columns = said }
	if got := imported(t, db, list, as).ImportCounts; got != counts(0, 0, 3, 0) {
		t.Errorf("the same list again: %+v", got)
	}
	imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Nghề,Ghi chép\nCTV004,Vũ Thị Sáu,0912345600,ND,d\n", as)
	if got := db.Text(`SELECT string_agg(attributes::text, ' ' ORDER BY code) FROM contact`); strings.Contains(got, "ghi_chep") || strings.Count(got, "Nông dân") != 3 {
		t.Error(got)
	}
}

const mixedList = `Mã CTV,Họ và tên,Điện thoại,Email,Cụm,Ghi chú
CTV001,Nguyễn Văn Xuân,0912345678,xuan@thu.example,C1,
CTV002,Lê Thị Hà,0912 345 679,,C1,
,Trần Văn Mẫu,0373456789,mau@thu.example,C2,
,TRẦN VĂN MẪU,0373456789,,C2,
CTV004,Phạm Thị Thu,091234567,,C2,
CTV005,Đỗ Văn Năm,0912345679,nam@thu.example,C3,không tham gia
CTV006,Vũ Thị Sáu,0912345600,sau@thu.example,C3,đã nghỉ hưu
`

// contents is everything that an import may write, without its own run.
const contents = `
SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
	SELECT to_jsonb(c)::text AS line FROM contact c
	UNION ALL SELECT to_jsonb(e)::text FROM endpoint e
	UNION ALL SELECT to_jsonb(s)::text FROM suppression s
	UNION ALL SELECT to_jsonb(o)::text FROM consent o) x`

func TestImport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := imported(t, db, mixedList)
	if r.ImportCounts != counts(5, 0, 1, 1) {
		t.Fatalf("counts %+v", r.ImportCounts)
	}
	if r.Reasons[survey.CodePhoneInvalid] != 1 || len(r.Reasons) != 1 {
		t.Errorf("reasons %v, want one phone", r.Reasons)
	}
	for _, code := range []survey.Code{survey.CodeDuplicateRow, survey.CodeOptedOut, survey.CodeNoteLeft} {
		if r.Warnings[code] != 1 {
			t.Errorf("%d warnings of %s, want 1", r.Warnings[code], code)
		}
	}
	if len(r.Shared) != 1 || r.Shared[0].Kind != survey.PhoneNumber || r.Shared[0].People != 2 ||
		!slices.Equal(r.Shared[0].Codes, []string{"CTV002", "CTV005"}) || !slices.Equal(r.Shared[0].Rows, []string{"3", "7"}) {
		t.Errorf("shared %+v, want the phone of CTV002 and CTV005", r.Shared)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM contact`:                                                                         5,
		`SELECT count(DISTINCT random_number) FROM contact`:                                                    5,
		`SELECT count(*) FROM endpoint WHERE kind = 'phone' AND sms`:                                           5,
		`SELECT count(*) FROM contact WHERE left_at IS NOT NULL AND code = 'CTV006'`:                           1,
		`SELECT count(*) FROM suppression s JOIN contact c ON c.id = s.contact_id WHERE c.code = 'CTV005'`:     1,
		`SELECT count(*) FROM contact c JOIN import_run r ON r.id = c.import_id WHERE r.basis = 'appointment'`: 5,
		`SELECT count(*) FROM contact WHERE name_folded = 'nguyen van xuan' AND attributes ->> 'cum' = 'C1'`:   1,
		`SELECT count(*) FROM import_run WHERE created = 5 AND unchanged = 1 AND rejected = 1`:                 1,
	} {
		if got := db.Int(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	// The same person twice with other words: the first row wins.
	list := mixedList + "CTV001,Nguyễn Văn Xuân,0912345611,,C9,\n,Trần Văn Mẫu,0373456789,,C7,\n"
	imported(t, db, list)
	before := db.Text(contents)
	r := imported(t, db, list, func(r *dispatch.ImportRequest) { r.Now = r.Now.Add(time.Hour) })
	if r.ImportCounts != counts(0, 0, 8, 1) {
		t.Errorf("counts %+v, want 8 unchanged and 1 rejected", r.ImportCounts)
	}
	if after := db.Text(contents); after != before {
		t.Errorf("importing twice changed\n%s\ninto\n%s", before, after)
	}
}

func TestADryRunCountsTheSameAndKeepsNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	dry := imported(t, db, mixedList, func(r *dispatch.ImportRequest) { r.DryRun = true })
	if n := db.Int(`SELECT (SELECT count(*) FROM contact) + (SELECT count(*) FROM import_run)`); n != 0 || !dry.DryRun {
		t.Errorf("a dry run left %d rows", n)
	}
	if wet := imported(t, db, mixedList); wet.ImportCounts != dry.ImportCounts || len(wet.Shared) != len(dry.Shared) {
		t.Errorf("dry %+v, wet %+v", dry.ImportCounts, wet.ImportCounts)
	}
}

func TestAnImportUpdatesAndNeverTakesAway(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	random := db.Text(`SELECT random_number FROM contact WHERE code = 'CTV001'`)
	r := imported(t, db, `Mã CTV,Họ và tên,Điện thoại,Email,Cụm,Năm sinh
CTV001,Nguyễn Văn Xuân,0987654321,,C4,1978
ctv002,Lê Thị Hà,0912345679,,,
CTV009,Trần Văn Mẫu,0373456789,,,
`)
	if r.ImportCounts != counts(0, 2, 1, 0) {
		t.Errorf("counts %+v, want CTV001 and Trần Văn Mẫu updated, CTV002 unchanged", r.ImportCounts)
	}
	if got := db.Text(`SELECT attributes ->> 'cum' || ' ' || birth || ' ' || random_number FROM contact WHERE code = 'CTV001'`); got != "C4 1978 "+random {
		t.Errorf("CTV001 is %s", got)
	}
	phones := db.Text(`SELECT string_agg(address, ' ' ORDER BY rank) FROM endpoint e JOIN contact c ON c.id = e.contact_id
		WHERE code = 'CTV001' AND kind = 'phone'`)
	if phones != "+84912345678 +84987654321" {
		t.Errorf("phones %s, want the old one first", phones)
	}
	if n := db.Int(`SELECT count(*) FROM contact WHERE name = 'Trần Văn Mẫu' AND code = 'CTV009'`); n != 1 {
		t.Error("the code of a person who had none was not taken")
	}
	if n := db.Int(`SELECT count(*) FROM contact WHERE code = 'CTV002' AND attributes ->> 'cum' = 'C1'`); n != 1 {
		t.Error("an empty cell took something away")
	}
}

func TestPeopleWithCodesOfTheirOwnAreTwo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := imported(t, db, "Mã,Họ tên,Điện thoại\nA1,Nguyễn Văn An,0912345678\nA2,Nguyễn Văn An,0912345678\n")
	if r.ImportCounts != counts(2, 0, 0, 0) || len(r.Shared) != 1 || !slices.Equal(r.Shared[0].Codes, []string{"A1", "A2"}) {
		t.Errorf("%+v %+v, want two people who share a phone", r.ImportCounts, r.Shared)
	}
}

func TestTwoRowsOfOneBatchMayBeOneContactByOtherKeys(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, "Họ tên,Điện thoại,Email\nNguyễn Văn An,0912345678,an@thu.example\n")
	list := "Họ tên,Điện thoại,Email,Cụm,Đơn vị\nNguyễn Văn An,0912345678,,C1,\nNguyễn Văn An,,an@thu.example,,Hà Trạng\n"
	if r := imported(t, db, list); r.ImportCounts != counts(0, 2, 0, 0) {
		t.Errorf("counts %+v", r.ImportCounts)
	}
	if n := db.Int(`SELECT count(*) FROM contact WHERE attributes ->> 'cum' = 'C1' AND unit = 'Hà Trạng'`); n != 1 {
		t.Error("one of two updates of one contact was lost")
	}
	if r := imported(t, db, list); r.ImportCounts != counts(0, 0, 2, 0) {
		t.Errorf("again: %+v", r.ImportCounts)
	}
}

func TestAnOptOutLiftedByThePersonIsNotBroughtBackByTheOldList(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	db.Exec(`UPDATE suppression SET lifted_at = now()`)
	imported(t, db, mixedList)
	if n := db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL`); n != 0 {
		t.Error("the old remark silenced a person who asked to be contacted again")
	}
}

func TestALargeListComesInBatches(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var csv strings.Builder
	csv.WriteString("Mã,Họ tên,Điện thoại,Email\n")
	const people = 1300
	for i := range people {
		fmt.Fprintf(&csv, "X%04d,Nguyễn Thị Ví Dụ,091%07d,x%d@thu.example\n", i, i, i)
		if i%100 == 0 { // again at once, and once more in another batch
			fmt.Fprintf(&csv, "X%04d,Nguyễn Thị Ví Dụ,091%07d,\nX%04d,Nguyễn Thị Ví Dụ,091%07d,\n", i, i, i/2, i/2)
		}
	}
	r := imported(t, db, csv.String())
	if r.ImportCounts != counts(people, 0, 26, 0) || r.Warnings[survey.CodeDuplicateRow] != 26 {
		t.Errorf("counts %+v, %d duplicates", r.ImportCounts, r.Warnings[survey.CodeDuplicateRow])
	}
}

func TestAReportIsBounded(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	csv := "Họ tên,Điện thoại\n" + strings.Repeat("Nguyễn Văn An,12\n", 1200)
	r := imported(t, db, csv)
	if r.Rejected != 1200 || len(r.Rows) != 1000 || r.Unlisted != 200 {
		t.Errorf("rejected %d, listed %d, unlisted %d", r.Rejected, len(r.Rows), r.Unlisted)
	}
	list, err := contactlist.Open("ds.csv", strings.NewReader(csv), int64(len(csv)), contactlist.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rejects := 0
	for row, err := range r.Rejects(list) {
		if err != nil || len(row.Errors) != 1 || row.Errors[0].Code != survey.CodePhoneInvalid {
			t.Fatalf("row %d: %v, %v", row.Line, row.Errors, err)
		}
		rejects++
	}
	if rejects != 1200 {
		t.Errorf("%d rejects, want all", rejects)
	}
}

// torn is a store that sees the list break off after its rows.
type torn struct{ *pgtest.DB }

func (s torn) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	lines := work.Lines
	work.Lines = func(yield func(view.ImportLine, error) bool) {
		for l, err := range lines {
			if !yield(l, err) {
				return
			}
		}
		yield(view.ImportLine{}, io.ErrUnexpectedEOF)
	}
	return s.DB.ImportContacts(ctx, run, work)
}

func TestAListThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := importing(t, torn{db}, mixedList); err == nil {
		t.Error("no error")
	}
	if _, err := importing(t, db, mixedList, func(r *dispatch.ImportRequest) { r.Rand = strings.NewReader("short") }); err == nil {
		t.Error("no error without chance")
	}
	if n := db.Int(`SELECT (SELECT count(*) FROM contact) + (SELECT count(*) FROM import_run)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestTwoImportsAtOnceMakeEverybodyOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var both sync.WaitGroup
	reports := make([]dispatch.ImportReport, 2)
	for i := range reports {
		both.Go(func() { // two files, of the same people
			r, err := importing(t, db, mixedList+strings.Repeat("\n", i))
			if err != nil {
				t.Error(err)
			}
			reports[i] = r
		})
	}
	both.Wait()
	if n := db.Int(`SELECT count(*) FROM contact`); n != 5 || reports[0].Created+reports[1].Created != 5 {
		t.Errorf("%d contacts; %+v and %+v", n, reports[0].ImportCounts, reports[1].ImportCounts)
	}
}

// held is a store that waits in the middle of an import.
type held struct {
	*pgtest.DB
	begun, goOn chan struct{}
}

func (s held) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	lines := work.Lines
	work.Lines = func(yield func(view.ImportLine, error) bool) {
		close(s.begun)
		<-s.goOn
		lines(yield)
	}
	return s.DB.ImportContacts(ctx, run, work)
}

func TestTheSameFileIsImportedByOneProcessAtATime(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	slow := held{db, make(chan struct{}), make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		_, err := importing(t, slow, mixedList)
		done <- err
	}()
	<-slow.begun
	if _, err := importing(t, db, mixedList); survey.CodeOf(err) != survey.CodeImportRunning {
		t.Errorf("the second import: %v", err)
	}
	close(slow.goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := db.Int(`SELECT count(*) FROM contact`); n != 5 {
		t.Errorf("%d contacts, want 5", n)
	}
}

// cutOff stands for kill -9: the process is gone when merging begins, or in the
// middle of it, and says nothing to the database.
func TestAnImportThatWasCutOffIsTakenOver(t *testing.T) {
	t.Parallel()
	whole := imported(t, pgtest.New(t), mixedList)
	for _, phase := range []view.ImportPhase{view.ImportReading, view.ImportChecking} {
		t.Run(string(phase), func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			killed := killed{db, phase}
			if _, err := importing(t, killed, mixedList); err == nil {
				t.Fatal("it was not cut off")
			}
			if n := db.Int(`SELECT count(*) FROM contact`); n != 0 {
				t.Errorf("%d contacts are half imported", n)
			}
			r := imported(t, db, mixedList)
			if r.ImportCounts != whole.ImportCounts || !r.Resumed || len(r.Rows) != len(whole.Rows) {
				t.Errorf("resumed %v with %+v, want %+v", r.Resumed, r.ImportCounts, whole.ImportCounts)
			}
			if n := db.Int(`SELECT count(*) FROM import_run WHERE state = 'merged'`); n != 1 || db.Int(`SELECT count(*) FROM import_run`) != 1 {
				t.Error("the run was not taken over")
			}
		})
	}
}

// killed is a store whose process dies in a phase.
type killed struct {
	*pgtest.DB
	phase view.ImportPhase
}

func (s killed) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	lines := work.Lines
	work.Lines = func(yield func(view.ImportLine, error) bool) {
		n := 0
		for l, err := range lines {
			if n++; s.phase == view.ImportReading && n > 2 {
				kill()
				yield(l, ctx.Err())
				return
			}
			if !yield(l, err) {
				return
			}
		}
	}
	work.Progress = func(p view.ImportProgress) {
		if p.Phase == s.phase {
			kill()
		}
	}
	return s.DB.ImportContacts(ctx, run, work)
}

// unplugged is a store whose connections the server ends in the middle of the
// rows.
type unplugged struct {
	*pgtest.DB
	after int
}

func (s unplugged) ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error) {
	lines := work.Lines
	work.Lines = func(yield func(view.ImportLine, error) bool) {
		n := 0
		for l, err := range lines {
			if n++; n == s.after {
				s.Exec(`SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
					WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.pid <> pg_backend_pid()`)
			}
			if !yield(l, err) {
				return
			}
		}
	}
	return s.DB.ImportContacts(ctx, run, work)
}

func TestAnImportWhoseDatabaseWentAwayIsTakenOver(t *testing.T) {
	t.Parallel()
	const rows = 40_000 // many more than are under way at once
	var list strings.Builder
	list.WriteString("Mã CTV,Họ và tên,Điện thoại\n")
	for i := range rows {
		fmt.Fprintf(&list, "CTV%d,Lê Hà,09%08d\n", i, i)
	}
	db := pgtest.New(t)
	if _, err := importing(t, unplugged{db, 10_000}, list.String()); survey.CodeOf(err) != survey.CodeDatabaseAway {
		t.Fatalf("the import that was cut off: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM contact`); n != 0 {
		t.Errorf("%d contacts are half imported", n)
	}
	if r := imported(t, db, list.String()); r.Created+r.Rejected != rows || !r.Resumed {
		t.Errorf("resumed %v with %+v", r.Resumed, r.ImportCounts)
	}
}

func TestACodeThatIsSomebodyElsesIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	before := db.Text(contents)
	list := "Mã CTV,Họ và tên,Điện thoại\nCTV001,Hoàng Thị Lan,0373456700\nCTV002,Lê Thị Hà,0373456701\n"
	r := imported(t, db, list)
	if r.ImportCounts != counts(0, 1, 0, 1) || r.Reasons[survey.CodeCodeConflict] != 1 {
		t.Errorf("%+v, reasons %v", r.ImportCounts, r.Reasons)
	}
	if db.Int(`SELECT count(*) FROM contact WHERE code = 'CTV001' AND name = 'Nguyễn Văn Xuân'`) != 1 || before == "" {
		t.Error("a new person was written over another with the same code")
	}
	l, err := contactlist.Open("ds.csv", strings.NewReader(list), int64(len(list)), contactlist.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rejects(l) {
		if err != nil || row.Line != 2 || row.Errors[0].Code != survey.CodeCodeConflict {
			t.Errorf("rejected: line %d, %v, %v", row.Line, row.Errors, err)
		}
	}
}

func TestADryRunShowsWhatChanges(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	r := imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Cụm\nCTV001,Nguyễn Văn Xuân,0912345699,C4\n", func(r *dispatch.ImportRequest) { r.DryRun = true })
	want := []dispatch.FieldChange{{Field: "cum", From: "C1", To: "C4"}}
	if len(r.Changes) != 1 || !slices.Equal(r.Changes[0].Fields, want) || r.Changes[0].Addresses != 1 || r.Changes[0].Where != "2" {
		t.Errorf("changes %+v, want %v and an address", r.Changes, want)
	}
}

func TestNamesakesOfOneUnitAreShown(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, "Họ và tên,Đơn vị,Điện thoại\nLê Hà,xã Gò Sỏi,0912345601\n")
	r := imported(t, db, "Họ và tên,Đơn vị,Điện thoại\nLê Hà,xã Gò Sỏi,0912345602\nLê Hà,xã Đồi Mít,0912345603\nLê Hà,xã Đồi Mít,0912345604\n")
	if r.Created != 3 || r.Warnings[survey.CodeMaybeSame] != 2 {
		t.Errorf("%+v, warnings %v; want two to look at", r.ImportCounts, r.Warnings)
	}
}

func TestAnImportNeedsABasis(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := importing(t, db, mixedList, func(r *dispatch.ImportRequest) { r.Basis = "" }); survey.CodeOf(err) != survey.CodeUsage {
		t.Errorf("without a basis: %v", err)
	}
}

// Whoever has neither e-mail nor phone stays on the list, once, and is told
// from a namesake by unit and year of birth.
func TestWhoHasNoAddressIsTakenOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	list := "Họ và tên,Năm sinh,Đơn vị,Điện thoại\nLê Hà,1970,xã Gò Sỏi,\nLê Hà,1981,xã Gò Sỏi,không có\nLê Hà,1970,xã Gò Sỏi,-\n"
	first := imported(t, db, list)
	if first.ImportCounts != counts(2, 0, 1, 0) || first.Warnings[survey.CodeNoEndpoint] != 3 {
		t.Errorf("first time %+v, warnings %v", first.ImportCounts, first.Warnings)
	}
	if again := imported(t, db, list); again.ImportCounts != counts(0, 0, 3, 0) {
		t.Errorf("second time %+v", again.ImportCounts)
	}
}

func TestAnOldListFindsWhoWasMerged(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	list := "Mã CTV,Họ và tên,Điện thoại,Cụm\nCTV001,Nguyễn Văn Xuân,0912345678,C1\nCTV002,Nguyễn Xuân,0373456789,C2\n,Lê Thị Hà,0912345680,C1\n,Lê Hà,0912345681,C1\n"
	imported(t, db, list)
	for _, pair := range [][2]string{{"Nguyễn Văn Xuân", "Nguyễn Xuân"}, {"Lê Thị Hà", "Lê Hà"}} {
		ref := func(name string) string { return db.Text(`SELECT id FROM contact WHERE name = $1`, name) }
		_, err := dispatch.MergePeople(t.Context(), db, dispatch.MergeRequest{Keep: ref(pair[0]), Drop: ref(pair[1]), Reason: "một người", Actor: "lan", Now: pgtest.Day()})
		if err != nil {
			t.Fatal(err)
		}
	}
	before := db.Text(contents)
	r := imported(t, db, list)
	if r.Created+r.Rejected != 0 {
		t.Errorf("%+v", r.ImportCounts)
	}
	if after := db.Text(contents); after != before {
		t.Errorf("the old list changed\n%s\ninto\n%s", before, after)
	}
}
