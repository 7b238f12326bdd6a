package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"canvass/dispatch/postgres"
)

// inbox tells what waits to be read by a person, of every campaign and of none, and
// what is kept that belongs to nobody: how much, and not whose.
func (d *doctor) inbox(ctx context.Context, db *postgres.DB) {
	waits, err := db.NewMatters(ctx)
	if err != nil {
		d.tell("inbox", wrong, d.words(err))
		return
	}
	n, kinds := d.waitingWords(waits)
	var oldest time.Time
	for _, w := range waits {
		if oldest.IsZero() || w.Since.Before(oldest) {
			oldest = w.Since
		}
	}
	if n == 0 {
		d.tell("inbox", healthy, d.t("không tin nào chờ đọc", "nothing waits to be read"))
	} else {
		d.tell("inbox", warning, fmt.Sprintf(d.t("%d tin chờ đọc, cũ nhất từ %s: %s", "%d items wait to be read, the oldest since %s: %s"), n, moment(oldest), kinds))
		d.remedy("cần người đọc: canvass inbox list", "a person is needed: canvass inbox list")
	}
	d.nobodys(ctx, db)
}

// nobodys tells of arrivals that belong to no case and are for no person to read.
func (d *doctor) nobodys(ctx context.Context, db *postgres.DB) {
	all, err := db.Nobodys(ctx)
	if err != nil {
		d.tell("arrivals of nobody", wrong, d.words(err))
		return
	}
	var parts []string
	for _, c := range all {
		parts = append(parts, fmt.Sprintf("%s %d", d.label("reason", string(c.Reason)), c.N))
	}
	if len(parts) == 0 {
		d.tell("arrivals of nobody", healthy, d.t("không có", "none"))
		return
	}
	d.tell("arrivals of nobody", healthy, strings.Join(parts, ", "))
}
