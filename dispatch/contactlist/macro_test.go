package contactlist

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch/survey"
)

// excelize saves "with macros" by declaring a type for macros that no part has. That is
// a list like any other; the same workbook with a real macro in it is refused.
func TestADeclaredMacroThatIsNotThere(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "Họ và tên", "B1": "Điện thoại", "A2": "Lê Thị Hà", "B2": "0310000001"} {
		if err := f.SetCellValue("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	f.Path = "danh-sach.xlsm"
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, b.Bytes()); err != nil {
		t.Errorf("a declared macro that is not there: %v", err)
	}
	_, err := open(t, zipped(t, b.Bytes(), map[string]string{"xl/vbaProject.bin": "x"}))
	if survey.CodeOf(err) != survey.CodeFileFormat {
		t.Errorf("a real macro: %v", err)
	}
}
