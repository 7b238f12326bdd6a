package respondent

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetPlan is a sheet of the workbook.
type sheetPlan struct {
	name  string
	title string
	split bool // family and given name stand in two columns (dirt 20)
	rows  []listRow
}

// firstRow is the line of the first row of people: three titles, a blank line
// and a header of two lines stand above.
const firstRow = 7

// hiddenSheet is a list of former years that nobody is to read.
const hiddenSheet = "Cũ 2024"

// writeList types the workbook: a sheet for the offices of the province, one per
// cluster of communes.
func writeList(b *builder) []sheetPlan {
	clean, byStratum := map[int]*listRow{}, map[string][]*listRow{}
	var dirty []*listRow
	for i := range b.people {
		r := cleanRow(&b.people[i])
		clean[i] = r
		byStratum[r.truth.Stratum] = append(byStratum[r.truth.Stratum], r)
		dirty = append(dirty, r)
	}
	for stratum, rows := range b.extrasInOrder(clean) {
		for _, r := range rows {
			if r.truth.Outcome == Duplicate {
				dirty = append(dirty, r)
			}
		}
		byStratum[strata[stratum].Code] = append(byStratum[strata[stratum].Code], rows...)
	}
	b.soil(dirty)
	offices := sheetPlan{name: "Cấp tỉnh", title: "KHỐI CƠ QUAN, ĐOÀN THỂ, DOANH NGHIỆP CẤP TỈNH"}
	sheets := []sheetPlan{offices}
	for n, s := range strata {
		rows := byStratum[s.Code]
		if s.Code[0] == 'T' {
			sheets[0].rows = append(sheets[0].rows, listRow{section: [...]string{"I", "II", "III", "IV"}[n] + "|" + s.Name})
			sheets[0].add(rows)
			continue
		}
		plan := sheetPlan{name: s.Code + " " + s.Name, title: "CỤM " + strings.ToUpper(s.Name), split: s.Code == "C6"}
		plan.add(rows)
		sheets = append(sheets, plan)
	}
	return sheets
}

// extrasInOrder are the extras by the position of their stratum: a map would
// make the draws depend on its order.
func (b *builder) extrasInOrder(clean map[int]*listRow) [][]*listRow {
	extras := b.extras(clean)
	out := make([][]*listRow, len(strata))
	for i, s := range strata {
		out[i] = extras[s.Code]
	}
	return out
}

func (s *sheetPlan) add(rows []*listRow) {
	for _, r := range rows {
		r.truth.Sheet, r.truth.Line = s.name, firstRow+len(s.rows)
		s.rows = append(s.rows, *r)
	}
}

// WriteXLSX writes the office's list, the same bytes for the same seed. Errors
// are those of w.
func (p *Province) WriteXLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing was opened on disk
	s := &scribe{file: f}
	for i := range p.sheets {
		s.sheet(&p.sheets[i], i == 0)
	}
	s.hidden()
	if s.err != nil {
		return fmt.Errorf("respondent: writing the list: %w", s.err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("respondent: writing the list: %w", err)
	}
	return nil
}

// scribe fills in a workbook and keeps the first error.
type scribe struct {
	file  *excelize.File
	name  string // of the sheet at hand
	width int    // of its table
	err   error
}

func (s *scribe) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

func at(column, line int) string {
	name, _ := excelize.CoordinatesToCellName(column, line) // both are above zero
	return name
}

func (s *scribe) set(column, line int, value any) {
	if value != nil && value != "" {
		s.do(s.file.SetCellValue(s.name, at(column, line), value))
	}
}

func (s *scribe) merge(left, top, right, bottom int) {
	s.do(s.file.MergeCell(s.name, at(left, top), at(right, bottom)))
}

func (s *scribe) sheet(plan *sheetPlan, first bool) {
	s.name = plan.name
	if first {
		s.do(s.file.SetSheetName("Sheet1", plan.name))
	} else if _, err := s.file.NewSheet(plan.name); err != nil {
		s.do(err)
	}
	s.header(plan)
	number := 0
	for i := range plan.rows {
		r := &plan.rows[i]
		if r.section != "" {
			roman, title, _ := strings.Cut(r.section, "|")
			s.set(1, firstRow+i, roman)
			s.set(2, firstRow+i, title)
			continue
		}
		number++
		s.row(plan, r, firstRow+i, number)
	}
	s.footer(firstRow+len(plan.rows), number)
	if first {
		s.do(s.file.AddComment(s.name, excelize.Comment{Author: "van thu", Cell: at(2, firstRow+1), Text: "gọi lại kiểm tra số máy"}))
	}
}

// header writes the titles and the merged header of two lines.
func (s *scribe) header(plan *sheetPlan) {
	upper := []string{"STT", "Họ và tên", "Năm sinh", "Giới tính", "", "Đơn vị", "Cụm", "Tầng", "Chức vụ", "Điện thoại", "E-mail", "Ghi chú"}
	lower := map[int]string{4: "Nam", 5: "Nữ"}
	wide := map[int]bool{4: true}
	if plan.split {
		upper = append(upper[:2:2], append([]string{""}, upper[2:]...)...)
		lower = map[int]string{2: "Họ đệm", 3: "Tên", 5: "Nam", 6: "Nữ"}
		wide = map[int]bool{2: true, 5: true}
	}
	s.width = len(upper)
	for line, title := range []string{
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHÒNG DƯ LUẬN XÃ HỘI TỈNH LAM XUYÊN", "DANH SÁCH CTV DLXH 2026 - " + plan.title,
	} {
		s.set(1, line+1, title)
		s.merge(1, line+1, s.width, line+1)
	}
	const top, bottom = firstRow - 2, firstRow - 1
	for i, label := range upper {
		column := i + 1
		s.set(column, top, label)
		s.set(column, bottom, lower[column])
		switch {
		case wide[column]:
			s.merge(column, top, column+1, top)
		case label != "":
			s.merge(column, top, column, bottom)
		}
	}
}

func (s *scribe) row(plan *sheetPlan, r *listRow, line, number int) {
	column := 0
	put := func(value any) {
		column++
		s.set(column, line, value)
	}
	put(number)
	if plan.split {
		name := strings.TrimRight(r.name, " ")
		cut := strings.LastIndexAny(name, " \u00a0")
		put(strings.TrimRight(name[:max(cut, 0)], " \u00a0"))
		put(strings.TrimLeft(name[max(cut, 0):], " \u00a0"))
	} else {
		put(r.name)
	}
	put(r.birth)
	if year, ok := r.birth.(int); ok && r.formula {
		s.do(s.file.SetCellFormula(s.name, at(column, line), fmt.Sprintf("YEAR(DATE(%d,3,15))", year)))
	}
	man, woman := "x", ""
	if r.truth.Woman {
		man, woman = woman, man
	}
	put(man)
	put(woman)
	put(r.unit)
	put(clusterOf(r.truth.Stratum))
	put(r.truth.Stratum)
	put(r.position)
	phone, email := r.phone, any(r.email)
	if r.swapped {
		phone, email = email, phone
	}
	put(phone)
	if _, isNumber := phone.(int); isNumber && r.formula {
		lookup := fmt.Sprintf("VLOOKUP(B%d,'%s'!B:H,7,0)", line, hiddenSheet)
		s.do(s.file.SetCellFormula(s.name, at(column, line), lookup))
	}
	put(email)
	put(r.note)
}

// clusterOf is what the column "Cụm" says of a stratum.
func clusterOf(stratum string) string {
	if stratum[0] == 'T' {
		return "Cấp tỉnh"
	}
	for _, s := range strata {
		if s.Code == stratum {
			return s.Name
		}
	}
	return ""
}

// footer is the total that looks like a person, and the block of signatures.
func (s *scribe) footer(line, people int) {
	s.set(2, line, fmt.Sprintf("Tổng cộng: %d người", people))
	s.set(s.width-3, line+2, "Lam Xuyên, ngày 12 tháng 01 năm 2026")
	s.merge(s.width-3, line+2, s.width, line+2)
	s.set(2, line+3, "NGƯỜI LẬP BIỂU")
	s.set(s.width-3, line+3, "TRƯỞNG PHÒNG")
	s.set(2, line+4, "(Ký, ghi rõ họ tên)")
	s.set(2, line+7, "Nguyễn Thị Sim")
}

// hidden writes the list of former years: old numbers, all of them silent.
func (s *scribe) hidden() {
	s.name = hiddenSheet
	if _, err := s.file.NewSheet(s.name); err != nil {
		s.do(err)
		return
	}
	for i, label := range []string{"STT", "Họ và tên", "Năm sinh", "Đơn vị", "Huyện", "Chức vụ", "E-mail", "Điện thoại", "Ghi chú"} {
		s.set(i+1, 1, label)
	}
	for n := range 20 {
		s.set(1, n+2, n+1)
		s.set(2, n+2, "Nguyễn Văn "+[...]string{"Ất", "Bính", "Đinh", "Mậu", "Kỷ"}[n%5])
		s.set(3, n+2, 1960+n)
		s.set(4, n+2, units[n].Name)
		s.set(5, n+2, "huyện cũ")
		s.set(8, n+2, fmt.Sprintf("0168 555 00%02d", n))
		s.set(9, n+2, "danh sách cũ, ngừng nhận")
	}
	s.do(s.file.SetSheetVisible(s.name, false))
}
