// Package sound looks at a file of sound: whether it is one that a call can play, how
// long it is, and how loud.
//
// It knows MP3 (MPEG 1, 2 and 2.5, layer III) and WAV (PCM of 8 to 32 bits, 32-bit
// float, and the A-law and µ-law of telephones), by their content and never by their
// name. Of a WAV it reads every sample. Of an MP3 it reads the frames, which tell length
// and bit rate, and decodes nothing: how loud one is it does not know and does not say.
//
// It is pure, total on any bytes, and bounded by their number. It stores nothing
// (dispatch/postgres) and plays nothing (worker/intake). It may import dispatch/survey.
// Read next: sound.go, then wav.go.
package sound
