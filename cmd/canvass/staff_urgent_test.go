package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// join makes the first account and signs in.
func (h *hand) join(o *officeDay) {
	h.Helper()
	h.open(o.first)
	h.fill("Họ và tên", "Mai Thị Lan Chi")
	h.fill("Tên đăng nhập", "lan.chi")
	h.fill("Mật khẩu", "nước lên rồi lại xuống")
	h.press("Tạo tài khoản")
	h.fill("Tên đăng nhập", "lan.chi")
	h.fill("Mật khẩu", "nước lên rồi lại xuống")
	h.press("Đăng nhập")
	h.sees("Hôm nay")
}

const fewPeople = `Họ và tên,Di động,E-mail
Đỗ Thị Ánh,0310000101,anh@lamxuyen.example
Trần Văn Bình,0310000102,binh@lamxuyen.example
Nguyễn Thị Cúc,0310000103,
Lê Văn Dũng,,dung@lamxuyen.example
`

// Something happened at half past four. From Today to sent: at most six presses and one
// text, on a telephone too; one answers by link and one by text, and the page says so.
func TestUrgentPollByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser, a mail server and a whole system")
	}
	for name, width := range map[string]int64{"desk": 1280, "phone": 360} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			list := filepath.Join(o.dir, "ds.csv")
			if err := os.WriteFile(list, []byte(fewPeople), 0o600); err != nil {
				t.Fatal(err)
			}
			o.canvass("contacts", "import", list, "--basis", "appointment", "--consent-source", "danh sách CTV 2026")
			h := newHand(t, o.staff, "urgent-"+name, width)
			h.join(o)

			h.pressed, h.typed = 0, 0
			h.press("Hỏi nhanh một câu")
			h.fill("Câu hỏi", "Nơi Ông/Bà sống đã có điện lại chưa?")
			h.press("Tất cả")
			h.press("Xem trước")
			h.sees("Sẽ nhận")
			h.press("Gửi tới 4 người")
			h.sees("Đã gửi đi.")
			if h.pressed > 6 || h.typed != 1 {
				t.Errorf("%d presses and %d texts", h.pressed, h.typed)
			}
			o.answers(h)
			h.sees("50,0%")
		})
	}
}

// answers answers once by the link in a mail, and once by a text.
func (o *officeDay) answers(h *hand) {
	o.Helper()
	by := newHand(o.T, "", h.name+"-respondent", 360)
	by.open(o.formOf("dung@lamxuyen.example"))
	by.press("Gửi phiếu") // the choice of the mail stands
	o.awaitText("+84310000103")
	if _, err := o.sim.Reply("+84310000103", demoNumber, "1"); err != nil {
		o.Fatal(err)
	}
}

// formOf is the link to the form in the mail to somebody, with the first choice made.
func (o *officeDay) formOf(mailbox string) string {
	o.Helper()
	link := regexp.MustCompile(`http://[^\s"<>]+/r/[^\s"<>]+`)
	form := ""
	o.await("a mail with a link", func() bool {
		for _, m := range o.sink.MessagesTo(mailbox) {
			if l, err := m.Letter(); err == nil {
				form = link.FindString(l.Text)
			}
		}
		return form != ""
	})
	return form
}

// awaitText waits until a telephone has got a text.
func (o *officeDay) awaitText(number string) {
	o.Helper()
	o.await("a text", func() bool {
		for _, m := range o.sim.Messages() {
			if m.To == number {
				return true
			}
		}
		return false
	})
}
