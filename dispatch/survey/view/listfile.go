package view

// ListShape says how wide a list is when it is written to a file.
type ListShape struct {
	People     int
	Mails      int      // the most mailboxes of one contact
	Phones     int      // the most phones of one contact
	Attributes []string // sorted
}
