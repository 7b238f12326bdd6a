package drill

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// person is somebody on the list.
type person struct {
	mail, phone string
	tag         string // what the mail server does with the address
	suffix      string // what Twilio does with the number
}

// who is the n-th person. With twisted, every tenth has a mail address that
// misbehaves and every tenth a number, each kind in turn; what takes a minute of
// silence before it is known is left to the drills that are about it.
func who(n int, twisted bool) person {
	p := person{}
	if twisted && n%10 == 3 {
		tags := []string{smtpsink.TagBounce, smtpsink.TagGreylist, smtpsink.TagBusy421, smtpsink.TagSlow}
		p.tag = tags[n/10%len(tags)]
	}
	number := fmt.Sprintf("%03d%04d", 1+n/8000, n%8000) // the suffixes of the simulator begin with 9
	if kinds := twists(); twisted && n%10 == 7 {
		p.suffix = kinds[n/10%len(kinds)]
		number = fmt.Sprintf("%03d", 1+n/10/len(kinds)) + p.suffix
	}
	p.phone = "+8431" + number
	p.mail = fmt.Sprintf("nguoi%06d@thu%d.example", n, n%20)
	if p.tag != "" {
		p.mail = fmt.Sprintf("nguoi%06d+%s@thu%d.example", n, p.tag, n%20)
	}
	return p
}

// twists are the suffixes that misbehave, without a refusal that stops everybody
// (9006) and without silences.
func twists() []string {
	var out []string
	for _, b := range twiliosim.Behaviours() {
		if !slices.Contains([]string{"9006", "9008", "9009", "9107"}, b.Suffix) {
			out = append(out, b.Suffix)
		}
	}
	return out
}

// form is a questionnaire of one question: a text or a key answers it.
const form = `name: dien_tap
title: Diễn tập | Drill
languages: [vi, en]
minutes: 1
questions:
  - name: huong
    type: single
    kind: own_opinion
    required: true
    key: true
    label: Tình hình chung đang thế nào? | How are things going?
    choices:
      1: Tốt lên | Better
      2: Như trước | Same
      3: Xấu đi | Worse
`

// office does what an office does on the first day.
func (w *world) office(p plan) {
	list := &strings.Builder{}
	fmt.Fprintln(list, "Mã,Họ và tên,E-mail,Điện thoại,phan")
	for n := range p.people {
		one := who(n, p.twisted)
		part := "b"
		if n < 50 {
			part = "a"
		}
		fmt.Fprintf(list, "D%06d,Nguyễn Văn Đo %d,%s,%s,%s\n", n, n, one.mail, one.phone, part)
	}
	w.must(w.canvass("contacts", "import", w.write("list.csv", list.String()), "--basis", "appointment", "--consent-source", "drill"))
	w.must(w.canvass("questionnaire", "publish", w.write("form.yaml", form)))
}

func (w *world) write(name, content string) string {
	file := filepath.Join(w.dir, name)
	w.must(os.WriteFile(file, []byte(content), 0o600))
	return file
}

// wave is a campaign of a drill.
type wave struct {
	name     string
	asks     string   // questionnaire; dien_tap if empty
	eligible string   // has_email if empty
	length   string   // longer than it takes, if empty
	caps     string   // day_caps and more lines of the protocol
	steps    []string // without the dash
}

// create creates a campaign.
func (w *world) create(c wave) {
	if c.eligible == "" {
		c.eligible = "has_email"
	}
	if c.asks == "" {
		c.asks = "dien_tap"
	}
	if c.length == "" {
		c.length = size("10h", "20d", "20d")
	}
	if c.caps == "" {
		c.caps = "day_caps: {email: 3, sms: 3, call: 1}"
	}
	b := &strings.Builder{}
	fmt.Fprintf(b, `name: %s
title: {vi: Diễn tập, en: Drill}
questionnaire: %s
eligible: %s
design: {method: census}
protocol:
  name: dien-tap
  zone: Asia/Ho_Chi_Minh
  length: %s
  gap: 0s
  windows:
    sms:  {from: "07:00", to: "22:00"}
    call: {from: "08:00", to: "17:00"}
  %s
  steps:
`, c.name, c.asks, c.eligible, c.length, strings.ReplaceAll(c.caps, "\n", "\n  "))
	for _, s := range c.steps {
		fmt.Fprintf(b, "    - {%s}\n", s)
	}
	w.must(w.canvass("campaign", "create", w.write(c.name+".yaml", b.String())))
}

// launch creates a campaign and launches it.
func (w *world) launch(c wave) {
	w.create(c)
	w.must(w.canvass("campaign", "launch", c.name))
}
