package console

import (
	"context"

	"canvass/dispatch"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// adminStore is what administration needs of the database.
type adminStore interface {
	dispatch.RecordStore
	dispatch.PasskeyStore
	dispatch.OfficeStore
	dispatch.TokenStore
	dispatch.PriceStore
	dispatch.SenderRestStore
	dispatch.HolidayStore
	dispatch.TextStore
	RecordAudit(ctx context.Context, a view.Audit) error
}

// adminTabs are the pages of administration; key is the one that is shown.
func adminTabs(key string) []templates.Tab {
	tabs := []templates.Tab{
		{Key: "accounts", Href: "/people"},
		{Key: "senders", Href: "/senders"},
		{Key: "prices", Href: "/prices"},
		{Key: "holidays", Href: "/holidays"},
		{Key: "office", Href: "/office"},
		{Key: "texts", Href: "/texts"},
		{Key: "columns", Href: "/columns"},
		{Key: "tokens", Href: "/tokens"},
		{Key: "audit", Href: "/audit"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Key == key
	}
	return tabs
}
