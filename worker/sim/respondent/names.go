package respondent

import (
	"math/rand/v2"
	"strings"
)

// weighted is a word and how often it is drawn, relative to its table.
type weighted struct {
	word   string
	weight int
}

// pick draws a word of a table.
func pick(rng *rand.Rand, table []weighted) string {
	sum := 0
	for _, w := range table {
		sum += w.weight
	}
	at := rng.IntN(sum)
	for _, w := range table {
		if at -= w.weight; at < 0 {
			return w.word
		}
	}
	return table[len(table)-1].word // not reached: the weights were summed above
}

// Family names per 1,000, blended from public counts; not statistics of anything.
var families = []weighted{
	{"Nguyễn", 334}, {"Trần", 115}, {"Lê", 112}, {"Phạm", 58}, {"Phan", 42}, {"Hoàng", 38}, {"Võ", 34}, {"Đặng", 25},
	{"Hồ", 23}, {"Bùi", 22}, {"Trương", 19}, {"Ngô", 16}, {"Đỗ", 15}, {"Dương", 14}, {"Vũ", 13}, {"Đinh", 12}, {"Cao", 11},
	{"Huỳnh", 10}, {"Đoàn", 10}, {"Hà", 9}, {"Mai", 8}, {"Trịnh", 8}, {"Đào", 7}, {"Lương", 7}, {"Thái", 6}, {"Lưu", 4},
	{"Tạ", 3}, {"Phùng", 3}, {"Chu", 3}, {"Tô", 2}, {"Đàm", 2}, {"Kiều", 2}, {"Tống", 2}, {"Lâm", 2}, {"Từ", 2}, {"Tôn", 1},
	{"Quách", 1}, {"Khuất", 1}, {"Uông", 1}, {"Âu", 1}, {"Ông", 1}, {"Đồng", 1},
}

// mountainFamilies come before the others in C6, in 400 of 1,000 draws.
var mountainFamilies = []weighted{{"Vi", 140}, {"Lô", 90}, {"Lữ", 60}, {"Kha", 50}, {"Quang", 40}, {"Moong", 20}}

const mountainShare = 400

// cohort is a generation: born to 1975, to 1990, later.
type cohort struct {
	middle []weighted
	given  []string
}

func cohortOf(woman bool, birth int) cohort {
	i := 2
	if birth <= 1975 {
		i = 0
	} else if birth <= 1990 {
		i = 1
	}
	if woman {
		return womenBorn[i]
	}
	return menBorn[i]
}

var menBorn = [3]cohort{
	{
		middle: []weighted{{"Văn", 46}, {"Xuân", 9}, {"Đình", 8}, {"Đức", 6}, {"Hữu", 6}, {"Bá", 5}, {"Sỹ", 4}, {"Quang", 4}, {"Ngọc", 4}, {"Thanh", 4}, {"", 4}},
		given:  []string{"Hùng", "Dũng", "Sơn", "Bình", "Thành", "Minh", "Hải", "Long", "Thắng", "Hòa", "Quang", "Lâm", "Xuân", "Tâm", "Lợi", "Cừ", "Lớn", "Tư", "Ngự"},
	},
	{
		middle: []weighted{{"Văn", 33}, {"Đức", 10}, {"Xuân", 7}, {"Hữu", 6}, {"Minh", 6}, {"Ngọc", 6}, {"Anh", 6}, {"Thanh", 6}, {"Quốc", 6}, {"Hoàng", 6}, {"Công", 4}, {"", 4}},
		given:  []string{"Tuấn", "Hùng", "Dũng", "Cường", "Sơn", "Nam", "Thắng", "Hải", "Trung", "Huy", "Hiếu", "Tùng", "Quân", "Công", "Đạt"},
	},
	{
		middle: []weighted{{"Văn", 17}, {"Minh", 10}, {"Đức", 9}, {"Hoàng", 9}, {"Quang", 7}, {"Anh", 7}, {"Quốc", 7}, {"Gia", 6}, {"Tuấn", 6}, {"Thanh", 6}, {"Nhật", 5},
			{"Hoàng Minh", 4}, {"Trần Gia", 3}, {"Đức Anh", 2}, {"Lê Quang", 2}},
		given: []string{"Huy", "Anh", "Nam", "Đức", "Hiếu", "Hoàng", "Minh", "Long", "Khánh", "Quân", "Phúc", "Đạt", "Phong", "Việt", "Khang"},
	},
}

var womenBorn = [3]cohort{
	{
		middle: []weighted{{"Thị", 88}, {"Thanh", 4}, {"Kim", 4}, {"Ngọc", 4}},
		given:  []string{"Hoa", "Lan", "Hương", "Hồng", "Nga", "Thủy", "Liên", "Loan", "Thanh", "Vân", "Hạnh", "Mai", "Tuyết", "Nhung", "Sáu"},
	},
	{
		middle: []weighted{{"Thị", 58}, {"Thị Thu", 4}, {"Thị Thanh", 3}, {"Thị Kim", 3}, {"Thị Hồng", 3}, {"Thị Bích", 3}, {"Thị Minh", 3}, {"Thị Phương", 3},
			{"Thu", 5}, {"Thanh", 4}, {"Kim", 4}, {"Hồng", 4}, {"Ngọc", 3}},
		given: []string{"Hương", "Hà", "Thủy", "Hằng", "Hạnh", "Thảo", "Phương", "Hiền", "Trang", "Yến", "Dung", "Vân", "Oanh", "Huyền", "Sim"},
	},
	{
		middle: []weighted{{"Thị", 26}, {"Thị Thu", 6}, {"Thị Khánh", 5}, {"Thị Minh", 5}, {"Thị Hà", 4}, {"Ngọc", 9}, {"Thu", 7}, {"Khánh", 6}, {"Phương", 6},
			{"Minh", 6}, {"Thùy", 5}, {"Hà", 5}, {"Mai", 4}, {"Bảo", 3}, {"Diệu", 3}},
		given: []string{"Trang", "Linh", "Phương", "Huyền", "Thảo", "Anh", "Ngọc", "Quỳnh", "Uyên", "Ngân", "Vy", "My", "Nhi"},
	},
}

// taken are full names that the tables could make and that belong to people
// whom everybody knows, or to the office's own staff.
var taken = map[string]bool{
	"Tô Lâm": true, "Lương Cường": true, "Đặng Văn Lâm": true, "Nguyễn Hoàng Đức": true, "Phan Văn Đức": true, "Nguyễn Quang Hải": true,
	"Lê Công Tuấn Anh": true, "Hồ Ngọc Hà": true, "Nguyễn Văn Trung": true, "Trần Quốc Tuấn": true, "Lê Văn Công": true, "Nguyễn Ngọc Anh": true,
	"Hoàng Văn Hoan": true, "Phạm Văn Quyến": true, "Lê Minh Hương": true, "Trần Thị Hà": true, "Nguyễn Thị Sim": true, "Nguyễn Văn Xuân": true,
}

// newName draws a full name that nobody has yet.
func (b *builder) newName(woman bool, birth int, mountain bool) string {
	c := cohortOf(woman, birth)
	for {
		family := pick(b.rng, families)
		if mountain && b.rng.IntN(1000) < mountainShare {
			family = pick(b.rng, mountainFamilies)
		}
		name := strings.Join(strings.Fields(family+" "+pick(b.rng, c.middle)+" "+c.given[b.rng.IntN(len(c.given))]), " ")
		if !b.used[name] && !taken[name] {
			b.used[name] = true
			return name
		}
	}
}
