package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	binary string
	out    string
	only   string
	rounds int
}

func main() {
	var o options
	flag.StringVar(&o.binary, "canvass", "bin/canvass", "the binary to measure")
	flag.StringVar(&o.out, "out", "bin/bench.json", "where the figures go as JSON")
	flag.StringVar(&o.only, "only", "", "some of mail,hook,memory,pace")
	flag.IntVar(&o.rounds, "rounds", 3, "alternations of limit and product")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// run measures one thing after another and tells.
func run(ctx context.Context, o options) (err error) {
	began := time.Now()
	r, err := newRig(ctx, o.binary)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	var rep report
	for _, m := range []struct {
		name    string
		measure func(context.Context, *rig, options, *report) error
	}{{"pace", pace}, {"mail", mail}, {"hook", hook}, {"memory", memory}} {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), m.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "— %s\n", m.name)
		if err := m.measure(ctx, r, o, &rep); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	rep.Seconds = time.Since(began).Round(time.Second).Seconds()
	if err := rep.write(o.out); err != nil {
		return err
	}
	rep.print(os.Stdout)
	return rep.failed()
}
