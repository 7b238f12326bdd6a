package console_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// details are what the code writes into the record: names of details, and the words of
// those that say what was done.
type details struct {
	names, did map[string]string // and the file that writes it
	consts     map[string]string
	events     map[string]bool
}

// notDetails are files whose maps of anything are no details of the record.
var notDetails = []string{"poll.go", "import_report.go"}

var sqlDetail = regexp.MustCompile(`(?s)INSERT INTO audit \(.*?\)`)
var sqlName = regexp.MustCompile(`'([a-z_]+)', `)

// eventTypes are the types of what is done, whose values stand in details.
var eventTypes = []string{"CampaignEvent", "EndEvent", "ReplicateEvent", "MatterEvent", "ProposalEvent"}

// written reads what the code writes into the record.
func written(t *testing.T) details {
	t.Helper()
	d := details{names: map[string]string{}, did: map[string]string{}, consts: map[string]string{}, events: map[string]bool{}}
	var files []*ast.File
	var names []string
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		files, names = append(files, f), append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		d.constants(f)
	}
	for i, f := range files {
		if !slices.Contains(notDetails, filepath.Base(names[i])) {
			d.read(t, names[i], f)
		}
	}
	return d
}

// constants keeps what constants of text are worth, and which are events.
func (d details) constants(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != len(v.Names) {
			return true
		}
		for i, name := range v.Names {
			text, ok := textOf(v.Values[i])
			if !ok {
				continue
			}
			d.consts[name.Name] = text
			if of, ok := v.Type.(*ast.Ident); ok && slices.Contains(eventTypes, of.Name) {
				d.events[text] = true
			}
		}
		return true
	})
}

func textOf(e ast.Expr) (string, bool) {
	b, ok := e.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(b.Value)
	return text, err == nil
}

// read keeps the names of details of a file.
func (d details) read(t *testing.T, path string, f *ast.File) {
	t.Helper()
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr: // a document, and no detail
			if f, ok := x.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Marshal" {
				return false
			}
		case *ast.KeyValueExpr: // what an act of a campaign says of itself
			if id, ok := x.Key.(*ast.Ident); ok && id.Name == "args" {
				d.pairs(t, path, x.Value, "string")
			}
		case *ast.CompositeLit:
			d.pairs(t, path, x, "any")
		case *ast.AssignStmt: // detail["name"] = value
			if at, ok := x.Lhs[0].(*ast.IndexExpr); ok && len(x.Rhs) == 1 && detailName(at.X) {
				if _, ok := textOf(at.Index); ok {
					d.pair(t, path, &ast.KeyValueExpr{Key: at.Index, Value: x.Rhs[0]})
				}
			}
		case *ast.BasicLit:
			if text, ok := textOf(x); ok && sqlDetail.MatchString(text) {
				_, document, _ := strings.Cut(text, "jsonb_build_object(")
				for _, m := range sqlName.FindAllStringSubmatch(document, -1) {
					d.names[m[1]] = path
				}
			}
		}
		return true
	})
}

// pairs keeps what a map of text to such values names.
func (d details) pairs(t *testing.T, path string, e ast.Expr, value string) {
	t.Helper()
	x, ok := e.(*ast.CompositeLit)
	if !ok {
		return
	}
	if m, ok := x.Type.(*ast.MapType); ok {
		if of, ok := m.Value.(*ast.Ident); ok && of.Name == value {
			for _, e := range x.Elts {
				d.pair(t, path, e.(*ast.KeyValueExpr))
			}
		}
	}
}

func detailName(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return slices.Contains([]string{"detail", "what", "more"}, x.Name)
	case *ast.SelectorExpr:
		return x.Sel.Name == "Detail"
	}
	return false
}

// pair keeps a name, and the words of what was done.
func (d details) pair(t *testing.T, path string, kv *ast.KeyValueExpr) {
	t.Helper()
	name, ok := textOf(kv.Key)
	if id, isName := kv.Key.(*ast.Ident); !ok && isName {
		name, ok = d.consts[id.Name]
	}
	if !ok {
		t.Errorf("%s: a detail whose name cannot be read", path)
		return
	}
	d.names[name] = path
	if name != "event" && name != "did" && name != "move" {
		return
	}
	ast.Inspect(kv.Value, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := textOf(e); ok && text != "" {
				d.did[text] = path
			}
		}
		return true
	})
}

// Every name that the code writes into the record has words in both languages, and so has
// everything that it says was done.
func TestDetailsOfTheRecordHaveWords(t *testing.T) {
	t.Parallel()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	d := written(t)
	if len(d.names) < 80 || len(d.did) < 15 || len(d.events) < 15 || d.names["removed"] == "" || d.names["rate_to"] == "" || d.names["second_step"] == "" || d.names["voids"] == "" {
		t.Errorf("the code was not read: %d names, %d acts, %d events", len(d.names), len(d.did), len(d.events))
	}
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return set.Sentence("vi", k) != "" && set.Sentence("en", k) != "" })
	}
	for name, path := range d.names {
		keys := []string{"record.is." + name}
		for _, act := range staff.Acts() {
			keys = append(keys, "record.is."+act+"."+name)
		}
		if !has(keys...) {
			t.Errorf("%s writes %q, which has no words [record.is.%s]", path, name, name)
		}
	}
	for text, path := range d.did {
		if !has("record.did." + text) {
			t.Errorf("%s writes that %q was done, which has no words", path, text)
		}
	}
	for text := range d.events {
		if !has("record.did." + text) {
			t.Errorf("the event %q has no words", text)
		}
	}
}

// The record is read in the visitor's language; what has no words stays as it is.
func TestDetailsAreSaidInWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	k := d.fielding()
	for _, c := range []struct {
		act    string
		detail map[string]any
		vi, en string
	}{
		{"staff", map[string]any{"set": 3, "role": "viewer", "works": true, "password": false, "campaigns": []string{"thang-12", "bao"}},
			"chỉ các khảo sát: thang-12, bao · đặt lại mật khẩu: không · vai trò: Người xem · đổi tài khoản số: 3 · được làm việc: có",
			"campaigns only: thang-12, bao · password reset: no · role: Viewer · account changed: 3 · works: yes"},
		{"move", map[string]any{"event": "pause", "from": "fielding", "to": "paused"}, "việc: tạm dừng · từ: Đang thu thập · thành: Tạm dừng", "act: paused · from: In the field · to: Paused"},
		{"move", map[string]any{"event": "extend", "from": "2026-12-01T09:00:00Z", "to": "2026-12-03T09:30:00Z"}, "từ: 01/12/2026 09:00 · thành: 03/12/2026 09:30", "to: 03/12/2026 09:30"},
		{"move", map[string]any{"budget_from": "0", "budget_to": "1250000"}, "kinh phí cũ: 0 · kinh phí mới: 1.250.000", "new budget: 1,250,000"},
		{"import", map[string]any{"created": 12345, "options": map[string]any{"sheet": "Trang <1>"}}, "thêm mới: 12.345 · cách đọc: (sheet Trang &lt;1&gt;)", "created: 12,345"},
		{"setting", map[string]any{"second_step": []string{"manager", "viewer"}, "x_y": 7, "matter": nil, "question": ""}, "vai trò phải có mã một lần: Quản lý khảo sát, Người xem · x_y 7", "roles that need one-time codes: Campaign manager, Viewer · x_y 7"},
		{"token", map[string]any{"made": 4, "may": "answers", "until": "2027-02-28"}, "tạo mã truy cập số: 4 · được đọc: Tiến độ và kết quả · dùng được đến hết: 28/02/2027", "token made: 4"},
		{"staff", map[string]any{"made": 4, "withdrawn": 5}, "tạo tài khoản số: 4 · thu hồi lời mời số: 5", "account made: 4"},
	} {
		if err := d.db.RecordAudit(t.Context(), view.Audit{At: d.clock(), Actor: "mai", Act: c.act, CampaignID: k.ID, Detail: c.detail}); err != nil {
			t.Fatal(err)
		}
		b.post("/speak", map[string][]string{"lang": {"vi"}})
		if got := b.get("/audit"); !strings.Contains(got.body, c.vi) {
			t.Errorf("%v: no %q in\n%s", c.detail, c.vi, bare(got.body))
		}
		b.post("/speak", map[string][]string{"lang": {"en"}})
		if got := b.get("/audit"); !strings.Contains(got.body, c.en) {
			t.Errorf("%v: no %q in\n%s", c.detail, c.en, bare(got.body))
		}
	}
}
