package contactlist

// Options say what a person knows of a list that its file does not tell.
type Options struct {
	// Columns says what columns hold, over the guess; a column it does not name
	// keeps the guess. A key is a label as the file has it (case, accents and
	// spacing aside), or a position: a letter as in Excel ("A", "AB"), or a
	// number from 1.
	Columns map[string]Field
	// Lenient passes over keys of Columns that the file does not have: a mapping
	// remembered for a source outlives its columns.
	Lenient bool
	// Take are the labels of sensitive columns that are taken all the same, as
	// attributes.
	Take []string
}
