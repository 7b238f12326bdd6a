package dispatch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// UploadStore is what a list that staff upload needs of the database.
type UploadStore interface {
	ImportStore
	MappingStore
	TerritoryStore
	AttributeNamesStore
	KeepUpload(ctx context.Context, u view.Upload, content []byte) (int64, error)
	Upload(ctx context.Context, id int64) (view.Upload, error)
	Uploads(ctx context.Context) ([]view.Upload, error)
	UploadContent(ctx context.Context, id int64) ([]byte, error)
	UploadRows(ctx context.Context, id int64, f view.UploadFilter) ([]view.UploadRow, error)
	ChooseUpload(ctx context.Context, u view.Upload, now time.Time) (bool, error)
	TakeUpload(ctx context.Context, u view.Upload, now time.Time) (bool, error)
	BeatUpload(ctx context.Context, u view.Upload) (bool, error)
	CheckedUpload(ctx context.Context, u view.Upload, rows iter.Seq2[view.UploadRow, error], report func() (string, error)) error
	EndUpload(ctx context.Context, u view.Upload) error
	DropUpload(ctx context.Context, id int64, now time.Time) (bool, error)
}

// MaxUpload is the longest list that is taken by the browser, in bytes: some
// 100,000 people as a workbook. What is longer goes in by command.
const MaxUpload = 10 << 20

// UploadChoices is what somebody said of an uploaded list.
type UploadChoices struct {
	Origin        string                       `json:"origin"`             // whose list it is: its mapping is remembered by this name
	Columns       map[string]contactlist.Field `json:"columns,omitempty"`  // as contactlist.Options
	Remember      bool                         `json:"remember,omitempty"` // Columns, once it is imported
	Skip          []string                     `json:"skip,omitempty"`     // sheets
	Mended        []contactlist.Mend           `json:"mended,omitempty"`
	Take          []string                     `json:"take,omitempty"` // sensitive columns
	Reason        string                       `json:"reason,omitempty"`
	Basis         string                       `json:"basis"`
	ConsentSource string                       `json:"consent_source"`
	ConsentText   string                       `json:"consent_text,omitempty"`
}

// ReadUploadChoices reads the choices of an upload.
func ReadUploadChoices(u view.Upload) (UploadChoices, error) {
	var c UploadChoices
	if err := json.Unmarshal([]byte(u.Choices), &c); err != nil {
		return c, fmt.Errorf("dispatch: choices of an upload: %w", err)
	}
	return c, nil
}

// UploadRequest is a file that somebody uploaded.
type UploadRequest struct {
	Name    string // of the file
	Content []byte
	Actor   string
	Now     time.Time // real time
}

// longestFileName is how many characters of the name of a file are kept.
const longestFileName = 120

// KeepUpload keeps a list for the time that it takes to bring it in, with the
// mapping that was remembered of its source. What no list can be made of is
// refused: file_format, with Args why.
func KeepUpload(ctx context.Context, store UploadStore, r UploadRequest) (int64, error) {
	name := fileName(r.Name)
	if len(r.Content) > MaxUpload {
		return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Where: name, Args: map[string]string{"why": "too_large"}}
	}
	if _, err := contactlist.Heads(bytes.NewReader(r.Content), int64(len(r.Content)), 1); err != nil {
		return 0, err
	}
	c := UploadChoices{Origin: originOf(name), Basis: "appointment", ConsentSource: name}
	var err error
	if c.Columns, err = rememberedOf(ctx, store, c.Origin, name); err != nil {
		return 0, err
	}
	choices, err := json.Marshal(c)
	if err != nil {
		return 0, fmt.Errorf("dispatch: choices of an upload: %w", err)
	}
	sum := sha256.Sum256(r.Content)
	return store.KeepUpload(ctx, view.Upload{Name: name, SHA256: sum[:], Choices: string(choices), Actor: r.Actor, At: r.Now}, r.Content)
}

// fileName is the name of a file without its folders, and never too long.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, path.Base(strings.ReplaceAll(name, `\`, "/")))
	if runes := []rune(name); len(runes) > longestFileName {
		ending := []rune(path.Ext(name))
		ending = ending[:min(len(ending), 6)]
		name = string(runes[:longestFileName-len(ending)]) + string(ending)
	}
	if name == "" || name == "." || name == "/" {
		return "danh-sach"
	}
	return name
}

// originOf names whose list a file is. A file of rejects is of the list that it came
// from.
func originOf(name string) string {
	stem := strings.TrimSuffix(name, path.Ext(name))
	for {
		cut := strings.TrimSuffix(strings.TrimSuffix(stem, ".loai"), ".rejected")
		if cut == stem || cut == "" {
			return stem
		}
		stem = cut
	}
}

// rememberedOf is the mapping of a source for a file.
func rememberedOf(ctx context.Context, store MappingStore, origin, name string) (map[string]contactlist.Field, error) {
	columns, err := RememberedMapping(ctx, store, origin)
	if stem := strings.TrimSuffix(name, path.Ext(name)); originOf(name) != stem {
		columns = WithoutPlaces(columns)
	}
	return columns, err
}

// chooseTries is how often a choice is made anew because somebody else chose at the
// same time.
const chooseTries = 5

// ChooseUpload changes what is said of a list that nobody works on. Errors:
// not_found, import_running, and what change returns.
func ChooseUpload(ctx context.Context, store UploadStore, id int64, now time.Time, change func(*UploadChoices) error) error {
	for range chooseTries {
		u, err := store.Upload(ctx, id)
		if err != nil {
			return err
		}
		c, err := ReadUploadChoices(u)
		if err != nil {
			return err
		}
		if u.State == view.UploadDone || u.State.Works() && !u.WasCut(now) {
			return uploadBusy(id)
		}
		if err := change(&c); err != nil {
			return err
		}
		choices, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("dispatch: choices of an upload: %w", err)
		}
		u.Choices = string(choices)
		if done, err := store.ChooseUpload(ctx, u, now); done || err != nil {
			return err
		}
	}
	return uploadBusy(id)
}

func uploadBusy(id int64) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeImportRunning, Args: map[string]string{"import": fmt.Sprint(id)}}
}

// MendUpload puts cells right without touching the file; a later word on a cell is
// the one that counts.
func MendUpload(ctx context.Context, store UploadStore, id int64, now time.Time, cells []contactlist.Mend) error {
	return ChooseUpload(ctx, store, id, now, func(c *UploadChoices) error {
		for _, cell := range cells {
			if len(cell.Value) > longestCell {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Args: map[string]string{"why": "cell_too_long"}}
			}
			c.Mended = slices.DeleteFunc(c.Mended, func(m contactlist.Mend) bool {
				return m.Sheet == cell.Sheet && m.Line == cell.Line && m.Column == cell.Column
			})
			c.Mended = append(c.Mended, cell)
		}
		if len(c.Mended) > mostMended {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Args: map[string]string{"why": "too_large"}}
		}
		return nil
	})
}

const (
	longestCell = 2000 // bytes that somebody types
	mostMended  = 5000 // cells; who has more mends the file
)

// From takes the mapping that was remembered of another source; what was said of
// this list stays.
func (c *UploadChoices) From(ctx context.Context, store MappingStore, origin string) error {
	if origin = strings.TrimSpace(origin); origin == "" || origin == c.Origin {
		return nil
	}
	columns, err := RememberedMapping(ctx, store, origin)
	if err != nil {
		return err
	}
	for label, field := range c.Columns {
		if columns == nil {
			columns = map[string]contactlist.Field{}
		}
		columns[label] = field
	}
	c.Origin, c.Columns = origin, columns
	return nil
}
