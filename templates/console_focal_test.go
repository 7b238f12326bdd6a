package templates

// sampleFocal are the screens of focal persons, and the pages that they see.
func sampleFocal(in Shell) map[string]Screen {
	in.Here = "/focal"
	out := in
	out.User, out.Nav, out.Told = "", nil, "focal.done.sent"
	choices := []UnitChoice{{"LX-13", "Xã Hạ Tràng <i> (LX-13)"}, {"LX-14", "Xã Hà Trạng (LX-14)"}}
	lines := []FocalLine{{ID: 1, Name: "Lường <i>Thị</i> Ánh Nguyệt", Phone: "0912 000 141", Mail: "nguyet.la@thu.example", Position: "Bí thư chi bộ"},
		{ID: 2, Name: "Đặng Hữu Phước", Position: "Trưởng thôn", Dead: true, Waits: "correct"}, {ID: 3, Name: "Vũ Đức Thịnh", Phone: "0912 000 143; 0912 000 144", Waits: "left"}}
	changes := []FocalChange{{ID: 1, Kind: "correct", Name: "Đặng Hữu <i>Phước", Unit: "Xã Hạ Tràng", By: "Chị Hằng", At: in.Now,
		Fields: []ImportChange{{"phone", "0912 000 142", "0912 000 152"}, {"mail", "phuoc@thu.example", ""}, {"position", "", "Trưởng <b>thôn"}}},
		{ID: 2, Kind: "left", Name: "Vũ Đức Thịnh", Unit: "Xã Hạ Tràng", By: "Chị Hằng", At: in.Now},
		{ID: 3, Kind: "new", Name: "Lò Thị Ánh", Unit: "Xã Hà Trạng", By: "Anh Tú", At: in.Now, Fields: []ImportChange{{"name", "", "Lò Thị Ánh"}, {"phone", "", "0912 000 161"}}}}
	return map[string]Screen{
		"focal": Focal{Shell: in, Days: 30, Waiting: 3, Units: choices, Link: "https://ks.example/d/abc", LinkName: `Chị <i>Hằng`, Wrong: "Họ tên chưa ghi đúng.", Typed: `<b>`, Unit: "LX-14",
			People: []FocalAccount{{ID: 1, Name: "Chị <i>Hằng", Unit: "Xã Hạ Tràng", Code: "LX-13", Until: in.Now, Seen: in.Now, Waiting: 3}, {ID: 2, Name: "Anh Tú", Unit: "Xã Hà Trạng", Ended: true}}},
		"focal-empty": Focal{Shell: in, Days: 30}, "focal-changes": FocalChanges{Shell: in, Changes: changes, After: 3, Next: 9, Wrong: "Đã có."}, "focal-changes-none": FocalChanges{Shell: in},
		"focal-doubtful": FocalDoubtful{Shell: in, Unit: "Xã Hạ Tràng", People: lines, More: true}, "focal-doubtful-none": FocalDoubtful{Shell: in, Unit: "Xã Hạ Tràng"},
		"unit-list":      FocalList{Shell: out, Self: "/d/abc", Name: "Chị <i>Hằng", Unit: "Xã Hạ Tràng", Until: in.Now, People: lines, New: []string{"Lò <i>Thị Ánh", "Lò Văn Sa"}, Waiting: 4, After: 3, Next: 9},
		"unit-list-none": FocalList{Shell: out, Self: "/d/abc", Name: "Chị Hằng", Unit: "Xã Hạ Tràng", Until: in.Now},
		"unit-person": FocalPerson{Shell: out, Self: "/d/abc", Unit: "Xã <i>Hạ Tràng", ID: 2, Name: `"Phước`, Phone: "12", Mail: "x", Position: "<b>",
			Wrong: map[string]string{"name": "sai", "phone": "sai", "mail": "sai", "all": "sai"}},
		"unit-new": FocalPerson{Shell: out, Self: "/d/abc", Unit: "Xã Hạ Tràng"}, "unit-gone": FocalGone{Shell: out, None: true}, "unit-later": FocalGone{Shell: out},
	}
}
