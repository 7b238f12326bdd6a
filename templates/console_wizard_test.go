package templates

// sampleWizard are the screens on which a campaign is made.
func sampleWizard(in Shell) map[string]Screen {
	now := in.Now
	in.Told = ""
	at := func(step string) Wizard {
		w := Wizard{Shell: in, ID: 7, Title: "Dư luận <tháng 12>", State: "writing", Step: step, Version: 3, Hash: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
			Changed: now, ChangedBy: "mai", Values: map[string]string{}, Faults: map[string]string{}}
		before := ""
		for _, k := range []string{"questionnaire", "frame", "sample", "protocol", "secrecy", "money", "trial", "approval"} {
			w.Steps = append(w.Steps, WizardStep{Key: k, Done: len(w.Steps) < 2})
			if k == step {
				w.Back = before
			}
			if before == step {
				w.Next = k
			}
			before = k
		}
		return w
	}
	fields := []FieldChoice{{Field: "unit", Text: "đơn vị", Values: []Choice{{Value: "Xã <A>", N: 12}, {Value: "Xã B", N: 9}}}, {Field: "cum", Text: "cum"}}
	look := FrameLook{Size: 1148, Left: 3, Suppressed: 14, Resting: 37, Unreachable: 10, ByField: "đơn vị", By: []Choice{{Text: "Xã <A>", N: 612}, {Text: "", N: 3}}, Sample: 148, Margin: .071,
		Strata: []StratumLook{{Name: "Đô thị <1>", Size: 262, Draw: 96, Share: .366, Weight: 2.73, Margin: .114, Field: "n.Đô thị <1>", Value: "96", Dots: "M3 3h0M9 3h0", Lit: "M15 3h0", High: 6, Each: 1},
			{N: 1, Name: "Cấp tỉnh", Size: 886, Draw: 52, Share: .0587, Weight: 17.04, Margin: .19, Field: "n.Cấp tỉnh", Value: "58", Dots: "M3 3h0", Lit: "M9 3h0", High: 6, Each: 5}}}
	first := at("questionnaire")
	first.Values = map[string]string{"title": "Dư luận <tháng 12>", "name": "thang-12", "questionnaire": "y_kien@2", "purpose": "survey", "listed": "assumed"}
	first.Faults = map[string]string{"name": "Tên đã có rồi."}
	first.Remarks = "Sửa câu <2>"
	frame := at("frame")
	frame.Values = map[string]string{"reach": "yes", "rest": "14", "eligible": `cum = "<C2>"`}
	sample := at("sample")
	sample.Values = map[string]string{"method": "stratified", "size": "148", "answering": "60", "seed": "1234", "s1": "cum"}
	sample.Faults = map[string]string{"n.Cấp tỉnh": "Cần một số từ 0 đến 50."}
	protocol := at("protocol")
	protocol.Values = map[string]string{"when": "at", "date": "14/12/2026", "time": "08:00", "days": "7", "hours": "0", "gap": "1200", "ready": "monthly"}
	texts := []WizardText{{Step: "mail", Channel: "email", Lang: "vi", Subject: "Mời <ông/bà>", Body: "Kính gửi <ông/bà>"}, {Step: "sms", Channel: "sms", Lang: "en", Body: "Please answer", Segments: 2}}
	lints := []LintLine{{Code: "many_segments", Step: "sms", Lang: "vi", Detail: "<4>"}}
	trial := Trial{Has: true, At: now, Starts: now, Ends: now.AddDate(0, 0, 7), Finish: now, BudgetEnds: now, Frame: 1148, Sample: 420, People: 420, Contacted: 410, Expected: 246, Cost: 1284500, Budget: 1000000, Late: 3,
		Steps: []TrialStep{{Name: "mail", Channel: "email", N: 400, First: now, Last: now}, {Name: "sms", Channel: "sms", N: 20}}, Days: []TrialDay{{At: now, N: 400, Cost: 1000, Width: "100.00%"}},
		Never: []NeverLine{{Reason: "suppressed", N: 10}}, Samples: texts, Lints: lints}
	stale := trial
	stale.Stale, stale.Refused = true, []string{"Chưa có nơi gửi <tin>."}
	asked := at("approval")
	asked.State, asked.WillVoid = "asked", true
	approved := at("approval")
	approved.State = "approved"
	secrecy := at("secrecy")
	secrecy.Values = map[string]string{"level": "confidential", "holder": "Lê <Giữ>", "until": "90", "keep": "cum"}
	anonymous := at("secrecy")
	anonymous.Values = map[string]string{"level": "anonymous", "until": "90", "keep": "cum"}
	series := []SeriesLine{{Name: "hang-thang", State: "active", Last: "thang-11", Next: []WaveDate{{Date: "2026-12-14", At: now}}, Asked: []WaveDate{{Date: "2026-11-14", At: now}}, Wrong: "Thiếu <lý do>.", Words: "<mưa>"}}
	rows := []StepRow{{Name: "mail", Channel: "email", Text: "invitation", Days: "0", Hours: "0", Tries: "2"}, {N: 1, Name: "hỏi", Channel: "sms", Text: "reminder", Only: "unanswered", Days: "1", Hours: "2.5", Tries: "1", Talk: true}}
	return map[string]Screen{
		"campaigns": Campaigns{Shell: in, Conduct: true, Set: true, Wanted: true, Again: "thang-11", States: []string{"draft", "fielding"}, State: "fielding", Next: "/campaigns?before=3", Wrong: "Không <được>.",
			Lines: []CampaignLine{{Name: "thang-11", Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11", State: "fielding", Questionnaire: "y_kien", Launched: now, Ends: now, Sample: 420}},
			Open:  []ProposalLine{{ID: 7, Title: "Dư luận <tháng 12>", State: "asked", By: "mai", At: now, Starts: now, Failed: true}, {ID: 8, State: "writing", By: "mai", At: now}}, Series: series},
		"campaigns-empty":      Campaigns{Shell: in, Conduct: true, States: []string{"draft"}},
		"wizard-questionnaire": WizardQuestionnaire{Wizard: first, Published: []Choice{{Value: "y_kien@2", Text: "Ý kiến <tháng>", More: "y_kien@2"}}, About: Choice{Value: "y_kien@2", Text: "tiếng Việt", N: 12}, Purposes: []string{"survey", "duty_report"}, Listed: []string{"known", "assumed", "unknown"}},
		"wizard-frame":         WizardFrame{Wizard: frame, Rows: []FilterRow{{Field: "unit", Sign: "is", Value: "Xã <A>; Xã B"}, {N: 1}}, Fields: fields, Look: look, By: "unit"},
		"wizard-counting":      WizardFrame{Wizard: frame, Rows: []FilterRow{{}}, Fields: fields, Look: FrameLook{Under: true}},
		"wizard-sample":        WizardSample{Wizard: sample, Fields: fields, Chosen: [3]string{"cum"}, Methods: []string{"census", "srs", "stratified"}, Look: look, Table: true, Seen: SeenRate{N: 3, Rate: .61, Waves: true}},
		"wizard-protocol": WizardProtocol{Wizard: protocol, Ready: []string{"monthly", "urgent", "short"}, Rows: rows, Channels: []string{"email", "sms", "call"}, Texts: []string{"invitation", "reminder", "last"}, Only: []string{"unreached", "undelivered", "no_endpoint", "unanswered", "partial"},
			Windows: []WindowRow{{Channel: "sms", From: "07:00", To: "22:00"}}, Line: Timeline{Days: []TimelineDay{{X: "2.00%", At: now}, {X: "49.00%", At: now.AddDate(0, 0, 3)}}, Marks: []TimelineMark{{X: "2.00%", Y: "20", Name: "mail", Channel: "email", At: now}, {X: "15.00%", Y: "48", Name: "sms", Channel: "sms", At: now}}},
			Samples: texts, Lints: lints, Ends: now},
		"wizard-secrecy": WizardSecrecy{Wizard: secrecy, Levels: []string{"identified", "confidential", "anonymous"}, Strata: fields},
		"wizard-keep": WizardSecrecy{Wizard: anonymous, Levels: []string{"identified", "confidential", "anonymous"}, Strata: fields, Keep: &KeepLook{Least: 5, Small: 2, Enough: true, May: true, More: 3,
			Groups: []KeptGroup{{Name: "Xã <A> · nam", N: 2, Small: true}, {Name: "Xã B · nữ", N: 4, Small: true}, {Name: "Xã C · nữ", N: 31}}, Joins: []KeptJoin{{Field: "cụm", To: "C1 + C2", From: []string{"C1", "C2"}}},
			Would: []KeptJoin{{Field: "cụm", To: "C1 + C2", From: []string{"C1", "", "<C2>"}}, {Field: "giới tính", Dropped: true}}, Proposed: []KeptGroup{{Name: "C1 + C2", N: 6}, {N: 31}}, ProposedMore: 1}},
		"wizard-keep-counting": WizardSecrecy{Wizard: anonymous, Levels: []string{"anonymous"}, Strata: fields, Keep: &KeepLook{Under: true}},
		"wizard-keep-few":      WizardSecrecy{Wizard: anonymous, Levels: []string{"anonymous"}, Strata: fields, Keep: &KeepLook{Least: 5, Small: 1, Groups: []KeptGroup{{N: 3, Small: true}}}},
		"wizard-money":         WizardMoney{Wizard: at("money")},
		"wizard-trial":         WizardTrial{Wizard: at("trial"), Trial: stale},
		"wizard-trying":        WizardTrial{Wizard: at("trial"), Under: true, Seen: 12000},
		"wizard-asked":         WizardApproval{Wizard: asked, Wanted: true, AskedBy: "mai", AskedAt: now, Starts: now, Trial: trial},
		"wizard-approved":      WizardApproval{Wizard: approved, Wanted: true, AskedBy: "mai", AskedAt: now, ApprovedBy: "khue", ApprovedAt: now, PaperNumber: "12/QĐ <x>", PaperName: "Trần <Ký>", PaperDate: now, Starts: now, Trial: trial, Refused: []string{"<không>"}},
		"proposal-settings":    ProposalSettings{Shell: in, Second: true},
		"proposal-print": ProposalPrint{Shell: in, ID: 7, Title: "Dư luận <tháng 12>", Name: "thang-12", State: "approved", Hash: approved.Hash, Questionnaire: "y_kien@2", Purpose: "survey", Level: "confidential", Holder: "Lê <Giữ>", Until: "90",
			Who: "đơn vị: Xã <A>", Method: "stratified", Strata: []string{"cum"}, Starts: now, Ends: now, Budget: 2000000, Seed: "1234", MadeBy: "mai", Changed: now, Approval: WizardApproval{ApprovedBy: "khue", ApprovedAt: now}, Trial: trial,
			Questions: []PrintQuestion{{N: 1, Name: "q1", Text: "Ông/bà thấy <sao>?", Choices: []string{"Tốt", "Chưa tốt"}, SMS: "1 Tot 2 Chua tot", Call: "Bấm 1, bấm 2"}}, Steps: rows},
	}
}
