package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// This file holds the house to its plan (the map of the README): who may
// import whom, which room holds which outside thing, and the rules for code
// that a reader of one file cannot see.

// A room is one package of ours: its level, and the rooms it may import. The
// level makes the table itself checkable: every line leads down.
type room struct {
	level int
	may   []string
}

// rooms is the import table. A room that is not here does not exist.
func rooms() map[string]room {
	l0to2 := []string{"dispatch/survey", "dispatch/survey/view", "dispatch/smstext", "dispatch/contactlist",
		"dispatch/sampling", "dispatch/protocol", "dispatch/instrument", "dispatch/appraisal", "dispatch/disposition", "dispatch/results",
		"dispatch/wording", "dispatch/queue", "dispatch/token", "dispatch/territory", "dispatch/history", "dispatch/replay", "dispatch/series",
		"dispatch/forecast", "dispatch/disclosure", "dispatch/staff", "dispatch/drafting",
		"templates", "worker/channel"}
	return map[string]room{
		"dispatch/survey":           {0, nil},
		"dispatch/smstext":          {0, nil},
		"dispatch/throttle":         {0, nil},
		"dispatch/postgres/cluster": {0, nil},
		"dispatch/queue/embedded":   {0, nil},
		"cmd/canvass/datadir":       {0, nil},
		"templates":                 {0, nil},
		"migrations":                {0, nil},
		"cmd/drill":                 {0, nil},
		"worker/sim/smtpsink":       {0, nil},
		"worker/sim/twiliosim":      {0, nil},
		"worker/sim/androidsim":     {0, nil},
		"worker/spool":              {0, nil},

		"cmd/bench":             {1, []string{"dispatch/postgres/cluster"}},
		"dispatch/survey/view":  {1, []string{"dispatch/survey"}},
		"dispatch/contactlist":  {1, []string{"dispatch/survey"}},
		"dispatch/territory":    {1, []string{"dispatch/survey"}},
		"dispatch/sampling":     {1, []string{"dispatch/survey"}},
		"dispatch/protocol":     {1, []string{"dispatch/survey"}},
		"dispatch/disposition":  {1, []string{"dispatch/survey"}},
		"dispatch/token":        {1, []string{"dispatch/survey"}},
		"dispatch/queue":        {1, []string{"dispatch/survey"}},
		"dispatch/history":      {1, []string{"dispatch/survey"}},
		"dispatch/series":       {1, []string{"dispatch/survey"}},
		"dispatch/disclosure":   {1, []string{"dispatch/survey"}},
		"dispatch/instrument":   {1, []string{"dispatch/survey", "dispatch/smstext"}},
		"dispatch/staff":        {1, []string{"dispatch/survey"}},
		"dispatch/drafting":     {1, []string{"dispatch/survey", "dispatch/smstext"}},
		"dispatch/attachment":   {1, []string{"dispatch/survey"}},
		"dispatch/sound":        {1, []string{"dispatch/survey"}},
		"worker/channel":        {1, []string{"dispatch/survey", "dispatch/smstext"}},
		"worker/sim/respondent": {1, []string{"worker/sim/smtpsink", "worker/sim/twiliosim", "worker/sim/androidsim"}},

		"dispatch/appraisal": {2, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/instrument", "dispatch/smstext", "dispatch/sound", "templates"}},
		"dispatch/forecast":  {2, []string{"dispatch/survey", "dispatch/protocol"}},
		"dispatch/replay":    {2, []string{"dispatch/survey", "dispatch/disposition", "dispatch/history"}},
		"dispatch/results":   {2, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/disposition"}},
		"dispatch/xlsform":   {2, []string{"dispatch/survey", "dispatch/instrument", "dispatch/contactlist"}},
		"dispatch/wording": {2, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/instrument",
			"dispatch/smstext", "templates"}},
		"dispatch/postgres":          {2, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/staff", "migrations"}},
		"worker/channel/channeltest": {2, []string{"worker/channel", "dispatch/survey", "dispatch/smstext"}},
		"worker/channel/email":       {2, []string{"worker/channel", "dispatch/survey", "dispatch/smstext"}},
		"worker/channel/phone":       {2, []string{"worker/channel", "dispatch/survey", "dispatch/smstext"}},
		"worker/channel/android":     {2, []string{"worker/channel", "dispatch/survey", "dispatch/smstext"}},

		"dispatch": {3, l0to2},
		"dispatch/postgres/pgtest": {3, []string{"dispatch/survey", "dispatch/survey/view", "migrations",
			"dispatch/postgres", "dispatch/postgres/cluster"}},
		"worker/ingest": {3, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/instrument",
			"dispatch/disposition", "dispatch/token", "dispatch/queue", "worker/channel", "worker/spool"}},

		"dispatch/focal": {4, []string{"dispatch", "dispatch/survey", "dispatch/survey/view", "dispatch/staff", "dispatch/throttle", "templates"}},
		"dispatch/console": {4, []string{"dispatch", "dispatch/contactlist", "dispatch/territory", "dispatch/survey", "dispatch/survey/view", "dispatch/staff", "dispatch/instrument",
			"dispatch/sampling", "dispatch/protocol", "dispatch/results", "dispatch/wording", "dispatch/throttle", "dispatch/token", "dispatch/disposition",
			"dispatch/appraisal", "dispatch/xlsform", "dispatch/drafting", "dispatch/smstext", "templates"}},
		"worker": {4, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/protocol", "dispatch/queue",
			"worker/channel", "worker/ingest", "dispatch/instrument", "dispatch/wording", "dispatch/disposition",
			"dispatch/sound", "dispatch/token"}},
		"worker/postbox": {4, []string{"dispatch/survey", "dispatch/token", "worker/channel"}},
		"worker/intake": {4, []string{"dispatch/survey", "dispatch/survey/view", "dispatch/instrument",
			"dispatch/queue", "worker/channel", "worker/ingest", "dispatch/wording", "dispatch/token", "dispatch/throttle", "dispatch/attachment", "templates"}},
	}
}

// door is the one room that may import every other.
const door = "cmd/canvass"

// module is the module's path.
const module = "canvass"

// mayImport tells why the room `from` may not import the room `to`, or "".
func mayImport(table map[string]room, from, to string) string {
	if from == door {
		return ""
	}
	r, ok := table[from]
	if !ok {
		return fmt.Sprintf("%s is not in the import table", from)
	}
	if !slices.Contains(r.may, to) {
		return fmt.Sprintf("%s (L%d) may not import %s", from, r.level, to)
	}
	return ""
}

func TestImportTableLeadsDown(t *testing.T) {
	table := rooms()
	for from, r := range table {
		for _, to := range r.may {
			low, ok := table[to]
			if !ok {
				t.Errorf("%s may import %s, which is not in the table", from, to)
			} else if low.level >= r.level {
				t.Errorf("%s (L%d) may import %s (L%d): that is not down", from, r.level, to, low.level)
			}
		}
	}
}

func TestRoomsKeepToTheImportTable(t *testing.T) {
	table := rooms()
	for _, f := range houseFiles(t) {
		for _, bad := range importViolations(table, f) {
			t.Errorf("%s: %s", f.path, bad)
		}
	}
}

// The checker must be able to fail: an import that goes up a level, one that
// goes sideways, and a room that nobody planned.
func TestCheckerReportsAnImportThatGoesUp(t *testing.T) {
	for _, tc := range []struct{ room, source string }{
		{"dispatch/survey", `package survey; import _ "canvass/dispatch"`},
		{"worker", `package worker; import _ "canvass/dispatch"`},
		{"dispatch", `package dispatch; import _ "canvass/dispatch/postgres"`},
		{"worker/ingest", `package ingest; import _ "canvass/worker"`},
		{"dispatch/leftovers", `package leftovers; import _ "canvass/dispatch/survey"`},
		{"dispatch", `package dispatch; import _ "github.com/lib/pq"`},
		{"worker", `package worker; import _ "github.com/hibiken/asynq"`},
		{"dispatch/survey", `package survey; import _ "golang.org/x/text/unicode/norm"`},
	} {
		f := sourceFile{room: tc.room, path: tc.room + "/new.go"}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, tc.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.file = parsed
		if got := importViolations(rooms(), f); len(got) != 1 {
			t.Errorf("%s with %q: got %q, want one violation", tc.room, tc.source, got)
		}
	}
}

// walls says which rooms hold an outside thing; a name ending in / covers what
// lies below it.
func walls() map[string][]string {
	return map[string][]string{
		"github.com/wneessen/go-mail":     {"worker/channel/email"},
		"github.com/twilio/twilio-go":     {"worker/channel/phone"},
		"github.com/hibiken/asynq":        {"dispatch/queue"},
		"github.com/redis/":               {"dispatch/queue"},
		"github.com/alicebob/miniredis":   {"dispatch/queue/embedded"},
		"github.com/jmoiron/sqlx":         {"dispatch/postgres", "dispatch/postgres/pgtest"},
		"github.com/lib/pq":               {"dispatch/postgres", "dispatch/postgres/pgtest", "dispatch/postgres/cluster"},
		"github.com/pressly/goose":        {"dispatch/postgres", "dispatch/postgres/pgtest"},
		"github.com/nyaruka/phonenumbers": {"dispatch/contactlist"},
		"github.com/xuri/excelize":        {"worker/sim/respondent", "dispatch/xlsform"},
		"github.com/emersion/go-smtp":     {"worker/postbox", "worker/sim/smtpsink"},
		"github.com/emersion/go-message":  {"worker/sim/smtpsink"},
		"github.com/emersion/go-sasl":     {"worker/sim/smtpsink"},
		"github.com/spf13/cobra":          {door},
		"rsc.io/qr":                       {"dispatch/console"},
	}
}

// standardOnly are the rooms that import the standard library and nothing else.
func standardOnly() []string {
	return []string{"dispatch/survey", "dispatch/survey/view", "templates", "migrations", "worker/sim/twiliosim", "worker/sim/androidsim", "worker/spool"}
}

// importViolations lists what is wrong with the imports of one file. Tests may
// look at any room, save those of the strangers, and hold any outside thing.
func importViolations(table map[string]room, f sourceFile) []string {
	var bad []string
	stranger := strings.HasPrefix(f.room, "worker/sim/")
	for _, spec := range f.file.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		if to, ours := strings.CutPrefix(name, module+"/"); ours {
			if why := mayImport(table, f.room, to); why != "" && to != f.room && (!f.test() || stranger) {
				bad = append(bad, why)
			}
			continue
		}
		first, _, _ := strings.Cut(name, "/")
		if !strings.Contains(first, ".") || f.test() {
			continue // the standard library
		}
		if slices.Contains(standardOnly(), f.room) {
			bad = append(bad, fmt.Sprintf("%s imports the standard library only, not %s", f.room, name))
		}
		for thing, holders := range walls() {
			if strings.HasPrefix(name, thing) && !slices.Contains(holders, f.room) {
				bad = append(bad, fmt.Sprintf("%s is held by %s only", thing, strings.Join(holders, ", ")))
			}
		}
	}
	return bad
}

func TestEveryRoomSaysWhatItIs(t *testing.T) {
	documented, seen := map[string]bool{}, map[string]bool{}
	for _, f := range houseFiles(t) {
		if f.test() {
			continue
		}
		seen[f.room] = true
		name := path.Base(f.path)
		if f.file.Doc != nil && (name == "doc.go" || f.room == "migrations") {
			documented[f.room] = true
		}
	}
	for r := range seen {
		if !documented[r] {
			t.Errorf("%s has no doc.go with a package comment", r)
		}
	}
}

func TestNoInitAndNothingMutableAtPackageLevel(t *testing.T) {
	byRoom := map[string][]sourceFile{}
	for _, f := range houseFiles(t) {
		if !f.test() {
			byRoom[f.room] = append(byRoom[f.room], f)
		}
	}
	for _, files := range byRoom {
		for _, bad := range packageStateViolations(files) {
			t.Error(bad)
		}
	}
}

func TestCheckerReportsPackageState(t *testing.T) {
	for source, want := range map[string]int{
		"package a\nfunc init() {}":                                                        1,
		"package a\nvar n int\nfunc f() { n++ }":                                           2,
		"package a\nvar m = map[string]int{}\nfunc f() { m[`x`] = 1 }":                     1,
		"package a\nvar m = make(map[string]int)":                                          1,
		"package a\nvar p = []int{1}\nfunc f() *[]int { return &p }":                       1,
		"package a\nimport `sync`\nvar mu sync.Mutex":                                      1,
		"package a\nvar x = 3":                                                             1,
		"package a\nvar e = []int{1}\nfunc f() { e := 2; e = 3; _ = e }":                   0,
		"package a\nimport `errors`\nvar ErrX = errors.New(`x`)":                           0,
		"package a\nimport `regexp`\nvar re = regexp.MustCompile(`x`)":                     0,
		"package a\nimport `embed`\n//go:embed x\nvar files embed.FS":                      0,
		"package a\nvar _ interface{} = 3":                                                 0,
		"package a\nvar t = [...]struct{a int}{{1}}\nfunc f() int { return t[0].a }":       0,
		"package a\nvar t = []int{1}\nfunc f() { clear(t); copy(t, nil); delete(nil, 1) }": 2,
	} {
		parsed, err := parser.ParseFile(token.NewFileSet(), "a.go", source, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if got := packageStateViolations([]sourceFile{{room: "a", path: "a.go", file: parsed}}); len(got) != want {
			t.Errorf("%q: got %q, want %d", source, got, want)
		}
	}
}

// packageStateViolations finds init functions and package variables that are,
// or could be, written after the start. files are one package.
func packageStateViolations(files []sourceFile) []string {
	var bad []string
	vars := map[string]*ast.ValueSpec{}
	for _, f := range files {
		for _, d := range f.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == "init" && d.Recv == nil {
					bad = append(bad, f.path+": init()")
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					bad = append(bad, declared(f, d, vars)...)
				}
			}
		}
	}
	for _, f := range files {
		ast.Inspect(f.file, func(n ast.Node) bool {
			for _, written := range writes(n) {
				id, ok := written.(*ast.Ident)
				// An identifier that the parser resolved inside the file to
				// something else is a local of the same name.
				if ok && vars[id.Name] != nil && (id.Obj == nil || id.Obj.Decl == vars[id.Name]) {
					bad = append(bad, fmt.Sprintf("%s: package variable %s is written or its address taken", f.path, id.Name))
				}
			}
			return true
		})
	}
	return bad
}

// declared notes the variables of one declaration and reports those that have
// no fixed value.
func declared(f sourceFile, d *ast.GenDecl, vars map[string]*ast.ValueSpec) []string {
	var bad []string
	for _, s := range d.Specs {
		spec := s.(*ast.ValueSpec)
		for i, name := range spec.Names {
			if name.Name == "_" {
				continue
			}
			vars[name.Name] = spec
			if sel, ok := spec.Type.(*ast.SelectorExpr); ok && len(spec.Values) == 0 && sel.Sel.Name == "FS" {
				continue
			}
			if len(spec.Values) == 0 || (i < len(spec.Values) && !fixed(spec.Values[i])) {
				bad = append(bad, fmt.Sprintf("%s: package variable %s has no fixed value", f.path, name.Name))
			}
		}
	}
	return bad
}

// fixed reports whether an initial value makes sense for a variable that is
// never written: a plain literal should be a constant, and what make and new
// return is empty for ever.
func fixed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return false
	case *ast.CallExpr:
		id, ok := e.Fun.(*ast.Ident)
		return !ok || (id.Name != "make" && id.Name != "new")
	}
	return true
}

// writes returns the innermost operands that n assigns to, takes the address
// of, or passes to a builtin that writes.
func writes(n ast.Node) []ast.Expr {
	var out []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, e := range n.Lhs {
				out = append(out, operand(e))
			}
		}
	case *ast.IncDecStmt:
		out = append(out, operand(n.X))
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			out = append(out, operand(n.X))
		}
	case *ast.CallExpr:
		id, ok := n.Fun.(*ast.Ident)
		if ok && len(n.Args) > 0 && slices.Contains([]string{"clear", "copy", "delete"}, id.Name) {
			out = append(out, operand(n.Args[0]))
		}
	}
	return out
}

// operand strips indexes, fields and parentheses: of m[k].f it is m.
func operand(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return e
		}
	}
}

// The limits of design §8.
const (
	maxFileLines = 400
	maxFuncLines = 60
	maxParams    = 4
)

func TestNothingGrowsPastItsMeasure(t *testing.T) {
	for _, f := range houseFiles(t) {
		if f.test() {
			continue
		}
		if n := f.set.File(f.file.Pos()).LineCount(); n > maxFileLines {
			t.Errorf("%s has %d lines, at most %d", f.path, n, maxFileLines)
		}
		for _, d := range f.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1; n > maxFuncLines {
				t.Errorf("%s: %s has %d lines, at most %d", f.path, fn.Name.Name, n, maxFuncLines)
			}
			if n := params(fn); n > maxParams {
				t.Errorf("%s: %s has %d parameters besides ctx, at most %d", f.path, fn.Name.Name, n, maxParams)
			}
		}
	}
}

// params counts the parameters of fn that are not a context.
func params(fn *ast.FuncDecl) int {
	n := 0
	for _, p := range fn.Type.Params.List {
		if sel, ok := p.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(p.Names))
	}
	return n
}

func TestNamesSayWhatThingsAre(t *testing.T) {
	for _, f := range houseFiles(t) {
		names := []string{f.file.Name.Name}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if ts, ok := n.(*ast.TypeSpec); ok {
				names = append(names, ts.Name.Name)
			}
			return true
		})
		for _, name := range names {
			if part := emptyWord(name); part != "" {
				t.Errorf("%s: %q says nothing by %q", f.path, name, part)
			}
		}
	}
	for name, want := range map[string]string{"DatabaseURL": "", "PlanManager": "manager", "smsHelpers": "helpers",
		"baseSender": "base", "Baseline": "", "utils": "utils"} {
		if got := emptyWord(name); got != want {
			t.Errorf("emptyWord(%q) = %q, want %q", name, got, want)
		}
	}
}

// emptyWord returns the word of a name in camel case that says nothing, or "".
func emptyWord(name string) string {
	var words []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) {
			words, start = append(words, name[start:i]), i
		}
	}
	for _, w := range append(words, name[start:]) {
		w = strings.ToLower(w)
		switch strings.TrimSuffix(w, "s") {
		case "manager", "service", "helper", "util", "common", "base", "model":
			return w
		}
	}
	return ""
}

// Paths of somebody's machine and the hosts that packages are fetched from
// have no place in the project. The patterns are put together here so that they
// do not find themselves.
func TestNothingOfThisMachineIsInTheProject(t *testing.T) {
	root := houseRoot(t)
	private := regexp.MustCompile(`/(?:wo` + `rk|ro` + `ot)/[a-z.]|/ho` + `me/[a-z0-9]+/|/Us` + `ers/[A-Za-z]|(?:pro` +
		`xy|su` + `m)\.gol` + `ang\.org|registry\.np` + `mjs|py` + `pi\.org|files\.python` + `hosted`)
	for _, name := range trackedFiles(t, root) {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || bytes.IndexByte(b[:min(len(b), 8000)], 0) >= 0 {
			continue // gone from the working tree, or not text
		}
		if name == "cmd/canvass/house_test.go" || homebrew(name) {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(b))
		lines.Buffer(nil, 1<<22)
		for n := 1; lines.Scan(); n++ {
			if found := private.Find(lines.Bytes()); found != nil {
				t.Errorf("%s:%d holds %q", name, n, found)
			}
		}
	}
}

// homebrew is the one file that must know where a package manager of that name
// puts programs below a home directory.
func homebrew(name string) bool { return name == "dispatch/postgres/cluster/find.go" }

// trackedFiles lists the files that git holds; without git, all of the tree.
func trackedFiles(t *testing.T, root string) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil {
		return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	}
	var names []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root, p)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// sourceFile is one parsed Go file of ours.
type sourceFile struct {
	room string // its directory, relative to the module
	path string
	set  *token.FileSet
	file *ast.File
}

func (f sourceFile) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// houseRoot is the directory of go.mod.
func houseRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
}

// houseFiles parses every Go file of the module.
func houseFiles(t *testing.T) []sourceFile {
	t.Helper()
	root := houseRoot(t)
	var files []sourceFile
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		files = append(files, sourceFile{room: path.Dir(rel), path: rel, set: set, file: parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files found: the walk went wrong", len(files))
	}
	return files
}
