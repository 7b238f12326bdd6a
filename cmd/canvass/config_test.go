package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// configOf reads the settings of an environment.
func configOf(env map[string]string) (Config, error) {
	a := newApp(strings.NewReader(""), io.Discard, io.Discard, func(name string) string { return env[name] })
	return a.config()
}

func TestWithoutSettingsEverythingHasADefault(t *testing.T) {
	c, err := configOf(map[string]string{"HOME": "/somewhere"})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{DataDir: "/somewhere/.local/share/canvass", PublicAddr: "127.0.0.1:8080", StaffAddr: "127.0.0.1:8081",
		Absent: 15 * time.Minute, SpoolMax: 256 << 20, Lives: survey.Lives(), LogLevel: slog.LevelWarn}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if c, _ := configOf(map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/x"}); c.DataDir != "/x/canvass" {
		t.Errorf("data directory %s", c.DataDir)
	}
}

func TestSenders(t *testing.T) {
	const account = "AC0123"
	for _, tc := range []struct {
		text string
		want []survey.Sender
	}{
		{"", nil},
		{" ;\n; ", nil},
		{"email Khao.Sat@VanPhong.example rate=10", []survey.Sender{
			{Channel: survey.Mail, Address: "Khao.Sat@vanphong.example", Provider: "smtp", CanReceive: true, Rate: 10}}},
		{"sms +84900000001 receive rate=0.5 cost=350; call +84900000001 cost=1200", []survey.Sender{
			{Channel: survey.SMS, Address: "+84900000001", Provider: "twilio", CanReceive: true, Rate: 0.5, Cost: 350},
			{Channel: survey.Call, Address: "+84900000001", Provider: "twilio", CanReceive: true, Cost: 1200}}},
		{"email ks@vanphong.example day=2000 warmup=50", []survey.Sender{
			{Channel: survey.Mail, Address: "ks@vanphong.example", Provider: "smtp", CanReceive: true, DayCap: 2000, Warmup: 50}}},
		{"call +84900000001 calls=5", []survey.Sender{{Channel: survey.Call, Address: "+84900000001", Provider: "twilio", CanReceive: true, Calls: 5}}},
		{"sms DLXH-LX provider=viettel", []survey.Sender{{Channel: survey.SMS, Address: "DLXH-LX", Provider: "viettel"}}},
	} {
		c, err := configOf(map[string]string{"HOME": "/h", "CANVASS_SENDERS": tc.text, "CANVASS_SMTP_HOST": "mail.example", "CANVASS_TWILIO_ACCOUNT_SID": account})
		if err != nil {
			t.Errorf("%q: %v", tc.text, err)
		}
		if !reflect.DeepEqual(c.Senders, tc.want) {
			t.Errorf("%q:\ngot  %+v\nwant %+v", tc.text, c.Senders, tc.want)
		}
	}
}

func TestRates(t *testing.T) {
	c, err := configOf(map[string]string{"HOME": "/h", "CANVASS_RATES": "smtp=10  twilio=0.5 @Gmail.com=2"})
	if want := map[string]float64{"smtp": 10, "twilio": 0.5, "@gmail.com": 2}; err != nil || !reflect.DeepEqual(c.Rates, want) {
		t.Errorf("%v, %v; want %v", c.Rates, err, want)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"": 256 << 20, "1048576": 1 << 20, "2048 KiB": 2 << 20, "64MiB": 64 << 20, "2GiB": 2 << 30} {
		c, err := configOf(map[string]string{"HOME": "/h", "CANVASS_SPOOL_MAX": text})
		if err != nil || c.SpoolMax != want {
			t.Errorf("%q: %d, %v; want %d", text, c.SpoolMax, err, want)
		}
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, tc := range []struct{ name, value string }{
		{"CANVASS_SPOOL_MAX", "0"}, {"CANVASS_SPOOL_MAX", "1000"}, {"CANVASS_SPOOL_MAX", "1023KiB"}, {"CANVASS_SPOOL_MAX", "-5GiB"},
		{"CANVASS_SPOOL_MAX", "256MB"}, {"CANVASS_SPOOL_MAX", "much"}, {"CANVASS_SPOOL_MAX", "9999999999GiB"},
		{"CANVASS_RATES", "smtp"}, {"CANVASS_RATES", "smtp=0"}, {"CANVASS_RATES", "=3"}, {"CANVASS_RATES", "smtp=fast"},
		{"CANVASS_SENDERS", "email ks@vanphong.example day=-1"}, {"CANVASS_SENDERS", "email ks@vanphong.example warmup=x"},
		{"CANVASS_SENDERS", "sms"},
		{"CANVASS_SENDERS", "pigeon attic"},
		{"CANVASS_SENDERS", "email nobody"},
		{"CANVASS_SENDERS", "call office"},
		{"CANVASS_SENDERS", "sms +84900000001 rate=fast"},
		{"CANVASS_SENDERS", "sms +84900000001 rate=-1"},
		{"CANVASS_SENDERS", "sms +84900000001 rate=NaN"},
		{"CANVASS_SENDERS", "sms +84900000001 cost=-1"},
		{"CANVASS_SENDERS", "sms +84900000001 always"},
		{"CANVASS_SENDERS", "sms +84900000001; sms +84900000001"},
		{"CANVASS_SENDERS", "sms AMuchTooLongName"},
		{"CANVASS_PUBLIC_URL", "http://survey.example"},
		{"CANVASS_PUBLIC_URL", "https://survey.example/?x=1"},
		{"CANVASS_PUBLIC_URL", "https://me:secret@survey.example"},
		{"CANVASS_PUBLIC_URL", "survey.example"},
		{"CANVASS_PUBLIC_ADDR", "8080"},
		{"CANVASS_PUBLIC_ADDR", "127.0.0.1:70000"},
		{"CANVASS_STAFF_ADDR", "127.0.0.1:http"},
		{"CANVASS_DATABASE_URL", "mysql://db.example/x"},
		{"CANVASS_REDIS_URL", "memcache://db.example"},
		{"CANVASS_SMTP_PORT", "twenty-five"},
		{"CANVASS_SMTP_CA_FILE", "/nowhere/ca.pem"},
		{"CANVASS_TWILIO_ABSENT_AFTER", "soon"},
		{"CANVASS_TWILIO_ABSENT_AFTER", "10ms"},
		{"CANVASS_LOG", "loud"},
	} {
		_, err := configOf(map[string]string{"HOME": "/h", tc.name: tc.value,
			"CANVASS_SMTP_HOST": "mail.example", "CANVASS_TWILIO_ACCOUNT_SID": "AC0123"})
		named := false
		for _, e := range partsOrNone(err) {
			var ours *survey.Error
			if asOurs(e, &ours) && ours.Code == survey.CodeConfig && ours.Args["name"] == tc.name {
				named = true
			}
		}
		if !named {
			t.Errorf("%s=%q: %v", tc.name, tc.value, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the secret is told: %v", tc.name, err)
		}
	}
	// A public listener without a public address would send links that nobody can open.
	if _, err := configOf(map[string]string{"HOME": "/h", "CANVASS_PUBLIC_ADDR": "0.0.0.0:80"}); exitCode(err) != exitUsage {
		t.Errorf("public without address: %v", err)
	}
}

func partsOrNone(err error) []error {
	if err == nil {
		return nil
	}
	return parts(err)
}

func asOurs(err error, ours **survey.Error) bool {
	e, ok := err.(*survey.Error)
	*ours = e
	return ok
}

func TestASecretMayStandInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("  open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := configOf(map[string]string{"HOME": "/h", "CANVASS_SMTP_PASSWORD_FILE": file})
	if err != nil || c.SMTP.Password != "open sesame" {
		t.Errorf("password %q, %v", c.SMTP.Password, err)
	}
	for _, env := range []map[string]string{
		{"HOME": "/h", "CANVASS_SMTP_PASSWORD_FILE": file, "CANVASS_SMTP_PASSWORD": "another"},
		{"HOME": "/h", "CANVASS_SMTP_PASSWORD_FILE": file + ".gone"},
	} {
		if _, err := configOf(env); exitCode(err) != exitUsage {
			t.Errorf("%v: %v", env, err)
		}
	}
}

func TestLanguageOfTheTerminal(t *testing.T) {
	for _, tc := range []struct {
		env  map[string]string
		want survey.Lang
	}{
		{nil, survey.English},
		{map[string]string{"LANG": "vi_VN.UTF-8"}, survey.Vietnamese},
		{map[string]string{"LANG": "C.UTF-8"}, survey.English},
		{map[string]string{"LANG": "vi_VN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, survey.English},
		{map[string]string{"LANG": "en_GB.UTF-8", "CANVASS_LANG": "vi"}, survey.Vietnamese},
	} {
		if got := langOf(func(name string) string { return tc.env[name] }); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.env, got, tc.want)
		}
	}
}

// Whatever is written, a sender that is taken can be used: a known channel, an
// address, a rate and a cost that make sense.
func FuzzSenders(f *testing.F) {
	for _, s := range []string{"email a@b.example", "sms +84900000001 receive rate=1 cost=350; call +8490", "sms X rate=1e400", "sms  +84 \n;;call"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := settings{app: newApp(strings.NewReader(""), io.Discard, io.Discard, func(string) string { return "" })}
		for _, sender := range s.senders(text) {
			if !sender.Channel.Valid() || sender.Address == "" || sender.Provider == "" || !(sender.Rate >= 0 && sender.Rate <= 1e6) || sender.Cost < 0 {
				t.Errorf("%q gives %+v", text, sender)
			}
		}
	})
}
