package instrument

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// attachmentBounds reads which files a question takes, how large and how many.
func (p *parser) attachmentBounds(q *Question, f map[string]*yaml.Node) {
	const mega = 1 << 20
	q.MaxChoices = int(p.number(f["at_most"], 1, 1, survey.MaxAttachments))
	q.MaxSize = mega * int(p.number(f["max_size"], survey.MaxAttachment/mega, 1, survey.MaxAttachment/mega))
	both := []survey.AttachmentClass{survey.AcceptPhoto, survey.AcceptDocument}
	n := f["accept"]
	if n == nil {
		q.Accept = both
		return
	}
	for _, c := range n.Content {
		class := survey.AttachmentClass(p.word(c))
		if !slices.Contains(both, class) || slices.Contains(q.Accept, class) {
			p.fail(c.Line, survey.CodeYAML, "problem", "accept", "name", string(class), "valid", "photo, document")
			continue
		}
		q.Accept = append(q.Accept, class)
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		p.fail(n.Line, survey.CodeYAML, "problem", "accept is not a list", "valid", "photo, document")
	}
}

// Accepts reports whether the question takes files of that kind.
func (q *Question) Accepts(k survey.AttachmentKind) bool {
	return q.Type == Attachment && slices.Contains(q.Accept, k.Class())
}

// Accepted are the classes that the question takes, as an error's argument has them:
// "photo", "document", or "any".
func (q *Question) Accepted() string {
	if len(q.Accept) == 1 {
		return string(q.Accept[0])
	}
	return "any"
}

// formFiles reads the ids of files that were kept before the form was sent. Whether
// they are this person's is for worker/ingest to say.
func (q *Question) formFiles(values []string) (survey.Answer, *survey.Error) {
	var ids []string
	for _, v := range values {
		kind, size, ok := survey.AttachmentID(v).Read()
		switch {
		case !ok:
			return survey.Answer{}, answerError(survey.CodeAttachmentAgain)
		case !q.Accepts(kind):
			return survey.Answer{}, answerError(survey.CodeAttachmentType, "accept", q.Accepted())
		case size > q.MaxSize:
			return survey.Answer{}, answerError(survey.CodeAttachmentLarge, "max", itoa(q.MaxSize>>20))
		case !slices.Contains(ids, v):
			ids = append(ids, v)
		}
	}
	if len(ids) > q.MaxChoices {
		return survey.Answer{}, answerError(survey.CodeAttachmentMany, "max", itoa(q.MaxChoices))
	}
	return survey.Answer{Value: survey.AnswerText(strings.Join(ids, " "))}, nil
}

// fileCounts are answers with every number of files that there can be, which is all
// that an expression can tell apart.
func (q *Question) fileCounts() []survey.Answer {
	all := []survey.Answer{{}}
	for n := range q.MaxChoices {
		all = append(all, survey.Answer{Value: survey.AnswerText(strings.TrimSpace(strings.Repeat("x ", n+1)))})
	}
	return all
}

// Attachments reports whether any question takes files.
func (q *Questionnaire) Attachments() bool {
	return slices.ContainsFunc(q.Questions, func(x Question) bool { return x.Type == Attachment })
}
