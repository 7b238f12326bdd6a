package console

import (
	"net/http"
	"net/url"
	"strings"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// anybody is the right of what is open to who is not signed in.
const anybody staff.Right = ""

// route is one address of the console, and the right that it takes.
type route struct {
	pattern string
	right   staff.Right
	do      func(*visit)
}

// table lists every address. What is not here does not exist.
func table() []route {
	return []route{
		{"GET /sign-in", anybody, (*visit).askSignIn},
		{"POST /sign-in", anybody, (*visit).signIn},
		{"POST /sign-out", anybody, (*visit).signOut},
		{"GET /join/{secret}", anybody, (*visit).askJoin},
		{"POST /join/{secret}", anybody, (*visit).join},
		{"POST /speak", anybody, (*visit).speak},

		// Today, and campaigns in the field.
		{"GET /{$}", staff.See, (*visit).home},
		{"GET /campaigns/{name}", staff.See, (*visit).campaign},
		{"GET /campaigns/{name}/live", staff.See, (*visit).live},
		{"POST /campaigns/{name}/{move}", staff.Conduct, (*visit).move},

		// Questionnaires: those that are written, and those that are published.
		{"GET /questionnaires", staff.See, (*visit).questionnaires},
		{"POST /questionnaires/drafts", writes, (*visit).beginDraft},
		{"POST /questionnaires/upload", writes, (*visit).uploadForm},
		{"GET /questionnaires/drafts/{id}", writes, onDraft((*visit).draftForm)},
		{"POST /questionnaires/drafts/{id}/head", writes, onDraft((*visit).saveHead)},
		{"GET /questionnaires/drafts/{id}/questions/{n}", writes, onDraft((*visit).askQuestion)},
		{"POST /questionnaires/drafts/{id}/questions/{n}", writes, onDraft((*visit).saveQuestion)},
		{"POST /questionnaires/drafts/{id}/questions/{n}/look", writes, onDraft((*visit).lookAtQuestion)},
		{"GET /questionnaires/drafts/{id}/text", writes, onDraft((*visit).textEditor)},
		{"POST /questionnaires/drafts/{id}/text", writes, onDraft((*visit).saveText)},
		{"POST /questionnaires/drafts/{id}/check", writes, onDraft((*visit).checkText)},
		{"POST /questionnaires/drafts/{id}/undo", writes, onDraft((*visit).undoSave)},
		{"POST /questionnaires/drafts/{id}/drop", writes, onDraft((*visit).dropDraft)},
		{"GET /questionnaires/drafts/{id}/preview", writes, onDraft((*visit).preview)},
		{"GET /questionnaires/drafts/{id}/page", writes, onDraft((*visit).webPage)},
		{"POST /questionnaires/drafts/{id}/page", writes, onDraft((*visit).takePage)},
		{"GET /questionnaires/drafts/{id}/try", writes, onDraft((*visit).tryTalk)},
		{"POST /questionnaires/drafts/{id}/try", writes, onDraft((*visit).tryTalk)},
		{"GET /questionnaires/drafts/{id}/findings", writes, onDraft((*visit).appraise)},
		{"GET /questionnaires/drafts/{id}/changes", writes, onDraft((*visit).changes)},
		{"GET /questionnaires/drafts/{id}/publish", writes, onDraft((*visit).askPublish)},
		{"POST /questionnaires/drafts/{id}/publish", writes, onDraft((*visit).publish)},
		{"GET /questionnaires/drafts/{id}/yaml", writes, onDraft((*visit).exportFile)},
		{"GET /questionnaires/drafts/{id}/xlsx", writes, onDraft((*visit).exportFile)},
		{"GET /questionnaires/versions/{id}", staff.See, onVersion((*visit).version)},
		{"GET /questionnaires/versions/{id}/preview", staff.See, onVersion((*visit).preview)},
		{"GET /questionnaires/versions/{id}/page", staff.See, onVersion((*visit).webPage)},
		{"POST /questionnaires/versions/{id}/page", staff.See, onVersion((*visit).takePage)},
		{"GET /questionnaires/versions/{id}/try", staff.See, onVersion((*visit).tryTalk)},
		{"POST /questionnaires/versions/{id}/try", staff.See, onVersion((*visit).tryTalk)},
		{"GET /questionnaires/versions/{id}/findings", staff.See, onVersion((*visit).appraise)},
		{"GET /questionnaires/versions/{id}/changes", staff.See, onVersion((*visit).changes)},
		{"GET /questionnaires/versions/{id}/yaml", staff.See, onVersion((*visit).exportFile)},
		{"GET /questionnaires/versions/{id}/xlsx", staff.See, onVersion((*visit).exportFile)},

		// Administration.
		{"GET /people", staff.Administer, (*visit).people},
		{"POST /people/invite", staff.Administer, (*visit).invite},
		{"POST /people/{id}", staff.Administer, (*visit).setAccount},
	}
}

// large lists the routes that read more than maxForm, and how many bytes.
func large() map[string]int64 {
	return map[string]int64{
		"POST /questionnaires/drafts": maxSourceForm, "POST /questionnaires/upload": maxWorkbook,
		"POST /questionnaires/drafts/{id}/text": maxSourceForm, "POST /questionnaires/drafts/{id}/check": maxSourceForm,
		"POST /questionnaires/drafts/{id}/questions/{n}": maxPageForm, "POST /questionnaires/drafts/{id}/questions/{n}/look": maxPageForm,
		"POST /questionnaires/drafts/{id}/page": maxPageForm, "POST /questionnaires/versions/{id}/page": maxPageForm,
		"POST /questionnaires/drafts/{id}/try": maxPageForm, "POST /questionnaires/versions/{id}/try": maxPageForm,
	}
}

// door is a word of the rail.
type door struct {
	key, href string // [nav.KEY]
	right     staff.Right
}

// doors are the words of the rail, in their order.
func doors() []door {
	return []door{
		{"home", "/", staff.See},
		{"questionnaires", "/questionnaires", staff.See},
		{"people", "/people", staff.Administer},
	}
}

func (c *console) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range table() {
		mux.HandleFunc(r.pattern, c.with(r))
	}
	mux.HandleFunc("GET "+templates.StaticRoot+"{file}", c.Templates.ServeStatic)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /", c.with(route{right: staff.See, do: func(v *visit) {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
	}}))
	return mux
}

// with finds out who comes, and whether they may.
func (c *console) with(to route) http.HandlerFunc {
	most, ok := large()[to.pattern]
	if !ok {
		most = maxForm
	}
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, most)
		v := &visit{console: c, w: w, r: r, ctx: r.Context()}
		if k, err := r.Cookie(c.sessionName()); err == nil {
			a, ok, err := c.Store.Session(r.Context(), staff.HashSecret(k.Value), c.Clock.Real())
			if err != nil {
				v.fail(err)
				return
			}
			if ok {
				v.account, v.secret = a, k.Value
			}
		}
		switch {
		case to.right == anybody:
		case v.account.ID == 0 && r.Header.Get("Hx-Request") != "": // a part of a screen: the whole browser goes
			w.Header().Set("Hx-Redirect", "/sign-in")
			w.WriteHeader(http.StatusNoContent)
			return
		case v.account.ID == 0 && r.Method == http.MethodGet:
			v.goTo("/sign-in?next=" + url.QueryEscape(r.URL.Path))
			return
		case v.account.ID == 0:
			v.goTo("/sign-in")
			return
		case !v.account.Role.May(to.right):
			v.fail(&survey.Error{Kind: survey.Forbidden, Code: survey.CodeNotYourRole})
			return
		}
		to.do(v)
	}
}

// ownPath is where to go next, if it is an address of the console.
func ownPath(next string) string {
	if u, err := url.Parse(next); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return next
}
