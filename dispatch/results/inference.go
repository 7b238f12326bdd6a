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
)

// InferenceOf lists what is to be said of a campaign drawn by m. That the
// figures are not the public's is always among it.
func InferenceOf(m survey.Method) []Inference {
	if m == survey.Census {
		return []Inference{InferNetworkCensus, InferNotPublic}
	}
	return []Inference{InferNetworkSample, InferNotPublic}
}
