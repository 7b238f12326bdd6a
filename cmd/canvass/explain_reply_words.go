package main

import (
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// replyOutcomes are the words for what a reply comes to, Vietnamese before English.
var replyOutcomes = map[survey.ReadingOutcome][2]string{
	survey.ReadAnswer:       {"trả lời", "answer"},
	survey.ReadAskAgain:     {"hỏi lại", "asked back"},
	survey.ReadDoubtfulStop: {"nghi là thôi nhận, hỏi lại", "may mean stop, asked back"},
	survey.ReadOptOut:       {"thôi nhận", "stop"},
	survey.ReadOptIn:        {"nhận lại", "opt in again"},
	survey.ReadHelp:         {"từ khóa", "keyword"},
	survey.ReadBack:         {"về câu trước", "back"},
	survey.ReadLanguage:     {"đổi ngôn ngữ", "language"},
}

// replyLooked are the words for the ways of reading.
var replyLooked = map[instrument.Looked][2]string{
	instrument.LookedStop:    {"từ thôi nhận", "stop words"},
	instrument.LookedOwn:     {"A hay B mà hệ thống vừa hỏi", "A or B, which we asked"},
	instrument.LookedKeyword: {"từ khóa của hệ thống", "our keywords"},
	instrument.LookedText:    {"ý kiến bằng chữ", "words"},
	instrument.LookedMissing: {"khó nói, không muốn trả lời", "hard to say, prefer not to"},
	instrument.LookedFigures: {"chỉ gồm số, hoặc số viết bằng chữ", "nothing but figures and number words"},
	instrument.LookedLabels:  {"nhãn và số trong câu", "labels and figures in the text"},
	instrument.LookedVerb:    {"có hoặc không, kèm chữ của câu hỏi", "yes or no, with words of the question"},
	instrument.LookedInitial: {"chữ cái đầu của một nhãn", "first letters of one label"},
	instrument.LookedPart:    {"phần đầu của một nhãn", "beginning of one label"},
	instrument.LookedNumber:  {"một số lượng", "an amount"},
	instrument.LookedDay:     {"một ngày", "a day"},
	instrument.LookedSigned:  {"bỏ tên ký ở cuối", "without the name signed at the end"},
	instrument.LookedHint:    {"câu có ý thôi nhận tin", "a sentence about no more messages"},
}

// replyReasons are the words for the reasons of readings.
var replyReasons = map[string][2]string{
	"figure": {"chữ số", "figures"}, "number_word": {"số viết bằng chữ", "number words"}, "label": {"đúng nhãn", "a label"},
	"verb": {"có hoặc không, theo chữ của câu hỏi", "yes or no, in the question's words"}, "beginning": {"phần đầu của đúng một nhãn", "the beginning of just one label"},
	"initials": {"chữ cái đầu của đúng một nhãn", "the first letters of just one label"}, "thumb": {"dấu tay thay cho đánh dấu", "a thumb for a tick"},
	"declined": {"không đồng ý tham gia", "does not consent"}, "date": {"ngày", "a day"}, "text": {"chữ", "words"}, "offered": {"A hoặc B đã hỏi", "A or B, as asked"},
	"skip": {"bỏ qua câu này", "skips the question"},

	"stop_word": {"từ thôi nhận chắc chắn", "a certain stop word"}, "doubtful_stop_word": {"chữ có thể là thôi nhận", "a word that may mean stop"},
	"stop_in_sentence": {"câu nói về việc không nhận tin", "a sentence about no more messages"}, "stop_or_answer": {"chữ thôi nhận cũng là chữ của câu hỏi", "a stop word that is the question's own word"},
	"stop_confirmed": {"đã xác nhận thôi nhận", "stop confirmed"}, "stop_repeated": {"nói thôi nhận lần nữa", "stop said again"}, "unclear_stop": {"chưa rõ có thôi nhận không", "not clear whether to stop"},
	"go_on": {"trả lời tiếp", "goes on"},

	"empty": {"không có chữ hay số nào", "no words and no figures"}, "not_a_choice": {"không phải lựa chọn nào", "none of the choices"}, "unclear": {"có lựa chọn lẫn chữ lạ", "a choice among other words"},
	"negation": {"có phủ định", "a negation beside it"}, "ambiguous": {"một cách viết, nhiều lựa chọn", "one spelling, several choices"}, "several": {"nhiều lựa chọn, câu này nhận một", "several choices where one is taken"},
	"range": {"hai số có thể là một khoảng", "two figures that may be a range"}, "figure_or_word": {"vừa là số vừa là chữ khác", "a number or another word"}, "too_many": {"quá số lựa chọn", "too many choices"},
	"exclusive": {"lựa chọn không đi cùng lựa chọn khác", "a choice that goes with no other"}, "not_a_ranking": {"chưa đủ thứ hạng", "not the whole order"}, "repeated": {"một lựa chọn hai lần", "a choice twice"},
	"not_a_number": {"không phải một số", "not one number"}, "out_of_range": {"ngoài khoảng", "out of range"}, "separator": {"dấu chấm, phẩy hiểu được hai cách", "a point or comma with two meanings"},
	"not_a_date": {"không phải một ngày", "not one day"}, "future": {"ngày chưa tới", "a day still to come"}, "too_long": {"quá dài", "too long"},
	"note": {"câu này không hỏi gì", "nothing is asked"}, "file": {"câu này nhận tệp trên mạng", "takes files, by web"},

	"help": {"trợ giúp", "help"}, "repeat": {"xem lại câu hỏi", "the question again"}, "back": {"về câu trước", "back"}, "link": {"xin đường liên kết", "asks for the link"},
	"decline": {"nghỉ đợt này", "not this round"}, "wrong_person": {"nhầm người", "wrong person"}, "opt_in_word": {"nhận lại", "opts in again"}, "language": {"đổi ngôn ngữ", "another language"},
	"later": {"để sau", "later"},
}
