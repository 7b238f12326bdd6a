package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// A token is printed alone on a line, once; the list tells all but it, and one that is
// revoked is told as such.
func TestTokenCommands(t *testing.T) {
	db := pgtest.New(t)
	db.MakeCampaign(survey.Campaign{Name: "thang-12"})
	env := map[string]string{"CANVASS_DATABASE_URL": db.URL, "CANVASS_DATA_DIR": filepath.Join(t.TempDir(), "data"), "CANVASS_LANG": "en", "USER": "lan"}
	run := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := newApp(strings.NewReader(""), &out, &errs, func(n string) string { return env[n] }).run(t.Context(), args)
		return code, out.String(), errs.String()
	}
	code, out, errs := run("token", "make", "Bảng số liệu", "--right", "answers", "--campaigns", "thang-12")
	token := strings.TrimSpace(out)
	if _, ok := staff.ReadAPIToken(token); code != 0 || !ok || !strings.Contains(errs, "copy it now") || strings.Contains(errs, token) {
		t.Fatalf("%d %q %q", code, out, errs)
	}
	listed := regexp.MustCompile(`1 +Bảng số liệu +answers +thang-12 +works .* lan `)
	if code, out, _ := run("token", "list"); code != 0 || !listed.MatchString(out) || strings.Contains(out, staff.TokenPrefix) {
		t.Errorf("%d %s", code, out)
	}
	for want, args := range map[string][]string{"for results (answers)": {"token", "make", "x", "--right", "persons"}, "at most 366": {"token", "make", "x", "--until", "2999-01-01"},
		"each must exist": {"token", "make", "x", "--campaigns", "thang-12,khong-co"}, "what the token is for": {"token", "make", " "}, "Not found": {"token", "revoke", "99"}, "--until": {"token", "make", "x", "--until", "mai"}} {
		if code, _, errs := run(args...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%v: %d %q", args, code, errs)
		}
	}
	if code, out, _ := run("token", "revoke", "1"); code != 0 || !strings.Contains(out, "Token 1 is revoked") {
		t.Errorf("%d %s", code, out)
	}
	if _, out, _ := run("token", "list"); !strings.Contains(out, "revoked") {
		t.Errorf("%s", out)
	}
}
