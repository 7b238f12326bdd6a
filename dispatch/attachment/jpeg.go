package attachment

import (
	"bytes"
	"encoding/binary"
)

// The markers of JPEG that matter here (ITU-T T.81, table B.1).
const (
	markTEM  = 0x01
	markRST0 = 0xD0
	markRST7 = 0xD7
	markSOI  = 0xD8
	markEOI  = 0xD9
	markSOS  = 0xDA
	markAPP0 = 0xE0
	markAPP1 = 0xE1
	markAPP2 = 0xE2
	markAPPE = 0xEE
	markAPPF = 0xEF
	markCOM  = 0xFE
)

// What the segments of applications begin with.
const (
	jfifName  = "JFIF\x00"
	exifName  = "Exif\x00\x00"
	iccName   = "ICC_PROFILE\x00"
	adobeName = "Adobe"
)

// cleanJPEG writes the picture anew: what is needed to see it as it was, and how it
// is to be turned. The first picture ends the file. false if it is none.
func cleanJPEG(in []byte) ([]byte, bool) {
	out := make([]byte, 0, len(in)+64)
	out = append(out, 0xFF, markSOI)
	turn, frame, scan := uint16(1), false, false
	for at := 2; ; {
		marker, next, ok := nextMarker(in, at)
		if !ok {
			// Cut off within the picture: what there is can be seen.
			return finished(out, turn), frame && scan
		}
		switch at = next; {
		case marker == markEOI:
			return finished(out, turn), frame && scan
		case marker == markSOI || marker == markTEM || marker >= markRST0 && marker <= markRST7:
			return nil, false // these stand nowhere between segments
		}
		if at+2 > len(in) {
			return nil, false
		}
		size := int(binary.BigEndian.Uint16(in[at:]))
		if size < 2 || at+size > len(in) {
			return nil, false
		}
		body := in[at+2 : at+size]
		if marker == markAPP1 && bytes.HasPrefix(body, []byte(exifName)) && turn == 1 {
			turn = orientation(body[len(exifName):])
		}
		if keptSegment(marker, body) {
			out = append(out, 0xFF, marker)
			out = append(out, in[at:at+size]...)
		}
		at += size
		frame = frame || isFrame(marker)
		if marker == markSOS {
			scan = true
			end := scanEnd(in, at)
			out = append(out, in[at:end]...)
			at = end
		}
	}
}

// nextMarker finds the marker at a place between segments, behind any bytes that
// fill up, and where its segment begins.
func nextMarker(in []byte, at int) (marker byte, next int, ok bool) {
	if at >= len(in) || in[at] != 0xFF {
		return 0, at, false
	}
	for at < len(in) && in[at] == 0xFF {
		at++
	}
	if at >= len(in) || in[at] == 0 {
		return 0, at, false
	}
	return in[at], at + 1, true
}

// scanEnd is where the coded data of a scan end: before the next marker that is
// none of its own.
func scanEnd(in []byte, at int) int {
	for ; at+1 < len(in); at++ {
		if in[at] == 0xFF && in[at+1] != 0 && in[at+1] != 0xFF && (in[at+1] < markRST0 || in[at+1] > markRST7) {
			return at
		}
	}
	return len(in)
}

// isFrame reports whether the segment says how large the picture is.
func isFrame(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
}

// keptSegment reports whether a segment is needed to see the picture: tables and
// frames, and of those of applications what its colours mean. Everything else may
// name a person, a place or a time.
func keptSegment(marker byte, body []byte) bool {
	switch {
	case marker == markAPP0:
		return bytes.HasPrefix(body, []byte(jfifName)) && len(body) == 14 && body[12] == 0 && body[13] == 0 // without a thumbnail
	case marker == markAPP2:
		return bytes.HasPrefix(body, []byte(iccName))
	case marker == markAPPE:
		return bytes.HasPrefix(body, []byte(adobeName)) && len(body) == 12
	case marker >= markAPP0 && marker <= markAPPF, marker == markCOM, marker >= 0xF0:
		return false
	}
	return marker >= 0xC0
}

// finished ends the picture, and says how it is to be turned where that is needed.
func finished(out []byte, turn uint16) []byte {
	out = append(out, 0xFF, markEOI)
	if turn == 1 {
		return out
	}
	exif := append([]byte(exifName), turned(turn)...)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, markAPP1}, uint16(len(exif)+2))
	segment = append(segment, exif...)
	at := 2 // behind JFIF, which stands first where it stands
	if out[2] == 0xFF && out[3] == markAPP0 {
		at += 2 + int(binary.BigEndian.Uint16(out[4:]))
	}
	return append(out[:at:at], append(segment, out[at:]...)...)
}
