package results

import "canvass/dispatch/survey"

// Inference says, as a code, what the figures of a campaign may be taken for.
// templates has the sentence; it is printed with every table.
type Inference string

// The statements.
const (
	// InferNetworkCensus: everybody on the frame was asked; uncertainty comes
	// from those who did not answer.
	InferNetworkCensus Inference = "network_census"
	// InferNetworkSample: a random sample of the frame; it speaks for the network.
	InferNetworkSample Inference = "network_sample"
	// InferNotPublic: collaborators are no sample of the public; no margin of
	// error, no test and no "representative" (methodology §1).
	InferNotPublic Inference = "not_public"
	// InferRested: people who had been invited too short a time before were left
	// out of the frame; the figures speak of the others.
	InferRested Inference = "rested"
)

// InferenceOf lists what is to be said of a campaign of design d. That the
// figures are not the public's is always among it.
func InferenceOf(d survey.Design) []Inference {
	out := []Inference{InferNetworkSample}
	if d.Method == survey.Census {
		out[0] = InferNetworkCensus
		if d.Rotation != nil && d.Rotation.Groups > 0 {
			out[0] = InferNetworkSample // of whole groups, made at random
		}
	}
	if d.Rest > 0 {
		out = append(out, InferRested)
	}
	return append(out, InferNotPublic)
}
