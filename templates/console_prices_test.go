package templates

// samplePrices are the screens of prices.
func samplePrices(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/prices"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"senders", "/senders", false}, {"prices", "/prices", true}, {"holidays", "/holidays", false}, {"office", "/office", false}, {"audit", "/audit", false}}
	at := in.Now
	scopes := []PriceScope{{Value: "sms", Channel: "sms"}, {Value: "sms twilio", Channel: "sms", Provider: "twilio"}, {Value: "sms +84310000001", Channel: "sms", Address: "+84310000001"}}
	page := Prices{Shell: in, Tabs: tabs, Today: at, Scopes: scopes, Most: 1000000, From: "2026-11-21",
		Senders: []SenderPrice{{Channel: "email", Address: "khaosat@vanphong.example", Provider: "smtp"}, {Channel: "sms", Address: "+84310000001", Provider: "twilio", Dong: 1350, Since: at.AddDate(0, -1, 0), Then: at.AddDate(0, 0, 11), ThenDong: 1400},
			{Channel: "sms", Address: "+84310000003", Provider: "android", Dong: 300}, {Channel: "call", Address: "+84310000002", Provider: "twilio", Unknown: true}},
		Lines: []PriceLine{{ID: 3, Channel: "sms", From: at.AddDate(0, 0, 11), Dong: 1400, SetBy: "<mai>", SetAt: at},
			{ID: 2, Channel: "sms", Of: "+84310000001", From: at.AddDate(0, 0, 11), Dong: 1450, SetBy: "mai", SetAt: at, DroppedBy: "khue", DroppedAt: at},
			{ID: 1, Channel: "sms", Of: "twilio", From: at.AddDate(0, -1, 0), Dong: 1350, SetBy: "mai", SetAt: at, Begun: true}}, Next: "/prices?before=1"}
	wrong := page
	wrong.Fix, wrong.Of, wrong.Dong, wrong.Field = 3, "sms twilio", "1.234,5 <đ>", "dong"
	return map[string]Screen{"prices": page, "prices-wrong": wrong, "prices-empty": Prices{Shell: in, Tabs: tabs, Today: at}}
}
