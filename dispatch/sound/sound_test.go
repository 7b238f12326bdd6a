package sound

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"canvass/dispatch/survey"
)

// wav makes a file of one channel; amplitude and silence are of full scale and seconds.
func wav(coding, bits, rate int, samples []float64) []byte {
	var data []byte
	for _, v := range samples {
		switch {
		case coding == codingMuLaw || coding == codingALaw:
			data = append(data, nearest(coding, v))
		case coding == codingFloat:
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		case bits == 8:
			data = append(data, byte(math.Round(v*127)+128))
		case bits == 16:
			data = binary.LittleEndian.AppendUint16(data, uint16(int16(math.Round(v*32767))))
		case bits == 24:
			n := int32(math.Round(v * (1<<23 - 1)))
			data = append(data, byte(n), byte(n>>8), byte(n>>16))
		default:
			data = binary.LittleEndian.AppendUint32(data, uint32(int32(math.Round(v*(1<<31-1)))))
		}
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	head = binary.LittleEndian.AppendUint16(head, uint16(coding))
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint32(head, uint32(rate))
	head = binary.LittleEndian.AppendUint32(head, uint32(rate*bits/8))
	head = binary.LittleEndian.AppendUint16(head, uint16(bits/8))
	head = binary.LittleEndian.AppendUint16(head, uint16(bits))
	head = append(head, "LIST\x03\x00\x00\x00abc\x00data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(data)))
	return append(head, data...)
}

// nearest finds the byte of a telephone line that is nearest to v.
func nearest(coding int, v float64) byte {
	expand := muLaw
	if coding == codingALaw {
		expand = aLaw
	}
	best, off := byte(0), 9.0
	for b := range 256 {
		if d := math.Abs(expand(byte(b)) - v); d < off {
			best, off = byte(b), d
		}
	}
	return best
}

// tone is a sine of an amplitude, seconds long.
func tone(rate int, amplitude, seconds float64) []float64 {
	out := make([]float64, int(float64(rate)*seconds))
	for i := range out {
		out[i] = amplitude * math.Sin(2*math.Pi*440*float64(i)/float64(rate))
	}
	return out
}

// A sine of amplitude a has a level of a/√2, whatever the coding; silence around it
// changes its length and not its level.
func TestLevelOfAToneInEveryCoding(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ coding, bits int }{{codingPCM, 8}, {codingPCM, 16}, {codingPCM, 24}, {codingPCM, 32},
		{codingFloat, 32}, {codingALaw, 8}, {codingMuLaw, 8}} {
		samples := append(make([]float64, 16000), tone(8000, 0.25, 4)...)
		s, err := Read(wav(tc.coding, tc.bits, 8000, append(samples, make([]float64, 16000)...)))
		if err != nil {
			t.Fatal(tc, err)
		}
		if s.Kind != survey.SoundWAV || s.Seconds != 8 || s.Rate != 8000 || s.Channels != 1 || s.Loud == nil {
			t.Errorf("%v: %+v", tc, s)
			continue
		}
		if want := 20 * math.Log10(0.25/math.Sqrt2); math.Abs(s.Loud.Level-want) > 0.3 || math.Abs(s.Loud.Peak-20*math.Log10(0.25)) > 0.3 || s.Loud.Clipped != 0 {
			t.Errorf("%v: %+v, want level %.1f", tc, *s.Loud, want)
		}
	}
	s, err := Read(wav(codingPCM, 16, 8000, make([]float64, 8000)))
	if err != nil || s.Loud.Level != Silent {
		t.Errorf("silence: %+v %v", s.Loud, err)
	}
	loud := tone(8000, 1.4, 1)
	for i := range loud {
		loud[i] = max(-1, min(1, loud[i]))
	}
	if s, err = Read(wav(codingPCM, 16, 8000, loud)); err != nil || s.Loud.Clipped < 0.2 {
		t.Errorf("clipped: %+v %v", s.Loud, err)
	}
}

// mp3 is frames of silence: 1152 samples each at 44.1 kHz and 128 kbit/s, or 576 at
// 22.05 kHz and 32 kbit/s.
func mp3(n int, header [4]byte) []byte {
	f, _ := frameOf(header[:])
	var out []byte
	for range n {
		one := make([]byte, f.size)
		copy(one, header[:])
		out = append(out, one...)
	}
	return out
}

var (
	mpeg1  = [4]byte{0xFF, 0xFB, 0x90, 0xC4}
	mpeg2  = [4]byte{0xFF, 0xF3, 0x40, 0xC4}
	mpeg25 = [4]byte{0xFF, 0xE3, 0x40, 0xC4}
)

func TestLengthOfAnMP3(t *testing.T) {
	t.Parallel()
	id3 := append([]byte("ID3\x04\x00\x00\x00\x00\x00\x05hello"), mp3(100, mpeg1)...)
	announced := mp3(101, mpeg1)
	copy(announced[36:], "Xing")
	for name, tc := range map[string]struct {
		file    []byte
		seconds float64
		bitrate int
	}{
		"mpeg 1":         {mp3(100, mpeg1), 100 * 1152.0 / 44100, 128_000},
		"mpeg 2":         {mp3(100, mpeg2), 100 * 576.0 / 22050, 32_000},
		"mpeg 2.5":       {mp3(100, mpeg25), 100 * 576.0 / 11025, 32_000},
		"a tag":          {id3, 100 * 1152.0 / 44100, 128_000},
		"a tag behind":   {append(mp3(100, mpeg1), "TAG of the old kind"...), 100 * 1152.0 / 44100, 128_000},
		"broken off":     {mp3(101, mpeg1)[:100*417+200], 100 * 1152.0 / 44100, 128_000},
		"a leading word": {announced, 100 * 1152.0 / 44100, 128_000},
	} {
		s, err := Read(tc.file)
		if err != nil || s.Kind != survey.SoundMP3 || math.Abs(s.Seconds-tc.seconds) > 0.001 || math.Abs(float64(s.Bitrate-tc.bitrate)) > 1000 || s.Loud != nil || s.Channels != 1 {
			t.Errorf("%s: %+v %v, want %.3f s", name, s, err, tc.seconds)
		}
	}
}

func TestWhatIsNoSound(t *testing.T) {
	t.Parallel()
	good := wav(codingPCM, 16, 8000, tone(8000, 0.5, 1))
	for name, tc := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":           {nil, ErrKind},
		"words":             {[]byte("Xin chào Ông, Bà."), ErrKind},
		"a page":            {[]byte("<!doctype html><title>404</title>"), ErrKind},
		"one frame":         {mp3(1, mpeg1), ErrKind},
		"ogg":               {[]byte("OggS\x00\x02"), ErrCoding},
		"m4a":               {[]byte("\x00\x00\x00\x20ftypM4A "), ErrCoding},
		"cut":               {good[:len(good)-9], ErrBroken},
		"no data":           {good[:40], ErrBroken},
		"adpcm":             {wav(2, 8, 8000, tone(8000, 0.5, 1)), ErrCoding},
		"a tag of no end":   {[]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), ErrBroken},
		"a chunk of no end": {append([]byte("RIFF\x00\x00\x00\x00WAVE"), "fmt \xff\xff\xff\xff"...), ErrBroken},
	} {
		if s, err := Read(tc.file); !errors.Is(err, tc.want) {
			t.Errorf("%s: %+v %v, want %v", name, s, err, tc.want)
		}
	}
}

// Whatever it is given, Read ends, and what it says is within bounds.
func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{nil, mp3(3, mpeg1), mp3(3, mpeg25), wav(codingPCM, 16, 8000, tone(8000, 0.5, 0.1)),
		wav(codingFloat, 32, 8000, []float64{0, 1}), []byte("ID3\x04\x00\x00\x00\x00\x00\x00"), []byte("RIFF\x00\x00\x00\x00WAVEfmt ")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read(b)
		if err != nil {
			return
		}
		if s.Seconds < 0 || s.Seconds > float64(len(b)) || s.Rate <= 0 || s.Channels < 1 {
			t.Errorf("%+v", s)
		}
		if l := s.Loud; l != nil && !(l.Level >= Silent && l.Level <= 0 && l.Peak >= Silent && l.Peak <= 0 && l.Clipped >= 0 && l.Clipped <= 1) {
			t.Errorf("%+v", *l)
		}
	})
}
