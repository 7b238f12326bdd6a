package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// tell prints an error for people: what it is, where, and what mends it; each
// part of a joined error on a line of its own.
func (a *app) tell(err error) {
	for _, e := range parts(err) {
		fmt.Fprintf(a.errs, "canvass: %s\n", a.words(e))
	}
}

// parts takes a joined error apart.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, parts(e)...)
		}
		return out
	}
	return []error{err}
}

// words are the words of one error in the language of this run.
func (a *app) words(err error) string {
	var ours *survey.Error
	if errors.As(err, &ours) {
		return a.codeWords(ours)
	}
	var held *datadir.HeldError
	var missing *cluster.MissingError
	switch {
	case errors.As(err, &held):
		return fmt.Sprintf(a.t("thư mục dữ liệu %s đang do `canvass %s` giữ (tiến trình %d, từ %s%s). Dừng tiến trình đó, hoặc chọn thư mục khác bằng --data-dir.",
			"the data directory %s is held by `canvass %s` (process %d, since %s%s). Stop that one, or choose another directory with --data-dir."),
			held.Path, held.Role, held.PID, held.Since.Local().Format("15:04:05 02/01/2006"), a.onHost(held.Host))
	case errors.As(err, &missing):
		return missing.Error()
	case errors.Is(err, datadir.ErrNone):
		return a.t("không có `canvass up` nào đang chạy trên thư mục dữ liệu này. Chạy canvass up, hoặc đặt CANVASS_DATABASE_URL và CANVASS_REDIS_URL.",
			"no `canvass up` runs on this data directory. Run canvass up, or set CANVASS_DATABASE_URL and CANVASS_REDIS_URL.")
	case errors.Is(err, datadir.ErrStarting):
		return a.t("`canvass up` đang khởi động. Đợi một lát rồi chạy lại.", "`canvass up` is still starting. Try again in a moment.")
	case errors.Is(err, fs.ErrExist):
		return fmt.Sprintf(a.t("%s đã có rồi. Chưa có gì bị ghi đè. Chọn tên khác.", "%s exists already. Nothing was overwritten. Choose another name."), pathOf(err))
	case errors.Is(err, context.Canceled):
		return a.t("đã dừng theo yêu cầu.", "stopped as asked.")
	}
	return err.Error()
}

// pathOf is the file that an error of the operating system is about.
func pathOf(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path
	}
	return err.Error()
}

func (a *app) onHost(host string) string {
	if host == "" {
		return ""
	}
	return a.t(", trên máy ", ", on ") + host
}

// codeWords are the words of a code, its place before them, and where something
// of ours or outside has failed, the cause behind them.
func (a *app) codeWords(e *survey.Error) string {
	args := maps.Clone(e.Args)
	if args == nil {
		args = map[string]string{}
	}
	if at, err := time.Parse(time.RFC3339, args["time"]); err == nil {
		args["time"] = moment(at)
	}
	where, cause := e.Where, ""
	if e.Err != nil {
		cause = e.Err.Error()
	}
	if e.Code == survey.CodeConfig || e.Code == survey.CodeFileUnreadable || e.Code == survey.CodeFileFormat {
		if args["name"] == "" {
			args["name"], where = where, ""
		}
		if args["problem"] == "" {
			args["problem"], cause = cause, ""
		}
	}
	text, ok := templates.Words(string(e.Code), string(a.lang), args)
	if !ok {
		text = e.Error()
	}
	if where != "" {
		text = where + ": " + text
	}
	if cause != "" && (e.Kind == survey.Unavailable || e.Kind == survey.Internal) {
		text += " (" + cause + ")"
	}
	return text
}
