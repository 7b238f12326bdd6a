package respondent

import (
	"fmt"
	"strconv"
	"strings"
)

// Who has what, of 120 collaborators of the offices and 180 of the communes:
// T 99 % mobile and 91 % working e-mail, C 96 % and 57 %, nothing at all 0 and
// 2 %. To the working addresses come those that bounce (6 % of all).
var (
	withoutMobile = map[byte]int{'T': 1, 'C': 7}
	withNothing   = map[byte]int{'T': 0, 'C': 4} // of those without a mobile
	withEmail     = map[byte]int{'T': 116, 'C': 110}
	bouncing      = map[byte]int{'T': 7, 'C': 7} // of those with an e-mail
	greylisting   = map[byte]int{'T': 5, 'C': 5}
	slipping      = map[byte]int{'T': 4, 'C': 5} // of those that bounce: @gmail.con
)

// returning are the tags of those that bounce and are no slip of the pen, in their
// order: a server takes the mail first, and tells later that the mailbox does not
// exist, or is full.
var returning = []string{"latebounce", "latefull"}

// Prefixes that the numbering plan has given to nobody and that phone libraries
// accept.
var safePrefixes = []string{"30", "31", "51", "95"}

// newNumber draws a mobile whose last four digits are suffix, or, when that is
// "", some that ask no misbehaviour of twiliosim.
func (b *builder) newNumber(suffix string) string {
	for {
		end := suffix
		if end == "" {
			end = fmt.Sprintf("%04d", b.rng.IntN(10000))
			if strings.HasPrefix(end, "90") || strings.HasPrefix(end, "91") {
				continue
			}
		}
		n := "+84" + safePrefixes[b.rng.IntN(len(safePrefixes))] + fmt.Sprintf("%03d", b.rng.IntN(1000)) + end
		if !b.numbers[n] {
			b.numbers[n] = true
			return n
		}
	}
}

// sharing is how many couples share a number, the one of the traps included.
const sharing = 3

// several is how many people have two numbers in one cell: 5 % of the rows.
const several = 15

func (b *builder) phones() {
	for _, level := range []byte{'T', 'C'} {
		all := b.shuffled(b.where(func(p *Person) bool { return p.Stratum[0] == level }))
		without := withoutMobile[level]
		for _, i := range all {
			if without > 0 && !b.must(i) {
				without--
				continue
			}
			b.people[i].Phones = []string{b.newNumber("")}
		}
	}
	b.people[b.couple[1]].Phones = b.people[b.couple[0]].Phones
	b.people[b.twice].Phones = append(b.people[b.twice].Phones, b.newNumber(""))
	couples := sharing - 1
	for _, i := range b.shuffled(b.where(func(p *Person) bool { return !p.Woman && p.Stratum[0] == 'C' && p.Phone() != "" })) {
		wives := b.where(func(p *Person) bool { return p.Woman && p.Unit == b.people[i].Unit && p.Phone() != "" })
		if couples == 0 {
			break
		}
		if len(wives) > 0 && !b.must(i) && !b.must(wives[0]) && !b.isShared(i) && !b.isShared(wives[0]) {
			b.people[wives[0]].Phones = b.people[i].Phones
			couples--
		}
	}
	more := several
	for _, i := range b.shuffled(b.where(func(p *Person) bool { return len(p.Phones) == 1 })) {
		if more > 0 && !b.must(i) && !b.isShared(i) {
			b.people[i].Phones = append(b.people[i].Phones, b.newNumber(""))
			more--
		}
	}
}

// isShared reports whether somebody else has the same number.
func (b *builder) isShared(i int) bool {
	for j := range b.people {
		if j != i && b.people[j].Phone() == b.people[i].Phone() && b.people[i].Phone() != "" {
			return true
		}
	}
	return false
}

func (b *builder) emails() {
	b.officeMailboxes()
	for _, level := range []byte{'T', 'C'} {
		all := b.shuffled(b.where(func(p *Person) bool { return p.Stratum[0] == level }))
		want, nothing := withEmail[level], withNothing[level]
		var have []int
		take := func(i int) {
			p := &b.people[i]
			if p.Email == "" {
				p.Email = b.newAddress(p)
			}
			have = append(have, i)
		}
		for _, i := range all { // first those whom nothing else reaches, then the traps and the offices' mailboxes
			switch p := &b.people[i]; {
			case p.Phone() == "" && nothing > 0:
				nothing--
			case p.Phone() == "" || i == b.twice || p.shared:
				take(i)
			}
		}
		for _, i := range all {
			if p := &b.people[i]; len(have) < want && p.Email == "" && p.Phone() != "" {
				take(i)
			}
		}
		b.tag(have, level)
	}
}

// officeMailboxes gives 18 people in six communes the address of their office.
func (b *builder) officeMailboxes() {
	left := 6
	for _, at := range b.rng.Perm(len(units)) {
		u := units[at]
		here := b.where(func(p *Person) bool { return p.Unit == u.Name && p.Phone() != "" })
		kind, name, _ := strings.Cut(u.Name, " ")
		address := "ubnd" + bare(kind) + "." + bare(name) + "@lamxuyen.example"
		if b.addresses[address] || left == 0 { // two communes read alike without accents
			continue
		}
		b.addresses[address] = true
		left--
		given := 0
		for _, i := range here {
			if given < 3 && !b.must(i) {
				b.people[i].Email, b.people[i].shared = address, true
				given++
			}
		}
	}
}

// tag makes some addresses bounce, some of these by a slip of the pen, some at once
// and some later, and some greylist.
func (b *builder) tag(have []int, level byte) {
	bounce, grey, slip, late := bouncing[level], greylisting[level], slipping[level], returning
	for _, i := range b.shuffled(have) {
		p := &b.people[i]
		local, domain, _ := strings.Cut(p.Email, "@")
		switch {
		case p.shared || i == b.twice || p.Phone() == "":
		case bounce > 0:
			tag := "bounce"
			switch bounce--; {
			case slip > 0:
				slip--
				domain = "gmail.con"
			case len(late) > 0:
				tag, late = late[0], late[1:]
			}
			p.Email = local + "+" + tag + "@" + domain
		case grey > 0:
			grey--
			p.Email = local + "+greylist@" + domain
		}
	}
}

var domains = []weighted{{"gmail.example", 82}, {"yahoo.example", 9}, {"telecom.example", 3}, {"thpt.example", 2}}

var nicks = []string{"hoahuongduong", "anhba", "bienxanh", "dongque", "sonca", "nangmai", "tredo", "suoimo"}

// newAddress invents a personal address that nobody has yet.
func (b *builder) newAddress(p *Person) string {
	parts := strings.Fields(fold(p.Name))
	for i := range parts {
		parts[i] = bare(parts[i])
	}
	last := len(parts) - 1
	given, year := parts[last], strconv.Itoa(p.Birth)
	initials := ""
	for _, w := range parts[:last] {
		if w != "" {
			initials += w[:1]
		}
	}
	for try := 0; ; try++ {
		local, domain := "", pick(b.rng, domains)
		switch at := b.rng.IntN(90); {
		case at < 21:
			local = strings.Join(parts, "") + year[2:]
		case at < 36:
			local = given + initials
		case at < 45:
			local, domain = given+initials+"."+p.officeTag(), "lamxuyen.example"
		case at < 57:
			local = parts[0] + given + ".lx"
		case at < 68:
			local = parts[max(last-1, 0)] + given + year
		case at < 82:
			local = nicks[b.rng.IntN(len(nicks))] + "_" + year[2:]
		case p.Phone() != "":
			local = "phone0" + strings.TrimPrefix(p.Phone(), "+84")
		default:
			local = given + year
		}
		if try > 3 {
			local += strconv.Itoa(try)
		}
		if address := local + "@" + domain; !b.addresses[address] {
			b.addresses[address] = true
			return address
		}
	}
}

// officeTag is the short name of an office in its addresses.
func (p *Person) officeTag() string {
	tag := ""
	for w := range strings.FieldsSeq(fold(p.Unit)) {
		tag += bare(w)[:min(1, len(bare(w)))]
	}
	return tag
}
