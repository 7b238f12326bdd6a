package respondent

// Unit is a ward or commune of the invented province.
type Unit struct {
	Code    string // LX-01 … LX-24
	Cluster string // C1 … C6
	Name    string // "xã Hải Triền"
	People  int    // population
	CTV     int    // collaborators there
	// aliases are how old or careless lists write it.
	aliases []string
}

// Stratum is one of the ten parts of the network.
type Stratum struct {
	Code string // T1 … T4, C1 … C6
	Name string
	N    int // collaborators
	// Takes is the share of them, in percent, who take part in a month.
	Takes int
}

// strata are never written.
var strata = []Stratum{
	{"T1", "Sở, ngành, cơ quan cấp tỉnh", 46, 84},
	{"T2", "Mặt trận và đoàn thể cấp tỉnh", 28, 86},
	{"T3", "Doanh nghiệp, hợp tác xã, hiệp hội", 24, 63},
	{"T4", "Trường học, y tế, báo chí, văn hóa, tôn giáo", 22, 78},
	{"C1", "Đô thị Lam Phố", 44, 70},
	{"C2", "Ven biển", 32, 64},
	{"C3", "Đồng bằng bắc", 30, 69},
	{"C4", "Đồng bằng nam", 28, 67},
	{"C5", "Trung du", 26, 63},
	{"C6", "Miền núi", 20, 55},
}

// Strata returns the ten strata, a copy in their order.
func Strata() []Stratum { return append([]Stratum(nil), strata...) }

// units are never written.
var units = []Unit{
	{"LX-01", "C1", "phường Lam Phố", 58412, 14, []string{"P. Lam Phố", "TP Lam Phố (cũ)", "LAM PHO"}},
	{"LX-02", "C1", "phường Lam Bắc", 46905, 9, []string{"Phường Lam Bắc (TP cũ)"}},
	{"LX-03", "C1", "phường Lam Thượng", 41730, 8, nil},
	{"LX-04", "C1", "phường Xuyên Thành", 39268, 7, nil},
	{"LX-05", "C1", "phường Tràng Lĩnh", 35114, 6, nil},
	{"LX-06", "C2", "phường Cửa Lãng", 44876, 10, []string{"TT Cửa Lãng (cũ)"}},
	{"LX-07", "C2", "xã Hải Triền", 33542, 8, nil},
	{"LX-08", "C2", "xã Bãi Ngao", 28190, 7, []string{"Xã Bãi Ngao - H. Lam Hải (cũ)"}},
	{"LX-09", "C2", "xã Lam Hải", 31467, 7, nil},
	{"LX-10", "C3", "xã Vân Trạch", 38205, 9, nil},
	{"LX-11", "C3", "xã Quỳnh Trạch", 34981, 8, nil},
	{"LX-12", "C3", "xã Cẩm Trạch", 30644, 7, nil},
	{"LX-13", "C3", "xã Hạ Tràng", 27318, 6, []string{"Ha Trang"}},
	{"LX-14", "C4", "xã Hòa Khuê", 36722, 8, []string{"Hoà Khuê", "Hòa Khê"}},
	{"LX-15", "C4", "xã Phú Khuê", 32059, 7, nil},
	{"LX-16", "C4", "xã Xuyên An", 29483, 7, nil},
	{"LX-17", "C4", "xã Hà Trạng", 25876, 6, []string{"Ha Trang"}},
	{"LX-18", "C5", "phường Ngã Ba Sim", 30915, 8, []string{"P. Ngã 3 Sim", "thị trấn Ngã Ba Sim"}},
	{"LX-19", "C5", "xã Trung Khê", 24337, 6, nil},
	{"LX-20", "C5", "xã Gò Sỏi", 21602, 6, nil},
	{"LX-21", "C5", "xã Đồi Mít", 19848, 6, nil},
	{"LX-22", "C6", "xã Mường Lặng", 15724, 8, []string{"Mường Lặng / Mường Lăng"}},
	{"LX-23", "C6", "xã Nà Khoang", 12391, 7, nil},
	{"LX-24", "C6", "xã Suối Rè", 9865, 5, []string{"Suối Dè"}},
}

// Units returns the 24 wards and communes, a copy in their order.
func Units() []Unit { return append([]Unit(nil), units...) }

// seats are where the collaborators of T1 to T4 work, and as what.
var seats = map[string][]string{
	"T1": {"Sở Nông nghiệp và Môi trường", "Sở Xây dựng", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Công Thương", "Sở Tài chính", "Sở Nội vụ", "Sở Tư pháp", "Văn phòng UBND tỉnh", "Thanh tra tỉnh"},
	"T2": {"Ủy ban MTTQ tỉnh", "Hội Liên hiệp Phụ nữ tỉnh", "Hội Nông dân tỉnh", "Hội Cựu chiến binh tỉnh", "Tỉnh đoàn Lam Xuyên", "Liên đoàn Lao động tỉnh"},
	"T3": {"HTX Nông nghiệp Vân Trạch", "HTX Thủy sản Cửa Lãng", "Hiệp hội Doanh nghiệp tỉnh", "Công ty CP May Lam Phố", "HTX Chè Đồi Mít"},
	"T4": {"Trường THPT Lam Phố", "Bệnh viện đa khoa Lam Xuyên", "Báo và Đài Lam Xuyên", "Trung tâm Văn hóa tỉnh", "Ban Trị sự chùa Lam Thượng", "Trạm y tế Ngã Ba Sim"},
}

var positions = map[string][]weighted{
	"T1": {{"Trưởng phòng", 20}, {"Phó Trưởng phòng", 28}, {"Chuyên viên", 52}},
	"T2": {{"Phó Chủ tịch Hội", 25}, {"Trưởng ban", 25}, {"Chuyên viên", 50}},
	"T3": {{"Giám đốc", 35}, {"Phó Giám đốc", 30}, {"Chủ doanh nghiệp", 35}},
	"T4": {{"Giáo viên", 40}, {"Y sĩ", 25}, {"Nhà báo", 20}, {"Phó Trưởng phòng", 15}},
	"C":  {{"Chuyên viên", 32}, {"Phó Trưởng phòng", 18}, {"Chủ tịch Hội Nông dân", 10}, {"Chủ tịch Hội Phụ nữ", 10}, {"Bí thư chi bộ", 10}, {"Trưởng thôn", 12}, {"Tổ trưởng", 8}},
}
