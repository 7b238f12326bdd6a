package protocol

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func TestReadyProtocolsAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly", "urgent", "short"} {
		p, ok := Ready(name)
		if !ok || p.Name != name {
			t.Fatalf("no protocol %s", name)
		}
		if errs := Validate(p); errs != nil {
			t.Errorf("%s: %v", name, errs)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back survey.Protocol
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s does not survive JSON: %v", name, err)
		}
	}
	if _, ok := Ready("weekly"); ok {
		t.Error("there is a weekly protocol")
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for where, spoil := range map[string]func(*survey.Protocol){
		"name":          func(p *survey.Protocol) { p.Name = "" },
		"zone":          func(p *survey.Protocol) { p.Zone = "" },
		"length":        func(p *survey.Protocol) { p.Length = survey.Span(100 * 24 * time.Hour) },
		"gap":           func(p *survey.Protocol) { p.Gap = p.Length },
		"steps":         func(p *survey.Protocol) { p.Steps = nil },
		"windows[sms]":  func(p *survey.Protocol) { p.Windows[survey.SMS] = survey.Window{From: "22:00", To: "07:00"} },
		"windows[call]": func(p *survey.Protocol) { p.Windows[survey.Call] = survey.Window{From: "8:00", To: "17:00"} },
		"windows[email]": func(p *survey.Protocol) {
			p.Windows[survey.Mail] = survey.Window{From: "08:00", To: "17:00", Days: []time.Weekday{7}}
		},
		"windows[fax]":               func(p *survey.Protocol) { p.Windows["fax"] = survey.Window{From: "08:00", To: "17:00"} },
		"day_caps[call]":             func(p *survey.Protocol) { p.DayCaps[survey.Call] = 0 },
		"steps[1].name":              func(p *survey.Protocol) { p.Steps[1].Name = p.Steps[0].Name },
		"steps[call].after":          func(p *survey.Protocol) { p.Steps[2].After = 0 },
		"steps[mail-reminder].after": func(p *survey.Protocol) { p.Steps[3].After = p.Length },
		"steps[call].channel":        func(p *survey.Protocol) { delete(p.Windows, survey.Call) },
		"steps[mail].channel":        func(p *survey.Protocol) { p.Steps[0].Channel = "fax" },
		"steps[mail].text":           func(p *survey.Protocol) { p.Steps[0].Text = "hello" },
		"steps[mail].conversation":   func(p *survey.Protocol) { p.Steps[0].Conversation = true },
		"steps[mail].only":           func(p *survey.Protocol) { p.Steps[0].Only = "nobody" },
		"steps[call].tries":          func(p *survey.Protocol) { p.Steps[2].Tries = 1 },
		"steps[mail].tries":          func(p *survey.Protocol) { p.Steps[0].Tries = -1 },
		"steps[mail].retry":          func(p *survey.Protocol) { p.Steps[0].Tries = 2 },
		"steps[call].retry[busy]":    func(p *survey.Protocol) { p.Steps[2].Retry[survey.ReasonBusy] = survey.Ladder{0} },
	} {
		p := Short()
		spoil(&p)
		errs := Validate(p)
		if len(errs) != 1 || errs[0].Where != where || errs[0].Code != survey.CodeProtocolInvalid || errs[0].Args["expected"] == "" {
			t.Errorf("%s: got %v", where, errs)
		}
		if _, err := Load(p); survey.CodeOf(err) != survey.CodeProtocolInvalid {
			t.Errorf("%s: Load gave %v", where, err)
		}
	}
}
