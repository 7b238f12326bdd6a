package templates

import "time"

// sampleTexts are the screens of the office's own texts.
func sampleTexts(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/texts"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"senders", "/senders", false}, {"office", "/office", false}, {"texts", "/texts", true}, {"audit", "/audit", false}}
	at := in.Now.Add(-50 * time.Hour)
	stand := func(name, lang string, own bool) TextStand {
		s := TextStand{Name: name + "." + lang, Lang: lang, Own: own}
		if own {
			s.By, s.At = "mai", at
		}
		return s
	}
	row := func(o, ch string, own bool) TextRow {
		return TextRow{Occasion: o, Channel: ch, In: []TextStand{stand(o+"."+ch, "vi", own), stand(o+"."+ch, "en", false)}}
	}
	fields := []TextField{{Name: "ten_gui", Shown: "VP Ví Dụ", InSubject: true}, {Name: "van_phong", Shown: "Phòng Dư luận xã hội tỉnh <Lâm Xuyên>", InSubject: true},
		{Name: "link", Shown: "https://khaosat.example/r/AAAAAAAAAAAAAAAAAAAAAA", Needed: true}, {Name: "thoi_nhan", Shown: "Thôi nhận: TC", Needed: true}}
	versions := []TextVersion{{Number: 3, At: at, By: "mai", Own: true, Now: true, Excerpt: "{ten_gui}: Nhắc nhẹ Ông/Bà <b>\"phiếu\"</b> {thang}. {link}"}, {Number: 2, At: at, By: "khue"},
		{Number: 1, At: at, By: "khue", Own: true, Excerpt: "{ten_gui}: Nhắc Ông/Bà phiếu {thang}. {link}"}}
	sms := TextEditor{Shell: in, Tabs: tabs, Stand: stand("reminder.sms", "vi", true), Occasion: "reminder", Channel: "sms", Version: 3, Most: 480,
		Body: "{ten_gui}: Nhắc nhẹ Ông/Bà <b>\"phiếu\"</b> {thang}, còn nhận đến {gio_han}. {link} {thoi_nhan}", Fields: fields, Versions: versions,
		Look: TextLook{Samples: []TextSample{{By: "replies", Segments: 2, Body: "VP Vi Du: Nhac nhe Ong/Ba phieu thang 12, con nhan den 17h 18/12. https://khaosat.example/r/AAAAAAAAAAAAAAAAAAAAAA Thoi nhan: TC"},
			{By: "oneway", Segments: 2, Body: "VP Vi Du: Nhac nhe Ong/Ba phieu thang 12, con nhan den 17h 18/12. https://khaosat.example/r/AAAAAAAAAAAAAAAAAAAAAA Thoi nhan: mo link"}},
			Lints: []LintLine{{Code: "many_segments"}}, Traps: []Finding{{Word: "may", Hint: "máy / may / mây"}}}}
	mail := sms
	mail.Stand, mail.Channel, mail.Version, mail.Versions, mail.Most = stand("reminder.email", "vi", false), "email", 0, nil, 4000
	mail.Subject, mail.Body = "Phiếu {thang} còn mở", "{khi_moi} chúng tôi có gửi thư mời.\n\n{link}\n\nNhận trả lời đến {ngay_han_day_du}."
	mail.Look = TextLook{Samples: []TextSample{{Subject: "Phiếu tháng 12 còn mở", Body: "Kính gửi Bà Nguyễn Thị Đào,\n\nVừa qua chúng tôi có gửi thư mời.\n\nMở phiếu tại: https://khaosat.example/r/AAAAAAAAAAAAAAAAAAAAAA\n\nTrân trọng cảm ơn,\n"}}}
	wrong := mail
	wrong.Subject, wrong.Body = "", "Xin {ho_te}\n\n{link}"
	wrong.Wrong = map[string]string{"subject": "Nội dung còn trống hoặc quá dài: đang có 0 ký tự, nhiều nhất 200.", "body": "Dòng 1: không có trường trộn {ho_te} trong nội dung này. Dùng được: {van_phong}, {link}.",
		"": "Nội dung này vừa được người khác sửa."}
	wrong.Look = TextLook{Wrong: []string{"Dòng 1: không có trường trộn {ho_te} trong nội dung này. Dùng được: {van_phong}, {link}."}}
	call := mail
	call.Occasion, call.Stand, call.Channel, call.Subject = "invitation", stand("invitation.call", "vi", false), "call", ""
	call.Body, call.Most = "Xin chào Ông, Bà. Xin bấm phím một, hoặc phím hai.", 600
	call.Look = TextLook{Samples: []TextSample{{Body: "Xin chào Ông, Bà. Xin bấm phím một, hoặc phím hai."}}}
	return map[string]Screen{
		"texts": TextList{Shell: in, Tabs: tabs, Own: 2, Rows: []TextRow{row("invitation", "email", false), row("invitation", "sms", true), row("invitation", "call", false), row("opening", "sms", false),
			row("urgent", "email", false), row("urgent", "sms", false), row("reminder", "email", false), row("reminder", "sms", true), row("partial", "email", false), row("partial", "sms", false), row("last", "email", false),
			row("last", "sms", false), row("thanks", "sms", false), row("thanks", "call", false)}},
		"text":       sms,
		"text-mail":  mail,
		"text-wrong": wrong,
		"text-call":  call,
	}
}
