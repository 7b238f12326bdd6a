package templates

// sampleUrgent is an urgent poll, as it is written and as it is previewed.
func sampleUrgent(in Shell) map[string]Screen {
	form := Urgent{Shell: in, Name: "hoi-nhanh-20261120-143200", Question: "Nơi Ông/Bà sống <đã> có điện chưa?", Most: 200, Sort: "yes_no", Reach: "third", Hours: 24,
		Sorts: []string{"yes_no", "state", "rating", "agree", "number", "words"}, Reaches: []string{"third", "all"}, Lasting: []int{6, 24, 48, 72}}
	wrong, plan := form, form
	wrong.Question, wrong.Wrong = "Mưa", []string{"Câu hỏi có 3 chữ cái. Viết từ 5 đến 200 chữ cái."}
	plan.Plan = &PollPlan{People: 226, Expected: 138, Seen: SeenRate{N: 2, Rate: .61, Taken: true}, Frame: 1148, Cost: 158200, Ends: in.Now.AddDate(0, 0, 1), Never: []NeverLine{{Reason: "no_endpoint", N: 3}},
		Steps: []PlannedStep{{Channel: "sms", N: 201, First: in.Now}, {Channel: "email", N: 140, First: in.Now}, {Channel: "call", N: 61, First: in.Now}},
		Samples: []SampleText{{Channel: "sms", Body: "DLXH Lam Xuyên hỏi nhanh 1 câu, không bắt buộc. Nơi Ông/Bà sống <đã> có điện chưa? 1 Có 2 Không 0 Khó nói. Thôi nhận: TC", Segments: 2},
			{Channel: "email", Subject: "Hỏi nhanh", Body: "Kính gửi Ông/Bà <b>Đào</b>,\n\nNơi Ông/Bà sống <đã> có điện chưa?"}}}
	form.Areas = []PollArea{{Code: "LX", Name: "Tỉnh Lam Xuyên"}, {Code: "LX-1", Name: "Xã <Hạ> Tràng", Depth: "· "}}
	form.Area = "LX-1"
	plan.Area, plan.AreaName = "LX-1", "Xã <Hạ> Tràng"
	under, sending := form, form
	under.Under, under.Seen, under.Waited = "preview", 12400, 8
	sending.Under, sending.Waited = "launch", 31
	second := plan
	second.Second = true
	return map[string]Screen{"urgent": wrong, "urgent-plan": plan, "urgent-second": second, "urgent-area": form, "urgent-under": under, "urgent-sending": sending}
}
