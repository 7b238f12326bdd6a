package intake_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// picked is a photo on the telephone.
func picked(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func attachFile(file string) step {
	return chromedp.SetUploadFiles(chromedp.CSS(`input[type="file"]`), []string{file})
}

// A photo is attached on the narrowest telephone, without scripts: chosen, sent with
// the page, seen again, and taken away.
func TestAttachingAPhotoWithoutScripts(t *testing.T) {
	p := newPlace(t, reportForm)
	srv := httptest.NewServer(p.pages)
	t.Cleanup(srv.Close)
	h := &hand{place: p, t: t, ctx: browser(t, false), shots: t.ArtifactDir()}
	h.goes("start", chromedp.Navigate(srv.URL+p.form))
	h.goes("viec", button("begin"))
	h.goes("anh", tick("viec", "1"), button("next"))
	h.goes("anh-asked", chromedp.Navigate(srv.URL+p.form+"?q=anh"))
	if got := ask(h, chromedp.Text(chromedp.CSS("body"))); strings.Contains(got, "Đã nhận các tệp") {
		t.Errorf("tells of files that are not there: %s", got)
	}
	says(h, "Ảnh nơi ấy?", "Nơi chụp và giờ chụp ghi trong ảnh được xóa trước khi lưu", "Chọn hoặc chụp ảnh")
	h.goes("anh-refused", attachFile(picked(t, "anh.jpg", []byte("MZ\x90\x00 program"))), button("next"))
	says(h, "Không nhận loại tệp này. Xin chọn ảnh JPEG, PNG hoặc WebP.")
	h.goes("tep", attachFile(picked(t, "anh.jpg", photo(t, 3))), button("next"))
	says(h, "Tệp báo cáo?")
	h.goes("anh-kept", button("back"))
	says(h, "Ảnh JPEG, 1 KB", "Bỏ dấu ở tệp nào thì tệp ấy được gỡ")
	if p.files() != 1 {
		t.Errorf("%d files", p.files())
	}
	id := strings.TrimPrefix(strings.Fields(p.answers())[0], "anh=")
	h.goes("tep-again", tick("anh", id), button("next"))
	if p.files() != 0 {
		t.Errorf("unticked and kept: %s", p.answers())
	}
}

// bigPhoto is one of a telephone that lies on its side: more than a page takes, with a
// mark in the corner that is the upper left one for who holds it upright.
func bigPhoto(t *testing.T) []byte {
	t.Helper()
	lot := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, 2600, 1300))
	for i := range m.Pix {
		m.Pix[i] = uint8(lot.Uint32() | 128)
	}
	draw.Draw(m, image.Rect(0, 1000, 300, 1300), image.Black, image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	// Exif: one field, orientation 6, to be turned a quarter to the right.
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	segment := append([]byte{0xFF, 0xE1, 0, byte(len(exif) + 2)}, exif...)
	return append(append([]byte{0xFF, 0xD8}, segment...), b.Bytes()[2:]...)
}

// With the script a photo that is too large for the form is made smaller on the
// telephone, and stands upright.
func TestABigPhotoIsMadeSmallerOnTheTelephone(t *testing.T) {
	p := newPlace(t, reportForm)
	h, _, url := phoneOn(t, p)
	h.goes("start", chromedp.Navigate(url+p.form))
	h.goes("first", button("begin"))
	h.does(tick("viec", "1"))
	h.tells("Đã lưu.")
	h.goes("anh", chromedp.Navigate(url+p.form+"?q=anh"))
	photo := bigPhoto(t)
	if len(photo) < 1<<20 {
		t.Fatalf("the photo has %d bytes, and would be taken as it is", len(photo))
	}
	h.does(attachFile(picked(t, "1.jpg", photo)))
	h.comes("the photo is there", func() bool { return p.files() == 1 })
	got, err := jpeg.Decode(strings.NewReader(p.db.Text(`SELECT content FROM attachment`)))
	if err != nil {
		t.Fatal(err)
	}
	if size := got.Bounds().Size(); size != image.Pt(1024, 2048) {
		t.Errorf("stored with %v points", size)
	}
	dark := func(x, y int) bool { r, _, _, _ := got.At(x, y).RGBA(); return r < 0x4000 }
	if !dark(20, 20) || dark(20, 2020) || dark(1000, 20) || dark(1000, 2020) {
		t.Error("the photo does not stand upright")
	}
}

// With the script a file goes off as it is chosen, waits out a lost connection, and
// a press waits for it.
func TestAFileWaitsOutALostConnection(t *testing.T) {
	p := newPlace(t, reportForm)
	h, line, url := phoneOn(t, p)
	h.goes("start", chromedp.Navigate(url+p.form))
	h.goes("first", button("begin"))
	h.does(tick("viec", "1"))
	h.tells("Đã lưu.")
	p.holds("viec=1")
	h.goes("anh", chromedp.Navigate(url+p.form+"?q=anh"))
	state := func(want string) {
		t.Helper()
		h.comes("the file's line says "+want, func() bool {
			return strings.Contains(ask(h, chromedp.Evaluate[string](`[...document.querySelectorAll(".say[role=status]")].map(e => e.textContent).join()`)), want)
		})
	}
	h.does(attachFile(picked(t, "1.jpg", photo(t, 1))))
	state("Đã nhận tệp")
	h.look("sent")
	says(h, "Ảnh JPEG, 1 KB", "Đã nhận các tệp dưới đây")
	if p.files() != 1 {
		t.Errorf("%d files", p.files())
	}
	line.down.Store(true)
	h.does(attachFile(picked(t, "2.jpg", photo(t, 2))))
	state("đang chờ mạng")
	h.does(button("next"))
	h.look("waiting")
	line.down.Store(false)
	// It may try again by itself at any moment, so that the page may change at any.
	_, _ = chromedp.Run(h.ctx, script(`window.dispatchEvent(new Event("online"))`))
	h.comes("the press goes on", func() bool {
		got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		return err == nil && strings.Contains(got, "Tệp báo cáo?")
	})
	if p.files() != 2 || strings.Count(p.answers(), "jpeg-") != 2 {
		t.Errorf("%d files, %s", p.files(), p.answers())
	}
	// A second choice of the same photo is nothing new, a refused one says why.
	h.goes("anh-again", chromedp.Navigate(url+p.form+"?q=tep"))
	h.does(attachFile(picked(t, "bao-cao.pdf", []byte("MZ\x90\x00"))))
	state("Không nhận loại tệp này")
	h.look("refused")
}
