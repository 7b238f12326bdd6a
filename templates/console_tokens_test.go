package templates

import "time"

// sampleTokens are the screens of tokens.
func sampleTokens(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/tokens"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"senders", "/senders", false}, {"office", "/office", false}, {"tokens", "/tokens", true}, {"audit", "/audit", false}}
	at, last := in.Now.Add(-30*time.Hour), in.Now.AddDate(0, 0, 90)
	full := Tokens{Shell: in, Tabs: tabs, TokenForm: TokenForm{Right: "see", Day: "2027-02-18"}, URL: "https://ks.example", Rights: []string{"see", "answers"},
		Campaigns: []Ticked{{"thang-11", "Dư luận <tháng 11>", true}, {"bao", "Sau bão số 9", false}}, First: "2026-11-20", Last: "2027-11-21",
		Lines: []TokenLine{
			{ID: 1204, Name: "Bảng số liệu <b>Sở</b> Thông tin", Right: "answers", State: "works", Made: at, By: "mai", Used: in.Now, Last: last, Bound: true, Campaigns: []string{"thang-11", "bao"}},
			{ID: 2, Name: "Báo cáo tuần", Right: "see", State: "expired", Made: at.AddDate(0, 0, -90), By: "khue", Last: at},
			{ID: 1, Name: "Thử", Right: "see", State: "revoked", Made: at, By: "mai", Used: at, Last: last, Revoked: in.Now, RevokedBy: "khue"}},
		Next: "/tokens?before=1"}
	made, wrong := full, full
	made.Token, made.TokenName, made.TokenLast = "canvass_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm", "Bảng số liệu <b>Sở</b>", last
	wrong.TokenForm = TokenForm{Name: "<x>", Right: "answers", Day: "2029-01-01", Some: true, Chosen: []string{"thang-11"}, Field: "day", Wrong: "Ngày hết hạn phải từ hôm nay đến nhiều nhất 366 ngày nữa."}
	wrong.Next = ""
	return map[string]Screen{"tokens": full, "tokens-made": made, "tokens-wrong": wrong, "tokens-empty": Tokens{Shell: in, Tabs: tabs, TokenForm: TokenForm{Right: "see", Some: true, Field: "campaign", Wrong: "Chọn ít nhất một."}, Rights: []string{"see", "answers"}}}
}
