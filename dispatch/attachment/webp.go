package attachment

import (
	"bytes"
	"encoding/binary"
)

// The flags of VP8X that speak of what is taken out (RFC 9649, 2.7).
const (
	webpExif = 0x08
	webpXMP  = 0x04
)

// cleanWebP writes the picture anew, of the chunks that are needed to see it and how
// it is to be turned. What stands behind the length that it gives is left out.
func cleanWebP(in []byte) ([]byte, bool) {
	size := int64(binary.LittleEndian.Uint32(in[4:])) + 8
	if size < 12 || size > int64(len(in)) {
		return nil, false
	}
	kept, turn, ok := riff(in[12:size], webpChunk)
	if !ok {
		return nil, false
	}
	if len(kept) >= 18 && string(kept[:4]) == "VP8X" {
		kept[8] &^= webpExif | webpXMP
		if turn != 1 {
			kept[8] |= webpExif
			kept = appendChunk(kept, "EXIF", turned(turn))
		}
	}
	out := append(make([]byte, 0, len(kept)+12), "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(kept)+4))
	out = append(append(out, "WEBP"...), kept...)
	return out, holdsPicture(kept)
}

// holdsPicture reports whether a list has a picture, or a frame of a moving one.
func holdsPicture(chunks []byte) bool {
	found := false
	_, _, _ = riff(chunks, func(name string, data []byte) ([]byte, bool) {
		found = found || len(data) > 0 && (name == "VP8 " || name == "VP8L" || name == "ANMF")
		return nil, false
	})
	return found
}

// riff copies the chunks of a list that keep does not empty. It returns how the
// picture is to be turned, if a chunk says so.
func riff(in []byte, keep func(name string, data []byte) ([]byte, bool)) (out []byte, turn uint16, ok bool) {
	turn = 1
	for n := 0; len(in) > 0; n++ {
		if len(in) < 8 || n >= mostChunks {
			return nil, 1, false
		}
		name, size := string(in[:4]), int64(binary.LittleEndian.Uint32(in[4:]))
		if size+8 > int64(len(in)) {
			return nil, 1, false
		}
		data := in[8 : size+8]
		in = in[min(size+size%2+8, int64(len(in))):]
		if name == "EXIF" {
			turn = orientation(bytes.TrimPrefix(data, []byte(exifName)))
		}
		if kept, needed := keep(name, data); needed {
			out = appendChunk(out, name, kept)
		}
	}
	return out, turn, true
}

func appendChunk(out []byte, name string, data []byte) []byte {
	out = binary.LittleEndian.AppendUint32(append(out, name...), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// webpChunk keeps what is needed to see a picture. A frame of a moving one is a list
// of its own, behind 16 bytes of where and how long.
func webpChunk(name string, data []byte) ([]byte, bool) {
	switch name {
	case "VP8 ", "VP8L", "ALPH", "ICCP", "ANIM":
		return data, true
	case "VP8X":
		return data, len(data) == 10
	case "ANMF":
		if len(data) < 16 {
			return nil, false
		}
		frame, _, ok := riff(data[16:], func(name string, data []byte) ([]byte, bool) {
			return data, name == "VP8 " || name == "VP8L" || name == "ALPH"
		})
		return append(bytes.Clone(data[:16]), frame...), ok
	}
	return nil, false
}
