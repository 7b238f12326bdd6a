package view

import (
	"time"

	"canvass/dispatch/survey"
)

// PriceScope is what a price is of: a channel, one provider of it, or one sender.
type PriceScope struct {
	Channel  survey.Channel  `json:"channel"`
	Provider string          `json:"provider,omitempty"`  // "" is every one
	Sender   survey.SenderID `json:"sender_id,omitempty"` // 0 is every one
}

// PriceOrder is a price to set: prices whose day is Today or before stay as they are.
type PriceOrder struct {
	PriceScope
	survey.Price
	Today    survey.Date `json:"-"`
	Replaces int64       `json:"-"` // the price that it corrects; 0 is none
}

// PriceLine is a price as it was set. One that was corrected or taken back before its day
// stays on the list.
type PriceLine struct {
	ID int64 `json:"id"`
	PriceScope
	Address string `json:"sender,omitempty"`
	survey.Price
	SetBy     string    `json:"set_by"`
	DroppedBy string    `json:"dropped_by,omitempty"`
	SetAt     time.Time `json:"set_at"`
	DroppedAt time.Time `json:"dropped_at,omitzero"`
}

// Begun reports whether the price's day has come.
func (p PriceLine) Begun(today survey.Date) bool { return !today.Before(p.From) }
