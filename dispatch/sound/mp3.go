package sound

import (
	"bytes"

	"canvass/dispatch/survey"
)

// frame is one frame of an MP3: a moment of sound that stands by itself.
type frame struct {
	rate, channels, bitrate int
	samples                 int // of each channel
	size                    int // bytes
}

// Bit rates of layer III, in thousands of bits a second, by the index of the header
// (ISO/IEC 11172-3 table 2.4.2.3, 13818-3 table 2.4.2.3).
var (
	bitrates1 = [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	bitrates2 = [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	rates     = [...]int{44_100, 48_000, 32_000}
)

// frameOf reads the header of a frame; false if there is none.
func frameOf(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 || b[1]>>1&3 != 1 {
		return frame{}, false
	}
	version, index, rate := b[1]>>3&3, int(b[2]>>4), int(b[2]>>2&3)
	if version == 1 || index == 0 || index == 15 || rate == 3 { // reserved, or a rate of no table
		return frame{}, false
	}
	f := frame{rate: rates[rate], channels: 2, samples: 1152, bitrate: bitrates1[index] * 1000}
	if b[3]>>6 == 3 {
		f.channels = 1
	}
	if version != 3 { // MPEG 2, and 2.5 with half of its rates
		f.rate, f.samples, f.bitrate = f.rate/2, 576, bitrates2[index]*1000
	}
	if version == 0 {
		f.rate /= 2
	}
	f.size = f.samples/8*f.bitrate/f.rate + int(b[2]>>1&1)
	return f, true
}

// readMP3 counts the frames. It is none unless two frames that go together follow each
// other; what stands behind the last one, as tags do, is passed over.
func readMP3(b []byte) (Sound, error) {
	rest := b
	for len(rest) >= 10 && string(rest[:3]) == "ID3" {
		size := int(rest[6]&0x7F)<<21 | int(rest[7]&0x7F)<<14 | int(rest[8]&0x7F)<<7 | int(rest[9]&0x7F)
		if rest[5]&0x10 != 0 {
			size += 10
		}
		if size+10 > len(rest) {
			return Sound{}, ErrBroken
		}
		rest = rest[size+10:]
	}
	rest = bytes.TrimLeft(rest, "\x00")
	first, ok := frameOf(rest)
	if !ok {
		return Sound{}, ErrKind
	}
	s := Sound{Kind: survey.SoundMP3, Rate: first.rate, Channels: first.channels}
	n, bits := 0, 0.0
	for at := 0; ; {
		f, ok := frameOf(rest[at:])
		if !ok || f.rate != first.rate {
			break
		}
		if at+f.size > len(rest) {
			break // broken off in its last frame, which no player minds
		}
		if n > 0 || !announces(rest[:f.size]) {
			s.Seconds += float64(f.samples) / float64(f.rate)
			bits += float64(f.size) * 8
		}
		n++
		at += f.size
	}
	switch {
	case n < 2:
		return Sound{}, ErrKind
	case s.Seconds > 0:
		s.Bitrate = int(bits / s.Seconds)
	}
	return s, nil
}

// announces reports whether the first frame holds no sound but says how many follow.
func announces(first []byte) bool {
	head := first[:min(len(first), 48)]
	return bytes.Contains(head, []byte("Xing")) || bytes.Contains(head, []byte("Info"))
}
