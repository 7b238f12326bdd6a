package main

import (
	"canvass/dispatch/survey"
	"canvass/worker/channel/android"
)

// sim reads where the phone is, and which SIM of it is ours. Its number and the
// keys of its ids come later, from CANVASS_SENDERS and the key file.
func (s *settings) sim() android.Config {
	c := android.Config{
		URL: s.text("CANVASS_ANDROID_URL"), User: s.text("CANVASS_ANDROID_USER"), Password: s.secret("CANVASS_ANDROID_PASSWORD"),
		WebhookKey: s.secret("CANVASS_ANDROID_WEBHOOK_KEY"), SIM: s.number("CANVASS_ANDROID_SIM"), Device: s.text("CANVASS_ANDROID_DEVICE"),
	}
	switch s.text("CANVASS_ANDROID_PLAIN_HTTP") {
	case "", "no":
	case "yes":
		c.PlainHTTP = true
	default:
		s.fault("CANVASS_ANDROID_PLAIN_HTTP", "viết yes hoặc no", "write yes or no")
	}
	if c.URL == "" {
		return c
	}
	if c.User == "" {
		s.fault("CANVASS_ANDROID_USER", "cần đặt cùng CANVASS_ANDROID_URL", "must be set with CANVASS_ANDROID_URL")
	}
	if c.Password == "" {
		s.fault("CANVASS_ANDROID_PASSWORD", "cần đặt cùng CANVASS_ANDROID_URL", "must be set with CANVASS_ANDROID_URL")
	}
	if c.SIM > 3 {
		s.fault("CANVASS_ANDROID_SIM", "là 1, 2 hoặc 3", "is 1, 2 or 3")
	}
	return c
}

// needsAndroid refuses senders that the phone cannot serve: it has one SIM for us,
// and whoever expects replies needs the key that they are signed with.
func (s *settings) needsAndroid(c Config) {
	numbers, receive := 0, false
	for _, sender := range c.Senders {
		if sender.Provider == android.ProviderName {
			numbers++
			receive = receive || sender.CanReceive
		}
	}
	switch {
	case numbers == 0:
		return
	case numbers > 1:
		s.fault("CANVASS_SENDERS", "chỉ một số có provider=android: mỗi nơi cài đặt dùng một SIM", "only one number may have provider=android: an installation uses one SIM")
	case c.Android.URL == "":
		s.fault("CANVASS_ANDROID_URL", "cần đặt để gửi bằng SIM (provider=android)", "must be set to send by a SIM (provider=android)")
	case receive && c.Android.WebhookKey == "":
		s.fault("CANVASS_ANDROID_WEBHOOK_KEY", "cần đặt để nhận tin trả lời", "must be set to receive replies")
	}
}

// usual gives the sender of a SIM what its row does not say: an ordinary SIM has no
// published limits, and one that sends too much is blocked.
func usual(s *survey.Sender, given map[string]bool) {
	if s.Provider != android.ProviderName {
		return
	}
	if !given["rate"] {
		s.Rate = android.UsualRate
	}
	if !given["day"] {
		s.DayCap = android.UsualDay
	}
	if !given["warmup"] {
		s.Warmup = android.UsualWarmup
	}
}
