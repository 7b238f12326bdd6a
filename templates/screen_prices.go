package templates

import "time"

// Prices are what our senders cost, from which day on.
type Prices struct {
	Shell
	Tabs    []Tab
	Today   time.Time
	Senders []SenderPrice
	Scopes  []PriceScope
	Most    int // đồng
	// The form; Fix is the price that is corrected.
	Fix            int64
	Of, Dong, From string
	Field, Wrong   string // "of", "dong", "from"; or what is wrong with all of it
	Lines          []PriceLine
	Next           string // address of the next page
}

func (Prices) file() string { return "prices" }

// SenderPrice is what one sender costs today.
type SenderPrice struct {
	Channel, Address, Provider string
	Dong                       int64
	Unknown                    bool      // nobody said
	Since                      time.Time // the price that was set; zero: the settings say so
	Then                       time.Time // when it changes
	ThenDong                   int64
}

// PriceScope is what a price may be of.
type PriceScope struct {
	Value, Channel, Provider, Address string
}

// PriceLine is a price as it was set.
type PriceLine struct {
	ID               int64
	Channel, Of      string
	From             time.Time
	Dong             int64
	SetBy, DroppedBy string
	SetAt, DroppedAt time.Time
	Begun            bool
}

// Open says that it can still be corrected.
func (l PriceLine) Open() bool { return !l.Begun && l.DroppedBy == "" }
