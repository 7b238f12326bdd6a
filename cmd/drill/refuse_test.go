package drill

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"canvass/worker/sim/smtpsink"
)

func mapKeys[K comparable, V any](m map[K]V) []K { return slices.Collect(maps.Keys(m)) }

// refOf is our reference in a callback's address.
func refOf(callback string) string {
	address, _, _ := strings.Cut(callback, "#")
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("ref") == "" {
		return "?"
	}
	return u.Query().Get("ref")
}

// Mail servers answer what they like: every answer leads where it must.
func TestMailServersAnswerBadly(t *testing.T) {
	together(t)
	tags := []string{"", smtpsink.TagBounce, smtpsink.TagPolicy, smtpsink.TagFull, smtpsink.TagGreylist,
		smtpsink.TagBusy421, smtpsink.TagDropBefore, smtpsink.TagDropAfter, smtpsink.TagSlow}
	// A destination that asks twice rests a minute and a half of real time.
	tags = append(tags, size(nil, []string{smtpsink.TagGreylist2}, []string{smtpsink.TagGreylist2})...)
	// What a mail to such an address ends as, and how often it is received.
	ends := map[string]string{"": "sent 1", smtpsink.TagBounce: "failed 0", smtpsink.TagPolicy: "failed 0", smtpsink.TagFull: "failed 0",
		smtpsink.TagGreylist: "sent 1", smtpsink.TagGreylist2: "sent 1", smtpsink.TagBusy421: "sent 1",
		smtpsink.TagDropBefore: "unknown 0", smtpsink.TagDropAfter: "unknown 1", smtpsink.TagSlow: "sent 1"}
	each := size(6, 40, 200)
	w := newWorld(t, plan{people: 0, speed: 240})
	var list strings.Builder
	fmt.Fprintln(&list, "Mã,Họ và tên,E-mail,tag")
	for i := range each * len(tags) {
		tag := tags[i%len(tags)]
		address := fmt.Sprintf("nguoi%d@thu%d.example", i, i%7)
		if tag != "" {
			address = fmt.Sprintf("nguoi%d+%s@%s%d.example", i, tag, tag, i/len(tags)%3)
		}
		fmt.Fprintf(&list, "X%04d,Nguyễn Văn Đo,%s,%s\n", i, address, tag)
	}
	w.must(w.canvass("contacts", "import", w.write("tags.csv", list.String()), "--basis", "appointment", "--consent-source", "drill"))
	w.launch(wave{name: "dot-1", length: "60d", steps: []string{"name: thu, channel: email, text: invitation"}})
	w.finish("dot-1")
	w.balanced("dot-1")
	received := w.sink.ReceivedByMessageID()
	got := map[string]map[string]int{}
	rows, err := w.sql.Query(`SELECT a.id, a.state, coalesce(c.attributes->>'tag', '') FROM attempt a JOIN invitation i ON i.id = a.invitation_id
		JOIN contact c ON c.id = i.contact_id`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var id int
		var state, tag string
		w.must(rows.Scan(&id, &state, &tag))
		n := 0
		for messageID, times := range received {
			if strings.HasPrefix(messageID, fmt.Sprintf("a%d.", id)) {
				n += times
			}
		}
		if got[tag] == nil {
			got[tag] = map[string]int{}
		}
		got[tag][fmt.Sprintf("%s %d", state, n)]++
	}
	for _, tag := range tags {
		if got[tag][ends[tag]] != each || len(got[tag]) != 1 {
			t.Errorf("%q: %v, want %d × %s", tag, got[tag], each, ends[tag])
		}
	}
}

// A provider takes every tenth call and never answers the request: the call is
// not made again, and what became of it is found out.
func TestAProviderTimesOut(t *testing.T) {
	together(t)
	people := size(60, 400, 2000)
	w := newWorld(t, plan{people: 0})
	w.listen()
	var list strings.Builder
	fmt.Fprintln(&list, "Mã,Họ và tên,Điện thoại")
	for i := range people {
		suffix := fmt.Sprintf("%04d", i%8000)
		switch i % 20 {
		case 3:
			suffix = "9107" // created, and never answered
		case 13:
			suffix = "9009" // not created, and never answered
		}
		fmt.Fprintf(&list, "X%04d,Nguyễn Văn Đo,+8431%03d%s\n", i, 1+i/20, suffix)
	}
	w.must(w.canvass("contacts", "import", w.write("calls.csv", list.String()), "--basis", "appointment", "--consent-source", "drill"))
	w.launch(wave{name: "dot-1", eligible: "has_mobile", steps: []string{"name: goi, channel: call, text: invitation"}})
	w.await("the first times out", func() bool { return w.count(`SELECT count(*) FROM event WHERE kind = 'attempt_unknown'`) > 0 })
	w.await("created calls are found", func() bool {
		return w.count(`SELECT count(*) FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id WHERE e.address LIKE '%9107'
			AND a.state IN ('delivered', 'undelivered', 'failed')`) >= people/20
	})
	if n := w.phoneRepeats(); n > 0 {
		t.Errorf("%d calls were made twice", n)
	}
	w.must(w.canvass("campaign", "close", "dot-1", "--reason", "drill")) // those that are never created would be tried for ever
	w.await("the campaign is closed and settled", func() bool {
		return w.count(`SELECT count(*) FROM campaign WHERE state = 'closed'`) == 1 && w.count(sqlUnfinished, "dot-1") == 0
	})
	w.balanced("dot-1")
}
