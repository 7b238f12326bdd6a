package intake_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// A script that holds a link and posts without end is told to wait; what it wrote
// stays bounded, what a person typed meanwhile goes back to them, and a stop is
// taken all the same.
func TestALinkDoesNotWriteWithoutEnd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	nothing := url.Values{"do": {"save"}} // is stored nowhere, and counted
	n := 0
	for ; n < 3000 && p.do(p.request(p.form, nothing)).status == 422; n++ {
	}
	if n < 900 || n > 1100 {
		t.Fatalf("%d posts in a row", n)
	}
	g := p.do(p.request(p.form, url.Values{"do": {"save"}, "page": {"huong"}, "huong": {"1"}}))
	if g.status != 429 || g.header.Get("Retry-After") != "60" || p.answers() != "" {
		t.Errorf("status %d, %q stored", g.status, p.answers())
	}
	g = p.post(p.form, url.Values{"do": {"next"}, "page": {"huong"}, "huong": {"1"}}).wants(429, "Xin chờ một lát", "Các câu đã trả lời vẫn còn", "Thử lại")
	if got := g.filled(); got.Get("huong") != "1" || got.Get("do") != "next" || g.header.Get("Retry-After") != "60" {
		t.Errorf("what was typed is lost: %v", got)
	}
	if !strings.Contains(p.log.String(), "posts without end") || strings.Contains(p.log.String(), p.form[3:]) {
		t.Error("staff are not told, or told the link")
	}
	p.get(p.form).wants(200, "Bắt đầu") // looking is free
	p.post(p.out, url.Values{"do": {"stop"}, "stop": {"sms"}}).wants(200, "Đã ngừng")
	p.post(p.out, url.Values{"do": {"stop"}, "stop": {"sms"}}).wants(429)
	p.later(time.Minute)
	g.press("next").wants(200, "Câu 2 trên")
	p.holds("huong=1")
	if got := p.do(p.request(p.form, nothing)).status; got != 429 {
		t.Errorf("a minute lets through more than one: %d", got)
	}
}
