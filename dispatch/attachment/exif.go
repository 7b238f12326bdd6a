package attachment

import "encoding/binary"

// tagOrientation is the only thing of Exif that is kept: how the picture is to be
// turned, 1 to 8, where 1 is as it stands.
const tagOrientation = 0x0112

// orientation reads how a picture is to be turned out of its Exif data, which begin
// at the header of TIFF; 1 where they do not say.
func orientation(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(tiff[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == tagOrientation {
			if o := order.Uint16(entries[8:]); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// turned is Exif data that say how a picture is to be turned, and nothing else.
func turned(orientation uint16) []byte {
	b := []byte("MM\x00\x2a\x00\x00\x00\x08" + "\x00\x01")
	b = binary.BigEndian.AppendUint16(b, tagOrientation)
	b = append(b, 0, 3, 0, 0, 0, 1) // one number of 16 bits
	b = binary.BigEndian.AppendUint16(b, orientation)
	return append(b, 0, 0, 0, 0, 0, 0) // the rest of its field; no directory follows
}
