package twiliosim

import (
	"net/http"
	"slices"
)

// Medium says which kind of contact a Behaviour touches.
type Medium string

// The media of a Behaviour.
const (
	ForMessage Medium = "message"
	ForCall    Medium = "call"
	ForBoth    Medium = "both"
)

// callbackStyle is the way in which status callbacks reach our webhook.
type callbackStyle int

const (
	callbackOnce callbackStyle = iota
	callbackTwice
	callbackSwapped // the last one first, then the earlier ones, newest first
	callbackLate    // each waits for Config.LateDelay
	callbackEarly   // the first one is answered before the API call is
)

// answerStyle is what the API does with an accepted creation.
type answerStyle int

const (
	answerNormally answerStyle = iota
	answerNever                // it exists, but the client only sees a timeout
	answerLost                 // it does not exist, and the client only sees a timeout
)

// Behaviour is one line of the table of misbehaviours: what happens to a
// destination whose last four digits are Suffix.
type Behaviour struct {
	// Suffix is four digits.
	Suffix string `json:"suffix"`
	// For says whether messages, calls or both misbehave.
	For Medium `json:"for"`
	// Does is one English sentence for documents and the handset page.
	Does string `json:"does"`

	refusal   *restError // what the API answers instead of creating
	once      bool       // the refusal is given to the first creation only
	answer    answerStyle
	callbacks callbackStyle
	final     string // last status; empty: delivered, or what the phone decides
	errorCode int    // of the final status
	sipCode   int    // of a failed call
	machine   bool   // an answering machine takes the call
	hangUpAt  int    // the person hangs up at this Gather, counted from 1
}

// table is never written. The message half has suffixes 90xx, the call half 91xx.
var table = []Behaviour{
	{Suffix: "9001", For: ForBoth, Does: "the API refuses the number: 21211",
		refusal: &restError{Code: 21211, Message: "Invalid 'To' Phone Number", Status: http.StatusBadRequest}},
	{Suffix: "9002", For: ForMessage, Does: "the API refuses the number as not mobile: 21614",
		refusal: &restError{Code: 21614, Message: "'To' number is not a valid mobile number", Status: http.StatusBadRequest}},
	{Suffix: "9003", For: ForMessage, Does: "undelivered 30003, handset off", final: statusUndelivered, errorCode: 30003},
	{Suffix: "9004", For: ForMessage, Does: "undelivered 30005, unknown handset", final: statusUndelivered, errorCode: 30005},
	{Suffix: "9005", For: ForMessage, Does: "failed 30007, filtered by the carrier", final: statusFailed, errorCode: 30007},
	{Suffix: "9006", For: ForBoth, Does: "HTTP 429 with 20429 once, then accepted", once: true,
		refusal: &restError{Code: 20429, Message: "Too Many Requests", Status: http.StatusTooManyRequests}},
	{Suffix: "9007", For: ForBoth, Does: "HTTP 500 once, then accepted", once: true,
		refusal: &restError{Code: 20500, Message: "Internal Server Error", Status: http.StatusInternalServerError}},
	{Suffix: "9008", For: ForBoth, Does: "created, but the API call is never answered", answer: answerNever},
	{Suffix: "9009", For: ForBoth, Does: "not created, and the API call is never answered", answer: answerLost},
	{Suffix: "9010", For: ForBoth, Does: "every callback comes twice", callbacks: callbackTwice},
	{Suffix: "9011", For: ForBoth, Does: "callbacks come out of order, the last one first", callbacks: callbackSwapped},
	{Suffix: "9012", For: ForBoth, Does: "callbacks come late (Config.LateDelay)", callbacks: callbackLate},
	{Suffix: "9013", For: ForBoth, Does: "the first callback comes before the API's reply", callbacks: callbackEarly},
	{Suffix: "9014", For: ForMessage, Does: "sent, and no final receipt ever", final: statusSent},
	{Suffix: "9015", For: ForMessage, Does: "the API refuses as opted out: 21610",
		refusal: &restError{Code: 21610, Message: "Attempt to send to unsubscribed recipient", Status: http.StatusBadRequest}},
	{Suffix: "9101", For: ForCall, Does: "busy", final: statusBusy, sipCode: 486},
	{Suffix: "9102", For: ForCall, Does: "rings, nobody answers", final: statusNoAnswer, sipCode: 487},
	{Suffix: "9103", For: ForCall, Does: "failed with SIP 404, number unknown", final: statusFailed, sipCode: 404},
	{Suffix: "9104", For: ForCall, Does: "an answering machine: answers, presses nothing, hangs up after the first prompt", machine: true},
	{Suffix: "9105", For: ForCall, Does: "the person hangs up at the second Gather", hangUpAt: 2},
	{Suffix: "9106", For: ForCall, Does: "HTTP 500 once, then accepted", once: true,
		refusal: &restError{Code: 20500, Message: "Internal Server Error", Status: http.StatusInternalServerError}},
	{Suffix: "9107", For: ForCall, Does: "created, but the API call is never answered", answer: answerNever},
}

// Behaviours returns the table of misbehaviours, a copy in the order of suffixes.
func Behaviours() []Behaviour { return slices.Clone(table) }

// behaviourOf returns the line of the table for a destination, or a plain one.
func behaviourOf(number string, medium Medium) Behaviour {
	if len(number) < 4 {
		return Behaviour{}
	}
	suffix := number[len(number)-4:]
	for _, b := range table {
		if b.Suffix == suffix && (b.For == ForBoth || b.For == medium) {
			return b
		}
	}
	return Behaviour{}
}
