package contactlist

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/templates"
)

// Every hostile file is opened, and read to its end where it opens, by a
// process of its own, whose peak memory is counted. Nothing large is committed
// or held: a bomb is one packed block, written as often as it takes.

// maxResident is the memory that reading any file may take, in bytes.
const maxResident = 512 << 20

// chunk is a part of a file: begin, then body n times, then end.
type chunk struct {
	begin, body string
	n           int
	end         string
}

func text(s string) chunk { return chunk{begin: s} }

func (c chunk) size() int { return len(c.begin) + c.n*len(c.body) + len(c.end) }

// unpacked writes the part as it is.
func (c chunk) unpacked(w io.Writer) error {
	if _, err := io.WriteString(w, c.begin); err != nil {
		return err
	}
	block, blocks, rest := c.blocks()
	for range blocks {
		if _, err := w.Write(block); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, strings.Repeat(c.body, rest)+c.end)
	return err
}

// blocks cuts the repetitions into blocks of some MiB and what is left over.
func (c chunk) blocks() (block []byte, blocks, rest int) {
	if c.n == 0 || c.body == "" {
		return nil, 0, 0
	}
	per := max(1, 1<<20/len(c.body))
	return bytes.Repeat([]byte(c.body), per), c.n / per, c.n % per
}

// packed is the part as DEFLATE has it. A block that is packed by itself may
// follow itself any number of times.
func (c chunk) packed(w io.Writer) (int64, error) {
	deflate := func(p []byte, last bool) []byte {
		var out bytes.Buffer
		f, err := flate.NewWriter(&out, flate.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant
		}
		f.Write(p) // a buffer takes everything
		if last {
			f.Close()
		} else {
			f.Flush()
		}
		return out.Bytes()
	}
	block, blocks, rest := c.blocks()
	pieces := [][]byte{deflate([]byte(c.begin), false)}
	if blocks > 0 {
		pieces = append(pieces, slices.Repeat([][]byte{deflate(block, false)}, blocks)...)
	}
	pieces = append(pieces, deflate([]byte(strings.Repeat(c.body, rest)+c.end), true))
	var n int64
	for _, p := range pieces {
		k, err := w.Write(p)
		if n += int64(k); err != nil {
			return n, err
		}
	}
	return n, nil
}

// entry is one part of a zip file.
type entry struct {
	name string
	chunk
	declared uint64 // size that the directory tells; 0 for the true one
}

// archived writes a zip file of entries. There are no check sums: a bomb has
// none that is right.
func archived(w io.Writer, entries ...entry) error {
	z := zip.NewWriter(w)
	for _, e := range entries {
		var body bytes.Buffer
		n, method, err := int64(e.size()), zip.Store, error(nil)
		if e.size() < 4<<10 {
			err = e.unpacked(&body)
		} else {
			method = zip.Deflate
			n, err = e.packed(&body)
		}
		if err != nil {
			return err
		}
		p, err := z.CreateRaw(&zip.FileHeader{Name: e.name, Method: method,
			CompressedSize64: uint64(n), UncompressedSize64: cmp.Or(e.declared, uint64(e.size()))})
		if err != nil {
			return err
		}
		if _, err := p.Write(body.Bytes()); err != nil {
			return err
		}
	}
	return z.Close()
}

const (
	mainNS = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relNS  = ` xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relURL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

	typesPart  = "[Content_Types].xml"
	topPart    = "_rels/.rels"
	bookPart   = "xl/workbook.xml"
	linksPart  = "xl/_rels/workbook.xml.rels"
	sheetPart  = "xl/worksheets/sheet1.xml"
	sharedPart = "xl/sharedStrings.xml"
	stylesPart = "xl/styles.xml"

	sheetBegin = `<worksheet` + mainNS + `><sheetData>`
	sheetEnd   = `</sheetData></worksheet>`
	// headRow and person make a list of one.
	headRow = `<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="inlineStr"><is><t>SĐT</t></is></c></row>`
	person  = `<row r="2"><c r="A2" t="inlineStr"><is><t>Lê Hà</t></is></c><c r="B2" t="inlineStr"><is><t>0912345678</t></is></c></row>`
)

func relationship(id, kind, target string) string {
	return `<Relationship Id="` + id + `" Type="` + relURL + kind + `" Target="` + target + `"/>`
}

// sound are the parts of a workbook with one sheet of one person.
func sound() []entry {
	return []entry{
		{name: typesPart, chunk: text(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`)},
		{name: topPart, chunk: text(`<Relationships` + relNS + `>` + relationship("rId1", "officeDocument", "xl/workbook.xml") + `</Relationships>`)},
		{name: bookPart, chunk: text(`<workbook` + mainNS + `><sheets><sheet name="Cụm C1" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
		{name: linksPart, chunk: text(`<Relationships` + relNS + `>` + relationship("rId1", "worksheet", "worksheets/sheet1.xml") +
			relationship("rId2", "sharedStrings", "sharedStrings.xml") + relationship("rId3", "styles", "styles.xml") + `</Relationships>`)},
		{name: sharedPart, chunk: text(`<sst` + mainNS + `><si><t>0373456789</t></si></sst>`)},
		{name: stylesPart, chunk: text(`<styleSheet` + mainNS + `><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`)},
		{name: sheetPart, chunk: text(sheetBegin + headRow + person + sheetEnd)},
	}
}

// with replaces parts of a sound workbook, and adds those it has not.
func with(changes ...entry) []entry {
	out := sound()
	for _, c := range changes {
		if i := slices.IndexFunc(out, func(e entry) bool { return e.name == c.name }); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}

// rowsOf puts rows under the header.
func rowsOf(begin, body string, n int, end string) entry {
	return entry{name: sheetPart, chunk: chunk{sheetBegin + headRow + begin, body, n, end + sheetEnd}}
}

// patched changes the bytes of a finished file.
func patched(change func([]byte) []byte, entries ...entry) func(io.Writer) error {
	return func(w io.Writer) error {
		var file bytes.Buffer
		if err := archived(&file, entries...); err != nil {
			return err
		}
		_, err := w.Write(change(file.Bytes()))
		return err
	}
}

// central returns where the directory's entry for a name begins.
func central(file []byte, name string) int {
	for at := 0; ; {
		i := bytes.Index(file[at:], []byte("PK\x01\x02"))
		if i < 0 {
			panic("no entry " + name)
		}
		if at += i; bytes.HasPrefix(file[at+46:], []byte(name)) {
			return at
		}
		at += 4
	}
}

// laughs is a DTD whose one entity unpacks to 10⁹ words.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE a [<!ENTITY l0 "ha">`)
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return b.String() + `]>`
}

// hostile is one file that somebody may send.
type hostile struct {
	write func(io.Writer) error
	// why is that of file_format, or another code; empty if the file is read
	why  string
	rows int // people that are read
}

func book(why string, rows int, entries ...entry) hostile {
	return hostile{func(w io.Writer) error { return archived(w, entries...) }, why, rows}
}

func csvOf(why string, rows int, c chunk) hostile { return hostile{c.unpacked, why, rows} }

// hostiles are the files. website is the address of a server that nobody may
// call.
func hostiles(website string) map[string]hostile {
	all := map[string]hostile{}
	for _, more := range []map[string]hostile{bombs(), cells(), amplifiers(), structures(website), texts()} {
		for name, h := range more {
			all[name] = h
		}
	}
	return all
}

func bombs() map[string]hostile {
	const xml10GB = 10_000
	spaces := strings.Repeat(" ", 1<<20)
	inner := func(w io.Writer) error {
		return archived(w, entry{name: "a.xml", chunk: chunk{body: spaces, n: xml10GB}})
	}
	var nested bytes.Buffer
	if err := inner(&nested); err != nil {
		panic(err) // a buffer takes everything
	}
	many := with()
	for i := range 100_000 {
		many = append(many, entry{name: fmt.Sprintf("xl/media/%d.png", i)})
	}
	one := make([]byte, 47) // a directory entry of one letter
	copy(one, "PK\x01\x02")
	one[28] = 1
	return map[string]hostile{
		"bomb: 10 GB, declared":             book("unpacks_too_large", 0, with(entry{name: sheetPart, chunk: chunk{sheetBegin, spaces, xml10GB, sheetEnd}})...),
		"bomb: 10 GB, declared as 1000 B":   book("damaged", 0, with(entry{name: sheetPart, chunk: chunk{sheetBegin, spaces, xml10GB, sheetEnd}, declared: 1000})...),
		"bomb: 1 TB declared, little in it": book("unpacks_too_large", 0, with(entry{name: bookPart, chunk: text("<workbook/>"), declared: 1 << 40})...),
		"bomb: sizes that overflow":         book("unpacks_too_large", 0, with(entry{name: "a", declared: 1<<64 - 1}, entry{name: "b", declared: 1<<64 - 1})...),
		"bomb: many parts make 10 GB":       book("unpacks_too_large", 0, with(entry{name: "a", chunk: chunk{body: spaces, n: 100}}, entry{name: "b", chunk: chunk{body: spaces, n: 100}})...),
		"nested: a bomb as attachment":      book("", 1, with(entry{name: "xl/embeddings/a.zip", chunk: text(nested.String())})...),
		"nested: a zip in a zip":            book("not_a_workbook", 0, entry{name: "a.zip", chunk: text(nested.String())}),
		"100,000 entries":                   book("too_many_parts", 0, many...),
		"1,300,000 entries, directory only": {func(w io.Writer) error {
			const n = 1_300_000
			end := make([]byte, 22)
			copy(end, "PK\x05\x06")
			binary.LittleEndian.PutUint16(end[8:], n%65536)
			binary.LittleEndian.PutUint16(end[10:], n%65536)
			binary.LittleEndian.PutUint32(end[12:], uint32(n*len(one)))
			binary.LittleEndian.PutUint32(end[16:], 4)
			return chunk{"PK\x03\x04", string(one), n, string(end)}.unpacked(w)
		}, "too_many_parts", 0},
		"overlapping entries": {patched(func(f []byte) []byte {
			a, b := central(f, sheetPart), central(f, sharedPart)
			copy(f[b+42:b+46], f[a+42:a+46])
			return f
		}, with()...), "damaged", 0},
		"an entry that holds the whole file": {patched(func(f []byte) []byte {
			at := central(f, sheetPart)
			binary.LittleEndian.PutUint16(f[at+10:], zip.Store)
			binary.LittleEndian.PutUint32(f[at+20:], uint32(len(f)))
			binary.LittleEndian.PutUint32(f[at+24:], uint32(len(f)))
			binary.LittleEndian.PutUint32(f[at+42:], 0)
			return f
		}, with()...), "damaged", 0},
		"a larger file than any list": {func(w io.Writer) error {
			return chunk{"PK\x03\x04", spaces, 80, ""}.unpacked(w)
		}, "too_large", 0},
	}
}

// cells are texts, rows and columns without end.
func cells() map[string]hostile {
	const mb = 200 // of text in one cell
	letters := strings.Repeat("x", 1<<20)
	runs := strings.Repeat("<r><t>"+strings.Repeat("x", 50_000)+"</t></r>", 20)
	in := func(begin, body string, n int, end string) entry {
		return rowsOf(`<row r="2"><c r="A2" t="inlineStr"><is>`+begin, body, n, end+`</is></c></row>`)
	}
	shared := func(begin, body string, n int, end string) entry {
		return entry{name: sharedPart, chunk: chunk{`<sst` + mainNS + `>` + begin, body, n, end + `</sst>`}}
	}
	return map[string]hostile{
		"200 MB: inline string":           book("unpacks_too_large", 0, with(in("<t>", letters, mb, "</t>"))...),
		"180 MB: inline string":           book("cell_too_long", 0, with(in("<t>", letters, 180, "</t>"))...),
		"180 MB: inline string of runs":   book("cell_too_long", 0, with(in("", runs, 180, ""))...),
		"180 MB: shared string":           book("cell_too_long", 0, with(shared("<si><t>", letters, 180, "</t></si>"))...),
		"180 MB: shared string of runs":   book("cell_too_long", 0, with(shared("<si>", runs, 180, "</si>"))...),
		"180 MB: attribute":               book("cell_too_long", 0, with(rowsOf(`<row a="`, letters, 180, `"/>`))...),
		"180 MB: attributes":              book("cell_too_long", 0, with(rowsOf(`<row `, ` a="b"`, 30<<20, `/>`))...),
		"180 MB: comment":                 book("cell_too_long", 0, with(rowsOf(`<!-- `, strings.Repeat("<", 1<<20), 180, `-->`))...),
		"180 MB: CDATA":                   book("cell_too_long", 0, with(in("<t><![CDATA[", strings.Repeat("<", 1<<20), 180, "]]></t>"))...),
		"180 MB: sheet's name":            book("cell_too_long", 0, with(entry{name: bookPart, chunk: chunk{`<workbook` + mainNS + `><sheets><sheet name="`, letters, 180, `" r:id="rId1"/></sheets></workbook>`}})...),
		"180 MB: format code":             book("cell_too_long", 0, with(entry{name: stylesPart, chunk: chunk{`<styleSheet` + mainNS + `><numFmts><numFmt formatCode="`, letters, 180, `"/></numFmts></styleSheet>`}})...),
		"180 MB of text in small cells":   book("too_large", 0, with(shared("", "<si><t>"+strings.Repeat("x", 50_000)+"</t></si>", 3600, ""))...),
		"100,000 columns":                 book("too_many_columns", 0, with(entry{name: sheetPart, chunk: chunk{sheetBegin + `<row>`, `<c t="inlineStr"><is><t>x</t></is></c>`, 100_000, `</row>` + sheetEnd}})...),
		"10,000,000 cells without values": book("too_large", 0, with(rowsOf(`<row r="2"><c t="inlineStr"><is><t>Lê Hà</t></is></c>`, `<c/>`, 10_000_000, `</row>`))...),
		"100 rows coloured to column XFD": book("", 100, with(rowsOf("", `<row><c t="inlineStr"><is><t>Lê Hà</t></is></c>`+strings.Repeat(`<c s="1"/>`, 16_383)+`</row>`, 100, ""))...),
		"a value in column XFD":           book("too_many_columns", 0, with(rowsOf(`<row r="2"><c r="XFD2"><v>1</v></c></row>`, "", 0, ""))...),
		"a column of 100 letters":         book("damaged", 0, with(rowsOf(`<row r="2"><c r="`+strings.Repeat("Z", 100)+`2"><v>1</v></c></row>`, "", 0, ""))...),
		"10,000,000 empty rows":           book("too_large", 0, with(rowsOf("", `<row/>`, 10_000_000, ""))...),
		"1,048,576 empty rows":            book("", 0, with(rowsOf("", `<row/>`, maxLines-1, ""))...),
		"one cell in row 1,048,576":       book("", 1, with(rowsOf(strings.NewReplacer(`r="2"`, `r="1048576"`, "A2", "A1048576", "B2", "B1048576").Replace(person), "", 0, ""))...),
		"row 1,048,577":                   book("too_large", 0, with(rowsOf(`<row r="1048577"><c><v>1</v></c></row>`, "", 0, ""))...),
		"row 9 and then row 8":            book("damaged", 0, with(rowsOf(`<row r="9"/><row r="8"/>`, "", 0, ""))...),
		"the dimension of a whole sheet":  book("", 1, with(entry{name: sheetPart, chunk: text(strings.Replace(sheetBegin, "<sheetData>", `<dimension ref="A1:XFD1048576"/><sheetData>`, 1) + headRow + person + sheetEnd)})...),
		"5,000,000 shared strings":        book("too_large", 0, with(shared("", `<si><t>Lê Hà</t></si>`, 5_000_000, ""))...),
		"65,000 formats": book("", 1, with(entry{name: stylesPart, chunk: chunk{`<styleSheet` + mainNS + `><numFmts>` + formats(65_000) + `</numFmts><cellXfs>`,
			`<xf numFmtId="200"/>`, 65_000, `</cellXfs></styleSheet>`}})...),
		"1,000,000 merged cells": book("too_many_merged", 0, with(entry{name: sheetPart, chunk: chunk{sheetBegin + headRow + person + `</sheetData><mergeCells>`,
			`<mergeCell ref="A2:B9"/>`, 1_000_000, `</mergeCells></worksheet>`}})...),
		"10,000,000 nested elements": book("damaged", 0, with(rowsOf("", `<a>`, 10_000_000, ""))...),
		"20,000,000 elements":        book("too_large", 0, with(rowsOf("<row>", `<a/>`, 20_000_000, "</row>"))...),
	}
}

func formats(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<numFmt numFmtId="%d" formatCode="0.%d"/>`, 164+i, i)
	}
	return b.String()
}

// amplifiers are small, and give a great deal to read.
func amplifiers() map[string]hostile {
	long := strings.Repeat("x ", 50_000)
	shared := entry{name: sharedPart, chunk: text(`<sst` + mainNS + `><si><t>` + long + `</t></si></sst>`)}
	wide := func(name string) string {
		var b strings.Builder
		b.WriteString(sheetBegin + strings.TrimSuffix(headRow, "</row>"))
		for i := range maxColumns - 2 {
			fmt.Fprintf(&b, `<c t="inlineStr"><is><t>%s cột %d</t></is></c>`, name, i)
		}
		return b.String() + `</row>` + person + sheetEnd
	}
	// sheets is a workbook of n sheets.
	sheets := func(n int, sheet func(i int) chunk) []entry {
		var names, links strings.Builder
		parts := with()
		for i := range n {
			part := fmt.Sprintf("worksheets/s%d.xml", i)
			fmt.Fprintf(&names, `<sheet name="Xã %d" r:id="s%d"/>`, i, i)
			links.WriteString(relationship(fmt.Sprintf("s%d", i), "worksheet", part))
			parts = append(parts, entry{name: "xl/" + part, chunk: sheet(i)})
		}
		parts[2].chunk = text(`<workbook` + mainNS + `><sheets>` + names.String() + `</sheets></workbook>`)
		parts[3].chunk = text(`<Relationships` + relNS + `>` + links.String() + `</Relationships>`)
		return parts
	}
	label := `<c t="inlineStr"><is><t>Mã số thuế của cơ quan</t></is></c>`

	var areas strings.Builder
	for i := range 90_000 {
		fmt.Fprintf(&areas, `<mergeCell ref="C%d:C1048576"/>`, i%1000+2)
	}
	down := `</sheetData><mergeCells><mergeCell ref="C2:C1048576"/></mergeCells></worksheet>`
	return map[string]hostile{
		"100 kB of text in 1,000,000 cells":     book("unpacks_too_large", 0, with(shared, rowsOf("", `<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>`, 500_000, ""))...),
		"100 kB of text in 1000 cells of a row": book("cell_too_long", 0, with(shared, rowsOf("<row>", `<c t="s"><v>0</v></c>`, 1000, "</row>"))...),
		"100 kB of text merged down 300,000 rows": book("unpacks_too_large", 0, with(shared, entry{name: sheetPart, chunk: chunk{sheetBegin + headRow +
			`<row r="2"><c t="inlineStr"><is><t>Lê Hà</t></is></c><c/><c t="s"><v>0</v></c></row>`, `<row><c t="inlineStr"><is><t>Lê Hà</t></is></c></row>`, 300_000, down}})...),
		"100 kB of text in every name":  book("", 950, with(shared, rowsOf("", `<row><c t="s"><v>0</v></c></row>`, 950, ""))...),
		"100 kB of text in every phone": book("", 950, with(shared, rowsOf("", `<row><c t="inlineStr"><is><t>Lê Hà</t></is></c><c t="s"><v>0</v></c></row>`, 950, ""))...),
		"90,000 titles over one header": book("", 1, with(entry{name: sheetPart, chunk: chunk{sheetBegin + `<row r="99999"><c t="inlineStr"><is><t>Vợ/chồng</t></is></c></row>` +
			strings.NewReplacer(`r="1"`, `r="100000"`, `r="2"`, `r="100001"`, "A1", "A100000", "B1", "B100000", "A2", "A100001", "B2", "B100001").Replace(headRow+person) +
			`</sheetData><mergeCells>`, `<mergeCell ref="A99999:ALL99999"/>`, 90_000, `</mergeCells></worksheet>`}})...),
		"90,000 areas over one another": book("", 300_000, with(entry{name: sheetPart, chunk: chunk{sheetBegin + headRow,
			`<row><c t="inlineStr"><is><t>Lê Hà</t></is></c></row>`, 300_000, `</sheetData><mergeCells>` + areas.String() + `</mergeCells></worksheet>`}})...),
		"200 sheets, 200,000 columns in all": book("too_many_columns", 0, sheets(200, func(i int) chunk { return text(wide(strconv.Itoa(i))) })...),
		"255 sheets of labels without a list": book("too_many_columns", 0, sheets(255, func(int) chunk {
			return chunk{sheetBegin, `<row>` + strings.Repeat(label, 260) + `</row>`, 19, sheetEnd}
		})...),
		"4000 sheets":                    book("too_many_sheets", 0, sheets(4000, func(int) chunk { return text(sheetBegin + headRow + person + sheetEnd) })...),
		"1000 wide rows of styled cells": book("", 1, with(rowsOf(strings.TrimSuffix(person, "</row>"), `<c s="1"/>`, 16_382, `</row>`))...),
	}
}

// structures are workbooks whose parts do not fit together, or hold what we
// never touch.
func structures(website string) map[string]hostile {
	types := func(kind string) entry {
		return entry{name: typesPart, chunk: text(`<Types><Override PartName="/xl/workbook.xml" ContentType="` + kind + `"/></Types>`)}
	}
	links := func(s string) entry {
		return entry{name: linksPart, chunk: text(`<Relationships` + relNS + `>` + s + `</Relationships>`)}
	}
	sheets := func(s string) entry {
		return entry{name: bookPart, chunk: text(`<workbook` + mainNS + `><sheets>` + s + `</sheets></workbook>`)}
	}
	without := func(name string) []entry {
		return slices.DeleteFunc(with(), func(e entry) bool { return e.name == name })
	}
	sheet := relationship("rId1", "worksheet", "worksheets/sheet1.xml")
	outside := `<Relationship Id="rId9" Type="` + relURL + `externalLink" Target="` + website + `" TargetMode="External"/>`
	all := map[string]hostile{
		"external links are not followed": book("", 1, with(links(sheet+outside+relationship("rId8", "externalLink", "externalLinks/externalLink1.xml")),
			entry{name: "xl/externalLinks/externalLink1.xml", chunk: text("<!DOCTYPE not looked at")},
			entry{name: "xl/externalLinks/_rels/externalLink1.xml.rels", chunk: text(`<Relationships` + relNS + `>` + outside + `</Relationships>`)},
			rowsOf(`<row><c t="inlineStr"><is><t>Lê Hà</t></is></c><c t="str"><f>WEBSERVICE("`+website+`")</f><v>0912345678</v></c></row>`, "", 0, ""))...),
		"a sheet outside of the file":  book("damaged", 0, with(links(strings.Replace(outside, "externalLink", "worksheet", 1)), sheets(`<sheet name="a" r:id="rId9"/>`))...),
		"macros":                       book("macros", 0, with(entry{name: "xl/vbaProject.bin", chunk: text("x")})...),
		"macros, other letters":        book("macros", 0, with(entry{name: `xl\VBAPROJECT.BIN`, chunk: text("x")})...),
		"macros that are not there":    book("", 1, with(types("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), rowsOf(`<row><c t="inlineStr"><is><t>Lê Hà</t></is></c></row>`, "", 0, ""))...),
		"macros by type":               book("macros", 0, with(entry{name: typesPart, chunk: text(`<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/other.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>`)}, entry{name: "xl/other.bin", chunk: text("x")})...),
		"macros by relationship":       book("macros", 0, with(links(sheet+`<Relationship Id="rId7" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="other.bin"/>`), entry{name: "xl/other.bin", chunk: text("x")})...),
		"macros of Excel 4":            book("macros", 0, with(links(`<Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" Target="macrosheets/sheet1.xml"/>`))...),
		"a text":                       book("not_a_workbook", 0, with(types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"))...),
		"a binary workbook":            book("not_a_workbook", 0, with(types("application/vnd.ms-excel.sheet.binary.main"))...),
		"an OpenDocument":              book("not_a_workbook", 0, entry{name: "mimetype", chunk: text("application/vnd.oasis.opendocument.spreadsheet")}, entry{name: "content.xml", chunk: text("<a/>")}),
		"no types":                     book("not_a_workbook", 0, without(typesPart)...),
		"no relationships":             book("not_a_workbook", 0, without(topPart)...),
		"no relationships of sheets":   book("damaged", 0, without(linksPart)...),
		"no sheet":                     book("damaged", 0, without(sheetPart)...),
		"no shared strings":            book("damaged", 0, without(sharedPart)...),
		"no workbook":                  book("damaged", 0, without(bookPart)...),
		"a sheet that is the workbook": book("damaged", 0, with(links(relationship("rId1", "worksheet", "workbook.xml")))...),
		"relationships of themselves":  book("damaged", 0, with(links(relationship("rId1", "worksheet", "_rels/workbook.xml.rels")))...),
		"a workbook that is a sheet":   book("damaged", 0, with(entry{name: topPart, chunk: text(`<Relationships>` + relationship("a", "officeDocument", sheetPart) + `</Relationships>`)})...),
		"one part for two sheets":      book("damaged", 0, with(sheets(`<sheet name="a" r:id="rId1"/><sheet name="b" r:id="rId1"/>`))...),
		"one name for two sheets":      book("damaged", 0, with(links(sheet+relationship("rId2", "worksheet", "b.xml")), entry{name: "xl/b.xml", chunk: text(sheetBegin + sheetEnd)}, sheets(`<sheet name="a" r:id="rId1"/><sheet name="A" r:id="rId2"/>`))...),
		"a sheet without a name":       book("damaged", 0, with(sheets(`<sheet name="" r:id="rId1"/>`))...),
		"two tables of strings":        book("damaged", 0, with(links(sheet+relationship("rId2", "sharedStrings", "sharedStrings.xml")+relationship("rId3", "sharedStrings", "b.xml")), entry{name: "xl/b.xml", chunk: text(`<sst/>`)})...),
		"no such shared string":        book("damaged", 0, with(rowsOf(`<row><c t="s"><v>1</v></c></row>`, "", 0, ""))...),
		"cells in two places":          book("damaged", 0, with(rowsOf(`</sheetData><sheetData>`, "", 0, ""))...),
		"two parts of one name":        book("damaged", 0, with(entry{name: "XL/Worksheets/SHEET1.xml", chunk: text(sheetBegin + sheetEnd)})...),
		"cut off":                      book("damaged", 0, with(entry{name: sheetPart, chunk: text(sheetBegin + headRow + person)})...),
		"wrong tags":                   book("damaged", 0, with(rowsOf(`<row><c></row></c>`, "", 0, ""))...),
		"two roots":                    book("damaged", 0, with(entry{name: sheetPart, chunk: text(sheetBegin + headRow + person + sheetEnd + sheetBegin + sheetEnd)})...),
		"an empty part":                book("damaged", 0, with(entry{name: sheetPart})...),
		"UTF-16 inside":                book("damaged", 0, with(entry{name: sheetPart, chunk: text(`<?xml version="1.0" encoding="UTF-16"?>` + sheetBegin + headRow + person + sheetEnd)})...),
		"a password on the zip": {patched(func(f []byte) []byte {
			f[central(f, sheetPart)+8] |= 1
			return f
		}, with()...), "encrypted", 0},
		"a method nobody knows": {patched(func(f []byte) []byte {
			f[central(f, sheetPart)+10] = 99
			return f
		}, with()...), "damaged", 0},
		"a wrong check sum": {patched(func(f []byte) []byte {
			f[central(f, sheetPart)+16] = 1
			return f
		}, with()...), "damaged", 0},
		"half of the file": {patched(func(f []byte) []byte { return f[:len(f)/2] }, with()...), "damaged", 0},
	}
	for _, e := range sound() {
		root := strings.TrimSuffix(strings.Fields(e.begin)[0][1:], ">")
		all["entities in "+e.name] = book("dtd", 0, with(entry{name: e.name, chunk: text(laughs() + `<` + root + `>&l9;</` + root + `>`)})...)
	}
	return all
}

// texts are CSV files, and what is none.
func texts() map[string]hostile {
	const head = "Họ tên,SĐT\n"
	people := strings.Repeat("Lê Hà,0912345678\n", 5000)
	utf16 := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			b.WriteByte(byte(r))
			b.WriteByte(byte(r >> 8))
		}
		return b.String()
	}
	return map[string]hostile{
		"CSV: 300 MB in one line":              csvOf("cell_too_long", 0, chunk{body: "x", n: 300 << 20}),
		"CSV: 300 MB in one line, commas":      csvOf("cell_too_long", 0, chunk{body: "x,", n: 150 << 20}),
		"CSV: 300 MB in one line of a list":    csvOf("cell_too_long", -1, chunk{head + people, "x", 300 << 20, ""}),
		"CSV: 200 MB, a quote never closed":    csvOf("cell_too_long", -1, chunk{head + people + `Lê Hà,"`, "x", 200 << 20, ""}),
		"CSV: a quote never closed over lines": csvOf("cell_too_long", -1, chunk{head + people + `Lê Hà,"`, "x\n", 100 << 20, ""}),
		"CSV: 100,000 columns":                 csvOf("cell_too_long", 0, chunk{"Họ tên,SĐT", ",a", 100_000, "\nLê Hà,0912345678\n"}),
		"CSV: 20,000 columns in the head":      csvOf("too_many_columns", 0, chunk{"Họ tên,SĐT", ",a", 20_000, "\nLê Hà,0912345678\n"}),
		"CSV: 100,000 columns in a row":        csvOf("too_many_columns", -1, chunk{head + people + "Lê Hà", ",a", 100_000, "\n"}),
		"CSV: 1,000,000 empty columns":         csvOf("", 5001, chunk{head + people + "Lê Hà,0912345678", ",", 1_000_000, "\n"}),
		"CSV: 50,000,000 empty lines":          csvOf("header_missing", 0, chunk{body: "\n", n: 50_000_000}),
		"CSV: a head and 50,000,000 lines":     csvOf("cell_too_long", 0, chunk{head, "\n", 50_000_000, "Lê Hà,0912345678\n"}),
		"CSV: 10,000,000 lines of a comma":     csvOf("", 1, chunk{head, ",\n", 10_000_000, "Lê Hà,0912345678\n"}),
		"CSV: NUL bytes":                       csvOf("binary", 0, chunk{head, "\x00", 1000, "\n"}),
		"CSV: NUL bytes far down":              csvOf("binary", -1, chunk{head + people, "\x00,\x00\n", 1000, ""}),
		"CSV: UTF-16, 300 MB in one line":      csvOf("cell_too_long", 0, chunk{"\xff\xfe", utf16("x"), 150 << 20, ""}),
		"a picture":                            csvOf("binary", 0, chunk{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "\x00\x01\xff", 1000, ""}),
		"an empty file":                        csvOf("empty", 0, chunk{}),
		"a web page":                           csvOf("html", 0, text("<html><head><meta charset=utf-8></head><body><table><tr><td>Họ tên</td><td>SĐT</td></tr><tr><td>Lê Hà</td><td>0912345678</td></tr></table>")),
		"a web page that begins later":         csvOf("html", 0, text("\ufeff\r\n <!DOCTYPE html>\n<table><tr><td>Họ tên</td></tr></table>")),
		"a workbook as one XML":                csvOf("html", 0, text(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`)),
		"an old workbook, or a password":       csvOf("xls", 0, chunk{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\x00", 1000, ""}),
		"a zip of one comment":                 csvOf("binary", 0, chunk{"PK\x05\x06", "\x00", 18, ""}),
	}
}

// verdict is what the process that read a file found.
type verdict struct {
	Code, Why, VI, EN string
	Rows              int
	Seconds           float64
	Resident          int // peak, in bytes; 0 where the system does not tell
}

const hostileFile = "CANVASS_TEST_HOSTILE_FILE"

// TestReadInChild is no test of its own: TestHostileFiles starts it.
func TestReadInChild(t *testing.T) {
	name := os.Getenv(hostileFile)
	if name == "" {
		t.Skip("only in a process of its own")
	}
	start := time.Now()
	rows, err := readAll(name)
	v := verdict{Rows: rows, Seconds: time.Since(start).Seconds(), Resident: peak()}
	if err != nil {
		e, ok := err.(*survey.Error)
		if !ok {
			t.Fatalf("an error without code: %v", err)
		}
		v.Code, v.Why = string(e.Code), e.Args["why"]
		v.VI, _ = templates.Words(v.Code, "vi", e.Args)
		v.EN, _ = templates.Words(v.Code, "en", e.Args)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name+".verdict", out, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readAll(name string) (rows int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	r, err := Open("list", f, info.Size(), Options{})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for _, err := range r.Rows() {
		if err != nil {
			return rows, err
		}
		rows++
	}
	return rows, nil
}

// peak is the most memory that this process ever held, in bytes.
func peak() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(after + " 0")[0])
	if err != nil {
		return 0
	}
	return kb << 10
}

// inChild reads a file in a process of its own. The deadline only keeps a
// reader that hangs from hanging the tests.
func inChild(t *testing.T, write func(io.Writer) error) verdict {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestReadInChild$")
	child.Env = append(os.Environ(), hostileFile+"="+name)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var v verdict
	out, err := os.ReadFile(name + ".verdict")
	if err == nil {
		err = json.Unmarshal(out, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHostileFiles(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{}, 1)
	go func() {
		if c, err := server.Accept(); err == nil {
			c.Close()
			called <- struct{}{}
		}
	}()
	files := hostiles("http://" + server.Addr().String() + "/")
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			h := files[name]
			v := inChild(t, h.write)
			t.Logf("%-45s %-20s %7d rows %6.2f s %4d MiB", name, cmp.Or(v.Why, v.Code, "read"), v.Rows, v.Seconds, v.Resident>>20)
			if got := cmp.Or(v.Why, v.Code); got != h.why {
				t.Errorf("got %q, want %q", got, h.why)
			}
			if v.Rows != h.rows && h.rows >= 0 {
				t.Errorf("%d people, want %d", v.Rows, h.rows)
			}
			if v.Resident > maxResident {
				t.Errorf("%d MiB of memory", v.Resident>>20)
			}
			for _, words := range []string{v.VI, v.EN} {
				if v.Code != "" && (words == "" || v.Why != "" && strings.Contains(words, ": "+v.Why+".")) {
					t.Errorf("no words for %s %q: %q", v.Code, v.Why, words)
				}
			}
		})
	}
	server.Close()
	select {
	case <-called:
		t.Error("a link was followed")
	default:
	}
}
