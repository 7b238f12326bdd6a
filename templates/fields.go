package templates

// Fields are the merge fields that a sentence may name: a closed list. An empty
// field counts as missing, and a sentence that needs it is refused. Lengths are
// the longest that keep the SMS within one segment.
type Fields struct {
	// The person.
	Address string // {xung_ho} "Ông", "Bà" or "Ông/Bà"; SMS always "Ông/Bà"
	Name    string // {ho_ten} never in SMS or voice; ≤ 28

	// The campaign and its office.
	Survey  string // {khao_sat} title of the campaign; ≤ 30
	Month   string // {thang} "tháng 12" or "đợt này"; "December" or "this round"
	Round   string // {dot} "đợt tháng 12" or "đợt này"; "December round" or "round"
	Form    string // {phieu} "phiếu tháng 12" or "phiếu này"; "December form" or "form"
	Office  string // {van_phong} full name of the office
	Sender  string // {ten_gui} its short name, which opens every SMS; ≤ 14
	Phone   string // {dien_thoai} public number; ≤ 13
	Contact string // {phu_trach} the person in charge; ≤ 28

	// Size and dates.
	Questions   string // {cau} how many questions; ≤ 2
	Left        string // {con} how many are left; ≤ 2
	Done        string // {da} how many are answered; ≤ 2
	Minutes     string // {phut} ≤ 2
	MinutesLeft string // {phut_con} ≤ 2
	Ends        string // {gio_han} "17h 18/12"; SMS
	EndsFull    string // {ngay_han_day_du} "17 giờ, thứ Sáu 18/12/2026"
	EndsSoon    string // {luc_khep} "17 giờ hôm nay" or "17 giờ ngày 18/12"
	EndsDay     string // {han_thu} "thứ Sáu 18/12"
	Recently    string // {khi_moi} when the invitation left: "Đầu tuần" or "Vừa qua"
	Results     string // {ngay_ket_qua} "25/12": when the results come back
	When        string // {luc} a time that the sentence tells of

	// Addresses on the web.
	Link     string // {link} ≤ 52
	StopLink string // {link_ngung}

	// Sentences chosen by rule, never typed by staff.
	Keep string // {cau_giu_kin} confidentiality, by level and channel
	Why  string // {vi_sao} why this person, by sample method
	Way  string // {thoi_nhan} how to get no more texts, by what the sender can receive

	// One turn of a conversation.
	Number   string // {so} number of the question
	Asked    string // {cau_hoi} text of the question
	Choices  string // {lua_chon} "1 Tốt lên 2 Như trước"
	Figures  string // {cac_so} "1, 2, 3 hoặc 0"
	Max      string // {toi_da} most choices
	Example  string // {vi_du} "1,4,6"
	From     string // {tu} least number or first pole
	To       string // {den} greatest number or last pole
	Typed    string // {da_go} what was typed or pressed
	MeaningA string // {y_a} first reading of a doubtful reply
	MeaningB string // {y_b} second reading
	Said     string // {loi} what a person of the office writes
}

// values returns the fields by the name that sentences use.
func (f Fields) values() map[string]string {
	return map[string]string{
		"xung_ho": f.Address, "ho_ten": f.Name,
		"khao_sat": f.Survey, "thang": f.Month, "dot": f.Round, "phieu": f.Form,
		"van_phong": f.Office, "ten_gui": f.Sender, "dien_thoai": f.Phone, "phu_trach": f.Contact,
		"cau": f.Questions, "con": f.Left, "da": f.Done, "phut": f.Minutes, "phut_con": f.MinutesLeft,
		"gio_han": f.Ends, "ngay_han_day_du": f.EndsFull, "luc_khep": f.EndsSoon, "han_thu": f.EndsDay,
		"khi_moi": f.Recently, "ngay_ket_qua": f.Results, "luc": f.When,
		"link": f.Link, "link_ngung": f.StopLink, "cau_giu_kin": f.Keep, "vi_sao": f.Why, "thoi_nhan": f.Way,
		"so": f.Number, "cau_hoi": f.Asked, "lua_chon": f.Choices, "cac_so": f.Figures,
		"toi_da": f.Max, "vi_du": f.Example, "tu": f.From, "den": f.To, "da_go": f.Typed,
		"y_a": f.MeaningA, "y_b": f.MeaningB, "loi": f.Said,
	}
}
