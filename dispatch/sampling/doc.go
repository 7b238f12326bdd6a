// Package sampling decides who is asked: it reads an eligibility condition,
// allots a sample size to strata, fixes where each draw starts, takes the draw
// and splits it into replicates, with inclusion probabilities and base weights;
// of a series it moves the start from wave to wave, or gives groups their turn.
//
// Everything is a pure function of its arguments. Chance comes from two places
// only: the permanent random number that every contact got at import, and
// numbers derived from the seed of the design by the generator named Algorithm.
// So a draw can be repeated years later from the frame, the design and the seed.
//
// It is not storage: dispatch/postgres draws with one SQL statement, and Select
// is the oracle that a test holds it to. It knows no names and no addresses.
//
// It may import dispatch/survey. Read next: plan.go, allocate.go, select.go,
// rotation.go, then parse.go for the eligibility syntax.
package sampling
