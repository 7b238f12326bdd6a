package templates

import (
	"bytes"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sampleScreens are all screens, with what breaks them if it is not escaped.
func sampleScreens(lang string) map[string]Screen {
	now := time.Date(2026, 11, 20, 14, 32, 0, 0, time.UTC)
	in := Shell{Lang: lang, Office: "DLXH Lâm Xuyên", Here: "/", Now: now, User: `Mai <b>"Chi"</b>`, Role: "manager",
		Nav: []NavItem{{Key: "home", Href: "/", Count: 4, Due: true, Current: true}, {Key: "people", Href: "/people"}}}
	out := in
	out.User, out.Told = "", "told.joined"
	needs := []Need{{Count: 1203, Key: "doubts", Where: "Dư luận <tháng 11>", Href: "/campaigns/thang-11", Bad: true}, {Count: 7, Key: "inbox"}, {Count: 1, Key: "erasures"},
		{Count: 2, Key: "parked"}, {Count: 1, Key: "senders"}, {Count: 1, Key: "budget"}, {Count: 1, Key: "approvals", Href: "/proposals/7/approval"}, {Count: 1, Key: "returned"}, {Count: 1, Key: "unlaunched"}}
	line := StratumLine{Name: "Đô thị <1>", Sample: 420, Submitted: 231, Begun: 19, Waits: 148, Over: 22}
	all := map[string]Screen{
		"signin":  SignIn{Shell: out, Login: `<x>`, Next: "/", Keys: true, Wrong: "Tên đăng nhập hoặc mật khẩu không đúng."},
		"join":    Join{Shell: out, Self: "/join/abc", Gives: "administrator", Field: "password", Wrong: "ngắn", Least: 12},
		"refusal": Refusal{Shell: in, Head: "refusal.role", Why: "…", Back: "/"},
		"home": Home{Shell: in, Needs: needs, Fields: []Fielding{{Title: "Dư luận <tháng 11>", Href: "/campaigns/thang-11", State: "fielding", Line: line, Rate: .55, Ends: now.AddDate(0, 0, 5), Left: 5}}, Rest: []Listed{{Title: "Nháp", Href: "/campaigns/nhap", State: "draft"}}, Conduct: true,
			Series: []SeriesLine{{Name: "hang-thang", State: "paused", Last: "thang-11"}}},
		"home-empty": Home{Shell: in},
	}
	for _, part := range []func(Shell) map[string]Screen{ // one function for each part of the console
		sampleUrgent,
		sampleField,
		sampleWizard,
		sampleResults,
		sampleContacts,
		sampleAdmin,
		sampleColumns,
		sampleTokens,
		sampleImport,
		sampleUnits,
		sampleFocal,
		sampleTexts,
		sampleReplies,
		sampleQuestionnaires,
		samplePrices,
		sampleHolidays,
	} {
		maps.Copy(all, part(in))
	}
	return all
}

func TestScreens(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	for _, lang := range []string{"vi", "en"} {
		for name, screen := range sampleScreens(lang) {
			var b bytes.Buffer
			if err := s.WriteScreen(&b, screen); err != nil {
				t.Fatalf("%s.%s: %v", name, lang, err)
			}
			page := b.String()
			if strings.Contains(page, "<b>\"") || strings.Contains(page, "<tháng") || strings.Contains(page, "<i>") || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("%s.%s: something stands in the page as it was typed", name, lang)
			}
			if bad := regexp.MustCompile(` style=| on[a-z]+=|javascript:|<script>`).FindString(page); bad != "" {
				t.Errorf("%s.%s: %q does not go with the policy", name, lang, bad)
			}
			if n := strings.Count(page, "<h1"); n != 1 {
				t.Errorf("%s.%s has %d headings of the first level", name, lang, n)
			}
			if !strings.Contains(page, `<html lang="`+lang+`">`) {
				t.Errorf("%s.%s does not say its language", name, lang)
			}
			golden(t, "console/"+name+"."+lang+".html", b.Bytes())
		}
	}
}

// Every sentence that a screen names exists, and every sentence of the console is used.
func TestSentencesOfScreens(t *testing.T) {
	t.Parallel()
	words, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	chosen := []string{ // while rendering, or by the console
		"nav.", "role.", "need.", "level.", "move.", "told.", "refusal.",
		"admin.tab.", "tokens.right.", "record.", "prices.each.",
		"texts.for.", "texts.field.", "texts.by.",
		"import.state.", "import.head.", "import.lead.", "import.work.", "import.tab.", "import.wrong.", "import.row", "import.column", "units.wrong.", "focal.kind.", "focal.field.", "focal.waits.", "focal.done.", "focal.wrong.",
		"replies.outcome.", "replies.talk.", "replies.why.", "replies.tab.", "replies.not.",
		"questionnaires.type.", "questionnaires.kind.", "questionnaires.part.", "questionnaires.change.", "questionnaires.snippet.",
		"urgent.sort.", "urgent.reach.",
		"field.of.", "field.part.", "field.arrival.", "resend.to.", "doubts.none",
		"results.infer.", "results.find.", "results.change.", "results.moved.", "results.kind.", "results.missing.", "results.guard.", "results.trend.", "results.head.", "results.note.", "results.done.", "results.figure.", "results.sheet.", "results.column.", "results.group.",
		"wizard.step.", "wizard.state.", "wizard.purpose.", "wizard.listed.", "wizard.method.", "wizard.level.", "wizard.ready.", "wizard.text.", "wizard.only.", "wizard.cond.",
	}
	names, _ := fs.Glob(consoleFiles, "console/*.html")
	for _, name := range names {
		src, _ := fs.ReadFile(consoleFiles, name)
		for _, m := range regexp.MustCompile(`(?:say|word) "([a-z.]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if _, ok := words[ofConsole+m[1]]; !ok {
				t.Errorf("%s names [%s], which does not exist", name, m[1])
			}
		}
	}
	for key := range words {
		if short, ours := strings.CutPrefix(key, ofConsole); ours && !used[short] && !slices.ContainsFunc(chosen, func(p string) bool { return strings.HasPrefix(short, p) }) {
			t.Errorf("[%s] is used by nothing", short)
		}
	}
}
