package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// date is 8 o'clock in Viet Nam on a day of the winter 2026/27; months count on
// beyond December.
func date(month, day int) time.Time {
	return time.Date(2026, time.Month(month), day, 1, 0, 0, 0, time.UTC)
}

func wavesAt(t *testing.T, store dispatch.WaveStore, now time.Time) *dispatch.Waves {
	t.Helper()
	return dispatch.NewWaves(store, ring(t), at(now), slog.New(slog.DiscardHandler))
}

// hold ticks once at now.
func hold(t *testing.T, db *pgtest.DB, now time.Time) {
	t.Helper()
	if err := wavesAt(t, db, now).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// standing is how the waves of the series stand: "12-14 launched due thang-2026-12:fielding".
func standing(t *testing.T, db *pgtest.DB) string {
	t.Helper()
	return db.Text(`SELECT coalesce(string_agg(to_char(w.date, 'MM-DD') || ' ' || w.state || ' ' || w.reason ||
		coalesce(' ' || k.name || ':' || k.state, ''), ', ' ORDER BY w.date), '')
		FROM wave w LEFT JOIN campaign k ON k.id = w.campaign_id`)
}

func stands(t *testing.T, db *pgtest.DB, want string) {
	t.Helper()
	if got := standing(t, db); got != want {
		t.Errorf("the waves stand\n    %s\nwant %s", got, want)
	}
}

// running is a house with people and a running series.
func running(t *testing.T, source string) *pgtest.DB {
	t.Helper()
	db := house(t)
	people(db, 30)
	if _, err := createSeries(t, db, source); err != nil {
		t.Fatal(err)
	}
	return db
}

func staff(note string, now time.Time) dispatch.SeriesOrder {
	return dispatch.SeriesOrder{Series: "hang-thang", Note: note, Actor: "lan", Now: now}
}

func day(text string) survey.Date {
	d, err := survey.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func run(t *testing.T, db *pgtest.DB, on string, now time.Time) (dispatch.Launched, error) {
	t.Helper()
	return dispatch.RunWave(t.Context(), db, ring(t), day(on), staff("", now))
}

func TestAWaveIsHeldOnItsDate(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	hold(t, db, date(12, 14).Add(-time.Second))
	stands(t, db, "")
	hold(t, db, date(12, 14))
	stands(t, db, "12-14 launched due thang-2026-12:fielding")
	hold(t, db, date(12, 14).Add(time.Minute))
	hold(t, db, date(13, 14))
	stands(t, db, "12-14 launched due thang-2026-12:fielding, 01-14 launched due thang-2027-01:fielding")
	k, err := db.CampaignByName(t.Context(), "thang-2027-01")
	if err != nil || k.Title[survey.Vietnamese] != "Ý kiến tháng 1/2027" || k.Title[survey.English] != "Views of 01/2027" ||
		!k.LaunchedAt.Equal(date(13, 14)) || k.Design.Size != 12 {
		t.Errorf("campaign %+v, %v", k, err)
	}
	if n := db.Int(`SELECT count(DISTINCT k.design ->> 'seed') FROM campaign k`); n != 1 {
		t.Errorf("%d seeds, want that of the series", n)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'wave_moved' AND actor = 'scheduler' AND reason = 'due'`); n != 6 {
		t.Errorf("%d events, want due, prepared and launched of both", n)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'campaign_moved' AND args ->> 'event' = 'launch' AND actor = 'scheduler' AND reason = 'due'`); n != 2 {
		t.Errorf("%d campaigns were launched by the scheduler because they were due", n)
	}
}

func TestAWaveThatAsksWaitsForStaff(t *testing.T) {
	t.Parallel()
	db := running(t, strings.Replace(monthly, "start: launch\n", "", 1))
	hold(t, db, date(12, 14))
	hold(t, db, date(12, 14).Add(time.Hour))
	stands(t, db, "12-14 asked due thang-2026-12:draft")
	if l, err := run(t, db, "2026-12-14", date(12, 15)); err != nil || l.Sample.Size != 12 || l.Campaign.Name != "thang-2026-12" {
		t.Errorf("run: %+v, %v", l, err)
	}
	stands(t, db, "12-14 launched staff thang-2026-12:fielding")
	if _, err := run(t, db, "2026-12-14", date(12, 15)); survey.KindOf(err) != survey.Conflict {
		t.Errorf("run twice: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'campaign_moved' AND actor = 'lan' AND args ->> 'event' = 'launch'`); n != 1 {
		t.Error("the launch is not on record as lan's")
	}
	// The next one is launched by hand: that is its wave's launch.
	hold(t, db, date(13, 14))
	o := order("thang-2027-01")
	o.Now = date(13, 14).Add(time.Hour)
	if _, err := dispatch.Launch(t.Context(), db, ring(t), o); err != nil {
		t.Fatal(err)
	}
	stands(t, db, "12-14 launched staff thang-2026-12:fielding, 01-14 launched staff thang-2027-01:fielding")
}

func TestASkippedWaveIsNotLaunchedByAnyWay(t *testing.T) {
	t.Parallel()
	db := running(t, strings.Replace(monthly, "launch", "ask", 1))
	skip := func(on, note string, now time.Time) error {
		return dispatch.SkipWave(t.Context(), db, day(on), staff(note, now))
	}
	if err := skip("2026-12-14", " ", date(12, 1)); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without a reason: %v", err)
	}
	if err := skip("2026-12-15", "Tết", date(12, 1)); survey.CodeOf(err) != survey.CodeWaveDate {
		t.Errorf("a day that is no date: %v", err)
	}
	// Before its time, and after.
	if err := skip("2027-01-14", "nghỉ Tết", date(12, 1)); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(12, 14))
	if err := skip("2026-12-14", "trùng đại hội", date(12, 14)); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(13, 14))
	stands(t, db, "12-14 skipped staff thang-2026-12:draft, 01-14 skipped staff")
	if got := db.Text(`SELECT string_agg(note || '/' || actor, ' ' ORDER BY date) FROM wave`); got != "trùng đại hội/lan nghỉ Tết/lan" {
		t.Errorf("on record is %q", got)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), order("thang-2026-12")); survey.KindOf(err) != survey.Conflict {
		t.Errorf("the draft of a skipped wave is launched: %v", err)
	}
	// Staff may still change their mind.
	if _, err := run(t, db, "2026-12-14", date(13, 20)); err != nil {
		t.Fatal(err)
	}
	stands(t, db, "12-14 launched staff thang-2026-12:fielding, 01-14 skipped staff")
	if err := skip("2026-12-14", "thôi", date(13, 21)); survey.KindOf(err) != survey.Conflict {
		t.Errorf("a launched wave is skipped: %v", err)
	}
}

func TestOnlyDatesThatHaveComeAreRun(t *testing.T) {
	t.Parallel()
	db := running(t, strings.Replace(monthly, "2026-12-01", "2026-01-01", 1))
	if _, err := run(t, db, "2027-01-14", date(12, 20)); survey.CodeOf(err) != survey.CodeWaveEarly {
		t.Errorf("a month too early: %v", err)
	}
	if _, err := run(t, db, "2026-12-13", date(12, 20)); survey.CodeOf(err) != survey.CodeWaveDate {
		t.Errorf("a day that is no date: %v", err)
	}
	// One of before the series was created, which the scheduler leaves alone.
	if l, err := run(t, db, "2026-11-14", date(12, 2)); err != nil || l.Campaign.Name != "thang-2026-11" {
		t.Errorf("last month's: %+v, %v", l.Campaign.Name, err)
	}
	stands(t, db, "11-14 launched staff thang-2026-11:fielding")
}

// Nobody was there for three months: every date gets its wave, and at most the
// latest is held.
func TestMissedDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		late string
		now  time.Time
		want string
	}{
		{"skip", date(14, 20), "12-14 skipped missed, 01-14 skipped missed, 02-14 skipped missed"},
		{"run", date(14, 20), "12-14 skipped superseded, 01-14 skipped superseded, 02-14 launched due thang-2027-02:fielding"},
		{"ask", date(14, 20), "12-14 asked missed, 01-14 asked missed, 02-14 asked missed"},
		{"ask", date(14, 14).Add(6 * time.Hour), "12-14 asked missed, 01-14 asked missed, 02-14 launched due thang-2027-02:fielding"},
		{"ask\nlate_after: 20m", date(14, 14).Add(21 * time.Minute), "12-14 asked missed, 01-14 asked missed, 02-14 asked missed"},
	} {
		db := running(t, monthly+"late: "+c.late+"\n")
		hold(t, db, c.now)
		hold(t, db, c.now.Add(time.Hour))
		stands(t, db, c.want)
		if s, err := db.SeriesByName(t.Context(), "hang-thang"); err != nil || s.NextDate.String() != "2027-03-14" {
			t.Errorf("%s: the next date is %s, %v", c.late, s.NextDate, err)
		}
	}
}

// Four schedulers that tick together through seven months hold every date once.
func TestManySchedulersHoldEveryDateOnce(t *testing.T) {
	t.Parallel()
	db := running(t, strings.NewReplacer("  from:", "  count: 6\n  from:").Replace(monthly)+"late: run\n")
	for month := 12; month < 19; month++ {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for n := range 3 {
					w := dispatch.NewWaves(db, ring(t), at(date(month, 14).Add(time.Duration(n)*time.Second)), slog.New(slog.DiscardHandler))
					if err := w.Tick(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	hold(t, db, date(18, 15))
	if n := db.Int(`SELECT count(*) FROM wave WHERE state = 'launched'`); n != 6 {
		t.Errorf("%d waves are launched, want 6: %s", n, standing(t, db))
	}
	if n := db.Int(`SELECT count(*) FROM campaign WHERE state = 'fielding'`); n != 6 {
		t.Errorf("%d campaigns are in the field, want 6", n)
	}
	if n := db.Int(`SELECT count(*) FROM series WHERE next_date IS NULL AND state = 'active'`); n != 1 {
		t.Error("the rule has more dates than its count")
	}
	if n := db.Int(`SELECT count(*) FROM invitation`); n != 6*12 {
		t.Errorf("%d cases, want 72", n)
	}
}

// together lets every scheduler in at once: what keeps a date from being held
// twice is not the lock that spares them the work.
type together struct{ *pgtest.DB }

func (s together) WithWaves(ctx context.Context, _ time.Time, do func(context.Context) error) error {
	return do(ctx)
}

func TestSchedulersThatRaceHoldADateOnce(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 3 {
				// One that comes second may find that nothing is left to move.
				if err := wavesAt(t, together{db}, date(12, 14)).Tick(context.Background()); err != nil && survey.KindOf(err) != survey.Conflict {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	stands(t, db, "12-14 launched due thang-2026-12:fielding")
	if n := db.Int(`SELECT count(*) FROM campaign`); n != 1 {
		t.Errorf("%d campaigns", n)
	}
	for kind, want := range map[string]int{"frame_frozen": 1, "sample_drawn": 1, "wave_moved": 3, "campaign_moved": 2} {
		if n := db.Int(`SELECT count(*) FROM event WHERE kind = $1`, kind); n != want {
			t.Errorf("%d events %s, want %d", n, kind, want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 12 {
		t.Errorf("%d cases, want 12", n)
	}
}

// dying is a store whose process dies before its n-th change.
type dying struct{ *crash }

func (k dying) DecideSeries(ctx context.Context, id survey.SeriesID, now time.Time, decide view.DecideWaves) error {
	if err := k.step(); err != nil {
		return err
	}
	return k.DB.DecideSeries(ctx, id, now, decide)
}

func (k dying) PrepareWave(ctx context.Context, p view.WavePreparation) (string, survey.WaveState, error) {
	if err := k.step(); err != nil {
		return "", "", err
	}
	return k.DB.PrepareWave(ctx, p)
}

func (k dying) FailWave(ctx context.Context, f view.WaveFailure) error {
	if err := k.step(); err != nil {
		return err
	}
	return k.DB.FailWave(ctx, f)
}

func TestAKilledSchedulerLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	const steps = 8 // decide, prepare, and the six of a launch
	for n := range steps + 1 {
		db := running(t, monthly)
		store := dying{&crash{DB: db, left: n}}
		err := wavesAt(t, store, date(12, 14)).Tick(t.Context())
		if died := store.left < 0; died != (n < steps) {
			t.Fatalf("after %d steps: %v; count the steps", n, err)
		}
		hold(t, db, date(12, 14).Add(time.Second))
		stands(t, db, "12-14 launched due thang-2026-12:fielding")
		if got := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); got != 12 || db.Int(`SELECT count(*) FROM campaign`) != 1 {
			t.Errorf("killed after %d steps: %d cases are out", n, got)
		}
		if f := db.Int(`SELECT failures FROM wave`); f != 0 {
			t.Errorf("killed after %d steps: %d failures are noted", n, f)
		}
		tokensOpen(t, db, ring(t))
	}
}

func TestWhatCannotBeHeldIsShownAndTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source       string
		break_, mend string
		want         survey.Code
		state        string // while it cannot be
	}{
		"no senders":         {monthly, `UPDATE sender SET active = false`, `UPDATE sender SET active = true`, survey.CodeSenderMissing, "due"},
		"nobody to ask":      {monthly, `UPDATE contact SET left_at = now()`, `UPDATE contact SET left_at = NULL`, survey.CodeFrameEmpty, "prepared"},
		"no office any more": {monthly, `UPDATE setting SET value = '{}' WHERE key = 'office'`, ``, survey.CodeOfficeIncomplete, "due"},
		"the name is taken":  {monthly, ``, `UPDATE campaign SET name = 'other'`, survey.CodeNameTaken, "due"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := running(t, c.source)
			if c.break_ != "" {
				db.Exec(c.break_)
			} else {
				db.MakeCampaign(survey.Campaign{Name: "thang-2026-12", State: survey.CampaignDraft})
			}
			now := date(12, 14)
			tries := 0
			for _, after := range []time.Duration{0, time.Second, time.Minute, 2 * time.Minute, 6 * time.Minute, 7 * time.Minute} {
				hold(t, db, now.Add(after))
				tries = db.Int(`SELECT failures FROM wave`)
			}
			if tries != 3 { // at once, after a minute, after five more
				t.Errorf("%d tries in seven minutes, want 3", tries)
			}
			if got := db.Text(`SELECT state || ' ' || (faults -> 0 ->> 'code') FROM wave`); got != c.state+" "+string(c.want) {
				t.Errorf("the wave is %s, want %s %s", got, c.state, c.want)
			}
			if c.mend == "" {
				if err := db.SetOffice(t.Context(), pgtest.Office(), "test"); err != nil {
					t.Fatal(err)
				}
			} else {
				db.Exec(c.mend)
			}
			hold(t, db, now.Add(30*time.Minute))
			if got := db.Text(`SELECT state || ' ' || failures || ' ' || faults FROM wave`); got != "launched 0 []" {
				t.Errorf("mended, the wave is %s", got)
			}
			if n := db.Int(`SELECT count(*) FROM campaign WHERE state = 'fielding'`); n != 1 {
				t.Errorf("%d campaigns are in the field", n)
			}
		})
	}
}

// What could not be held until it was late is staff's to decide, with the fault.
func TestAWaveThatFailsTooLongIsAskedAbout(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	db.Exec(`UPDATE sender SET active = false`)
	hold(t, db, date(12, 14))
	hold(t, db, date(12, 15))
	if got := db.Text(`SELECT state || ' ' || reason || ' ' || (faults -> 0 ->> 'code') FROM wave`); got != "asked missed sender_missing" {
		t.Errorf("a day later the wave is %s", got)
	}
	if _, err := run(t, db, "2026-12-14", date(12, 15)); survey.CodeOf(err) != survey.CodeSenderMissing {
		t.Errorf("run before it is mended: %v", err)
	}
	db.Exec(`UPDATE sender SET active = true`)
	hold(t, db, date(12, 15).Add(2*time.Minute)) // staff said run: the scheduler goes on
	stands(t, db, "12-14 launched staff thang-2026-12:fielding")
}

func TestALaterWaveTakesThePlaceOfOneThatFails(t *testing.T) {
	t.Parallel()
	db := running(t, monthly+"late: run\n")
	db.Exec(`UPDATE sender SET active = false`)
	hold(t, db, date(12, 14))
	db.Exec(`UPDATE sender SET active = true`)
	hold(t, db, date(13, 14))
	stands(t, db, "12-14 skipped superseded, 01-14 launched due thang-2027-01:fielding")
}

func TestTheQuestionnaireIsThatOfTheWavesTime(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	pinned := strings.NewReplacer("hang-thang", "co-dinh", "thang-{yyyy}", "ghim-{yyyy}", "vi_du", "vi_du@1").Replace(monthly)
	if _, err := createSeries(t, db, pinned); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(12, 14))
	db.MakeQuestionnaire("vi_du", strings.Replace(pgtest.QuestionnaireSource, "Better", "Improving", 1))
	hold(t, db, date(13, 14))
	got := db.Text(`SELECT string_agg(k.name || '@' || q.version, ' ' ORDER BY k.name) FROM campaign k JOIN questionnaire q ON q.id = k.questionnaire_id`)
	if got != "ghim-2026-12@1 ghim-2027-01@1 thang-2026-12@1 thang-2027-01@2" {
		t.Errorf("the waves ask %s", got)
	}
}

func TestPauseResumeAndEndASeries(t *testing.T) {
	t.Parallel()
	db := running(t, strings.Replace(monthly, "launch", "ask", 1))
	hold(t, db, date(12, 14))
	move := func(do func(context.Context, dispatch.MoveSeriesStore, dispatch.SeriesOrder) error, note string, now time.Time) error {
		return do(t.Context(), db, staff(note, now))
	}
	if err := move(dispatch.PauseSeries, "", date(12, 20)); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without a reason: %v", err)
	}
	if err := move(dispatch.ResumeSeries, "nhầm", date(12, 20)); survey.KindOf(err) != survey.Conflict {
		t.Errorf("resumed while it runs: %v", err)
	}
	if err := move(dispatch.PauseSeries, "chờ ý kiến", date(12, 20)); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(13, 14))
	stands(t, db, "12-14 asked due thang-2026-12:draft")
	if _, err := run(t, db, "2026-12-14", date(13, 15)); survey.KindOf(err) != survey.Conflict {
		t.Errorf("a wave of a paused series is run: %v", err)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), order("thang-2026-12")); survey.KindOf(err) != survey.Conflict {
		t.Errorf("a draft of a paused series is launched: %v", err)
	}
	if err := move(dispatch.ResumeSeries, "đã có ý kiến", date(14, 20)); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(15, 14))
	stands(t, db, "12-14 asked due thang-2026-12:draft, 01-14 skipped paused, 02-14 skipped paused, 03-14 asked due thang-2027-03:draft")
	if err := move(dispatch.EndSeries, "hết kế hoạch", date(15, 15)); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(16, 14))
	stands(t, db, "12-14 skipped staff thang-2026-12:draft, 01-14 skipped paused, 02-14 skipped paused, 03-14 skipped staff thang-2027-03:draft")
	if err := move(dispatch.ResumeSeries, "lại", date(16, 15)); survey.KindOf(err) != survey.Conflict {
		t.Errorf("an ended series is resumed: %v", err)
	}
	if got := db.Text(`SELECT string_agg(args ->> 'event' || '/' || actor, ' ' ORDER BY id) FROM event WHERE kind = 'series_moved'`); got != "create/lan pause/lan resume/lan end/lan" {
		t.Errorf("on record is %s", got)
	}
}

// A series that is paused between the look and the decision decides nothing.
func TestAPausedSeriesDecidesNothing(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	due, err := db.SeriesDue(t.Context(), date(12, 14))
	if err != nil || len(due) != 1 {
		t.Fatalf("due %v, %v", due, err)
	}
	if err := dispatch.PauseSeries(t.Context(), db, staff("chờ", date(12, 14))); err != nil {
		t.Fatal(err)
	}
	err = db.DecideSeries(t.Context(), due[0].ID, date(12, 14), func(survey.Series, []survey.Date) (view.WaveDecision, error) {
		t.Error("asked to decide")
		return view.WaveDecision{}, nil
	})
	if err != nil {
		t.Error(err)
	}
	stands(t, db, "")
}

// Dates that came before the pause were missed, not paused.
func TestDatesBeforeAPauseAreDecidedAsMissed(t *testing.T) {
	t.Parallel()
	db := running(t, monthly+"late: skip\n")
	if err := dispatch.PauseSeries(t.Context(), db, staff("nghỉ", date(12, 20))); err != nil { // nobody was there on the 14th
		t.Fatal(err)
	}
	if err := dispatch.ResumeSeries(t.Context(), db, staff("làm tiếp", date(14, 1))); err != nil {
		t.Fatal(err)
	}
	stands(t, db, "12-14 skipped missed, 01-14 skipped paused")
}

// The waves of a series turn round the frame, and who was asked rests.
func TestWavesTurnRoundTheFrame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		extra  string
		shared int // people that two waves in a row have in common, of 12
	}{
		"overlap 1":      {"", 12},
		"overlap 0":      {"rotation: {overlap: 0}\n", 0},
		"overlap a half": {"rotation: {overlap: 0.5}\n", 6},
		"rest":           {"rest: 40d\n", 0},
		"rest and turn":  {"rotation: {overlap: 0}\nrest: 40d\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := running(t, monthly+c.extra)
			for month := 12; month < 17; month++ {
				hold(t, db, date(month, 14))
			}
			if n := db.Int(`SELECT count(*) FROM wave WHERE state = 'launched'`); n != 5 {
				t.Fatalf("%d waves are launched: %s", n, standing(t, db))
			}
			shared := db.Text(`SELECT string_agg(n::text, ' ') FROM (SELECT (SELECT count(*) FROM invitation a JOIN invitation b
					ON b.contact_id = a.contact_id AND b.campaign_id = a.campaign_id + 1 WHERE a.campaign_id = k.id) AS n
				FROM campaign k ORDER BY k.id LIMIT 4) s`)
			if want := strings.TrimSpace(strings.Repeat(fmt.Sprintf(" %d", c.shared), 4)); shared != want {
				t.Errorf("waves in a row share %s, want %s", shared, want)
			}
			if n := db.Int(`SELECT count(*) FROM invitation i JOIN stratum_draw d USING (campaign_id, stratum)
				WHERE abs(i.inclusion - d.sample_size::float8 / d.frame_size) > 1e-12`); n != 0 {
				t.Errorf("%d cases have another inclusion probability than n/N", n)
			}
			if c.shared == 0 {
				if n := db.Int(`SELECT max(n) - min(n) FROM (SELECT count(i.id) AS n FROM contact c LEFT JOIN invitation i ON i.contact_id = c.id GROUP BY c.id) s`); n > 1 {
					t.Errorf("some were asked %d times more often than others", n)
				}
			}
		})
	}
}

// With nothing due, a tick looks and goes.
func TestATickWithNothingDueOnlyLooks(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	store := &looked{DB: db}
	for n := range 100 {
		if err := wavesAt(t, store, date(12, 10).Add(time.Duration(n)*time.Minute)).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if store.worked != 0 {
		t.Errorf("worked %d times", store.worked)
	}
	if err := wavesAt(t, store, date(12, 14)).Tick(t.Context()); err != nil || store.worked == 0 {
		t.Errorf("the date has come, and nothing is done: %v", err)
	}
}

// looked counts the looks at what there would be to do.
type looked struct {
	*pgtest.DB
	worked int
}

func (l *looked) SeriesDue(ctx context.Context, now time.Time) ([]survey.Series, error) {
	l.worked++
	return l.DB.SeriesDue(ctx, now)
}

func (l *looked) OpenWaves(ctx context.Context, now time.Time) ([]view.OpenWave, error) {
	l.worked++
	return l.DB.OpenWaves(ctx, now)
}

// While one scheduler is at work on waves, another goes away at once; when the
// first dies, the next gets in.
func TestOneSchedulerWorksOnWaves(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	in := 0
	err := db.WithWaves(t.Context(), date(12, 14), func(context.Context) error {
		in++
		err := db.WithWaves(t.Context(), date(12, 14), func(context.Context) error { in += 100; return nil })
		return errors.Join(err, errCrash)
	})
	if !errors.Is(err, errCrash) || in != 1 {
		t.Errorf("%v; %d were in at once", err, in)
	}
	if err := db.WithWaves(t.Context(), date(12, 14), func(context.Context) error { in++; return nil }); err != nil || in != 2 {
		t.Errorf("the next one did not get in: %v", err)
	}
}

// Staff who say run while the scheduler is at work wait for it, and it leaves them
// the wave: nobody is told of a conflict with a launch of their own.
func TestStaffAndSchedulerDoNotMeet(t *testing.T) {
	t.Parallel()
	db := running(t, strings.Replace(monthly, "launch", "ask", 1))
	hold(t, db, date(12, 14))
	done := make(chan error, 1)
	err := db.AloneWithWaves(t.Context(), func(ctx context.Context) error {
		go func() {
			_, err := dispatch.RunWave(context.WithoutCancel(ctx), db, ring(t), day("2026-12-14"), staff("", date(12, 15)))
			done <- err
		}()
		for deadline := time.Now().Add(20 * time.Second); db.Int(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'`) == 0; {
			if time.Now().After(deadline) {
				return errors.New("nobody waits")
			}
			time.Sleep(2 * time.Millisecond)
		}
		stands(t, db, "12-14 asked due thang-2026-12:draft")
		return nil
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	stands(t, db, "12-14 launched staff thang-2026-12:fielding")
}

// The scheduler begins a wave and feeds it in one tick; and it does so by itself.
func TestTheSchedulerHoldsWaves(t *testing.T) {
	t.Parallel()
	db := running(t, monthly)
	var q heard
	s := dispatch.NewScheduler(db.DB, &q, at(date(12, 14)), slog.New(slog.DiscardHandler)).Holding(wavesAt(t, db, date(12, 14)))
	if err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	stands(t, db, "12-14 launched due thang-2026-12:fielding")
	if n := q.count(queue.SendChunk); n != 1 {
		t.Errorf("%d chunks were told, want 1", n)
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	next := dispatch.NewScheduler(db.DB, &q, at(date(13, 14)), slog.New(slog.DiscardHandler)).Holding(wavesAt(t, db, date(13, 14)))
	go func() { ended <- next.Run(ctx) }()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(standing(t, db), "01-14 launched"); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the waves stand %s", standing(t, db))
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
