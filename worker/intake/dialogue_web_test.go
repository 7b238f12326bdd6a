package intake_test

import (
	"bytes"
	"image"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
)

// webDialogue is a transcript of dispatch/instrument: how each question was filled in on
// the web form, and what was stored.
type webDialogue struct {
	source string // of the questionnaire
	tries  map[string][]webTry
	stored map[string]string // the value, or why there is none
}

// webTry is one question, filled in once.
type webTry struct {
	values  []string
	other   string
	refused survey.Code // "": it is taken
}

// last is how a question was filled in at last.
func (d webDialogue) last(question string) webTry {
	tries := d.tries[question]
	if len(tries) == 0 {
		return webTry{}
	}
	return tries[len(tries)-1]
}

const instruments = "../../dispatch/instrument/testdata/"

func dialogue(t *testing.T, name string) webDialogue {
	t.Helper()
	src, err := os.ReadFile(instruments + name)
	if err != nil {
		t.Fatal(err)
	}
	d, question := webDialogue{tries: map[string][]webTry{}, stored: map[string]string{}}, ""
	for line := range strings.Lines(string(src)) {
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mark {
		case "#":
			file, _, _ := strings.Cut(rest, " ")
			questionnaire, err := os.ReadFile("../../templates/questionnaire/" + file)
			if err != nil {
				questionnaire, err = os.ReadFile(instruments + file)
			}
			if err != nil {
				t.Fatal(err)
			}
			d.source = string(questionnaire)
		case ">":
			name, field, _ := strings.Cut(rest, ":")
			field, other, _ := strings.Cut(field, "/")
			try := webTry{other: other}
			for v := range strings.SplitSeq(field, ",") {
				try.values = append(try.values, strings.TrimSpace(v))
			}
			question, d.tries[name] = name, append(d.tries[name], try)
		case "<":
			if rest != "thanks" {
				d.tries[question][len(d.tries[question])-1].refused = survey.Code(rest)
			}
		case "=":
			name, value, _ := strings.Cut(rest, " = ")
			d.stored[name] = value
		}
	}
	return d
}

// filling is a person who fills in the web form as a dialogue has it.
type filling struct {
	webDialogue
	*page
	asked *instrument.Questionnaire
	done  map[string]int // tries of each question
}

// fill fills in the page that is open, and presses the button. Of a question that was
// taken before it repeats what it was told last.
func (f *filling) fill() {
	f.Helper()
	var fields []string
	var files []part
	refused := map[string]webTry{}
	for name := range strings.SplitSeq(f.filled().Get("page"), ",") {
		q, _ := f.asked.Question(name)
		tries := f.tries[name]
		switch {
		case len(tries) == 0 && q.Type == instrument.Note:
			continue // it is read
		case q.Type == instrument.Attachment && f.done[name] == len(tries):
			continue // the files are here
		case len(tries) == 0:
			f.Fatalf("%s is asked, and the dialogue has it not", name)
		}
		try := tries[min(f.done[name], len(tries)-1)]
		f.done[name]++
		if try.refused != "" {
			refused[name] = try
		}
		for _, v := range try.values {
			if q.Type == instrument.Attachment {
				files = append(files, part{field: name, name: "tep", content: f.sized(v)})
			} else {
				fields = append(fields, name+"="+v)
			}
		}
		if try.other != "" {
			fields = append(fields, name+"_khac="+try.other)
		}
	}
	before := f.answers()
	if len(files) > 0 {
		f.page = f.send("next", files, fields...)
	} else {
		f.page = f.press("next", fields...)
	}
	if len(refused) == 0 {
		f.wants(200)
		return
	}
	for name, try := range refused {
		f.wants(422, f.fault(name, try))
	}
	if f.answers() != before {
		f.Errorf("%v are refused, and stored", refused)
	}
}

// fault is the sentence that the page has to say of a try.
func (f *filling) fault(name string, try webTry) string {
	f.Helper()
	q, _ := f.asked.Question(name)
	_, _, err := q.ReadForm(try.values, try.other)
	if err == nil || err.Code != try.refused {
		f.Fatalf("%s: %v, want %s", name, err, try.refused)
	}
	return f.config.Words.Fault(wording.Context{Lang: survey.Vietnamese}, q, err)
}

// sized is a file of the kind and the size that an answer's name of it tells.
func (f *filling) sized(id string) []byte {
	f.Helper()
	kind, rest, _ := strings.Cut(id, "-")
	size, _, _ := strings.Cut(rest, "-")
	n, err := strconv.Atoi(size)
	f.must(err)
	var b bytes.Buffer
	switch kind {
	case "jpeg":
		b.Write(photo(f, 1))
	case "png":
		f.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))))
	default:
		return pdf(strings.Repeat("x", n-len(pdf(""))))
	}
	return append(b.Bytes(), make([]byte, n-b.Len())...)
}

// kinds are those of the files of an answer: how large they are once they are clean, and
// what they are called here, no dialogue can know.
func kinds(value string) (out string) {
	for id := range strings.FieldsSeq(value) {
		kind, _, _ := strings.Cut(id, "-")
		out += kind + " "
	}
	return out
}

// stores insists that what the dialogue stores is stored, and nothing beside it.
func (f *filling) stores() {
	f.Helper()
	c, err := f.db.Case(f.Context(), f.inv)
	f.must(err)
	got := map[string]string{}
	for name, a := range c.Answers {
		if a.Missing != survey.MissingNotApplicable {
			got[name] = string(a.Value) + string(a.Missing)
		}
	}
	want := maps.Clone(f.stored)
	for name := range want {
		if q, ok := f.asked.Question(name); ok && q.Type == instrument.Attachment {
			if n := f.db.Int(`SELECT count(*) FROM attachment WHERE id = ANY($1::text[])`, "{"+strings.ReplaceAll(got[name], " ", ",")+"}"); n != len(strings.Fields(want[name])) {
				f.Errorf("%d files are kept, want %s", n, want[name])
			}
			got[name], want[name] = kinds(got[name]), kinds(want[name])
		}
	}
	if !maps.Equal(got, want) {
		f.Errorf("stored\n%v, want\n%v", got, want)
	}
}

// Every dialogue by web goes the same way through the real pages: each page is filled in
// as the dialogue has it, what is wrong is said at its question and not stored, and what
// is stored at the end is what the dialogue stores.
func TestDialoguesByWeb(t *testing.T) {
	t.Parallel()
	pages := map[string]int{"monthly": 13, "types": 5, "urgent-prices": 2, "urgent-storm": 2, "yearly": 12} // that are sent, those with a fault too
	files, err := filepath.Glob(instruments + "*.web.txt")
	if err != nil || len(files) < len(pages) {
		t.Fatalf("%d dialogues, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dialogue(t, name)
			q, bad := instrument.Parse("phieu", []byte(d.source))
			if len(bad) > 0 {
				t.Fatal(bad)
			}
			p := newPlace(t, d.source)
			f := &filling{webDialogue: d, page: p.get(p.form).wants(200, "Bắt đầu").press("begin").wants(200), asked: q, done: map[string]int{}}
			turns := 0
			for ; turns < 30 && f.filled().Has("page") && !t.Failed(); turns++ {
				f.fill()
			}
			f.wants(200, "Đã nhận phiếu")
			if want := pages[strings.TrimSuffix(name, ".web.txt")]; turns != want {
				t.Errorf("%d pages were sent, want %d", turns, want)
			}
			for question, tries := range d.tries {
				if f.done[question] < len(tries) {
					t.Errorf("%s was filled in %d times, want %d", question, f.done[question], len(tries))
				}
			}
			f.stores()
			if got := p.db.Text(`SELECT r.state || ' ' || i.disposition FROM response r, invitation i`); got != "submitted 1.1" {
				t.Errorf("it ends as %s", got)
			}
		})
	}
}
