// Package focal is what the focal person of a unit sees: the unit's own list, by a
// personal link on the public listener, and nothing else. They correct names, phones,
// e-mails and positions, say who has left and who is missing; all of it is a proposal
// that staff accept or refuse in the console, and nothing is written to the list here.
//
// It is not the console: who comes has no account, sees no other unit, and learns of
// nobody whether they were asked, answered or took part. An unknown, ended or expired
// link and a person of another unit are told alike: there is no such page. The rules
// (what may be proposed, how a unit is bounded) are dispatch's.
//
// It may import dispatch, dispatch/survey, dispatch/survey/view, dispatch/staff,
// dispatch/throttle and templates.
//
// Read next: focal.go, then ../focal.go.
package focal
