package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"canvass/dispatch/console"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// Every address of the table asks for its right, whatever the role and whether or not
// the thing behind it exists; without the right nothing changes and nothing is told.
func TestEveryRouteAsksForItsRight(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	by := map[staff.Role]*browser{}
	for _, r := range staff.Roles() {
		by[r] = d.signedIn("nguoi."+string(r), r)
		by[r].CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	nobody := d.browser()
	nobody.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	before := d.db.Text(`SELECT string_agg(login || role || (disabled_at IS NULL), ',' ORDER BY id) FROM staff`)
	hole := regexp.MustCompile(`\{[a-z$]+\}`)
	for _, route := range console.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if route.Right == "" || strings.HasSuffix(pattern, "/live") {
			continue
		}
		for _, thing := range []string{k.Name, "khong-co", "1", "..%2f..%2fetc"} {
			path := hole.ReplaceAllString(strings.ReplaceAll(pattern, "{$}", ""), thing)
			if got := nobody.do(method, path, url.Values{}); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
				t.Errorf("%s: nobody gets %d", route.Pattern, got.status)
			}
			for _, role := range staff.Roles() {
				got := by[role].do(method, path, url.Values{})
				switch {
				case !role.May(route.Right) && (got.status != http.StatusForbidden || strings.Contains(got.body, string(k.Title["vi"]))):
					t.Errorf("%s %s: a %s gets %d", method, path, role, got.status)
				case role.May(route.Right) && got.status == http.StatusForbidden && !strings.HasPrefix(pattern, "/people/{id}"):
					t.Errorf("%s %s: a %s is refused", method, path, role)
				case got.status >= 500:
					t.Errorf("%s %s: %d", method, path, got.status)
				}
			}
		}
	}
	if after := d.db.Text(`SELECT string_agg(login || role || (disabled_at IS NULL), ',' ORDER BY id) FROM staff`); after != before {
		t.Errorf("accounts were changed: %s", after)
	}
	if state := d.db.Text(`SELECT state FROM campaign`); state != string(survey.CampaignFielding) {
		t.Errorf("the campaign is %s", state)
	}
}

// walkForeign asks every route for a campaign that the visitor is not bound to: it is not
// there, and what is of the whole house is not for them.
func walkForeign(t *testing.T, b *browser, role staff.Role, foreign string) {
	t.Helper()
	hole := regexp.MustCompile(`\{[a-z$]+\}`)
	for _, route := range console.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if route.Right == "" || !role.May(route.Right) {
			continue
		}
		path := hole.ReplaceAllString(strings.ReplaceAll(pattern, "{$}", ""), foreign)
		got := b.do(method, path, url.Values{})
		switch {
		case strings.Contains(pattern, "/campaigns/{name}") && got.status != http.StatusNotFound:
			t.Errorf("%s %s: a bound %s gets %d", method, path, role, got.status)
		case !strings.Contains(pattern, "{name}") && route.Right != staff.See && !console.OpenToBound(route.Pattern) && got.status != http.StatusForbidden:
			t.Errorf("%s %s: a bound %s reaches the whole house: %d", method, path, role, got.status)
		case strings.Contains(got.body, "của người khác"):
			t.Errorf("%s %s: a bound %s sees the foreign campaign", method, path, role)
		}
	}
}

// The rights of the roles are these, and no others.
func TestRights(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		right staff.Right
		may   string
	}{
		{staff.See, "administrator manager analyst viewer"}, {staff.Conduct, "administrator manager"}, {staff.Persons, "administrator manager"},
		{staff.Answers, "administrator manager analyst"}, {staff.Administer, "administrator"},
	} {
		var may []string
		for _, r := range append(staff.Roles(), "", "root") {
			if r.May(c.right) {
				may = append(may, string(r))
			}
		}
		if got := strings.Join(may, " "); got != c.may {
			t.Errorf("%s: %s", c.right, got)
		}
	}
}
