package contactlist

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// zipOf is a workbook in memory.
func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := archived(&file, entries...); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// grid returns the cells of every sheet that is read, row by row.
func grid(t testing.TB, entries ...entry) map[string][][]string {
	t.Helper()
	file := zipOf(t, entries...)
	w, err := openXLSX(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][][]string{}
	for _, s := range w.sheets {
		for l, err := range s.rows() {
			if err != nil {
				t.Fatal(err)
			}
			for len(out[s.name]) < l.number {
				out[s.name] = append(out[s.name], nil)
			}
			out[s.name][l.number-1] = l.cells
		}
	}
	return out
}

func same(t *testing.T, got [][]string, want ...[]string) {
	t.Helper()
	if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func partOf(name, s string) entry { return entry{name: name, chunk: text(s)} }

// A cell as Excel keeps it, and the text that it is read as. Formats by number:
// 0 General, 1 a date (14), 2 dd/mm/yyyy, 3 a time, 4 scientific, 5 ten zeros,
// 6 money with a quoted d, 7 text, 8 a date with a month's name, 9 date and time.
func TestCellsAsKept(t *testing.T) {
	t.Parallel()
	styles := partOf(stylesPart, `<styleSheet`+mainNS+`><numFmts count="6">`+
		`<numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="h:mm:ss"/>`+
		`<numFmt numFmtId="166" formatCode="0000000000"/><numFmt numFmtId="167" formatCode="#,##0\ &quot;đồng/day&quot;_d"/>`+
		`<numFmt numFmtId="168" formatCode="[Red]mmm\-yy"/></numFmts>`+
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>`+
		`<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="11"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="49"/><xf numFmtId="168"/><xf numFmtId="22"/></cellXfs>`+
		`<dxfs><dxf><numFmt numFmtId="0" formatCode="dd/mm/yyyy"/></dxf></dxfs></styleSheet>`)
	shared := partOf(sharedPart, `<sst`+mainNS+`><si><t xml:space="preserve"> Lê  Hà </t></si>`+
		`<si><r><rPr><b/></rPr><t>Nguyễn </t></r><r><t xml:space="preserve">Văn</t></r><r><t> Xuân</t></r></si>`+
		`<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si><si/><si><t></t></si>`+
		`<si><t>0912345678</t></si><si><t>dòng 1_x000D_&#10;dòng 2 &amp; _x005F_x000D_</t></si><si><t><![CDATA[Lê & Hà]]></t></si></sst>`)
	for name, c := range map[string]struct{ cell, want string }{
		"shared, blanks kept":            {`<c t="s"><v>0</v></c>`, " Lê  Hà "},
		"rich text":                      {`<c t="s"><v>1</v></c>`, "Nguyễn Văn Xuân"},
		"reading aid":                    {`<c t="s"><v>2</v></c>`, "山田"},
		"empty string":                   {`<c t="s"><v>3</v></c>`, ""},
		"empty text":                     {`<c t="s"><v>4</v></c>`, ""},
		"number as text, green corner":   {`<c s="7" t="s"><v>5</v></c>`, "0912345678"},
		"line break, control, escape":    {`<c t="s"><v>6</v></c>`, "dòng 1\r\ndòng 2 & _x000D_"},
		"CDATA":                          {`<c t="s"><v>7</v></c>`, "Lê & Hà"},
		"inline":                         {`<c t="inlineStr"><is><t>Lê Hà</t></is></c>`, "Lê Hà"},
		"inline with runs":               {`<c t="inlineStr"><is><r><t>Lê </t></r><r><rPr/><t>Hà</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>`, "Lê Hà"},
		"a comment between":              {`<c t="inlineStr"><is><t>Lê <!-- họ --> Hà</t></is></c>`, "Lê  Hà"},
		"integer":                        {`<c><v>912345678</v></c>`, "912345678"},
		"integer, shown as 9.12E+08":     {`<c s="4"><v>912345678</v></c>`, "912345678"},
		"double as Java writes it":       {`<c t="n"><v>9.12345678E8</v></c>`, "912345678"},
		"double from a formula":          {`<c><f>A1*2</f><v>912345678.00000012</v></c>`, "912345678"},
		"84 in front, as Java writes it": {`<c><v>8.4912345678E10</v></c>`, "84912345678"},
		"fraction":                       {`<c><v>0.30000000000000004</v></c>`, "0.3"},
		"too large to write out":         {`<c><v>1E+300</v></c>`, "1E+300"},
		"filled up with zeros":           {`<c s="5"><v>912345678</v></c>`, "0912345678"},
		"longer than its zeros":          {`<c s="5"><v>84912345678</v></c>`, "84912345678"},
		"money is no day":                {`<c s="6"><v>40000</v></c>`, "40000"},
		"date":                           {`<c s="1"><v>28564</v></c>`, "1978-03-15"},
		"date of our own format":         {`<c s="2"><v>28564</v></c>`, "1978-03-15"},
		"date with a month's name":       {`<c s="8"><v>28564</v></c>`, "1978-03-15"},
		"date and time":                  {`<c s="9"><v>28564.75</v></c>`, "1978-03-15"},
		"time of day":                    {`<c s="3"><v>0.5</v></c>`, "0.5"},
		"first day":                      {`<c s="1"><v>1</v></c>`, "1900-01-01"},
		"before the leap day of 1900":    {`<c s="1"><v>59</v></c>`, "1900-02-28"},
		"after it":                       {`<c s="1"><v>61</v></c>`, "1900-03-01"},
		"last day":                       {`<c s="1"><v>2958465</v></c>`, "9999-12-31"},
		"phone in a column of dates":     {`<c s="2"><v>912345678</v></c>`, "912345678"},
		"no day before the first":        {`<c s="1"><v>-3</v></c>`, "-3"},
		"text in a column of dates":      {`<c s="1" t="inlineStr"><is><t>15/3/78</t></is></c>`, "15/3/78"},
		"day as ISO 8601":                {`<c s="1" t="d"><v>1978-03-15T00:00:00</v></c>`, "1978-03-15"},
		"a style that is not there":      {`<c s="99"><v>28564</v></c>`, "28564"},
		"true":                           {`<c t="b"><v>1</v></c>`, "TRUE"},
		"false":                          {`<c t="b"><v>0</v></c>`, "FALSE"},
		"error":                          {`<c t="e"><v>#N/A</v></c>`, "#N/A"},
		"formula of text":                {`<c t="str"><f>A1&amp;"x"</f><v>xã Gò Sỏi</v></c>`, "xã Gò Sỏi"},
		"formula of nothing":             {`<c t="str"><f>A1</f><v></v></c>`, ""},
		"formula never computed":         {`<c><f>A1</f></c>`, ""},
		"shared formula":                 {`<c><f t="shared" ref="A1:A9" si="0">B1+1</f><v>7</v></c>`, "7"},
		"shared formula, second cell":    {`<c><f t="shared" si="0"/><v>8</v></c>`, "8"},
		"array formula with an error":    {`<c t="e"><f t="array" ref="A1">1/0</f><v>#DIV/0!</v></c>`, "#DIV/0!"},
		"link to another workbook":       {`<c t="str"><f>VLOOKUP(A4,'[1]Cũ'!A:B,2,0)</f><v>xã Nà Khoang</v></c>`, "xã Nà Khoang"},
		"blanks around a number":         {"<c><v> 7\n</v></c>", "7"},
		"extension inside":               {`<c><v>7</v><extLst><ext><x14:v xmlns:x14="a">9</x14:v></ext></extLst></c>`, "7"},
	} {
		sheet := partOf(sheetPart, sheetBegin+`<row>`+c.cell+`<c><v>1</v></c></row>`+sheetEnd)
		if got := grid(t, with(styles, shared, sheet)...)["Cụm C1"]; len(got) != 1 || len(got[0]) != 2 || got[0][0] != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Workbooks from old Macs count days from 1904.
func TestDatesOf1904(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]string{`date1904="1"`: "1978-03-15", `date1904="true"`: "1978-03-15", `date1904="0"`: "1974-03-14", "": "1974-03-14"} {
		book := partOf(bookPart, `<workbook`+mainNS+`><workbookPr `+system+`/><sheets><sheet name="Cụm C1" r:id="rId1"/></sheets></workbook>`)
		sheet := partOf(sheetPart, sheetBegin+`<row><c s="1"><v>27102</v></c></row>`+sheetEnd)
		same(t, grid(t, with(book, sheet)...)["Cụm C1"], []string{want})
	}
}

// Rows and cells have their places, told or not; what is hidden by a filter is
// there, and a row without cells is no row.
func TestPlacesOfCells(t *testing.T) {
	t.Parallel()
	sheet := partOf(sheetPart, `<worksheet`+mainNS+`><dimension ref="A1:XFD1048576"/><sheetViews><sheetView/></sheetViews>`+
		`<cols><col min="2" max="2" hidden="1"/></cols><sheetData>`+
		`<row><c><v>1</v></c><c/><c><v>3</v></c></row>`+
		`<row r="3" hidden="1"><c r="B3"><v>2</v></c><c><v>3</v></c><c r="AA3" s="1"/></row>`+
		`<row/><row><c r="C5"><v>5</v></c></row>`+
		`</sheetData><autoFilter ref="A1:C5"/></worksheet>`)
	same(t, grid(t, with(sheet)...)["Cụm C1"],
		[]string{"1", "", "3"}, nil, []string{"", "2", "3"}, []string{}, []string{"", "", "5"})
}

// Every program has its own prefixes, and ISO 29500 strict its own namespaces.
func TestPrefixesAndStrict(t *testing.T) {
	t.Parallel()
	const strict = "http://purl.oclc.org/ooxml/"
	got := grid(t,
		partOf(typesPart, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ct:Types xmlns:ct="http://schemas.openxmlformats.org/package/2006/content-types"><ct:Override PartName="/book/b.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></ct:Types>`),
		partOf(topPart, "\ufeff"+`<pr:Relationships xmlns:pr="http://schemas.openxmlformats.org/package/2006/relationships"><pr:Relationship Id="x" Type="`+strict+`officeDocument/relationships/officeDocument" Target="/book/b.xml"/></pr:Relationships>`),
		partOf("book/b.xml", `<x:workbook xmlns:x="`+strict+`spreadsheetml/main" xmlns:d3p1="`+strict+`officeDocument/relationships" conformance="strict"><x:sheets><x:sheet name="Cụm C6" sheetId="1" d3p1:id="R1" xmlns:d3p1="`+strict+`officeDocument/relationships"/></x:sheets></x:workbook>`),
		partOf("book/_rels/b.xml.rels", `<Relationships><Relationship Id="R1" Type="`+strict+`officeDocument/relationships/worksheet" Target="../SHEETS/One.xml"/><Relationship Id="R2" Type="`+strict+`officeDocument/relationships/sharedStrings" Target="s.xml"/></Relationships>`),
		partOf("book/s.xml", `<x:sst xmlns:x="`+strict+`spreadsheetml/main"><x:si><x:t>Moong Thị Quý</x:t></x:si></x:sst>`),
		partOf("sheets/one.xml", `<x:worksheet xmlns:x="`+strict+`spreadsheetml/main"><x:sheetData><x:row r="1" xmlns:r="t"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>xã Nà Khoang</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`),
	)
	same(t, got["Cụm C6"], []string{"Moong Thị Quý", "xã Nà Khoang"})
}

// What is hidden is told; charts have no cells; the order is that of the tabs.
func TestKindsOfSheets(t *testing.T) {
	t.Parallel()
	list := sheetBegin + headRow + person + sheetEnd
	file := zipOf(t, with(
		partOf(bookPart, `<workbook`+mainNS+`><sheets><sheet name="Hai" r:id="b"/><sheet name="Biểu đồ" r:id="c"/><sheet name="Cũ" state="hidden" r:id="h"/>`+
			`<sheet name="Rất kín" state="veryHidden" r:id="v"/><sheet name="Một" state="visible" r:id="a"/></sheets></workbook>`),
		partOf(linksPart, `<Relationships>`+relationship("a", "worksheet", "worksheets/sheet1.xml")+relationship("b", "worksheet", "worksheets/sheet2.xml")+
			relationship("c", "chartsheet", "chartsheets/sheet1.xml")+relationship("h", "worksheet", "worksheets/gone.xml")+relationship("v", "worksheet", "worksheets/gone2.xml")+`</Relationships>`),
		partOf("xl/worksheets/sheet2.xml", list), partOf("xl/chartsheets/sheet1.xml", `<!DOCTYPE never read>`))...)
	r, rows := read(t, file)
	if len(rows) != 2 || rows[0].Sheet != "Hai" || rows[1].Sheet != "Một" {
		t.Errorf("%d rows", len(rows))
	}
	want := []Omission{{Sheet: "Cũ", Why: HiddenSheet}, {Sheet: "Rất kín", Why: HiddenSheet}}
	if got := r.Omissions(); !slices.Equal(got, want) {
		t.Errorf("omissions %v", got)
	}
}

// A merged cell has its value in every row it covers that has a cell of its
// own; of areas over one another the upper one holds.
func TestMergedDown(t *testing.T) {
	t.Parallel()
	cell := func(ref, s string) string { return `<c r="` + ref + `" t="inlineStr"><is><t>` + s + `</t></is></c>` }
	sheet := partOf(sheetPart, sheetBegin+
		`<row r="1">`+cell("A1", "a")+cell("B1", "xã Gò Sỏi")+`</row><row r="2">`+cell("A2", "b")+`</row><row r="3"/>`+
		`<row r="4">`+cell("A4", "c")+`<c r="B4"/></row><row r="5">`+cell("A5", "d")+`</row><row r="6">`+cell("A6", "e")+cell("B6", "own")+`</row>`+
		`</sheetData><mergeCells><mergeCell ref="B1:C4"/><mergeCell ref="B2:B6"/><mergeCell ref="nonsense"/><mergeCell ref="B6:B5"/></mergeCells></worksheet>`)
	same(t, grid(t, with(sheet)...)["Cụm C1"],
		[]string{"a", "xã Gò Sỏi"}, []string{"b", "xã Gò Sỏi"}, []string{}, []string{"c", "xã Gò Sỏi"}, []string{"d"}, []string{"e", "own"})
}

func TestStyleOf(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]style{
		"General": plain, "": plain, "0": plain, "00": 2, "0000": 4, "0.00": plain, "#,##0": plain, "@": plain, "0.00E+00": plain,
		"dd/mm/yyyy": day, "D-MMM": day, "yyyy": day, `[$-1010000]d/m/yyyy;@`: day, "[h]:mm:ss": plain, "mm:ss": plain,
		`0" ngày"`: plain, `0\d`: plain, "0_d": plain, "* d": day, "[Red]0": plain, "[$VND] #,##0": plain, strings.Repeat("0", 31): plain,
	} {
		if got := styleOf(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}

// FuzzScanner: a part that is taken as well-formed is so for encoding/xml, too.
func FuzzScanner(f *testing.F) {
	for _, e := range sound() {
		f.Add(e.begin)
	}
	f.Add(`<a><b></a></b>`)
	f.Add(`<a/><b/>`)
	f.Add(`<x:a xmlns:x="y"><x:b x:c="1"/></x:a>`)
	f.Add(laughs() + `<a>&l9;</a>`)
	f.Add(`<a><![CDATA[<b>]]><!-- </a> --></a>`)
	f.Fuzz(func(t *testing.T, part string) {
		left := 1000
		s := newScanner(strings.NewReader(part), &left)
		var token xml.Token
		var err error
		for err == nil {
			token, err = s.next()
			_ = token
		}
		if err != io.EOF {
			return
		}
		d := xml.NewDecoder(strings.NewReader(part))
		for {
			_, err := d.Token()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatalf("taken, and encoding/xml says: %v", err)
			}
		}
	})
}

// FuzzWorkbook opens whatever bytes follow the mark of a zip file.
func FuzzWorkbook(f *testing.F) {
	f.Add(zipOf(f, with()...))
	f.Add(zipOf(f, with(rowsOf(`<row r="9"><c r="B9" s="1"><v>28564</v></c></row>`, "", 0, ""))...))
	f.Add(office(f))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		openAndRead(t, append([]byte("PK\x03\x04"), file[min(len(file), 4):]...))
	})
}

// FuzzParts puts any text into each part of a workbook.
func FuzzParts(f *testing.F) {
	for i, e := range sound() {
		f.Add(i, e.begin)
	}
	f.Add(4, `<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`)
	f.Add(5, `<styleSheet><numFmts><numFmt numFmtId="9" formatCode="d"/></numFmts><cellXfs><xf numFmtId="9"/></cellXfs></styleSheet>`)
	f.Fuzz(func(t *testing.T, i int, part string) {
		parts := sound()
		parts[int(uint(i)%uint(len(parts)))].chunk = text(part)
		openAndRead(t, zipOf(t, parts...))
	})
}

// fifty is an honest workbook of n people in eight columns, all of it text in
// the table of shared strings, as Excel writes it.
func fifty(n int) []entry {
	var shared, rows strings.Builder
	count := 0
	cell := func(row, column int, s string) {
		fmt.Fprintf(&shared, `<si><t>%s</t></si>`, s)
		fmt.Fprintf(&rows, `<c r="%c%d" s="1" t="s"><v>%d</v></c>`, 'A'+column, row, count)
		count++
	}
	for i := range n + 1 {
		line := []string{"Mã CTV", "Họ và tên", "Giới tính", "Năm sinh", "Điện thoại", "E-mail", "Đơn vị", "Ghi chú"}
		if i > 0 {
			line = []string{fmt.Sprintf("LX-%05d", i), "Nguyễn Thị Xuân", "nữ", fmt.Sprint(1950 + i%50), fmt.Sprintf("030%07d", i),
				fmt.Sprintf("xuan%d@gmail.example", i), "xã Hòa Khuê", fmt.Sprint("tổ ", i%20)}
		}
		fmt.Fprintf(&rows, `<row r="%d" spans="1:8">`, i+1)
		for k, s := range line {
			cell(i+1, k, s)
		}
		rows.WriteString(`</row>`)
	}
	return with(partOf(sharedPart, `<sst`+mainNS+`>`+shared.String()+`</sst>`),
		partOf(stylesPart, `<styleSheet`+mainNS+`><cellXfs><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs></styleSheet>`),
		partOf(sheetPart, sheetBegin+rows.String()+sheetEnd))
}

func TestFiftyThousand(t *testing.T) {
	v := inChild(t, func(w io.Writer) error { return archived(w, fifty(50_000)...) })
	t.Logf("50,000 rows of a workbook: %.2f s, %d MiB", v.Seconds, v.Resident>>20)
	if v.Code != "" || v.Rows != 50_000 {
		t.Errorf("%s %s, %d rows", v.Code, v.Why, v.Rows)
	}
	if v.Resident > maxResident {
		t.Errorf("%d MiB of memory", v.Resident>>20)
	}
}

// BenchmarkRowsXLSX opens a workbook of 10,000 people and reads them: one
// operation is one person.
func BenchmarkRowsXLSX(b *testing.B) {
	const people = 10_000
	file := zipOf(b, fifty(people)...)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		r, err := Open("list", bytes.NewReader(file), int64(len(file)), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for row, err := range r.Rows() {
			if err != nil || row.Rejected() {
				b.Fatal(err, survey.CodeOf(err))
			}
			if n++; n >= b.N {
				break
			}
		}
	}
}
