package main

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel/android"
	"canvass/worker/sim/androidsim"
)

// simSettings are complete settings of the domestic route, changed by change.
func simSettings(change map[string]string) map[string]string {
	env := map[string]string{"HOME": "/h", "CANVASS_ANDROID_URL": "https://sms.vanphong.example/3rdparty/v1", "CANVASS_ANDROID_USER": "sms",
		"CANVASS_ANDROID_PASSWORD": "a-secret", "CANVASS_ANDROID_WEBHOOK_KEY": "another-secret",
		"CANVASS_SENDERS": "sms +84310000010 provider=android receive"}
	for name, value := range change {
		env[name] = value
	}
	return env
}

// A SIM that is told nothing about its pace keeps to the safe side, and needs no
// account at Twilio.
func TestTheSenderOfASIM(t *testing.T) {
	for row, want := range map[string]survey.Sender{
		"sms +84310000010 provider=android receive":                           {CanReceive: true, Rate: android.UsualRate, DayCap: android.UsualDay, Warmup: android.UsualWarmup},
		"sms +84310000010 rate=0.1 day=80 warmup=0 cost=300 provider=android": {Rate: 0.1, DayCap: 80, Cost: 300},
	} {
		want.Channel, want.Address, want.Provider = survey.SMS, "+84310000010", "android"
		c, err := configOf(simSettings(map[string]string{"CANVASS_SENDERS": row}))
		if err != nil || len(c.Senders) != 1 || !reflect.DeepEqual(c.Senders[0], want) {
			t.Errorf("%q: %+v, %v", row, c.Senders, err)
		}
	}
	c, err := configOf(simSettings(map[string]string{"CANVASS_ANDROID_SIM": "2", "CANVASS_ANDROID_DEVICE": "d1", "CANVASS_ANDROID_PLAIN_HTTP": "yes"}))
	if err != nil || c.Android.SIM != 2 || c.Android.Device != "d1" || !c.Android.PlainHTTP || c.Android.Password != "a-secret" || c.Android.WebhookKey != "another-secret" {
		t.Errorf("%+v, %v", c.Android, err)
	}
}

func TestWrongSettingsOfASIMAreNamed(t *testing.T) {
	for _, tc := range []struct{ name, value, named string }{
		{"CANVASS_ANDROID_URL", "", "CANVASS_ANDROID_URL"},
		{"CANVASS_ANDROID_USER", "", "CANVASS_ANDROID_USER"},
		{"CANVASS_ANDROID_PASSWORD", "", "CANVASS_ANDROID_PASSWORD"},
		{"CANVASS_ANDROID_WEBHOOK_KEY", "", "CANVASS_ANDROID_WEBHOOK_KEY"},
		{"CANVASS_ANDROID_SIM", "4", "CANVASS_ANDROID_SIM"},
		{"CANVASS_ANDROID_SIM", "left", "CANVASS_ANDROID_SIM"},
		{"CANVASS_ANDROID_PLAIN_HTTP", "maybe", "CANVASS_ANDROID_PLAIN_HTTP"},
		{"CANVASS_SENDERS", "sms DLXH-LX provider=android", "CANVASS_SENDERS"},
		{"CANVASS_SENDERS", "call +84310000010 provider=android", "CANVASS_SENDERS"},
		{"CANVASS_SENDERS", "sms +84310000010 provider=android; sms +84310000011 provider=android", "CANVASS_SENDERS"},
		{"CANVASS_SENDERS", "sms +84310000010 provider=android; sms +84900000001", "CANVASS_TWILIO_ACCOUNT_SID"},
	} {
		_, err := configOf(simSettings(map[string]string{tc.name: tc.value}))
		named := false
		for _, e := range partsOrNone(err) {
			var ours *survey.Error
			named = named || asOurs(e, &ours) && ours.Args["name"] == tc.named
		}
		if !named || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s=%q: %v", tc.name, tc.value, err)
		}
	}
}

// What the doctor says of the phone, and what to do about it.
func TestTheDoctorOnThePhone(t *testing.T) {
	t.Parallel()
	const public = "https://ks.vanphong.example"
	sim, err := androidsim.Start(androidsim.Config{Devices: []string{androidsim.DefaultDevice}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	two, err := androidsim.Start(androidsim.Config{Devices: []string{"one", "two"}, Now: func() time.Time { return time.Now().Add(-time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(two.Close)
	fresh := func(change func(*Config)) *doctor {
		cfg := Config{PublicURL: public, Android: android.Config{URL: sim.ServerURL(), User: androidsim.DefaultUser,
			Password: androidsim.DefaultPassword, WebhookKey: "k"}, Senders: []survey.Sender{{Channel: survey.SMS, Address: "+84310000010", Provider: "android"}}}
		change(&cfg)
		return &doctor{app: &app{}, cfg: cfg}
	}
	for _, c := range []struct {
		name, check, state, says string
		change                   func(*Config)
	}{
		{"not used", "android", skipped, "CANVASS_ANDROID_URL", func(c *Config) { c.Android.URL = "" }},
		{"no number", "android", warning, "provider=android", func(c *Config) { c.Senders = nil }},
		{"plain", "android", wrong, "", func(c *Config) { c.Android.URL = "http://sms.vanphong.example" }},
		{"off", "android", wrong, "Local Server", func(c *Config) { c.Android.URL = "http://127.0.0.1:1" }},
		{"password", "android", wrong, "CANVASS_ANDROID_PASSWORD", func(c *Config) { c.Android.Password = "x" }},
		{"path", "android", wrong, "/3rdparty/v1", func(c *Config) { c.Android.URL += "/v2" }},
		{"well", "android", healthy, "", func(*Config) {}},
		{"not registered", "android webhooks", wrong, "canvass android register", func(*Config) {}},
		{"no key", "android webhooks", wrong, "CANVASS_ANDROID_WEBHOOK_KEY", func(c *Config) { c.Android.WebhookKey = "" }},
		{"no address", "android webhooks", warning, "CANVASS_PUBLIC_URL", func(c *Config) { c.PublicURL = "" }},
		{"several", "android phone", wrong, "CANVASS_ANDROID_DEVICE", func(c *Config) { c.Android.URL = two.ServerURL() }},
		{"other", "android phone", wrong, "CANVASS_ANDROID_DEVICE", func(c *Config) { c.Android.Device = "three" }},
		{"clock", "android clock", warning, "", func(c *Config) { c.Android.URL = two.URL() }},
	} {
		d := fresh(c.change)
		d.sim(context.Background())
		found := false
		for _, f := range d.found {
			found = found || f.Check == c.check && f.State == c.state && strings.Contains(f.Detail+" "+f.Remedy, c.says)
			if strings.Contains(f.Detail+f.Remedy, androidsim.DefaultPassword) {
				t.Errorf("%s: the password is told", c.name)
			}
		}
		if !found {
			t.Errorf("%s: %+v", c.name, d.found)
		}
	}
	d := fresh(func(*Config) {})
	cfg := d.cfg.Android
	cfg.Number, cfg.IDKeys = "+84310000010", [][]byte{make([]byte, 32)}
	p, err := android.New(cfg)
	if err == nil {
		err = p.Register(t.Context(), hookAddress(public))
	}
	if err != nil {
		t.Fatal(err)
	}
	if d.sim(context.Background()); len(d.found) != 2 || d.found[0].State != healthy || d.found[1].State != healthy {
		t.Errorf("all is well: %+v", d.found)
	}
	sim.SetAway(true)
	d = fresh(func(*Config) {})
	if d.sim(context.Background()); len(d.found) != 3 || d.found[1].Check != "android phone" || d.found[1].State != wrong {
		t.Errorf("the phone is off: %+v", d.found)
	}
}
