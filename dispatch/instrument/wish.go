package instrument

import (
	"regexp"
	"strings"
)

// Wish is what somebody wants of the office, in words that are no answer and no
// keyword.
type Wish string

// The wishes.
const (
	WishNone     Wish = ""
	WishOpinion  Wish = "opinion"  // "ý kiến: …": says something of their own accord
	WishCallback Wish = "callback" // "gọi lại cho tôi": wants to speak with a person
	WishWho      Wish = "who"      // "ai đấy?": wants to know who writes
)

// opinionMark opens an opinion, with or without accents; what follows is the opinion.
var opinionMark = regexp.MustCompile(`(?i)^\s*(?:ý\s*kiến|y\s*kien|góp\s*ý|gop\s*y|kiến\s*nghị|kien\s*nghi|phản\s*ánh|phan\s*anh|opinion|comment)\s*:\s*(\S(?s:.*))$`)

var (
	callbackWords = phrases("gọi lại", "gọi lại cho tôi", "gọi lại cho em", "gọi lại cho anh", "gọi lại cho chị", "gọi lại cho bác", "gọi lại cho cô",
		"gọi cho tôi", "gọi điện cho tôi", "gọi điện lại", "gọi lại giúp tôi", "xin gọi lại", "nhờ gọi lại", "hãy gọi lại", "gọi lại sau",
		"cần gặp cán bộ", "gặp cán bộ", "cho gặp cán bộ", "tôi muốn gặp cán bộ", "gặp người", "gặp người thật", "nói chuyện với người", "call me", "call me back", "please call", "please call me")
	whoWords = phrases("ai", "ai đấy", "ai đó", "ai vậy", "ai thế", "ai đây", "ai nhắn đấy", "ai nhắn vậy", "ai nhắn thế", "số ai", "số ai đây", "số ai đấy", "số của ai",
		"số này của ai", "bạn là ai", "anh là ai", "chị là ai", "đây là ai", "đây là số ai", "là ai", "who", "who is this", "who are you", "who s this")
)

// switchWords ask for the survey that waits behind the one that is being asked.
var switchWords = phrases("đổi", "đổi khảo sát", "khảo sát kia", "khảo sát khác", "switch")

// AsksToSwitch reports whether a whole message asks for another survey than the one
// that is being asked. It means so only to whom two are asked at once.
func AsksToSwitch(text string) bool {
	return isOneOf(polite(newMessage(text).words), switchWords)
}

// ReadWish reads a whole message as a wish, and what it says beyond it; WishNone is
// anything else, and all that is a keyword or an answer. Whether words are the answer
// to what stands open is for whoever asked: an open question takes any words.
func ReadWish(text string) (w Wish, rest string) {
	text = cleanText(text)
	if m := opinionMark.FindStringSubmatch(text); m != nil {
		return WishOpinion, strings.TrimSpace(m[1])
	}
	words := polite(newMessage(text).words)
	switch {
	case isOneOf(words, callbackWords):
		return WishCallback, ""
	case isOneOf(words, whoWords):
		return WishWho, ""
	}
	return WishNone, ""
}
