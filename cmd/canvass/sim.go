package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/intake"
)

// The domestic route: texts through an ordinary SIM in a phone of the office.

// openSIM makes the route to the phone, if the settings name one and one of our
// numbers leaves by it.
func (h *house) openSIM(ctx context.Context) error {
	cfg := h.cfg.Android
	if cfg.URL == "" {
		return nil
	}
	senders := h.cfg.Senders
	if len(senders) == 0 { // another process has given them
		var err error
		if senders, err = h.db.Senders(ctx); err != nil {
			return err
		}
	}
	if cfg.Number = simNumber(senders); cfg.Number == "" {
		return nil
	}
	for _, k := range h.keys.SealKeys("android") {
		cfg.IDKeys = append(cfg.IDKeys, k.Secret)
	}
	p, err := android.New(cfg)
	if err != nil {
		return err
	}
	h.sim = p
	h.closing(p.Close)
	return nil
}

// simNumber is the number of the SIM, "" if none of our addresses is one.
func simNumber(senders []survey.Sender) string {
	for _, s := range senders {
		if s.Provider == android.ProviderName {
			return s.Address
		}
	}
	return ""
}

// carriers are what carries for providers by name, before senders does by channel.
// The phone's texts never go another way, also where it is not set up.
func (h *house) carriers() map[string]channel.Sender {
	out := map[string]channel.Sender{android.ProviderName: nil}
	if h.sim != nil {
		out[android.ProviderName] = h.sim
	}
	return out
}

// hookAddress is where the phone reaches us.
func hookAddress(public string) string { return public + intake.HookPath(android.ProviderName) }

func (a *app) android() *cobra.Command {
	group := &cobra.Command{
		Use:   "android",
		Short: a.t("Điện thoại gửi và nhận tin nhắn bằng SIM thường", "The phone that sends and receives texts by an ordinary SIM"),
		Args:  cobra.ArbitraryArgs,
		RunE:  a.group,
	}
	group.AddCommand(a.androidRegister())
	return group
}

func (a *app) androidRegister() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "register",
		Short: a.t("Báo cho điện thoại biết phải gửi tin đến và kết quả về đâu", "Tell the phone where incoming texts and results go"),
		Long: a.t(`Đăng ký bốn webhook (tin đến, đã gửi, đã tới, hỏng) trỏ về CANVASS_PUBLIC_URL. Chạy lại thì ghi đè đúng bốn mục ấy,
không đụng đến webhook khác. Khóa ký phải đặt trên điện thoại (Settings → Webhooks → Signing Key), trùng với CANVASS_ANDROID_WEBHOOK_KEY.`,
			`Registers four webhooks (received, sent, delivered, failed) that lead to CANVASS_PUBLIC_URL. Run again, it replaces these
four and touches no others. The signing key is set on the phone (Settings → Webhooks → Signing Key), the same as
CANVASS_ANDROID_WEBHOOK_KEY.`),
		Example: "  canvass android register",
		Args:    cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			h, err := e.workshop(ctx, e.publicAddress(nil))
			if err != nil {
				return err
			}
			if h.sim == nil {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Args: map[string]string{"name": "CANVASS_ANDROID_URL",
					"problem": a.t("cần đặt, và CANVASS_SENDERS cần một dòng sms +84… provider=android", "must be set, and CANVASS_SENDERS needs a row sms +84… provider=android")}}
			}
			if !strings.HasPrefix(h.public, "https://") {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Args: map[string]string{"name": "CANVASS_PUBLIC_URL",
					"problem": a.t("điện thoại chỉ gọi đến địa chỉ https", "the phone calls https addresses only")}}
			}
			ctx, cancel := context.WithTimeout(ctx, outsidePatience)
			defer cancel()
			address := hookAddress(h.public)
			if err := h.sim.Register(ctx, address); err != nil {
				return h.unregistered(err)
			}
			if a.json {
				return a.data(map[string]any{"url": address, "events": android.Events()})
			}
			a.say(a.t("Đã đăng ký %d webhook trỏ về %s. Kiểm tra bằng: canvass doctor", "Registered %d webhooks that lead to %s. Check with: canvass doctor"),
				len(android.Events()), address)
			return nil
		}),
	})
}

// unregistered says in words why the phone takes no address of ours.
func (h *house) unregistered(err error) error {
	problem := h.app.t("điện thoại hoặc máy chủ của nó không nhận đăng ký; chạy canvass doctor", "the phone or its server takes no registration; run canvass doctor")
	return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeConfig, Err: err,
		Args: map[string]string{"name": "CANVASS_ANDROID_URL", "problem": problem}}
}
