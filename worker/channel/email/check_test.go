package email_test

import (
	"errors"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/email"
)

// What Check and Send say of a bad set-up, and that a good one passes.
func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*email.Config)
		class  channel.Class // empty: all is well
		phase  email.Phase
	}{
		{"all well", nil, "", ""},
		{"wrong password", func(c *email.Config) { c.Password = "shut" }, channel.Config, email.Login},
		{"stranger's certificate", func(c *email.Config) { c.RootCAs = nil }, channel.Config, email.Certificate},
		{"no TLS spoken", func(c *email.Config) { c.TLS = email.ImplicitTLS }, channel.Config, email.Certificate},
		{"no login in clear", func(c *email.Config) { c.TLS = email.NoTLS }, channel.Config, email.Login},
		{"no login at all", func(c *email.Config) { c.Username = "" }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, sender := start(t, tt.change)
			err := sender.Check(t.Context())
			if tt.class == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var e *channel.SendError
			if !errors.As(err, &e) || e.Class != tt.class || e.Detail != string(tt.phase) {
				t.Errorf("got %v, want %s at %s", err, tt.class, tt.phase)
			}
			_, err = sender.Send(t.Context(), maker()("trieu@hoptho.example"))
			if !errors.As(err, &e) || e.Class != tt.class {
				t.Errorf("Send: %v, want %s", err, tt.class)
			}
		})
	}
}

// Without a login the sink refuses MAIL, and that is our set-up.
func TestLoginNeeded(t *testing.T) {
	t.Parallel()
	_, sender := start(t, func(c *email.Config) { c.Username = "" })
	_, err := sender.Send(t.Context(), maker()("trieu@hoptho.example"))
	var e *channel.SendError
	if !errors.As(err, &e) || e.Class != channel.Config || e.Detail != string(email.MailFrom) {
		t.Errorf("got %v", err)
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := email.New(email.Config{
		Host: "smtp.lamxuyen.example", TLS: email.NoTLS, Port: -1, HELO: "a b", RootCAs: []byte("none"),
		DKIM: email.DKIM{Domain: "lamxuyen.example", KeyPEM: "none"},
	})
	if survey.CodeOf(err) != survey.CodeConfig {
		t.Fatalf("got %v", err)
	}
	for _, where := range []string{"smtp tls", "smtp port", "smtp helo", "smtp root certificates", "dkim"} {
		if !strings.Contains(err.Error(), "at "+where) {
			t.Errorf("%s is not named in %v", where, err)
		}
	}
	if _, err := email.New(email.Config{}); err == nil || !strings.Contains(err.Error(), "smtp host") {
		t.Errorf("the missing host is not named: %v", err)
	}
	if _, err := email.New(email.Config{Host: "smtp.lamxuyen.example"}); err != nil {
		t.Errorf("a host is enough: %v", err)
	}
}
