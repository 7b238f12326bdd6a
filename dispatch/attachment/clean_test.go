package attachment

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf16"

	"canvass/dispatch/survey"
)

// secret is what must not be kept: no place, no name.
const secret = "CHO NAY 10.77,106.70"

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for x := range 24 {
		m.Set(x, x%16, color.RGBA{uint8(10 * x), 90, 200, 255})
	}
	return m
}

func plainJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func segment(marker byte, body string) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
	return append(out, body...)
}

// exif is what a telephone writes: how to turn it among other things.
func exif(orientation byte, order string) string {
	if order == "II" {
		return "II\x2a\x00\x08\x00\x00\x00\x02\x00" + "\x0f\x01\x02\x00\x14\x00\x00\x00\x26\x00\x00\x00" +
			"\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) + "\x00\x00\x00" + "\x00\x00\x00\x00" + secret
	}
	return "MM\x00\x2a\x00\x00\x00\x08\x00\x02" + "\x01\x0f\x00\x02\x00\x00\x00\x14\x00\x00\x00\x26" +
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00" + "\x00\x00\x00\x00" + secret
}

// marked is a JPEG with segments behind its start, and more behind its end.
func marked(t testing.TB, after string, segments ...[]byte) []byte {
	t.Helper()
	plain := plainJPEG(t)
	out := append([]byte{}, plain[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(append(out, plain[2:]...), after...)
}

func pngWith(t testing.TB, chunks ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	const head = 8 + 25 // the signature and IHDR
	out := append([]byte{}, plain[:head]...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, plain[head:]...)
}

// webp is a container with chunks, given as name and data.
func webp(chunks ...string) []byte {
	var list []byte
	for i := 0; i+1 < len(chunks); i += 2 {
		list = appendChunk(list, chunks[i], []byte(chunks[i+1]))
	}
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(list)+4))
	return append(append(out, "WEBP"...), list...)
}

func zipped(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: members[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ole is a compound file whose directory has these names.
func ole(names ...string) []byte {
	b := make([]byte, 512*4)
	copy(b, oleSignature)
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // the directory is sector 1
	binary.LittleEndian.PutUint32(b[76:], 0) // its table sector 0
	for i := 4; i < 512; i += 4 {
		binary.LittleEndian.PutUint32(b[76+i:], 0xFFFFFFFF)
	}
	binary.LittleEndian.PutUint32(b[512+4:], 2) // goes on in sector 2
	binary.LittleEndian.PutUint32(b[512+8:], 0xFFFFFFFE)
	for i, name := range names {
		at := b[1024+128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(at[2*j:], u)
		}
		binary.LittleEndian.PutUint16(at[64:], uint16(2*len(name)+2))
	}
	return b
}

func docx(t testing.TB, more ...string) []byte {
	return zipped(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w/>"}, more...)...)
}

func TestWhatAFileIs(t *testing.T) {
	t.Parallel()
	odt := "application/vnd.oasis.opendocument.text"
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"jpeg":                   {plainJPEG(t), "jpeg"},
		"jpeg cut off":           {plainJPEG(t)[:len(plainJPEG(t))-40], "jpeg"},
		"jpeg of a head":         {[]byte{0xFF, 0xD8, 0xFF, 0xD9}, "attachment_broken"},
		"jpeg without a scan":    {append([]byte{0xFF, 0xD8}, segment(0xC0, "\x08\x00\x10\x00\x10\x01\x01\x11\x00")...), "attachment_broken"},
		"jpeg with a wild size":  {append([]byte{0xFF, 0xD8, 0xFF, 0xE0, 0xFF}, 0xFF), "attachment_broken"},
		"png":                    {pngWith(t), "png"},
		"png with a wrong sum":   {bytes.Replace(pngWith(t), []byte("IHDR\x00"), []byte("IHDR\x01"), 1), "attachment_broken"},
		"png cut off":            {pngWith(t)[:60], "attachment_broken"},
		"webp":                   {webp("VP8L", "picture"), "webp"},
		"webp of nothing":        {webp("VP8X", "0123456789"), "attachment_broken"},
		"webp longer than it is": {append(webp("VP8L", "picture")[:12], 'x'), "attachment_broken"},
		"heic":                   {[]byte("\x00\x00\x00\x18ftypheic0000mif1"), "attachment_heic"},
		"film":                   {[]byte("\x00\x00\x00\x18ftypmp42000000000"), "attachment_type"},
		"pdf":                    {[]byte("%PDF-1.7\n1 0 obj\n%%EOF\n"), "pdf"},
		"pdf cut off":            {[]byte("%PDF-1.7\n1 0 obj\n"), "attachment_broken"},
		"pdf behind something":   {[]byte("<html>%PDF-1.7\n%%EOF"), "attachment_type"},
		"docx":                   {docx(t), "docx"},
		"docx with a chart":      {docx(t, "word/embeddings/Microsoft_Excel_Sheet1.xlsx", "x"), "docx"},
		"docm":                   {docx(t, "word/vbaProject.bin", "x"), "attachment_macro"},
		"docx with an object":    {docx(t, "word/embeddings/oleObject1.bin", "x"), "attachment_macro"},
		"docx and more":          {append(docx(t), "more"...), "attachment_type"},
		"docx that climbs":       {docx(t, "../x", "x"), "attachment_type"},
		"xlsx":                   {zipped(t, "[Content_Types].xml", "", "xl/workbook.xml", ""), "xlsx"},
		"odt":                    {zipped(t, "mimetype", odt, "content.xml", ""), "odt"},
		"odt with a macro":       {zipped(t, "mimetype", odt, "content.xml", "", "Basic/Standard/x.xml", ""), "attachment_macro"},
		"ods":                    {zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", ""), "ods"},
		"odp":                    {zipped(t, "mimetype", "application/vnd.oasis.opendocument.presentation", "content.xml", ""), "attachment_type"},
		"zip":                    {zipped(t, "a.exe", "MZ"), "attachment_type"},
		"empty zip":              {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "attachment_type"},
		"broken zip":             {[]byte("PK\x03\x04 and nothing"), "attachment_broken"},
		"doc":                    {ole("Root Entry", "WordDocument"), "doc"},
		"doc by a long way":      {ole("Root Entry", "a", "b", "c", "1Table", "WordDocument"), "doc"},
		"doc with macros":        {ole("Root Entry", "WordDocument", "Macros"), "attachment_macro"},
		"xls":                    {ole("Root Entry", "Workbook"), "attachment_type"},
		"msi":                    {ole("Root Entry", "Binary.x"), "attachment_type"},
		"broken doc":             {[]byte(oleSignature + "short"), "attachment_broken"},
		"exe":                    {[]byte("MZ\x90\x00"), "attachment_type"},
		"html":                   {[]byte("<html><script>"), "attachment_type"},
		"svg":                    {[]byte("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), "attachment_type"},
		"gif":                    {[]byte("GIF89a"), "attachment_type"},
		"nothing":                {nil, "attachment_type"},
	} {
		before := bytes.Clone(c.content)
		kind, kept, err := Clean(c.content)
		got := string(kind)
		if err != nil {
			got = string(err.Code)
		}
		if got != c.want || (err == nil) != (len(kept) > 0) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if !bytes.Equal(before, c.content) {
			t.Errorf("%s: what came was changed", name)
		}
	}
}

// What a photo says of place, time and device goes, wherever it stands, and the
// picture stays as it was.
func TestPhotosLoseWhatTheySay(t *testing.T) {
	t.Parallel()
	zip := string(zipped(t, "run.exe", secret))
	said := [][]byte{segment(0xE1, "Exif\x00\x00"+exif(6, "II")), segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
		segment(0xED, "Photoshop 3.0\x00"+secret), segment(0xFE, secret), segment(0xE2, "MPF\x00"+secret), segment(0xE5, secret),
		segment(0xE2, "ICC_PROFILE\x00\x01\x01colours")}
	for name, content := range map[string][]byte{
		"jpeg": marked(t, "\xFF\xD9"+zip, said...),
		"png": append(pngWith(t, pngChunk("eXIf", []byte(exif(6, "MM"))), pngChunk("tEXt", []byte("GPS\x00"+secret)), pngChunk("iTXt", []byte(secret)),
			pngChunk("tIME", []byte("1234567")), pngChunk("prVt", []byte(secret)), pngChunk("gAMA", []byte{0, 0, 0xb1, 0x8f})), zip...),
		"webp": append(webp("VP8X", "\x0c\x00\x00\x00\x17\x00\x00\x0f\x00\x00", "VP8L", "odd", "EXIF", exif(6, "MM"), "XMP ", secret, "junk", secret,
			"ANMF", "0123456789012345VP8L\x02\x00\x00\x00ppmeta\x02\x00\x00\x00CH"), zip...),
	} {
		kind, kept, err := Clean(content)
		if err != nil || string(kind) != name {
			t.Fatalf("%s: %s %v", name, kind, err)
		}
		for _, gone := range []string{secret, "Photoshop", "PK\x03\x04", "MPF", "tIME", "tEXt", "XMP", "meta", "\x01\x0f"} {
			if bytes.Contains(kept, []byte(gone)) {
				t.Errorf("%s still has %q", name, gone)
			}
		}
		if !bytes.Contains(kept, turned(6)) {
			t.Errorf("%s forgot how it is turned", name)
		}
		again, twice, err := Clean(kept)
		if err != nil || again != kind || !bytes.Equal(twice, kept) {
			t.Errorf("%s: cleaned again it is another: %v", name, err)
		}
	}
	_, kept, _ := Clean(marked(t, "", said...))
	if !bytes.Contains(kept, []byte("ICC_PROFILE")) {
		t.Error("the colours went, too")
	}
	same(t, kept, plainJPEG(t))
	_, kept, _ = Clean(pngWith(t, pngChunk("tEXt", []byte(secret))))
	same(t, kept, pngWith(t))
}

// same holds two files to show the same picture.
func same(t *testing.T, a, b []byte) {
	t.Helper()
	x, _, err1 := image.Decode(bytes.NewReader(a))
	y, _, err2 := image.Decode(bytes.NewReader(b))
	if err1 != nil || err2 != nil || x.Bounds() != y.Bounds() {
		t.Fatalf("%v %v", err1, err2)
	}
	for i := range x.Bounds().Dx() * x.Bounds().Dy() {
		if at := image.Pt(i%x.Bounds().Dx(), i/x.Bounds().Dx()); x.At(at.X, at.Y) != y.At(at.X, at.Y) {
			t.Fatalf("another colour at %v", at)
		}
	}
}

func TestOrientation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tiff string
		want uint16
	}{
		{exif(6, "II"), 6}, {exif(8, "MM"), 8}, {exif(1, "II"), 1}, {exif(9, "II"), 1}, {exif(0, "MM"), 1}, {"", 1}, {"II", 1}, {"XX\x2a\x00\x08\x00\x00\x00\x00\x00", 1},
		{"II\x2a\x00\xff\xff\xff\xff\x00\x00", 1}, {"MM\x00\x2a\x00\x00\x00\x08\xff\xff", 1}, {exif(6, "II")[:20], 1}, {string(turned(3)), 3},
	} {
		if got := orientation([]byte(c.tiff)); got != c.want {
			t.Errorf("%q: %d, want %d", c.tiff, got, c.want)
		}
	}
}

// Whatever the bytes are: what is kept is no longer than a little more, is of the
// same kind when looked at again, and a photo has none of the marks.
func FuzzClean(f *testing.F) {
	f.Add(marked(f, "x", segment(0xE1, "Exif\x00\x00"+exif(6, "II")), segment(0xFE, secret)))
	f.Add(pngWith(f, pngChunk("eXIf", []byte(exif(6, "MM"))), pngChunk("tEXt", []byte(secret))))
	f.Add(webp("VP8X", "\x0c\x00\x00\x00\x17\x00\x00\x0f\x00\x00", "VP8L", "odd", "EXIF", exif(6, "MM"), "XMP ", secret))
	f.Add(docx(f))
	f.Add(zipped(f, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", ""))
	f.Add(ole("Root Entry", "WordDocument"))
	f.Add([]byte("%PDF-1.4\n%%EOF"))
	f.Add([]byte("\xFF\xD8\xFF\xFF\xFF\xDA\x00\x02\xFF\x00\xFF\xD0"))
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, kept, err := Clean(content)
		if err != nil {
			if kept != nil || kind != "" {
				t.Error("refused and kept")
			}
			return
		}
		if len(kept) > len(content)+64 {
			t.Errorf("%d bytes of %d", len(kept), len(content))
		}
		again, twice, err := Clean(kept)
		if err != nil || again != kind || !bytes.Equal(twice, kept) {
			t.Errorf("%s becomes %s: %v", kind, again, err)
		}
		if kind == survey.AttachedPNG && bytes.Contains(kept, []byte("tEXt"+secret)) {
			t.Error("a text was kept")
		}
	})
}
