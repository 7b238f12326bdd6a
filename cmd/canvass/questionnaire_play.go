package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

func (a *app) questionnairePlay() *cobra.Command {
	var mode, lang, name string
	var seed uint64
	cmd := &cobra.Command{
		Use:   "play FILE|NAME[@VERSION] --mode web|sms|voice",
		Short: a.t("Trả lời thử trên máy này; in lại cuộc trao đổi", "Answer a questionnaire on this machine, and print the dialogue"),
		Long: a.t(`Mỗi dòng nhập vào là một tin nhắn, một lần bấm phím, hoặc (web) "câu: mã, mã / chữ ghi thêm"; (silence) là im lặng.
Tin nhắn bắt đầu bằng (early) là tin gửi đi trước khi đọc được câu vừa hỏi, (soon) là tin đến ngay sau tin trước.
In ra: ">" người trả lời, "<" hệ thống nói, "|" đúng lời người ấy đọc hoặc nghe, "=" điều được lưu, "!" việc phải làm thêm.
Không lưu và không gửi gì. Văn phòng trong lời là văn phòng ví dụ.`,
			`Every line of input is a text, some keys, or (web) "question: code, code / other words"; (silence) is silence.
A text that begins with (early) was sent before what was just asked could be read, one with (soon) came right behind another.
What is printed: ">" the person, "<" what is said, "|" the very words that are read or heard, "=" what is stored, "!" what
else must be done. Nothing is stored or sent. The office in the words is an example.`),
		Example: `  printf '1\n2\n' | canvass questionnaire play phieu.yaml --mode sms`,
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&mode, "mode", string(survey.TextMode), "web | sms | voice")
	cmd.Flags().StringVar(&lang, "lang", "", "vi | en")
	cmd.Flags().StringVar(&name, "given-name", "", a.t("tên gọi của người trả lời, nếu biết", "the person's given name, if known"))
	cmd.Flags().Uint64Var(&seed, "seed", 0, a.t("số quyết định thứ tự bốc thăm (random) của câu và lựa chọn", "decides the orders drawn by lot (random) of questions and choices"))
	cmd.RunE = a.work(func(ctx context.Context, args []string) error {
		if !survey.Mode(mode).Valid() || lang != "" && survey.Lang(lang).Or("") == "" {
			return wrongUsage(cmd, "--mode web|sms|voice --lang vi|en")
		}
		q, err := a.questionnaireNamed(ctx, args[0])
		if err != nil {
			return err
		}
		a.say("%s", strings.TrimSpace(fmt.Sprintf("# %s %s %s", filepath.Base(args[0]), mode, name)))
		said, err := newSayer(q.For(seed), survey.Mode(mode))
		if err != nil {
			return err
		}
		said.c.Seed = seed
		err = a.play(&instrument.Dialogue{Questionnaire: q, Mode: survey.Mode(mode), GivenName: survey.PersonName(name),
			Lang: survey.Lang(lang), Seed: seed, Today: survey.DateOf(time.Now()), Out: a.out, Say: said.prompt,
			Show: func(q *instrument.Question, answers survey.Answers) []string {
				return said.question(q, answers, survey.Lang(lang))
			}})
		return errors.Join(err, said.err)
	})
	return cmd
}

// play takes the lines of the input. A conversation begins by itself; at a
// terminal the lines stand there already.
func (a *app) play(d *instrument.Dialogue) error {
	terminal := false
	if f, ok := a.in.(*os.File); ok {
		info, err := f.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	take := func(line string, echo bool) {
		if echo {
			a.say("%s", strings.TrimSpace("> "+line))
		}
		d.Take(line)
	}
	first := true
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, 1<<20)
	if terminal && first {
		take("(begin)", true)
		first = false
	}
	for {
		if terminal {
			fmt.Fprint(a.out, "> ")
		}
		if !lines.Scan() {
			break
		}
		line := strings.TrimSpace(lines.Text())
		if first && line != "(begin)" {
			take("(begin)", true)
		}
		first = false
		take(line, !terminal)
	}
	if first {
		take("(begin)", true)
	}
	return lines.Err()
}

func (a *app) questionnaireDiff() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: a.t("Hai bản phiếu khác nhau thế nào, và số liệu còn so sánh được không", "What changed between two questionnaires, and whether the data stay comparable"),
		Long: a.t("Mỗi bản là một tệp, hoặc tên[@phiên bản] của phiếu đã chốt.",
			"Each is a file, or the name[@version] of a published questionnaire."),
		Example: "  canvass questionnaire diff y_kien_thang@1 phieu.yaml",
		Args:    cobra.ExactArgs(2),
		RunE: a.work(func(ctx context.Context, args []string) error {
			before, err := a.questionnaireNamed(ctx, args[0])
			if err != nil {
				return err
			}
			after, err := a.questionnaireNamed(ctx, args[1])
			if err != nil {
				return err
			}
			d := appraisal.Diff(before, after)
			if a.json {
				return a.data(d)
			}
			a.sayDiff(d)
			return nil
		}),
	})
}

func (a *app) sayDiff(d appraisal.Difference) {
	a.sayParts(d.Head)
	for _, q := range d.Questions {
		kind := map[appraisal.ChangeKind]string{
			appraisal.Added: a.t("thêm", "added"), appraisal.Removed: a.t("bỏ", "removed"),
			appraisal.Moved: a.t("chuyển chỗ", "moved"), appraisal.Changed: a.t("sửa", "changed")}[q.Kind]
		if q.Data != "" {
			kind += "; " + a.label("comparable", string(q.Data))
		}
		a.say("%s: %s", q.Question, kind)
		a.sayParts(q.Changes)
	}
	if len(d.Head)+len(d.Questions) == 0 {
		a.say("%s", a.t("Hai bản như nhau.", "There is no difference."))
		return
	}
	a.say(a.t("Các câu có ở cả hai bản: %s.", "The questions of both: %s."), a.label("comparable", string(d.Worst)))
}

func (a *app) sayParts(list []appraisal.Change) {
	for _, c := range list {
		part := c.Part
		if c.Lang != "" {
			part += " (" + a.label("lang", string(c.Lang)) + ")"
		}
		a.say("  %s\n    - %s\n    + %s", part, c.Before, c.After)
	}
}
