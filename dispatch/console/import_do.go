package console

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// doImport does one thing to a list that was uploaded.
func (v *visit) doImport() {
	u, err := v.uploaded()
	if err != nil {
		v.fail(err)
		return
	}
	if err := v.r.ParseForm(); err != nil {
		v.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Err: err})
		return
	}
	switch v.r.PathValue("do") {
	case "mend":
		err = v.mendUpload(u)
	case "columns":
		err = v.choose(u, v.chooseColumns)
	case "sheets":
		err = v.choose(u, v.chooseSheets)
	case "terms":
		err = v.choose(u, v.chooseTerms)
	case "check":
		err = v.importing.begin(v.ctx, u.ID, view.UploadChecking, v.account.Login)
	case "run":
		err = v.importing.begin(v.ctx, u.ID, view.UploadRunning, v.account.Login)
	case "drop":
		v.dropUpload(u)
		return
	default:
		err = notFound()
	}
	if err != nil {
		v.refuseImport(err)
		return
	}
	v.goTo(v.backTo(u))
}

// backTo is the list again, at the place where somebody was.
func (v *visit) backTo(u view.Upload) string {
	where := url.Values{}
	for _, key := range []string{"tab", "after"} {
		if value := v.r.PostForm.Get(key); value != "" && value != "0" {
			where.Set(key, value)
		}
	}
	if len(where) == 0 {
		return uploadPath(u.ID)
	}
	return uploadPath(u.ID) + "?" + where.Encode()
}

// refuseImport shows the list again and why nothing was done.
func (v *visit) refuseImport(why error) {
	if kind := survey.KindOf(why); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(why)
		return
	}
	page, err := v.importScreen()
	if err != nil {
		v.fail(err)
		return
	}
	page.Refused = v.importWords(why)
	if v.r.PathValue("do") == "terms" { // what was typed is not lost
		form := v.r.PostForm
		page.Basis, page.ConsentSource, page.ConsentText, page.Reason = form.Get("basis"), form.Get("consent_source"), form.Get("consent_text"), form.Get("reason")
		for i := range page.Sensitive {
			page.Sensitive[i].Taken = slices.Contains(form["take"], page.Sensitive[i].Label)
		}
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// choose keeps what was said of a list, and does the dry run anew.
func (v *visit) choose(u view.Upload, change func(*dispatch.UploadChoices) error) error {
	if err := dispatch.ChooseUpload(v.ctx, v.Store, u.ID, v.Clock.Real(), change); err != nil {
		return err
	}
	return v.importing.begin(v.ctx, u.ID, view.UploadChecking, v.account.Login)
}

// chooseColumns keeps the fields of columns that differ from what was shown: the rest
// stays a guess.
func (v *visit) chooseColumns(c *dispatch.UploadChoices) error {
	form := v.r.PostForm
	if err := c.From(v.ctx, v.Store, form.Get("origin")); err != nil {
		return err
	}
	c.Remember = form.Get("remember") != ""
	for i, key := range form["key"] {
		field, was := contactlist.Field(form.Get("field."+strconv.Itoa(i))), contactlist.Field(form.Get("was."+strconv.Itoa(i)))
		if field == was || key == "" {
			continue
		}
		if field == "" {
			delete(c.Columns, key)
			continue
		}
		if !slices.Contains(contactlist.Fields(), field) {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodeMappingInvalid, Args: map[string]string{"name": string(field)}}
		}
		if c.Columns == nil {
			c.Columns = map[string]contactlist.Field{}
		}
		c.Columns[key] = field
	}
	return nil
}

// chooseSheets keeps which sheets are read: those that were shown and not chosen are
// not.
func (v *visit) chooseSheets(c *dispatch.UploadChoices) error {
	c.Skip = nil
	for _, name := range v.r.PostForm["shown"] {
		if !slices.Contains(v.r.PostForm["sheet"], name) {
			c.Skip = append(c.Skip, name)
		}
	}
	return nil
}

// chooseTerms keeps on what ground new people may be contacted, and which sensitive
// columns are taken and why.
func (v *visit) chooseTerms(c *dispatch.UploadChoices) error {
	form := v.r.PostForm
	c.Basis, c.ConsentSource, c.ConsentText = form.Get("basis"), strings.TrimSpace(form.Get("consent_source")), strings.TrimSpace(form.Get("consent_text"))
	c.Take, c.Reason = form["take"], strings.TrimSpace(form.Get("reason"))
	switch {
	case !slices.Contains(dispatch.Bases(), c.Basis):
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "basis"}
	case len(c.Take) > 0 && c.Reason == "":
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeSensitiveReason, Args: map[string]string{"name": c.Take[0]}}
	case len(c.Take) == 0:
		c.Reason = ""
	}
	return nil
}

// mendUpload puts the cells right that were typed anew, and does the dry run again.
func (v *visit) mendUpload(u view.Upload) error {
	r, err := dispatch.ReadUploadReport(u)
	if err != nil {
		return err
	}
	cells, err := v.mended(u, r)
	if err != nil {
		return err
	}
	if len(cells) == 0 {
		return nil
	}
	if err := dispatch.MendUpload(v.ctx, v.Store, u.ID, v.Clock.Real(), cells); err != nil {
		return err
	}
	v.tell("import.mended")
	return v.importing.begin(v.ctx, u.ID, view.UploadChecking, v.account.Login)
}

// mended are the cells of the post that differ from what the list has.
func (v *visit) mended(u view.Upload, r dispatch.UploadReport) ([]contactlist.Mend, error) {
	rows := map[int]dispatch.PreviewRow{}
	var out []contactlist.Mend
	for key := range v.r.PostForm {
		parts := strings.Split(key, ".")
		if len(parts) != 3 || parts[0] != "c" {
			continue
		}
		n, errN := strconv.Atoi(parts[1])
		at, errAt := strconv.Atoi(parts[2])
		if errN != nil || errAt != nil || n < 1 || at < 0 {
			continue
		}
		p, ok := rows[n]
		if !ok {
			if len(rows) >= importRows {
				break
			}
			got, err := v.Store.UploadRows(v.ctx, u.ID, view.UploadFilter{Kind: "all", After: n - 1, Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(got) == 1 && got[0].N == n {
				if p, err = dispatch.ReadPreviewRow(got[0]); err != nil {
					return nil, err
				}
			}
			rows[n] = p
		}
		places := r.Places[p.Sheet]
		if at >= len(p.Cells) || at >= len(places) || places[at] < 0 {
			continue
		}
		value := strings.ReplaceAll(v.r.PostForm.Get(key), "\r\n", "\n")
		if value != p.Cells[at] {
			out = append(out, contactlist.Mend{Sheet: p.Sheet, Line: p.Line, Column: places[at], Value: value})
		}
	}
	return out, nil
}

// dropUpload forgets a list that nobody works on.
func (v *visit) dropUpload(u view.Upload) {
	gone, err := v.Store.DropUpload(v.ctx, u.ID, v.Clock.Real())
	switch {
	case err != nil:
		v.fail(err)
	case !gone:
		v.refuseImport(&survey.Error{Kind: survey.Conflict, Code: survey.CodeImportRunning})
	default:
		v.tell("import.dropped")
		v.goTo(importPath)
	}
}

// rejects gives back the rows that were rejected, as a workbook or as CSV.
func (v *visit) rejects() {
	u, err := v.uploaded()
	if err != nil {
		v.fail(err)
		return
	}
	file := v.r.PathValue("file")
	kind, book := "text/csv; charset=utf-8", false
	switch file {
	case "rejects.csv":
	case "rejects.xlsx":
		kind, book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true
	default:
		v.fail(notFound())
		return
	}
	var b bytes.Buffer
	to, err := dispatch.NewUploadRejects(&b, u, book, v.rejectWords)
	if err == nil {
		err = dispatch.UploadRejects(v.ctx, v.Store, u.ID, to)
	}
	if err != nil {
		v.fail(err)
		return
	}
	ending := file[strings.LastIndexByte(file, '.'):]
	h := v.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="loai`+ending+`"; filename*=UTF-8''`+url.PathEscape(stem(u.Name)+".loai"+ending))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = v.w.Write(b.Bytes())
}

// rejectWords are the words of what is wrong with a row, behind its place.
func (v *visit) rejectWords(e *survey.Error) string {
	row, column, _ := strings.Cut(e.Where, ":")
	where := v.Templates.Sentence(string(v.lang()), "import.row") + " " + row
	if column != "" {
		where += ", " + v.Templates.Sentence(string(v.lang()), "import.column") + " " + column
	}
	return where + ": " + v.rowWords(&survey.Error{Kind: survey.Invalid, Code: e.Code, Args: e.Args})
}

// stem is the name of a file without its ending.
func stem(name string) string {
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		return name[:dot]
	}
	return name
}
