package xlsform

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// everything is a form with every shape that XLSForm's documentation describes
// and our form has: all types, nested groups, tables, filters, translations.
func everything(t testing.TB) []byte {
	return workbook(t,
		tab{"survey", rows(`
label::English (en) ¦ type ¦ name ¦ ` + norm.NFD.String("label::Tiếng Việt (vi)") + ` ¦ hint::Tiếng Việt (vi) ¦ hint::English (en) ¦ required ¦ relevant ¦ constraint ¦ constraint_message::Tiếng Việt (vi) ¦ calculation ¦ default ¦ appearance ¦ choice_filter ¦ parameters ¦ sms::Tiếng Việt (vi) ¦ kind ¦ key
¦ start ¦ luc_dau
¦ deviceid ¦ may
Welcome ¦ note ¦ chao ¦ Kính chào Ông/Bà
¦ begin_group ¦ nha ¦ Về gia đình ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ field-list
How old are you? ¦ integer ¦ tuổi ¦ Ông/Bà bao nhiêu tuổi? ¦ Tính tròn năm ¦ In whole years ¦ yes ¦ ¦ . >= 18 and . < 120 ¦ Từ 18 đến 119 tuổi ¦ ¦ ¦ ¦ ¦ ¦ Ông/Bà bao nhiêu tuổi? ¦ background ¦ x
Monthly income (million dong) ¦ decimal ¦ thu_nhap ¦ Thu nhập tháng (triệu đồng) ¦ ¦ ¦ ¦ ¦ . > 0 and . <= 500.5 ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ fact
When did you move here? ¦ date ¦ ngay_den ¦ Ông/Bà đến đây ở từ ngày nào? ¦ ¦ ¦ ¦ ${tuổi} > 20 ¦ . >= date('1950-01-01') and . <= today() ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ fact
¦ begin group ¦ xe ¦ ¦ ¦ ¦ ¦ ${tuổi} >= 18
Do you own a motorbike? ¦ select_one yes_no ¦ co_xe ¦ Ông/Bà có xe máy không? ¦ ¦ ¦ true() ¦ ¦ ¦ ¦ ¦ yes ¦ minimal ¦ ¦ ¦ ¦ fact
What kinds? ¦ select_multiple xe or_other ¦ loai_xe ¦ Loại nào? (nhiều nhất 2) ¦ ¦ ¦ ¦ ${co_xe} = 'yes' ¦ count-selected(.) <= 2 ¦ ¦ ¦ ¦ ¦ ¦ randomize=true ¦ ¦ fact
¦ end group
¦ end group
Province ¦ select_one tinh ¦ tinh ¦ Tỉnh ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ background
Commune ¦ select_one xa ¦ xa ¦ Xã, phường ¦ ¦ ¦ ¦ ${tinh} != '' ¦ ¦ ¦ ¦ ¦ ¦ Tỉnh=${tinh} ¦ ¦ ¦ background
Your view of the roads ¦ select_one muc ¦ duong ¦ Ông/Bà thấy đường sá thế nào? ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ likert
0 to 10, how content are you? ¦ range ¦ diem ¦ Từ 0 đến 10, Ông/Bà hài lòng đến đâu?
Hours of power cuts ¦ range ¦ gio ¦ Số giờ mất điện ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ start=0 end=24 step=0.5
Rank these ¦ rank viec ¦ uu_tien ¦ Xếp thứ tự các việc cần làm ¦ ¦ ¦ ¦ ¦ count-selected(.) <= 2
¦ begin group ¦ hl ¦ Ông/Bà hài lòng đến đâu với: ¦ ¦ ¦ ¦ ${tuổi} > 18 ¦ ¦ ¦ ¦ ¦ table-list
Schools ¦ select_one muc ¦ hl_truong ¦ Trường học ¦ ¦ ¦ yes
Clinics ¦ select_one muc ¦ tram ¦ Trạm y tế ¦ ¦ ¦ yes
¦ end group
¦ begin group ¦ dv ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ field-list
These services? ¦ select_one muc ¦ dv_dau ¦ Các dịch vụ sau thì sao? ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ label
Water ¦ select_one muc ¦ dv_nuoc ¦ Nước sạch ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ list-nolabel
Waste ¦ select_one muc ¦ dv_rac ¦ Rác ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ list-nolabel
¦ end group
Anything else? ¦ text ¦ y_kien ¦ Ở tuổi ${ tuổi }, còn việc gì nữa không? ¦ ¦ ¦ ¦ ${tram} = 'kem' or selected(${loai_xe}, 'other') ¦ string-length(.) <= 300 and regex(., '^[^0-9]*$') ¦ Xin không ghi số ¦ ¦ ¦ multiline
I agree ¦ acknowledge ¦ dong_y ¦ Tôi đã đọc và đồng ý
¦ calculate ¦ nhom ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ if(${tuổi} >= 60, 'cao', 'trẻ')
¦ hidden ¦ dot ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ ¦ 2026-12`)},
		tab{"choices", rows(`
list name ¦ name ¦ label::Tiếng Việt (vi) ¦ label::English (en) ¦ Tỉnh ¦ short::Tiếng Việt (vi)
yes_no ¦ yes ¦ Có ¦ Yes
yes_no ¦ no ¦ Không ¦ No
yes_no ¦ 99 ¦ Không muốn trả lời ¦ Prefer not to say
xe ¦ xe_so ¦ Xe số ¦ Geared
xe ¦ xe tay ga ¦ Xe tay ga, xe điện ¦ Scooter ¦ ¦ Tay ga
tinh ¦ hòa khê ¦ Hòa Khê ¦ Hoa Khe
tinh ¦ la_son ¦ La Sơn ¦ La Son
xa ¦ go_soi ¦ Gò Sỏi ¦ Go Soi ¦ hòa khê
xa ¦ na_khoang ¦ Nà Khoang ¦ Na Khoang ¦ la_son
muc ¦ tot ¦ Tốt ¦ Good
muc ¦ kem ¦ Kém ¦ Poor
viec ¦ 1 ¦ Đường sá ¦ Roads
viec ¦ 2 ¦ Trường học ¦ Schools
viec ¦ 3 ¦ Trạm y tế ¦ Clinics`)},
		tab{"settings", rows(`
form_title ¦ form_id ¦ version ¦ default_language ¦ minutes ¦ ask_again ¦ not_understood
Đời sống ở xã ¦ doi song ¦ 2026120100 ¦ Tiếng Việt (vi) ¦ 8 ¦ 3 ¦ staff`)},
	)
}

func TestEveryShape(t *testing.T) {
	t.Parallel()
	f := read(t, everything(t))
	golden(t, "everything.yaml", string(f.Source))
	golden(t, "everything.txt", f.told())
	if n := f.Faults(); n != 0 {
		t.Errorf("%d faults", n)
	}
}

// What cannot be carried is a fault at its cell, and nothing else is lost.
func TestRefused(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t,
		tab{"survey", rows(`
type ¦ name ¦ label ¦ relevant ¦ required ¦ default ¦ media::image ¦ calculation ¦ ¦ appearance
geopoint ¦ vi_tri ¦ Vị trí
video ¦ anh ¦ Ảnh
barcode ¦ ma ¦ Mã
select_one_from_file xa.csv ¦ xa ¦ Xã
begin repeat ¦ nguoi ¦ Từng người
text ¦ ten ¦ Tên gọi ở nhà ¦ position(..) = 1 ¦ ${x} = 1 ¦ concat('a', 'b') ¦ a.png ¦ 1 + 1
end repeat
hỏi ¦ a ¦ A
select_one mat ¦ b ¦ B
begin group ¦ g
text ¦ ¦ Không tên
text ¦ c ¦ C ¦ pulldata('a', 'b', 'c', 'd') = 'x' and ${b} = ‘1’
time ¦ d ¦ D ${c} **đậm** <b>nữa</b>
select_one ¦ e ¦ E
select_one trong ¦ h ¦ H
range ¦ k ¦ K
select_one mat ¦ l ¦ L ¦ ¦ ¦ ¦ ¦ ¦ thừa
begin group ¦ m ¦ M ¦ ¦ yes
select_one trong ¦ m1 ¦ M1 ¦ ¦ ¦ ¦ ¦ ¦ ¦ label
select_one trong ¦ m2 ¦ M2 ¦ ¦ ¦ ¦ ¦ ¦ ¦ search('xa')
end group ¦ ¦ ¦ ${a} = 1`)},
		tab{"choices", rows(`
list_name ¦ name ¦ label ¦ image
trong ¦ ¦ Thiếu mã
trong ¦ dung ¦ Đúng ${c} ¦ b.png
thua ¦ 1 ¦ Không ai dùng`)},
		tab{"settings", rows("form_id ¦ style\nthu ¦ pages\nhai")},
		tab{"entities", rows("a ¦ b")}))
	golden(t, "refused.txt", f.told())
	golden(t, "refused.yaml", string(f.Source))
}

// An error of a line of our YAML is told at the cell that it came from.
func TestErrorsAreToldByCell(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t,
		tab{"survey", rows(`
name ¦ type ¦ label::vi ¦ label::en ¦ relevant ¦ kind
a ¦ select_one l ¦ A ¦ A ¦ ¦ fact
b ¦ text ¦ B ¦ B ¦ ${khong_co} = 1 ¦ fact
c ¦ text ¦ C ¦ C ¦ ${a} = 'sai' ¦ view
a ¦ text ¦ D ¦ D ¦ ${a} = ¦ fact
e ¦ select_one trong ¦ E ¦ E ¦ ¦ fact`)},
		tab{"choices", rows(`
list_name ¦ name ¦ label::vi ¦ label::en
l ¦ x ¦ X ¦ X
l ¦ y ¦ Từ chối ¦ Y`)}))
	_, errs := f.Parse()
	var got []string
	for _, e := range errs {
		got = append(got, e.Where+" "+string(e.Code))
	}
	want := "choices!B3 choice_reserved, survey!E3 expression_unknown_name, survey!A4 question_kind, survey!E4 expression_no_such_choice, survey!A5 question_duplicate, survey!E5 expression_syntax"
	sorted := func(s string) string { return strings.Join(slices.Sorted(slices.Values(strings.Split(s, ", "))), ", ") }
	if sorted(strings.Join(got, ", ")) != sorted(want) {
		t.Errorf("got  %s\nwant %s\n%s", strings.Join(got, ", "), want, f.Source)
	}
}

// A form may name its languages in many ways, or not at all.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ head, settings, want string }{
		{"type ¦ name ¦ label", "", "vi"},
		{"type ¦ name ¦ label", "English (en)", "en"},
		{"type ¦ name ¦ label::English", "", "en"},
		{"type ¦ name ¦ label:Vietnamese ¦ label:English", "English", "en, vi"},
		{"type ¦ name ¦ label::en ¦ label::vi", "", "en, vi"},
		{"type ¦ name ¦ label::Tiếng Việt (vi-VN) ¦ label::Français (fr)", "", "vi"},
		{"type ¦ name ¦ label ¦ label::English (en)", "", "vi, en"},
	} {
		tabs := []tab{{"survey", rows(c.head + "\ntext ¦ a ¦ A ¦ B")}}
		if c.settings != "" {
			tabs = append(tabs, tab{"settings", rows("default_language\n" + c.settings)})
		}
		f := read(t, workbook(t, tabs...))
		if !strings.Contains(string(f.Source), "languages: ["+c.want+"]") {
			t.Errorf("%s, %s: want %s\n%s", c.head, c.settings, c.want, f.Source)
		}
		if _, errs := f.Parse(); len(errs) > 0 {
			t.Errorf("%s: %v", c.head, errs)
		}
	}
}

// What is no form, or no workbook, says so.
func TestNoForm(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t, tab{"Sheet 7", rows("a ¦ b")}))
	if f.Faults() != 1 || f.Findings[len(f.Findings)-1].Code != survey.CodeFormSheetMissing {
		t.Error(f.told())
	}
	f = read(t, workbook(t, tab{"survey", rows("type ¦ label")}))
	if f.Faults() != 1 || f.Findings[0].Code != survey.CodeFormColumnMissing {
		t.Error(f.told())
	}
	for _, b := range []string{"", "PK\x03\x04", "name: a\n", "\xd0\xcf\x11\xe0"} {
		if _, err := Read("x.xlsx", strings.NewReader(b), int64(len(b))); survey.CodeOf(err) != survey.CodeFileFormat {
			t.Errorf("%q: %v", b, err)
		}
	}
}
