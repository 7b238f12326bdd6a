package survey

// Codes about what staff do with one person on the list.
const (
	CodeContactChanged Code = "contact_changed"
	CodeCodeTaken      Code = "code_taken"
	CodeLinkApart      Code = "link_apart"
	CodeLinkNone       Code = "link_none"
)

func contactCodes() []Code {
	return []Code{CodeContactChanged, CodeCodeTaken, CodeLinkApart, CodeLinkNone}
}
