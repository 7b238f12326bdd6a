package templates

// sampleHolidays are the screens of days off.
func sampleHolidays(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/holidays"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"senders", "/senders", false}, {"prices", "/prices", false}, {"holidays", "/holidays", true}, {"office", "/office", false}, {"audit", "/audit", false}}
	at := in.Now
	page := Holidays{Shell: in, Tabs: tabs, Today: at, From: "2026-11-21", Running: []Listed{{Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11", State: "fielding"}},
		Ahead: []HolidayLine{{From: at.AddDate(0, 1, 12), Until: at.AddDate(0, 1, 12)}, {From: at.AddDate(0, 2, 16), Until: at.AddDate(0, 2, 22), Tet: true}},
		Own:   []OwnDay{{ID: 1, Day: at.AddDate(0, 0, 3), Off: true, Name: "nghỉ <bão>", SetBy: "mai", SetAt: at, Campaigns: 1}, {ID: 2, Day: at.AddDate(0, 1, 12), Name: "hoán đổi", SetBy: "mai", SetAt: at}}}
	wrong := page
	wrong.From, wrong.Until, wrong.Name, wrong.Work, wrong.Field, wrong.Running, wrong.Own = "2026-11-23", "2026-11-24", `"<x>"`, true, "work", nil, nil
	return map[string]Screen{"holidays": page, "holidays-wrong": wrong}
}
