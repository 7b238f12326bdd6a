package contactlist

// SearchKey is how a name or code is stored for searching, and how what is
// searched for must be folded: lower case, no diacritics, single blanks. It is
// never shown.
func SearchKey(text string) string { return words(text) }
