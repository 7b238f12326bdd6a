package xlsform

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// Every column that a sheet of XLSForm may have, and ours, with a cell for it.
var surveyCells = map[string]string{
	"hint": "Gợi ý", "required": "yes", "required_message": "Xin trả lời", "relevant": "${truoc} = 1", "constraint": "string-length(.) < 9 and . != 'x'",
	"constraint_message": "Chưa hợp", "calculation": "1 + 1", "default": "5", "appearance": "minimal", "choice_filter": "vung = 'a'", "parameters": "thu=1",
	"kind": "what_i_hear", "key": "yes", "core": "yes", "consent": "yes", "page": "7", "missing": "98", "min": "2", "max": "8", "decimals": "2", "at_most": "2", "max_length": "70",
	"accept": "document", "max_size": "2", "record": "60", "sms": "Tin nhắn", "voice": "Lời gọi", "low": "Thấp", "high": "Cao", "disabled": "yes",
	"readonly": "yes", "trigger": "${truoc}", "repeat_count": "3", "media::image": "a.png", "media::audio": "a.mp3", "media::video": "a.mp4", "big-image": "b.png",
	"image": "a.png", "audio": "a.mp3", "video": "a.mp4", "guidance_hint": "Chỉ dẫn", "autoplay": "audio", "rows": "3", "body::accuracyThreshold": "5", "bind::type": "string",
	"instance::odk:length": "9", "intent": "x", "save_to": "ten", "audio::Tiếng Việt (vi)": "a.mp3", "hint::Français (fr)": "Indice", "noted": "Ghi chú", "label::Tiếng Việt (vi)": "Bản khác",
}

// No cell of the sheet survey is dropped in silence, whatever the type of its row: it
// changes the questionnaire, or it is told.
func TestNoCellOfSurveyIsDroppedInSilence(t *testing.T) {
	t.Parallel()
	types := strings.Split("text,integer,decimal,date,time,note,acknowledge,range,select_one l,select_multiple l,rank l,image,file,calculate,hidden,begin group,end group", ",")
	for _, kind := range types {
		for head, text := range surveyCells {
			plain, full := rowOfType(kind, head, ""), rowOfType(kind, head, text)
			if string(plain.Source) == string(full.Source) && !tells(full, "survey!E3") && !(head == "hint::Français (fr)" && tells(full, "survey!E1")) {
				t.Errorf("%s of %s is dropped in silence:\n%s", head, kind, full.told())
			}
		}
	}
}

// rowOfType is a form with one row of that type, with a cell below that header.
func rowOfType(kind, head, text string) *Form {
	row := []string{kind, "cau", "Câu hỏi?", "", text}
	head4 := "kind"
	if head == "kind" {
		head4 = "ghi"
	}
	if kind == "calculate" && head != "calculation" {
		head4, row[3] = "calculation", "2 + 2"
	}
	lines := [][]string{{"type", "name", "label", head4, head}, {"integer", "truoc", "Trước?"}, row}
	switch kind {
	case "begin group":
		lines = append(lines, []string{"text", "trong", "Trong?"}, []string{"end group"})
	case "end group":
		lines = [][]string{lines[0], {"begin group", "nhom", "Nhóm"}, row, {"text", "ngoai", "Ngoài?"}}
	}
	choices := [][]string{{"list_name", "name", "label", "vung"}, {"l", "1", "Một", "a"}, {"l", "2", "Hai", "b"}, {"l", "5", "Năm", "a"}}
	return readRows(lines, choices, [][]string{{"form_title", "form_id"}, {"Thử", "thu"}})
}

// readRows reads sheets that were loaded.
func readRows(survey, choices, settings [][]string) *Form {
	r := newReader("f.xlsx")
	r.survey, r.choices, r.settings = sheetOf("survey", survey), sheetOf("choices", choices), sheetOf("settings", settings)
	for _, s := range [...]*sheet{&r.survey, &r.choices, &r.settings} {
		r.heads(s)
	}
	return r.form()
}

// tells reports whether a finding, or an error of the questionnaire, is at one of the cells.
func tells(f *Form, cells ...string) bool {
	for _, x := range f.Findings {
		for _, c := range append(x.Also, x.Where) {
			if slices.Contains(cells, c) {
				return true
			}
		}
	}
	_, errs := f.Parse()
	return slices.ContainsFunc(errs, func(e *survey.Error) bool { return slices.Contains(cells, e.Where) })
}

// So it is for choices and settings, for columns without a header, and for those behind
// blank ones.
func TestNoCellElsewhereIsDroppedInSilence(t *testing.T) {
	t.Parallel()
	lines := [][]string{{"type", "name", "label", "kind"}, {"select_one l", "cau", "Câu?", "fact"}}
	choices := [][]string{{"list_name", "name", "label", ""}, {"l", "1", "Một", ""}, {"l", "2", "Hai", ""}}
	settings := [][]string{{"form_title", "form_id", ""}, {"Thử", "thu", ""}}
	before := readRows(lines, choices, settings)
	for head, text := range map[string]string{"short": "M", "voice": "Một ạ", "other": "yes", "exclusive": "yes", "media::image": "a.png", "image": "b.png", "audio": "c.mp3",
		"vung": "a", "": "lạc", "geometry": "1 2"} {
		wide := [][]string{append(slices.Clone(choices[0]), "", "", head), append(slices.Clone(choices[1]), "", "", text), choices[2]}
		f := readRows(lines, wide, settings)
		if string(f.Source) == string(before.Source) && !tells(f, "choices!G2") {
			t.Errorf("%q of choices is dropped in silence:\n%s", head, f.told())
		}
	}
	for head, text := range map[string]string{"version": "3", "style": "pages", "instance_name": "x", "public_key": "k", "submission_url": "u", "allow_choice_duplicates": "yes",
		"default_language": "English (en)", "intro": "Chào", "minutes": "4", "ask_again": "1", "not_understood": "staff", "": "lạc", "auto_send": "no", "clean_text_values": "no"} {
		wide := [][]string{append(slices.Clone(settings[0]), "", head), append(slices.Clone(settings[1]), "", text)}
		f := readRows(lines, choices, wide)
		if string(f.Source) == string(before.Source) && !tells(f, "settings!E2") {
			t.Errorf("%q of settings is dropped in silence:\n%s", head, f.told())
		}
	}
	wide := [][]string{append(slices.Clone(lines[0]), "", "", "", ""), append(slices.Clone(lines[1]), "", "", "", "lạc")}
	if f := readRows(wide, choices, settings); !tells(f, "survey!H2") {
		t.Errorf("a cell behind blank columns is dropped in silence:\n%s", f.told())
	}
}

// What happens instead is said of the columns that people do use.
func TestColumnsSayWhatHappensInstead(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]survey.Code{"media::image": survey.CodeFormPicture, "media::image::Tiếng Việt (vi)": survey.CodeFormPicture, "media::video": survey.CodeFormPicture,
		"trigger": survey.CodeFormTrigger, "readonly": survey.CodeFormReadonly, "read_only": survey.CodeFormReadonly, "bind::readonly": survey.CodeFormReadonly} {
		f := rowOfType("text", head, "x")
		if !slices.ContainsFunc(f.Findings, func(x Finding) bool { return x.Code == want && x.Where == "survey!E3" }) {
			t.Errorf("%s: no %s in\n%s", head, want, f.told())
		}
	}
	f := readRows([][]string{{"type", "name", "label"}, {"text", "a", "A"}}, nil, [][]string{{"style"}, {"theme-grid"}})
	if !slices.ContainsFunc(f.Findings, func(x Finding) bool { return x.Code == survey.CodeFormStyle && x.Where == "settings!A2" }) {
		t.Error(f.told())
	}
}
