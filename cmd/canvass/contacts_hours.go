package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) contactsHours() *cobra.Command {
	var reason string
	cmd := a.withJSON(&cobra.Command{
		Use:   "hours ID|CODE [any|office|evening|weekday]",
		Short: a.t("Xem hoặc ghi giờ mà một người muốn được liên hệ", "See, or write down, when a person wants to be contacted"),
		Long: a.t("Người ấy tự chọn được ở trang của mình. Giờ đã chọn thu hẹp khung giờ của mọi khảo sát, không bao giờ nới rộng, và có hiệu\n"+
			"lực từ lần gửi tới; người chưa liên hệ được vì thế thì campaign plan và campaign people ghi rõ.",
			"The person can choose them on their own page. They narrow the hours of every survey, never widen them, and hold from the\n"+
				"next message on; campaign plan and campaign people say who is not reached because of them.") + a.hoursList(),
		Example: `  canvass contacts hours CTV001
  canvass contacts hours CTV001 evening --reason "gọi điện ngày 03/12"`,
		Args: cobra.RangeArgs(1, 2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			return e.hours(ctx, dispatch.PersonRequest{Ref: args[0], Reason: reason, Actor: actor(a), Now: e.clock.Now()}, args[1:])
		}),
	})
	cmd.Flags().StringVar(&reason, "reason", "", a.t("vì sao ghi: người ấy nói khi nào, bằng cách nào; được lưu lại", "when and how the person said so; kept on record"))
	return cmd
}

// hoursList tells the hours that can be chosen.
func (a *app) hoursList() string {
	out := "\n"
	for _, h := range survey.AllHours() {
		out += fmt.Sprintf("\n  %-8s %s", h, a.label("hours", string(h)))
	}
	return out
}

// saidHours are the hours of one person, for scripts.
type saidHours struct {
	ID     survey.ContactID `json:"id"`
	Hours  survey.Hours     `json:"hours"` // empty: the person did not say
	At     time.Time        `json:"at,omitzero"`
	Source string           `json:"source,omitempty"`
}

// hours writes hours down where some are given, and tells those that hold.
func (e *engine) hours(ctx context.Context, r dispatch.PersonRequest, given []string) error {
	a := e.app
	keys, err := e.keyring(ctx)
	if err != nil {
		return err
	}
	var card view.ContactCard
	if len(given) == 0 {
		card, err = dispatch.ShowContact(ctx, e.db, keys, r.Ref)
	} else {
		card, err = dispatch.SetHours(ctx, e.db, keys, r, survey.Hours(given[0]))
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.data(saidHours{ID: card.ID, Hours: card.Hours, At: card.HoursAt, Source: card.HoursSource})
	}
	a.say("%s · ID %d · %s", string(card.Name), card.ID, firstOf(card.Code, a.t("không có mã", "no code")))
	if card.Hours == "" {
		a.say("  %s", a.t("chưa chọn giờ liên hệ: theo khung giờ của khảo sát", "no hours chosen: those of the survey hold"))
		return nil
	}
	a.say("  %s (%s, %s)", a.label("hours", string(card.Hours)), a.label("source", card.HoursSource), moment(card.HoursAt))
	return nil
}
