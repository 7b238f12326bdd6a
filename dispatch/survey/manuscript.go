package survey

// ManuscriptID identifies one questionnaire that is being written.
type ManuscriptID int64

// Codes about questionnaires that are being written.
const (
	CodeManuscriptChanged Code = "manuscript_changed" // somebody else saved it since it was opened
	CodeManuscriptClosed  Code = "manuscript_closed"  // it was published, or put aside
	CodeManuscriptLong    Code = "manuscript_long"
	CodeNoteLong          Code = "note_long"
	CodeOutline           Code = "outline_unreadable" // its text cannot be edited question by question
	CodeSketchEmpty       Code = "sketch_empty"       // a question without words, or without choices
)

func manuscriptCodes() []Code {
	return []Code{CodeManuscriptChanged, CodeManuscriptClosed, CodeManuscriptLong, CodeNoteLong, CodeOutline, CodeSketchEmpty}
}
