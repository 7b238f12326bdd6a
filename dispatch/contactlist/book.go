package contactlist

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// textBook writes a workbook of one sheet whose cells are all text, the least that
// Excel and LibreOffice open.
type textBook struct {
	zip *zip.Writer
	out *bufio.Writer // the sheet, which is the last part
}

const (
	bookHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	bookMain  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	bookLinks = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	bookTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

func newBook(w io.Writer) (*textBook, error) {
	b := &textBook{zip: zip.NewWriter(w)}
	for _, part := range [...][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + bookTypes + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + bookTypes + `worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + bookLinks + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + bookLinks + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + bookMain + `" xmlns:r="` + bookLinks + `"><sheets>` +
			`<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`},
	} {
		to, err := b.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(to, bookHead+part[1]); err != nil {
			return nil, err
		}
	}
	to, err := b.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	b.out = bufio.NewWriter(to)
	_, err = b.out.WriteString(bookHead + `<worksheet xmlns="` + bookMain + `"><sheetData>`)
	return b, err
}

// row writes one row. Control characters, which no workbook can have, are left out.
func (b *textBook) row(cells []string) error {
	_, err := b.out.WriteString("<row>")
	for _, cell := range cells {
		cell = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' {
				return -1
			}
			return r
		}, cell)
		_, before := b.out.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
		text := xml.EscapeText(b.out, []byte(cell))
		_, after := b.out.WriteString("</t></is></c>")
		err = errors.Join(err, before, text, after)
	}
	_, end := b.out.WriteString("</row>")
	return errors.Join(err, end)
}

func (b *textBook) close() error {
	_, err := b.out.WriteString("</sheetData></worksheet>")
	return errors.Join(err, b.out.Flush(), b.zip.Close())
}
