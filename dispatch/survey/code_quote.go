package survey

// Codes about words that are to be quoted.
const (
	CodeQuotePick  Code = "quote_pick"  // no answer was chosen
	CodeQuoteNames Code = "quote_names" // the words may tell who somebody is
	CodeQuoteLong  Code = "quote_long"  // Args "most"
	CodeQuoteOpen  Code = "quote_open"  // an anonymous campaign that has not ended
	CodeQuoteSent  Code = "quote_sent"  // not sent, or nothing in words
)

func quoteCodes() []Code {
	return []Code{CodeQuotePick, CodeQuoteNames, CodeQuoteLong, CodeQuoteOpen, CodeQuoteSent}
}
