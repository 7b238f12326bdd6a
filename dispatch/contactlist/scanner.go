package contactlist

import (
	"encoding/xml"
	"errors"
	"io"
)

// scanner reads the elements of one XML part within bounds: no DTD (so no
// entities), no tag or text without end, no endless depth or number.
type scanner struct {
	d    *xml.Decoder
	fuse *fuse
	open []xml.Name // elements that have begun
	left *int       // elements that the workbook may still have
}

func newScanner(r io.Reader, left *int) *scanner {
	f := &fuse{r: r}
	return &scanner{d: xml.NewDecoder(f), fuse: f, left: left}
}

// next returns the next token, which is valid until the next call. Tags are
// paired here: namespaces, which Token would look up too, take as long as all
// the rest, and say nothing that a list needs.
func (s *scanner) next() (xml.Token, error) {
	s.fuse.left = maxRun
	token, err := s.d.RawToken()
	if err == io.EOF && len(s.open) > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case xml.StartElement:
		s.open = append(s.open, t.Name)
		*s.left--
		switch {
		case *s.left < 0:
			return nil, format("why", "too_large")
		case len(s.open) > maxDepth:
			return nil, errors.New("nested too deep")
		}
	case xml.EndElement:
		last := len(s.open) - 1
		if last < 0 || s.open[last] != t.Name {
			return nil, errors.New("an end without its beginning: " + t.Name.Local)
		}
		s.open = s.open[:last]
	case xml.Directive:
		return nil, format("why", "dtd")
	}
	return token, nil
}

// whole reads the part from its root element, which must be the one named, to
// its end.
func (s *scanner) whole(root string, read func(*scanner) error) error {
	for began := false; ; {
		token, err := s.next()
		switch {
		case err == io.EOF && began:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if e, ok := token.(xml.StartElement); ok {
			if began || e.Name.Local != root {
				return errors.New("not the root element: " + e.Name.Local)
			}
			began = true
			if err := read(s); err != nil {
				return err
			}
		}
	}
}

// children calls visit with every element in the one at hand, and ends behind
// it. visit must read its element to the end, by children, text or skip.
// Elements go by their local names: transitional and strict files have two
// namespaces, and every program its own prefixes.
func (s *scanner) children(visit func(xml.StartElement) error) error {
	for {
		token, err := s.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := visit(t); err != nil {
				return err
			}
		}
	}
}

// skip ends behind the element at hand.
func (s *scanner) skip() error {
	return s.children(func(xml.StartElement) error { return s.skip() })
}

// text appends the text of the element at hand to b and ends behind it.
func (s *scanner) text(b []byte) ([]byte, error) {
	for {
		token, err := s.next()
		if err != nil {
			return b, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return b, nil
		case xml.StartElement:
			if err := s.skip(); err != nil {
				return b, err
			}
		case xml.CharData:
			if b = append(b, t...); len(b) > maxCell {
				return b, format("why", "cell_too_long")
			}
		}
	}
}

// richText appends the text of a string with runs (<r>) to b, without the
// reading aids of East Asian scripts (<rPh>).
func (s *scanner) richText(b []byte) ([]byte, error) {
	err := s.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "t":
			b, err = s.text(b)
		case "r":
			b, err = s.richText(b)
		default:
			err = s.skip()
		}
		return err
	})
	return b, err
}

// attribute returns the value of an attribute without a prefix.
func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// linkID returns the id of the relationship that an element names, r:id by
// whatever prefix.
func linkID(t xml.StartElement) string {
	for _, a := range t.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}
