package twiliosim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"
)

// maxDepth is how deep elements of a document may nest.
const maxDepth = 16

// verb is one element of a TwiML document.
type verb struct {
	name     string
	attrs    map[string]string
	text     string // character data of the element and all below it, in order
	children []verb
}

// attr returns an attribute, or otherwise if it is absent. An empty attribute is
// present: finishOnKey="" means something.
func (v verb) attr(name, otherwise string) string {
	if value, ok := v.attrs[name]; ok {
		return value
	}
	return otherwise
}

// number returns an attribute as a whole number from low up, or otherwise.
func (v verb) number(name string, otherwise, low int) int {
	if n, err := strconv.Atoi(v.attr(name, "")); err == nil && n >= low {
		return n
	}
	return otherwise
}

// seconds returns an attribute of whole seconds, at most an hour.
func (v verb) seconds(name string, otherwise int) time.Duration {
	return time.Duration(min(v.number(name, otherwise, 0), 3600)) * time.Second
}

// isTrue reports whether an attribute is "true".
func (v verb) isTrue(name string) bool { return strings.EqualFold(v.attr(name, ""), "true") }

// spoken is the text of an element with its white space in order.
func (v verb) spoken() string { return strings.Join(strings.Fields(v.text), " ") }

// documentOf reads the answer of a webhook: 12300 if it is not XML by type, 12100
// if not by content, 12200 if its root is not Response.
func documentOf(a answer) ([]verb, *hookError) {
	mediaType, _, _ := mime.ParseMediaType(a.contentType)
	switch mediaType {
	case "text/xml", "application/xml", "application/xhtml+xml", "text/html":
	default:
		return nil, &hookError{12300, "content type is not XML"}
	}
	return parseTwiML(a.body)
}

// parseTwiML reads a document: 12100 if it is not well-formed or nests too deep,
// 12200 if its root is not Response.
func parseTwiML(body []byte) ([]verb, *hookError) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	root, err := readRoot(decoder)
	if err != nil {
		return nil, &hookError{12100, "document is not well-formed XML"}
	}
	if root.name != "Response" {
		return nil, &hookError{12200, "root element is not Response"}
	}
	return root.children, nil
}

var errDocument = errors.New("not one element")

// readRoot reads the only top element of a document, and its end.
func readRoot(decoder *xml.Decoder) (verb, error) {
	var root *verb
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && root != nil {
			return *root, nil
		}
		if err != nil {
			return verb{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if root != nil {
				return verb{}, errDocument
			}
			v, err := readElement(decoder, t, 1)
			if err != nil {
				return verb{}, err
			}
			root = &v
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return verb{}, errDocument
			}
		}
	}
}

// readElement reads the rest of an element whose start has been read.
func readElement(decoder *xml.Decoder, start xml.StartElement, depth int) (verb, error) {
	if depth > maxDepth {
		return verb{}, errDocument
	}
	v := verb{name: start.Name.Local, attrs: make(map[string]string, len(start.Attr))}
	for _, a := range start.Attr {
		v.attrs[a.Name.Local] = a.Value
	}
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if err != nil {
			return verb{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := readElement(decoder, t, depth+1)
			if err != nil {
				return verb{}, err
			}
			v.children = append(v.children, child)
			text.WriteString(child.text)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			v.text = text.String()
			return v, nil
		}
	}
}
