package smtpsink

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

const (
	apiPage    = 100
	apiPageMax = 1000
)

// apiMessage is a mail as a program in another process gets it.
type apiMessage struct {
	Seq        int64     `json:"seq"`
	ReceivedAt time.Time `json:"received_at"`
	From       string    `json:"from"`
	To         []string  `json:"to"`
	MessageID  string    `json:"message_id"`
	Tag        string    `json:"tag,omitempty"`
	Times      int       `json:"times"`
	Refused    int       `json:"refused"`
	Subject    string    `json:"subject"`
	ReplyTo    string    `json:"reply_to"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	Links      []string  `json:"links"`
	// Unsubscribe is the List-Unsubscribe header line.
	Unsubscribe string `json:"list_unsubscribe"`
	// Error says what could not be parsed; the rest is what could.
	Error string `json:"error,omitempty"`
}

// apiMessages lists mails after a number, oldest first. "last" is where to go on
// from: the highest number looked at, not merely the last that matched.
func (s *Sink) apiMessages(w http.ResponseWriter, r *http.Request) {
	after, err := number(r, "after", 0)
	limit, err2 := number(r, "limit", apiPage)
	if err != nil || err2 != nil || limit < 1 {
		http.Error(w, "after and limit are whole numbers", http.StatusBadRequest)
		return
	}
	limit = min(limit, apiPageMax)
	to := r.FormValue("to")
	newest := s.Counts().Accepted
	found := s.store.after(after, int(limit), func(m *Message) bool {
		return m.Seq <= newest && (to == "" || m.isTo(to))
	})
	answer := struct {
		Messages []apiMessage `json:"messages"`
		Last     int64        `json:"last"`
	}{Messages: make([]apiMessage, len(found)), Last: max(after, newest)}
	for i, m := range found {
		answer.Messages[i] = forAPI(m)
	}
	if len(found) == int(limit) {
		answer.Last = found[len(found)-1].Seq
	}
	writeJSON(w, answer)
}

func forAPI(m Message) apiMessage {
	letter, err := m.Letter()
	a := apiMessage{
		Seq: m.Seq, ReceivedAt: m.ReceivedAt, From: m.From, To: m.To, MessageID: m.MessageID,
		Tag: m.Tag, Times: m.Times, Refused: m.Refused,
		Subject: letter.Subject, ReplyTo: letter.ReplyTo, Text: letter.Text, HTML: letter.HTML,
		Links: letter.Links, Unsubscribe: letter.Get("List-Unsubscribe"),
	}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func (s *Sink) apiCounts(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Counts()) }

func (s *Sink) apiReceived(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, s.ReceivedByMessageID())
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // what fails here is a reader who left
}

// number reads a query parameter that is a whole number from 0 up.
func number(r *http.Request, name string, otherwise int64) (int64, error) {
	text := r.FormValue(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(text, 10, 62)
	return int64(n), err
}
