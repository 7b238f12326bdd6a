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
	for _, name := range ReadyNames() {
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
		"day_caps[sms]":              func(p *survey.Protocol) { p.DayCaps[survey.SMS] = 0 },
		"wave_cap":                   func(p *survey.Protocol) { p.WaveCap = -1 },
		"month_cap":                  func(p *survey.Protocol) { p.MonthCap = 1000 },
		"in_doubt":                   func(p *survey.Protocol) { p.InDoubt = "guess" },
		"holidays":                   func(p *survey.Protocol) { p.Holidays = []string{"vn", "us"} },
		"steps[1].name":              func(p *survey.Protocol) { p.Steps[1].Name = p.Steps[0].Name },
		"steps[call].after":          func(p *survey.Protocol) { p.Steps[2].After = 0 },
		"steps[mail-reminder].after": func(p *survey.Protocol) { p.Steps[3].After = p.Length },
		"steps[call].channel":        func(p *survey.Protocol) { delete(p.Windows, survey.Call) },
		"steps[mail].channel":        func(p *survey.Protocol) { p.Steps[0].Channel = "fax" },
		"steps[mail].text":           func(p *survey.Protocol) { p.Steps[0].Text = "hello" },
		"steps[mail].conversation":   func(p *survey.Protocol) { p.Steps[0].Conversation = true },
		"steps[mail].only":           func(p *survey.Protocol) { p.Steps[0].Only = "nobody" },
		"steps[call].only": func(p *survey.Protocol) {
			p.Steps[1].Channel = survey.Call
			p.Steps[1].Conversation = false
			p.Steps[0].Channel = survey.Call
			p.Steps[2].Only = survey.OnlyNoEndpoint
		},
		"steps[conversation].since":  func(p *survey.Protocol) { p.Steps[1].Since = "yesterday" },
		"steps[conversation].after":  func(p *survey.Protocol) { p.Steps[2].Since = survey.SincePrevious; p.Steps[1].After = -1 },
		"steps[call].retry":          func(p *survey.Protocol) { p.Steps[2].Retry[survey.ReasonBounce] = survey.Ladder{hour} },
		"steps[call].tries":          func(p *survey.Protocol) { p.Steps[2].Tries = 1 },
		"steps[mail].tries":          func(p *survey.Protocol) { p.Steps[0].Tries = -1 },
		"steps[mail].retry":          func(p *survey.Protocol) { p.Steps[0].Tries = 2 },
		"steps[call].retry[busy]":    func(p *survey.Protocol) { p.Steps[2].Retry[survey.ReasonBusy] = survey.Ladder{hour, 0} },
		"steps[call].retry[machine]": func(p *survey.Protocol) { p.Steps[2].Retry[survey.ReasonMachine] = survey.Ladder{} },
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

// Offsets ascend, and end within the field period, also those that are counted
// from the step before.
func TestOffsets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		since []survey.StepSince
		after []survey.Span
		ok    bool
	}{
		"from launch":           {[]survey.StepSince{"", "", ""}, []survey.Span{0, hour, hour}, true},
		"descending":            {[]survey.StepSince{"", "", ""}, []survey.Span{0, hour, minute}, false},
		"from each other":       {[]survey.StepSince{"", "previous", "previous"}, []survey.Span{hour, minute, minute}, true},
		"too long together":     {[]survey.StepSince{"", "previous", "previous"}, []survey.Span{hour, 30 * minute, 30 * minute}, false},
		"before the one before": {[]survey.StepSince{"", "previous", ""}, []survey.Span{hour, 10 * minute, 65 * minute}, false},
		"after the one before":  {[]survey.StepSince{"", "previous", ""}, []survey.Span{hour, 10 * minute, 70 * minute}, true},
	} {
		p := Short()
		p.Steps = p.Steps[:3]
		for i := range p.Steps {
			p.Steps[i].Since, p.Steps[i].After = c.since[i], c.after[i]
		}
		if errs := Validate(p); (errs == nil) != c.ok {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// A protocol goes beyond a default only by saying so, with a ground, and says
// nothing that it does not need.
func TestDefaults(t *testing.T) {
	t.Parallel()
	window := func(ch survey.Channel, from, to string) func(*survey.Protocol) {
		return func(p *survey.Protocol) { p.Windows[ch] = survey.Window{From: from, To: to} }
	}
	most := func(ch survey.Channel, n int) func(*survey.Protocol) {
		return func(p *survey.Protocol) { p.DayCaps[ch] = n }
	}
	uncapped := func(ch survey.Channel) func(*survey.Protocol) {
		return func(p *survey.Protocol) { delete(p.DayCaps, ch) }
	}
	type args struct{ given, expected string }
	for name, c := range map[string]struct {
		change    func(*survey.Protocol)
		where     string
		loosening survey.Loosening
		args      args
	}{
		"texts at six":        {window(survey.SMS, "06:00", "22:00"), "windows[sms]", survey.LoosenSMSHours, args{"06:00–22:00", "07:00–22:00"}},
		"texts until 22:01":   {window(survey.SMS, "07:00", "22:01"), "windows[sms]", survey.LoosenSMSHours, args{"07:00–22:01", "07:00–22:00"}},
		"calls at 07:59":      {window(survey.Call, "07:59", "17:00"), "windows[call]", survey.LoosenCallHours, args{"07:59–17:00", "08:00–17:00"}},
		"calls until six":     {window(survey.Call, "08:00", "18:00"), "windows[call]", survey.LoosenCallHours, args{"08:00–18:00", "08:00–17:00"}},
		"two calls a day":     {most(survey.Call, 2), "day_caps[call]", survey.LoosenCallPerDay, args{"2", "1"}},
		"four texts a day":    {most(survey.SMS, 4), "day_caps[sms]", survey.LoosenSMSPerDay, args{"4", "3"}},
		"four mails a day":    {most(survey.Mail, 4), "day_caps[email]", survey.LoosenMailPerDay, args{"4", "3"}},
		"any number of calls": {uncapped(survey.Call), "day_caps[call]", survey.LoosenCallPerDay, args{"", "1"}},
		"any number of texts": {uncapped(survey.SMS), "day_caps[sms]", survey.LoosenSMSPerDay, args{"", "3"}},
		"any number of mails": {uncapped(survey.Mail), "day_caps[email]", survey.LoosenMailPerDay, args{"", "3"}},
	} {
		for ground, want := range map[string]survey.Code{"-": survey.CodeProtocolDefault, "công văn 12": "", " ": survey.CodeProtocolInvalid} {
			p := Monthly()
			c.change(&p)
			if ground != "-" {
				p.Loosened = map[survey.Loosening]string{c.loosening: ground}
			}
			errs := Validate(p)
			switch {
			case want == "" && errs == nil:
			case want == "" || len(errs) != 1 || errs[0].Code != want:
				t.Errorf("%s, loosened with %q: %v", name, ground, errs)
			case want == survey.CodeProtocolDefault && (errs[0].Where != c.where || errs[0].Args["loosening"] != string(c.loosening) ||
				args{errs[0].Args["given"], errs[0].Args["expected"]} != c.args):
				t.Errorf("%s: %v", name, errs[0])
			}
			if _, err := Load(p); err != nil {
				t.Errorf("%s: what was launched cannot go on: %v", name, err)
			}
		}
	}
}

func TestNarrowerThanTheDefaultsNeedsNoWord(t *testing.T) {
	t.Parallel()
	p := Monthly()
	p.Windows[survey.SMS], p.Windows[survey.Call] = survey.Window{From: "08:00", To: "20:00"}, survey.Window{From: "09:00", To: "11:30"}
	p.DayCaps = map[survey.Channel]int{survey.Mail: 1, survey.SMS: 1, survey.Call: 1}
	if errs := Validate(p); errs != nil {
		t.Error(errs)
	}
	// No cap for what is not used.
	p.Steps = p.Steps[:1]
	p.DayCaps = map[survey.Channel]int{survey.Mail: 3}
	if errs := Validate(p); errs != nil {
		t.Error(errs)
	}
	for name, want := range map[survey.Loosening]survey.Code{survey.LoosenCallPerDay: survey.CodeLooseningUnneeded, "sundays": survey.CodeProtocolInvalid} {
		p.Loosened = map[survey.Loosening]string{name: "công văn 12"}
		if errs := Validate(p); len(errs) != 1 || errs[0].Code != want || errs[0].Where != "loosened["+string(name)+"]" {
			t.Errorf("%s: %v, want %s", name, errs, want)
		}
	}
}
