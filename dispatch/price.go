package dispatch

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// PriceStore is what setting prices needs of the database.
type PriceStore interface {
	HouseSenders(ctx context.Context, day time.Time) ([]view.HouseSender, error)
	Prices(ctx context.Context, before int64, limit int) ([]view.PriceLine, error)
	SetPrice(ctx context.Context, o view.PriceOrder, by view.Audit) error
	DropPrice(ctx context.Context, id int64, today survey.Date, by view.Audit) error
}

// PriceRequest asks for a price from a day on.
type PriceRequest struct {
	Of   string // "sms", "sms twilio" or "sms +84310000001": a channel, and a provider or sender of it
	Dong string // as people write it: 350, 1.200, 1.200 đồng
	From string // 2026-12-14 or 14/12/2026; empty is today
	Now  time.Time
	By   view.Audit
	// Replaces is the price that it corrects, whose day has not come; 0 is none.
	Replaces int64
}

// SetPrice sets a price for what leaves from a day on; what left before, and the sums of
// campaigns, stay as they are. Errors: price_wrong, with the field in Args["name"] (of,
// dong, from); price_begun.
func SetPrice(ctx context.Context, store PriceStore, r PriceRequest) (view.PriceOrder, error) {
	o := view.PriceOrder{Today: survey.HomeDay(r.Now), Replaces: r.Replaces}
	wrong := func(name string) error {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodePriceWrong, Args: map[string]string{"name": name, "most": strconv.Itoa(survey.MostPrice),
			"today": o.Today.String()}}
	}
	senders, err := store.HouseSenders(ctx, r.Now.UTC().Truncate(24*time.Hour))
	if err != nil {
		return o, err
	}
	var ok bool
	if o.PriceScope, ok = priceScope(senders, r.Of); !ok {
		return o, wrong("of")
	}
	if o.Dong, ok = ReadDong(r.Dong); !ok || o.Dong > survey.MostPrice {
		return o, wrong("dong")
	}
	if o.From, ok = ReadDay(r.From, o.Today); !ok || o.From.Before(o.Today) || o.From.Since(o.Today) > survey.PriceDaysAhead {
		return o, wrong("from")
	}
	return o, store.SetPrice(ctx, o, r.By)
}

// priceScope finds what a price is of, among what there is.
func priceScope(senders []view.HouseSender, text string) (view.PriceScope, bool) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 2 {
		return view.PriceScope{}, false
	}
	out := view.PriceScope{Channel: survey.Channel(words[0])}
	if len(words) == 1 {
		return out, out.Channel.Valid()
	}
	of := func(same func(view.HouseSender) bool) int {
		return slices.IndexFunc(senders, func(s view.HouseSender) bool { return s.Channel == out.Channel && same(s) })
	}
	if i := of(func(s view.HouseSender) bool { return strings.EqualFold(s.Address, words[1]) }); i >= 0 {
		out.Sender = senders[i].ID
		return out, true
	}
	out.Provider = words[1]
	return out, of(func(s view.HouseSender) bool { return s.Provider == words[1] }) >= 0
}

// groupsOfDong are digits, as they stand or in threes.
var groupsOfDong = regexp.MustCompile(`^(?:[0-9]{1,12}|[0-9]{1,3}(?:\.[0-9]{3}){1,3}|[0-9]{1,3}(?:[ \x{a0}\x{202f}][0-9]{3}){1,3})(?:,0{1,2})?$`)

// ReadDong reads an amount in đồng as people in Viet Nam write it: 1234, 1.234, 1 234,
// 1.234,0, with or without đồng, đ, VND after it. There are no parts of a đồng.
func ReadDong(text string) (int64, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, unit := range []string{"đồng", "vnđ", "vnd", "dong", "đ", "₫"} {
		if rest, cut := strings.CutSuffix(text, unit); cut {
			text = strings.TrimSpace(rest)
			break
		}
	}
	if !groupsOfDong.MatchString(text) {
		return 0, false
	}
	text, _, _ = strings.Cut(text, ",")
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(text), 10, 64)
	return n, err == nil
}

// ReadDay reads a day as people and browsers write it: 14/12/2026 or 2026-12-14. Nothing is
// otherwise.
func ReadDay(text string, otherwise survey.Date) (survey.Date, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return otherwise, true
	}
	for _, form := range []string{"2006-01-02", "2/1/2006", "2-1-2006"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 2000 && t.Year() < 2200 {
			return survey.DateOf(t), true
		}
	}
	return survey.Date{}, false
}
