package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"canvass/templates"
)

// officeList is a list as a unit sends it: a title above the head, numbers that lost
// their first 0, two numbers in a cell, somebody without any, somebody who cannot be read.
func officeList(t *testing.T, to string) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	for i, row := range [][]any{
		{"TỈNH LAM XUYÊN"}, {"Danh sách cộng tác viên dư luận xã hội năm 2026"}, {},
		{"STT", "Họ và tên", "Đơn vị", "Số ĐT", "Thư điện tử"},
		{1, "Đỗ Thị Ánh", "xã Bãi Ngao", 310000101, "anh@lamxuyen.example"},
		{2, "Trần Văn Bình", "xã Bãi Ngao", "0310 000 102", "binh@lamxuyen.example"},
		{3, "Nguyễn Thị Cúc", "phường Lam Phố", "0310.000.103", ""},
		{4, "Lê Văn Dũng", "phường Lam Phố", "", "dung@lamxuyen.example"},
		{5, "Phạm Thị Em", "xã Đồng Lộc", "không có", "em@@lamxuyen"},
	} {
		for j, cell := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", at, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SaveAs(to); err != nil {
		t.Fatal(err)
	}
}

// speaker finds the words of a screen by their key, in the language of the account.
type speaker struct {
	*hand
	set  *templates.Set
	lang string
}

// w is a sentence up to its first field: enough to find it by.
func (s speaker) w(key string) string {
	s.Helper()
	said := s.set.Sentence(s.lang, key)
	if said == "" {
		s.Fatalf("there is no sentence [%s]", key)
	}
	said, _, _ = strings.Cut(said, "{")
	return strings.TrimSpace(said)
}

func (s speaker) presses(key string) { s.Helper(); s.press(s.w(key)) }

// door goes to a word of the rail, which is behind a button on a telephone.
func (s speaker) door(key string) {
	s.Helper()
	var narrow bool
	s.ask(`!document.querySelector("#rail").offsetWidth`, &narrow)
	if narrow {
		s.presses("shell.menu")
	}
	s.press(s.w(key))
}

// choose picks the option of a list whose words begin like this.
func (s speaker) choose(label, option string) {
	s.Helper()
	s.find(label, "field")
	var there bool
	s.ask(`(e => { const o = [...e.options].find(o => o.text.trim().startsWith(`+quoted(option)+`)); if (!o) return false;
		e.value = o.value; e.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.querySelector("[data-story=here]"))`, &there)
	if !there {
		s.Fatalf("%q does not offer %q\n%s", label, option, s.text())
	}
}

// As staff do, in Vietnamese, in English and on a telephone: the first account, a messy
// list, a questionnaire, a campaign by the wizard, one answer by the link and one on the
// handset, what came of it, a file, and the door.
func TestACampaignByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser, a mail server and a whole system")
	}
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, lang string
		width      int64
	}{{"vietnamese", "vi", 1280}, {"english", "en", 1280}, {"phone", "vi", 360}} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			h := newHand(t, o.staff, "campaign-"+c.name, c.width)
			h.join(o)
			s := speaker{h, set, "vi"}
			if c.lang == "en" {
				s.presses("shell.other")
				s.lang = "en"
			}
			s.importsList(o)
			s.writesQuestionnaire()
			s.makesCampaign()
			o.bothAnswer(h)
			s.sees("50" + map[string]string{"vi": ",", "en": "."}[c.lang] + "0%")
			s.looksAtResults()
			s.door("shell.out")
			s.sees(s.w("signin.head"))
			h.open("/results")
			s.sees(s.w("signin.head"))
		})
	}
}

func (s speaker) importsList(o *officeDay) {
	s.Helper()
	list := filepath.Join(o.dir, "Danh sach CTV 2026.xlsx")
	officeList(s.T, list)
	s.door("nav.contacts")
	s.presses("contacts.import")
	s.find(s.w("import.file"), "field")
	s.do(chromedp.SetUploadFiles(chromedp.CSS(`[data-story=here]`), []string{list}))
	s.presses("import.file.go")
	s.press(map[string]string{"vi": "Nhập 4 dòng", "en": "Import 4 rows"}[s.lang])
	s.sees(s.w("import.to.contacts"))
	s.presses("import.to.contacts")
	s.sees("Đỗ Thị Ánh")
}

func (s speaker) writesQuestionnaire() {
	s.Helper()
	s.door("nav.questionnaires")
	s.press(map[string]string{"vi": "Sau bão số 9", "en": "After storm no. 9"}[s.lang])
	s.presses("questionnaires.new.go")
	s.presses("questionnaires.tab.preview")
	s.presses("questionnaires.tab.publish")
	s.fill(s.w("questionnaires.note"), "tháng 12")
	s.presses("questionnaires.publish.go")
	s.sees(s.w("questionnaires.versions"))
}

func (s speaker) makesCampaign() {
	s.Helper()
	s.door("nav.campaigns")
	s.presses("campaigns.make")
	s.fill(s.w("wizard.title"), "Sau bão, tháng 12")
	s.choose(s.w("wizard.questionnaire"), map[string]string{"vi": "Sau bão số 9", "en": "After storm no. 9"}[s.lang])
	next := s.w("wizard.next")
	for range 2 { // the frame is everybody, and so is the sample
		s.press(next)
	}
	s.press(next)
	s.choose(s.w("wizard.ready"), s.w("wizard.ready.urgent"))
	s.presses("wizard.ready.go")
	for range 3 {
		s.press(next)
	}
	s.presses("wizard.trial.go")
	s.sees(s.w("wizard.trial.again"))
	s.press(next)
	s.press(map[string]string{"vi": "Gửi tới 4 người", "en": "Send to 4 people"}[s.lang])
	s.sees(s.w("told.launched"))
}

func (s speaker) looksAtResults() {
	s.Helper()
	s.door("nav.results")
	s.press("Sau bão, tháng 12")
	s.sees(map[string]string{"vi": "sinh hoạt hằng ngày nơi Ông/Bà sống", "en": "how is daily life where you live"}[s.lang])
	status, file := s.fetches("CSV")
	if status != 200 || !strings.Contains(file, "sinh_hoat") {
		s.Errorf("the file of tables: %d %s", status, file)
	}
}

// bothAnswer answers by the link of a mail, and on the handset by a text.
func (o *officeDay) bothAnswer(h *hand) {
	o.Helper()
	by := newHand(o.T, "", h.name+"-link", 360)
	by.open(o.formOf("dung@lamxuyen.example"))
	by.press("Tiếp tục") // the choice of the mail stands
	o.awaitText("+84310000103")
	phone := newHand(o.T, o.sim.HandsetURL("+84310000103"), h.name+"-handset", 360)
	phone.open("")
	phone.fill("Trả lời", "1")
	phone.touch("Gửi tin")
	phone.sees("Xong roi, cam on")
}
