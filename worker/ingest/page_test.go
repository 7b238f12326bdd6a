package ingest

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"
	"time"

	"canvass/worker/channel"
)

// What is decided on before it is stored must be what is read later.
func FuzzLegible(f *testing.F) {
	f.Add("q0", "1", "", "")
	f.Add("q0", "a\x00b", "lũ <b>&amp;\u2028", "2")
	f.Add("q\xff", "\xc3\x28", "\xed\xa0\x80", "\ufffd")
	f.Fuzz(func(t *testing.T, name, first, second, other string) {
		s := stored{Form: &Form{Action: Save, Given: noon().Add(123456789 * time.Nanosecond), Fields: map[string]Field{name: {Values: []string{first, second}, Other: other}, "x": {}}},
			Inbound: channel.Inbound{Kind: channel.InboundForm, Provider: "web", ProviderID: "n", At: noon()}}
		s.storable()
		a, err := arrival(owner{invitation: herCase}, s, noon())
		if err != nil {
			t.Fatal(err)
		}
		var read stored
		if err := json.Unmarshal(a.Payload, &read); err != nil {
			t.Fatal(err)
		}
		same := read.Form.Action == s.Form.Action && read.Form.Given.Equal(s.Form.Given) &&
			maps.EqualFunc(read.Form.Fields, s.Form.Fields, func(a, b Field) bool { return reflect.DeepEqual(a, b) })
		if s.legible() && !same {
			t.Errorf("%+v is read as %+v", s.Form, read.Form)
		}
	})
}
