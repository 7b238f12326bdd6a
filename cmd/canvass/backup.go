package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch"
	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/survey"
	"canvass/migrations"
)

func (a *app) backup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: a.t("Sao lưu dữ liệu và khóa vào một tệp", "Write data and keys to a file"),
		Long: a.t(`Tệp sao lưu chứa họ tên, câu trả lời và khóa của đường dẫn: giữ nó như giữ chính hệ thống. Sao lưu được khi
hệ thống đang chạy.`,
			`The file holds names, answers and the keys of links: keep it as you keep the system itself. It can be made
while the system runs.`),
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			bin, err := e.binaries(ctx)
			if err != nil {
				return err
			}
			if _, err := e.keyring(ctx); err != nil {
				return err
			}
			schema, err := e.db.SchemaVersion(ctx)
			if err != nil {
				return err
			}
			head, err := e.db.AuditHead(ctx)
			if err != nil {
				return err
			}
			err = writeNew(args[0], func(w io.Writer) error {
				return e.dir.Backup(ctx, w, datadir.BackupParts{
					CanvassVersion: thisBuild().Version, SchemaVersion: schema,
					Dump: func(ctx context.Context, w io.Writer) error { return cluster.Dump(ctx, bin, e.databaseURL, w) },
				})
			})
			if err != nil {
				return err
			}
			a.say(a.t("Đã sao lưu vào %s.", "Backed up to %s."), args[0])
			a.say(a.t("Mốc của sổ ghi khi bắt đầu sao lưu: %s", "Anchor of the audit log as the backup began: %s"), head)
			return nil
		}),
	}
}

// writeNew writes a file that did not exist, whole or not at all, readable by
// its owner only.
func writeNew(name string, write func(io.Writer) error) error {
	if _, err := os.Lstat(name); err == nil {
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".canvass-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the link it is the second name
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), name) // refuses a file that came up meanwhile
}

// binaries are PostgreSQL's programs: those that the private server runs from,
// or the newest.
func (e *engine) binaries(ctx context.Context) (cluster.Binaries, error) {
	if e.cluster != nil {
		return e.cluster.Binaries(), nil
	}
	return cluster.Find(ctx)
}

func (a *app) restore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: a.t("Khôi phục một bản sao lưu vào hệ thống mới", "Restore a backup into a new system"),
		Long: a.t(`Cần một thư mục dữ liệu không có khóa riêng và một cơ sở dữ liệu trống. Hệ thống được khôi phục không gửi gì
hai lần: khảo sát đang chạy được tạm dừng, và lượt gửi nào có thể đã đi sau khi sao lưu được để ở trạng thái
"chưa rõ". Xem: canvass campaign doubts. Lời từ chối nhận tin đến sau khi sao lưu đã mất: hãy hỏi nhà mạng.`,
			`Needs a data directory without keys of its own and an empty database. A restored system sends nothing twice:
campaigns in the field are paused, and what may have left after the backup was taken is in doubt. See: canvass
campaign doubts. Opt-outs that came after the backup are lost: ask the provider for them.`),
		Args: cobra.ExactArgs(1),
		RunE: a.work(func(ctx context.Context, args []string) error { return a.restoreFrom(ctx, args[0]) }),
	}
}

func (a *app) restoreFrom(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return unreadable(name, err)
	}
	defer f.Close()
	e, err := a.newEngine()
	if err != nil {
		return err
	}
	defer e.Close()
	lock, err := e.dir.Lock("restore")
	if err != nil {
		return err
	}
	e.closing(func() { _ = lock.Release() })
	if e.own {
		if err := e.startCluster(ctx); err != nil {
			return err
		}
	}
	bin, err := e.binaries(ctx)
	if err != nil {
		return err
	}
	m, err := e.dir.Restore(ctx, f, datadir.RestoreParts{
		Check: checkSchema,
		Load:  func(ctx context.Context, dump io.Reader) error { return cluster.Restore(ctx, bin, e.databaseURL, dump) },
	})
	if err != nil {
		return err
	}
	a.say(a.t("Đã khôi phục bản sao lưu lúc %s.", "Restored the backup of %s."), moment(m.Time))
	return e.afterRestore(ctx)
}

// checkSchema refuses a bundle that this program is too old for.
func checkSchema(m datadir.Manifest) error {
	if m.SchemaVersion > migrations.Latest {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeSchemaNew, Args: map[string]string{
			"given": strconv.FormatInt(m.SchemaVersion, 10), "expected": strconv.Itoa(migrations.Latest)}}
	}
	return nil
}

// afterRestore brings the database to the present schema and settles it. If it
// never comes to that, the next process does it before it begins.
func (e *engine) afterRestore(ctx context.Context) error {
	db, err := postgres.Open(ctx, e.databaseURL)
	if err != nil {
		return err
	}
	_, _, err = db.Migrate(ctx)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return e.openDatabase(ctx)
}

// settle makes sure that a copy of a database sends nothing twice, and says what
// staff must do.
func (e *engine) settle(ctx context.Context) error {
	s, err := dispatch.SettleRestored(ctx, e.db, e.clock)
	if err != nil || !s.Moved {
		return err
	}
	e.log.Warn("this database is a copy; what its original sent is in doubt", "campaigns_paused", len(s.Paused), "attempts_in_doubt", s.InDoubt)
	for _, id := range s.Paused {
		k, err := e.db.Campaign(ctx, id)
		if err != nil {
			return err
		}
		e.app.note(e.app.t("Khảo sát %[1]s đang tạm dừng, vì đây là bản khôi phục. Xem canvass campaign doubts %[1]s, rồi canvass campaign resume %[1]s --reason TEXT.",
			"Campaign %[1]s is paused, for this is a restored copy. See canvass campaign doubts %[1]s, then canvass campaign resume %[1]s --reason TEXT."), k.Name)
	}
	all, err := e.db.AllSeries(ctx, e.clock.Now())
	if err != nil {
		return err
	}
	for _, series := range all {
		if series.State == survey.SeriesPaused && series.PauseReason == survey.ReasonInDoubt {
			e.app.note(e.app.t("Khảo sát định kỳ %[1]s đang tạm dừng, vì đây là bản khôi phục. Xem canvass series show %[1]s, rồi canvass series resume %[1]s --reason …",
				"The series %[1]s is paused, for this is a restored copy. See canvass series show %[1]s, then canvass series resume %[1]s --reason …"), series.Name)
		}
	}
	return nil
}
