package sound

import (
	"encoding/binary"
	"math"

	"canvass/dispatch/survey"
)

// The codings of a WAV.
const (
	codingPCM        = 1
	codingFloat      = 3
	codingALaw       = 6
	codingMuLaw      = 7
	codingExtensible = 0xFFFE
)

// wave is the part of a WAV that says how its samples are written.
type wave struct {
	coding, channels, rate, bits int
}

// readWAV walks through the chunks of a RIFF file.
func readWAV(b []byte) (Sound, error) {
	var w wave
	known := false
	for at := 12; at+8 <= len(b); {
		size := int64(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		name := string(b[at : at+4])
		if name == "data" && known {
			// A writer that did not know the length says 0 or the most there is.
			if size == 0 || size >= math.MaxUint32-64 {
				size = int64(len(body))
			}
			if size > int64(len(body)) {
				return Sound{}, ErrBroken
			}
			return w.sound(body[:size])
		}
		if size > int64(len(body)) {
			return Sound{}, ErrBroken
		}
		if name == "fmt " {
			var err error
			if w, err = format(body[:size]); err != nil {
				return Sound{}, err
			}
			known = true
		}
		at += 8 + int(size+size&1)
	}
	return Sound{}, ErrBroken
}

func format(b []byte) (wave, error) {
	if len(b) < 16 {
		return wave{}, ErrBroken
	}
	w := wave{coding: int(binary.LittleEndian.Uint16(b)), channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate: int(binary.LittleEndian.Uint32(b[4:])), bits: int(binary.LittleEndian.Uint16(b[14:]))}
	if w.coding == codingExtensible && len(b) >= 26 {
		w.coding = int(binary.LittleEndian.Uint16(b[24:]))
	}
	whole := map[int]bool{codingPCM: w.bits == 8 || w.bits == 16 || w.bits == 24 || w.bits == 32,
		codingFloat: w.bits == 32, codingALaw: w.bits == 8, codingMuLaw: w.bits == 8}
	if !whole[w.coding] || w.channels < 1 || w.channels > 8 || w.rate < 4_000 || w.rate > 384_000 {
		return w, ErrCoding
	}
	return w, nil
}

// sound measures the samples.
func (w wave) sound(data []byte) (Sound, error) {
	width := w.bits / 8
	n := len(data) / width
	if n < w.channels {
		return Sound{}, ErrBroken
	}
	m := meter{block: max(1, w.rate*w.channels*2/5)}
	for i := range n {
		m.add(w.sample(data[i*width:]))
	}
	loud := m.loudness()
	return Sound{Kind: survey.SoundWAV, Seconds: float64(n/w.channels) / float64(w.rate), Rate: w.rate, Channels: w.channels,
		Bits: w.bits, Loud: &loud}, nil
}

// sample reads one sample, between −1 and 1.
func (w wave) sample(b []byte) float64 {
	switch {
	case w.coding == codingALaw:
		return aLaw(b[0])
	case w.coding == codingMuLaw:
		return muLaw(b[0])
	case w.coding == codingFloat:
		v := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		if math.IsNaN(v) {
			return 0
		}
		return max(-1, min(1, v))
	case w.bits == 8:
		return (float64(b[0]) - 128) / 128
	case w.bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
	case w.bits == 24:
		return float64(int32(b[0])<<8|int32(b[1])<<16|int32(b[2])<<24) / (1 << 31)
	}
	return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31)
}

// muLaw and aLaw expand a byte of a telephone line (ITU-T G.711).
func muLaw(u byte) float64 {
	u = ^u
	v := float64((int(u&0x0F)<<3+0x84)<<(u>>4&7) - 0x84)
	if u&0x80 != 0 {
		v = -v
	}
	return v / (1 << 15)
}

func aLaw(a byte) float64 {
	a ^= 0x55
	v := int(a&0x0F)<<4 + 8
	if e := a >> 4 & 7; e > 0 {
		v = (v + 0x100) << (e - 1)
	}
	if a&0x80 == 0 {
		v = -v
	}
	return float64(v) / (1 << 15)
}

// meter gathers the level of a sound, block by block.
type meter struct {
	block   int // samples of one
	sum     float64
	n       int
	blocks  []float64 // mean squares
	peak    float64
	clipped int
	all     int
}

// fullScale is what counts as clipped.
const fullScale = 0.999

func (m *meter) add(v float64) {
	m.sum += v * v
	m.n++
	m.all++
	v = math.Abs(v)
	m.peak = max(m.peak, v)
	if v >= fullScale {
		m.clipped++
	}
	if m.n == m.block {
		m.blocks, m.sum, m.n = append(m.blocks, m.sum/float64(m.n)), 0, 0
	}
}

// The gates of ITU-R BS.1770-5, as mean squares.
const (
	absoluteGate = 1e-7 // −70 dB
	relativeGate = 0.1  // −10 dB
)

func (m *meter) loudness() Loudness {
	if m.n > 0 {
		m.blocks = append(m.blocks, m.sum/float64(m.n))
	}
	heard := gated(m.blocks, gated(m.blocks, absoluteGate)*relativeGate)
	return Loudness{Level: decibels(math.Sqrt(heard)), Peak: decibels(m.peak), Clipped: float64(m.clipped) / float64(max(m.all, 1))}
}

// gated is the mean of the blocks above a gate, and never below the absolute one.
func gated(blocks []float64, gate float64) float64 {
	sum, n := 0.0, 0
	for _, b := range blocks {
		if b > max(gate, absoluteGate) {
			sum += b
			n++
		}
	}
	return sum / float64(max(n, 1))
}
