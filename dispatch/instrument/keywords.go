package instrument

import (
	"strings"

	"canvass/dispatch/survey"
)

// Words that ask for no more contacts, whatever is open. No label may be spelt
// like one of them. Besides our own there are those on which a provider stops
// delivering by itself, so that we and it never disagree.
var certainStops = phrases("tc", "từ chối", "không nhận", "không nhận nữa", "không nhận tin", "không nhận tin nữa", "ngừng",
	"ngừng nhận", "thôi nhận", "thôi nhận tin", "hủy đk", "hủy đăng ký", "hủy đăng kí", "hủy nhận tin", "đừng gửi nữa", "đừng nhắn nữa", "đừng nhắn tin nữa", "đừng gọi nữa",
	"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit")

var (
	stopWord  = newPhrase("dừng") // certain with its accents only
	huyWord   = newPhrase("hủy")  // certain, unless it is the person's name
	thoiWords = phrases("thôi", "thôi đi", "dừng lại", "stop it")
	// notStop are the words that differ from dừng by the accents that were
	// typed. Anything else spelt like it may be a slip, and is asked about.
	notStop = phrases("đúng", "đứng", "dùng", "dũng", "dụng", "đụng", "đùng", "dúng", "đủng")
)

// stopHints, anywhere in a reply that is no answer, may mean "stop": when in
// doubt between a false stop and a missed one, we ask.
var stopHints = phrases("đừng nhắn", "đừng gửi", "đừng gọi", "đừng làm phiền", "không muốn nhận", "không muốn nhắn", "không nhận tin", "không nhắn nữa", "không làm phiền",
	"ngừng nhắn", "ngừng gửi", "ngừng gọi", "thôi nhắn", "thôi gửi", "không tham gia", "không muốn tham gia", "xóa số", "bỏ số tôi", "stop sending", "stop texting", "stop calling", "stop messaging",
	"don t text", "don t call", "unsubscribe")

// Our keywords, as whole messages.
var (
	keySkip    = phrases("bq", "bỏ qua", "bỏ qua câu này", "skip")
	keyRepeat  = phrases("lại", "xem lại", "nhắc lại", "hỏi lại", "repeat")
	keyBack    = phrases("trước", "câu trước", "về câu trước", "quay lại", "back")
	keyLink    = phrases("link", "đường link", "gửi link")
	keyHelp    = phrases("tg", "hd", "help", "trợ giúp", "hướng dẫn", "info")
	keyDecline = phrases("bd", "bỏ đợt", "bận đợt này")
	keyOptIn   = phrases("dk", "đk", "đăng ký", "đăng ký lại", "start", "unstop")
	keyWrong   = phrases("sai", "sai người", "sai số", "nhầm người", "nhầm số", "nhầm máy", "nhầm số rồi", "sai số rồi", "nhầm người rồi", "nhầm số em", "sai số em", "wrong number", "wrong person")
	keyEnglish = phrases("en", "english", "tiếng anh")
	keyViet    = phrases("vi", "vn", "tiếng việt", "vietnamese")
	keyLater   = phrases("để sau", "lát nữa", "lát", "tí nữa", "chút nữa", "lúc khác", "khi khác", "bận", "đang bận", "bận lắm", "đang họp", "đang lái xe", "đang đi đường", "đang chạy xe",
		"mai", "để mai", "mai trả lời", "tối trả lời", "chiều trả lời", "để tối", "tối", "chiều", "later", "busy")
	letterA     = newPhrase("a")
	letterB     = newPhrase("b")
	agreeStop   = phrases("a", "phải", "phải thôi nhận", "a phải", "a phải thôi nhận", "đồng ý thôi nhận", "yes")
	goOn        = phrases("b", "không", "b không", "trả lời tiếp", "không trả lời tiếp", "b không trả lời tiếp", "tiếp", "tiếp tục", "làm tiếp", "no", "go on")
	providers   = []string{"YES", "END", "CANCEL", "QUIT", "STOP", "STOPALL", "UNSUBSCRIBE", "START", "UNSTOP", "HELP", "INFO"}
	ownKeywords = []string{"TC", "BQ", "LAI", "TRUOC", "LINK", "TG", "BD", "DK", "SAI", "EN", "VI", "HUY", "DUNG", "NGUNG", "HD"}
)

// isReservedCode reports whether a choice's code spells a keyword of ours or of
// a provider.
func isReservedCode(code string) bool {
	return contains(providers, strings.ToUpper(code)) || contains(ownKeywords, strings.ToUpper(code))
}

// isCertainStop reports whether a label, typed back, would stop everything.
func isCertainStop(label string) bool {
	words := plainNo(polite(newMessage(label).words))
	return isOneOf(words, certainStops) || huyWord.is(words) || len(words) == 1 && words[0].same(stopWord[0])
}

// stopReading reads the words that stop, certain or doubtful. open says that a
// question is open, which makes the doubtful ones doubtful.
func stopReading(words []word, c ReadContext, open bool) (Reading, bool) {
	certain := Reading{Outcome: survey.ReadOptOut, Reason: "stop_word"}
	doubtful := Reading{Outcome: survey.ReadDoubtfulStop, Reason: "doubtful_stop_word"}
	if !open {
		doubtful = Reading{Outcome: survey.ReadOptOut, Reason: "stop_word_idle"}
	}
	if c.Pending == PendingStop {
		doubtful = Reading{Outcome: survey.ReadOptOut, Reason: "stop_repeated"}
	}
	if words = plainNo(words); isOneOf(words, certainStops) {
		return certain, true
	}
	if isOneOf(words, thoiWords) {
		return doubtful, true
	}
	if len(words) != 1 {
		return Reading{}, false
	}
	name, named := lastWord(c.GivenName)
	switch w := words[0]; w.base {
	case "huy":
		if named && name.base == "huy" && w.plain() {
			return doubtful, true
		}
		return certain, w.fits(huyWord[0])
	case "dung":
		if w.same(stopWord[0]) {
			return certain, true
		}
		return doubtful, w.plain() || !isOneOf(words, notStop)
	}
	return Reading{}, false
}

// hintsAtStop reports whether a sentence speaks of getting no more messages.
func hintsAtStop(words []word) bool {
	words = plainNo(words)
	for i := range words {
		if longest(words[i:], stopHints, false) > 0 {
			return true
		}
	}
	return false
}

// keywordReading reads our keywords as whole messages.
func keywordReading(m message, words []word) (Reading, bool) {
	if t := strings.Trim(m.text, "? "); t == "" && m.text != "" {
		return Reading{Outcome: survey.ReadHelp, Reason: "help"}, true
	}
	for _, k := range [...]struct {
		list    []phrase
		reading Reading
	}{
		{keyHelp, Reading{Outcome: survey.ReadHelp, Reason: "help"}},
		{keyRepeat, Reading{Outcome: survey.ReadAskAgain, Reason: "repeat"}},
		{keyBack, Reading{Outcome: survey.ReadBack, Reason: "back"}},
		{keyLink, Reading{Outcome: survey.ReadHelp, Reason: "link"}},
		{keyDecline, Reading{Outcome: survey.ReadHelp, Reason: "decline"}},
		{keyWrong, Reading{Outcome: survey.ReadHelp, Reason: "wrong_person"}},
		{keyOptIn, Reading{Outcome: survey.ReadOptIn, Reason: "opt_in_word"}},
		{keyEnglish, Reading{Outcome: survey.ReadLanguage, Reason: "language", Lang: survey.English}},
		{keyViet, Reading{Outcome: survey.ReadLanguage, Reason: "language", Lang: survey.Vietnamese}},
		{keyLater, Reading{Outcome: survey.ReadAskAgain, Reason: "later"}},
	} {
		if isOneOf(words, k.list) {
			return k.reading, true
		}
	}
	return Reading{}, false
}
