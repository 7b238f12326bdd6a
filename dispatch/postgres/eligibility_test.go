package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// awkward are values that the two interpreters might read differently.
var awkward = []string{"", "C1", "C2 Ven biển", "7", "07", "+7", "-7", "7.0", " 7", "9223372036854775807",
	"9223372036854775808", "99999999999999999999999", "x'; --", `a"b\c`, "%", "–", "yes", "1979"}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// someone is a random contact, with the fields that a condition can ask for.
func someone(r *rand.Rand, n int) (survey.Contact, map[string]string) {
	c := survey.Contact{Language: pick(r, survey.Vietnamese, survey.English), Sex: pick(r, "", "nam", "nữ"),
		Unit: pick(r, "", "Hà Trạng", "Hạ Tràng"), UnitCode: pick(r, "", "30777", "30780"), Birth: pick(r, 0, 1954, 1979, 2001), Random: survey.RandomNumber(r.Uint64()),
		Attributes: map[string]string{}}
	get := map[string]string{"language": string(c.Language), "sex": c.Sex, "unit": c.Unit, "unit_code": c.UnitCode}
	if r.IntN(4) > 0 {
		c.Code = fmt.Sprintf("CTV%05d", n)
		get["code"] = c.Code
	}
	if c.Birth != 0 {
		get["birth"] = strconv.Itoa(c.Birth)
	}
	for _, key := range []string{"cum", "tuổi", "a'b"} {
		if v := pick(r, awkward...); v != "" {
			c.Attributes[key], get[key] = v, v
		}
	}
	status := func() survey.EndpointStatus { return pick(r, survey.EndpointOK, survey.EndpointDead) }
	if r.IntN(2) == 0 {
		e := survey.Endpoint{Kind: survey.EmailAddress, Address: "a@thu.example", Status: status()}
		c.Endpoints = append(c.Endpoints, e)
		if e.Status != survey.EndpointDead {
			get["has_email"] = "yes"
		}
	}
	if r.IntN(2) == 0 {
		e := survey.Endpoint{Kind: survey.PhoneNumber, Address: "+84912000000", SMS: r.IntN(2) == 0, Status: status()}
		c.Endpoints = append(c.Endpoints, e)
		if e.SMS && e.Status != survey.EndpointDead {
			get["has_mobile"] = "yes"
		}
	}
	return c, get
}

func condition(r *rand.Rand, depth int) survey.Condition {
	if depth > 0 && r.IntN(3) > 0 {
		op := pick(r, survey.OpAnd, survey.OpOr, survey.OpNot)
		n := 1
		if op != survey.OpNot {
			n = r.IntN(4)
		}
		c := survey.Condition{Op: op}
		for range n {
			c.Of = append(c.Of, condition(r, depth-1))
		}
		return c
	}
	c := survey.Condition{
		Op: pick(r, survey.OpTrue, survey.OpEq, survey.OpIn, survey.OpLess, survey.OpMost, survey.OpMore, survey.OpLeast, survey.OpPresent),
		Field: pick(r, "code", "unit", "unit_code", "language", "sex", "birth", "has_email", "has_mobile", "cum", "tuổi", "a'b",
			"nobody has it"),
		Values: []string{pick(r, append([]string{"CTV00003", "vi", "nam", "Hà Trạng", "1979", "30777"}, awkward...)...)},
	}
	if c.Op == survey.OpIn {
		c.Values = append(c.Values, pick(r, awkward...), "en")
	}
	return c
}

func TestEligibilityInSQLIsMatch(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	db := pgtest.New(t)
	people := map[survey.ContactID]map[string]string{}
	for n := range 60 {
		c, get := someone(r, n)
		people[db.MakeContact(c)] = get
	}
	some := 0
	for range 800 {
		c := condition(r, 3)
		where, args := postgres.Eligible(c)
		rows, err := db.SQL().QueryContext(t.Context(), "SELECT c.id FROM contact c WHERE "+where, args...)
		if err != nil {
			t.Fatalf("%s\n%s: %v", sampling.FormatCondition(c), where, err)
		}
		got := map[survey.ContactID]bool{}
		for rows.Next() {
			var id survey.ContactID
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			got[id] = true
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("%s: %v", sampling.FormatCondition(c), err)
		}
		for id, fields := range people {
			want := c.Match(func(f string) string { return fields[f] })
			if got[id] != want {
				t.Fatalf("%s\nSQL %v, Match %v, for %v\n%s", sampling.FormatCondition(c), got[id], want, fields, where)
			}
		}
		if len(got) > 0 && len(got) < len(people) {
			some++
		}
	}
	if some < 100 {
		t.Errorf("only %d conditions parted the people: the test says little", some)
	}
}

func TestFreezeFrame(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{State: survey.CampaignReady})
	person := func(n int, cluster string) survey.ContactID {
		c := pgtest.Reachable(n)
		c.Unit = "Xã " + strconv.Itoa(n)
		if cluster != "" {
			c.Attributes = map[string]string{"cum": cluster}
		}
		return db.MakeContact(c)
	}
	in, none := person(1, "C1"), person(2, "")
	gone, stopped, muted := person(3, "C1"), person(4, "C1"), person(5, "C1")
	person(6, "C9")
	db.Exec(`UPDATE contact SET left_at = now() WHERE id = $1`, gone)
	db.Exec(`INSERT INTO suppression (contact_id, scope, source, at) VALUES ($1, 'all', 'sms', now())`, stopped)
	db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'sms', 'all', 'sms', now())`, muted)
	order := view.Freeze{CampaignID: k.ID, Strata: []string{"cum", "language"}, Actor: "test", Now: pgtest.Day(),
		Eligibility: survey.Condition{Op: survey.OpNot, Of: []survey.Condition{{Op: survey.OpEq, Field: "cum", Values: []string{"C9"}}}}}

	var units []survey.FrameUnit
	seal := func(u []survey.FrameUnit) (string, error) { units = u; return sampling.FrameHash(u), nil }
	frame, err := db.FreezeFrame(t.Context(), order, seal)
	if err != nil {
		t.Fatal(err)
	}
	if frame.Size != 3 || frame.Left != 1 || frame.Suppressed != 1 {
		t.Errorf("frame %+v, want 3 units, 1 left, 1 suppressed", frame)
	}
	want := map[survey.ContactID]string{in: "C1 · vi", none: "– · vi", muted: "C1 · vi"}
	for _, u := range units {
		if want[u.ContactID] != u.Stratum || u.Random != pgtest.Reachable(int(u.ContactID-in)+1).Random {
			t.Errorf("unit %+v, want stratum %q", u, want[u.ContactID])
		}
	}
	person(7, "C1")
	again, err := db.FreezeFrame(t.Context(), order, seal)
	if err != nil || again.Hash != frame.Hash || again.Size != 3 || !again.FrozenAt.Equal(pgtest.Day()) {
		t.Errorf("frozen again: %+v, %v; want the same frame", again, err)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'frame_frozen'`); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func TestARefusedFrameIsNotFrozen(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{State: survey.CampaignReady})
	db.MakeContact(pgtest.Reachable(1))
	refusal := &survey.Error{Kind: survey.Invalid, Code: survey.CodeSampleSize}
	_, err := db.FreezeFrame(t.Context(), view.Freeze{CampaignID: k.ID, Now: pgtest.Day()},
		func([]survey.FrameUnit) (string, error) { return "", refusal })
	if survey.CodeOf(err) != survey.CodeSampleSize {
		t.Errorf("error %v, want the refusal", err)
	}
	if n := db.Int(`SELECT (SELECT count(*) FROM frame) + (SELECT count(*) FROM frame_unit)`); n != 0 {
		t.Errorf("%d rows are left of the refused frame", n)
	}
}

func TestOnlyAReadyCampaignIsFrozenAndDrawn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for i, state := range survey.CampaignMachine().States {
		if state == survey.CampaignReady {
			continue
		}
		k := db.MakeCampaign(survey.Campaign{Name: "k" + strconv.Itoa(i), State: state})
		_, err := db.FreezeFrame(t.Context(), view.Freeze{CampaignID: k.ID, Now: pgtest.Day()},
			func([]survey.FrameUnit) (string, error) { return "", nil })
		if survey.KindOf(err) != survey.Conflict {
			t.Errorf("freezing a campaign in state %s: %v, want a conflict", state, err)
		}
		_, err = db.DrawSample(t.Context(), view.DrawOrder{CampaignID: k.ID, Now: pgtest.Day()})
		if survey.KindOf(err) != survey.Conflict {
			t.Errorf("drawing in state %s: %v, want a conflict", state, err)
		}
	}
}

func TestDrawInSQLIsSelect(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	db := pgtest.New(t)
	const campaigns, strata = 20, 50 // 1,000 random frames, fifty at a time
	for n := range campaigns {
		k := db.MakeCampaign(survey.Campaign{Name: "k" + strconv.Itoa(n), State: survey.CampaignReady})
		units, draws := frames(r, strata)
		for _, u := range units {
			db.Exec(`INSERT INTO frame_unit VALUES ($1, $2, $3, $4)`, k.ID, u.ContactID, u.Stratum, u.Random)
		}
		var want []survey.ContactID
		for _, d := range draws {
			for _, u := range sampling.Select(units, d) {
				want = append(want, u.ContactID)
			}
		}
		sample, err := db.DrawSample(t.Context(), view.DrawOrder{CampaignID: k.ID, Actor: "test", Now: pgtest.Day(), Replicates: 1,
			Plan: func(turn view.Turn) ([]survey.Draw, error) { return present(draws, turn.Strata), nil }})
		if err != nil {
			t.Fatal(err)
		}
		got := drawn(t, db, k.ID)
		slices.Sort(want)
		if !slices.Equal(got, want) || sample.Size != len(want) {
			t.Fatalf("campaign %d: SQL drew %v, Select %v", n, got, want)
		}
	}
}

// frames are n strata with few different random numbers, so that there are ties
// and numbers on both edges of the circle.
func frames(r *rand.Rand, n int) ([]survey.FrameUnit, []survey.Draw) {
	number := func() survey.RandomNumber {
		return pick(r, 0, 1, 1<<63-1, 1<<63, 1<<63+1, 1<<64-1, survey.RandomNumber(r.Uint64()))
	}
	var units []survey.FrameUnit
	var draws []survey.Draw
	for s := range n {
		d := survey.Draw{Stratum: strconv.Itoa(s), Frame: r.IntN(9), Start: number()}
		d.Size = r.IntN(d.Frame + 1)
		for range d.Frame {
			units = append(units, survey.FrameUnit{ContactID: survey.ContactID(len(units) + 1), Stratum: d.Stratum, Random: number()})
		}
		draws = append(draws, d)
	}
	return units, draws
}

// present keeps the draws of strata that have somebody, and checks the sizes.
func present(draws []survey.Draw, sizes []view.StratumSize) []survey.Draw {
	var out []survey.Draw
	for _, d := range draws {
		if slices.ContainsFunc(sizes, func(s view.StratumSize) bool { return s.Name == d.Stratum && s.Size == d.Frame }) {
			out = append(out, d)
		}
	}
	return out
}

func drawn(t *testing.T, db *pgtest.DB, k survey.CampaignID) []survey.ContactID {
	t.Helper()
	rows, err := db.SQL().QueryContext(t.Context(), `SELECT contact_id FROM invitation WHERE campaign_id = $1 ORDER BY 1`, k)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []survey.ContactID
	for rows.Next() {
		var id survey.ContactID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}
