package main

import (
	"context"

	"github.com/spf13/cobra"

	"canvass/dispatch/postgres"
)

// migrated is what migrate prints.
type migrated struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

func (a *app) migrate() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "migrate",
		Short: a.t("Đưa cơ sở dữ liệu lên phiên bản mà chương trình này cần", "Bring the database to the version that this program needs"),
		Args:  cobra.NoArgs,
		RunE: a.work(func(ctx context.Context, _ []string) error {
			m, err := a.migrateDatabase(ctx)
			switch {
			case err != nil:
				return err
			case a.json:
				return a.data(m)
			case m.From == m.To:
				a.say(a.t("Cơ sở dữ liệu đã ở phiên bản %d, không phải làm gì.", "The database is at version %d already; nothing to do."), m.To)
			default:
				a.say(a.t("Cơ sở dữ liệu đã lên từ phiên bản %d đến %d.", "The database went from version %d to %d."), m.From, m.To)
			}
			return nil
		}),
	})
}

// migrateDatabase is the one command that opens a database of any version.
func (a *app) migrateDatabase(ctx context.Context) (migrated, error) {
	e, err := a.newEngine()
	if err != nil {
		return migrated{}, err
	}
	defer e.Close()
	if err := e.findDatabase(ctx); err != nil {
		return migrated{}, err
	}
	db, err := postgres.Open(ctx, e.databaseURL)
	if err != nil {
		return migrated{}, err
	}
	defer db.Close()
	from, to, err := db.Migrate(ctx)
	return migrated{From: from, To: to}, err
}
