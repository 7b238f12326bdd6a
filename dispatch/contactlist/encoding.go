package contactlist

import (
	"bytes"
	"io"
	"unicode/utf8"

	"canvass/dispatch/survey"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// charset is how the bytes of a CSV file make text.
type charset struct {
	name    string
	mark    int64                        // bytes of the mark at the beginning
	decoder func() transform.Transformer // nil if they are UTF-8
}

// The ways a CSV file is written, as Reader.Encoding names them. A file in
// Windows-1252 holds text of TCVN3 or VNI fonts, which is converted by column.
const (
	utf8Text    = "UTF-8"
	utf16Little = "UTF-16LE"
	utf16Big    = "UTF-16BE"
	ansiText    = "Windows-1258"
	ansiFonts   = "Windows-1252"
)

// Encoding returns how the bytes of a CSV file were read: UTF-8, UTF-16LE,
// UTF-16BE, Windows-1258, or Windows-1252 (text of TCVN3 or VNI fonts). It is
// empty for a workbook, which is Unicode by its format.
func (r *Reader) Encoding() string { return r.encoding }

// text returns the file as UTF-8.
func (c charset) text(r io.ReaderAt, size int64) io.Reader {
	section := io.NewSectionReader(r, c.mark, size-c.mark)
	if c.decoder == nil {
		return section
	}
	return transform.NewReader(section, c.decoder())
}

func utf16(name string, order unicode.Endianness, mark int64) charset {
	return charset{name, mark, func() transform.Transformer { return unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder() }}
}

// detect finds out how a file is written: by its mark, by where UTF-16 has its
// zeros, by whether the whole of it is UTF-8, and at last by which reading
// makes Vietnamese. A file that is UTF-8 but for a few bytes stays so; the
// cells that hold them are refused with their rows.
func detect(r io.ReaderAt, size int64) (charset, error) {
	head, err := readAt(r, 0, sniffed)
	if err != nil {
		return charset{}, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return charset{name: utf8Text, mark: 3}, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16(utf16Little, unicode.LittleEndian, 2), nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16(utf16Big, unicode.BigEndian, 2), nil
	}
	switch high, low := zeros(head); {
	case low > len(head)/6 && high <= len(head)/100:
		return utf16(utf16Little, unicode.LittleEndian, 0), nil
	case high > len(head)/6 && low <= len(head)/100:
		return utf16(utf16Big, unicode.BigEndian, 0), nil
	case low+high > 0:
		return charset{}, format("why", "binary")
	}
	found, err := scan(r, size)
	if err != nil {
		return charset{}, err
	}
	if found.invalid <= found.following {
		return charset{name: utf8Text}, nil
	}
	sample, err := readAt(r, max(0, found.first-sniffed/8), sniffed)
	if err != nil {
		return charset{}, err
	}
	return ansi(sample)
}

// zeros counts the zero bytes at even and odd places: in UTF-16 every second
// byte of ASCII letters is one.
func zeros(head []byte) (even, odd int) {
	for i, b := range head {
		switch {
		case b != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

func readAt(r io.ReaderAt, at int64, n int) ([]byte, error) {
	b := make([]byte, n)
	n, err := r.ReadAt(b, at)
	if err != nil && err != io.EOF {
		return nil, unreadable(err)
	}
	return b[:n], nil
}

// census is what a file has beyond ASCII.
type census struct {
	first     int64 // where the first such byte is
	following int64 // bytes that go on a valid sequence of UTF-8
	invalid   int64 // bytes of no valid sequence
}

// scan reads a whole file once, in pieces. Text has no zero bytes.
func scan(r io.ReaderAt, size int64) (census, error) {
	c := census{first: -1}
	buffer := make([]byte, sniffed)
	for at := int64(0); at < size; {
		n, err := r.ReadAt(buffer, at)
		if err != nil && err != io.EOF {
			return c, unreadable(err)
		}
		piece := buffer[:n]
		if n == 0 {
			break
		}
		if bytes.IndexByte(piece, 0) >= 0 {
			return c, format("why", "binary")
		}
		if at+int64(n) < size {
			piece = piece[:len(piece)-cut(piece)]
		}
		c.count(piece, at)
		at += int64(len(piece))
	}
	return c, nil
}

// cut returns how many bytes at the end of a piece begin a sequence of UTF-8
// that goes on in the next.
func cut(piece []byte) int {
	for k := 1; k < utf8.UTFMax && k < len(piece); k++ {
		if b := piece[len(piece)-k]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(piece[len(piece)-k:]) {
				return k
			}
			return 0
		}
	}
	return 0
}

func (c *census) count(piece []byte, at int64) {
	if c.first < 0 {
		i := 0
		for i < len(piece) && piece[i] < utf8.RuneSelf {
			i++
		}
		if i == len(piece) {
			return
		}
		c.first = at + int64(i)
	}
	if utf8.Valid(piece) {
		c.following += int64(len(piece) - utf8.RuneCount(piece))
		return
	}
	for len(piece) > 0 {
		r, n := utf8.DecodeRune(piece)
		if r == utf8.RuneError && n == 1 {
			c.invalid++
		}
		c.following += int64(n - 1)
		piece = piece[n:]
	}
}

// ansi tells the two ways apart in which eight bits were used for Vietnamese:
// Windows-1258, and Windows-1252 whose characters a font shows as Vietnamese
// (or some cells of which are). It counts which words beyond ASCII each way
// makes Vietnamese; if neither does for three in five, the file is refused.
func ansi(sample []byte) (charset, error) {
	words, windows, fonts, onlyFonts := 0, 0, 0, 0
	for word := range bytes.FieldsFuncSeq(sample, isBetweenWords) {
		if isASCII(string(word)) {
			continue
		}
		words++
		byWindows, byFonts := isWindows1258(word), isOfFonts(latin1(word))
		switch {
		case byWindows:
			windows++
		case byFonts:
			onlyFonts++
		}
		if byFonts {
			fonts++
		}
	}
	const enough = 3.0 / 5
	switch floor := int(enough * float64(words)); {
	case windows > 0 && windows >= floor && onlyFonts <= windows/20:
		return charset{name: ansiText, decoder: func() transform.Transformer {
			return transform.Chain(charmap.Windows1258.NewDecoder(), norm.NFC)
		}}, nil
	case fonts > 0 && windows+onlyFonts >= floor:
		return charset{name: ansiFonts, decoder: func() transform.Transformer { return octets{} }}, nil
	}
	return charset{}, invalid(survey.CodeLegacyEncoding, "encoding", "unknown")
}

// isBetweenWords reports whether r parts words: all of ASCII but letters does.
func isBetweenWords(r rune) bool {
	return r < utf8.RuneSelf && (r|0x20 < 'a' || r|0x20 > 'z')
}

func isWindows1258(word []byte) bool {
	text := make([]rune, len(word))
	for i, b := range word {
		if text[i] = charmap.Windows1258.DecodeByte(b); text[i] == utf8.RuneError {
			return false
		}
	}
	return isVietnamese(norm.NFC.String(string(text)))
}

// latin1 reads bytes as Windows-1252.
func latin1(word []byte) string {
	text := make([]rune, len(word))
	for i, b := range word {
		text[i] = character(b)
	}
	return string(text)
}

// character is what a byte is in Windows-1252. The five that it lacks are
// control characters, as Windows has it.
func character(b byte) rune {
	if r := charmap.Windows1252.DecodeByte(b); r != utf8.RuneError {
		return r
	}
	return rune(b)
}

// octet is the byte of a character in Windows-1252.
func octet(r rune) (byte, bool) {
	if b, ok := charmap.Windows1252.EncodeRune(r); ok {
		return b, true
	}
	return byte(r), r >= 0x80 && r < 0xa0
}

// octets decodes Windows-1252 without loss.
type octets struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (octets) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	for _, b := range src {
		r := character(b)
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc++
	}
	return nDst, nSrc, nil
}

func isOfFonts(word string) bool {
	for f := range fontCount {
		if text, ok := f.read(word); ok && f != windows1258 && isVietnamese(text) {
			return true
		}
	}
	return false
}
