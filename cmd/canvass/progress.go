package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"canvass/dispatch/survey/view"
)

// progressBar shows how far an import is, on one line of a terminal. Where
// there is no terminal it says nothing.
type progressBar struct {
	app   *app
	to    io.Writer // nil: nobody watches
	file  *watchedFile
	shown time.Time
	wide  int
}

func newProgressBar(a *app, file *watchedFile) *progressBar {
	b := &progressBar{app: a, file: file}
	if f, ok := a.errs.(*os.File); ok && !a.json {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			b.to = f
		}
	}
	return b
}

// tell shows p, at most ten times a second.
func (b *progressBar) tell(p view.ImportProgress) {
	if b.to == nil || p.Done > 0 && time.Since(b.shown) < time.Second/10 {
		return
	}
	b.shown = time.Now()
	a := b.app
	switch p.Phase {
	case view.ImportReading:
		b.line(b.file.share(), fmt.Sprintf(a.t("Đang đọc: %d dòng", "Reading: %d rows"), p.Done))
	case view.ImportChecking:
		b.line(1, a.t("Đang xem ai dùng chung số, trùng tên", "Looking for shared addresses and names"))
	}
}

func (b *progressBar) line(share float64, text string) {
	const wide = 24
	full := int(share * wide)
	line := strings.Repeat("█", full) + strings.Repeat("░", wide-full) + " " + text
	wider := utf8.RuneCountInString(line) // bytes are more: they would fill the next line too
	fmt.Fprintf(b.to, "\r%s%s", line, strings.Repeat(" ", max(0, b.wide-wider)))
	b.wide = wider
}

// end clears the line.
func (b *progressBar) end() {
	if b.to != nil && b.wide > 0 {
		fmt.Fprintf(b.to, "\r%s\r", strings.Repeat(" ", b.wide))
	}
}

// watchedFile is a file that knows how far it was read.
type watchedFile struct {
	*os.File
	size int64
	far  atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (w *watchedFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.File.ReadAt(p, off)
	w.far.Store(off + int64(n))
	return n, err
}

// share is the part that was read, 0 to 1.
func (w *watchedFile) share() float64 { return min(1, float64(w.far.Load())/float64(max(w.size, 1))) }
