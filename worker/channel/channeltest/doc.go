// Package channeltest is the suite that every channel passes against its
// simulator: what is taken, what each kind of refusal becomes, what remains in
// doubt, what is never handed over, and that nothing personal is ever told in an
// error or a log.
//
// It is not a simulator and knows none: a channel's own test starts one and
// describes it in a Bench. It may import worker/channel and dispatch/survey.
//
// Read next: bench.go, then the conformance_test.go of channel/email and
// channel/phone.
package channeltest
