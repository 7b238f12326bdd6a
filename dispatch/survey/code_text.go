package survey

// Codes about the office's own texts.
const (
	CodeTextField  Code = "text_field"  // a merge field that does not exist, or not here
	CodeTextBrace  Code = "text_brace"  // a brace that is not closed
	CodeTextLacks  Code = "text_lacks"  // what the text cannot be without
	CodeTextKeys   Code = "text_keys"   // a call that does not say which keys to press
	CodeTextLength Code = "text_length" // empty or too long
	CodeTextMoved  Code = "text_moved"  // somebody changed it meanwhile
)

func textCodes() []Code {
	return []Code{CodeTextField, CodeTextBrace, CodeTextLacks, CodeTextKeys, CodeTextLength, CodeTextMoved}
}
