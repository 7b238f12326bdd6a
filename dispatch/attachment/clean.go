package attachment

import (
	"bytes"

	"canvass/dispatch/survey"
)

// Clean says what content is and returns it as it may be kept: a photo anew without
// its marks, a document as it is. The error says why it is not taken
// (attachment_type, _heic, _macro, _broken). content itself is not changed.
func Clean(content []byte) (survey.AttachmentKind, []byte, *survey.Error) {
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xD8, 0xFF}):
		return photo(survey.AttachedJPEG, content, cleanJPEG)
	case bytes.HasPrefix(content, []byte(pngSignature)):
		return photo(survey.AttachedPNG, content, cleanPNG)
	case len(content) >= 12 && string(content[:4]) == "RIFF" && string(content[8:12]) == "WEBP":
		return photo(survey.AttachedWebP, content, cleanWebP)
	case len(content) >= 12 && string(content[4:8]) == "ftyp" && isHEIC(string(content[8:12])):
		return "", nil, refusal(survey.CodeAttachmentHEIC)
	case bytes.HasPrefix(content, []byte("%PDF-1.")), bytes.HasPrefix(content, []byte("%PDF-2.")):
		return document(survey.AttachedPDF, content, isPDF(content))
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return archive(content)
	case bytes.HasPrefix(content, []byte(oleSignature)):
		return compound(content)
	}
	return "", nil, refusal(survey.CodeAttachmentType)
}

// photo writes a picture anew.
func photo(k survey.AttachmentKind, content []byte, clean func([]byte) ([]byte, bool)) (survey.AttachmentKind, []byte, *survey.Error) {
	kept, ok := clean(content)
	if !ok {
		return "", nil, refusal(survey.CodeAttachmentBroken)
	}
	return k, kept, nil
}

// document keeps a document as it is.
func document(k survey.AttachmentKind, content []byte, whole bool) (survey.AttachmentKind, []byte, *survey.Error) {
	if !whole {
		return "", nil, refusal(survey.CodeAttachmentBroken)
	}
	return k, content, nil
}

func refusal(code survey.Code) *survey.Error {
	return &survey.Error{Kind: survey.Invalid, Code: code}
}

// isHEIC knows the brands of pictures in the container of ISO 23008-12; a film has
// others, and is no photo at all.
func isHEIC(brand string) bool {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}

// isPDF reports whether the mark of the end stands near the end, as readers demand
// (ISO 32000-1, 7.5.5). A file that was cut off on its way has none.
func isPDF(content []byte) bool {
	return bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF"))
}
