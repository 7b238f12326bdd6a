// Command bench measures Canvass against the limits of the machine it runs on:
// mail against raw pipelined SMTP, webhooks against single-row inserts, the memory
// of a worker, and how a pace is kept by two processes.
//
// The product runs as its users run it, as processes of the real binary on a real
// PostgreSQL and Redis with everything durable; limit and product take turns in
// one run, and what is told are medians of ratios: single figures say more about
// the day than about the program.
//
// It is a stranger to the house: it knows the product by its commands and by the
// wire, and imports only the private PostgreSQL. Run it by `make bench`.
//
// Read next: main.go, then mail.go.
package main
