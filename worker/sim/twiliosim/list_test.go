package twiliosim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// sids follows a list over all its pages, as twilio-go does: by next_page_uri.
func sids(t *testing.T, s *Sim, path string, q url.Values) []string {
	t.Helper()
	status, page := api(t, s, "GET", path, q)
	key := strings.ToLower(path[1 : len(path)-5])
	var list []string
	for {
		if status != http.StatusOK {
			t.Fatalf("%s?%s: %d %v", path, q.Encode(), status, page)
		}
		for _, item := range page[key].([]any) {
			list = append(list, item.(map[string]any)["sid"].(string))
		}
		next, _ := page["next_page_uri"].(string)
		if next == "" {
			return list
		}
		status, page = api(t, s, "GET", next, nil)
	}
}

func TestMessageListFilters(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 23, 30, 0, 500, time.UTC)
	s := start(t, newProduct(t, nil), func(c *Config) { c.Now = func() time.Time { return now } })
	first := send(t, s, patient, "một")["sid"].(string)
	settle(t, s)
	now = now.Add(time.Hour) // the clock is read under the lock only while something happens; now is settled
	second := send(t, s, patient, "hai")["sid"].(string)
	settle(t, s)
	third := send(t, s, "+84368000203", "ba")["sid"].(string)
	settle(t, s)
	inbound, err := s.Reply(patient, longCode, "2")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{inbound, third, second, first}
	for name, c := range map[string]struct {
		q    string
		want []string
	}{
		"all, newest first":  {"", all},
		"To":                 {"To=%2B84356000640", []string{second, first}},
		"From":               {"From=%2B84356000640", []string{inbound}},
		"both":               {"To=%2B84368000203&From=%2B12025550123", []string{third}},
		"day":                {"DateSent=2026-11-20", []string{first}},
		"day as time":        {"DateSent=2026-11-20T00:00:00Z", []string{first}},
		"from day":           {"DateSent>=2026-11-21", []string{inbound, third, second}},
		"until day":          {"DateSent<=2026-11-20", []string{first}},
		"from instant":       {"DateSent%3E=2026-11-20T23:30:00Z", all},
		"after instant":      {"DateSent%3E=2026-11-20T23:30:01Z", []string{inbound, third, second}},
		"until instant":      {"DateSent%3C=2026-11-20T23:30:00Z", []string{first}},
		"other zone":         {"DateSent%3C=2026-11-21T06:30:00%2B07:00", []string{first}},
		"between, with To":   {"DateSent%3E=2026-11-20&DateSent%3C=2026-11-22&To=%2B84356000640", []string{second, first}},
		"nobody":             {"To=%2B84999999999", nil},
		"pages of one":       {"PageSize=1", all},
		"pages of three":     {"PageSize=3", all},
		"pages exactly full": {"PageSize=4", all},
	} {
		q, err := url.ParseQuery(c.q)
		if err != nil {
			t.Fatal(err)
		}
		if got := sids(t, s, "/Messages.json", q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for _, bad := range []string{"DateSent=yesterday", "PageSize=0", "PageSize=x", "Page=-1", "PageToken=PASM0"} {
		q, _ := url.ParseQuery(bad)
		if status, _ := api(t, s, "GET", "/Messages.json", q); status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	var list []string
	for i := range 7 {
		list = append(list, fmt.Sprintf("SM%d", i))
	}
	id := func(v string) string { return v }
	page, meta, err := pageOf(list, id, "/base", url.Values{"PageSize": {"3"}, "PageToken": {"PASM2"}, "Page": {"1"}, "To": {"+1"}})
	if err != nil || !slices.Equal(page, list[3:6]) {
		t.Fatalf("%v %v", page, err)
	}
	for key, want := range map[string]any{"page": 1, "page_size": 3, "start": 3, "end": 5,
		"first_page_uri":    "/base?Page=0&PageSize=3&To=%2B1",
		"next_page_uri":     "/base?Page=2&PageSize=3&PageToken=PASM5&To=%2B1",
		"previous_page_uri": "/base?Page=0&PageSize=3&PageToken=PBSM3&To=%2B1"} {
		if meta[key] != want {
			t.Errorf("%s = %v, want %v", key, meta[key], want)
		}
	}
	if page, meta, _ = pageOf(list, id, "/base", url.Values{"PageSize": {"3"}, "PageToken": {"PBSM3"}}); !slices.Equal(page, list[:3]) || meta["previous_page_uri"] != nil {
		t.Errorf("back: %v %v", page, meta)
	}
	if page, meta, _ = pageOf(list, id, "/base", url.Values{"Page": {"9"}}); len(page) != 0 || meta["next_page_uri"] != nil {
		t.Errorf("beyond: %v %v", page, meta)
	}
	if page, _, _ = pageOf(list, id, "/base", url.Values{"PageSize": {"5000"}}); len(page) != 7 {
		t.Errorf("large: %v", page)
	}
}

// A page stays where it is while new records come in.
func TestPagesDoNotShift(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	var want []string
	for range 4 {
		want = append([]string{send(t, s, patient, "x")["sid"].(string)}, want...)
	}
	_, page := api(t, s, "GET", "/Messages.json", url.Values{"PageSize": {"2"}})
	send(t, s, patient, "new")
	_, page = api(t, s, "GET", page["next_page_uri"].(string), nil)
	var got []string
	for _, m := range page["messages"].([]any) {
		got = append(got, m.(map[string]any)["sid"].(string))
	}
	if !slices.Equal(got, want[2:]) {
		t.Errorf("%v, want %v", got, want[2:])
	}
}

func TestCallListFilters(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	busy := dial(t, s, ring("+84356009101"))
	settle(t, s)
	failed := dial(t, s, ring("+84356009103"))
	settle(t, s)
	today := time.Now().UTC().Format(time.DateOnly)
	for q, want := range map[string][]string{
		"":                                     {failed, busy},
		"Status=busy":                          {busy},
		"To=%2B84356009103":                    {failed},
		"StartTime%3E=" + today:                {failed, busy},
		"StartTime%3C=2020-01-01":              nil,
		"EndTime%3E=" + today:                  {failed, busy},
		"From=%2B12025550123&Status=failed":    {failed},
		"StartTime%3E=" + today + "&From=%2B1": nil,
	} {
		values, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		if got := sids(t, s, "/Calls.json", values); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", q, got, want)
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, nil, nil)
	for name, c := range map[string]struct {
		user, password, path string
		status, code         int
	}{
		"none":          {"", "", s.path("/Messages.json"), 401, 20003},
		"wrong token":   {DefaultAccountSID, "wrong", s.path("/Messages.json"), 401, 20003},
		"wrong account": {"AC0", DefaultAuthToken, s.path("/Messages.json"), 401, 20003},
		"other account": {DefaultAccountSID, DefaultAuthToken, "/2010-04-01/Accounts/AC0/Messages.json", 404, 20404},
		"no such list":  {DefaultAccountSID, DefaultAuthToken, s.path("/Conferences.json"), 404, 20404},
		"no message":    {DefaultAccountSID, DefaultAuthToken, s.path("/Messages/SM0.json"), 404, 20404},
		"no call":       {DefaultAccountSID, DefaultAuthToken, s.path("/Calls/CA0.json"), 404, 20404},
		"account":       {DefaultAccountSID, DefaultAuthToken, s.path("") + ".json", 200, 0},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL()+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.user != "" {
			req.SetBasicAuth(c.user, c.password)
		}
		status, body := do(t, req)
		if status != c.status || c.code != 0 && body["code"] != float64(c.code) {
			t.Errorf("%s: %d %v", name, status, body)
		}
	}
}
