package templates

import "time"

// sampleQuestionnaires are the screens of questionnaires, with what breaks them if it is
// not escaped.
func sampleQuestionnaires(in Shell) map[string]Screen {
	const odd = `Đường <tháng 11> & "chợ"`
	at := func(tab string) WritingScreen {
		return WritingScreen{Shell: in, W: Writing{Base: "/questionnaires/drafts/7", Tab: tab, Title: odd, Name: "y_kien", Draft: true, Open: true, May: true, Revision: 3,
			SavedAt: in.Now, SavedBy: "mai", Errors: 1, Warnings: 2, Undo: true}}
	}
	version := WritingScreen{Shell: in, W: Writing{ID: 3, Base: "/questionnaires/versions/3", Tab: "version", Title: odd, Name: "y_kien", Version: 2, May: true}}
	versions := []VersionLine{{ID: 3, Version: 2, Href: "/questionnaires/versions/3", At: in.Now, By: "mai", Note: "thêm câu <i>chợ</i>", Campaigns: 2, Current: true},
		{ID: 1, Version: 1, Href: "/questionnaires/versions/1", At: in.Now.Add(-24 * time.Hour), By: "mai", Campaigns: 1}}
	found := []FoundLine{{Line: 12, Quote: "label: <i>x", Words: "Câu chưa có lời.", Bad: true}, {Line: 40, Words: "Lời hỏi có hai ý."}}
	sms := SMSLook{Lang: "vi", Text: "Cau 1/2: Duong di lai noi Ong/Ba the nao? 1 Tot 2 Vua 3 Kem <i>", Folded: 1, Accented: 2, Units: 63, FullUnits: 63, Encoding: "GSM-7", FullCode: "UCS-2", How: "whole"}
	voice := VoiceLook{Lang: "vi", Text: "Câu một. Đường đi lại nơi Ông, Bà thế nào? Tốt, bấm một. Vừa, bấm hai.", Seconds: 12.4, How: "whole"}
	left := SMSLook{How: "left_out", Why: "needs_file"}
	drafts := []DraftLine{{Title: odd, Href: "/questionnaires/drafts/7", By: "mai", At: in.Now}}
	list := QuestionnaireList{Shell: in, May: true, Drafts: drafts, Dropped: drafts, Examples: []ExampleLine{{"monthly.yaml", "Ý kiến tháng"}}, After: "/questionnaires?from=50",
		Lines: []QuestionnaireLine{{ID: 3, Name: "y_kien", Title: odd, Href: "/questionnaires/versions/3", Version: 2, At: in.Now, Langs: []string{"vi", "en"}, Questions: 12, Campaigns: 3, Older: versions[1:]}}}
	upload := list
	upload.Upload = FormRead{File: `phiếu <i>.xlsx`, Fault: 1, Cells: []CellLine{{Where: "survey!C12", More: 2, Words: "Kiểu câu hỏi không có.", Bad: true}, {Where: "choices!A3", Words: "Mã được đổi."}}}
	remarks := list
	remarks.Upload = FormRead{File: "phieu.xlsx", Cells: upload.Upload.Cells[1:], Source: "name: <i>", Name: "phieu"}
	return map[string]Screen{
		"questionnaires":         list,
		"questionnaires-empty":   QuestionnaireList{Shell: in},
		"questionnaires-upload":  upload,
		"questionnaires-remarks": remarks,
		"questionnaires-form": WritingForm{WritingScreen: at("form"), TitleVI: odd, TitleEN: "Roads", Name: "y_kien", Minutes: "6", English: true, Found: found[:1], Sketches: []SketchLine{
			{At: 1, Name: "duong", Type: "single", Kind: "own_opinion", Label: odd, Choices: []string{"Tốt", "Vừa <i>", "Kém"}, More: 4, Required: true, Core: true},
			{At: 2, Name: "vi_sao", Type: "text", Label: "Vì sao?", When: "${duong} = 3", Break: true, Lacks: true, Wrong: []string{"Tên ấy không có trong phiếu."}}}},
		"questionnaires-broken": WritingForm{WritingScreen: at("form"), Broken: "Chưa sửa từng câu được.", Found: found},
		"questionnaires-question": WritingQuestion{WritingScreen: at("question"), At: 2, Was: "duong", Name: "duong", Type: "single", Kind: "own_opinion", LabelVI: odd, LabelEN: "Roads",
			SMSVI: "Đường?", Choices: "1 = Tốt | Good\n2 = <i>Vừa</i> | Fair", Whens: []WhenLine{{"1. Xã <i>?", []WhenAnswer{{"${xa} = 1", "Có <i>", true}, {"${xa} = 2", "Không", false}}}, {"", []WhenAnswer{{"${x} > 1", "${x} > 1", false}}}}, Break: true, Required: true, English: true, More: []string{"random", "filter"}, Types: []string{"single", "multiple", "matrix"},
			Kinds: []string{"own_opinion", "what_i_hear", "fact", "background"}, Theirs: "  - name: duong\n    label: <i>", Look: Look{SMS: []SMSLook{sms}, Voice: []VoiceLook{voice}}},
		"questionnaires-question-new": WritingQuestion{WritingScreen: at("question"), At: 3, New: true, Type: "matrix", List: "viec", Types: []string{"matrix"}, Kinds: []string{"fact"}, Field: "label-vi",
			Look: Look{Wrong: []string{"Chưa có lời <i>."}, Beyond: 2, Voice: []VoiceLook{{How: "left_out", Why: "no_words"}}}},
		"questionnaires-text": WritingText{WritingScreen: at("text"), Source: "name: y_kien # </textarea><i>\n", Found: found, SMS: 14, Asked: 8,
			Snippets: []SnippetLine{{"single", "  - name: \"x\"\n"}, {"when", "  - name: y\n"}}},
		"questionnaires-clash":      WritingText{WritingScreen: at("text"), Source: "name: a\n", Theirs: "name: b # <i>\n", TheirsBy: "khue", TheirsAt: in.Now},
		"questionnaires-preview":    WritingPreview{WritingScreen: at("preview"), In: "vi", Langs: []string{"vi", "en"}, Page: "/questionnaires/drafts/7/page?in=vi", Open: true, From: 1, To: 2, All: 60, After: "?from=50", Lines: []PreviewLine{{Name: "duong", Label: odd, Page: "/questionnaires/drafts/7/page?in=vi&q=duong", SMS: sms, Voice: voice}, {Name: "anh", Label: "Ảnh", SMS: left, Voice: VoiceLook{How: "refused", Why: "too_many_keys"}}}},
		"questionnaires-unreadable": WritingPreview{WritingScreen: at("preview")},
		"questionnaires-try": WritingTry{WritingScreen: at("try"), Mode: "sms", In: "vi", Langs: []string{"vi", "en"}, Readable: true, Said: []string{"1", `<i>"`},
			Talk: []TalkLine{{Who: "us", Words: "Cau 1/2: <i>?"}, {Who: "me", Words: "1"}, {Who: "kept", Words: "duong = 1"}, {Who: "us", Words: "Cau 2/2: vi sao?"}}},
		"questionnaires-findings": WritingFound{WritingScreen: at("findings"), Found: found, Readable: true, Questions: 12, Modes: []ModeCheck{{Mode: "web", Open: true, Least: 8, Most: 12},
			{Mode: "sms", Least: 4, Most: 6, FoldedMin: 4, FoldedMx: 9, FullMin: 8, FullMx: 15, Refusals: []RefusalLine{{Line: 12, Question: "xa", Why: "too_many_options", Sure: true, Mend: "too_many_options"}}, Left: []RefusalLine{{Question: "anh", Why: "needs_file"}}},
			{Mode: "voice", Open: true, Least: 4, Most: 6, Shortest: 50.2, Longest: 120.9}}, Langs: []LangCheck{{Lang: "vi", Declared: true, Present: 80, Texts: 80}, {Lang: "en", Present: 2, Texts: 80}},
			Groups: []string{"y_kien"}, Rows: []string{"bang"}, Choices: []string{"viec"}},
		"questionnaires-changes": WritingChanges{WritingScreen: at("changes"), Against: 1, Choices: versions, Readable: true, Worst: "new_series", Head: []PartLine{{Part: "tiêu đề", Lang: "vi", Before: "Cũ", After: odd}},
			Changes: []ChangeLine{{Question: "duong", Kind: "changed", Data: "new_series", Parts: []PartLine{{Part: "lời", Lang: "vi", Before: "Đường?", After: odd}}}, {Question: "moi", Kind: "added"}}},
		"questionnaires-publish": WritingPublish{WritingScreen: func() WritingScreen { w := at("publish"); w.W.Errors = 0; return w }(), Found: found[1:], Note: `thêm <i>`, Next: 3, Worst: "apart", Count: 2},
		"questionnaires-version": WritingVersion{WritingScreen: version, Versions: versions, Langs: []string{"vi", "en"}, Questions: 12,
			Campaigns: []AskingLine{{Title: odd, Href: "/campaigns/thang-11", State: "fielding", Version: 2}}},
	}
}
