package templates

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed static/*.css static/*.js
var staticFiles embed.FS

// StaticRoot is where the public listener serves Static: the prefix of every
// asset address in a page.
const StaticRoot = "/static/"

// sheets lists the stylesheets and scripts that pages load, and the files that
// each is made of. The form loads one of each, because a slow phone pays per
// request; the script is on the pages of questions only.
func sheets() map[string][]string {
	return map[string][]string{"form.css": {"tokens.css", "base.css", "form.css"}, "form.js": {"form.js"},
		"console.css": {"tokens.css", "base.css", "console.css", "console-questionnaires.css"},
		"console.js":  {"htmx.min.js", "console.js", "console-questionnaires.js"}}
}

// assets are the static files by their public name, which carries the hash of
// the content: an address never changes its meaning and may be cached for ever.
type assets struct {
	files  map[string][]byte
	public map[string]string
}

func newAssets() assets {
	a := assets{files: map[string][]byte{}, public: map[string]string{}}
	for name, parts := range sheets() {
		var body []byte
		for _, p := range parts {
			src, err := staticFiles.ReadFile("static/" + p)
			if err != nil {
				panic("templates: " + err.Error()) // embedded: a missing file is a broken build
			}
			if !strings.HasSuffix(p, ".min.js") {
				src = lean(src)
			}
			body = append(body, src...)
		}
		sum := sha256.Sum256(body)
		base, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
		hashed := base + "." + hex.EncodeToString(sum[:6]) + ext
		a.files[hashed], a.public[name] = body, hashed
	}
	return a
}

// lean leaves out of a stylesheet or a script what a phone has no use for: what a line
// begins with, and lines that only comment. A comment that goes over lines must begin
// and end with a line, and no text of the file may go over lines.
func lean(src []byte) []byte {
	var out []byte
	comment := false
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		begins, ends := bytes.HasPrefix(line, []byte("/*")), bytes.HasSuffix(line, []byte("*/"))
		if !comment && !begins && len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			out = append(append(out, line...), '\n')
		}
		comment = (comment || begins) && !ends
	}
	return out
}

// path returns the public address of the asset called name.
func (a assets) path(name string) (string, error) {
	hashed, ok := a.public[name]
	if !ok {
		return "", fmt.Errorf("%w: asset %q", ErrMissing, name)
	}
	return StaticRoot + hashed, nil
}

// Static returns the stylesheets and scripts under their hashed names, to be served under
// StaticRoot (http.FileServerFS does) with a cache time without end.
func (s *Set) Static() fs.FS { return s.assets }

// ServeStatic serves the stylesheet or script {file} of a route. Its name carries the hash
// of its content, so it may be kept for ever; a name that is not there may not.
func (s *Set) ServeStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	f, err := s.assets.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_ = f.Close()
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, s.assets, name)
}

// Open implements fs.FS.
func (a assets) Open(name string) (fs.File, error) {
	body, ok := a.files[name]
	if !ok || !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &assetFile{Reader: bytes.NewReader(body), info: assetInfo{name, int64(len(body))}}, nil
}

// assetFile is one open asset.
type assetFile struct {
	*bytes.Reader
	info assetInfo
}

// Stat implements fs.File.
func (f *assetFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *assetFile) Close() error { return nil }

// assetInfo describes an asset; it has no time, since its name says its content.
type assetInfo struct {
	name string
	size int64
}

func (i assetInfo) Name() string       { return i.name }
func (i assetInfo) Size() int64        { return i.size }
func (i assetInfo) Mode() fs.FileMode  { return 0o444 }
func (i assetInfo) ModTime() time.Time { return time.Time{} }
func (i assetInfo) IsDir() bool        { return false }
func (i assetInfo) Sys() any           { return nil }
