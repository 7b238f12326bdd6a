package templates

import (
	"strconv"
	"time"
)

// sampleResults are the screens of results.
func sampleResults(in Shell) map[string]Screen {
	head := ResultsHead{Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11/results", State: "fielding", Level: "confidential", Counted: in.Now, Recount: true,
		Invited: 420, Answered: 231, Submitted: 225, Partials: 6, Rate: "55,0%", RR1: "53,6%", RR2: "55,0%",
		Kinds: []string{"network_sample", "rested", "not_public"}, Resting: 12, Open: true, Few: true, Stamp: "7f3a9c01", From: in.Now.AddDate(0, 0, -9), To: in.Now.AddDate(0, 0, 5)}
	ticks := []ResultTick{{"0%", "0", "start"}, {"50%", "30", "middle"}, {"100%", "60", "end"}}
	scale := ResultQuestion{Name: "hai_long", Label: "Ông/bà hài lòng <đến mức nào>?", Href: head.Href + "?q=hai_long", Number: 3, Kind: "think", Base: 231, Weighted: true, Hides: true,
		Find:   ResultFind{Key: "think", Label: "Hài lòng", Value: "42,8", Low: "37,1", High: "48,8"},
		Change: &ResultChange{"none", "−2,9"},
		Chart: ResultChart{Ticks: ticks, Says: "Không hài lòng 15%, bình thường 21%, hài lòng 64%", Parts: []ResultPart{{Class: "f1", On: "on-o", X: "0%", Wide: "14.75%", Middle: "7.38%", Text: "15"},
			{Class: "f3", On: "on-3", X: "14.75%", Wide: "21.31%", Middle: "25.41%", Text: "21"}, {Class: "f5", On: "on-o", X: "36.07%", Wide: "63.93%", Middle: "68.03%", Text: "64"}}},
		Lines: []ResultLine{{Label: "Rất hài lòng", N: 32, Share: "13,2", Plain: "13,9", Low: "9,8", High: "17,5", Dot: "22%", From: "16.3%", To: "29.2%"},
			{Label: "Hài lòng", N: 100, Share: "42,8", Plain: "43,3", Low: "37,1", High: "48,8", Dot: "71.3%", From: "61.8%", To: "81.3%"},
			{Label: "Không hài lòng", Hidden: true}, {Label: "Rất không hài lòng", Hidden: true}},
		Missing: []ResultMissing{{"dont_know", 4}, {"not_reached", 2}}}
	numbers := ResultQuestion{Name: "so_lan", Label: "Bao nhiêu lần?", Href: head.Href + "?q=so_lan", Number: 4, Kind: "report", Base: 220,
		Find: ResultFind{Key: "numbers", Label: "12,4", Value: "9", Low: "11", High: "14"}, Numbers: &ResultNumbers{"12,4", "11", "14", "4", "9", "18"}, Hides: true,
		Chart: ResultChart{Ticks: ticks}, Bins: []ResultLine{{Label: "0–9", N: 110, Share: "50,0", Dot: "83.3%"}, {Label: "10–19", N: 60, Share: "27,3", Dot: "45.5%"}, {Label: "20–29", Hidden: true}}}
	ranked := ResultQuestion{Name: "xep", Label: "Xếp ba việc", Href: head.Href + "?q=xep", Number: 5, Kind: "named_by", Base: 200, Several: true, Ranking: true,
		Find: ResultFind{Key: "named_by", Label: "Giá cả", Value: "61,0", Low: "54,0", High: "67,7"}, Change: &ResultChange{"up", "6,1"}, Chart: ResultChart{Ticks: ticks},
		Lines: []ResultLine{{Label: "Giá cả", N: 122, Share: "61,0", Low: "54,0", High: "67,7", Dot: "80%", From: "70%", To: "90%", First: "80", Place: "1,6"}, {Label: "9", Unlisted: true, N: 9, Share: "4,5", Dot: "7%", First: "0", Place: "3,0"}}}
	words := ResultQuestion{Name: "y_kien", Label: "Ý kiến khác", Href: head.Href + "?q=y_kien", Number: 6, Kind: "think", Base: 61, Find: ResultFind{Key: "words", N: "61"}, Words: "/campaigns/thang-11/words"}
	few := ResultQuestion{Name: "it", Label: "Câu ít người", Href: head.Href + "?q=it", Number: 7, Kind: "describe", Withheld: true, Find: ResultFind{Key: "withheld", Least: "5"}}
	matrix := ResultQuestion{Name: "dich_vu", Label: "Dịch vụ <nào>?", Number: 8, Kind: "think", Base: 200, Matrix: &ResultGroups{Columns: []string{"Kém", "Tốt"}, Matrix: true, Few: 30, Span: 2, Rows: []ResultGroup{
		{Name: "Y tế <x>", Href: head.Href + "?q=y_te", N: "200", Cells: []ResultLine{{Share: "40,0", Low: "33,0", High: "47,0"}, {Share: "60,0", Low: "53,0", High: "67,0"}}}, {Name: "Điện", Href: head.Href + "?q=dien", N: "< 5", Why: "few"}}}}
	method := []ResultNote{{Key: "what"}, {Key: "sample", N: "6", Of: "1.148", Rate: "420"}, {Key: "dates", From: "11/11/2026", To: "25/11/2026", Name: "thang", N: "2"}, {Key: "modes", Name: "trang web 138, tin nhắn 71"},
		{Key: "response", Of: "420", N: "231", Rate: "55,0%", From: "53,6%", To: "55,0%"}, {Key: "weighted"}, {Key: "limits"}, {Key: "counted", From: "20/11/2026 14:32", N: "231", Name: "thang-11", To: "7f3a9c01"}}
	full := scale
	full.Strata = &ResultGroups{Columns: []string{"Không hài lòng", "Bình thường", "Hài lòng"}, Scale: true, Hides: true, Few: 30, Span: 4, Rows: []ResultGroup{
		{Name: "Đô thị <1>", N: "61", Chart: scale.Chart, Cells: []ResultLine{{Share: "15", Low: "8", High: "26"}, {Hidden: true}, {Share: "64", Low: "51", High: "75"}}},
		{Name: "Miền núi", N: "19", Why: "domain"}, {Name: "Cấp tỉnh", N: "< 5", Why: "few"}}}
	full.Modes = &ResultGroups{Columns: []string{"Không hài lòng", "Bình thường"}, Mean: true, Few: 30, Span: 3, Rows: []ResultGroup{{Name: "trang web", N: "138", Mean: "3,4", Cells: []ResultLine{{Share: "15"}, {Share: "85"}}}}}
	full.Trend = sampleTrend()
	since := &ResultSince{ResultStampLine{Code: "0011aabb", At: in.Now.AddDate(0, 0, -2)}, []ResultDifference{{Key: "submitted", Before: "201", After: "225"}, {"Ông/bà hài lòng?", "Hài lòng", "percent", "42,0", "42,8"}}}
	stamps := []ResultStampLine{{"7f3a9c01", head.Href + "?stamp=7f3a9c01", in.Now, "mai", true}, {"0011aabb", head.Href + "?stamp=0011aabb", in.Now.AddDate(0, 0, -2), "khue", false}}
	sealed := ResultsHead{Title: "Kín", Href: "/campaigns/kin/results", State: "fielding", Level: "anonymous", Counted: in.Now, Rate: "–", RR1: "–", RR2: "–", Kinds: []string{"network_census", "not_public"}, Sealed: true, Open: true}
	return map[string]Screen{
		"results-list": ResultsList{Shell: in, Counting: true, Older: "/results?before=12", Lines: []ResultsLine{{Title: "Dư luận <tháng 11>", Href: head.Href, State: "fielding", Counted: true, Invited: 420, Answered: 231, Rate: "55,0%", At: in.Now},
			{Title: "Mới", Href: "/campaigns/moi/results", State: "closed"}}},
		"results-list-empty": ResultsList{Shell: in},
		"results-wait":       ResultsWait{Shell: in, Title: "Dư luận <tháng 11>", Href: head.Href, Self: head.Href, Read: 61500, Of: 110000},
		"results-wait-new":   ResultsWait{Shell: in, Title: "Dư luận <tháng 11>", Href: head.Href, Self: head.Href, Read: 500},
		"results": Results{Shell: in, ResultsHead: head, Questions: []ResultQuestion{scale, numbers, ranked, words, few, matrix}, Method: method, Stamps: stamps, Since: since, Persons: true, Files: true, Voices: true,
			Strata: []ResultRate{{"Đô thị <1>", 120, "61,0%", "58,3%", false}, {Name: "Cấp tỉnh", Cases: 9, Withheld: true}}},
		"results-sealed":    Results{Shell: in, ResultsHead: sealed, Method: method[:1], Since: &ResultSince{ResultStampLine: ResultStampLine{Code: "0011aabb", At: in.Now}}},
		"results-question":  Results{Shell: in, ResultsHead: head, Questions: []ResultQuestion{full}, One: true, Before: head.Href + "?q=a", After: head.Href + "?q=so_lan"},
		"results-page":      sampleDirector(in, head, []ResultQuestion{scale, numbers, ranked}),
		"results-page-bare": ResultsPage{Shell: in, ResultsHead: sealed, Done: []ResultNote{{Key: "census", N: "0", Of: "24", From: "11/11/2026", To: "25/11/2026", Name: "–"}, {Key: "answered", N: "0", Rate: "–"}}},
	}
}

// sampleDirector is the page for the director, as full as it gets.
func sampleDirector(in Shell, head ResultsHead, finds []ResultQuestion) ResultsPage {
	return ResultsPage{Shell: in, ResultsHead: head, Finds: finds, Trend: sampleTrend(), TopicsOf: "Ý kiến khác <nếu có>?", Coded: 131,
		Topics: []ResultTopic{{"Hạ tầng giao thông <x>", 48, "36.6%"}, {"Giá cả, việc làm", 31, "23.7%"}, {"Thủ tục hành chính", 22, "16.8%"}, {"Y tế, trường học", 12, "9.2%"}, {"Nước sạch", 9, "6.9%"}},
		Quotes: []ResultQuote{{"Đường liên thôn <b>ngập</b> từ sau mưa bão tháng trước, xe máy không qua được, trẻ em phải nghỉ học hai tuần; xã đã hẹn sửa ba lần mà chưa thấy ai đến xem. Mong được trả lời rõ khi nào làm, ai chịu trách nhiệm, và trong lúc chờ thì người dân đi lối nào cho an toàn hơn.", "Ý kiến khác?"},
			{"Làm giấy tờ nhanh hơn trước nhiều, nhưng trên mạng hay lỗi vào buổi sáng.", "Ý kiến khác?"}, {"Giá phân bón lên mà giá lúa không lên.", "Ý kiến khác?"}},
		Cost: &ResultCost{1284500, 5561}, Done: []ResultNote{{Key: "sample", N: "420", Of: "1.148", From: "11/11/2026", To: "25/11/2026", Name: "trang web, tin nhắn, cuộc gọi"}, {Key: "answered.margin", N: "231", Rate: "53,6%", Margin: "6,9"}}}
}

func sampleTrend() *ResultTrend {
	out := &ResultTrend{Answer: "Hài lòng <x>", Says: "Tháng 9: 55,4%; tháng 10: 58,9%; tháng 11: 56,0%", Ticks: []ResultTick{{X: "174", Text: "40%"}, {X: "24", Text: "70%"}},
		Line: "10,49 74,34 90,45", Band: "10,31 74,17 90,25 90,69 74,57 10,71"}
	for i, p := range []ResultPoint{{Share: "55,4", Low: "50,0", High: "60,7", Y: "98", YLow: "130", YHigh: "70", Text: "55"}, {Why: "other"}, {Why: "withheld"}, {Why: "counting"},
		{Share: "58,9", Low: "53,0", High: "64,0", Y: "75", YLow: "110", YHigh: "50", Text: "59", Change: "up", By: "3,5"}, {Share: "56,0", Low: "50,1", High: "61,7", Y: "92", YLow: "128", YHigh: "62", Text: "56", Change: "none", By: "−2,9"}} {
		p.Name, p.Href, p.N = "Dư luận tháng "+time.Month(i+6).String(), "/campaigns/x/results", 200+i
		p.Short = strconv.Itoa(i+6) + "/26"
		p.X = []string{"10%", "26%", "42%", "58%", "74%", "90%"}[i]
		out.Points = append(out.Points, p)
	}
	out.Question, out.By, out.Hides = "hai_long", "mode", true
	shares := []ResultLine{{Share: "55,4"}, {Hidden: true}, {Hidden: true}, {Hidden: true}, {Share: "58,9"}, {Share: "56,0"}}
	out.All = []ResultFollowed{{Key: "=1", Answer: "Không hài lòng", Cells: shares}, {Key: "=3", Answer: "Hài lòng <x>", Chosen: true, Cells: shares}, {Key: "last2", Answer: "Hài lòng + Rất hài lòng", Cells: shares},
		{Key: "mean", Answer: "Trung bình", Cells: shares}}
	return out
}
