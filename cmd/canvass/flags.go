package main

import "github.com/spf13/cobra"

// flags are the settings that every command takes on its command line too.
// An empty one leaves the word to the environment.
type flags struct {
	dataDir, databaseURL, redisURL, log string
}

func (f *flags) register(a *app, root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.dataDir, "data-dir", "", a.t("thư mục dữ liệu (CANVASS_DATA_DIR)", "data directory (CANVASS_DATA_DIR)"))
	p.StringVar(&f.databaseURL, "database-url", "", a.t("PostgreSQL riêng (CANVASS_DATABASE_URL)", "a PostgreSQL of your own (CANVASS_DATABASE_URL)"))
	p.StringVar(&f.redisURL, "redis-url", "", a.t("Redis riêng (CANVASS_REDIS_URL)", "a Redis of your own (CANVASS_REDIS_URL)"))
	p.StringVar(&f.log, "log", "", a.t("mức và dạng nhật ký, như info,json (CANVASS_LOG)", "level and form of the log, such as info,json (CANVASS_LOG)"))
}
