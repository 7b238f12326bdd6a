// Package console is the staff's web pages: signing in, what needs a person, the
// campaigns that are made and those in the field, contacts and the help desk, lists on
// their way in, questionnaires, what people wrote, results, administration.
//
// One file per screen. Every address stands in routes.go with the right that it
// takes; a test walks all of them for every role. The console decides nothing about
// campaigns: it calls the use cases of dispatch, and says what they answered. It
// holds no state but sessions, which are in the database; what it keeps in memory (counts,
// looks at the list that are under way, how far the record was looked through, trials of
// senders) may be lost at any time.
//
// An account may be bound to campaigns (bound.go): any other is not there for it, at
// every address with {name}, and every list of campaigns asks v.sees.
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
