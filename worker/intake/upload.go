package intake

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/attachment"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// maxUpload is the longest post with files that is read, in bytes. What is too large
// for a question is read to its end and dropped, so that its page can say so.
const maxUpload = 48 << 20

// An old telephone sends a photo in minutes. Whoever makes progress is waited for,
// in real time; whoever dribbles is not.
const (
	uploadStep    = 16 << 10 // bytes that are progress
	uploadPause   = 30 * time.Second
	uploadLongest = 20 * time.Minute
	answerTime    = 40 * time.Second
)

// upload is a post with files as it is read, a file at a time: each is looked at,
// cleaned and kept before the next one.
type upload struct {
	v     *visit
	kept  []survey.AttachmentID
	wrong map[string]*survey.Error // by question
	files []string                 // the questions that came with files
	// refused says that nothing is taken from this person any more.
	refused bool
	// malformed is why the post itself cannot be read.
	malformed error
}

// read reads the parts into r.PostForm, as if the ids of the files had been typed.
// Its error is one of ours.
func (u *upload) read(w http.ResponseWriter, r *http.Request) error {
	r.PostForm = url.Values{}
	r.Body = &paced{ReadCloser: r.Body, control: http.NewResponseController(w), until: time.Now().Add(uploadLongest)}
	parts, err := r.MultipartReader()
	if err != nil {
		u.malformed = err
		return nil
	}
	u.refused = u.v.ended() || u.v.submitted() || u.v.withdrawn() || u.v.waits()
	for text := int64(maxForm); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			u.malformed = err
			return nil
		}
		if part.FileName() == "" {
			value, err := io.ReadAll(io.LimitReader(part, text+1))
			if text -= int64(len(value)); err != nil || text < 0 {
				u.malformed = errors.Join(err, &http.MaxBytesError{Limit: maxForm})
				return nil
			}
			// A field for files that was left empty comes as a file without a name.
			if part.Header.Get("Content-Type") == "" {
				r.PostForm.Add(part.FormName(), string(value))
			}
			continue
		}
		if err := u.file(r, part); err != nil || u.malformed != nil {
			return err
		}
	}
	u.v.lang = survey.Lang(r.PostForm.Get(templates.FieldLang))
	return nil
}

// file takes one file, or says in u.wrong why not.
func (u *upload) file(r *http.Request, part *multipart.Part) error {
	q, ok := u.v.q.Question(part.FormName())
	if !ok || q.Type != instrument.Attachment || u.refused {
		return u.drop(part)
	}
	if !slices.Contains(u.files, q.Name) {
		u.files = append(u.files, q.Name)
	}
	content, err := io.ReadAll(io.LimitReader(part, int64(q.MaxSize)+1))
	if err != nil {
		u.malformed = err
		return nil
	}
	if len(content) > q.MaxSize {
		u.refuse(q, survey.CodeAttachmentLarge)
		return u.drop(part)
	}
	if q.MaxChoices > 1 && len(r.PostForm[q.Name]) >= q.MaxChoices {
		u.refuse(q, survey.CodeAttachmentMany)
		return nil
	}
	kind, clean, wrong := attachment.Clean(content)
	switch {
	case wrong != nil:
		u.refuse(q, wrong.Code)
		return nil
	case !q.Accepts(kind):
		u.refuse(q, survey.CodeAttachmentType)
		return nil
	case len(clean) > q.MaxSize:
		u.refuse(q, survey.CodeAttachmentLarge)
		return nil
	}
	return u.keep(r, q, view.File{ID: survey.NewAttachmentID(kind, len(clean), u.v.in.key()), Question: q.Name,
		Sum: sha256.Sum256(clean), Content: clean})
}

// keep stores a file. Where a question takes one file, a new one is instead of the
// old one.
func (u *upload) keep(r *http.Request, q *instrument.Question, f view.File) error {
	id, err := u.v.in.Store.KeepFile(u.v.ctx, u.v.inv, f)
	switch survey.CodeOf(err) {
	case survey.CodeAttachmentTotal:
		u.refuse(q, survey.CodeAttachmentTotal)
		return nil
	case survey.CodeState:
		u.refused = true
		return nil
	}
	if err != nil {
		return err
	}
	u.kept = append(u.kept, id)
	if q.MaxChoices == 1 {
		r.PostForm.Del(q.Name)
	}
	if !slices.Contains(r.PostForm[q.Name], string(id)) {
		r.PostForm.Add(q.Name, string(id))
	}
	return nil
}

// refuse notes why a file of the question is not taken.
func (u *upload) refuse(q *instrument.Question, code survey.Code) {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{}}
	switch code {
	case survey.CodeAttachmentLarge:
		e.Args["max"] = strconv.Itoa(q.MaxSize >> 20)
	case survey.CodeAttachmentMany:
		e.Args["max"] = strconv.Itoa(q.MaxChoices)
	case survey.CodeAttachmentTotal:
		e.Args["max"] = strconv.Itoa(survey.MaxAttached >> 20)
	case survey.CodeAttachmentType:
		e.Args["accept"] = q.Accepted()
	}
	u.wrong[q.Name] = e
}

// drop reads a file to its end and keeps nothing of it.
func (u *upload) drop(part io.Reader) error {
	if _, err := io.Copy(io.Discard, part); err != nil {
		u.malformed = err
	}
	return nil
}

// key is what nobody can guess of a file's id.
func (in *intake) key() string {
	b := make([]byte, 10)
	if _, err := io.ReadFull(in.Random, b); err != nil {
		panic(err) // crypto/rand never fails; a test's source must not either
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// paced gives a body more time as long as it comes. Sockets know the machine's
// clock only.
type paced struct {
	io.ReadCloser
	control *http.ResponseController
	until   time.Time // at the latest
	owed    int       // bytes until the next renewal
}

// Read implements io.Reader. A writer without deadlines, as in a test, has none to
// renew.
func (p *paced) Read(b []byte) (int, error) {
	if p.owed <= 0 {
		p.owed = uploadStep
		next := time.Now().Add(uploadPause)
		if next.After(p.until) {
			next = p.until
		}
		_ = p.control.SetReadDeadline(next)
		_ = p.control.SetWriteDeadline(next.Add(answerTime))
	}
	n, err := p.ReadCloser.Read(b)
	p.owed -= n
	return n, err
}
