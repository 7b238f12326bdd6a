package survey

// Codes about the topics of open answers, and what is written down of spoken ones.
const (
	CodeTopicName  Code = "topic_name"  // no name, or too long; Args "most"
	CodeTopicTaken Code = "topic_taken" // there is one of that name; Args "name"
	CodeTopicPick  Code = "topic_pick"  // no answer or no topic was chosen
	CodeTranscript Code = "transcript_words"
)

func topicCodes() []Code {
	return []Code{CodeTopicName, CodeTopicTaken, CodeTopicPick, CodeTranscript}
}
