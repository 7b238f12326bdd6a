package console_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/console"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// The sizes that BenchmarkScreens compares: go test -run '^$' -bench Screens ./dispatch/console
var (
	manyPeople = flag.Int("people", 1_000_000, "contacts of the large list")
	manyAsked  = flag.Int("asked", 200_000, "people in the sample of its campaign")
)

// watching is how many people have the live page open meanwhile.
const watching = 50

// fewPeople and fewAsked are the sizes that it is compared with.
const fewPeople, fewAsked = 1000, 500

// crowded is a desk with a list of people, one campaign in the field among them, and
// one that ended.
func crowded(b *testing.B, people, asked int) *desk {
	b.Helper()
	d := newDesk(b)
	d.impatient(d.db, 300*time.Millisecond) // as it is served
	d.db.MakeSenders()
	if err := d.db.SetOffice(b.Context(), pgtest.Office(), "lan"); err != nil {
		b.Fatal(err)
	}
	d.db.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('s', '', 'appointment', 'a', now(), 'merged')`)
	d.db.Exec(`INSERT INTO contact (code, name, name_folded, unit, attributes, random_number, import_id, created_at, updated_at)
		SELECT 'CTV' || n, 'Nguyễn Văn Xuân ' || n % 502, 'nguyen van xuan ' || n % 502, 'xã ' || n % 251, jsonb_build_object('cum', 'C' || n % 6), n::bigint * 7919, 1, now(), now()
		FROM generate_series(1, $1::int) n`, people)
	d.db.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, status, created_at)
		SELECT n, 'phone', '+849' || lpad(n::text, 8, '0'), true, CASE WHEN n % 40 = 0 THEN 'dead' ELSE 'ok' END, now() FROM generate_series(1, $1::int) n
		UNION ALL SELECT n, 'email', 'ctv' || n || '@thu.example', false, 'ok', now() FROM generate_series(1, $1::int) n WHERE n % 3 > 0`, people)
	d.db.Exec(`INSERT INTO consent (contact_id, basis, source, given_at) SELECT n, 'appointment', 's', now() FROM generate_series(1, $1::int) n`, people)
	for _, k := range []survey.Campaign{{Name: "thang-12"}, {Name: "thang-11", State: survey.CampaignClosed}} {
		k = d.db.MakeCampaign(k)
		d.db.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start)
			SELECT $1, 'C' || n, $2::int / 6, $3::int / 6, 0 FROM generate_series(0, 5) n`, k.ID, people, asked)
		d.db.Exec(`INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state, disposition, plan_at, closed_at)
			SELECT $1, n, 'C' || n % 6, 0, 0.5, 2, CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'open' END, CASE WHEN n % 2 = 0 THEN '1.1' END, $2,
				CASE WHEN n % 2 = 0 THEN $2::timestamptz END
			FROM generate_series(1, $3::int) n`, k.ID, d.clock().Add(time.Hour), asked)
		d.db.Exec(`INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, endpoint_id, state, due_at, planned_at, claimed_at, sent_at, ended_at)
			SELECT i.campaign_id, i.id, 'sms', 'sms', 1, (SELECT id FROM sender WHERE channel = 'sms'), e.id, 'delivered', $2, $2, $2, $2, $2
			FROM invitation i JOIN endpoint e ON e.contact_id = i.contact_id AND e.kind = 'phone' WHERE i.campaign_id = $1`, k.ID, pgtest.Day())
		d.db.Exec(`INSERT INTO response (id, campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
			SELECT md5(i.id::text)::uuid, i.campaign_id, $2, i.stratum, i.weight, 'vi', 'submitted', CASE WHEN i.id % 3 = 0 THEN 'sms' ELSE 'web' END, $3, $3
			FROM invitation i WHERE i.campaign_id = $1 AND i.state = 'closed'`, k.ID, k.QuestionnaireID, pgtest.Day())
		d.db.Exec(`INSERT INTO link.response_link (invitation_id, response_id)
			SELECT id, md5(id::text)::uuid FROM invitation WHERE campaign_id = $1 AND state = 'closed'`, k.ID)
		d.db.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at)
			SELECT md5(i.id::text)::uuid, q.name, (1 + (i.id + length(q.name)) % 3)::text, 'web', $2
			FROM invitation i, (VALUES ('huong'), ('nghe')) AS q (name) WHERE i.campaign_id = $1 AND i.state = 'closed'`, k.ID, pgtest.Day())
		d.db.Exec(`INSERT INTO campaign_spend (campaign_id, spent) VALUES ($1, 1000) ON CONFLICT DO NOTHING`, k.ID)
	}
	d.db.Exec(`ANALYZE`)
	d.since = time.Now() // counts are given the rest that they need by what they took
	return d
}

// screensOf are the addresses that are read, with what there is put into them.
func screensOf() []string {
	var out []string
	for _, r := range console.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if method != http.MethodGet || r.Right == "" || strings.HasSuffix(path, "/live") || strings.Contains(path, "{secret}") {
			continue
		}
		path = strings.ReplaceAll(strings.ReplaceAll(path, "{$}", ""), "{id}", "7")
		path = strings.ReplaceAll(path, "{text}", "reminder.sms.vi")
		if !strings.Contains(path, "{name}") {
			out = append(out, path)
			continue
		}
		for _, name := range []string{"thang-12", "thang-11"} {
			out = append(out, strings.ReplaceAll(path, "{name}", name))
		}
	}
	return append(out, "POST /urgent")
}

// urgentForm asks everybody: a new question each time, so that nothing is worked out already.
func urgentForm(n int) url.Values {
	return url.Values{"name": {fmt.Sprintf("hoi-nhanh-%d", n)}, "question": {"Nơi Ông/Bà sống đã có điện chưa?"}, "sort": {"yes_no"}, "reach": {"all"}, "hours": {"24"}}
}

// ask loads a screen of screensOf, for the nth time.
func (b *browser) ask(screen string, n int) page {
	if path, ok := strings.CutPrefix(screen, "POST "); ok {
		return b.post(path, urgentForm(n))
	}
	return b.get(screen)
}

// watch has so many people watch the campaign in the field, until the benchmark ends.
func (b *browser) watch(people int) {
	for range people {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.srv.URL+"/campaigns/thang-12/live", nil)
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			if res, err := b.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		}()
	}
}

// What each screen takes with a million contacts and 200,000 people asked, against a
// thousand: x/small is to be 3 at most. Both are asked in turn, in one run.
func BenchmarkScreens(b *testing.B) {
	small := crowded(b, fewPeople, fewAsked).signedIn("nho", staff.Administrator)
	large := crowded(b, *manyPeople, *manyAsked).signedIn("lon", staff.Administrator)
	small.watch(watching)
	large.watch(watching)
	for _, path := range screensOf() {
		b.Run(path, func(b *testing.B) {
			if got := large.ask(path, 0); got.status >= 500 { // and warm
				b.Fatalf("%d", got.status)
			}
			small.ask(path, 0)
			var took [2][]time.Duration
			for n := 1; b.Loop(); n++ {
				for i, who := range []*browser{small, large} {
					who.later(3 * time.Second) // nothing that was looked at is fresh
					began := time.Now()
					who.ask(path, n)
					took[i] = append(took[i], time.Since(began))
				}
			}
			compared(b, took)
		})
	}
}

// answersInWords is a campaign that so many people answered in words.
func answersInWords(b *testing.B, n int) *browser {
	b.Helper()
	m := newMailroom(b, survey.Confidential)
	m.db.Exec(`INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
		SELECT id, questionnaire_id, '', 1, 'vi', 'submitted', 'web', now(), now() FROM campaign, generate_series(1, $2::int) WHERE id = $1`, m.k.ID, n)
	m.db.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at)
		SELECT id, 'loi', 'Đường thôn ' || n % 97 || ' đi lại khó, giá vật tư tăng, ' || CASE WHEN n % (1 + $1 / 40) = 0 THEN 'cầu gãy' ELSE 'mùa ' || n % 4001 END || ' mong cấp trên xem', 'web', now()
		FROM (SELECT id, row_number() OVER () AS n FROM response) r`, n)
	m.db.Exec(`ANALYZE`)
	return m.signedIn("phan.tich", staff.Analyst)
}

// What looking for words in 200,000 open answers takes, against a thousand: words of all
// answers, of few, and of none.
func BenchmarkWordsFound(b *testing.B) {
	small, large := answersInWords(b, fewPeople), answersInWords(b, *manyAsked)
	for _, term := range []string{"duong thon", "cau gay", "mùa 77", "khong co", "mong x"} {
		b.Run(term, func(b *testing.B) {
			form := url.Values{"do": {"find"}, "question": {"loi"}, "term": {term}}
			var took [2][]time.Duration
			for b.Loop() {
				for i, who := range []*browser{small, large} {
					began := time.Now()
					if got := who.post("/campaigns/gia/words", form); got.status != http.StatusOK {
						b.Fatalf("%d", got.status)
					}
					took[i] = append(took[i], time.Since(began))
				}
			}
			compared(b, took)
		})
	}
}

// compared reports the medians of a small and a large list, and how many times the one is
// the other.
func compared(b *testing.B, took [2][]time.Duration) {
	b.Helper()
	for i := range took {
		slices.Sort(took[i])
	}
	few, many := took[0][len(took[0])/2], took[1][len(took[1])/2]
	b.ReportMetric(float64(few.Microseconds())/1000, "ms-few")
	b.ReportMetric(float64(many.Microseconds())/1000, "ms-many")
	b.ReportMetric(float64(many)/float64(few), "x/few")
	b.ReportMetric(0, "ns/op")
}
