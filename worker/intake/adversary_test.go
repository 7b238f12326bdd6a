package intake_test

import (
	"bytes"
	"cmp"
	crand "crypto/rand"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

// secretForm has one answer that names its person, for the test alone, and parts that
// make forms differ in length and path.
const secretForm = `name: kin
title: Kín | Sealed
languages: [vi, en]
minutes: 1
questions:
  - {name: so, type: integer, kind: fact, required: true, min: 0, max: 100000, label: "Số? | Number?"}
  - {name: dai, type: integer, kind: fact, min: 0, max: 9, label: "Thêm không? | More?"}
  - {name: loi, type: text, kind: own_opinion, relevant: "${dai} >= 5", label: "Xin nói rõ. | Please explain."}
  - {name: nua, type: text, kind: own_opinion, relevant: "${dai} >= 8", label: "Còn gì nữa? | What else?"}
`

// known is what the test knows of a person, and the attacker wants to.
type known struct {
	inv     survey.InvitationID
	form    string
	stratum string
	secret  int // the answer that is only theirs
	order   int // in which they sent, from 0
	pages   int // how long their way was
	typed   int // how much they wrote
}

// field is an anonymous campaign of people who answer in a known order.
type field struct {
	*place
	keys   *token.Keyring
	random *rand.Rand
	people []*known
	// came are the answers of each stratum in the order in which the dumps after each
	// release showed them: release by release, and row by row. groups counts the releases
	// of a stratum.
	came   map[string][]int
	groups int
}

// newField invites people in three strata.
func newField(t testing.TB, people int, seed uint64) *field {
	t.Helper()
	p := newPlace(t, secretForm)
	p.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	p.db.Exec(`DELETE FROM token`)
	p.db.Exec(`DELETE FROM invitation`)
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
	p.must(err)
	f := &field{place: p, keys: keys, came: map[string][]int{}, random: rand.New(rand.NewPCG(seed, 7))}
	for i := range people {
		k := &known{stratum: string(rune('A' + i%3)), secret: 1000 + f.random.IntN(90000)}
		lang := survey.Vietnamese
		if i%5 == 0 {
			lang = survey.English
		}
		k.inv = p.db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, Stratum: k.stratum, Language: lang,
			ContactID: p.db.MakeContact(pgtest.Reachable(i + 10))})
		p.inv = k.inv
		k.form = "/r/" + p.issue(keys, token.Form, 1)
		f.people = append(f.people, k)
	}
	return f
}

// answer walks a person through the form, by as many posts as their way is long.
func (f *field) answer(k *known, order int) {
	f.Helper()
	k.order = order
	dai := f.random.IntN(10)
	steps := [][2]string{{"so", strconv.Itoa(k.secret)}, {"dai", strconv.Itoa(dai)}}
	if dai >= 5 {
		steps = append(steps, [2]string{"loi", strings.Repeat("x", 1+f.random.IntN(900))})
	}
	if dai >= 8 {
		steps = append(steps, [2]string{"nua", strings.Repeat("y", 1+f.random.IntN(900))})
	}
	k.pages = len(steps)
	for _, s := range steps[2:] {
		k.typed += len(s[1])
	}
	nonce := 0
	press := func(do string, fields url.Values) {
		nonce++
		fields.Set("do", do)
		fields.Set("nonce", strconv.Itoa(nonce))
		if r := f.do(f.request(k.form, fields)); r.status != 303 {
			f.Fatalf("%s %v: %d %s", do, fields, r.status, r.text())
		}
	}
	press("begin", url.Values{})
	for _, s := range steps {
		press("next", url.Values{"page": {s[0]}, s[0]: {s[1]}})
	}
}

// release lets the scheduler's part run.
func (f *field) release() {
	f.Helper()
	f.must(dispatch.NewReleaser(f.db.DB, f.keys, survey.NewClock(f.clock), crand.Reader).Release(f.Context()))
	fresh := map[string]bool{}
	for _, l := range f.dumped(`SELECT r.ctid::text, r.xmin::text::int, r.stratum, a.value FROM response r
		JOIN answer_item a ON a.response_id = r.id AND a.question = 'so' ORDER BY r.ctid`) {
		secret, _ := strconv.Atoi(l.text)
		if !slices.Contains(f.came[l.id], secret) {
			f.came[l.id] = append(f.came[l.id], secret)
			fresh[l.id] = true
		}
	}
	f.groups += len(fresh)
}

// inTurn counts right guesses of who has a dump after every release, and gives the
// answers of a stratum as they came out to the people in the order in which they sent.
func (f *field) inTurn() int {
	n := 0
	for stratum, came := range f.came {
		var ps []*known
		for _, k := range f.people {
			if k.stratum == stratum && k.pages > 0 {
				ps = append(ps, k)
			}
		}
		slices.SortFunc(ps, func(a, b *known) int { return cmp.Compare(a.order, b.order) })
		for i := range min(len(ps), len(came)) {
			if ps[i].secret == came[i] {
				n++
			}
		}
	}
	return n
}

// telling lists what stands in the record of the cases and goes together with what their
// people answered: how many questions, how many words, which number. Of things that have
// nothing to do with each other, Spearman's rank correlation times the root of n is a
// standard normal variable; 6.5 is passed with a probability under 1e-10.
func telling(people []sent) []string {
	var out []string
	for _, by := range sorted(people[0].values) {
		if by == "pages" { // seen over the shoulder, not in the record
			continue
		}
		for what, of := range map[string]func(*known) float64{"questions": func(k *known) float64 { return float64(k.pages) },
			"words": func(k *known) float64 { return float64(k.typed) }, "number": func(k *known) float64 { return float64(k.secret) }} {
			var a, b []float64
			for _, p := range people {
				a, b = append(a, p.values[by]), append(b, of(p.k))
			}
			if z := spearman(a, b) * math.Sqrt(float64(len(a)-1)); math.Abs(z) > 6.5 {
				out = append(out, fmt.Sprintf("%s tells the %s (z = %.1f)", by, what, z))
			}
		}
	}
	return out
}

// spearman is the rank correlation of a and b, 0 where one of them is constant.
func spearman(a, b []float64) float64 {
	ra, rb := ranks(a), ranks(b)
	mean := float64(len(a)+1) / 2
	var ab, aa, bb float64
	for i := range ra {
		ab += (ra[i] - mean) * (rb[i] - mean)
		aa += (ra[i] - mean) * (ra[i] - mean)
		bb += (rb[i] - mean) * (rb[i] - mean)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks are from 1; equals share the mean of theirs.
func ranks(v []float64) []float64 {
	at := make([]int, len(v))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	out := make([]float64, len(v))
	for i := 0; i < len(at); {
		j := i
		for j < len(at) && v[at[j]] == v[at[i]] {
			j++
		}
		for _, k := range at[i:j] {
			out[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}

// A line of the dump, with what Postgres knows of a row beside its columns.
type line struct {
	place string // ctid
	tx    int    // xmin
	id    string
	size  int
	text  string
}

// dumped is a table as pg_dump and the system columns have it, in the order of the rows.
func (f *field) dumped(query string) []line {
	f.Helper()
	rows, err := f.db.SQL().QueryContext(f.Context(), query)
	f.must(err)
	defer rows.Close()
	var out []line
	for rows.Next() {
		var l line
		f.must(rows.Scan(&l.place, &l.tx, &l.id, &l.text))
		l.size = len(l.text)
		out = append(out, l)
	}
	f.must(rows.Err())
	return out
}

// sent is one person as the attacker sees them: the case, and all rows about it.
type sent struct {
	k       *known
	stratum string
	values  map[string]float64
}

// loose is one answer as the attacker sees it.
type loose struct {
	stratum string
	secret  int
	values  map[string]float64
}

// attacker gathers what there is of cases and of answers.
func (f *field) attacker() ([]sent, []loose) {
	f.Helper()
	var people []sent
	for i, l := range f.dumped(`SELECT i.ctid::text, i.xmin::text::int, i.id::text, to_jsonb(i)::text || coalesce((SELECT string_agg(e::text, '') FROM event e
		WHERE e.invitation_id = i.id), '') FROM invitation i WHERE i.sealed = 'submitted' ORDER BY i.ctid`) {
		id, _ := strconv.Atoi(l.id)
		at := slices.IndexFunc(f.people, func(k *known) bool { return int(k.inv) == id })
		person := sent{k: f.people[at], stratum: f.people[at].stratum, values: map[string]float64{}}
		person.values["row"], person.values["xmin"], person.values["id"], person.values["size"] = float64(i), float64(l.tx), float64(id), float64(l.size)
		person.values["event"] = float64(f.db.Int(`SELECT max(id) FROM event WHERE invitation_id = $1 AND kind = 'submitted'`, id))
		person.values["events"] = float64(f.db.Int(`SELECT count(*) FROM event WHERE invitation_id = $1`, id))
		person.values["inbox"] = float64(f.db.Int(`SELECT count(*) FROM inbox WHERE invitation_id = $1`, id))
		person.values["answered"] = float64(f.db.Int(`SELECT coalesce((progress->>'answered')::int, 0) FROM invitation WHERE id = $1`, id))
		person.values["applicable"] = float64(f.db.Int(`SELECT coalesce((progress->>'applicable')::int, 0) FROM invitation WHERE id = $1`, id))
		person.values["told"] = float64(f.db.Int(`SELECT coalesce(sum((args->>'answered')::int), 0) FROM event WHERE invitation_id = $1`, id))
		person.values["order"] = float64(person.k.order) // the attacker watched them
		person.values["pages"] = float64(person.k.pages)
		person.values["english"] = float64(f.db.Int(`SELECT (language = 'en')::int FROM invitation WHERE id = $1`, id))
		person.values["hash"] = float64(f.db.Int(`SELECT ('x' || substr(encode(hash, 'hex'), 1, 7))::bit(28)::int FROM token WHERE invitation_id = $1`, id))
		person.values["at"] = float64(f.db.Int(`SELECT extract(epoch FROM closed_at)::int FROM invitation WHERE id = $1`, id))
		people = append(people, person)
	}
	var answers []loose
	for i, l := range f.dumped(`SELECT r.ctid::text, r.xmin::text::int, r.id::text, to_jsonb(r)::text || (SELECT string_agg(a.question || a.value, '') FROM answer_item a
		WHERE a.response_id = r.id) FROM response r ORDER BY r.ctid`) {
		a := loose{values: map[string]float64{}, stratum: f.db.Text(`SELECT stratum FROM response WHERE id = $1`, l.id),
			secret: f.db.Int(`SELECT value::int FROM answer_item WHERE question = 'so' AND response_id = $1`, l.id)}
		a.values["row"], a.values["xmin"], a.values["size"] = float64(i), float64(l.tx), float64(l.size)
		high, _ := strconv.ParseUint(l.id[:8], 16, 64)
		a.values["id"] = float64(high)
		a.values["items"] = float64(f.db.Int(`SELECT count(*) FROM answer_item WHERE response_id = $1`, l.id))
		a.values["itemrow"] = float64(f.db.Int(`SELECT (split_part(trim(both '()' from min(ctid)::text), ',', 1)::int * 1000
			+ split_part(trim(both '()' from min(ctid)::text), ',', 2)::int) FROM answer_item WHERE response_id = $1`, l.id))
		a.values["at"] = float64(f.db.Int(`SELECT extract(epoch FROM submitted_at)::int FROM response WHERE id = $1`, l.id))
		a.values["english"] = float64(f.db.Int(`SELECT (language = 'en')::int FROM response WHERE id = $1`, l.id))
		answers = append(answers, a)
	}
	return people, answers
}

// hits counts right guesses of one strategy: within a stratum, people in the order of one
// thing and answers in that of another, forwards or backwards.
func hits(people []sent, answers []loose, by, of string, backwards bool) int {
	n := 0
	strata := map[string]bool{}
	for _, a := range answers {
		strata[a.stratum] = true
	}
	for s := range strata {
		var ps []sent
		var as []loose
		for _, p := range people {
			if slices.Contains(strings.Split(s, " + "), p.stratum) {
				ps = append(ps, p)
			}
		}
		for _, a := range answers {
			if a.stratum == s {
				as = append(as, a)
			}
		}
		slices.SortStableFunc(ps, func(a, b sent) int { return cmp.Compare(a.values[by], b.values[by]) })
		slices.SortStableFunc(as, func(a, b loose) int { return cmp.Compare(a.values[of], b.values[of]) })
		if backwards {
			slices.Reverse(as)
		}
		for i := range min(len(ps), len(as)) {
			if ps[i].k.secret == as[i].secret {
				n++
			}
		}
	}
	return n
}

// bound is how many right guesses of one strategy chance allows. In a stratum whose
// answers were shuffled, the number of right guesses is, whatever the strategy, that of
// fixed points of a random permutation: near to a Poisson variable of mean 1 (and never
// above it in its factorial moments), so that of s strata is one of mean s. The bound is
// passed with a probability under 1e-9 for each of the strategies.
func bound(strata int) int {
	mean := float64(strata)
	tail, term := 1.0, math.Exp(-mean)
	for n := 0; ; n++ {
		tail -= term
		if tail < 1e-9 {
			return n + 1
		}
		term *= mean / float64(n+1)
	}
}

// score runs every strategy, and returns those that beat chance.
func score(people []sent, answers []loose) []string {
	strata := map[string]bool{}
	for _, a := range answers {
		strata[a.stratum] = true
	}
	most := bound(len(strata))
	var beat []string
	for _, by := range sorted(people[0].values) {
		for _, of := range sorted(answers[0].values) {
			for _, backwards := range []bool{false, true} {
				if n := hits(people, answers, by, of, backwards); n >= most {
					beat = append(beat, fmt.Sprintf("%s by %s (%v): %d of %d, chance allows %d", by, of, backwards, n, len(answers), most))
				}
			}
		}
	}
	return beat
}

func sorted(m map[string]float64) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// Somebody with the whole database, row by row, and every export, who watched the people
// send one after the other, cannot say whose an answer is better than by guessing.
func TestNobodyCanSayWhoseAnAnonymousAnswerIs(t *testing.T) {
	t.Parallel()
	f := newField(t, 240, 11)
	order := f.random.Perm(len(f.people))
	exports := map[int][]string{}
	for i, at := range order {
		if i%17 == 16 {
			continue // somebody who never sends
		}
		f.answer(f.people[at], i)
		if i%20 == 19 {
			f.later(20 * time.Minute)
			f.release()
			exports[i] = f.export()
		}
	}
	f.apart(exports)
	f.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	f.db.Exec(`UPDATE invitation SET state = 'closed', disposition = '2.1121', closed_at = now() WHERE state <> 'closed'`)
	f.release()
	if n, most := f.inTurn(), bound(f.groups); n >= most || f.groups < 10 {
		t.Errorf("of %d groups that came out one after the other, %d answers are told; chance allows %d", f.groups, n, most)
	}
	people, answers := f.attacker()
	if told := telling(people); len(told) > 0 {
		t.Errorf("the record of the cases tells what was answered: %s", strings.Join(told, "; "))
	}
	if len(people) != len(answers) || len(answers) < 200 || f.db.Int(`SELECT count(*) FROM pool`) != 0 {
		t.Fatalf("%d people sent, %d answers are out", len(people), len(answers))
	}
	if beat := score(people, answers); len(beat) > 0 {
		t.Errorf("whose an answer is can be told by %s", strings.Join(beat, "; "))
	}
	if n := f.db.Int(`SELECT count(DISTINCT xmin::text) + count(DISTINCT (started_at, submitted_at, language, late, mode)) FROM response`); n != 2 {
		t.Errorf("responses can be told apart by transaction, time, language or mode")
	}
	for _, p := range people {
		if p.values["inbox"] != 0 {
			t.Error("posts of the form are in the inbox")
			break
		}
	}
}

// The attack itself must find what there is to be found: of answers that stand in the
// order of their arrival it says whose nearly all are.
func TestTheAttackFindsAnswersInOrderOfArrival(t *testing.T) {
	t.Parallel()
	f := newField(t, 60, 12)
	for i, at := range f.random.Perm(len(f.people)) {
		f.answer(f.people[at], i)
	}
	f.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	f.release()
	people, answers := f.attacker()
	slices.SortFunc(answers, func(a, b loose) int { return cmp.Compare(f.orderOf(a.secret), f.orderOf(b.secret)) })
	for i := range answers { // as if they had been written one by one
		answers[i].values["row"] = float64(i)
	}
	if beat := score(people, answers); !slices.ContainsFunc(beat, func(s string) bool { return strings.HasPrefix(s, "order by row (false): 60") }) {
		t.Errorf("the attack is blind: %v", beat)
	}
}

func (f *field) orderOf(secret int) int {
	at := slices.IndexFunc(f.people, func(k *known) bool { return k.secret == secret })
	return f.people[at].order
}

// export is the lines of the data that staff can have at this moment.
func (f *field) export() []string {
	f.Helper()
	var b bytes.Buffer
	f.must(dispatch.ExportAnswers(f.Context(), f.db.DB, dispatch.ExportRequest{Campaign: f.campaign.Name, FreeText: true}, &b))
	rows, err := csv.NewReader(&b).ReadAll()
	f.must(err)
	var out []string
	at := slices.Index(rows[0], "so")
	stratum := slices.Index(rows[0], "stratum")
	for _, r := range rows[1:] {
		out = append(out, r[stratum]+"/"+r[at])
	}
	return out
}

// apart checks that what one export has more than the one before is, in every stratum,
// the answers of at least five people.
func (f *field) apart(exports map[int][]string) {
	f.Helper()
	before, grew := map[string]bool{}, 0
	for _, i := range slices.Sorted(func(yield func(int) bool) {
		for i := range exports {
			if !yield(i) {
				return
			}
		}
	}) {
		more := map[string]int{}
		for _, row := range exports[i] {
			if !before[row] {
				stratum, _, _ := strings.Cut(row, "/")
				more[stratum]++
				before[row] = true
			}
		}
		for stratum, n := range more {
			if grew++; n < 5 {
				f.Errorf("between two exports %d answers of %s came out", n, stratum)
			}
		}
	}
	if grew < 4 {
		f.Errorf("only %d releases were seen between exports", grew)
	}
}

// Whoever is alone in a stratum that answered is joined with others, and fewer than five
// in all are never released.
func TestTheLastFewAnonymousAnswers(t *testing.T) {
	t.Parallel()
	f := newField(t, 15, 13)
	for i, k := range f.people[:7] { // A and B and C: three, two, two
		f.answer(k, i)
	}
	f.release()
	if n := f.db.Int(`SELECT count(*) FROM response`); n != 0 {
		t.Errorf("%d are released before the end", n)
	}
	f.get(f.people[8].form).wants(200)
	f.db.Exec(`INSERT INTO link.partial (invitation_id, content) VALUES ($1, '\x00')`, f.people[8].inv)
	f.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	f.release()
	f.release()
	if got := f.db.Text(`SELECT string_agg(DISTINCT stratum || weight, ' ') || count(*) || (SELECT count(*) FROM pool) || (SELECT count(*) FROM link.partial) FROM response`); got != "A + B + C1700" {
		t.Errorf("released %s", got)
	}
	g := newField(t, 12, 14)
	for i, k := range g.people[:4] {
		g.answer(k, i)
	}
	g.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	g.release()
	if got := g.db.Text(`SELECT (SELECT count(*) FROM response) || ' ' || (SELECT count(*) FROM pool) || ' ' || (SELECT args->>'withheld' FROM event WHERE kind = 'released')`); got != "0 0 4" {
		t.Errorf("four answers: %s", got)
	}
}
