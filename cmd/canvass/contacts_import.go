package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
)

// importOptions are the flags of contacts import.
type importOptions struct {
	file, rejects        string
	basis, source, words string
	dryRun               bool
}

func (a *app) contactsImport() *cobra.Command {
	var o importOptions
	cmd := a.withJSON(&cobra.Command{
		Use:   "import FILE",
		Short: a.t("Nạp một danh sách CSV hoặc XLSX", "Import a list, CSV or XLSX"),
		Long: a.t(`Mỗi dòng được tạo mới, cập nhật, giữ nguyên hoặc bị loại kèm lý do. Nạp lại cùng một tệp không đổi gì.
Dòng bị loại được ghi ra một tệp CSV bên cạnh, sửa xong nạp lại được.`,
			`Every row ends created, updated, unchanged, or rejected with its reason. The same file again changes nothing.
Rejected rows come back as a CSV beside the file, to be mended and imported again.`),
		Example: "  canvass contacts import --dry-run danh-sach.xlsx",
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			o.file = args[0]
			return e.importContacts(ctx, o)
		}),
	})
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, a.t("làm thử, không lưu gì", "do everything, keep nothing"))
	f.StringVar(&o.rejects, "rejects", "", a.t("tệp ghi dòng bị loại; mặc định FILE.loai.csv", "file for rejected rows; FILE.rejected.csv if not given"))
	f.StringVar(&o.basis, "basis", "appointment", a.t("căn cứ để liên hệ người mới: appointment, consent, legal_duty", "on what ground new people may be contacted: appointment, consent, legal_duty"))
	f.StringVar(&o.source, "consent-source", "", a.t("nguồn của căn cứ; mặc định là tên tệp", "who says so; the name of the file if not given"))
	f.StringVar(&o.words, "consent-text", "", a.t("lời đã cho người ta đọc, nếu có", "the words that people were shown, if any"))
	return cmd
}

// importContacts merges a file into the list and reports.
func (e *engine) importContacts(ctx context.Context, o importOptions) error {
	f, err := os.Open(o.file)
	if err != nil {
		return unreadable(o.file, err)
	}
	defer f.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, f)
	if err != nil {
		return unreadable(o.file, err)
	}
	list, err := contactlist.Open(filepath.Base(o.file), f, size, contactlist.Options{})
	if err != nil {
		return err
	}
	defer list.Close()
	report, err := dispatch.Import(ctx, e.db, dispatch.ImportRequest{
		Source: filepath.Base(o.file), SHA256: hash.Sum(nil), List: list,
		Basis: o.basis, ConsentSource: firstOf(o.source, filepath.Base(o.file)), ConsentText: o.words,
		Actor: actor(e.app), DryRun: o.dryRun, Now: e.clock.Now(), Rand: rand.Reader,
	})
	if err != nil {
		return err
	}
	rejects, err := e.writeRejects(list, report, o)
	if err != nil {
		return err
	}
	if e.app.json {
		return e.app.data(imported{ImportReport: report, Rejects: rejects})
	}
	e.app.sayImported(report)
	if rejects != "" {
		e.app.say(e.app.t("Dòng bị loại ở trong %s.", "Rejected rows are in %s."), rejects)
	}
	return nil
}

// imported is what contacts import prints with --json.
type imported struct {
	dispatch.ImportReport
	Rejects string `json:"rejects_file,omitempty"`
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
		name = strings.TrimSuffix(o.file, filepath.Ext(o.file)) + e.app.t(".loai.csv", ".rejected.csv")
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".canvass-*") // mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) // after the rename it is gone
	var broken error
	rejects := func(yield func(contactlist.Row) bool) {
		for row, err := range report.Rejects(list) {
			if broken = err; err != nil || !yield(row) {
				return
			}
		}
	}
	err = contactlist.WriteRejects(f, list.Header(), rejects, e.app.codeWords)
	if err := errors.Join(broken, err, f.Close()); err != nil {
		return "", err
	}
	return name, os.Rename(f.Name(), name)
}

// rowsShown is how many rows with something to say a person is shown.
const rowsShown = 20

func (a *app) sayImported(r dispatch.ImportReport) {
	if r.DryRun {
		a.say(a.t("Làm thử, không lưu gì.", "A dry run: nothing was kept."))
	}
	a.say(a.t("%d dòng: %d mới, %d cập nhật, %d giữ nguyên, %d bị loại.", "%d rows: %d created, %d updated, %d unchanged, %d rejected."),
		r.Created+r.Updated+r.Unchanged+r.Rejected, r.Created, r.Updated, r.Unchanged, r.Rejected)
	a.sayCodes(a.t("Bị loại vì:", "Rejected because:"), r.Reasons)
	a.sayCodes(a.t("Lưu ý:", "Warnings:"), r.Warnings)
	for i, row := range r.Rows {
		if i == rowsShown {
			a.say(a.t("  … và %d dòng nữa (xem --json)", "  … and %d more rows (see --json)"), len(r.Rows)-i+r.Unlisted)
			break
		}
		for _, fault := range slices.Concat(row.Errors, row.Warnings) {
			told := *fault
			told.Where = ""
			a.say(a.t("  dòng %s: %s", "  row %s: %s"), row.Where, a.codeWords(&told))
		}
	}
	for _, s := range r.Shared {
		a.say(a.t("Dùng chung (%s): %d người%s%s", "Shared (%s): %d people%s%s"), s.Kind, s.People,
			list(a.t("; mã ", "; codes "), s.Codes), list(a.t("; dòng ", "; rows "), s.Rows))
	}
	for _, o := range r.Omissions {
		a.say(a.t("Không đọc: %s %s (%s)", "Not read: %s %s (%s)"), o.Sheet, o.Column, o.Why)
	}
}

func list(before string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	return before + strings.Join(items, ", ")
}

// sayCodes prints how many rows there are of each code.
func (a *app) sayCodes(title string, counts map[survey.Code]int) {
	if len(counts) == 0 {
		return
	}
	a.say("%s", title)
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		a.say("  %5d  %s", counts[code], fmt.Sprint(code))
	}
}
