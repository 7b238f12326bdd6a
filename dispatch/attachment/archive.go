package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"canvass/dispatch/survey"
)

// mostMembers is how many members a document has at most; what has more is none.
const mostMembers = 4096

// archive tells the documents that are archives from all other archives, by the
// members that make them one: Office Open XML (ECMA-376, part 2) and OpenDocument
// (ODF 1.3, part 2). Nothing but a name of a few letters is unpacked.
func archive(content []byte) (survey.AttachmentKind, []byte, *survey.Error) {
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", nil, refusal(survey.CodeAttachmentBroken)
	}
	if len(r.File) == 0 || len(r.File) > mostMembers || r.Comment != "" || !endsHere(content) {
		return "", nil, refusal(survey.CodeAttachmentType)
	}
	members := map[string]bool{}
	for _, f := range r.File {
		if strings.Contains(f.Name, `\`) || strings.HasPrefix(f.Name, "/") || strings.Contains(f.Name, "..") {
			return "", nil, refusal(survey.CodeAttachmentType)
		}
		if holdsMacro(f.Name) {
			return "", nil, refusal(survey.CodeAttachmentMacro)
		}
		members[f.Name] = true
	}
	kind := openDocument(r.File[0])
	switch {
	case kind != "" && members["content.xml"]:
	case members["[Content_Types].xml"] && members["word/document.xml"]:
		kind = survey.AttachedDOCX
	case members["[Content_Types].xml"] && members["xl/workbook.xml"]:
		kind = survey.AttachedXLSX
	default:
		return "", nil, refusal(survey.CodeAttachmentType)
	}
	return kind, content, nil
}

// endsHere reports whether nothing stands behind the record that ends an archive.
// The library looks for it up to 64 KiB before the end.
func endsHere(content []byte) bool {
	const record = 22
	return len(content) >= record && bytes.HasPrefix(content[len(content)-record:], []byte("PK\x05\x06"))
}

// holdsMacro reports whether a member is a program that a document would run.
func holdsMacro(name string) bool {
	low := strings.ToLower(name)
	return strings.HasSuffix(low, "vbaproject.bin") || strings.HasPrefix(low, "basic/") || strings.HasPrefix(low, "scripts/") ||
		strings.Contains(low, "/macrosheets/") || strings.Contains(low, "/activex/") || strings.Contains(low, "/embeddings/oleobject")
}

// openDocument is the kind that the first member of an OpenDocument names, in plain;
// "" for any other.
func openDocument(first *zip.File) survey.AttachmentKind {
	if first.Name != "mimetype" || first.Method != zip.Store || first.UncompressedSize64 > 100 {
		return ""
	}
	r, err := first.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	said, err := io.ReadAll(io.LimitReader(r, 100))
	if err != nil {
		return ""
	}
	switch string(said) {
	case "application/vnd.oasis.opendocument.text":
		return survey.AttachedODT
	case "application/vnd.oasis.opendocument.spreadsheet":
		return survey.AttachedODS
	}
	return ""
}
