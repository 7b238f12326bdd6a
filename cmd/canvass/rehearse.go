package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch/survey"
)

// rehearseOptions are the flags of rehearse.
type rehearseOptions struct {
	speed float64
	from  string
	end   bool
}

func (a *app) rehearse() *cobra.Command {
	o := rehearseOptions{speed: survey.MaxSpeed}
	cmd := a.withJSON(&cobra.Command{
		Use:   "rehearse [--speed N] [--from TIME] | --end",
		Short: a.t("Diễn tập: cho giờ của khảo sát chạy nhanh hơn giờ thật", "Rehearse: let the time of surveys run faster than the clock"),
		Long: a.t(`Giờ diễn tập ghi trong cơ sở dữ liệu; mọi tiến trình theo nó từ lần chạy sau. Không đổi được khi có khảo sát
đang chạy, hay khi canvass up đang chạy.`,
			`The rehearsal clock is written in the database; every process follows it from its next start. It cannot be
changed while a campaign is in the field or canvass up runs.`),
		Example: "  canvass rehearse --speed 240 --from 2026-12-14T08:00:00+07:00",
		Args:    cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			if err := e.mayChangeClock(ctx); err != nil {
				return err
			}
			if o.end {
				return e.db.EndRehearsal(ctx)
			}
			r, err := o.rehearsal(time.Now())
			if err != nil {
				return err
			}
			if err := e.db.EndRehearsal(ctx); err != nil {
				return err
			}
			if r, err = e.db.BeginRehearsal(ctx, r, actor(a)); err != nil {
				return err
			}
			if a.json {
				return a.data(r)
			}
			a.say(a.t("Diễn tập từ %s, nhanh gấp %g lần.", "Rehearsing from %s, %g times as fast."), moment(r.Business), r.Speed)
			return nil
		}),
	})
	cmd.Flags().Float64Var(&o.speed, "speed", o.speed, a.t("nhanh gấp mấy lần (1–240)", "how many times as fast (1–240)"))
	cmd.Flags().StringVar(&o.from, "from", "", a.t("giờ diễn tập bắt đầu, như 2026-12-14T08:00:00+07:00; mặc định là bây giờ", "where it begins, such as 2026-12-14T08:00:00+07:00; now if not given"))
	cmd.Flags().BoolVar(&o.end, "end", false, a.t("thôi diễn tập", "end the rehearsal"))
	cmd.MarkFlagsMutuallyExclusive("end", "from")
	cmd.MarkFlagsMutuallyExclusive("end", "speed")
	return cmd
}

// rehearsal is the clock that the flags ask for, from the real time now.
func (o rehearseOptions) rehearsal(now time.Time) (survey.Rehearsal, error) {
	r := survey.Rehearsal{Real: now, Business: now, Speed: o.speed}
	if !(o.speed >= 1 && o.speed <= survey.MaxSpeed) {
		return r, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage,
			Args: map[string]string{"problem": fmt.Sprintf("--speed 1–%d", survey.MaxSpeed), "command": "rehearse"}}
	}
	if o.from == "" {
		return r, nil
	}
	t, err := time.Parse(time.RFC3339, o.from)
	if err != nil {
		return r, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage,
			Args: map[string]string{"problem": "--from 2026-12-14T08:00:00+07:00", "command": "rehearse"}}
	}
	r.Business = t
	return r, nil
}

// mayChangeClock refuses while somebody lives by the present clock.
func (e *engine) mayChangeClock(ctx context.Context) error {
	running, err := e.db.Campaigns(ctx, survey.CampaignFielding, survey.CampaignPaused)
	if err != nil {
		return err
	}
	if len(running) > 0 {
		k := running[0]
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Where: k.Name,
			Args: map[string]string{"machine": "campaign", "state": string(k.State), "event": "rehearse"}}
	}
	if _, err := e.dir.ReadEndpoints(); !errors.Is(err, datadir.ErrNone) {
		return errors.New(e.app.t("canvass up đang chạy theo giờ hiện tại. Dừng nó rồi chạy lại lệnh này.",
			"canvass up runs and follows the present clock. Stop it, then run this again."))
	}
	return nil
}
