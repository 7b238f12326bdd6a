package instrument

// Prompts for what comes in while no question is open. The turn engine never
// says them; whoever takes the reply does.
const (
	PromptOpinion  PromptKind = "opinion"  // a free opinion was taken for staff
	PromptLate     PromptKind = "late"     // the round is over; the reply is kept
	PromptPaused   PromptKind = "paused"   // the survey is on hold
	PromptStranger PromptKind = "stranger" // the number is on no list
)
