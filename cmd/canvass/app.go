package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/survey"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// app is one run of the program: where it reads, where it speaks, in which
// language, and the flags that several commands share.
type app struct {
	in     io.Reader
	out    *sink
	errs   io.Writer
	getenv func(string) string
	lang   survey.Lang

	flags flags
	json  bool // the flag --json of the command that runs

	running string // the command whose work has begun; "" while arguments are read
}

// newApp returns a run that reads the environment through getenv.
func newApp(in io.Reader, out, errs io.Writer, getenv func(string) string) *app {
	return &app{in: in, out: &sink{w: out}, errs: errs, getenv: getenv, lang: langOf(getenv)}
}

// langOf is CANVASS_LANG, else the language of the terminal.
func langOf(getenv func(string) string) survey.Lang {
	for _, name := range []string{"CANVASS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			if strings.HasPrefix(v, string(survey.Vietnamese)) {
				return survey.Vietnamese
			}
			return survey.English
		}
	}
	return survey.English
}

// t picks the words in the language of this run.
func (a *app) t(vi, en string) string {
	if a.lang == survey.Vietnamese {
		return vi
	}
	return en
}

// run carries out one command line and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errs)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		err = a.out.err // a report that was not written is not done
	case a.running == "":
		err = a.usage(cmd, err)
	}
	if err == nil {
		return exitDone
	}
	if !errors.Is(err, errTold) {
		a.tell(err)
	}
	return exitCode(err)
}

// errTold ends a command whose output already says what is wrong.
var errTold = errors.New("told")

// usage makes an error of the command line into one of ours.
func (a *app) usage(cmd *cobra.Command, err error) error {
	var ours *survey.Error
	if errors.As(err, &ours) {
		return err
	}
	return wrongUsage(cmd, err.Error())
}

// wrongUsage is an error of kind Invalid that ends with exit code 2.
func wrongUsage(cmd *cobra.Command, problem string) error {
	args := map[string]string{"problem": problem}
	if _, sub, ok := strings.Cut(cmd.CommandPath(), " "); ok {
		args["command"] = sub
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: args}
}

// exitCode is 2 for a wrong command line or setting, 1 for every other error.
func exitCode(err error) int {
	switch survey.CodeOf(err) {
	case survey.CodeUsage, survey.CodeConfig:
		return exitUsage
	}
	return exitFailed
}

// work makes a function the body of a command: from here on, an error is a
// failure of the work and not of the command line.
func (a *app) work(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.running = cmd.CommandPath()
		return do(cmd.Context(), args)
	}
}

// withDatabase is work on an open database, which is put away afterwards.
func (a *app) withDatabase(do func(ctx context.Context, e *engine, args []string) error) func(*cobra.Command, []string) error {
	return a.work(func(ctx context.Context, args []string) error {
		e, err := a.oneShot(ctx)
		if err != nil {
			return err
		}
		defer e.Close()
		return do(ctx, e, args)
	})
}

// withStaff is withDatabase for a command that prints or exports what is known of people
// or of answers: it works as a role that cannot join the answers of a confidential
// campaign to people, whatever it asks.
func (a *app) withStaff(do func(ctx context.Context, e *engine, args []string) error) func(*cobra.Command, []string) error {
	return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		db, err := e.db.OpenStaff(ctx, e.databaseURL)
		if err != nil {
			return err
		}
		e.closing(func() { _ = db.Close() })
		e.db = db
		return do(ctx, e, args)
	})
}

// withJSON gives a command that prints data the flag --json.
func (a *app) withJSON(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.json, "json", false, a.t("in dữ liệu dạng JSON", "print data as JSON"))
	return cmd
}

// say prints one line for people.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }

// note tells people something that is not the output.
func (a *app) note(format string, args ...any) { fmt.Fprintf(a.errs, "canvass: "+format+"\n", args...) }

// data prints v as one line of JSON.
func (a *app) data(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// sink remembers the first failed write, so that printing need not be checked
// line by line.
type sink struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}
