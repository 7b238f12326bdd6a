package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // campaigns name their zone; the machine may not know it
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(newApp(os.Stdin, os.Stdout, os.Stderr, os.Getenv).run(ctx, os.Args[1:]))
}
