package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// filed is a campaign with one response that has two files.
type filed struct{ dispatch.ResultStore }

func (filed) CampaignByName(context.Context, string) (*survey.Campaign, error) {
	return &survey.Campaign{ID: 1, Name: "thang-12", State: survey.CampaignClosed}, nil
}

func (filed) QuestionnaireByID(context.Context, survey.QuestionnaireID) (view.QuestionnaireSource, error) {
	return view.QuestionnaireSource{Name: "q", Source: "name: q\ntitle: Q\nquestions:\n  - {name: anh, type: attachment, at_most: 2, kind: fact, label: A}\n"}, nil
}

func (filed) Responses(context.Context, survey.CampaignID) iter.Seq2[view.Answered, error] {
	return func(yield func(view.Answered, error) bool) {
		yield(view.Answered{State: survey.ResponseSubmitted, Response: view.Response{ID: "r-1", Mode: survey.Web,
			Answers: survey.Answers{"anh": {Value: "jpeg-4-aaaaaaaaaaaaaaaa pdf-3-bbbbbbbbbbbbbbbb"}}}}, nil)
	}
}

func (filed) AnsweredFile(_ context.Context, _ survey.CampaignID, id survey.AttachmentID) ([]byte, error) {
	return []byte(id[:4]), nil
}

// The files are the owner's alone, listed, and nothing is written over.
func TestAttachmentsAreWrittenOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tep")
	var out bytes.Buffer
	a := &app{out: &sink{w: &out}, lang: survey.Vietnamese}
	if err := a.exportAttachments(t.Context(), filed{}, "thang-12", dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"0001_anh_1.jpg": "jpeg", "0001_anh_2.pdf": "pdf-"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(b) != want {
			t.Errorf("%s: %q %v", name, b, err)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	index, err := os.ReadFile(filepath.Join(dir, "thang-12-attachments.csv"))
	if err != nil || strings.Count(string(index), "\n") != 3 || !strings.Contains(string(index), "0001_anh_2.pdf,r-1,anh,2,pdf-3-") {
		t.Errorf("%v\n%s", err, index)
	}
	if !strings.Contains(out.String(), "2 tệp") {
		t.Error(out.String())
	}
	if err := a.exportAttachments(t.Context(), filed{}, "thang-12", dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over: %v", err)
	}
}
