package smtpsink

import (
	"strconv"
	"strings"
	"time"
)

// words is every word of the mailbox in one language.
type words struct {
	Lang, OtherLang, OtherName                                                                   string
	Skip, Simulator, Machines, Mailbox, Handset, Stays                                           string
	Kept, KeptSome, Search, SearchHint, Find, ShowAll                                            string
	Taken, Refused, List, Back, Older, Newest, Listing                                           string
	Empty, NoMatch, NoRefusal, NoSubject, Missing                                                string
	From, To, ReplyTo, Envelope, Received                                                        string
	Ways, AsSeen, PlainText, Source, Header, Body                                                string
	NoText, NoHTML, Links, Whole, Cut, Broken                                                    string
	GotIt, GotAgain, GotAfterRefusal, GotThenCut                                                 string
	GotSlow, GotBounced, GotDelayed, GotAnswered, GotComplaint, WasCut, WasDeferred, WasRejected string
	Encrypted, Plain                                                                             string
}

// wordsFor returns English for "en" and Vietnamese for everything else.
func wordsFor(lang string) words {
	if lang == "en" {
		return english()
	}
	return vietnamese()
}

func vietnamese() words {
	return words{
		Lang: "vi", OtherLang: "en", OtherName: "English",
		Skip: "Đến nội dung chính", Simulator: "Bản mô phỏng", Machines: "Các máy mô phỏng",
		Mailbox: "Hộp thư", Handset: "Điện thoại", Stays: "không có gì rời khỏi máy này",
		Kept: "Giữ lại mọi thư đã nhận: {n} thư.", KeptSome: "Đã nhận {n} thư, chỉ còn giữ những thư mới nhất.", Search: "Tìm theo địa chỉ", SearchHint: "một phần địa chỉ người nhận",
		Find: "Tìm", ShowAll: "Xem tất cả",
		Taken: "Đã nhận", Refused: "Không nhận", List: "Danh sách thư", Back: "Danh sách thư",
		Older: "Thư cũ hơn", Newest: "Thư mới nhất", Listing: "Cách liệt kê",
		Empty:     "Chưa có thư nào. Thư gửi đến máy chủ này sẽ hiện ở đây.",
		NoMatch:   "Không có thư nào gửi đến địa chỉ này.",
		NoRefusal: "Chưa từ chối thư nào.", NoSubject: "(không có tiêu đề)",
		Missing: "Không còn giữ thư này.",
		From:    "Từ", To: "đến", ReplyTo: "Trả lời về", Envelope: "Phong bì", Received: "Nhận lúc",
		Ways: "Cách xem", AsSeen: "Như người nhận thấy", PlainText: "Chữ thuần", Source: "Nguồn", Header: "Phần đầu thư",
		Body: "Nội dung thư", NoText: "Thư này không có phần chữ thuần.", NoHTML: "Thư này chỉ có chữ thuần.",
		Links: "Đường liên kết trong thư", Whole: "Tải nguồn về", Cut: "Nguồn dài, chỉ hiện phần đầu.",
		Broken: "Có phần của thư chưa đọc được.",
		GotIt:  "đã nhận", GotAgain: "đã nhận, lần {n}", GotAfterRefusal: "đã nhận ở lần gửi {n}",
		GotThenCut: "đã nhận, rồi ngắt kết nối", GotSlow: "đã nhận, trả lời chậm", GotBounced: "đã nhận, rồi trả lại {n}",
		GotDelayed: "đã nhận, rồi báo chậm {n}", GotAnswered: "đã nhận, máy trả lời tự động", GotComplaint: "đã nhận, rồi bị báo thư rác",
		WasCut: "ngắt kết nối, không trả lời", WasDeferred: "hoãn {n}", WasRejected: "từ chối {n}",
		Encrypted: "mã hóa đường truyền", Plain: "không mã hóa",
	}
}

func english() words {
	return words{
		Lang: "en", OtherLang: "vi", OtherName: "Tiếng Việt",
		Skip: "To the main content", Simulator: "Simulator", Machines: "Simulated machines",
		Mailbox: "Mailbox", Handset: "Handset", Stays: "nothing leaves this machine",
		Kept: "Keeps every mail it took: {n} so far.", KeptSome: "Took {n} mails; only the newest are still kept.", Search: "Search by address", SearchHint: "part of a recipient's address",
		Find: "Search", ShowAll: "Show all",
		Taken: "Taken", Refused: "Refused", List: "List of mail", Back: "List of mail",
		Older: "Older mail", Newest: "Newest mail", Listing: "What to list",
		Empty:     "No mail yet. Mail sent to this server will appear here.",
		NoMatch:   "No mail went to such an address.",
		NoRefusal: "No mail has been refused yet.", NoSubject: "(no subject)",
		Missing: "This mail is no longer kept.",
		From:    "From", To: "to", ReplyTo: "Replies to", Envelope: "Envelope", Received: "Received",
		Ways: "Ways to see it", AsSeen: "As the recipient sees it", PlainText: "Plain text", Source: "Source", Header: "Header",
		Body: "The mail's content", NoText: "This mail has no plain text part.", NoHTML: "This mail has plain text only.",
		Links: "Links in this mail", Whole: "Download the source", Cut: "The source is long; this is its beginning.",
		Broken: "Part of this mail could not be read.",
		GotIt:  "taken", GotAgain: "taken, time {n}", GotAfterRefusal: "taken at attempt {n}",
		GotThenCut: "taken, then cut off", GotSlow: "taken, slow reply", GotBounced: "taken, then bounced {n}",
		GotDelayed: "taken, then reported late {n}", GotAnswered: "taken, answered by a machine", GotComplaint: "taken, then called spam",
		WasCut: "cut off without a reply", WasDeferred: "deferred {n}", WasRejected: "refused {n}",
		Encrypted: "encrypted", Plain: "not encrypted",
	}
}

// with puts a value into a sentence.
func with(sentence, value string) string { return strings.ReplaceAll(sentence, "{n}", value) }

// count writes a number with the language's thousands mark.
func (w words) count(n int64) string {
	mark := "."
	if w.Lang == "en" {
		mark = ","
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// moment writes a time as staff in Viet Nam read it; the country has had one
// zone without summer time since 1975, so no zone database is needed.
func moment(t time.Time, layout string) string {
	return t.In(time.FixedZone("GMT+7", 7*60*60)).Format(layout)
}

// outcome is how a mail fared, as look.md's state mark: shape, meaning, word.
type outcome struct{ Class, Words string }

func (w words) outcomeOf(m Message) outcome {
	switch {
	case behaviours[m.Tag].later.form != nothing:
		return w.outcomeLater(behaviours[m.Tag].later)
	case m.Times > 1:
		return outcome{"doubt due", with(w.GotAgain, strconv.Itoa(m.Times))}
	case m.Tag == TagDropAfter:
		return outcome{"doubt due", w.GotThenCut}
	case m.Refused > 0:
		return outcome{"wait due", with(w.GotAfterRefusal, strconv.Itoa(m.Refused+1))}
	case m.Tag == TagSlow:
		return outcome{"wait", w.GotSlow}
	}
	return outcome{"full good", w.GotIt}
}

// outcomeLater is how a mail fared that was taken and answered later.
func (w words) outcomeLater(l later) outcome {
	switch {
	case l.form == awayNotice:
		return outcome{"full good", w.GotAnswered}
	case l.form == feedbackReport:
		return outcome{"cross bad", w.GotComplaint}
	case l.action == "delayed":
		return outcome{"wait due", with(w.GotDelayed, l.status)}
	}
	return outcome{"cross bad", with(w.GotBounced, l.status)}
}

func (w words) outcomeOfRefusal(r Refusal) outcome {
	reply := strconv.Itoa(r.Code) + " " + r.Status
	switch r.Code / 100 {
	case 4:
		return outcome{"wait due", with(w.WasDeferred, reply)}
	case 5:
		return outcome{"cross bad", with(w.WasRejected, reply)}
	}
	return outcome{"doubt due", w.WasCut}
}
