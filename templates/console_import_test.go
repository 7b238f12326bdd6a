package templates

// sampleImport are the screens of imports.
func sampleImport(in Shell) map[string]Screen {
	in.Here = "/contacts/import/7"
	list := Import{Shell: in, Href: "/contacts/import/7", Name: `Danh sach CTV 2026 (sua lan 3) <i>.xlsx`, State: "ready", Done: 412, Total: 1188, Rows: 1204,
		Created: 37, Updated: 82, Unchanged: 1069, Rejected: 16, Noted: 7, Changed: []ImportCount{{"đơn vị", 9}, {"họ tên", 2}}, Added: 85,
		Reasons: []ImportCount{{"Số điện thoại chưa hợp lệ", 12}, {"Dòng không có họ tên", 4}}, Warnings: []ImportCount{{"Ô này có nhiều số điện thoại", 7}},
		Shared: 6, Unnamed: []string{"G Tổng hợp"}, Encoding: "TCVN3", Mended: 2, Origin: "Xã Bản Chiềng", Basis: "appointment", Bases: []string{"appointment", "consent", "legal_duty"},
		ConsentSource: `QĐ 12 <b>"x"</b>`, Fields: []string{"name", "phone", "email", "unit", "ignore", "attribute"},
		Sheets:    []ImportSheet{{Name: "Tổng hợp <i>", Rows: 1204}, {Name: "Nháp", Skip: true}, {Name: "Ẩn", Why: "hidden"}},
		Columns:   []ImportColumn{{Key: "Họ và tên", Label: "Họ và tên", Field: "name", Samples: []string{`Lường <i>Thị</i> Ánh`, "Đặng Hữu Phước"}}, {Key: "SĐT", Label: "SĐT", Field: "phone", Doubt: true}, {Key: "Nam", Label: "Nam", Field: "sex_male", Other: true, Said: true}},
		Sensitive: []ImportSensitive{{"Dân tộc", false}, {"Tôn giáo", true}}, Reason: "theo QĐ",
		Tabs:   []ImportTab{{"", -1, true}, {"rejected", 16, false}, {"noted", 7, false}, {"updated", 82, false}, {"created", 37, false}, {"unchanged", 1069, false}},
		Header: []string{"Họ và tên", "Di động", "E-mail", "Đơn vị"}, Next: 640, Table: sampleImportRows()}
	unread := Import{Shell: in, Href: list.Href, Name: "ds.csv", State: "unread", Wrong: "Danh sách bắt đầu ngay bằng một người.", Refused: "Chưa ghi lý do.", Fields: list.Fields,
		Heads: []ImportHead{{Name: "Sheet1", Columns: []ImportColumn{{Key: "A", Label: "A", Field: "name"}, {Key: "B", Label: "B"}}, Lines: []ImportLine{{1, []string{"<i>Lò Thị Ánh", "0912 000 141"}}}}},
		Basis: "consent", Bases: list.Bases}
	running, cut, done := list, list, list
	running.State, cut.State, cut.WasRunning = "running", "cut", true
	done.State, done.Import, done.Resumed = "done", 12, true
	checking := Import{Shell: in, Href: list.Href, Name: "ds.csv", State: "checking", Done: 12000}
	past := PastImport{ID: 12, Name: `ds <i>.xlsx`, State: "merged", Basis: "appointment", Actor: "mai", At: in.Now, Created: 37, Updated: 82, Unchanged: 1069, Rejected: 16, Undoable: true}
	undone := past
	undone.State, undone.Undoable = "undone", false
	return map[string]Screen{
		"import": ImportStart{Shell: in, MaxMB: 10, Large: true, Empty: true, Wrong: "Tệp này bị hỏng.", Open: []UploadLine{{"/contacts/import/7", `ds <i>.xlsx`, "ready", "mai", in.Now}, {"/contacts/import/8", "b.csv", "cut", "khue", in.Now},
			{"/contacts/import/9", "c.csv", "unread", "khue", in.Now}, {"/contacts/import/9", "d.csv", "running", "khue", in.Now}, {"/contacts/import/10", "e.csv", "checking", "khue", in.Now}}},
		"import-empty": ImportStart{Shell: in, MaxMB: 10}, "import-list": list, "import-unread": unread, "import-running": running, "import-checking": checking,
		"import-cut": cut, "import-done": done, "imports": Imports{Shell: in, Past: []PastImport{past, undone}, Before: 12}, "imports-empty": Imports{Shell: in},
		"import-past": ImportPast{Shell: in, PastImport: past, Reason: `nhầm <b>tệp`, Wrong: "Chưa hoàn tác được."}, "import-undone": ImportPast{Shell: in, PastImport: undone},
	}
}

func sampleImportRows() []ImportRow {
	return []ImportRow{
		{N: 14, Place: "14", Outcome: "created", Cells: []ImportCell{{Text: "Lường Thị <i>Ánh</i> Nguyệt"}, {Text: "0912 000 141"}, {Text: "nguyet.la@thu.example"}, {Text: "Xã Bản Chiềng"}}},
		{N: 52, Place: "52", Outcome: "updated", Added: []string{"duong.ntt@thu.example"}, Else: []ImportChange{{"chức vụ", "Bí thư", "Trưởng thôn"}},
			Cells: []ImportCell{{Text: "Nguyễn Thị Thùy Dương"}, {Text: "0987 000 552"}, {}, {Text: "Xã Sơn Lũng", Changed: true, From: "Xã Tân Lũng", To: "Xã Sơn Lũng"}}},
		{N: 118, Place: "Tổng hợp · 118", Outcome: "rejected", Cells: []ImportCell{{Text: "Hoàng Văn Quyết"}, {Text: "9,12E+08", Name: "c.118.2", Bad: true, Ask: true, Why: []string{"Excel đã làm mất chữ số của số điện thoại 9,12E+08. Gõ lại đủ số."}},
			{Text: "quyet.hv@thu.example"}, {Text: "Xã Đông Vân"}}},
		{N: 203, Place: "203", Outcome: "created", Noted: true, Why: []string{"Có người cùng tên, cùng đơn vị."}, Cells: []ImportCell{{Text: "Phạm Thị Ngọc Bích"},
			{Text: `0935 000 203 / "0905 000 118"`, Name: "c.203.2", Ask: true, Why: []string{"Ô này có nhiều số điện thoại."}}, {Text: "bich.ptn@thu.example"}, {Text: "Phường Vân Điền"}}},
	}
}

// sampleUnits are the screens of units.
func sampleUnits(in Shell) map[string]Screen {
	in.Here = "/units"
	units := Units{Shell: in, Untied: 37, Nowhere: 4, MayImport: true, Wrong: "Danh mục đơn vị chưa hợp lệ.", Text: "Hạ <i>Tràng", Code: "LX", Version: "01/07/2025",
		Versions: []UnitVersion{{Name: "2025-07-01", Since: in.Now, Units: 3}, {Name: "2025-07-01", Before: true, Units: 9}},
		Lines:    []UnitLine{{Code: "LX", Name: "Tỉnh Lam Xuyên", All: 1148}, {Code: "LX-13", Name: "Xã Hạ Tràng <i>", Depth: "· ", People: 21, All: 21, Aliases: "Chợ Sim", Formerly: "Xã Bãi Ngao"}},
		Unmatched: []UnmatchedUnit{{Text: "Hạ <i>Tràng", People: 12}, {Text: "Ha Trang", People: 25, Ambiguous: true,
			Candidates: []UnitChoice{{"LX-13", "Xã Hạ Tràng, Tỉnh Lam Xuyên (LX-13)"}, {"LX-14", "Xã Hà Trạng <i>, Tỉnh Lam Xuyên (LX-14)"}}}},
		Report: &UnitReport{Version: "2025-07-01", Units: 3, Ties: 9, Ended: "Xã <i>Cũ", Stored: true, Tied: 3}}
	tried := Units{Shell: in, MayImport: true, Report: &UnitReport{Version: "x", Tried: true}}
	return map[string]Screen{"units": units, "units-counting": Units{Shell: in, Counting: true}, "units-empty": tried}
}
