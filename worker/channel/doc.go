// Package channel is the narrow waist between the worker and the outside world:
// what a message is, what a provider may answer, how a failure is classed, and
// what an inbound thing looks like once its provider's dialect is decoded.
//
// It is not an implementation: worker/channel/email holds go-mail,
// worker/channel/phone holds twilio-go, and channeltest holds the suite that
// every channel passes. It may import dispatch/survey and dispatch/smstext.
//
// Read next: error.go (the taxonomy every send ends in), then channel/email.
package channel
