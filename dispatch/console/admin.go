package console

import (
	"canvass/dispatch"
	"canvass/templates"
)

// adminStore is what administration needs of the database.
type adminStore interface {
	dispatch.RecordStore
	dispatch.AccountStore
}

// adminTabs are the pages of administration; key is the one that is shown.
func adminTabs(key string) []templates.Tab {
	tabs := []templates.Tab{{Key: "accounts", Href: "/people"}, {Key: "audit", Href: "/audit"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Key == key
	}
	return tabs
}
