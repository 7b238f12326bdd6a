package templates

import (
	"strings"
	"time"
)

// sampleAdmin are the screens of administration.
func sampleAdmin(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/audit"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"audit", "/audit", true}}
	at := in.Now.Add(-time.Hour)
	lines := []ActLine{{Place: 1204, At: at, Actor: "mai", Act: "move", Campaign: "thang-11", Reason: "mưa <b>\"lũ\"</b>", Detail: "việc: tạm dừng · từ: Đang thu thập · thành: Tạm dừng"},
		{Place: 1203, At: at, Actor: "khue", Act: "export", Contact: 4711, Emptied: true}, {Place: 1202, At: at, Actor: "khue", Act: "import", Import: 7},
		{Place: 1201, At: at, Actor: "mai", Act: "staff", Detail: "đặt lại mật khẩu: không · vai trò: Người xem · đổi tài khoản số: 3 · được làm việc: có"}}
	holds := ChainLine{State: "holds", Place: 1204, At: in.Now, Anchor: "1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
	acts := []string{"import", "move", "export", "staff"}
	own, out := in, in
	own.Here, out.User = "/account", ""
	accounts := []Tab{{"accounts", "/people", true}, {"audit", "/audit", false}}
	roles := []string{"administrator", "manager", "analyst", "viewer"}
	campaigns := []Ticked{{"thang-11", "Dư luận <tháng 11>", true}, {"bao", "Sau bão số 9", false}, {"thang-10", "Dư luận tháng 10", false}}
	khue := AccountLine{ID: 2, Name: `<i>Khuê</i>`, Login: "khue", Role: "viewer", Bound: true, Campaigns: 2, Second: true}
	old := AccountLine{ID: 3, Name: "Cũ", Login: "cu", Role: "viewer", Ended: true}
	second := Second{Shell: own, Action: "/account/second", Inside: true, Secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", QR: QR{Size: 21, Path: sampleQR()}}
	setup := second
	setup.Shell, setup.Action, setup.Inside, setup.Wrong = out, "/sign-in/setup", false, "Mã không đúng, hoặc đã dùng rồi."
	senders := []HouseSender{{ID: 1, Channel: "email", Address: "khaosat@vanphong.example", Provider: "smtp", Receives: true, State: "closed", Pace: "10", Cap: 400, Taken: 137, Warming: true,
		Trial: "sent", TrialAt: at}, {ID: 2, Channel: "sms", Address: "+84310000001", Provider: "android", Receives: true, State: "open", Reason: "config", Until: in.Now, Cost: 350, Pace: "0,5",
		Typed: "09 <x>", Wrong: "Số này không dùng được.", Trial: "sending", TrialAt: at}, {ID: 3, Channel: "call", Address: "+84310000002", Provider: "twilio", Receives: true, State: "open", Reason: "staff", Cost: 1200, Calls: 8, Trial: "refused", TrialAt: at, TrialCode: "temporary 30008"}}
	office := OfficeScreen{Shell: in, Tabs: accounts, Name: "Phòng Dư luận xã hội tỉnh <Lâm Xuyên>", NameEN: "Lam Xuyen opinion office", Short: "DLXH Lâm Xuyên", ShortEN: "DLXH", Contact: "Nguyễn Thị Minh Hằng", Phone: "0298 3555 010",
		Mail: "dlxh", Field: "mail"}
	fixed := office
	fixed.Fixed, fixed.Field = true, ""
	return map[string]Screen{
		"senders":       Senders{Shell: in, Tabs: accounts, Senders: senders, May: true, Sending: true, Resting: "staff"},
		"senders-empty": Senders{Shell: in, Tabs: accounts},
		"office":        office,
		"office-fixed":  fixed,
		"people": People{Shell: in, Tabs: accounts, Roles: roles, Second: []Ticked{{"administrator", "", true}, {"manager", "", false}, {"analyst", "", false}, {"viewer", "", false}},
			Campaigns: campaigns, Link: "https://ks.example/join/x", LinkRole: "viewer",
			Invitations: []InvitationLine{{ID: 9, Role: "manager", By: "Mai <Chi>", Made: at, Until: in.Now.AddDate(0, 0, 3), Bound: true, Campaigns: []string{"thang-11", "bao"}}, {ID: 8, Role: "viewer", Made: at, Until: at, Over: true}},
			Accounts:    []AccountLine{{ID: 1, Name: "Mai", Login: "mai", Role: "administrator", Own: true}, khue, old}},
		"staffaccount": StaffAccount{Shell: in, Tabs: accounts, Account: khue, Made: in.Now, Roles: roles, Campaigns: campaigns, Password: "abcd-efgh-ijkl-mnop",
			Sessions: []SessionLine{{ID: 4, Began: at, Seen: in.Now}, {ID: 3, Began: at, Seen: at}}},
		"staffaccount-ended": StaffAccount{Shell: in, Tabs: accounts, Account: old, Made: in.Now, Roles: roles, Wrong: "Không <được>."},
		"own": Own{Shell: own, Login: "mai", Least: 12, Second: true, Recovery: 7, Keyed: true, Keys: []KeyLine{{ID: 1, Name: "Điện thoại <1>", Made: at, Used: in.Now}, {ID: 2, Name: "Máy cơ quan", Made: at}}, Form: "off", Wrong: "Mật khẩu hiện nay không đúng.", Bound: true, Campaigns: []string{"thang-11", "bao"},
			Sessions: []SessionLine{{ID: 1, Began: at, Seen: in.Now, Own: true}, {ID: 2, Began: at.AddDate(0, 0, -1), Seen: at}}},
		"own-plain":  Own{Shell: own, Login: "mai", Least: 12, Form: "password", Wrong: "ngắn", Sessions: []SessionLine{{ID: 1, Began: at, Seen: in.Now, Own: true}}},
		"signincode": SignInCode{Shell: out, Next: "/", Wrong: "Mã không đúng, hoặc đã dùng rồi."},
		"second":     second,
		"setup":      setup,
		"recovery":   Recovery{Shell: own, Inside: true, Codes: []string{"abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567"}},
		"audit": Audit{Shell: in, Tabs: tabs, Chain: holds, Lines: lines, Actors: []string{"khue", "mai"}, Acts: acts, Actor: "mai", Act: "move",
			From: "2026-11-01", Until: "2026-11-20", Next: "/audit?before=1201"},
		"audit-part":   Audit{Shell: in, Tabs: tabs, Chain: ChainLine{State: "part", Place: 5000, Of: 81204}, Lines: lines, Acts: acts},
		"audit-broken": Audit{Shell: in, Tabs: tabs, Chain: ChainLine{State: "broken", Why: "Chuỗi của sổ ghi đứt ở dòng <7>."}, Acts: acts},
	}
}

// sampleQR is not a code that anything reads.
func sampleQR() string {
	var b strings.Builder
	for y := range 21 {
		Module(&b, y%3, y, 20-y%5)
	}
	return b.String()
}
