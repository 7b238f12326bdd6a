package phone

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

func speaker(t testing.TB, voices map[survey.Lang]string) *Provider {
	t.Helper()
	p, err := New(Config{AccountSID: "AC1", AuthToken: "t0ken", Voices: voices})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRender(t *testing.T) {
	t.Parallel()
	const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	p := speaker(t, map[survey.Lang]string{survey.English: "Polly.Amy"})
	for name, tt := range map[string]struct {
		got  []byte
		want string
	}{
		"gather": {
			p.Render(channel.Spoken{Lang: survey.Vietnamese, Lines: channel.Said("Giá cả & việc làm, bấm một."), Gather: &channel.Gather{ActionURL: "https://x.example/v?ref=a1&turn=2", Digits: 1}}),
			`<Response><Gather input="dtmf" action="https://x.example/v?ref=a1&amp;turn=2" method="POST" timeout="6" numDigits="1" finishOnKey="#" actionOnEmptyResult="true">` +
				`<Say voice="Google.vi-VN-Wavenet-A" language="vi-VN">Giá cả &amp; việc làm, bấm một.</Say></Gather><Hangup></Hangup></Response>`,
		},
		"number": {
			p.Render(channel.Spoken{Lang: survey.English, Lines: channel.Said("How many?", "Then press hash."), Gather: &channel.Gather{ActionURL: "https://x.example/v", Seconds: 9}}),
			`<Response><Gather input="dtmf" action="https://x.example/v" method="POST" timeout="9" finishOnKey="#" actionOnEmptyResult="true">` +
				`<Say voice="Polly.Amy" language="en-US">How many?</Say><Say voice="Polly.Amy" language="en-US">Then press hash.</Say></Gather><Hangup></Hangup></Response>`,
		},
		"goodbye": {
			p.Render(channel.Spoken{Lines: channel.Said("Xin chào.")}),
			`<Response><Say voice="Google.vi-VN-Wavenet-A" language="vi-VN">Xin chào.</Say><Hangup></Hangup></Response>`,
		},
		"recording": {
			p.Render(channel.Spoken{Lines: []channel.Line{{Text: "Xin nghe."}, {Play: "https://x.example/sound/ab.mp3"}, {Text: "Hết."}}, Gather: &channel.Gather{ActionURL: "https://x.example/v", Digits: 1}}),
			`<Response><Gather input="dtmf" action="https://x.example/v" method="POST" timeout="6" numDigits="1" finishOnKey="#" actionOnEmptyResult="true">` +
				`<Say voice="Google.vi-VN-Wavenet-A" language="vi-VN">Xin nghe.</Say><Play>https://x.example/sound/ab.mp3</Play><Say voice="Google.vi-VN-Wavenet-A" language="vi-VN">Hết.</Say></Gather><Hangup></Hangup></Response>`,
		},
		"speak": {
			p.Render(channel.Spoken{Lines: channel.Said("Xin mời nói."), Record: &channel.Record{ActionURL: "https://x.example/v?turn=3", SpokenURL: "https://x.example/spoken?ref=a1", Seconds: 60}}),
			`<Response><Say voice="Google.vi-VN-Wavenet-A" language="vi-VN">Xin mời nói.</Say>` +
				`<Record action="https://x.example/v?turn=3" method="POST" maxLength="60" timeout="5" finishOnKey="#" playBeep="true" ` +
				`recordingStatusCallback="https://x.example/spoken?ref=a1#rc=3&amp;rp=ct,rt,5xx" recordingStatusCallbackEvent="completed absent"></Record>` +
				`<Redirect method="POST">https://x.example/v?turn=3</Redirect><Hangup></Hangup></Response>`,
		},
		"nothing": {p.EmptyReply(), `<Response></Response>`},
	} {
		if string(tt.got) != head+tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, tt.got, tt.want)
		}
	}
}

func TestPiecesEndWithSentences(t *testing.T) {
	t.Parallel()
	sentence := strings.Repeat("Ông, Bà nghe rõ không? ", 40)
	got := pieces(sentence)
	if len(got) < 2 {
		t.Fatalf("%d pieces", len(got))
	}
	for _, piece := range got {
		if !strings.HasSuffix(piece, "?") {
			t.Errorf("a piece ends in the middle: %q", piece)
		}
	}
}

// Any text becomes a document that parses, in pieces of bounded length, and
// nothing is lost but white space and what XML cannot hold.
func FuzzRender(f *testing.F) {
	f.Add("Xin chào Ông, Bà.", "https://x.example/v?ref=a1")
	f.Add("</Say><Dial>+84</Dial>", `"><Dial>`)
	f.Add(strings.Repeat("ỗ", 1200), "")
	f.Add("\x00\x1f\ufffe \xff", "\x00")
	f.Add(strings.Repeat("a b. ", 300), "")
	p := speaker(f, nil)
	f.Fuzz(func(t *testing.T, text, action string) {
		var d struct {
			Gather struct {
				Action string   `xml:"action,attr"`
				Say    []string `xml:"Say"`
				Dial   []string `xml:"Dial"`
			}
			Dial []string `xml:"Dial"`
		}
		if err := xml.Unmarshal(p.Render(channel.Spoken{Lines: channel.Said(text), Gather: &channel.Gather{ActionURL: action}}), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Dial)+len(d.Gather.Dial) > 0 {
			t.Error("a text became a verb")
		}
		count := 0
		for _, piece := range d.Gather.Say {
			if n := utf8.RuneCountInString(piece); n == 0 || n > maxSay {
				t.Errorf("a piece of %d characters", n)
			}
			count += utf8.RuneCountInString(strings.ReplaceAll(piece, " ", ""))
		}
		want := utf8.RuneCountInString(strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), ""))
		if count != want {
			t.Errorf("%d characters said, want %d", count, want)
		}
	})
}
