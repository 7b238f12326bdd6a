package instrument

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// bench is a questionnaire with one question of every shape.
const bench = `
name: bench
title: Thử | Trial
languages: [vi, en]
missing: {98: Khó nói | Hard to say, 99: Không muốn trả lời | Prefer not to say}
questions:
  - {name: gioi, type: single, kind: background, label: Giới | Sex, choices: {1: Nam | Male, 2: Nữ | Female, 5: Khác | Other}}
  - {name: so_nguoi, type: integer, kind: fact, min: 0, max: 30, label: "Bao nhiêu người? | How many people?"}
  - {name: tien, type: integer, kind: fact, min: -10, max: 5000000, label: "Bao nhiêu? | How much?"}
  - {name: tin, type: scale, kind: own_opinion, min: 0, max: 10, low: không tin chút nào | no trust at all, high: rất tin | full trust, label: "Tin? | Trust?"}
  - {name: y_kien, type: text, kind: own_opinion, max_length: 200, label: Ý kiến | Views}
  - {name: xa, type: single, kind: background, label: Xã | Commune, missing: [], choices: {1: Sơn Hà | Son Ha, 2: Sơn Hạ | Son Hạ, 3: Hòa Bình | Hoa Binh}}
  - {name: nhieu, type: multiple, at_most: 2, kind: fact, label: Nhiều | Many, choices: {1: Điện | Power, 2: Nước | Water, 3: {label: Không có gì | None, exclusive: true}}}
`

func benchmarkQuestionnaire(t testing.TB) *Questionnaire {
	t.Helper()
	q, errs := Parse("bench.yaml", []byte(bench))
	for _, e := range errs {
		t.Fatal(e)
	}
	return q
}

type readCase struct {
	question, text, outcome, value, reason string
}

// readCases are written as question | reply | outcome | value | reason.
func readCases(t *testing.T, table string) []readCase {
	t.Helper()
	var cases []readCase
	for line := range strings.Lines(table) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 5 {
			t.Fatalf("bad line %q", line)
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		cases = append(cases, readCase{f[0], f[1], f[2], f[3], f[4]})
	}
	return cases
}

func TestReadText(t *testing.T) {
	t.Parallel()
	monthly, shapes := example(t, "monthly.yaml"), benchmarkQuestionnaire(t)
	for _, c := range readCases(t, `
huong | 1 | answer | 1 | figure
huong | 1. | answer | 1 | figure
huong | 1) | answer | 1 | figure
huong | (2) | answer | 2 | figure
huong | so 1 | answer | 1 | figure
huong | Số 2 ạ | answer | 2 | figure
huong | so3 | answer | 3 | figure
huong | １ | answer | 1 | figure
huong | 2️⃣ | answer | 2 | figure
huong | dạ 2 ạ | answer | 2 | figure
huong | tôi chọn 2 | answer | 2 | figure
huong | 2 nhé em, cảm ơn | answer | 2 | figure
huong | 0 | answer | 98 | figure
huong | 98 | answer | 98 | figure
huong | 4 | ask_again | | not_a_choice
huong | 12 | ask_again | | not_a_choice
huong | 1,2 | ask_again | | several
huong | 1/2 | ask_again | | not_a_choice
huong | 1.5 | ask_again | | not_a_choice
huong | 0912345678 | ask_again | | not_a_choice
huong | goi toi so 0912 345 678 | ask_again | | not_a_choice
huong | gạo 3 nghìn một cân | ask_again | | unclear
huong | nhà tôi số 2 ngõ 3 | ask_again | | unclear
huong | 2k | ask_again | | not_a_choice
huong | | ask_again | | empty
huong | 👍 | ask_again | | empty
huong | Tốt lên | answer | 1 | label
huong | tot len | answer | 1 | label
huong | TOT LEN. | answer | 1 | label
huong | tôi thấy tốt lên | answer | 1 | label
huong | 1 tot len | answer | 1 | label
huong | 1 xau di | ask_again | | several
huong | better | answer | 1 | label
huong | Getting worse | answer | 3 | label
huong | khong tot len | ask_again | | negation
huong | chưa tốt lên đâu | ask_again | | negation
huong | tốt lên nhiều | answer | 1 | label
huong | kho noi | answer | 98 | label
huong | ko biet | answer | 98 | label
huong | k bt | answer | 98 | label
huong | không muốn trả lời | answer | 99 | label
huong | một | answer | 1 | number_word
huong | mot | answer | 1 | number_word
huong | hai | answer | 2 | number_word
huong | số ba | answer | 3 | number_word
huong | mot so | ask_again | | not_a_choice
huong | ba oi | ask_again | | not_a_choice
huong | thua ba | ask_again | | not_a_choice
huong | bà | ask_again | | not_a_choice
huong | mốt | ask_again | | not_a_choice
huong | một phần | ask_again | | not_a_choice
huong | hài lòng | ask_again | | not_a_choice
huong | hai long | ask_again | | not_a_choice
huong | de sau | ask_again | | later
huong | BQ | answer | 99 | skip
huong | bq ạ | answer | 99 | skip
huong | bỏ qua | answer | 99 | skip
huong | LAI | ask_again | | repeat
huong | TRUOC | back | | back
huong | Trước | back | | back
huong | như trước | answer | 2 | label
huong | TG | help | | help
huong | HD | help | | help
huong | help | help | | help
huong | ? | help | | help
huong | LINK | help | | link
huong | BD | help | | decline
huong | SAI | help | | wrong_person
huong | nhầm số | help | | wrong_person
huong | DK | opt_in | | opt_in_word
huong | START | opt_in | | opt_in_word
huong | EN | language | | language
huong | vi | language | | language
huong | TC | opt_out | | stop_word
huong | tc. | opt_out | | stop_word
huong | STOP | opt_out | | stop_word
huong | stop nhé | opt_out | | stop_word
huong | HUY | opt_out | | stop_word
huong | Hủy | opt_out | | stop_word
huong | Huỷ | opt_out | | stop_word
huong | DỪNG | opt_out | | stop_word
huong | Dừng. | opt_out | | stop_word
huong | TU CHOI | opt_out | | stop_word
huong | Từ chối | opt_out | | stop_word
huong | KHONG NHAN | opt_out | | stop_word
huong | NGUNG | opt_out | | stop_word
huong | HUY DK | opt_out | | stop_word
huong | QUIT | opt_out | | stop_word
huong | DUNG | doubtful_stop | | doubtful_stop_word
huong | dung | doubtful_stop | | doubtful_stop_word
huong | đừng | doubtful_stop | | doubtful_stop_word
huong | thoi | doubtful_stop | | doubtful_stop_word
huong | Thôi nhé | doubtful_stop | | doubtful_stop_word
huong | Đúng | ask_again | | not_a_choice
huong | dừng lại ở ngã tư | ask_again | | not_a_choice
huong | xin đừng nhắn tin cho tôi nữa | doubtful_stop | | stop_in_sentence
huong | toi khong muon nhan nua dau | doubtful_stop | | stop_in_sentence
huong | tốt lên rồi | answer | 1 | label
huong | cau 1: 2 | ask_again | | unclear
lam_thu_tuc | dung roi | doubtful_stop | | doubtful_stop_word
lam_thu_tuc | đúng rồi | answer | 1 | label
hl_thu_tuc | toi khong hai long | answer | 4 | label
chuyen_ban | 1,4,6 | answer | 1 4 6 | figure
chuyen_ban | 1 4 6 | answer | 1 4 6 | figure
chuyen_ban | 6 va 1 | answer | 1 6 | figure
chuyen_ban | 1, 4 và 6 | answer | 1 4 6 | figure
chuyen_ban | 1-4-6 | answer | 1 4 6 | figure
chuyen_ban | 1.4.6 | answer | 1 4 6 | figure
chuyen_ban | một, bốn | answer | 1 4 | number_word
chuyen_ban | 1,1 | answer | 1 | figure
chuyen_ban | 1,2,3,4 | ask_again | | too_many
chuyen_ban | 1,9 | ask_again | | unclear
chuyen_ban | 1,0 | ask_again | | exclusive
chuyen_ban | 0 | answer | 98 | figure
chuyen_ban | giá cả, việc làm, thu nhập; đất đai | answer | 1 2 | label
chuyen_ban | dat dai, an ninh | answer | 2 5 | label
chuyen_ban | không phải đất đai | ask_again | | negation
chuyen_ban | 7 tiếng ồn, rác | answer | 7 | figure
chuyen_ban | khác: tiếng ồn | answer | 7 | label
chuyen_ban | 1, 7 karaoke | answer | 1 7 | figure
chuyen_ban | 146 | answer | 1 4 6 | figure
lam_thu_tuc | Có | answer | 1 | label
lam_thu_tuc | co a | answer | 1 | label
lam_thu_tuc | co Hoa | ask_again | | unclear
lam_thu_tuc | khong | answer | 2 | label
lam_thu_tuc | ko | answer | 2 | label
lam_thu_tuc | k | answer | 2 | label
lam_thu_tuc | hem | answer | 2 | label
lam_thu_tuc | không có | answer | 2 | label
lam_thu_tuc | dạ chưa | answer | 2 | label
lam_thu_tuc | da chua | answer | 2 | label
lam_thu_tuc | Đúng | answer | 1 | label
lam_thu_tuc | dung | doubtful_stop | | doubtful_stop_word
lam_thu_tuc | vâng | answer | 1 | label
lam_thu_tuc | không nhớ | answer | 98 | label
lam_thu_tuc | không làm | answer | 2 | verb
hl_thu_tuc | hai long | answer | 2 | label
hl_thu_tuc | hài lòng | answer | 2 | label
hl_thu_tuc | rat hai long | answer | 1 | label
hl_thu_tuc | khong hai long | answer | 4 | label
hl_thu_tuc | rất không hài lòng | answer | 5 | label
hl_thu_tuc | khong hai long lam | ask_again | | unclear
hl_thu_tuc | chua hai long lam | ask_again | | negation
hl_thu_tuc | hai long gi dau | ask_again | | negation
hl_thu_tuc | ko hai long | answer | 4 | label
hl_thu_tuc | rat k hai long | answer | 5 | label
huong | hok mun tra loi | answer | 99 | label
huong | k muon tra loi | answer | 99 | label
hl_thu_tuc | hl | answer | 2 | label
hl_thu_tuc | khl | answer | 4 | label
hl_thu_tuc | rhl | answer | 1 | label
hl_thu_tuc | bt | answer | 3 | label
hl_thu_tuc | kb | answer | 98 | label
hl_thu_tuc | k bt | answer | 98 | label
hl_thu_tuc | tam duoc | ask_again | | not_a_choice
gia_ca | cao hon | answer | 2 | label
gia_ca | cao hon nhieu | answer | 1 | label
gia_ca | hl | ask_again | | not_a_choice
gioi | nam | ask_again | | figure_or_word
gioi | Nam. | ask_again | | figure_or_word
gioi | năm | answer | 5 | number_word
gioi | nữ | answer | 2 | label
so_nguoi | 3 | answer | 3 | figure
so_nguoi | khoảng 12 người | answer | 12 | figure
so_nguoi | 3 nguoi a | answer | 3 | figure
so_nguoi | 007 | answer | 7 | figure
so_nguoi | ba | answer | 3 | number_word
so_nguoi | mười | answer | 10 | number_word
so_nguoi | 31 | ask_again | | out_of_range
so_nguoi | 250 | ask_again | | out_of_range
so_nguoi | -1 | ask_again | | out_of_range
so_nguoi | 0 | answer | 0 | figure
so_nguoi | 1,5 | ask_again | | not_a_number
so_nguoi | 2-3 | ask_again | | not_a_number
so_nguoi | 3 hoặc 4 | ask_again | | not_a_number
so_nguoi | khong | ask_again | | not_a_number
so_nguoi | không nhớ | answer | 98 | label
so_nguoi | BQ | answer | 99 | skip
so_nguoi | nhiều lắm | ask_again | | not_a_number
so_nguoi | 99999999999999999999 | ask_again | | out_of_range
tien | 1.500 | answer | 1500 | figure
tien | 1 500 | answer | 1500 | figure
tien | 5k | answer | 5000 | figure
tien | 5 nghìn | answer | 5000 | figure
tien | -5 | answer | -5 | figure
tin | 8 | answer | 8 | figure
tin | 8/10 | answer | 8 | figure
tin | 0 | answer | 0 | figure
tin | rất tin | answer | 10 | label
tin | khong tin chut nao | answer | 0 | label
tin | 11 | ask_again | | out_of_range
tin | không tin | ask_again | | not_a_number
y_kien | dừng lại ở ngã tư vì ngập | answer | dừng lại ở ngã tư vì ngập | text
y_kien | đường hỏng 3 tháng | answer | đường hỏng 3 tháng | text
y_kien | không | answer | không | text
y_kien | bận | answer | bận | text
y_kien | STOP | opt_out | | stop_word
y_kien | TC | opt_out | | stop_word
y_kien | BQ | answer | skipped | skip
y_kien | x | ask_again | | empty
y_kien | dung | doubtful_stop | | doubtful_stop_word
xa | son ha | ask_again | | ambiguous
xa | sơn hà | answer | 1 | label
xa | Sơn Hạ | answer | 2 | label
xa | hoà bình | answer | 3 | label
xa | hoa binh | answer | 3 | label
xa | 0 | ask_again | | not_a_choice
xa | BQ | answer | skipped | skip
nhieu | 1 3 | ask_again | | exclusive
nhieu | khong co gi | answer | 3 | label
`) {
		q, ok := monthly.Question(c.question)
		if !ok {
			q, _ = shapes.Question(c.question)
		}
		r := q.ReadText(c.text, ReadContext{Lang: survey.Vietnamese})
		if string(r.Outcome) != c.outcome || r.Value() != c.value || r.Reason != c.reason {
			t.Errorf("%s %q: %s %q %s, want %s %q %s", c.question, c.text, r.Outcome, r.Value(), r.Reason, c.outcome, c.value, c.reason)
		}
	}
}

func TestReadTextInContext(t *testing.T) {
	t.Parallel()
	monthly, shapes := example(t, "monthly.yaml"), benchmarkQuestionnaire(t)
	for _, c := range []struct {
		question, text string
		context        ReadContext
		outcome        survey.ReadingOutcome
		value, reason  string
	}{
		{"huong", "huy", ReadContext{GivenName: "Trần Quốc Huy"}, survey.ReadDoubtfulStop, "", "doubtful_stop_word"},
		{"huong", "hủy", ReadContext{GivenName: "Huy"}, survey.ReadOptOut, "", "stop_word"},
		{"huong", "huy", ReadContext{GivenName: "Dung"}, survey.ReadOptOut, "", "stop_word"},
		{"huong", "tot len. Huy", ReadContext{GivenName: "Huy"}, survey.ReadAnswer, "1", "label"},
		{"huong", "2 Ba", ReadContext{GivenName: "Ba"}, survey.ReadAnswer, "2", "figure"},
		{"huong", "2 ba", ReadContext{}, survey.ReadAskAgain, "", "several"},
		{"huong", "hai", ReadContext{GivenName: "Hai"}, survey.ReadAskAgain, "", "figure_or_word"},
		{"so_nguoi", "nam", ReadContext{GivenName: "Nam"}, survey.ReadAskAgain, "", "figure_or_word"},
		{"so_nguoi", "12 Nam", ReadContext{GivenName: "Nam"}, survey.ReadAnswer, "12", "figure"},
		{"huong", "A", ReadContext{Pending: PendingStop}, survey.ReadOptOut, "", "stop_confirmed"},
		{"huong", "a.", ReadContext{Pending: PendingStop}, survey.ReadOptOut, "", "stop_confirmed"},
		{"huong", "phải, thôi nhận", ReadContext{Pending: PendingStop}, survey.ReadOptOut, "", "stop_confirmed"},
		{"huong", "B", ReadContext{Pending: PendingStop}, survey.ReadAskAgain, "", "go_on"},
		{"huong", "không, trả lời tiếp", ReadContext{Pending: PendingStop}, survey.ReadAskAgain, "", "go_on"},
		{"lam_thu_tuc", "không", ReadContext{Pending: PendingStop}, survey.ReadAskAgain, "", "go_on"},
		{"huong", "2", ReadContext{Pending: PendingStop}, survey.ReadAnswer, "2", "figure"},
		{"huong", "dung", ReadContext{Pending: PendingStop}, survey.ReadOptOut, "", "stop_repeated"},
		{"y_kien", "tôi không muốn nữa", ReadContext{Pending: PendingStop}, survey.ReadAskAgain, "", "unclear_stop"},
		{"huong", "A", ReadContext{}, survey.ReadAskAgain, "", "not_a_choice"},
		{"hl_thu_tuc", "A", ReadContext{Pending: PendingChoose, Offer: []string{"2", "4"}}, survey.ReadAnswer, "2", "offered"},
		{"hl_thu_tuc", "b", ReadContext{Pending: PendingChoose, Offer: []string{"2", "4"}}, survey.ReadAnswer, "4", "offered"},
	} {
		q, ok := monthly.Question(c.question)
		if !ok {
			q, _ = shapes.Question(c.question)
		}
		r := q.ReadText(c.text, c.context)
		if r.Outcome != c.outcome || r.Value() != c.value || r.Reason != c.reason {
			t.Errorf("%s %q: %s %q %s, want %s %q %s", c.question, c.text, r.Outcome, r.Value(), r.Reason, c.outcome, c.value, c.reason)
		}
	}
}

func TestReadTextDetails(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	list, _ := q.Question("chuyen_ban")
	if r := list.ReadText("1, khác: tiếng ồn, karaoke", ReadContext{}); string(r.Other) != "tiếng ồn, karaoke" {
		t.Errorf("other words: %q", string(r.Other))
	}
	if r := list.ReadText("1 2 3 4", ReadContext{}); r.Code != survey.CodeAnswerTooMany || r.Args["value"] != "4" || r.Args["max"] != "3" {
		t.Errorf("too many: %+v", r)
	}
	scale, _ := q.Question("hl_thu_tuc")
	for _, text := range []string{"hai long gi dau", "chua hai long lam"} {
		if r := scale.ReadText(text, ReadContext{}); strings.Join(r.Choices, " ") != "2 4" {
			t.Errorf("%q: in doubt between %v, want 2 and 4", text, r.Choices)
		}
	}
}

// A reply that negates a label is never read as the label.
func TestNegationIsNeverItsOpposite(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Type == Text {
			continue
		}
		for _, c := range question.Choices {
			for _, before := range []string{"không", "khong", "ko", "k", "chưa", "chua", "chẳng", "hem", "không phải", "not"} {
				for _, label := range []string{c.Label["vi"], c.short("vi"), c.Label["en"]} {
					if isOneOf(newPhrase(label), negations) {
						continue // "không, không" is a firm no
					}
					r := question.ReadText(before+" "+label, ReadContext{})
					if r.Outcome == survey.ReadAnswer && r.Value() == c.Code {
						t.Errorf("%s: %q read as %s", question.Name, before+" "+label, c.Code)
					}
				}
			}
		}
	}
}

// Every label reads back as its own choice, with accents and without, unless
// two choices share the spelling.
func TestLabelsReadBack(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		q := example(t, file)
		for i := range q.Questions {
			question := &q.Questions[i]
			for _, c := range question.Choices {
				for _, l := range q.Languages {
					for _, label := range []string{c.Label[l], c.short(l), c.spoken(l), unaccented(c.Label[l]), strings.ToUpper(c.short(l))} {
						if r := question.ReadText(label, ReadContext{}); r.Outcome != survey.ReadAnswer || r.Value() != c.Code {
							t.Errorf("%s: %q read as %s %q (%s), want %s", question.Name, label, r.Outcome, r.Value(), r.Reason, c.Code)
						}
					}
				}
			}
		}
	}
}

func unaccented(s string) string {
	var words []string
	for _, w := range newMessage(s).words {
		words = append(words, w.base)
	}
	return strings.Join(words, " ")
}

func TestReadIdle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, name string
		outcome    survey.ReadingOutcome
		reason     string
	}{
		{"STOP", "", survey.ReadOptOut, "stop_word"},
		{"dung", "", survey.ReadOptOut, "stop_word_idle"},
		{"thoi", "", survey.ReadOptOut, "stop_word_idle"},
		{"HUY", "Huy", survey.ReadOptOut, "stop_word_idle"},
		{"Đúng", "", survey.ReadAskAgain, "opinion"},
		{"đường ngập rồi", "", survey.ReadAskAgain, "opinion"},
		{"DK", "", survey.ReadOptIn, "opt_in_word"},
		{"START", "", survey.ReadOptIn, "opt_in_word"},
		{"?", "", survey.ReadHelp, "help"},
		{"link", "", survey.ReadHelp, "link"},
		{"en", "", survey.ReadLanguage, "language"},
		{"", "", survey.ReadAskAgain, "empty"},
	} {
		r := ReadIdle(c.text, ReadContext{GivenName: survey.PersonName(c.name)})
		if r.Outcome != c.outcome || r.Reason != c.reason {
			t.Errorf("%q: %s %s, want %s %s", c.text, r.Outcome, r.Reason, c.outcome, c.reason)
		}
	}
}

func TestReadKeys(t *testing.T) {
	t.Parallel()
	monthly, shapes := example(t, "monthly.yaml"), benchmarkQuestionnaire(t)
	for _, c := range readCases(t, `
huong | 1 | answer | 1 | key
huong | * | answer | 98 | star
huong | 9 | ask_again | | repeat
huong | 0 | back | | back
huong | 8 | language | | language
huong | 4 | ask_again | | no_such_key
huong | 12 | ask_again | | no_such_key
huong | | ask_again | | no_key
huong | A | ask_again | | no_such_key
chuyen_ban | 146# | answer | 1 4 6 | key
chuyen_ban | 146 | answer | 1 4 6 | key
chuyen_ban | 641# | answer | 1 4 6 | key
chuyen_ban | 11# | answer | 1 | key
chuyen_ban | 1234# | ask_again | | too_many
chuyen_ban | 19# | ask_again | | no_such_key
chuyen_ban | 9# | ask_again | | repeat
chuyen_ban | # | ask_again | | no_key
so_nguoi | 12# | answer | 12 | figure
so_nguoi | 0 | answer | 0 | figure
so_nguoi | 8# | answer | 8 | figure
so_nguoi | 31# | ask_again | | out_of_range
so_nguoi | * | answer | 98 | star
tin | 10# | answer | 10 | figure
y_kien | * | answer | skipped | skip
y_kien | 1 | ask_again | | no_such_key
xa | * | answer | skipped | skip
`) {
		q, ok := monthly.Question(c.question)
		if !ok {
			q, _ = shapes.Question(c.question)
		}
		r := q.ReadKeys(c.text)
		if string(r.Outcome) != c.outcome || r.Value() != c.value || r.Reason != c.reason {
			t.Errorf("%s %q: %s %q %s, want %s %q %s", c.question, c.text, r.Outcome, r.Value(), r.Reason, c.outcome, c.value, c.reason)
		}
	}
}
