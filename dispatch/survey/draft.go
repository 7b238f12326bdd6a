package survey

// DraftID identifies one questionnaire that is being written.
type DraftID int64

// Codes about questionnaires that are being written.
const (
	CodeDraftChanged Code = "draft_changed" // somebody else saved it since it was opened
	CodeDraftClosed  Code = "draft_closed"  // it was published, or put aside
	CodeDraftLong    Code = "draft_long"
	CodeNoteLong     Code = "note_long"
	CodeOutline      Code = "outline_unreadable" // its text cannot be edited question by question
	CodeSketchEmpty  Code = "sketch_empty"       // a question without words, or without choices
)

func draftCodes() []Code {
	return []Code{CodeDraftChanged, CodeDraftClosed, CodeDraftLong, CodeNoteLong, CodeOutline, CodeSketchEmpty}
}
