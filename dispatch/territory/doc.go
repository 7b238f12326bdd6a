// Package territory knows the administrative units: every version of them as a
// tree, the crosswalk from one version to the next, and which unit a text on a
// list means. Since July 2025 there are no districts; lists still name them, and
// name communes that were merged or split.
//
// Nothing is guessed. Names are compared with their accents (where the tone mark
// stands in a syllable does not matter), because "Hạ Tràng" and "Hà Trạng" are
// two places: a text without accents is asked about, however few units it may
// mean.
//
// It is not the store: dispatch reads and writes the units through a store of
// its own. It is pure; a Tree never changes after Build, and a Matcher may be
// used by any number of goroutines.
//
// It may import survey of ours, and outside golang.org/x/text.
//
// Read next: match.go (which unit a text means), tree.go (Build), text.go (when
// two names are equal), read.go (the file an office gives), crosswalk.go.
package territory
