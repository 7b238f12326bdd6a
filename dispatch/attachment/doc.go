// Package attachment looks at a file that somebody attached to an answer: what it
// is, by its content alone, and what of it may be kept.
//
// A photo is written anew without what it says of place, time, device and person:
// Exif, XMP, IPTC, comments, thumbnails, and whatever stands behind its end, such
// as the film of a moving picture or an archive that hides there. Only how it is to
// be turned stays, because a photo on its side cannot be read; nothing is decoded
// and no pixel changes. A HEIC photo is refused: where its marks stand differs from
// device to device, and a place that is left in by mistake cannot be taken back.
//
// A document is kept as it came. It may say who wrote it; macros, and what is no
// document of the kind that it begins like, are refused. That is a check of what a
// file is, not of whether it is harmless: there is no virus scanner here, and files
// are served as downloads only.
//
// It is pure, total on any bytes, and bounded by their number. It stores nothing
// (dispatch/postgres) and knows no request (worker/intake). It may import
// dispatch/survey. Read next: clean.go, then jpeg.go.
package attachment
