package templates

// sampleColumns are the screens of the office's own columns.
func sampleColumns(in Shell) map[string]Screen {
	in.Role, in.Here = "administrator", "/columns"
	in.Nav = []NavItem{{Key: "home", Href: "/"}, {Key: "people", Href: "/people", Current: true}}
	tabs := []Tab{{"accounts", "/people", false}, {"columns", "/columns", true}}
	lines := []ColumnLine{{Key: "cum", Text: "Cụm <dân cư>", Href: "/columns?of=cum", People: 432, Kinds: 6, Spellings: 2}, {Key: "ghi_chu", Href: "/columns?of=ghi_chu", Dropped: true},
		{Key: `nghe_"nghiep"`, Href: "/columns?of=nghe_%22nghiep%22", People: 401, Kinds: 57}}
	one := ColumnScreen{ColumnLine: lines[2], More: 7, Values: []ColumnValue{{"Nông dân", 210, ""}, {`<b>Công nhân</b>`, 31, ""}, {"nông  dân", 8, "Nông dân"}},
		Means: []Pair{{"", "nd", "Nông dân"}, {"", "làm <ruộng>", "Nông dân"}}}
	gone := ColumnScreen{ColumnLine: lines[1]}
	named := ColumnScreen{ColumnLine: lines[0], Name: lines[0].Text, NameEN: "Cluster"}
	page := Columns{Shell: in, Tabs: tabs, Lines: lines, Counted: in.Now}
	shown, dropped, refused, again, wrong := page, page, page, page, page
	shown.One, dropped.One, refused.One, again.One, wrong.One = &one, &gone, &one, &named, &one
	refused.Do, refused.Why, refused.Form = "join", "Chưa ghi được.", map[string]string{"from": "nông  dân", "to": "nông dân <x>"}
	again.Do, again.Why, again.Form = "name", "Cột đã mang tên này.", map[string]string{"name": "Nghề", "name_en": ""}
	wrong.Do, wrong.Form = "drop", map[string]string{"typed": "nghe"}
	return map[string]Screen{"columns": page, "columns-one": shown, "columns-dropped": dropped, "columns-join-refused": refused, "columns-name-refused": again,
		"columns-drop-refused": wrong, "columns-empty": Columns{Shell: in, Tabs: tabs, Counted: in.Now}, "columns-counting": Columns{Shell: in, Tabs: tabs, Counting: true}}
}
