package smstext

// trap is a phrase that reads as something else without its diacritics.
type trap struct {
	phrase    string // folded, lower-case; "#" is a number
	level     Level
	hint      string
	firstOnly bool // only where a sentence begins
}

// safe are phrases in which a trap's word cannot be misread.
var safe = [...]string{
	"vi du", "trung du", "de dang", "vay tien", "chung toi",
	"duong sa", "cau duong", "nuoc sach", "thieu nuoc", "cup nuoc",
	"thoi nhan tin",
}

// traps are the rows of the homograph table that bind what we send. Rows that
// only matter when replies are read, and rows that are allowed when the
// context is clear (noi, loi, mua, tin, thang), are not here.
var traps = [...]trap{
	{phrase: "lon", level: Forbid, hint: `"nhiều", "to", "chính"; con lợn: "heo"`},
	{phrase: "buoi", level: Forbid, hint: `"sáng", "chiều", hoặc ghi giờ`},
	{phrase: "cu", level: Forbid, hint: `"trước đây"; bỏ "cứ"; cử tri: "người đi bầu"`},
	{phrase: "du", level: Forbid, hint: `"xong", "hết", "còn lại"; dư luận: "DLXH"; ví dụ: "VD"`},
	{phrase: "dit", level: Forbid, hint: `không dùng`},
	{phrase: "cac", level: Avoid, hint: `bỏ "các", hoặc "những"`, firstOnly: true},
	{phrase: "dam", level: Forbid, hint: `"giữ kín", "chắc chắn"; họ Đàm: không in tên`},
	{phrase: "dam bao", level: Forbid, hint: `"giữ kín", "chắc chắn"`},
	{phrase: "ngu", level: Forbid, hint: `ngư dân: "người đi biển"`},
	{phrase: "ngu dan", level: Forbid, hint: `"người đi biển"`},
	{phrase: "vu", level: Avoid, hint: `"việc", "mùa"`},
	{phrase: "mua vu", level: Avoid, hint: `"mùa"`},
	{phrase: "bao cao su", level: Forbid, hint: `"báo tin", "cho biết việc"`},
	{phrase: "hoi lo", level: Forbid, hint: `"lo ít"`},
	{phrase: "tang", level: Forbid, hint: `"cao hơn"`},
	{phrase: "tang gia", level: Forbid, hint: `"giá cao hơn"`},
	{phrase: "giam", level: Forbid, hint: `"thấp hơn", "ít hơn"`},
	{phrase: "mat nuoc", level: Forbid, hint: `"thiếu nước sạch", "cúp nước"`},
	{phrase: "bi mat", level: Forbid, hint: `"giữ kín"`},
	{phrase: "quy ong", level: Forbid, hint: `"Ông/Bà"`},
	{phrase: "quy ong ba", level: Forbid, hint: `"Ông/Bà"`},
	{phrase: "quy ba", level: Forbid, hint: `"Ông/Bà"`},
	{phrase: "quy vi", level: Forbid, hint: `"Ông/Bà"`},
	{phrase: "nhan tin", level: Avoid, hint: `"gửi tin", "trả lời"; "thôi nhận" thì được`},
	{phrase: "khong nhan ong ba nua", level: Forbid, hint: `"không gửi thêm"`},
	{phrase: "khong nhan ong nua", level: Forbid, hint: `"không gửi thêm"`},
	{phrase: "khong nhan ba nua", level: Forbid, hint: `"không gửi thêm"`},
	{phrase: "may", level: Forbid, hint: `"hệ thống"; "số này"`},
	{phrase: "may chua hieu", level: Forbid, hint: `"hệ thống chưa hiểu"`},
	{phrase: "de", level: Avoid, hint: `"dễ dàng", "thuận tiện"; "để" bỏ được thì bỏ`},
	{phrase: "de gop y", level: Avoid, hint: `bỏ "để"`},
	{phrase: "vay", level: Avoid, hint: `"vay tiền"`},
	{phrase: "duong", level: Avoid, hint: `"cầu đường", "giao thông"`},
	{phrase: "nuoc", level: Avoid, hint: `"nước sạch"`},
	{phrase: "duong nuoc", level: Avoid, hint: `"cầu đường", "nước sạch"`},
	{phrase: "toi", level: Avoid, hint: `"đến", "chúng tôi"`},
	{phrase: "tra loi ngay", level: Forbid, hint: `"đến 17h 18/12"`},
	{phrase: "tra loi muon", level: Forbid, hint: `"sau giờ kết thúc"`},
	{phrase: "han tra loi", level: Avoid, hint: `"đến 17h 18/12"`},
	{phrase: "khong doi", level: Forbid, hint: `"như trước"`},
	{phrase: "phan anh", level: Avoid, hint: `"cho biết", "báo tin"`},
	{phrase: "dong y", level: Avoid, hint: `hỏi "1 Có 2 Không"`},
	{phrase: "cuoc goi", level: Avoid, hint: `"gọi điện", "gọi"`},
	{phrase: "thu #", level: Avoid, hint: `ngày bằng số: 18/12`},
	{phrase: "an #", level: Avoid, hint: `"trả lời 1"; lời thoại: "bấm"`},
	{phrase: "nghi", level: Forbid, hint: `không làm từ khóa; dùng BD`},
	{phrase: "ba con", level: Avoid, hint: `"người dân"`},
}
