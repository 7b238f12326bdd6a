package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"sync"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// file is one of so many bytes; key makes its id.
func file(question, key string, content []byte) view.File {
	return view.File{ID: survey.NewAttachmentID(survey.AttachedJPEG, len(content), strings.Repeat(key, 16)), Question: question,
		Sum: sha256.Sum256(content), Content: content}
}

func (f *field) keep(inv survey.InvitationID, x view.File) survey.AttachmentID {
	f.t.Helper()
	id, err := f.KeepFile(f.t.Context(), inv, x)
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

// answerFiles stores an answer that names files.
func (f *field) answerFiles(inv survey.InvitationID, ids ...survey.AttachmentID) {
	f.t.Helper()
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	ans := survey.Answer{Value: survey.AnswerText(strings.Join(names, " "))}
	if len(ids) == 0 {
		ans.Missing = survey.MissingSkipped
	}
	f.change(inv, view.Change{Mode: survey.Web, Items: []survey.Item{{Question: "anh", Answer: ans}}})
}

func TestAFileIsItsPersonsAndGoesWithItsAnswer(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	mine, other := f.people[0], f.people[1]
	a := f.keep(mine, file("anh", "a", []byte("one")))
	b := f.keep(mine, file("anh", "b", []byte("two")))
	if again := f.keep(mine, file("anh", "c", []byte("one"))); again != a {
		t.Errorf("the same file twice: %s and %s", a, again)
	}
	if elsewhere := f.keep(mine, file("khac", "d", []byte("one"))); elsewhere == a {
		t.Error("one file for two questions")
	}
	if hers := f.keep(other, file("anh", "e", []byte("one"))); hers == a {
		t.Error("one file for two people")
	}
	c, err := f.Case(t.Context(), mine)
	if err != nil || len(c.Files) != 3 || c.Files[a] != "anh" {
		t.Fatalf("%v %v", c.Files, err)
	}
	f.answerFiles(mine, a, b)
	f.want(2, "files of the answer", `SELECT count(*) FROM attachment WHERE response_id IS NOT NULL`)
	f.want(2, "that wait still", `SELECT count(*) FROM link.upload`)
	if got, err := f.File(t.Context(), mine, a); err != nil || string(got) != "one" {
		t.Errorf("%q %v", got, err)
	}
	if got, err := f.File(t.Context(), other, a); survey.KindOf(err) != survey.NotFound || got != nil {
		t.Errorf("another person reads %q, %v", got, err)
	}
	if _, err := f.AnsweredFile(t.Context(), f.k.ID, a); err != nil {
		t.Error(err)
	}
	if _, err := f.AnsweredFile(t.Context(), f.k.ID+1, a); survey.KindOf(err) != survey.NotFound {
		t.Errorf("another campaign reads it: %v", err)
	}
	f.answerFiles(other, a) // somebody else's: the row stays where it is
	if _, err := f.File(t.Context(), other, a); survey.KindOf(err) != survey.NotFound {
		t.Errorf("taken from its owner: %v", err)
	}
	f.answerFiles(mine, b)
	f.want(0, "taken away", `SELECT count(*) FROM attachment WHERE id = $1`, string(a))
	if again := f.keep(mine, file("anh", "f", []byte("two"))); again != b {
		t.Errorf("%s is answered already, and kept anew as %s", b, again)
	}
	f.change(mine, view.Change{Mode: survey.Web, Drop: []string{"anh"}, Items: []survey.Item{{Question: "x", Answer: survey.Answer{Value: "1"}}}})
	f.want(0, "of a question that does not apply", `SELECT count(*) FROM attachment WHERE id = $1`, string(b))
}

func TestFilesGoWithWhatIsTakenBackOrForgotten(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	mine := f.people[0]
	a := f.keep(mine, file("anh", "a", []byte("one")))
	f.answerFiles(mine, a)
	f.keep(mine, file("anh", "b", []byte("two")))
	f.Exec(`UPDATE attachment SET kept_at = now() - interval '25 hours'`)
	f.keep(mine, file("anh", "c", []byte("three")))
	if err := f.DropUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(2, "files: the answered and the fresh one", `SELECT count(*) FROM attachment`)
	f.change(mine, view.Change{Void: true})
	f.want(0, "files of what was withdrawn", `SELECT count(*) FROM attachment WHERE response_id IS NOT NULL`)
	if _, err := f.KeepFile(t.Context(), mine, file("anh", "d", []byte("four"))); survey.KindOf(err) != survey.Conflict {
		t.Errorf("kept after a withdrawal: %v", err)
	}
}

func TestOneLinkFillsNoDatabase(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	mine := f.people[0]
	for i := range 6 {
		f.keep(mine, file("anh", string(rune('a'+i)), bytes.Repeat([]byte{byte(i)}, survey.MaxAttachment)))
	}
	if _, err := f.KeepFile(t.Context(), mine, file("anh", "z", []byte("x"))); survey.CodeOf(err) != survey.CodeAttachmentTotal {
		t.Errorf("no limit: %v", err)
	}
	var e error
	_, e = f.KeepFile(t.Context(), mine, file("anh", "a", bytes.Repeat([]byte{0}, survey.MaxAttachment)))
	if e != nil {
		t.Errorf("what is here is refused: %v", e)
	}
}

// Two tabs send the same file at once: it is one.
func TestTheSameFileFromTwoTabs(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	var both sync.WaitGroup
	ids := make([]survey.AttachmentID, 4)
	for i := range ids {
		both.Go(func() {
			id, err := f.KeepFile(t.Context(), f.people[0], file("anh", string(rune('a'+i)), []byte("same")))
			if err != nil {
				t.Error(err)
			}
			ids[i] = id
		})
	}
	both.Wait()
	f.want(1, "files", `SELECT count(*) FROM attachment`)
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("ids %v", ids)
		}
	}
}
