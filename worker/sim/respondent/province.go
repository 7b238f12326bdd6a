package respondent

import (
	"math/rand/v2"
	"strings"
)

// Mode is a way of answering.
type Mode string

// The modes.
const (
	Web   Mode = "web"
	SMS   Mode = "sms"
	Voice Mode = "voice"
)

// Person is one of the 300 collaborators. Nobody of this name, address or
// number exists.
type Person struct {
	ID       int    // 1 … 300, by stratum and unit
	Stratum  string // T1 … C6
	Unit     string // commune, ward or office
	Position string
	Name     string // NFC
	Woman    bool
	Birth    int // year
	// Email is the address in the list, "" for none. A tag after its plus sign
	// is a misbehaviour of smtpsink.
	Email string
	// Phones are mobiles in E.164, the preferred one first; none, one or two. The
	// last four digits may be a misbehaviour of twiliosim.
	Phones []string
	Habit  Habit
	// Prefers is the mode that the habit is lived in, where it knows several.
	Prefers Mode

	shared bool // the address is an office's
}

// Given returns the given name, the last word.
func (p Person) Given() string { return p.Name[strings.LastIndexByte(p.Name, ' ')+1:] }

// Phone returns the preferred number, "" for none.
func (p Person) Phone() string {
	if len(p.Phones) == 0 {
		return ""
	}
	return p.Phones[0]
}

// Bounces reports whether no mail arrives at the listed address: it is refused at
// once, or comes back later.
func (p Person) Bounces() bool {
	return strings.Contains(p.Email, "+bounce@") || strings.Contains(p.Email, "+late")
}

// reached reports whether anything of ours can reach the person.
func (p Person) reached() bool { return p.Phone() != "" || p.Email != "" && !p.Bounces() }

// Province is the invented province: its people and the office's list of them.
// It does not change after NewProvince, so any goroutine may read it.
type Province struct {
	people []Person
	sheets []sheetPlan
}

// NewProvince draws the province of a seed. The counts of strata, units, sexes,
// addresses and habits are the same for every seed; who is who is not.
func NewProvince(seed uint64) *Province {
	b := &builder{rng: rand.New(rand.NewPCG(seed, 0x4c616d)), used: map[string]bool{}, numbers: map[string]bool{}, addresses: map[string]bool{}}
	b.settle()
	b.nameAll()
	b.phones()
	b.emails()
	b.habits()
	b.mischief()
	p := &Province{people: b.people}
	p.sheets = writeList(b)
	return p
}

// People returns the collaborators in the order of their IDs, a copy.
func (p *Province) People() []Person { return append([]Person(nil), p.people...) }

// builder holds what is being drawn. Only NewProvince uses it.
type builder struct {
	rng       *rand.Rand
	people    []Person
	used      map[string]bool // names
	numbers   map[string]bool
	addresses map[string]bool
	twice     int // index of the person who is listed twice with two numbers
	couple    [2]int
	namesakes [2]int
}

// settle gives every collaborator a place: the strata of the offices with N
// each, then unit by unit.
func (b *builder) settle() {
	add := func(stratum, unit string, jobs []weighted) {
		b.people = append(b.people, Person{ID: len(b.people) + 1, Stratum: stratum, Unit: unit, Position: pick(b.rng, jobs)})
	}
	for _, s := range strata {
		for i := range s.N {
			if at := seats[s.Code]; at != nil {
				add(s.Code, at[i%len(at)], positions[s.Code])
			}
		}
	}
	for _, u := range units {
		for range u.CTV {
			add(u.Cluster, u.Name, positions["C"])
		}
	}
}

// trap is a person who must occur, because the name is one that careless
// readers trip over.
type trap struct {
	unit, name string
	woman      bool
	birth      int
}

var traps = []trap{
	{"phường Lam Bắc", "Phan Đức Huy", false, 1985},
	{"Sở Y tế", "Hồ Thị Dung", true, 1980},
	{"xã Hải Triền", "Trần Đình Dũng", false, 1970},
	{"xã Quỳnh Trạch", "Võ Hữu Nam", false, 1988},
	{"xã Phú Khuê", "Cao Văn Tư", false, 1962},
	{"xã Bãi Ngao", "Bùi Xuân Lớn", false, 1966},
	{"Trường THPT Lam Phố", "Lê Hà", true, 1983},
	{"Hội Nông dân tỉnh", "Nguyễn Thị Thu Minh Phương", true, 1986},
	{"xã Nà Khoang", "Lô Văn Păn", false, 1979},
	{"xã Gò Sỏi", "N.V. Hải", false, 1972},
	{"xã Cẩm Trạch", "Ông Văn Bình", false, 1968},
	{"phường Lam Phố", "Âu Thị Hạnh", true, 1976},
	{"xã Lam Hải", "Đàm Đức Thắng", false, 1981},
	{"Sở Tư pháp", "Tôn Thị Hương", true, 1989},
	{"xã Trung Khê", "Uông Xuân Hùng", false, 1973},
	{"xã Vân Trạch", "Nguyễn Văn Hùng", false, 1969}, // namesakes in one commune
	{"xã Vân Trạch", "Nguyễn Văn Hùng", false, 1977},
	{"xã Hòa Khuê", "Hoàng Văn Sơn", false, 1964}, // a couple with one telephone
	{"xã Hòa Khuê", "Trần Thị Liên", true, 1967},
	{"phường Ngã Ba Sim", "Đinh Thanh Hòa", false, 1971}, // listed twice, two numbers
}

// women is the share in percent, ages the weights of decades from 18 on.
var (
	women = map[byte]int{'T': 41, 'C': 36}
	ages  = map[byte][]weighted{
		'T': {{"18", 4}, {"30", 27}, {"40", 41}, {"50", 26}, {"60", 2}},
		'C': {{"18", 7}, {"30", 22}, {"40", 33}, {"50", 26}, {"60", 12}},
	}
	decades = map[string][2]int{"18": {18, 29}, "30": {30, 39}, "40": {40, 49}, "50": {50, 59}, "60": {60, 68}}
)

// listYear is the year of the list, which ages refer to.
const listYear = 2026

// nameAll gives everybody a sex, a year of birth and a name.
func (b *builder) nameAll() {
	trapped := b.placeTraps()
	for _, level := range []byte{'T', 'C'} {
		all := b.where(func(p *Person) bool { return p.Stratum[0] == level })
		want := (len(all)*women[level] + 50) / 100
		var free []int
		for _, i := range all {
			if !trapped[i] {
				free = append(free, i)
			} else if b.people[i].Woman {
				want--
			}
		}
		for n, i := range b.shuffled(free) {
			p := &b.people[i]
			p.Woman = n < want
			span := decades[pick(b.rng, ages[level])]
			p.Birth = listYear - span[0] - b.rng.IntN(span[1]-span[0]+1)
			p.Name = b.newName(p.Woman, p.Birth, p.Stratum == "C6")
		}
	}
}

// placeTraps names the people who must occur, and returns who they are.
func (b *builder) placeTraps() map[int]bool {
	at := map[int]bool{}
	var order []int
	for _, t := range traps {
		here := b.where(func(p *Person) bool { return p.Unit == t.unit && p.Name == "" })
		i := here[0]
		p := &b.people[i]
		p.Name, p.Woman, p.Birth = t.name, t.woman, t.birth
		b.used[t.name] = true
		at[i] = true
		order = append(order, i)
	}
	n := len(order)
	b.namesakes = [2]int{order[n-5], order[n-4]}
	b.couple = [2]int{order[n-3], order[n-2]}
	b.twice = order[n-1]
	return at
}

// where returns the indices of the people for whom ok holds.
func (b *builder) where(ok func(*Person) bool) []int {
	var out []int
	for i := range b.people {
		if ok(&b.people[i]) {
			out = append(out, i)
		}
	}
	return out
}

// shuffled returns the indices in a drawn order.
func (b *builder) shuffled(of []int) []int {
	out := append([]int(nil), of...)
	b.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// must reports whether a person's reachability is given by a trap.
func (b *builder) must(i int) bool {
	return i == b.couple[0] || i == b.couple[1] || i == b.twice || i == b.namesakes[0] || i == b.namesakes[1]
}
