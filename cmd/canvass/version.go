package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"canvass/migrations"
)

// build says which program this is.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Schema  int64  `json:"schema"` // the version of the database it works with
	Go      string `json:"go"`
}

// thisBuild reads what the linker noted.
func thisBuild() build {
	b := build{Version: "devel", Schema: migrations.Latest, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	return b
}

func (a *app) version() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "version",
		Short: a.t("Phiên bản của chương trình và của cơ sở dữ liệu nó cần", "Version of the program and of the database it needs"),
		Args:  cobra.NoArgs,
		RunE: a.work(func(context.Context, []string) error {
			b := thisBuild()
			if a.json {
				return a.data(b)
			}
			a.say("canvass %s", b.Version)
			if b.Commit != "" {
				a.say("commit  %s", b.Commit)
			}
			a.say("schema  %d", b.Schema)
			a.say("go      %s", b.Go)
			return nil
		}),
	})
}
