package templates

// sampleFields are realistic merge fields; the office and people are invented.
func sampleFields(lang string) Fields {
	f := Fields{
		Address: "Ông/Bà", Name: "Đỗ Thị Kim Oanh", Survey: "Ý kiến tháng 12 năm 2026", Month: "tháng 12",
		Round: "đợt tháng 12", Form: "phiếu tháng 12", Office: "Phòng Dư luận xã hội tỉnh Lam Xuyên",
		Sender: "DLXH Lam Xuyên", Phone: "0298 3555 010", Contact: "Nguyễn Thị Sim",
		Questions: "12", Left: "5", Done: "7", Minutes: "6", MinutesLeft: "2",
		Ends: "17h 18/12", EndsFull: "17 giờ, thứ Sáu 18/12/2026", EndsSoon: "17 giờ hôm nay", EndsDay: "thứ Sáu 18/12",
		Recently: "Đầu tuần", Results: "25/12", When: "20:05 ngày 15/12",
		Link:     "https://ks.lamxuyen.example/r/kV3xQ9mT2bY7wR5nZ8cJ4A",
		StopLink: "https://ks.lamxuyen.example/u/kV3xQ9mT2bY7wR5nZ8cJ4A",
		Keep:     "Câu trả lời được lưu cùng tên Ông/Bà. Chỉ người phụ trách khảo sát xem được.",
		Why:      "Ông/Bà có trong danh bạ cộng tác viên và được chọn ngẫu nhiên trong 300 người.",
		Number:   "4", Asked: "Giá hàng thiết yếu so với tháng trước?",
		Choices: "1 Cao hơn nhiều 2 Cao hơn 3 Như trước 4 Thấp hơn 5 Thấp hơn nhiều 0 Khó nói",
		Figures: "1, 2, 3 hoặc 0", Max: "3", Example: "1,4,6", From: "0", To: "30", Typed: "250",
		MeaningA: "Hài lòng", MeaningB: "Không hài lòng",
	}
	if lang != "en" {
		return f
	}
	f.Survey, f.Month, f.Round, f.Form = "Views for December 2026", "December", "December round", "December form"
	f.Office, f.Sender, f.Address = "Lam Xuyen provincial opinion office", "DLXH Lam Xuyen", "you"
	f.Ends, f.EndsFull, f.EndsSoon, f.EndsDay = "17:00 18/12", "17:00, Friday 18 December 2026", "17:00 today", "Friday 18/12"
	f.Recently, f.Results, f.When = "Earlier this week", "25 December", "15/12 at 20:05"
	f.Keep = "Your answers are stored with your name. Only the survey team sees them."
	f.Why = "You are on the collaborators' list and were drawn at random out of 300."
	f.Asked, f.Choices = "Prices of basic goods against last month?", "1 Much higher 2 Higher 3 Same 4 Lower 5 Much lower 0 Hard to say"
	f.Figures, f.MeaningA, f.MeaningB = "1, 2, 3 or 0", "Satisfied", "Dissatisfied"
	return f
}

func sampleFrame(t Tongue) Frame {
	return Frame{Tongue: t, Fields: sampleFields(t.Lang), Self: "/r/kV3xQ9mT2bY7wR5nZ8cJ4A", Other: "?lang=en",
		About: "/r/kV3xQ9mT2bY7wR5nZ8cJ4A?p=start", Decline: "/r/kV3xQ9mT2bY7wR5nZ8cJ4A/decline",
		Mine: "/r/kV3xQ9mT2bY7wR5nZ8cJ4A?p=mine", Stop: "/r/kV3xQ9mT2bY7wR5nZ8cJ4A/stop", Nonce: "n7"}
}

// pick returns vi or en.
func pick(lang, vi, en string) string {
	if lang == "en" {
		return en
	}
	return vi
}

func sampleOptions(lang string) []Option {
	return []Option{
		{Code: "1", Label: pick(lang, "Tốt lên", "Getting better")},
		{Code: "2", Label: pick(lang, "Như trước", "About the same"), Checked: true},
		{Code: "3", Label: pick(lang, "Xấu đi", "Getting worse")},
		{Code: "98", Label: pick(lang, "Khó nói", "Hard to say"), Quiet: true},
		{Code: "99", Label: pick(lang, "Không muốn trả lời", "Prefer not to say"), Quiet: true},
	}
}

func sampleSingle(lang string) Asked {
	return Asked{Name: "huong", Kind: KindSingle, Required: true, Options: sampleOptions(lang),
		Label: pick(lang, "Theo Ông/Bà, tình hình chung ở xã, phường nơi mình sống đang đi theo hướng nào?",
			"In your view, which way are things going in the commune or ward where you live?")}
}

func sampleMultiple(lang string) Asked {
	labels := []string{"Giá cả, việc làm, thu nhập", "Đất đai, quy hoạch", "Y tế, trường học", "Đường sá, rác, nước sạch",
		"An ninh, lừa đảo qua mạng", "Thủ tục, cán bộ", "Việc khác (xin ghi)"}
	if lang == "en" {
		labels = []string{"Prices, jobs, income", "Land and planning", "Health and schools", "Roads, waste, clean water",
			"Security, online fraud", "Paperwork, officials", "Something else (please say)"}
	}
	a := Asked{Name: "chuyen_ban", Kind: KindMultiple, MaxCount: 3,
		Label: pick(lang, "Trong 30 ngày qua, người dân quanh Ông/Bà nói nhiều nhất về những việc gì?",
			"In the last 30 days, what have people around you talked about most?"),
		Error: pick(lang, "Câu này chọn nhiều nhất 3. Xin bỏ bớt 1 ô.", "Choose up to 3. Please take one away.")}
	for i, l := range labels {
		a.Options = append(a.Options, Option{Code: string(rune('1' + i)), Label: l, Checked: i < 3 || i == 6})
	}
	a.Options[6].Opens, a.Options[6].Said = "chuyen_ban_khac", `cầu "mới" <b>`
	return a
}

func sampleScale(lang string) Asked {
	a := Asked{Name: "tin_cay", Kind: KindScale, Range: Range{"0", "10",
		pick(lang, "không tin chút nào", "no trust at all"), pick(lang, "rất tin", "full trust")},
		Label: pick(lang, "Ông/Bà tin các thông báo của xã, phường đến mức nào?", "How far do you trust what the commune or ward announces?")}
	for i := range 11 {
		a.Options = append(a.Options, Option{Code: Number("vi", int64(i)), Label: Number("vi", int64(i)), Checked: i == 7})
	}
	a.Options = append(a.Options, Option{Code: "98", Label: pick(lang, "Khó nói", "Hard to say"), Quiet: true})
	return a
}

// sampleShapes are a matrix, a ranking, a fraction and a day, in a group.
func sampleShapes(lang string) []Asked {
	stem := pick(lang, "Ông/Bà thấy thế nào về các dịch vụ ở nơi mình sống?", "How do you find the services where you live?")
	good := []Option{{Code: "1", Label: pick(lang, "Tốt", "Good")}, {Code: "2", Label: pick(lang, "Vừa phải", "Fair"), Checked: true}, {Code: "3", Label: pick(lang, "Kém", "Poor")}}
	ranked := Asked{Name: "thu_tu", Kind: KindRanking, MaxCount: 2, Label: pick(lang, "Xếp hai việc cần nhất.", "Rank the two that matter most."),
		Error: pick(lang, "Xin xếp đủ 2 thứ tự, mỗi thứ tự cho một ô.", "Please give all 2 places, each to one answer.")}
	for i, label := range []string{pick(lang, "Đường sá", "Roads"), pick(lang, "Nước sạch và vệ sinh môi trường", "Clean water and sanitation")} {
		o := Option{Code: string(rune('1' + i)), Label: label}
		for n := range 2 {
			place := string(rune('1' + n))
			o.Places = append(o.Places, Option{Code: place + ":" + o.Code, Label: place, Checked: n == i})
		}
		ranked.Options = append(ranked.Options, o)
	}
	ranked.Options = append(ranked.Options, Option{Code: "98", Label: pick(lang, "Khó nói", "Hard to say"), Quiet: true})
	return []Asked{
		{Name: "bang_a", Kind: KindSingle, Group: pick(lang, "Dịch vụ công", "Public services"), Stem: stem, Within: stem, Label: pick(lang, "Trạm y tế", "The health station"), Options: good},
		{Name: "bang_b", Kind: KindSingle, Within: stem, Label: pick(lang, "Trường học", "Schools"), Options: good},
		ranked,
		{Name: "ti_le", Kind: KindDecimal, Range: Range{Min: "0", Max: "100"}, Value: "12,5", Label: pick(lang, "Khoảng bao nhiêu phần trăm hộ có nước máy?", "What per cent of households have piped water?")},
		{Name: "hom", Kind: KindDate, Range: Range{Min: "2026-01-01", Max: "2026-12-31"}, Value: "2026-12-18", Label: pick(lang, "Cuộc họp tổ dân phố gần nhất là ngày nào?", "Which day was the last neighbourhood meeting?")},
	}
}

// sampleTyped is a question of more choices than are listed, after a part of a name.
func sampleTyped(lang string) Asked {
	a := Asked{Name: "xa", Kind: KindSingle, Typed: true, MaxCount: 1, Value: "tan", Label: pick(lang, "Ông/Bà sống ở xã, phường nào?", "In which commune or ward do you live?"),
		Error: pick(lang, `Có 2 tên giống như "tan", dưới đây là 2. Xin chọn một ô, hoặc gõ rõ hơn.`, `2 names may be "tan"; 2 of them are below. Please choose one, or type more of it.`)}
	for i, name := range []string{"Tân Sơn Hạ", "Tân Khê"} {
		a.Options = append(a.Options, Option{Code: "=" + string(rune('1'+i)), Label: name})
	}
	a.Options = append(a.Options, Option{Code: "=98", Label: pick(lang, "Khó nói", "Hard to say"), Quiet: true})
	return a
}

func sampleFiles(lang string) Asked {
	return Asked{Name: "anh", Kind: KindAttachment, Accept: "any", MaxCount: 3, MaxSize: 5 << 20, Required: true,
		Label: pick(lang, "Xin gửi ảnh hoặc tài liệu về việc này, nếu có.", "Please attach photos or documents about it, if you have any."),
		Error: pick(lang, "Tệp này quá lớn. Mỗi tệp nhiều nhất 5 MB. Xin chọn tệp nhỏ hơn.", "This file is too large. Each may have up to 5 MB. Please choose a smaller one."),
		Options: []Option{{Code: "jpeg-2202010-k3v7c2m7q4x2ap6w", Label: pick(lang, "Ảnh JPEG, 2,1 MB", "JPEG photo, 2.1 MB"), Checked: true, Href: "/r/x/files/jpeg-2202010-k3v7c2m7q4x2ap6w"},
			{Code: "docx-348160-aaaabbbbccccdddd", Label: pick(lang, "Tệp Word (DOCX), 340 KB", "Word file (DOCX), 340 KB")}}}
}

func sampleOpen(lang string) []Asked {
	return []Asked{
		{Name: "loi", Kind: KindNote, Label: pick(lang, "Hai câu cuối nói về những điều Ông/Bà nghe được.", "The last two questions are about what you hear.")},
		{Name: "so_nguoi", Kind: KindInteger, Required: true, Range: Range{Min: "0", Max: "30"}, Value: "250",
			Label: pick(lang, "Trong 30 ngày qua, Ông/Bà đã trò chuyện với khoảng bao nhiêu người dân về việc chung?",
				"In the last 30 days, with about how many residents did you talk about public matters?"),
			Error: pick(lang, "Xin ghi một số từ 0 đến 30.", "Please write a number from 0 to 30.")},
		{Name: "y_kien", Kind: KindText, MaxRunes: 2000, Hint: pick(lang, "Đơn thư khiếu nại, tố cáo: xin gửi Ban Tiếp công dân tỉnh.", "Complaints: please write to the citizens' office."),
			Label: pick(lang, "Còn việc gì ở địa phương Ông/Bà thấy cần được biết?", "Is there anything in your area that should be known?"),
			Value: "Đường liên xã ngập.\nNước rút chậm."},
	}
}

// samplePages is every page in every shape it can take, by the name of its
// golden file.
func samplePages(t Tongue) map[string]Page {
	f := sampleFrame(t)
	begun := f
	begun.Withdraw = f.Self + "/withdraw"
	bare := Frame{Tongue: t, Fields: Fields{Office: f.Office}}
	ask := func(q Question) Question {
		q.Frame, q.Position, q.Of, q.Shown = begun, "huong", 12, 1797336000000
		return q
	}
	return map[string]Page{
		"start":             Start{Frame: f, Monthly: true, Intro: pick(t.Lang, "Phiếu hỏi người dân nơi Ông/Bà sống đang quan tâm điều gì, và ý kiến của chính Ông/Bà.", "This form asks what people around you care about, and what you think yourself.")},
		"start-resume":      Start{Frame: begun, Resume: true, Pick: "1"},
		"question-single":   ask(Question{Number: 1, First: true, Asked: []Asked{sampleSingle(t.Lang)}, FromMail: pick(t.Lang, "Như trước", "About the same")}),
		"question-multiple": ask(Question{Number: 2, Asked: []Asked{sampleMultiple(t.Lang)}, SavedAt: "19:42"}),
		"question-scale":    ask(Question{Number: 3, Asked: []Asked{sampleScale(t.Lang)}, SavedAt: "19:42"}),
		"question-text":     ask(Question{Number: 4, Asked: sampleOpen(t.Lang)[2:], SavedAt: "19:42"}),
		"question-several":  ask(Question{Number: 11, Asked: append(sampleOpen(t.Lang), sampleMultiple(t.Lang)), SavedAt: "19:42", Last: true}),
		"question-typed":    ask(Question{Number: 5, Asked: []Asked{sampleTyped(t.Lang)}}),
		"question-shapes":   ask(Question{Number: 5, Asked: sampleShapes(t.Lang), SavedAt: "19:42"}),
		"question-files":    ask(Question{Number: 6, Asked: []Asked{sampleFiles(t.Lang)}, SavedAt: "19:42", Files: f.Self + "/files/anh"}),
		"thanks":            Thanks{Frame: f, Change: f.Self, Copy: f.Self + "?p=copy", Given: []Given{{"1. Giá cả", "Như trước"}, {"2. <i>", "&"}}},
		"thanks-plain":      Thanks{Frame: withoutResults(f)},
		"already":           AlreadyDone{Frame: f, Mode: "sms", Change: f.Self},
		"already-web":       AlreadyDone{Frame: f, Mode: "web"},
		"already-voice":     AlreadyDone{Frame: f, Mode: "voice"},
		"closed":            Closed{Frame: f, Begun: true, Box: true},
		"closed-said":       Closed{Frame: f, Said: true},
		"closed-call":       Closed{Frame: f},
		"paused":            Paused{f},
		"unknown":           UnknownLink{f},
		"unknown-bare":      UnknownLink{bare},
		"revoked":           Revoked{f},
		"decline":           NotThisTime{Frame: f},
		"declined":          NotThisTime{Frame: f, Done: true},
		"withdraw":          Withdraw{Frame: begun},
		"withdrawn":         Withdraw{Frame: f, Done: true},
		"stop":              Stop{Frame: f, Channels: []string{"email", "sms", "call"}, Empty: true},
		"stop-everything":   Stop{Frame: f, Everything: true},
		"stopped":           Stopped{Frame: f, Again: true},
		"resumed":           Resumed{f},
		"trouble":           Trouble{Frame: f, Kept: true},
		"trouble-lost":      Trouble{Frame: f, Posted: []Carried{{"do", "next"}, {"huong", "2"}}},
		"throttled":         Throttled{Frame: bare},
		"throttled-post":    Throttled{Frame: f, Posted: []Carried{{"do", "next"}, {"huong", "2"}}},
		"mine":              sampleMine(begun),
		"mine-apart":        Mine{Frame: f, Surveys: []Taken{{Title: f.Survey, State: "ended", Here: true}}, Known: []Given{{"<b>", "&"}}, EraseAsked: f.When, Saved: true},
		"erase":             EraseAsk{Frame: f, Back: f.Self + "?p=mine"},
		"erased":            EraseAsk{Frame: f, Done: true},
	}
}

func sampleMine(f Frame) Mine {
	return Mine{Frame: f, Others: true, Download: f.Self + "?p=data", Erase: f.Self + "?p=erase",
		Surveys: []Taken{{f.Survey, "started", f.When, true}, {pick(f.Lang, "Ý kiến tháng 11", "Views for November"), "submitted", f.When, false},
			{pick(f.Lang, "Ý kiến tháng 10", "Views for October"), "declined", "", false}, {pick(f.Lang, "Sau bão số 9", "After storm 9"), "open", f.When, false}},
		Langs:    []Option{{Code: "vi", Label: "Tiếng Việt", Checked: f.Lang != "en"}, {Code: "en", Label: "English", Checked: f.Lang == "en"}},
		Channels: []Option{{Code: "email", Label: pick(f.Lang, "Thư điện tử", "E-mail"), Checked: true}, {Code: "sms", Label: pick(f.Lang, "Tin nhắn, trong khoảng 07:00 đến 22:00", "SMS, between 07:00 and 22:00")}},
		Hours:    []Option{{Code: "any", Label: pick(f.Lang, "Lúc nào cũng được", "Any time")}, {Code: "evening", Label: pick(f.Lang, "Buổi tối: 17:00 đến 22:00", "Evenings: 17:00 to 22:00"), Checked: true}},
		Known:    []Given{{pick(f.Lang, "Họ tên", "Name"), "Bà Đỗ Thị Kim Oanh"}, {pick(f.Lang, "Số điện thoại", "Phone number"), "••• ••• 678"}}}
}

func withoutResults(f Frame) Frame {
	f.Results = ""
	return f
}

// sampleLetters is every mail in every shape it can take.
func sampleLetters(t Tongue) map[string]Letter {
	e := Envelope{t, sampleFields(t.Lang)}
	plain := e
	plain.Name, plain.Results = "", ""
	first := &First{Question: sampleSingle(t.Lang).Label}
	for _, o := range sampleOptions(t.Lang)[:4] {
		first.Choices = append(first.Choices, Press{o.Label, e.Link + "?c=" + o.Code})
	}
	return map[string]Letter{
		"mail-invitation":       Invitation{Envelope: e, Monthly: true, First: first},
		"mail-invitation-other": Invitation{Envelope: plain},
		"mail-reminder":         Reminder{e},
		"mail-begun":            Begun{e},
		"mail-last":             Last{e},
		"mail-received":         Received{Envelope: e, CanChange: true},
		"mail-received-plain":   Received{Envelope: plain},
	}
}
