package androidsim

import (
	"net/http"
	"slices"
)

// hookStyle is the way in which the events of a message reach our webhook.
type hookStyle int

const (
	hookOnce    hookStyle = iota
	hookTwice             // each one twice
	hookSwapped           // the last one first
	hookLate              // each waits for Config.LateDelay
	hookEarly             // the first one is told before the API call is answered
)

// answerStyle is what the API does with an accepted creation.
type answerStyle int

const (
	answerNormally answerStyle = iota
	answerNever                // it exists, and the client hears nothing
	answerLost                 // it does not exist, and the client hears nothing
	answerBroken               // it exists, and the client hears 502 of something between
)

// refusal is what the API answers instead of creating.
type refusal struct {
	status int
	words  string
}

// Behaviour is one line of the table of misbehaviours: what happens to a
// destination whose last four digits are Suffix.
type Behaviour struct {
	Suffix string // four digits
	Does   string // one English sentence for documents

	refusal *refusal
	once    bool // the refusal is given to the first creation only
	answer  answerStyle
	hooks   hookStyle
	fails   string // why the phone, or the message centre, fails it; empty: delivered
	unsent  bool   // it fails before it was sent
	silent  bool   // sent, and no report ever
}

// table is never written.
var table = []Behaviour{
	{Suffix: "9001", Does: "the API refuses the number",
		refusal: &refusal{http.StatusBadRequest, "can't use phone in row 1: invalid phone number"}},
	{Suffix: "9002", Does: "the API refuses the number as not mobile",
		refusal: &refusal{http.StatusBadRequest, "can't use phone in row 1: not mobile phone number"}},
	{Suffix: "9003", Does: "sent, and the message centre gives up", fails: "Delivery result from SC +84900000099: 70"},
	{Suffix: "9004", Does: "the phone may send no more for now", unsent: true,
		fails: "Send result: RESULT_ERROR_LIMIT_EXCEEDED (Failed because we reached the sending queue limit)"},
	{Suffix: "9005", Does: "the SIM has no money left", unsent: true,
		fails: "Send result: RESULT_ERROR_GENERIC_FAILURE (Generic failure cause)"},
	{Suffix: "9006", Does: "HTTP 503 for a full queue once, then accepted", once: true,
		refusal: &refusal{http.StatusServiceUnavailable, "queue limits exceeded: too many pending messages: 100 / 100"}},
	{Suffix: "9007", Does: "HTTP 400, no phone heard of lately, once, then accepted", once: true,
		refusal: &refusal{http.StatusBadRequest, "failed to select device: record not found"}},
	{Suffix: "9008", Does: "created, but the API call is never answered", answer: answerNever},
	{Suffix: "9009", Does: "not created, and the API call is never answered", answer: answerLost},
	{Suffix: "9010", Does: "every event comes twice", hooks: hookTwice},
	{Suffix: "9011", Does: "events come out of order, the last one first", hooks: hookSwapped},
	{Suffix: "9012", Does: "events come late (Config.LateDelay)", hooks: hookLate},
	{Suffix: "9013", Does: "the first event comes before the API's reply", hooks: hookEarly},
	{Suffix: "9014", Does: "sent, and no report ever", silent: true},
	{Suffix: "9015", Does: "created, but something between answers HTTP 502", answer: answerBroken},
	{Suffix: "9016", Does: "HTTP 403 always",
		refusal: &refusal{http.StatusForbidden, "forbidden"}},
	{Suffix: "9017", Does: "HTTP 429 once, then accepted", once: true,
		refusal: &refusal{http.StatusTooManyRequests, "too many requests"}},
	{Suffix: "9018", Does: "HTTP 500 always, and nothing is created",
		refusal: &refusal{http.StatusInternalServerError, "failed to handle request"}},
}

// Behaviours returns the table of misbehaviours, a copy in the order of suffixes.
func Behaviours() []Behaviour { return slices.Clone(table) }

// behaviourOf returns the line of the table for a destination, or a plain one.
func behaviourOf(number string) Behaviour {
	for _, b := range table {
		if len(number) > len(b.Suffix) && number[len(number)-len(b.Suffix):] == b.Suffix {
			return b
		}
	}
	return Behaviour{}
}
