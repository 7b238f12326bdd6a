package dispatch_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

const withFiles = `
name: anh
title: Ảnh
questions:
  - {name: huong, type: single, kind: fact, key: true, label: Gì, choices: {1: m, 2: n}}
  - {name: anh, type: attachment, kind: fact, at_most: 3, label: Ảnh}
`

// The files of the responses that count are written in the order of the data, and
// nothing says whose they are.
func TestAttachmentsAreWrittenByResponse(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{State: survey.CampaignClosed, QuestionnaireID: db.MakeQuestionnaire("anh", withFiles)})
	for n, value := range []survey.AnswerText{"jpeg-5-aaaaaaaaaaaaaaaa pdf-5-bbbbbbbbbbbbbbbb", "", "png-5-cccccccccccccccc"} {
		inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(n + 1)),
			State: survey.InvitationClosed, Disposition: survey.Complete})
		state := survey.ResponseSubmitted
		if n == 2 {
			state = survey.ResponseVoided
		}
		r := db.MakeResponse(inv, state, survey.Web, survey.Answers{"huong": {Value: "1"}, "anh": {Value: value}})
		for id := range strings.FieldsSeq(string(value)) {
			sum := sha256.Sum256([]byte(id[:5]))
			db.Exec(`INSERT INTO attachment (id, response_id, question, sha256, content) VALUES ($1, $2, 'anh', $3, $4)`, id, string(r), sum[:], []byte(id[:5]))
		}
	}
	contents := map[string]string{}
	files, err := dispatch.WriteAttachments(t.Context(), db, k.Name, func(a dispatch.Attached, content []byte) error {
		contents[a.Name] = string(content)
		return nil
	})
	if err != nil || len(files) != 2 || len(contents) != 2 {
		t.Fatalf("%+v %v", files, err)
	}
	for i, end := range []string{"_anh_1.jpg", "_anh_2.pdf"} {
		if a := files[i]; !strings.HasSuffix(a.Name, end) || contents[a.Name] != string(a.ID[:5]) || a.Size != 5 || len(a.SHA256) != 64 {
			t.Errorf("%+v", a)
		}
	}
	var b, data bytes.Buffer
	if err := dispatch.WriteAttachmentIndex(&b, files); err != nil {
		t.Fatal(err)
	}
	if err := dispatch.ExportAnswers(t.Context(), db, dispatch.ExportRequest{Campaign: k.Name}, &data); err != nil {
		t.Fatal(err)
	}
	line := strings.Split(data.String(), "\n")[int(files[0].Name[3]-'0')] // 0001 or 0002
	if !strings.HasPrefix(line, string(files[0].Response)+",") || !strings.Contains(b.String(), string(files[0].ID)) {
		t.Errorf("%s\nis not line %s of\n%s", b.String(), files[0].Name[:4], data.String())
	}
	full := errors.New("full")
	if _, err := dispatch.WriteAttachments(t.Context(), db, k.Name, func(dispatch.Attached, []byte) error { return full }); !errors.Is(err, full) {
		t.Errorf("a disk that is full is not told: %v", err)
	}
}
