package templates

import "time"

// sampleContacts are the screens of contacts and the help desk.
func sampleContacts(in Shell) map[string]Screen {
	odd := `Đỗ <b>"Ánh"</b>`
	at := in.Now.AddDate(0, 0, -3)
	people := []ContactLine{{ID: 12, Name: odd, Code: "CTV012", Unit: "xã Gò Sỏi", Mail: true, Mobile: true, Barred: []string{"sms"}},
		{ID: 13, Name: "Nguyễn Thị Xuân Quỳnh Anh", Code: "CTV013", Unit: "phường Lam Phố", Mobile: true, NoConsent: []string{"email", "call"}},
		{ID: 14, Name: "Vũ Văn Cũ", Left: true}, {ID: 15, Name: "Lê Hai", Merged: true, Left: true, Suppressed: true}}
	endpoints := []EndpointLine{{ID: 1, Kind: "mobile", Address: "+84301234567", Status: "ok", Shared: []ContactRef{{ID: 13, Name: "Nguyễn <i>Anh</i>"}}},
		{ID: 2, Kind: "landline", Address: "+842983555010", Status: "dead"}, {ID: 3, Kind: "email", Address: "mot.dia.chi.rat.dai.khong.ngat.duoc@thu.example", Status: "suppressed", Label: "E-mail cơ quan"}}
	merge := Merge{Shell: in, Keep: MergeSide{Keeps: true, ID: 12, Name: odd, Code: "CTV012", Unit: "xã Gò Sỏi", Birth: 1971, Sex: "nữ", Endpoints: endpoints, Cases: 3, Since: at},
		Drop:  MergeSide{ID: 40, Name: "Do Thi Anh", Endpoints: endpoints[:1], Attributes: []Pair{{"cum", "Cụm <dân cư>", "C2"}}, Cases: 1, Since: at},
		Gains: []string{"cum"}, Moved: 1, Joined: 1, Withdrawn: 1, Words: "gọi điện <hỏi>", Wrong: "Chưa gộp được hai người này."}
	refused := merge
	refused.Refused, refused.Wrong = "open_case", ""
	lines := []CoverageLine{{Name: "xã Gò <Sỏi>", People: 420, Mail: 300, Mobile: 380, Both: 280, Neither: 20, Landline: 8, Dead: 3}, {Name: "–", People: 12, Neither: 12}}
	return map[string]Screen{
		"contacts": Contacts{Shell: in, People: people, Fields: []FieldChoice{{Field: "sex", Text: "Giới tính"}, {Field: "cum", Text: "Cụm <dân cư>"}}, Next: 14, Find: ContactFind{Unit: `gò "sỏi"`, Has: "mobile"}, First: true},
		"contacts-found": Contacts{Shell: in, Search: `<do thi>`, Fields: []FieldChoice{{Field: "cum", Text: "Cụm <dân cư>"}}, People: people[:1], Next: 20012, Looked: 7000,
			Find: ContactFind{Field: "cum", Value: "C2", Left: true}, Wrong: "Điều kiện chưa đúng."},
		"contacts-none":    Contacts{Shell: in, Search: "zzz", First: true},
		"contacts-empty":   Contacts{Shell: in, Empty: true, First: true},
		"contacts-reading": Contacts{Shell: in, Reading: true, Find: ContactFind{Unit: "x"}, First: true},
		"contact":          sampleContact(in, odd, endpoints),
		"contact-merged":   sampleMerged(in, odd),
		"contact-bare":     Contact{Shell: in, ID: 13, Name: "Nguyễn Văn Một", Speaks: "vi", Since: at, Channels: []string{"email", "sms", "call"}, Form: map[string]string{}},
		"contact-edit": ContactEdit{Shell: in, ID: 12, Name: odd, Seen: 1, Endpoints: endpoints, Attributes: []Pair{{"cum", "Cụm <dân cư>", `C"2"`}}, Field: "add", Why: "Số chưa đúng.",
			Wrong: "Người khác vừa sửa.", Form: map[string]string{"name": odd, "add": "0301 <2>", "sex": "nữ", "language": "vi", "birth": "1971"}},
		"contact-erase":       ContactErase{Shell: in, ID: 12, Name: odd, Code: "CTV012", Endpoints: 3, Cases: 2, Shared: 1, Words: "xin xóa", Wrong: "Chưa xóa."},
		"duplicates":          Duplicates{Shell: in, Counted: in.Now, First: true, Next: "/contacts/duplicates?from=50", Pairs: []PersonPair{{A: people[0], B: people[1], SameName: true, Mail: true, Phone: true}}},
		"duplicates-empty":    Duplicates{Shell: in, Counted: in.Now, First: true},
		"duplicates-counting": Duplicates{Shell: in, Counting: true, First: true, WithCodes: true},
		"merge":               merge,
		"merge-refused":       refused,
		"coverage":            Coverage{Shell: in, By: "unit", Fields: []FieldChoice{{Field: "cum", Text: "Cụm <dân cư>"}}, Counted: in.Now, All: CoverageLine{People: 432, Mail: 300, Mobile: 380, Both: 280, Neither: 32, Landline: 8, Dead: 3, Suppressed: 4}, Lines: lines, More: 7},
		"coverage-counting":   Coverage{Shell: in, By: "cum", ByText: "Cụm", Fields: []FieldChoice{{Field: "cum", Text: "Cụm <dân cư>"}}, Counting: true},
	}
}

// sampleMerged is somebody who was just merged.
func sampleMerged(in Shell, name string) Contact {
	in.Told, in.Undo = "told.contact.merge", &Undo{Href: "/contacts/12", Do: "unmerge", Merge: 7}
	return Contact{Shell: in, ID: 12, Name: name, Speaks: "vi", Since: in.Now.AddDate(0, 0, -3), Channels: []string{"email", "sms", "call"}, Form: map[string]string{},
		MergedFrom: []ContactRef{{ID: 40, Name: "Do Thi Anh"}}, Lines: []PersonLine{{Kind: "act", At: in.Now, What: "merge", Other: 40, Merge: 7, Actor: "mai", Words: "gọi hỏi"}}}
}

func sampleContact(in Shell, name string, endpoints []EndpointLine) Contact {
	ago := func(hours int) time.Time { return in.Now.Add(-time.Duration(hours) * time.Hour) }
	return Contact{Shell: in, ID: 12, Name: name, Title: "Bà", Code: "CTV012", Unit: "xã Gò Sỏi", UnitCode: "30777", Speaks: "vi", Zone: "Asia/Tokyo", Sex: "nữ", Birth: 1971,
		Attributes: []Pair{{"cum", "Cụm <dân cư>", "C2 <ven biển>"}}, Since: ago(9000), Source: "Danh sách CTV 2026 (sửa lần 3).xlsx", Endpoints: endpoints,
		MergedFrom: []ContactRef{{ID: 40, Name: "Do <i>Thi</i> Anh", Code: "CTV040"}},
		Channels:   []string{"email", "sms", "call"}, Consent: []ConsentRow{{"survey", []bool{true, false, true}}, {"duty_report", []bool{true, true, true}}},
		Ledger: []ConsentEntry{{At: ago(90), Channel: "sms", Basis: "consent", Source: "staff", Evidence: "gọi <điện>", Actor: "mai", Withdrawn: true}},
		Stops: []StopEntry{{ID: 5, Channel: "sms", Source: "call", Words: "đừng <nhắn> nữa", At: ago(80)}, {ID: 6, Address: endpoints[2].Address, Source: "complaint", At: ago(99),
			Lifted: ago(50), LiftedBy: "mai", Campaign: "thang-11"}},
		Hours: "evening", HoursSource: "staff", HoursAt: ago(70), AllHours: []string{"any", "evening"}, Sources: []string{"staff", "call"}, Codes: []string{"2.31", "2.112"},
		Burden: []ModeLine{{"email", 9}, {"sms", 4}}, Surveys: 5, Answered: 3, Link: "https://ks.example/r/abcdefghijklmnopqrstuv", LinkOf: "Dư luận <tháng 11>",
		Cases: []CaseLine{{Campaign: "thang-11", Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11", State: "started", Level: "identified", Response: "started", Mode: "sms", AnsweredAt: ago(2),
			Resend: true, Link: true, Code: true, Answers: []AnswerLine{{Question: "Điện <mất> mấy lần", Answer: "<b>3</b> lần"}, {Question: "Ảnh", File: true}, {Question: "Nước", Missing: "dont_know", By: "mai"}}},
			{Campaign: "kin", Title: "Khảo sát kín", Href: "/campaigns/kin", State: "closed", Disposition: "1.1", Level: "confidential", Closed: ago(800)}},
		Lines: []PersonLine{{Kind: "contact", At: in.Now.AddDate(0, 0, 1), Due: true, Campaign: "thang-11", Channel: "call", Step: "goi", Try: 1, State: "queued", Reason: "window"},
			{Kind: "notice", At: ago(2), Campaign: "thang-11", Channel: "sms", State: "delivered", Words: "Cảm ơn <bà>"}, {Kind: "reply", At: ago(2), Campaign: "thang-11", What: "text", Words: `3 <lần>`},
			{Kind: "contact", At: ago(26), Campaign: "thang-11", Channel: "sms", Step: "nhac", Try: 2, State: "delivered", Address: "+84301234567"},
			{Kind: "act", At: ago(60), What: "merge", Other: 40, Merge: 7, Actor: "mai", Words: "gọi <hỏi>"}, {Kind: "act", At: ago(70), What: "merge", Other: 41, Undoes: true, Actor: "mai"},
			{Kind: "act", At: ago(80), What: "suppress", Words: "đừng <nhắn> nữa", Actor: "mai"}, {Kind: "reply", At: ago(801), Campaign: "kin", What: "text", Apart: true}},
		Do: "hours", Why: "Ghi lý do.", On: "", Form: map[string]string{"hours": "evening"}}
}
