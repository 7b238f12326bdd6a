package survey

import (
	"regexp"
	"slices"
	"strconv"
)

// AttachmentKind is what an attached file is, by its content. What its name or its
// sender says of it is not believed.
type AttachmentKind string

// The kinds of files that are taken. Photos lose what they say of place, time and
// device before they are kept; documents are kept as they came.
const (
	AttachedJPEG AttachmentKind = "jpeg"
	AttachedPNG  AttachmentKind = "png"
	AttachedWebP AttachmentKind = "webp"
	AttachedPDF  AttachmentKind = "pdf"
	AttachedDOCX AttachmentKind = "docx"
	AttachedXLSX AttachmentKind = "xlsx"
	AttachedODT  AttachmentKind = "odt"
	AttachedODS  AttachmentKind = "ods"
	AttachedDOC  AttachmentKind = "doc"
)

// AttachmentKinds lists the kinds, photos first.
func AttachmentKinds() []AttachmentKind {
	return []AttachmentKind{AttachedJPEG, AttachedPNG, AttachedWebP, AttachedPDF, AttachedDOCX, AttachedXLSX, AttachedODT,
		AttachedODS, AttachedDOC}
}

// Photo reports whether the kind is one of pictures; the others are documents.
func (k AttachmentKind) Photo() bool {
	return k == AttachedJPEG || k == AttachedPNG || k == AttachedWebP
}

// Class is what a question accepts the kind as.
func (k AttachmentKind) Class() AttachmentClass {
	if k.Photo() {
		return AcceptPhoto
	}
	return AcceptDocument
}

// Extension is how the name of such a file ends, with the dot.
func (k AttachmentKind) Extension() string {
	if k == AttachedJPEG {
		return ".jpg"
	}
	return "." + string(k)
}

// AttachmentClass is what a question may accept.
type AttachmentClass string

// The classes.
const (
	AcceptPhoto    AttachmentClass = "photo"
	AcceptDocument AttachmentClass = "document"
)

// Limits of attachments. What a question allows is at most this.
const (
	MaxAttachment  = 5 << 20  // bytes of one file
	MaxAttachments = 3        // files of one question
	MaxAttached    = 30 << 20 // bytes of all files of one response
)

// AttachmentID names one attached file: its kind, its size and a random key, as in
// jpeg-2123456-k3v9c2m7q4x8ap6w. It is what the answer holds, so that a page or a
// table can tell of the file without reading it. It says nothing about the person,
// and no file name.
type AttachmentID string

var attachmentForm = regexp.MustCompile(`^([a-z]{1,8})-([1-9][0-9]{0,7})-([a-z2-7]{16})$`)

// NewAttachmentID names a file of that kind and size. key is 16 characters of
// lower-case base32, from a source that cannot be guessed.
func NewAttachmentID(k AttachmentKind, size int, key string) AttachmentID {
	return AttachmentID(string(k) + "-" + strconv.Itoa(size) + "-" + key)
}

// Read returns the kind and the size in bytes that the id names; false if it is no
// id of a file that is taken.
func (id AttachmentID) Read() (k AttachmentKind, size int, ok bool) {
	m := attachmentForm.FindStringSubmatch(string(id))
	if m == nil {
		return "", 0, false
	}
	k = AttachmentKind(m[1])
	size, err := strconv.Atoi(m[2])
	return k, size, err == nil && size <= MaxAttachment && slices.Contains(AttachmentKinds(), k)
}
