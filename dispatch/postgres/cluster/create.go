package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// access lets in the role canvass by password and no one else, not even the
// superuser: that one has no password and works in single-user mode only.
const access = `# Written by canvass.
local all canvass scram-sha-256
host  all canvass 127.0.0.1/32 scram-sha-256
`

// create makes the cluster in new/ and moves it to data/ when it is whole, so
// that whoever finds data/ finds a complete one, whenever a crash came.
func (c *Cluster) create(ctx context.Context) error {
	fresh := c.home.at("new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := c.account.own(fresh); err != nil {
		return err
	}
	if err := c.initdb(ctx, fresh); err != nil {
		return err
	}
	hba := filepath.Join(fresh, "pg_hba.conf")
	if err := os.WriteFile(hba, []byte(access), 0o600); err != nil {
		return err
	}
	if err := c.makeDatabase(ctx, fresh); err != nil {
		return err
	}
	if c.durable {
		// initdb ran without syncing each file; this syncs them all at once.
		if err := c.serverProgram(ctx, call{name: "initdb", data: fresh, args: []string{"--sync-only"}}); err != nil {
			return err
		}
	}
	if err := os.Rename(fresh, c.home.data()); err != nil {
		return err
	}
	// Were the new name lost in a power cut, the next start would begin anew.
	return c.home.sync()
}

// initdb tries the locales from the best on: with C.UTF-8 lower() and upper()
// know Vietnamese letters, and the order of bytes keeps indexes independent of
// the system's libraries.
func (c *Cluster) initdb(ctx context.Context, dir string) error {
	locales := [][]string{{"--locale=C.UTF-8"}}
	if c.bin.Major >= 17 {
		locales = append(locales, []string{"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"})
	}
	locales = append(locales, []string{"--locale=C"})
	var errs []error
	for _, locale := range locales {
		args := append([]string{"--encoding=UTF8", "--auth=reject", "--username=postgres", "--no-sync", "--no-instructions", "--lc-messages=C"}, locale...)
		err := c.serverProgram(ctx, call{name: "initdb", data: dir, args: args})
		if err == nil || ctx.Err() != nil {
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// makeDatabase adds the role and the database in single-user mode, where
// nobody else can be connected. A blank line ends each command (-j).
func (c *Cluster) makeDatabase(ctx context.Context, dir string) error {
	sql := "CREATE ROLE canvass LOGIN CREATEDB CREATEROLE PASSWORD '" + c.password + "';\n\n" +
		"CREATE DATABASE canvass OWNER canvass;\n\n"
	return c.serverProgram(ctx, call{
		name: "postgres", first: "--single", data: dir, stdin: sql,
		// A failing command must not be repeated in the message: it holds the password.
		args: []string{"-F", "-j", "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-c", "log_checkpoints=off", "postgres"},
	})
}

// call is one run of initdb or of the single-user server.
type call struct {
	name, first, data, stdin string
	args                     []string
}

func (c *Cluster) serverProgram(ctx context.Context, run call) error {
	p := program{account: c.account}
	defer p.close()
	data, err := p.hand(run.data)
	if err != nil {
		return err
	}
	var args []string
	if run.first != "" {
		args = append(args, run.first)
	}
	args = append(append(args, "-D", data), run.args...)
	cmd := p.command(ctx, c.bin.path(run.name), args...)
	cmd.Stdin = strings.NewReader(run.stdin)
	var said bytes.Buffer
	cmd.Stderr = &said
	return failure(ctx, run.name, cmd.Run(), said.String())
}

// failure joins a program's exit with what it said on standard error.
func failure(ctx context.Context, name string, err error, said string) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", name, ctx.Err())
	}
	var exit *exec.ExitError
	if said = strings.TrimSpace(said); said != "" && errors.As(err, &exit) {
		return fmt.Errorf("%s: %s (%w)", name, said, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}
