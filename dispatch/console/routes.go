package console

import (
	"net/http"
	"net/url"
	"slices"
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

// table lists every address, by the part of the console. What is not here does not exist.
func table() []route {
	return slices.Concat(entranceRoutes(), inFieldRoutes(), urgentRoutes(), makingRoutes(), foundRoutes(), contactListRoutes(),
		incomingRoutes(), unitTreeRoutes(), focalPersonsRoutes(), writtenRoutes(), questionnairesRoutes(), administrationRoutes(), ownAccountRoutes())
}

// entranceRoutes: signing in.
func entranceRoutes() []route {
	return []route{
		{"GET /sign-in", anybody, (*visit).askSignIn},
		{"POST /sign-in", anybody, (*visit).signIn},
		{"GET /sign-in/code", anybody, (*visit).askCode},
		{"POST /sign-in/code", anybody, (*visit).code},
		{"GET /sign-in/setup", anybody, (*visit).askSetup},
		{"POST /sign-in/setup", anybody, (*visit).setup},
		{"POST /sign-in/key/begin", anybody, (*visit).beginKey},
		{"POST /sign-in/key", anybody, (*visit).signInByKey},
		{"POST /sign-out", anybody, (*visit).signOut},
		{"GET /join/{secret}", anybody, (*visit).askJoin},
		{"POST /join/{secret}", anybody, (*visit).join},
		{"POST /speak", anybody, (*visit).speak},
	}
}

// inFieldRoutes: today, and campaigns in the field.
func inFieldRoutes() []route {
	return []route{
		{"GET /{$}", staff.See, (*visit).home},
		{"GET /campaigns/{name}", staff.See, (*visit).campaign},
		{"GET /campaigns/{name}/live", staff.See, (*visit).live},
		{"GET /campaigns/{name}/people", staff.Persons, (*visit).behind},
		{"GET /campaigns/{name}/doubts", staff.Conduct, (*visit).doubts},
		{"POST /campaigns/{name}/doubts", staff.Conduct, (*visit).settle},
		{"GET /campaigns/{name}/resend", staff.Conduct, (*visit).askResend},
		{"POST /campaigns/{name}/resend", staff.Conduct, (*visit).resend},
		{"POST /campaigns/{name}/{move}", staff.Conduct, (*visit).move},
	}
}

// urgentRoutes: an urgent poll.
func urgentRoutes() []route {
	return []route{
		{"GET /urgent", staff.Conduct, (*visit).askUrgent},
		{"POST /urgent", staff.Conduct, (*visit).previewUrgent},
		{"POST /urgent/launch", staff.Conduct, (*visit).launchUrgent},
	}
}

// makingRoutes: making campaigns, and series.
func makingRoutes() []route {
	return []route{
		{"GET /campaigns", staff.See, (*visit).campaigns},
		{"POST /proposals", staff.Conduct, (*visit).propose},
		{"GET /proposals/settings", staff.Administer, (*visit).proposalSettings},
		{"POST /proposals/settings", staff.Administer, (*visit).setProposals},
		{"GET /proposals/{id}", staff.Conduct, (*visit).resume},
		{"GET /proposals/{id}/print", staff.Conduct, (*visit).printProposal},
		{"GET /proposals/{id}/{step}", staff.Conduct, (*visit).step},
		{"POST /proposals/{id}/{step}", staff.Conduct, (*visit).saveStep},
		{"POST /series/{name}/{move}", staff.Conduct, (*visit).moveSeries},
	}
}

// foundRoutes: results, without whose they are; what may show people is for who sees people.
func foundRoutes() []route {
	return []route{
		{"GET /results", staff.Answers, (*visit).resultsList},
		{"GET /campaigns/{name}/results", staff.Answers, (*visit).results},
		{"GET /campaigns/{name}/results/page", staff.Answers, (*visit).resultsPage},
		{"GET /campaigns/{name}/results/files/{file}", staff.Answers, (*visit).resultFile},
		{"GET /campaigns/{name}/results/named/{file}", staff.Persons, (*visit).namedFile},
	}
}

// contactListRoutes: contacts and the help desk.
func contactListRoutes() []route {
	return []route{
		{"GET /contacts", staff.Persons, (*visit).contacts},
		{"POST /contacts/search", staff.Persons, (*visit).findContacts},
		{"GET /contacts/duplicates", staff.Persons, (*visit).duplicates},
		{"GET /contacts/merge", staff.Persons, (*visit).askMerge},
		{"POST /contacts/merge", staff.Persons, (*visit).merge},
		{"GET /contacts/coverage", staff.Persons, (*visit).coverage},
		{"GET /contacts/{id}", staff.Persons, (*visit).contact},
		{"POST /contacts/{id}", staff.Persons, (*visit).doContact},
	}
}

// incomingRoutes: lists on their way in.
func incomingRoutes() []route {
	return []route{
		{"GET /contacts/import", staff.Persons, (*visit).importStart},
		{"POST /contacts/import", staff.Persons, (*visit).upload},
		{"GET /contacts/import/{id}", staff.Persons, (*visit).importList},
		{"GET /contacts/import/{id}/{file}", staff.Persons, (*visit).rejects},
		{"POST /contacts/import/{id}/{do}", staff.Persons, (*visit).doImport},
		{"GET /contacts/imports", staff.Persons, (*visit).imports},
		{"GET /contacts/imports/{id}", staff.Persons, (*visit).importPast},
		{"POST /contacts/imports/{id}/undo", staff.Persons, (*visit).undoImport},
	}
}

// unitTreeRoutes: units.
func unitTreeRoutes() []route {
	return []route{
		{"GET /units", staff.Persons, (*visit).showUnits},
		{"POST /units/alias", staff.Persons, (*visit).alias},
		{"POST /units/import", staff.Administer, (*visit).importUnits},
	}
}

// focalPersonsRoutes: focal persons of units, and what they propose.
func focalPersonsRoutes() []route {
	return []route{
		{"GET /focal", staff.Persons, (*visit).focal},
		{"POST /focal/invite", staff.Persons, (*visit).inviteFocal},
		{"POST /focal/end/{id}", staff.Persons, (*visit).endFocal},
		{"GET /focal/changes", staff.Persons, (*visit).changes},
		{"POST /focal/changes/{id}", staff.Persons, (*visit).decideFocal},
		{"GET /focal/doubtful", staff.Persons, (*visit).doubtful},
	}
}

// writtenRoutes: what people wrote.
func writtenRoutes() []route {
	return []route{
		{"GET /inbox", staff.Persons, (*visit).inbox},
		{"POST /inbox/next", staff.Persons, (*visit).nextInbox},
		{"GET /inbox/{id}", staff.Persons, (*visit).inboxItem},
		{"POST /inbox/{id}/{do}", staff.Persons, (*visit).doInbox},
		{"GET /campaigns/{name}/words", staff.Answers, (*visit).openAnswers},
		{"POST /campaigns/{name}/words", staff.Answers, (*visit).doWords},
		{"POST /campaigns/{name}/words/down", staff.Persons, (*visit).writeDown},
		{"GET /campaigns/{name}/voice/{id}", staff.Persons, (*visit).hear},
		{"GET /topics", staff.Answers, (*visit).topics},
		{"POST /topics", staff.Answers, (*visit).addTopic},
		{"POST /topics/{id}", staff.Answers, (*visit).setTopic},
	}
}

// questionnairesRoutes: questionnaires: those that are written, and those that are published.
func questionnairesRoutes() []route {
	return []route{
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
		{"GET /questionnaires/drafts/{id}/changes", writes, onDraft((*visit).versionChanges)},
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
		{"GET /questionnaires/versions/{id}/changes", staff.See, onVersion((*visit).versionChanges)},
		{"GET /questionnaires/versions/{id}/yaml", staff.See, onVersion((*visit).exportFile)},
		{"GET /questionnaires/versions/{id}/xlsx", staff.See, onVersion((*visit).exportFile)},
	}
}

// administrationRoutes: administration.
func administrationRoutes() []route {
	return []route{
		{"GET /people", staff.Administer, (*visit).people},
		{"POST /people/invite", staff.Administer, (*visit).invite},
		{"POST /people/invitations/{id}/{do}", staff.Administer, (*visit).setInvitation},
		{"POST /people/second", staff.Administer, (*visit).needSecond},
		{"GET /people/{id}", staff.Administer, (*visit).person},
		{"POST /people/{id}", staff.Administer, (*visit).setAccount},
		{"GET /senders", staff.Administer, (*visit).senders},
		{"POST /senders/{id}/try", staff.Administer, (*visit).trySender},
		{"POST /senders/{id}/rest", staff.Administer, (*visit).moveSender},
		{"POST /senders/{id}/wake", staff.Administer, (*visit).moveSender},
		{"GET /prices", staff.Administer, (*visit).prices},
		{"POST /prices", staff.Administer, (*visit).setPrice},
		{"POST /prices/{id}/drop", staff.Administer, (*visit).dropPrice},
		{"GET /holidays", staff.Administer, (*visit).holidays},
		{"POST /holidays", staff.Administer, (*visit).setHolidays},
		{"POST /holidays/{id}/drop", staff.Administer, (*visit).dropHoliday},
		{"GET /office", staff.Administer, (*visit).office},
		{"POST /office", staff.Administer, (*visit).setOffice},
		{"GET /columns", staff.Administer, (*visit).columnsOfList},
		{"POST /columns", staff.Administer, (*visit).setColumn},
		{"GET /texts", staff.Administer, (*visit).texts},
		{"GET /texts/{text}", staff.Administer, (*visit).text},
		{"POST /texts/{text}", staff.Administer, (*visit).setText},
		{"POST /texts/{text}/look", staff.Administer, (*visit).lookAtText},
		{"GET /audit", staff.Administer, (*visit).audit},
		{"GET /tokens", staff.Administer, (*visit).tokens},
		{"POST /tokens", staff.Administer, (*visit).makeToken},
		{"POST /tokens/{id}/revoke", staff.Administer, (*visit).revokeToken},
	}
}

// apiTable lists every address for programs, which open to tokens and to nothing else.
func apiTable() []apiRoute {
	return []apiRoute{
		{"GET /api/v1/campaigns", staff.See, (*call).campaigns},
		{"GET /api/v1/campaigns/{name}", staff.See, (*call).campaign},
		{"GET /api/v1/campaigns/{name}/results", staff.Answers, (*call).results},
	}
}

// ownAccountRoutes: one's own account.
func ownAccountRoutes() []route {
	return []route{
		{"GET /account", staff.See, (*visit).own},
		{"POST /account/password", staff.See, (*visit).ownPassword},
		{"POST /account/sessions", staff.See, (*visit).endSessions},
		{"GET /account/second", staff.See, (*visit).askSecond},
		{"POST /account/second", staff.See, (*visit).second},
		{"POST /account/second/{do}", staff.See, (*visit).changeSecond},
		{"POST /account/keys/begin", staff.See, (*visit).beginOwnKey},
		{"POST /account/keys", staff.See, (*visit).addKey},
		{"POST /account/keys/drop", staff.See, (*visit).dropKey},
	}
}

// large lists the routes that read more than maxForm, and how many bytes.
func large() map[string]int64 {
	return map[string]int64{
		"POST /contacts/import":       mostPost,
		"POST /units/import":          mostPost,
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
		{"campaigns", "/campaigns", staff.See},
		{"contacts", "/contacts", staff.Persons},
		{"questionnaires", "/questionnaires", staff.See},
		{"inbox", "/inbox", staff.Persons},
		{"results", "/results", staff.Answers},
		{"people", "/people", staff.Administer},
	}
}

func (c *console) routes() *http.ServeMux {
	all := http.NewServeMux()
	all.Handle(apiRoot, c.api())
	all.Handle("/", c.screens())
	return all
}

func (c *console) screens() *http.ServeMux {
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
			s, ok, err := c.Store.Session(r.Context(), staff.HashSecret(k.Value), c.Clock.Real())
			if err != nil {
				v.fail(err)
				return
			}
			if ok {
				v.session, v.secret = s, k.Value
			}
			if s.Waits == staff.WaitsNothing { // else it opens nothing yet
				v.account = s.Account
			}
		}
		switch {
		case to.right == anybody:
		case v.account.ID == 0 && r.Header.Get("Hx-Request") != "": // a part of a screen: the whole browser goes
			w.Header().Set("Hx-Redirect", "/sign-in")
			w.WriteHeader(http.StatusNoContent)
			return
		case v.session.ID != 0 && v.account.ID == 0:
			v.goTo(stepOf(v.session.Waits))
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
		if err := v.reaches(to); err != nil {
			v.fail(err)
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
