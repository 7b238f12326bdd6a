package main

import "github.com/spf13/cobra"

// flags are the settings that can also be given on the command line. An empty
// one leaves the word to the environment.
type flags struct {
	dataDir, databaseURL, redisURL, log string // of every command
	publicURL, publicAddr, staffAddr    string // of what listens
}

func (f *flags) register(a *app, root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.dataDir, "data-dir", "", a.t("thư mục dữ liệu (CANVASS_DATA_DIR)", "data directory (CANVASS_DATA_DIR)"))
	p.StringVar(&f.databaseURL, "database-url", "", a.t("PostgreSQL riêng (CANVASS_DATABASE_URL)", "a PostgreSQL of your own (CANVASS_DATABASE_URL)"))
	p.StringVar(&f.redisURL, "redis-url", "", a.t("Redis riêng (CANVASS_REDIS_URL)", "a Redis of your own (CANVASS_REDIS_URL)"))
	p.StringVar(&f.log, "log", "", a.t("mức và dạng nhật ký, như info,json (CANVASS_LOG)", "level and form of the log, such as info,json (CANVASS_LOG)"))
}

// listens gives a command the flags of what listens.
func (a *app) listens(cmd *cobra.Command, public bool) *cobra.Command {
	f := &a.flags
	if public {
		cmd.Flags().StringVar(&f.publicAddr, "public-addr", "", a.t("nơi trang trả lời lắng nghe (CANVASS_PUBLIC_ADDR)", "where the respondents' pages listen (CANVASS_PUBLIC_ADDR)"))
		cmd.Flags().StringVar(&f.publicURL, "public-url", "", a.t("địa chỉ https mà mọi người thấy (CANVASS_PUBLIC_URL)", "the https address that the world sees (CANVASS_PUBLIC_URL)"))
	}
	cmd.Flags().StringVar(&f.staffAddr, "staff-addr", "", a.t("nơi /healthz và /readyz lắng nghe (CANVASS_STAFF_ADDR)", "where /healthz and /readyz listen (CANVASS_STAFF_ADDR)"))
	return cmd
}
