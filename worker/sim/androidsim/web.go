package androidsim

import (
	"bytes"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"slices"
)

// page is a handset, or without a number the list of all.
type page struct {
	Number  string
	Thread  []Message
	Numbers []string
}

// shown is the one page there is: no script, nothing from elsewhere.
var shown = template.Must(template.New("handset").Parse(`<!doctype html>
<html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{or .Number "Điện thoại"}}</title>
{{if .Number}}<h1>{{.Number}}</h1>
<ol>{{range .Thread}}<li>{{if .Mine}}<b>→</b> {{end}}{{.Body}}</li>{{end}}</ol>
<form method="post"><label>Trả lời <input name="body" maxlength="1600" autofocus></label> <button>Gửi</button></form>
<p><a href="">Xem tin mới</a> · <a href="/handset">Mọi máy</a></p>
{{else}}<h1>Điện thoại</h1><ul>{{range .Numbers}}<li><a href="/handset/{{.}}">{{.}}</a></li>{{end}}</ul>{{end}}
`))

// routeWeb are the pages for people: a handset each, and the list of them.
func (s *Sim) routeWeb(mux *http.ServeMux) {
	guard := func(next http.HandlerFunc) http.Handler {
		return loopbackOnly(http.NewCrossOriginProtection().Handler(next))
	}
	mux.Handle("GET /handset", guard(func(w http.ResponseWriter, _ *http.Request) { show(w, page{Numbers: s.numbers()}) }))
	mux.Handle("GET /handset/{number}", guard(func(w http.ResponseWriter, r *http.Request) {
		show(w, page{Number: r.PathValue("number"), Thread: s.Thread(r.PathValue("number"))})
	}))
	mux.Handle("POST /handset/{number}", guard(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := s.Write(Text{From: r.PathValue("number"), Body: r.PostFormValue("body")}); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/handset/"+url.PathEscape(r.PathValue("number")), http.StatusSeeOther)
	}))
}

// HandsetURL is the page of one phone.
func (s *Sim) HandsetURL(number string) string { return s.url + "/handset/" + url.PathEscape(number) }

// numbers are the handsets that have a text, sorted.
func (s *Sim) numbers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, 0, len(s.handsets))
	for number := range s.handsets {
		out = append(out, number)
	}
	slices.Sort(out)
	return out
}

func show(w http.ResponseWriter, p page) {
	var b bytes.Buffer
	if err := shown.Execute(&b, p); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'self'")
	_, _ = w.Write(b.Bytes())
}

// loopbackOnly refuses requests for a name that is not this machine's: a page of
// somebody else could have its name lead here.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil || !loopbackHost(host) {
			http.Error(w, "this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
