package attachment

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"canvass/dispatch/survey"
)

const oleSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// compound tells a document of Word 97 to 2003 from whatever else is kept in a
// compound file ([MS-CFB]): other documents, and programs to install. It is a
// document if its directory names that stream, and taken if it names no macros.
func compound(content []byte) (survey.AttachmentKind, []byte, *survey.Error) {
	names, ok := oleNames(content)
	if !ok {
		return "", nil, refusal(survey.CodeAttachmentBroken)
	}
	if !names["worddocument"] {
		return "", nil, refusal(survey.CodeAttachmentType)
	}
	for _, macro := range [...]string{"macros", "vba", "_vba_project", "_vba_project_cur", "objectpool"} {
		if names[macro] {
			return "", nil, refusal(survey.CodeAttachmentMacro)
		}
	}
	return survey.AttachedDOC, content, nil
}

// oleNames are the names of the directory, in lower case. It follows the chain of
// its sectors, each at most once; of a file of our size the table of sectors has its
// own places in the header.
func oleNames(content []byte) (map[string]bool, bool) {
	if len(content) < 512 {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(content[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	size := 1 << shift
	sector := func(n uint32) []byte {
		if at := (int64(n) + 1) << shift; at+int64(size) <= int64(len(content)) {
			return content[at : at+int64(size)]
		}
		return nil
	}
	follow := func(n uint32) uint32 {
		const none = 0xFFFFFFFE
		of, in := int(n)/(size/4), int(n)%(size/4)
		if of >= 109 {
			return none
		}
		table := sector(binary.LittleEndian.Uint32(content[76+4*of:]))
		if table == nil {
			return none
		}
		return binary.LittleEndian.Uint32(table[4*in:])
	}
	names := map[string]bool{}
	at := binary.LittleEndian.Uint32(content[48:])
	for range len(content)>>shift + 1 {
		s := sector(at)
		if s == nil {
			break
		}
		for ; len(s) >= 128; s = s[128:] {
			names[oleName(s)] = true
		}
		at = follow(at)
	}
	return names, names["root entry"]
}

// oleName is the name of one entry of the directory, in lower case.
func oleName(entry []byte) string {
	length := int(binary.LittleEndian.Uint16(entry[64:]))/2 - 1
	if length <= 0 || length > 31 {
		return ""
	}
	units := make([]uint16, length)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return strings.ToLower(string(utf16.Decode(units)))
}
