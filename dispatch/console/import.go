package console

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// importStore is what bringing lists in needs of the database.
type importStore interface {
	dispatch.UploadStore
	dispatch.UndoStore
	ImportsBefore(ctx context.Context, before survey.ImportID, limit int) ([]view.PastImport, error)
	PastImport(ctx context.Context, id survey.ImportID) (view.PastImport, error)
}

// Where lists come in, and where they are told of.
const (
	importPath  = "/contacts/import"
	importsPath = "/contacts/imports"
)

// mostPost is how much of a post is read to its end so that who sends too much is
// told; what is longer is cut off.
const mostPost = 64 << 20

// uploadTime is how long a slow line may take for a file.
const uploadTime = 10 * time.Minute

// uploadPath is the screen of a list that was uploaded.
func uploadPath(id int64) string { return importPath + "/" + strconv.FormatInt(id, 10) }

func (v *visit) importStart() {
	page, err := v.importStartScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) importStartScreen() (templates.ImportStart, error) {
	page := templates.ImportStart{Shell: v.shell("contacts"), MaxMB: dispatch.MaxUpload >> 20}
	open, err := v.Store.Uploads(v.ctx)
	now := v.Clock.Real()
	for _, u := range open {
		if u.At.Before(now.Add(-view.UploadKept)) {
			continue
		}
		page.Open = append(page.Open, templates.UploadLine{Href: uploadPath(u.ID), Name: u.Name, State: stateOf(u, now), Actor: u.Actor, At: u.At.In(v.Zone)})
	}
	return page, err
}

// stateOf is the state as a person is told of it.
func stateOf(u view.Upload, now time.Time) string {
	if u.WasCut(now) {
		return "cut"
	}
	return string(u.State)
}

// upload keeps the file of a post and begins the dry run.
func (v *visit) upload() {
	leave, err := v.importing.enter(v.ctx)
	if err != nil {
		return // who sent it is gone
	}
	defer leave()
	line := http.NewResponseController(v.w)
	_ = line.SetReadDeadline(time.Now().Add(uploadTime)) // a test's writer has none
	_ = line.SetWriteDeadline(time.Now().Add(uploadTime))
	f, err := readUploadForm(v.r)
	if err != nil {
		v.refuseUpload(err)
		return
	}
	id, err := dispatch.KeepUpload(v.ctx, v.Store, dispatch.UploadRequest{Name: f.name, Content: f.content, Actor: v.account.Login, Now: v.Clock.Real()})
	if err != nil {
		v.refuseUpload(err)
		return
	}
	if err := v.importing.begin(v.ctx, id, view.UploadChecking, v.account.Login); err != nil {
		v.fail(err)
		return
	}
	v.goTo(uploadPath(id))
}

// Why a post is refused before anything of it is kept.
var (
	errNoFile   = errors.New("no file")
	errTooLarge = errors.New("the file is too large")
)

// uploadForm is a post with one file.
type uploadForm struct {
	name    string
	content []byte
	fields  map[string]string
}

// longestField is how much of a field beside the file is read.
const longestField = 1000

// readUploadForm reads the one file of a post, and its fields. What is too large is
// read to its end and dropped, so that the page can say so.
func readUploadForm(r *http.Request) (uploadForm, error) {
	f := uploadForm{fields: map[string]string{}}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return f, errNoFile
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return f, errNoFile
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return f, noFile(err, f.content)
		}
		switch {
		case part.FormName() == "file" && part.FileName() != "" && f.content == nil:
			f.name = part.FileName()
			if f.content, err = readPart(part); err != nil {
				return f, err
			}
		case part.FileName() == "":
			value, _ := io.ReadAll(io.LimitReader(part, longestField)) // the next part tells
			f.fields[part.FormName()] = string(value)
		}
	}
}

func readPart(part *multipart.Part) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(part, dispatch.MaxUpload+1))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long), len(content) > dispatch.MaxUpload:
		_, _ = io.Copy(io.Discard, part)
		return nil, errTooLarge
	case err != nil:
		return nil, errNoFile
	}
	return content, nil
}

// noFile says what the end of a post means.
func noFile(err error, content []byte) error {
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return errTooLarge
	case !errors.Is(err, io.EOF) || len(content) == 0:
		return errNoFile
	}
	return nil
}

// refuseUpload says why a file is not taken.
func (v *visit) refuseUpload(why error) {
	page, err := v.importStartScreen()
	kind := survey.KindOf(why)
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(why, errTooLarge):
		status, page.Large = http.StatusRequestEntityTooLarge, true
	case errors.Is(why, errNoFile):
		page.Empty = true
	case err != nil || kind == survey.Internal || kind == survey.Unavailable:
		v.fail(why)
		return
	default:
		page.Wrong = v.importWords(why)
	}
	v.show(status, page)
}

// importWords is what is wrong with a list, in words for who sits at a screen.
func (v *visit) importWords(err error) string {
	if own := v.Templates.Sentence(string(v.lang()), "import.wrong."+string(survey.CodeOf(err))); own != "" {
		return own
	}
	return v.words(err)
}

func (v *visit) imports() {
	const most = 50
	before, _ := strconv.ParseInt(v.r.FormValue("before"), 10, 32)
	past, err := v.Store.ImportsBefore(v.ctx, survey.ImportID(max(before, 0)), most)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.Imports{Shell: v.shell("contacts")}
	for _, p := range past {
		page.Past = append(page.Past, v.pastLine(p))
	}
	if len(past) == most {
		page.Before = int64(past[most-1].ID)
	}
	v.show(http.StatusOK, page)
}

func (v *visit) pastLine(p view.PastImport) templates.PastImport {
	return templates.PastImport{ID: int64(p.ID), Name: p.Source, State: p.State, Basis: p.Basis, Actor: p.Actor, At: p.StartedAt.In(v.Zone),
		Created: p.Created, Updated: p.Updated, Unchanged: p.Unchanged, Rejected: p.Rejected, Undoable: p.State == "merged" && p.Created+p.Updated > 0}
}

func (v *visit) importPast() {
	page, err := v.importPastScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) importPastScreen() (templates.ImportPast, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 32)
	if err != nil {
		return templates.ImportPast{}, notFound()
	}
	p, err := v.Store.PastImport(v.ctx, survey.ImportID(id))
	return templates.ImportPast{Shell: v.shell("contacts"), PastImport: v.pastLine(p)}, err
}

func notFound() error { return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound} }

// undoImport takes a whole import back, with a reason on record.
func (v *visit) undoImport() {
	page, err := v.importPastScreen()
	if err != nil {
		v.fail(err)
		return
	}
	_ = http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(uploadTime)) // many people take a while
	page.Reason = v.r.PostFormValue("reason")
	_, err = dispatch.UndoImport(v.ctx, v.Store, view.ImportUndo{Import: survey.ImportID(page.ID), Actor: v.account.Login, Reason: page.Reason, Now: v.Clock.Now()})
	if err == nil {
		v.tell("import.undone")
		v.goTo(importsPath + "/" + strconv.FormatInt(page.ID, 10))
		return
	}
	if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	page.Wrong = v.importWords(err)
	v.show(http.StatusUnprocessableEntity, page)
}
