package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
)

// importOptions are the flags of contacts import.
type importOptions struct {
	file, rejects        string
	basis, source, words string
	from, mapping        string
	saveMap, dryRun      bool
	take                 []string
	reason               string
}

func (a *app) contactsImport() *cobra.Command {
	var o importOptions
	cmd := a.withJSON(&cobra.Command{
		Use:   "import FILE",
		Short: a.t("Nhập một danh sách CSV hoặc XLSX", "Import a list, CSV or XLSX"),
		Long: a.t(`Mỗi dòng được tạo mới, cập nhật, giữ nguyên hoặc bị loại kèm lý do. Nhập lại cùng một tệp không đổi gì.
Dòng bị loại được ghi ra một tệp CSV bên cạnh, sửa xong nhập lại được. Bị ngắt giữa chừng thì chạy lại cùng lệnh ấy:
danh bạ chưa có gì dở dang. Cả lần nhập hoàn tác được: canvass contacts undo.`,
			`Every row ends created, updated, unchanged, or rejected with its reason. The same file again changes nothing.
Rejected rows come back as a CSV beside the file, to be mended and imported again. If it is cut off, run the same
command again: nothing is half done. A whole import can be taken back: canvass contacts undo.`),
		Example: "  canvass contacts import --dry-run danh-sach.xlsx\n" +
			`  canvass contacts import --source "xã Vân Trạch" --map "Số máy=phone,Nơi ở=ignore" --save-map danh-sach.xlsx`,
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			o.file = args[0]
			return e.importContacts(ctx, o)
		}),
	})
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, a.t("làm thử và cho xem sẽ đổi gì, không lưu", "do everything and show what would change, keep nothing"))
	f.StringVar(&o.mapping, "map", "", a.t(`cột nào là gì: "Tên cột=trường,…", hoặc theo vị trí "B=name,C=phone"`, `what the columns are: "Column=field,…", or by place "B=name,C=phone"`))
	f.BoolVar(&o.saveMap, "save-map", false, a.t("nhớ --map cho những danh sách sau của cùng nguồn", "remember --map for later lists of this source"))
	f.StringVar(&o.from, "source", "", a.t("ai gửi danh sách; mặc định là tên tệp", "whose list it is; the name of the file if not given"))
	f.StringArrayVar(&o.take, "take", nil, a.t("nhập cả cột nhạy cảm này; cần --reason", "take this sensitive column all the same; needs --reason"))
	f.StringVar(&o.reason, "reason", "", a.t("vì sao cần cột nhạy cảm; được lưu lại", "why the sensitive column is needed; kept on record"))
	f.StringVar(&o.rejects, "rejects", "", a.t("tệp ghi dòng bị loại; mặc định FILE.loai.csv", "file for rejected rows; FILE.rejected.csv if not given"))
	f.StringVar(&o.basis, "basis", "appointment", a.t("căn cứ để liên hệ người mới: appointment, consent, legal_duty", "on what ground new people may be contacted: appointment, consent, legal_duty"))
	f.StringVar(&o.source, "consent-source", "", a.t("nguồn của căn cứ; mặc định là tên tệp", "who says so; the name of the file if not given"))
	f.StringVar(&o.words, "consent-text", "", a.t("lời đã cho người ta đọc, nếu có", "the words that people were shown, if any"))
	return cmd
}

// importContacts merges a file into the list and reports.
func (e *engine) importContacts(ctx context.Context, o importOptions) error {
	file, hash, err := watch(o.file)
	if err != nil {
		return unreadable(o.file, err)
	}
	defer file.Close()
	reading, err := e.readingOf(ctx, o)
	if err != nil {
		return err
	}
	list, err := contactlist.Open(filepath.Base(o.file), file, file.size, reading)
	if err != nil {
		return err
	}
	defer list.Close()
	units, err := dispatch.UnitMatcher(ctx, e.db)
	if err != nil {
		return err
	}
	columns, err := e.db.Attributes(ctx)
	if err != nil {
		return err
	}
	bar := newProgressBar(e.app, file)
	defer bar.end()
	report, err := dispatch.Import(ctx, e.db, dispatch.ImportRequest{
		Source: filepath.Base(o.file), SHA256: hash, List: list, Units: units, Columns: columns,
		Options: dispatch.ImportOptions{Columns: reading.Columns, Sensitive: o.take, Reason: o.reason, Program: thisBuild().Version},
		Basis:   o.basis, ConsentSource: firstOf(o.source, filepath.Base(o.file)), ConsentText: o.words,
		Actor: actor(e.app), DryRun: o.dryRun, Now: e.clock.Now(), Rand: rand.Reader, Progress: bar.tell,
	})
	if err != nil {
		return err
	}
	bar.end()
	rejects, err := e.writeRejects(list, report, o)
	if err != nil {
		return err
	}
	if o.saveMap && !o.dryRun {
		if err := e.rememberMapping(ctx, o, dispatch.Labelled(reading.Columns, list)); err != nil {
			return err
		}
	}
	if e.app.json {
		return e.app.data(imported{ImportReport: report, Columns: readColumns(list), Rejects: rejects})
	}
	if err := e.app.sayColumns(list); err != nil {
		return err
	}
	e.app.sayImported(report)
	if rejects != "" {
		e.app.sayWrapped(0, e.app.t("Dòng bị loại ở trong %s. Sửa ở đó rồi nhập lại tệp ấy.", "Rejected rows are in %s. Mend them there and import that file."), rejects)
	}
	if report.Import != 0 && report.Created+report.Updated > 0 {
		e.app.say(e.app.t(`Lần nhập số %d. Hoàn tác: canvass contacts undo %d --reason "…"`, `This is import %d. To take it back: canvass contacts undo %d --reason "…"`), report.Import, report.Import)
	}
	return nil
}

// watch opens a file and tells its SHA-256.
func watch(name string) (*watchedFile, []byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	hash := sha256.New()
	size, err := io.Copy(hash, f)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return &watchedFile{File: f, size: size}, hash.Sum(nil), nil
}

// readingOf says how to read the list: as the flags say, or as was remembered
// of its source.
func (e *engine) readingOf(ctx context.Context, o importOptions) (contactlist.Options, error) {
	reading := contactlist.Options{Take: o.take}
	var err error
	if o.mapping == "" {
		reading.Lenient = true
		reading.Columns, err = dispatch.RememberedMapping(ctx, e.db, o.origin())
		if isRejects(o.file) {
			reading.Columns = dispatch.WithoutPlaces(reading.Columns)
		}
		return reading, err
	}
	reading.Columns, err = contactlist.ParseMapping(o.mapping)
	return reading, err
}

func (e *engine) rememberMapping(ctx context.Context, o importOptions, columns map[string]contactlist.Field) error {
	by := dispatch.Deed{Actor: actor(e.app), Now: e.clock.Now()}
	return dispatch.RememberMapping(ctx, e.db, o.origin(), columns, by)
}

// origin names whose list it is. A file of rejects is of the list that it came
// from.
func (o importOptions) origin() string {
	name := stem(o.file)
	for isRejects(name + ".csv") {
		name = strings.TrimSuffix(strings.TrimSuffix(name, rejectsVI), rejectsEN)
	}
	return firstOf(o.from, name)
}

// isRejects reports whether a file is called as files of rejects are.
func isRejects(file string) bool {
	name := stem(file)
	return (strings.HasSuffix(name, rejectsVI) || strings.HasSuffix(name, rejectsEN)) && name != rejectsVI && name != rejectsEN
}

// stem is the name of a file without its ending.
func stem(file string) string { return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) }

// What a file of rejects is called behind the name of its list.
const (
	rejectsVI = ".loai"
	rejectsEN = ".rejected"
)

// imported is what contacts import prints with --json.
type imported struct {
	dispatch.ImportReport
	Columns []importedColumn `json:"columns"`
	Rejects string           `json:"rejects_file,omitempty"`
}

// importedColumn is what a column was taken for.
type importedColumn struct {
	Sheet string            `json:"sheet,omitempty"`
	Label string            `json:"label"`
	Field contactlist.Field `json:"field"`
	Key   string            `json:"key,omitempty"`
	Said  bool              `json:"said,omitempty"` // by a person
	// Sensitive columns are there only because --take asks for them.
	Sensitive bool `json:"sensitive,omitempty"`
}

func readColumns(list *contactlist.Reader) []importedColumn {
	var out []importedColumn
	for _, sheet := range list.Sheets() {
		m, _ := list.Mapping(sheet)
		for _, c := range m.Columns {
			out = append(out, importedColumn{Sheet: sheet, Label: c.Label, Field: c.Field, Key: c.Key, Said: c.Said, Sensitive: c.Sensitive})
		}
	}
	return out
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	i := slices.IndexFunc(texts, func(s string) bool { return s != "" })
	if i < 0 {
		return ""
	}
	return texts[i]
}

// writeRejects gives the rows that were rejected back as a file, readable by its
// owner only, and returns its name, "" if no row was.
func (e *engine) writeRejects(list *contactlist.Reader, report dispatch.ImportReport, o importOptions) (string, error) {
	if report.Rejected == 0 {
		return "", nil
	}
	name := o.rejects
	if name == "" {
		name = strings.TrimSuffix(o.file, filepath.Ext(o.file)) + e.app.t(rejectsVI, rejectsEN) + ".csv"
	}
	// Always the same name: what a process that was killed left of it is removed.
	part := name + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	defer os.Remove(part) // after the rename it is gone
	if err := errors.Join(e.fillRejects(f, list, report), f.Close()); err != nil {
		return "", err
	}
	if err := e.spare(name, part); err != nil {
		return "", err
	}
	return name, os.Rename(part, name)
}

// spare keeps an earlier file of rejects that says something else than the new
// one: somebody may have mended it and not imported it yet.
func (e *engine) spare(name, part string) error {
	old, err := fingerprint(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	fresh, err2 := fingerprint(part)
	if err := errors.Join(err, err2); err != nil || bytes.Equal(old, fresh) {
		return err
	}
	kept := strings.TrimSuffix(name, filepath.Ext(name)) + "." + local(e.clock.Now()).Format("20060102-150405") + filepath.Ext(name)
	e.app.note(e.app.t("%s đã khác trước; bản ấy được giữ ở %s", "%s was changed; that one is kept as %s"), name, kept)
	return os.Rename(name, kept)
}

// fingerprint is the SHA-256 of a file.
func fingerprint(name string) ([]byte, error) {
	f, sum, err := watch(name)
	if err != nil {
		return nil, err
	}
	return sum, f.Close()
}

func (e *engine) fillRejects(to io.Writer, list *contactlist.Reader, report dispatch.ImportReport) error {
	rejects := contactlist.NewRejects(to, list.Header(), e.app.faultWords)
	for row, err := range report.Rejects(list) {
		if err != nil {
			return err
		}
		if err := rejects.Write(row); err != nil {
			return err
		}
	}
	return rejects.Close()
}
