package templates

import "time"

// sampleAdmin are the screens of administration.
func sampleAdmin(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/audit"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"audit", "/audit", true}}
	at := in.Now.Add(-time.Hour)
	lines := []ActLine{{Place: 1204, At: at, Actor: "mai", Act: "move", Campaign: "thang-11", Reason: "mưa <b>\"lũ\"</b>", Detail: `{"to": "paused"}`},
		{Place: 1203, At: at, Actor: "khue", Act: "export", Contact: 4711, Emptied: true}, {Place: 1202, At: at, Actor: "khue", Act: "import", Import: 7},
		{Place: 1201, At: at, Actor: "mai", Act: "staff", Detail: `{"set": 3, "role": "viewer", "works": true, "password": false}`}}
	holds := ChainLine{State: "holds", Place: 1204, At: in.Now, Anchor: "1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
	acts := []string{"import", "move", "export", "staff"}
	return map[string]Screen{
		"audit": Audit{Shell: in, Tabs: tabs, Chain: holds, Lines: lines, Actors: []string{"khue", "mai"}, Acts: acts, Actor: "mai", Act: "move",
			From: "2026-11-01", Until: "2026-11-20", Next: "/audit?before=1201"},
		"audit-part":   Audit{Shell: in, Tabs: tabs, Chain: ChainLine{State: "part", Place: 5000, Of: 81204}, Lines: lines, Acts: acts},
		"audit-broken": Audit{Shell: in, Tabs: tabs, Chain: ChainLine{State: "broken", Why: "Chuỗi của sổ ghi đứt ở dòng <7>."}, Acts: acts},
	}
}
