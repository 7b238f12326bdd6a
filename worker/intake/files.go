package intake

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
	"canvass/templates"
	"canvass/worker/ingest"
)

// filesPath is what stands between a link and a question whose page may carry
// files, or a file that is kept.
const filesPath = "/files/"

// mostUploads is how many posts with files are read at once. Each may hold a file of
// 5 MiB, its cleaned copy and what of it goes to the database, some 20 MiB for a
// moment; together that is what this room takes of a small server. Who comes beyond is
// told to try again, and the page's script does by itself.
const mostUploads = 16

// isUpload reports whether a request may have a body of files. Whether it does is
// seen once its link is known.
func isUpload(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/r/") && strings.Contains(r.URL.Path, filesPath)
}

// behindFiles opens the door of a page that may carry files. The link is looked up
// before anything of the body is read: a stranger sends nothing.
func (in *intake) behindFiles(w http.ResponseWriter, r *http.Request) {
	in.enter(w, r, in.visitOf(r, token.Form), in.takeFiles)
}

// takeFiles answers a post of a page that may carry files. Without a question for
// files under that name it is read as any other.
func (in *intake) takeFiles(w http.ResponseWriter, r *http.Request, v *visit) {
	q, ok := v.q.Question(r.PathValue("question"))
	if !ok || q.Type != instrument.Attachment || !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if in.readForm(w, r, v) && v.reread(in, w, r) {
			in.take(w, r, v)
		}
		return
	}
	select {
	case in.uploads <- struct{}{}:
		defer func() { <-in.uploads }()
	default:
		w.Header().Set("Retry-After", "10")
		in.write(w, r, http.StatusServiceUnavailable, templates.Trouble{Frame: in.bare(r), Files: true})
		return
	}
	u := &upload{v: v, wrong: map[string]*survey.Error{}}
	err := u.read(w, r)
	switch {
	case u.malformed != nil:
		in.refuseForm(w, r, v, u.malformed)
	case err != nil:
		v.lost = u.files
		in.trouble(w, r, v, err)
	case v.reread(in, w, r):
		in.takeUpload(w, r, v, u)
	}
}

// takeUpload goes on with a post once its files are kept.
func (in *intake) takeUpload(w http.ResponseWriter, r *http.Request, v *visit, u *upload) {
	do := r.PostForm.Get(templates.FieldDo)
	switch {
	case do == templates.DoAttach:
		in.told(w, v, u)
	case len(u.wrong) > 0 && do == templates.DoNext && !u.refused:
		f, _ := v.action(do, r)
		_, wrong := in.Ingest.Read(v.q, v.c.Case, f.Fields, in.Clock.Now())
		for name, e := range u.wrong {
			wrong[name] = e
		}
		in.write(w, r, http.StatusUnprocessableEntity, v.faulty(r, f, wrong))
	default:
		in.take(w, r, v)
	}
}

// told answers the page's script: 200 with what to show of the file, 422 with the
// sentence that says why it is not taken, 409 if nothing is taken any more.
func (in *intake) told(w http.ResponseWriter, v *visit, u *upload) {
	for name, e := range u.wrong {
		q, _ := v.q.Question(name)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, in.Words.Fault(v.words, q, e))
		return
	}
	if u.refused || len(u.kept) != 1 {
		w.WriteHeader(http.StatusConflict)
		return
	}
	id := u.kept[0]
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"id": string(id), "label": in.Words.File(v.words, id), "href": v.fileAt(string(id))})
}

// file gives a person a file of their own back, to be kept and never to be shown by
// the browser on our address.
func (in *intake) file(w http.ResponseWriter, r *http.Request, v *visit) {
	id := survey.AttachmentID(r.PathValue("question"))
	kind, _, ok := id.Read()
	var content []byte
	err := error(&survey.Error{Kind: survey.NotFound})
	if ok {
		content, err = in.Store.File(v.ctx, v.inv, id)
	}
	switch {
	case survey.KindOf(err) == survey.NotFound:
		in.write(w, r, http.StatusNotFound, templates.UnknownLink{Frame: in.bare(r)})
	case err != nil:
		in.trouble(w, r, v, err)
	default:
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="tep-dinh-kem`+kind.Extension()+`"`)
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		_, _ = w.Write(content)
	}
}

func (v *visit) fileAt(id string) string { return v.self + filesPath + id }

// fileForm gives a page of questions the address that takes files, if it asks for
// any, and each file that is kept the address where it is had back.
func (v *visit) fileForm(page *templates.Question) {
	for i := range page.Asked {
		asked := &page.Asked[i]
		if asked.Kind != templates.KindAttachment {
			continue
		}
		if page.Files == "" {
			page.Files = v.fileAt(asked.Name)
		}
		for j := range asked.Options {
			asked.Options[j].Href = v.fileAt(asked.Options[j].Code)
		}
	}
}

// reread reads the case once more in the language of the post, with the files that
// were just kept; false if that cannot be, and was answered.
func (v *visit) reread(in *intake, w http.ResponseWriter, r *http.Request) bool {
	err := v.read()
	if err != nil {
		in.trouble(w, r, v, err)
	}
	return err == nil
}

// lostFiles is the page that asks for files once more which the trouble page could
// not carry; nil if there were none. Any other press goes on without them.
func (v *visit) lostFiles(r *http.Request, f ingest.Form) templates.Page {
	wrong := map[string]*survey.Error{}
	for _, name := range r.PostForm[templates.FieldLost] {
		if q, ok := v.q.Question(name); ok && q.Type == instrument.Attachment {
			wrong[name] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttachmentAgain}
		}
	}
	if len(wrong) == 0 || f.Action != ingest.AnswerPage {
		return nil
	}
	return v.faulty(r, f, wrong)
}
