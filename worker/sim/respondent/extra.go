package respondent

import (
	"fmt"
	"strings"
)

// badRows are rows that nobody can take, and why. They are people besides the
// 300.
var badRows = []struct{ name, phone, email, reason string }{
	{"", "9.51E+08", "", "phone_digits_lost"},
	{"", "9,5123E+08", "", "phone_digits_lost"},
	{"", "3.01E+08", "không có", "phone_digits_lost"},
	{"", "095123456", "-", "phone_invalid"},
	{"", "0301 234 56", "", "phone_invalid"},
	{"", "09512345678", "", "phone_invalid"},
	{"", "O951234567", "", "phone_ambiguous"},
	{"", "03l1234567", "không có", "phone_ambiguous"},
	{"", "0298.3.555.123", "", "phone_invalid"}, // no such area
	{"NguyÔn V¨n B×nh", "ok", "", "legacy_encoding"},
	{"TrÇn ThÞ Hµ", "ok", "", "legacy_encoding"},
	{"-", "ok", "", "name_missing"},
	{"", "", "nguyễnvănlâm@gmail,example", "email_invalid"},
}

// oldPrefixes are 11-digit mobiles of before 2018 and what they became.
var oldPrefixes = [][2]string{{"0168", "038"}, {"0165", "035"}, {"0167", "037"}, {"0121", "079"}, {"0122", "077"}, {"0123", "083"}}

// farewells say why somebody of former years is still in the list. Each says
// "ngừng nhận", so that their numbers, which lie in real ranges, stay silent.
var farewells = []string{"ngừng nhận", "nghỉ hưu 8/25, ngừng nhận", "Ngừng nhận (đã chuyển CT)", "không tham gia, ngừng nhận", "ngừng nhận từ 01/2026"}

// formerRows are how many old mobiles and how many landlines they have.
const oldMobiles, landlines = 12, 3

// extras are the rows besides the 300, by stratum: repeated, former and bad.
func (b *builder) extras(clean map[int]*listRow) map[string][]*listRow {
	out := map[string][]*listRow{}
	add := func(r *listRow) { out[r.truth.Stratum] = append(out[r.truth.Stratum], r) }
	for _, r := range b.repeated(clean) {
		add(r)
	}
	for n := range oldMobiles + landlines {
		add(b.former(n))
	}
	for n := range badRows {
		add(b.bad(n))
	}
	return out
}

// repeated lists 12 people a second time, 4 % of the rows, and one with
// another number.
func (b *builder) repeated(clean map[int]*listRow) []*listRow {
	var out []*listRow
	for _, i := range b.shuffled(b.where(func(p *Person) bool { return len(p.Phones) == 1 })) {
		if p := &b.people[i]; len(out) < 12 && !b.must(i) && !b.isShared(i) {
			r := cleanRow(p)
			r.truth.Outcome = Duplicate
			r.note = "bổ sung"
			out = append(out, r)
		}
	}
	p := &b.people[b.twice]
	first := clean[b.twice]
	first.truth.Phones, first.phone = p.Phones[:1], national(p.Phones[0])
	second := cleanRow(p)
	second.truth.Outcome, second.truth.Phones, second.phone = Duplicate, p.Phones[1:], national(p.Phones[1])
	return append(out, second)
}

// stranger invents somebody who is none of the 300.
func (b *builder) stranger(n int) *listRow {
	stratum := strata[n%len(strata)].Code
	here := b.where(func(p *Person) bool { return p.Stratum == stratum })
	unit := b.people[here[b.rng.IntN(len(here))]].Unit
	woman, birth := b.rng.IntN(100) < 38, listYear-60+b.rng.IntN(30)
	name := b.newName(woman, birth, stratum == "C6")
	return &listRow{name: name, birth: birth, unit: unit, position: "Chuyên viên", truth: Truth{
		Name: name, Birth: birth, Woman: woman, Stratum: stratum, Unit: unit,
	}}
}

// former is somebody who left the network.
func (b *builder) former(n int) *listRow {
	r := b.stranger(n)
	r.truth.Outcome = Stopped
	r.note = farewells[n%len(farewells)]
	if n >= oldMobiles {
		line := fmt.Sprintf("%02d", b.rng.IntN(100))
		r.phone, r.truth.Phones = "0238.3.555."+"1"+line, []string{"+8423835551" + line}
		return r
	}
	old, last := oldPrefixes[n%len(oldPrefixes)], fmt.Sprintf("%07d", b.rng.IntN(1e7))
	r.phone = old[0] + " " + last[:3] + " " + last[3:]
	if n%2 == 0 {
		r.phone = old[0] + last
	}
	r.truth.Phones = []string{"+84" + strings.TrimPrefix(old[1], "0") + last}
	return r
}

// bad is a row to reject.
func (b *builder) bad(n int) *listRow {
	bad, r := badRows[n], b.stranger(n)
	r.truth.Outcome, r.truth.Reason = Rejected, bad.reason
	if bad.name != "" {
		r.name, r.truth.Name = bad.name, ""
	}
	r.phone, r.email = bad.phone, bad.email
	if bad.phone == "ok" {
		r.phone = national(b.newNumber(""))
	}
	return r
}
