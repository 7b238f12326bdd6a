package twiliosim

import "errors"

// words are all that the pages say, in one language.
type words struct {
	Lang, OtherLang, OtherName           string
	Title, Sim, Stays, Skip              string
	ListTitle, ListLead, Which, Open     string
	NotANumber, Nothing, NothingStep     string
	Number, LastText, Texts, When        string
	Shown, ShownOf                       string
	Ringing, Talking                     string
	Faults, FaultsLead, Code, What       string
	All, Phone, Thread, With, Older      string
	Empty, Arrived, SentOnly, You        string
	Chars, Segment, Segments             string
	Reply, Send, CannotReply, Reload     string
	Call, Dial, Incoming, Answer         string
	Decline, Speaking, HangUp, Silence   string
	Waiting, WaitingDigits, WaitingVoice string
	NotWaiting, Pressed, Done, Earlier   string
	Keypad, Behaves                      string
	Ignore, Voicemail, Listen, NoVoice   string
	Recorded, Spoken                     string
	Invalid, NotNow, Undelivered, Full   string
}

var vietnamese = words{
	Lang: "vi", OtherLang: "en", OtherName: "English",
	Title: "Điện thoại · bản mô phỏng", Sim: "Bản mô phỏng", Stays: "không có gì rời khỏi máy này", Skip: "Đến nội dung chính",
	ListTitle: "Điện thoại", ListLead: "Thấy và nghe đúng như người được mời.",
	Which: "Số điện thoại", Open: "Mở máy",
	NotANumber: "Chưa đọc được số này. Nhập dạng 0912 345 678 hoặc +84912345678.",
	Nothing:    "Chưa có máy nào nhận tin hay cuộc gọi.", NothingStep: "Bắt đầu một cuộc khảo sát, hoặc mở một máy theo số.",
	Number: "Máy số", LastText: "Tin gần nhất", Texts: "Số tin", When: "Lúc",
	Shown: "máy gần nhất", ShownOf: "trên",
	Ringing: "đang đổ chuông", Talking: "đang nói",
	Faults: "Địa chỉ nhận tin báo lỗi", FaultsLead: "10 lỗi gần nhất, mã của Twilio", Code: "Mã", What: "Chi tiết (tiếng Anh)",
	All: "Các máy", Phone: "máy", Thread: "Tin nhắn", With: "Người gửi", Older: "tin cũ hơn không hiện ở đây",
	Empty: "Chưa có tin nhắn nào. Tin đến máy này sẽ hiện ở đây.", Arrived: "đã tới", SentOnly: "đã gửi, chưa có báo nhận", You: "ông/bà",
	Chars: "ký tự", Segment: "đoạn", Segments: "đoạn",
	Reply: "Trả lời", Send: "Gửi tin", CannotReply: "Người gửi này không nhận được tin trả lời.", Reload: "Tải lại",
	Call: "Cuộc gọi", Dial: "Gọi số này", Incoming: "Cuộc gọi đến", Answer: "Nghe",
	Decline: "Từ chối", Speaking: "Đang đọc", HangUp: "Gác máy", Silence: "Im lặng",
	Waiting: "Đang chờ bấm phím", WaitingDigits: "số phím cần bấm:", WaitingVoice: "Đang ghi âm sau tiếng bíp; nói xong thì bấm phím thăng",
	NotWaiting: "Lúc này chưa cần bấm phím.", Pressed: "Đã bấm", Done: "xong", Earlier: "Đã nghe",
	Ignore: "Không nghe", Voicemail: "Hộp thư thoại", Listen: "Nghe thành tiếng",
	NoVoice:  "Trình duyệt này không có giọng đọc tiếng này; ghi âm vẫn phát được.",
	Recorded: "Lời ghi âm sẵn", Spoken: "nói xong",
	Keypad: "Bàn phím", Behaves: "Số này được đặt để mô phỏng trục trặc (tiếng Anh):",
	Invalid: "Tin hoặc phím chưa hợp lệ. Tin dài nhất 1.600 ký tự.", NotNow: "Lúc này chưa làm được việc đó: cuộc gọi đã sang bước khác.",
	Undelivered: "Tin đã gửi đi, nhưng hệ thống khảo sát chưa nhận được. Gửi lại sau ít phút.", Full: "Bản mô phỏng đã đầy hoặc đã dừng.",
}

var english = words{
	Lang: "en", OtherLang: "vi", OtherName: "Tiếng Việt",
	Title: "Phone · simulator", Sim: "Simulator", Stays: "nothing leaves this machine", Skip: "Skip to content",
	ListTitle: "Phones", ListLead: "See and hear exactly what an invited person does.",
	Which: "Phone number", Open: "Open phone",
	NotANumber: "This is not a number. Type it like 0912 345 678 or +84912345678.",
	Nothing:    "No phone has received a text or a call yet.", NothingStep: "Start a survey, or open a phone by its number.",
	Number: "Phone", LastText: "Latest text", Texts: "Texts", When: "At",
	Shown: "latest phones", ShownOf: "of",
	Ringing: "ringing", Talking: "in a call",
	Faults: "Webhook errors", FaultsLead: "The latest 10, with Twilio's codes", Code: "Code", What: "Detail",
	All: "All phones", Phone: "phone", Thread: "Texts", With: "Sender", Older: "older texts are not shown",
	Empty: "No texts yet. What arrives on this phone will show here.", Arrived: "arrived", SentOnly: "sent, no receipt", You: "you",
	Chars: "characters", Segment: "segment", Segments: "segments",
	Reply: "Reply", Send: "Send text", CannotReply: "This sender cannot receive replies.", Reload: "Reload",
	Call: "Call", Dial: "Call this number", Incoming: "Incoming call", Answer: "Answer",
	Decline: "Decline", Speaking: "Speaking", HangUp: "Hang up", Silence: "Say nothing",
	Waiting: "Waiting for a key", WaitingDigits: "keys wanted:", WaitingVoice: "Recording after the tone; press hash to end it",
	NotWaiting: "No key is awaited now.", Pressed: "Pressed", Done: "done", Earlier: "Heard before",
	Ignore: "No answer", Voicemail: "Voicemail", Listen: "Read it aloud",
	NoVoice:  "This browser has no voice for this language; recordings play all the same.",
	Recorded: "Recording", Spoken: "finished",
	Keypad: "Keypad", Behaves: "This number is set to misbehave:",
	Invalid: "The text or key is not valid. A text holds at most 1,600 characters.", NotNow: "That is not possible now: the call has moved on.",
	Undelivered: "The text has left, but the survey system did not take it. Send it again in a few minutes.", Full: "The simulator is full or has stopped.",
}

// wrongWord is how a page's address names an error.
func wrongWord(err error) string {
	switch {
	case errors.Is(err, ErrInvalid):
		return "invalid"
	case errors.Is(err, ErrNotNow), errors.Is(err, ErrNotFound):
		return "not-now"
	case errors.Is(err, ErrCannotReceive):
		return "cannot-reply"
	case errors.Is(err, ErrUndelivered):
		return "undelivered"
	}
	return "full"
}

// wrong is the sentence for a wrongWord; anything else says nothing.
func (w *words) wrong(word string) string {
	switch word {
	case "invalid":
		return w.Invalid
	case "not-now":
		return w.NotNow
	case "cannot-reply":
		return w.CannotReply
	case "undelivered":
		return w.Undelivered
	case "full":
		return w.Full
	}
	return ""
}
