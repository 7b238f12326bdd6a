package attachment

import (
	"encoding/binary"
	"hash/crc32"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// mostChunks bounds the parts of a PNG or WebP file that are looked at.
const mostChunks = 100_000

// cleanPNG writes the picture anew, of the parts that are needed to see it (PNG,
// third edition, chapter 11) and how it is to be turned. It ends the file.
func cleanPNG(in []byte) ([]byte, bool) {
	out := append(make([]byte, 0, len(in)+64), pngSignature...)
	rest, data := in[len(pngSignature):], false
	turn := uint16(1)
	for n := 0; n < mostChunks; n++ {
		if len(rest) < 12 {
			return nil, false
		}
		size := binary.BigEndian.Uint32(rest)
		if int64(size)+12 > int64(len(rest)) {
			return nil, false
		}
		chunk, name := rest[:size+12], string(rest[4:8])
		rest = rest[size+12:]
		if binary.BigEndian.Uint32(chunk[size+8:]) != crc32.ChecksumIEEE(chunk[4:size+8]) || (n == 0) != (name == "IHDR") {
			return nil, false
		}
		switch name {
		case "IEND":
			return append(out, pngChunk("IEND", nil)...), data && size == 0
		case "eXIf":
			turn = orientation(chunk[8 : size+8])
			if turn != 1 {
				out = append(out, pngChunk("eXIf", turned(turn))...)
			}
			continue
		case "IDAT":
			data = true
		}
		if keptChunk(name) {
			out = append(out, chunk...)
		}
	}
	return nil, false
}

// keptChunk reports whether a part is needed to see the picture, moving ones
// included. Texts, times and what nobody knows are not.
func keptChunk(name string) bool {
	switch name {
	case "IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "sBIT", "sRGB", "cICP", "iCCP", "bKGD", "pHYs", "acTL", "fcTL", "fdAT":
		return true
	}
	return false
}

func pngChunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}
