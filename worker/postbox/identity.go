package postbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
)

// letter is a mail that was read to its end.
type letter struct {
	kept []byte   // its beginning
	sum  [32]byte // of what makes it the same mail, the recipient apart
}

// readMail reads a mail to its end and keeps the first most bytes. An error means
// that it did not end.
func readMail(r io.Reader, most int64) (letter, error) {
	var kept bytes.Buffer
	if _, err := io.Copy(&kept, io.LimitReader(r, most)); err != nil {
		return letter{}, err
	}
	m := letter{kept: kept.Bytes()}
	head, body := cutHeader(m.kept)
	h := sha256.New()
	for _, name := range []string{"message-id", "date", "from", "subject"} {
		part(h, fieldOf(head, name))
	}
	h.Write(body)
	if _, err := io.Copy(h, r); err != nil {
		return letter{}, err
	}
	h.Sum(m.sum[:0])
	return m, nil
}

// identity is under which the inbox knows the mail, for ever: the recipient, who
// wrote what and when, and the whole text. The lines that mail servers add on the
// way (Received, Delivered-To, Return-Path) say nothing: a mail brought again after
// a lost answer may have others.
func (m letter) identity(recipient string) string {
	h := sha256.New()
	part(h, []byte(strings.ToLower(recipient)))
	h.Write(m.sum[:])
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// part writes b with its length, so that no two rows of parts are alike.
func part(w io.Writer, b []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(b)))
	_, _ = w.Write(n[:]) // a hash takes everything
	_, _ = w.Write(b)
}

// cutHeader parts the header from the text, at the first empty line.
func cutHeader(mail []byte) (head, body []byte) {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(mail, []byte(end)); i >= 0 {
			return mail[:i], mail[i:]
		}
	}
	return mail, nil
}

// fieldOf is the first line of a header that has this name, in lower case, without
// the lines that continue it.
func fieldOf(head []byte, name string) []byte {
	for line := range bytes.Lines(head) {
		key, value, found := bytes.Cut(line, []byte(":"))
		if found && strings.EqualFold(string(bytes.TrimSpace(key)), name) {
			return bytes.TrimSpace(value)
		}
	}
	return nil
}
