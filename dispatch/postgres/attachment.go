package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// mostFiles is how many files are kept of one case, whatever their size: more than
// any form asks for, and a bound on what one link can fill.
const mostFiles = 60

// Files are taken from whoever can still answer. After an erasure there is no
// contact, and nothing is kept for one.
const sqlUploader = `
SELECT c.id IS NOT NULL AND coalesce(r.state, 'started') = ANY($2)
FROM invitation i
LEFT JOIN contact c ON c.id = i.contact_id
LEFT JOIN link.response_link l ON l.invitation_id = i.id
LEFT JOIN response r ON r.id = l.response_id
WHERE i.id = $1`

const sqlKeptFiles = `
SELECT a.id, a.question, a.sha256, octet_length(a.content) AS size FROM attachment a
WHERE a.response_id = (SELECT response_id FROM link.response_link WHERE invitation_id = $1)
	OR a.id IN (SELECT attachment_id FROM link.upload WHERE invitation_id = $1)`

const (
	sqlKeepFile   = `INSERT INTO attachment (id, question, sha256, content) VALUES ($1, $2, $3, $4)`
	sqlKeepUpload = `INSERT INTO link.upload (attachment_id, invitation_id) VALUES ($1, $2)`
)

// KeepFile keeps a file that a person sends, before the answer that names it, and
// returns its id: that of the same file, if it is here already for the question. It
// refuses what is beyond the room of one response (attachment_total), and anything
// from whom nothing is taken any more (state_conflict).
func (db *DB) KeepFile(ctx context.Context, inv survey.InvitationID, f view.File) (survey.AttachmentID, error) {
	id := f.ID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		id = f.ID
		if err := lockInvitations(ctx, tx, []survey.InvitationID{inv}); err != nil {
			return err
		}
		var open bool
		if err := tx.GetContext(ctx, &open, sqlUploader, inv, texts(survey.ResponseMachine().From(survey.ResponseSubmit))); err != nil {
			return err
		}
		if !open {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState}
		}
		var kept []struct {
			ID       survey.AttachmentID
			Question string
			SHA256   []byte
			Size     int
		}
		if err := tx.SelectContext(ctx, &kept, sqlKeptFiles, inv); err != nil {
			return err
		}
		total := len(f.Content)
		for _, k := range kept {
			if k.Question == f.Question && string(k.SHA256) == string(f.Sum[:]) {
				id = k.ID
				return nil
			}
			total += k.Size
		}
		if total > survey.MaxAttached || len(kept) >= mostFiles {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttachmentTotal,
				Args: map[string]string{"max": strconv.Itoa(survey.MaxAttached >> 20)}}
		}
		if _, err := tx.ExecContext(ctx, sqlKeepFile, f.ID, f.Question, f.Sum[:], f.Content); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlKeepUpload, f.ID, inv)
		return err
	})
	return id, err
}

const sqlFile = `
SELECT content FROM attachment WHERE id = $2
	AND (response_id = (SELECT response_id FROM link.response_link WHERE invitation_id = $1)
		OR id IN (SELECT attachment_id FROM link.upload WHERE invitation_id = $1))`

// File reads a person's own file, or says NotFound: also of somebody else's.
func (db *DB) File(ctx context.Context, inv survey.InvitationID, id survey.AttachmentID) ([]byte, error) {
	var content []byte
	err := db.x.GetContext(ctx, &content, sqlFile, inv, id)
	return content, told(err)
}

const sqlAnsweredFile = `
SELECT a.content FROM attachment a JOIN response r ON r.id = a.response_id
WHERE a.id = $2 AND r.campaign_id = $1 AND r.state <> 'voided'`

// AnsweredFile reads a file that an answer of the campaign has, or says NotFound. It
// does not look at whose it is.
func (db *DB) AnsweredFile(ctx context.Context, campaign survey.CampaignID, id survey.AttachmentID) ([]byte, error) {
	var content []byte
	err := db.x.GetContext(ctx, &content, sqlAnsweredFile, campaign, id)
	return content, told(err)
}

const sqlDropUploads = `
DELETE FROM attachment WHERE id IN (SELECT u.attachment_id FROM link.upload u JOIN attachment a ON a.id = u.attachment_id
	WHERE a.kept_at < clock_timestamp() - interval '1 day' AND a.response_id IS NULL)`

// DropUploads deletes the files that no answer took within a day, in real time: the
// page was closed before it was sent.
func (db *DB) DropUploads(ctx context.Context) error {
	_, err := db.x.ExecContext(ctx, sqlDropUploads)
	return told(err)
}

const (
	sqlTakeFiles = `
UPDATE attachment SET response_id = $1 WHERE id = ANY($3) AND response_id IS NULL
	AND id IN (SELECT attachment_id FROM link.upload WHERE invitation_id = $2)`
	sqlTaken = `DELETE FROM link.upload WHERE invitation_id = $1 AND attachment_id = ANY($2)`
	// What its answer does not name any more was taken away, or does not apply.
	sqlDropFiles = `
DELETE FROM attachment a WHERE a.response_id = $1 AND NOT EXISTS (SELECT 1 FROM answer_item i
	WHERE i.response_id = $1 AND i.question = a.question AND a.id = ANY(string_to_array(i.value, ' ')))`
)

// files gives the response the files that its answers name, and deletes those that
// they do not name any more.
func (w *changeWriter) files() error {
	if len(w.c.Files) == 0 || w.c.ResponseID == "" || len(w.ch.Items) == 0 && len(w.ch.Drop) == 0 && !w.ch.Void {
		return nil
	}
	var named pq.StringArray
	for _, it := range w.ch.Items {
		for word := range strings.FieldsSeq(string(it.Answer.Value)) {
			if w.c.Files[survey.AttachmentID(word)] == it.Question {
				named = append(named, word)
			}
		}
	}
	if len(named) > 0 {
		if err := w.exec(sqlTakeFiles, string(w.c.ResponseID), w.c.Invitation.ID, named); err != nil {
			return err
		}
		if err := w.exec(sqlTaken, w.c.Invitation.ID, named); err != nil {
			return err
		}
	}
	return w.exec(sqlDropFiles, string(w.c.ResponseID))
}

const (
	sqlForgetUploads = `DELETE FROM attachment WHERE id IN (SELECT attachment_id FROM link.upload WHERE invitation_id = ANY($1))`
	sqlForgetFiles   = `
DELETE FROM attachment WHERE response_id IN (SELECT response_id FROM link.response_link WHERE invitation_id = ANY($1))`
)

// files deletes every file of the person: a picture names whoever is in it.
func (e *eraser) files() error {
	for _, query := range []string{sqlForgetUploads, sqlForgetFiles} {
		if err := e.exec(&e.out.Files, query, ints(e.cases)); err != nil {
			return err
		}
	}
	return nil
}

// ownedFiles reads what sqlCase gathers of a case's files: "question id,question id".
func ownedFiles(list string) map[survey.AttachmentID]string {
	if list == "" {
		return nil
	}
	out := map[survey.AttachmentID]string{}
	for entry := range strings.SplitSeq(list, ",") {
		question, id, _ := strings.Cut(entry, " ")
		out[survey.AttachmentID(id)] = question
	}
	return out
}
