package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

func (a *app) campaignStatus() *cobra.Command {
	var once bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "status NAME",
		Short: a.t("Khảo sát đang ở đâu; trong trình lệnh thì cập nhật liên tục", "How a campaign stands; in a terminal it is kept up to date"),
		Long: a.t(`Mọi con số về lượt mời, lượt gửi, tin đáp lại và tin đến đều có danh sách người đứng sau: xem canvass campaign people.
--json cho đủ: từng kênh, bước, trạng thái và lý do với số lượt và số người, nơi gửi, nhịp gửi, chi phí, đang chờ gì và vì sao.`,
			`Every number of cases, contacts, answers of ours and arrivals has its list of people: see canvass campaign people.
--json tells all: each channel, step, state and reason with contacts and people, the senders, rate, cost, what waits and why.`),
		Args: cobra.ExactArgs(1),
		RunE: a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			if a.json || once || !terminal(a.out.w) {
				if a.json {
					s, err := dispatch.StatusInFull(ctx, e.db, args[0], e.clock.Now())
					if err != nil {
						return err
					}
					return a.data(s)
				}
				s, err := dispatch.Status(ctx, e.db, args[0], e.clock.Now())
				if err != nil {
					return err
				}
				a.say("%s", a.statusText(s, e.clock.Now()))
				return nil
			}
			return e.watchStatus(ctx, args[0])
		}),
	})
	cmd.Flags().BoolVar(&once, "once", false, a.t("in một lần rồi thôi", "print it once"))
	return cmd
}

// terminal reports whether somebody looks at w.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// watchStatus draws the status over itself until the campaign is closed or the
// person has seen enough. Looking takes a tenth of the time at most: with hundreds
// of thousands of cases it is not free.
func (e *engine) watchStatus(ctx context.Context, name string) error {
	lines := 0
	for {
		began := time.Now()
		s, err := dispatch.Status(ctx, e.db, name, e.clock.Now())
		took := time.Since(began)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		text := e.app.statusText(s, e.clock.Now())
		if lines > 0 {
			fmt.Fprintf(e.app.out, "\x1b[%dA\x1b[J", lines) // back to its first line, and clear
		}
		e.app.say("%s", text)
		lines = strings.Count(text, "\n") + 1
		if s.State == survey.CampaignClosed || s.State == survey.CampaignArchived {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(time.Second, 9*took)):
		}
	}
}
