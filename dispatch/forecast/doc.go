// Package forecast works out what a campaign would do before it does it: the
// course of one person under the contact protocol (Play), and how many messages
// leave in which minute when thousands of such courses meet the rates, day limits,
// hours and the budget of the senders (Flow).
//
// It is pure. It has no rules of its own about people: it asks dispatch/protocol
// what comes next, as planning does, and assumes one thing about the world: every
// mail and text arrives, no call is taken, and nobody answers. That is the most
// work that a campaign can make; Course.Answered takes off what an assumed share of
// answers saves.
//
// It is not the reading of people and samples (dispatch/postgres), nor the words of
// messages. It knows nothing of phones that several people share, of the pace of
// single mail servers, or of other campaigns that use the same senders.
//
// It may import dispatch/survey and dispatch/protocol. Read next: course.go, then
// flow.go.
package forecast
