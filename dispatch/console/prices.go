package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// pricesOfPage is how many lines of what was set one page has.
const pricesOfPage = 50

// prices shows what our senders cost, and every price that was set.
func (v *visit) prices() {
	page, err := v.pricesScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) pricesScreen() (templates.Prices, error) {
	today := survey.HomeDay(v.Clock.Now())
	page := templates.Prices{Shell: v.shell("people"), Tabs: adminTabs("prices"), Today: dateOf(today), From: today.Add(1).String(), Most: survey.MostPrice}
	senders, err := v.Store.HouseSenders(v.ctx, v.midnight())
	if err != nil {
		return page, err
	}
	page.Scopes = priceScopes(senders)
	for _, s := range senders {
		page.Senders = append(page.Senders, priceOf(s.Sender, today))
	}
	before, _ := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	lines, err := v.Store.Prices(v.ctx, max(before, 0), pricesOfPage+1)
	if err != nil {
		return page, err
	}
	if len(lines) > pricesOfPage {
		lines = lines[:pricesOfPage]
		page.Next = "/prices?" + url.Values{"before": {strconv.FormatInt(lines[pricesOfPage-1].ID, 10)}}.Encode()
	}
	fix := v.r.URL.Query().Get("fix")
	for _, l := range lines {
		line := templates.PriceLine{ID: l.ID, Channel: string(l.Channel), Of: cmp.Or(l.Address, l.Provider), From: dateOf(l.From), Dong: l.Dong, SetBy: l.SetBy, SetAt: v.local(l.SetAt),
			DroppedBy: l.DroppedBy, DroppedAt: v.local(l.DroppedAt), Begun: l.Begun(today)}
		page.Lines = append(page.Lines, line)
		if fix == strconv.FormatInt(l.ID, 10) && line.Open() {
			page.Fix, page.Of, page.From = l.ID, scopeText(l.PriceScope, l.Address), l.From.String()
			page.Dong = templates.Number(string(v.lang()), l.Dong)
		}
	}
	return page, nil
}

// dateOf is a day as screens write it.
func dateOf(d survey.Date) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// priceOf is what a sender costs today, says who, and when that changes.
func priceOf(s survey.Sender, today survey.Date) templates.SenderPrice {
	line := templates.SenderPrice{Channel: string(s.Channel), Address: s.Address, Provider: s.Provider, Dong: s.Cost, Unknown: s.Unpriced(today)}
	if p, set := s.PriceOn(today); set {
		line.Dong, line.Since = p.Dong, dateOf(p.From)
	}
	for _, p := range s.Prices {
		if today.Before(p.From) {
			line.Then, line.ThenDong = dateOf(p.From), p.Dong
			break
		}
	}
	return line
}

// scopeText is how a form names what a price is of; dispatch.SetPrice reads it.
func scopeText(s view.PriceScope, address string) string {
	return strings.TrimSpace(string(s.Channel) + " " + cmp.Or(address, s.Provider))
}

// priceScopes are what a price may be of: each channel that has senders, its providers
// where there are several, and each sender.
func priceScopes(senders []view.HouseSender) []templates.PriceScope {
	var out []templates.PriceScope
	for _, ch := range survey.Channels() {
		var providers []string
		var own []templates.PriceScope
		for _, s := range senders {
			if s.Channel != ch {
				continue
			}
			if !slices.Contains(providers, s.Provider) {
				providers = append(providers, s.Provider)
			}
			own = append(own, templates.PriceScope{Value: string(ch) + " " + s.Address, Channel: string(ch), Address: s.Address})
		}
		if len(own) == 0 {
			continue
		}
		out = append(out, templates.PriceScope{Value: string(ch), Channel: string(ch)})
		for _, p := range providers {
			out = append(out, templates.PriceScope{Value: string(ch) + " " + p, Channel: string(ch), Provider: p})
		}
		out = append(out, own...)
	}
	return out
}

// setPrice sets a price from a day on, or corrects one whose day has not come.
func (v *visit) setPrice() {
	text := v.r.PostFormValue
	fix, _ := strconv.ParseInt(text("fix"), 10, 64)
	_, err := dispatch.SetPrice(v.ctx, v.Store, dispatch.PriceRequest{Of: text("of"), Dong: text("dong"), From: text("from"), Now: v.Clock.Now(), Replaces: max(fix, 0),
		By: view.Audit{At: v.Clock.Real(), Actor: v.account.Login}})
	if err == nil {
		v.tell("price")
		v.goTo("/prices")
		return
	}
	if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	page, bad := v.pricesScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	page.Fix, page.Of, page.Dong, page.From = fix, text("of"), text("dong"), text("from")
	var e *survey.Error
	if errors.As(err, &e) {
		page.Field = e.Args["name"]
	}
	if page.Field == "" {
		page.Wrong = v.words(err)
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// dropPrice takes a price back whose day has not come. Setting it again undoes that.
func (v *visit) dropPrice() {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	err = v.Store.DropPrice(v.ctx, id, survey.HomeDay(v.Clock.Now()), view.Audit{At: v.Clock.Real(), Actor: v.account.Login})
	if err != nil {
		v.fail(err)
		return
	}
	v.tell("price.gone")
	v.goTo("/prices")
}
