package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/worker/channel/android"
)

// senders reads CANVASS_SENDERS, our addresses that messages leave from, one
// per line or between semicolons:
//
//	email khaosat@vanphong.example rate=10
//	sms +84900000001 receive rate=1 cost=350; call +84900000001 rate=1 cost=1200
//
// A row is a channel, an address and options: receive (a reply to it reaches
// us; e-mail and calls always can), rate=R (messages, SMS segments or calls a
// second, at most; none is unpaced), day=N (attempts a day, at most), warmup=N (N
// on its first day, twice as many on each one after it), cost=C (đồng for one), calls=N
// (of a number that calls: at once, at most),
// provider=P. Of provider=android, a SIM in a phone, what is not said of rate, day
// and warmup is on the safe side.
func (s *settings) senders(text string) []survey.Sender {
	var out []survey.Sender
	for _, row := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		words := strings.Fields(row)
		if len(words) == 0 {
			continue
		}
		sender, problem := parseSender(words)
		same := func(o survey.Sender) bool { return o.Channel == sender.Channel && o.Address == sender.Address }
		if problem == "" && slices.ContainsFunc(out, same) {
			problem = "?"
		}
		if problem != "" {
			s.fault("CANVASS_SENDERS", fmt.Sprintf("dòng %q: không hiểu %q; viết như: sms +84900000001 receive rate=1 cost=350", row, problem),
				fmt.Sprintf("row %q: %q makes no sense; write for example: sms +84900000001 receive rate=1 cost=350", row, problem))
			continue
		}
		out = append(out, sender)
	}
	return out
}

// mostCalls bounds how many calls one of our numbers may have on the line at once.
const mostCalls = 1000

// parseSender reads one row; problem is the word that makes no sense.
func parseSender(words []string) (s survey.Sender, problem string) {
	s = survey.Sender{Channel: survey.Channel(words[0]), Provider: "twilio"}
	if !s.Channel.Valid() || len(words) < 2 {
		return s, words[0]
	}
	s.CanReceive = s.Channel != survey.SMS
	if s.Address = words[1]; !senderAddress(&s) {
		return s, words[1]
	}
	said := map[string]bool{}
	for _, option := range words[2:] {
		name, value, given := strings.Cut(option, "=")
		said[name] = true
		var err error
		switch {
		case name == "receive" && !given:
			s.CanReceive = true
		case name == "rate" && given:
			s.Rate, err = strconv.ParseFloat(value, 64)
		case name == "cost" && given:
			s.Cost, err = strconv.ParseInt(value, 10, 64)
		case name == "day" && given:
			s.DayCap, err = strconv.Atoi(value)
		case name == "warmup" && given:
			s.Warmup, err = strconv.Atoi(value)
		case name == "calls" && given && s.Channel == survey.Call:
			s.Calls, err = strconv.Atoi(value)
		case name == "provider" && value != "":
			s.Provider = value
		default:
			return s, option
		}
		if err != nil || !(s.Rate >= 0 && s.Rate <= 1e6) || s.Cost < 0 || s.DayCap < 0 || s.Warmup < 0 || s.Calls < 0 || s.Calls > mostCalls {
			return s, option
		}
	}
	if s.Provider == android.ProviderName && (s.Channel != survey.SMS || !strings.HasPrefix(s.Address, "+")) {
		return s, words[1] // a SIM has a number, and sends texts
	}
	usual(&s, said)
	return s, ""
}

// senderAddress brings the address into the form it is compared and sent in. An
// SMS may leave from a registered name instead of a number.
func senderAddress(s *survey.Sender) bool {
	if s.Channel == survey.Mail {
		s.Provider = "smtp"
		address, _, fault := contactlist.ParseEmail(s.Address)
		s.Address = string(address)
		return fault == nil
	}
	if strings.HasPrefix(s.Address, "+") {
		digits := strings.TrimPrefix(s.Address, "+")
		return len(digits) >= 3 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
	}
	return s.Channel == survey.SMS && len(s.Address) <= 11
}

// rates reads CANVASS_RATES, the paces that all our addresses share, in messages
// (SMS segments) a second:
//
//	smtp=10 twilio=1 @gmail.com=2
//
// A name is a provider's, or a mail domain after @.
func (s *settings) rates(text string) map[string]float64 {
	var out map[string]float64
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		rate, err := strconv.ParseFloat(value, 64)
		if name == "" || err != nil || !(rate > 0 && rate <= 1e6) {
			s.fault("CANVASS_RATES", fmt.Sprintf("không hiểu %q; viết như: smtp=10 twilio=1 @gmail.com=2", word),
				fmt.Sprintf("%q makes no sense; write for example: smtp=10 twilio=1 @gmail.com=2", word))
			continue
		}
		if out == nil {
			out = map[string]float64{}
		}
		out[strings.ToLower(name)] = rate
	}
	return out
}
