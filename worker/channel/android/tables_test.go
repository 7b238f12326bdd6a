package android

import (
	"bytes"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestNumbers(t *testing.T) {
	for given, want := range map[string]string{
		"+84312000001": "+84312000001", "0312000001": "+84312000001", "84312000001": "+84312000001", " 0312 000-001 ": "+84312000001",
		"0084312000001": "+84312000001", "(031) 200.0001": "+84312000001", "02983555010": "+842983555010", "842983555010": "+842983555010",
		"+1 415 555 0100": "+14155550100", "191": "191", "9029": "9029", "Viettel": "Viettel", "": "", "+": "+", "0": "0", "+0912": "+0912",
		"DLXH-LX": "DLXH-LX", "840": "840", "031200000\u00a01": "+84312000001",
	} {
		if got := normal(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"0312000001", "+84 312", "00", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := normal(s); normal(once) != once {
			t.Errorf("%q: %q, then %q", s, once, normal(once))
		}
	})
}

func marked(t testing.TB, letter string) mark {
	t.Helper()
	m, err := newMark(bytes.Repeat([]byte(letter), 32))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestIDsAreReadBack(t *testing.T) {
	m, other := marked(t, "k"), marked(t, "o")
	for _, ref := range []string{"a1", "n1", "a9223372036854775807", "n20"} {
		id := m.id(ref, "+84312000001")
		if again := m.id(ref, "+84312000001"); again != id {
			t.Errorf("%s: %s, then %s", ref, id, again)
		}
		if got, ok := m.ref(id); got != ref || !ok {
			t.Errorf("%s: %q %v", ref, got, ok)
		}
		if _, ok := other.ref(id); ok {
			t.Errorf("%s: another key reads it", ref)
		}
	}
	for _, ref := range []string{"t1", "a", "a01", "a-1", "x5", ""} {
		if got, ok := m.ref(m.id(ref, "+84312000001")); got != "" || !ok {
			t.Errorf("%q: %q %v", ref, got, ok)
		}
	}
	if _, err := newMark([]byte("short")); err == nil {
		t.Error("a short key is taken")
	}
}

func FuzzRef(f *testing.F) {
	m := marked(f, "k")
	f.Add(m.id("a1", "x"))
	f.Add("zzzz")
	f.Add(strings.Repeat("z", 26))
	f.Fuzz(func(t *testing.T, id string) {
		if ref, ok := m.ref(id); ok && ref != "" {
			if kind, _, fine := readRef(ref); !fine || kind != ref[0] {
				t.Errorf("%q reads %q", id, ref)
			}
		}
	})
}

// What is kept of a reason is a code of ours or of Android's, never a number.
func TestWhyATextFailed(t *testing.T) {
	for why, want := range map[string]struct {
		event  survey.AttemptEvent
		reason survey.Reason
		code   string
		dead   bool
	}{
		"TTL expired": {survey.AttemptUndeliver, survey.ReasonTemporary, "ttl", false},
		"Send result: RESULT_ERROR_RADIO_OFF (Failed because radio was explicitly turned off)": {survey.AttemptUndeliver, survey.ReasonTemporary, "RESULT_ERROR_RADIO_OFF", false},
		"Send result: RESULT_RIL_NETWORK_REJECT (The SMS request was rejected by the network)": {survey.AttemptUndeliver, survey.ReasonFiltered, "RESULT_RIL_NETWORK_REJECT", false},
		"Send result: RESULT_NO_DEFAULT_SMS_APP (Set by BroadcastReceiver)":                    {survey.AttemptUndeliver, survey.ReasonConfig, "RESULT_NO_DEFAULT_SMS_APP", false},
		"Send result: RESULT_SOMETHING_NEW (unheard of)":                                       {survey.AttemptUndeliver, survey.ReasonTemporary, "RESULT_SOMETHING_NEW", false},
		"Delivery result from SC +84900000099: 67":                                             {survey.AttemptUndeliver, survey.ReasonUnreachable, "sc 67", false},
		"Delivery result: 5":                                                     {survey.AttemptUndeliver, survey.ReasonUnreachable, "report", false},
		"Can't send message: No SIMs found":                                      {survey.AttemptUndeliver, survey.ReasonConfig, "sim", false},
		"Can't send message: SIM 2 not found":                                    {survey.AttemptUndeliver, survey.ReasonConfig, "sim", false},
		"Can't send message: SIM selection requires READ_PHONE_STATE permission": {survey.AttemptUndeliver, survey.ReasonConfig, "sim", false},
		"sendSMS: Invalid phone number +84312000001":                             {survey.AttemptRefuse, survey.ReasonDeadEndpoint, "number", true},
		"sendSMS: The string supplied is not a number":                           {survey.AttemptRefuse, survey.ReasonDeadEndpoint, "number", true},
		"": {survey.AttemptUndeliver, survey.ReasonTemporary, "failed", false},
		"RESULT_ERROR_SHORT_CODE_NOT_ALLOWED (Failed because user denied the sending of this short)": {survey.AttemptUndeliver, survey.ReasonConfig, "RESULT_ERROR_SHORT_CODE_NOT_ALLOWED", false},
	} {
		s := stateOf("id", "Failed", why)
		if s.Event != want.event || s.Reason != want.reason || s.Code != want.code || s.DeadEndpoint != want.dead {
			t.Errorf("%q: %+v", why, s)
		}
	}
	for state, want := range map[string]survey.AttemptEvent{"Pending": "", "Processed": "", "Sent": survey.AttemptAccept,
		"Delivered": survey.AttemptDeliver, "Cancelled": survey.AttemptRefuse, "Teleported +84312000001": ""} {
		s := stateOf("id", state, "")
		if s.Event != want || strings.ContainsAny(s.Code, "0123456789+") {
			t.Errorf("%s: %+v", state, s)
		}
	}
}
