package templates

import "time"

// sampleReplies are the screens of what people wrote.
func sampleReplies(in Shell) map[string]Screen {
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "inbox", Href: "/inbox", Count: 12, Due: true, Current: true}, {Key: "people", Href: "/people"}}
	ago := func(m int) time.Time { return in.Now.Add(-time.Duration(m) * time.Minute) }
	rows := []InboxRow{
		{Href: "/inbox/7", Kind: "unread", State: "new", At: ago(300), Words: "nói chung là <tháng> nào cũng thế, lúc thì số 2 lúc thì số 3, tùy hôm cán bộ nào trực", Who: "CTV-0417", Campaign: "thang-11", Taken: "lan.chi"},
		{Href: "/inbox/9", Kind: "unread", State: "new", At: ago(210), Words: "2 hay 3", Veiled: true, Campaign: "kin"},
		{Href: "/inbox/11", Kind: "stranger", State: "new", At: ago(90), Words: "ai <b>\"đấy\"</b>?"},
		{Href: "/inbox/12", Kind: "mail", State: "answered", At: ago(60), Who: "CTV-0020", By: "khue"},
	}
	tabs := []InboxTab{{Label: "Chờ đọc", Href: "/inbox", Count: 12, Current: true}, {Label: "Trả lời chưa đọc được", Href: "/inbox?kind=unread", Count: 9},
		{Label: "Số lạ", Href: "/inbox?kind=stranger", Count: 3}, {Label: "Đề nghị xóa dữ liệu", Href: "/inbox?state=asked", Count: 1}, {Label: "Đã xong", Href: "/inbox?state=done", Count: 999, More: true}}
	asked := []InboxTab{tabs[0], tabs[3]}
	asked[0].Current, asked[1].Current = false, true
	return map[string]Screen{
		"replies-inbox":       Inbox{Shell: in, Tabs: tabs, State: "new", Rows: rows, Next: "/inbox?after=12"},
		"replies-inbox-empty": Inbox{Shell: in, Tabs: tabs[:1], State: "new"},
		"replies-inbox-asked": Inbox{Shell: in, Tabs: asked, State: "asked", Gone: true, Asked: []ErasureRow{{Href: "/contacts/3", Code: "CTV-0003", At: ago(2000)}}},
		"replies-item":        sampleItem(in, ago),
		"replies-words":       sampleWords(in),
		"replies-words-empty": OpenWords{Shell: in, Title: "Nháp", CampaignAt: "/campaigns/nhap", Self: "/campaigns/nhap/words"},
		"replies-topics": Topics{Shell: in, Topics: sampleTopics(), Vi: "Giá <xăng>", Wrong: "Đã có chủ đề.",
			Campaigns: []WordsOf{{Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11/words", State: "fielding", Ends: in.Now}}},
		"replies-item-done": InboxItem{Shell: in, Self: "/inbox/12", Number: 12, Seen: 3, Kind: "mail", State: "answered", At: ago(60), Who: "Trần <b>\"Thị\"</b> Mơ", Code: "CTV-0020", Person: "/contacts/20",
			From: "mo@thu.example", Subject: "Re: Mời ông/bà <trả lời>", Paragraphs: []string{"Kính gửi văn phòng,", "Tôi không mở được đường dẫn."}, HandledBy: "khue", HandledAt: ago(10), Note: "đã <gọi> lại",
			Talking: true, StaffedBy: "khue", Written: []TalkRow{{At: ago(10), Kind: "staff", Channel: "email", State: "sent", Words: "Chúng tôi đã gửi lại đường dẫn."}},
			May: map[string]bool{"answer": true, "finish": true, "reopen": true, "stop": true}, Reply: ReplyForm{Most: 4000, Channels: byBoth("email")},
			Failed: "answer", Wrong: "Trong 24 giờ qua người này đã nhận đủ số tin trên kênh này (3)."},
		"replies-item-veiled": InboxItem{Shell: in, Self: "/inbox/9", Number: 9, Seen: 1, Kind: "unread", State: "new", At: ago(210), Veiled: true, Campaign: "Khảo sát kín", CampaignAt: "/campaigns/kin",
			Paragraphs: []string{"2 hay 3"}, Mine: true, Not: "replies.not.anonymous", May: map[string]bool{"finish": true}},
	}
}

func byBoth(current string) []Ticked {
	return []Ticked{{"sms", "tin nhắn", current == "sms"}, {"email", "e-mail", current == "email"}}
}

func sampleItem(in Shell, ago func(int) time.Time) InboxItem {
	return InboxItem{Shell: in, Self: "/inbox/7", Number: 7, Seen: 1, Kind: "unread", State: "new", At: ago(300), Who: "Nguyễn Thị <i>Nga</i>", Code: "CTV-0417", Person: "/contacts/417",
		From: "+84310000417", Campaign: "Dư luận <tháng 11>", CampaignAt: "/campaigns/thang-11", Paragraphs: []string{"nói chung là <tháng> nào cũng thế, lúc thì số 2 lúc thì số 3, tùy hôm cán bộ nào trực"},
		Taken: "lan.chi", TakenAt: ago(4),
		Read: &Reading{Question: "Ông/bà hài lòng đến mức nào với việc giải quyết thủ tục?", Outcome: "ask.again", Between: []string{"Hài lòng", "Bình thường"}, Plain: "noi chung la thang nao cung the"},
		Talk: []TalkRow{{At: ago(299), Kind: "notice", Channel: "sms", State: "delivered", Words: "Xin ghi một số từ 1 đến 5."}, {At: ago(300), Kind: "came", Channel: "sms", Words: "nói chung là <tháng> nào cũng thế"},
			{At: ago(380), Kind: "came", Channel: "sms", Apart: true}, {At: ago(400), Kind: "sent", Channel: "sms", State: "delivered"}},
		May: map[string]bool{"assign": true, "answer": true, "finish": true, "stop": true}, Talking: true,
		Assign: AssignForm{Campaigns: []Ticked{{"thang-11", "Dư luận <tháng 11>", true}, {"bao", "Bão số 9", false}}, Campaign: "thang-11", Question: "thu_tuc", Words: true,
			Questions: []Ticked{{"thu_tuc", "Ông/bà hài lòng đến mức nào với việc giải quyết thủ tục hành chính tại xã, phường trong tháng qua?", true}, {"y_kien", "Ý kiến khác", false}},
			Choices:   []Ticked{{"1", "Rất hài lòng", false}, {"2", "Hài lòng", false}, {"3", "Bình thường", false}, {"98", "Khó nói", false}}},
		Reply: ReplyForm{Words: "Chúng tôi đã <nhận> ý kiến", Channels: byBoth("sms"), Characters: 27, Most: 400, Segments: 1, Body: "DLXH Lam Xuyen: Chung toi da nhan y kien",
			Findings: []Finding{{Word: "dung", Hint: "Viết «ngừng».", Forbid: true}}}, Stop: StopForm{Words: "đừng nhắn nữa"}}
}

func sampleTopics() []TopicRow {
	return []TopicRow{{ID: 1, Name: "Đường <sá>", Code: "duong_sa", N: 41, Href: "/campaigns/thang-11/words?question=loi&topic=1"}, {ID: 2, Name: "Giá cả, chi phí sinh hoạt hằng ngày", Code: "gia_ca", N: 17, Href: "#2", Current: true},
		{ID: 3, Name: "Cũ", Code: "cu", N: 2, Href: "#3", Ended: true}}
}

func sampleWords(in Shell) OpenWords {
	return OpenWords{Shell: in, Title: "Dư luận <tháng 11>", CampaignAt: "/campaigns/thang-11", Self: "/campaigns/thang-11/words", Question: "loi", Asked: "Ông/bà muốn nói thêm điều gì <về tháng qua>?",
		Questions: []Ticked{{"loi", "Ông/bà muốn nói thêm điều gì <về tháng qua>?", true}, {"khac", "Việc khác", false}}, Term: "duong", Filter: "2", All: "#all", None: "#none", Topics: sampleTopics(), Coded: 52,
		Rows: []WordsRow{{Pick: "a:1", ID: "0", Words: `đường thôn 3 <b>"ngập"</b> từ cầu xuống chợ, gọi ••• không ai nghe, mưa nào cũng vậy`, Mode: "sms", Topics: []string{"Đường <sá>", "Giá cả, chi phí sinh hoạt hằng ngày"}, Picked: true, Quoted: true},
			{Pick: "b:1", ID: "1", Mode: "voice", Mute: true, Record: "rec-aaaaaaaaaaaaaaaa", Voice: "/campaigns/thang-11/voice/rec-aaaaaaaaaaaaaaaa"}, {Pick: "c:1", ID: "2", Words: "không", Mode: "web"}},
		Next: "x", After: "x", Partly: true, Anonymous: true, Spoken: true, Veiled: true, New: "Cầu <cống>", Wrong: "Chưa chọn câu trả lời."}
}
