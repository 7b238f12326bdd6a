package dispatch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
)

// FileStore is what writing out attachments needs of the database.
type FileStore interface {
	ResultStore
	// AnsweredFile is the content of a file that an answer of the campaign has.
	AnsweredFile(ctx context.Context, campaign survey.CampaignID, id survey.AttachmentID) ([]byte, error)
}

// Attached is one file of a response that counts. Like the answers it says nothing
// of whose it is; a picture may.
type Attached struct {
	Name     string              `json:"name"`     // 0012_anh_1.jpg: the response's line in the file of answers, the question, which of its files
	Response survey.ResponseID   `json:"response"` // as in the file of answers
	Question string              `json:"question"`
	Number   int                 `json:"number"` // of the question's files, from 1
	ID       survey.AttachmentID `json:"id"`
	Size     int                 `json:"size"` // bytes
	SHA256   string              `json:"sha256"`
}

// WriteAttachments gives every file of the responses that count to write, one at a
// time and in the order of the file of answers, and returns what they are.
func WriteAttachments(ctx context.Context, store FileStore, campaign string, write func(a Attached, content []byte) error) ([]Attached, error) {
	d, err := questioned(ctx, store, campaign)
	if err != nil {
		return nil, err
	}
	out := []Attached{}
	line := -1
	for r, err := range d.each(ctx, store) {
		if err != nil {
			return out, err
		}
		line++
		for i := range d.questionnaire.Questions {
			q := &d.questionnaire.Questions[i]
			if q.Type != instrument.Attachment {
				continue
			}
			for n, id := range strings.Fields(string(r.Answers[q.Name].Value)) {
				a := Attached{Response: r.ID, Question: q.Name, Number: n + 1, ID: survey.AttachmentID(id)}
				content, err := store.AnsweredFile(ctx, d.campaign.ID, a.ID)
				if err != nil {
					return out, fmt.Errorf("file %s: %w", id, err)
				}
				kind, _, _ := a.ID.Read()
				sum := sha256.Sum256(content)
				a.Size, a.SHA256 = len(content), hex.EncodeToString(sum[:])
				a.Name = fmt.Sprintf("%04d_%s_%d%s", line+1, q.Name, a.Number, kind.Extension())
				if err := write(a, content); err != nil {
					return out, err
				}
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// WriteAttachmentIndex writes what the files are, a line each, as CSV.
func WriteAttachmentIndex(w io.Writer, files []Attached) error {
	header := []string{"file", "response", "question", "number", "id", "size", "sha256"}
	return results.WriteCSV(w, header, func(yield func([]string, error) bool) {
		for _, a := range files {
			if !yield([]string{a.Name, string(a.Response), a.Question, strconv.Itoa(a.Number), string(a.ID), strconv.Itoa(a.Size), a.SHA256}, nil) {
				return
			}
		}
	})
}
