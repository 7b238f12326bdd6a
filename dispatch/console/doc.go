// Package console is the staff's web pages: signing in, what needs a person, the
// campaigns that are made and those in the field, contacts and the help desk, lists on
// their way in, questionnaires, what people wrote, results, administration.
//
// One file per screen. Every address stands in routes.go with the right that it
// takes; a test walks all of them for every role. The console decides nothing about
// campaigns: it calls the use cases of dispatch, and says what they answered. It
// holds no state but sessions, which are in the database, and looks at the list that are
// under way (task.go).
//
// It is served on the staff listener, apart from the respondents' pages, and answers
// posts of its own pages only (http.CrossOriginProtection). It has no inline script
// or style, and every screen works without script.
//
// It may import dispatch and what that may import, and templates; not the database,
// which reaches it as a Store.
//
// Read next: routes.go, console.go, dispatch/staff, templates/screen.go.
package console
