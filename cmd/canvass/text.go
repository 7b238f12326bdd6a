package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// mostText bounds what is read as a text.
const mostText = 1 << 16

func (a *app) text() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "text",
		Short: a.t("Nội dung thư, tin nhắn và lời gọi của văn phòng", "What mails, texts and calls say, in the office's own words"),
		Long: a.t(`Lời mời, lời nhắc và lời cảm ơn viết theo cách của văn phòng, thay cho nội dung có sẵn. Tên một nội dung gồm dịp, kênh và ngôn ngữ, như
reminder.sms.vi. Trường trộn viết trong ngoặc nhọn, như {link}; canvass text show cho biết những trường dùng được.
Khảo sát lập từ lúc sửa bắt đầu với nội dung mới; khảo sát đã lập giữ nội dung của lúc lập. Báo cáo của cộng tác viên luôn dùng nội dung có sẵn.`,
			`Invitations, reminders and thanks in the office's own words, instead of the built-in ones. A text is named by occasion, channel and
language, as reminder.sms.vi. Merge fields stand in braces, as {link}; canvass text show lists those that a text may have.
Campaigns made after a change begin with it; those that exist keep what they have. Duty reports always use the built-in texts.`),
		RunE: a.group,
	}
	cmd.AddCommand(a.textList(), a.textShow(), a.textSet(), a.textReset())
	return cmd
}

// textLine is one text, for scripts.
type textLine struct {
	Name    survey.TextName `json:"name"`
	Own     bool            `json:"own"`
	Version int             `json:"version"`
	At      *time.Time      `json:"changed_at,omitempty"`
	By      string          `json:"changed_by,omitempty"`
}

func (a *app) textList() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Các nội dung, có sẵn hay của văn phòng", "The texts: built in, or the office's own"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			all, err := e.db.OfficeTexts(ctx)
			if err != nil {
				return err
			}
			changed := map[survey.TextName]view.OfficeText{}
			for _, t := range all {
				changed[t.Name] = t
			}
			return a.printTexts(changed)
		}),
	})
}

func (a *app) printTexts(changed map[survey.TextName]view.OfficeText) error {
	t := a.table(a.t("NỘI DUNG", "TEXT"), a.t("LÀ", "IS"), a.t("SỬA LÚC", "CHANGED AT"), a.t("NGƯỜI SỬA", "BY"))
	for _, n := range survey.TextNames() {
		c := changed[n]
		line := textLine{Name: n, Own: c.Own, Version: c.Version, By: c.ChangedBy}
		at := "–"
		if !c.ChangedAt.IsZero() {
			line.At, at = &c.ChangedAt, moment(c.ChangedAt)
		}
		if a.json {
			if err := a.data(line); err != nil {
				return err
			}
			continue
		}
		is := a.t("có sẵn", "built in")
		if c.Own {
			is = a.t("của văn phòng", "the office's own")
		}
		t.row(n.String(), is, at, firstOf(c.ChangedBy, "–"))
	}
	if a.json {
		return nil
	}
	return t.end()
}

// textNamed reads the name of a text. Errors: not_found.
func textNamed(name string) (survey.TextName, error) {
	n, ok := survey.ParseTextName(name)
	if !ok {
		return n, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "text", "name": name}}
	}
	return n, nil
}

// textShown is a text with how it would leave, for scripts.
type textShown struct {
	textLine
	Subject string                `json:"subject,omitempty"`
	Body    string                `json:"body"`
	Fields  []string              `json:"fields"`
	Samples []dispatch.TextSample `json:"samples"`
	Lints   []dispatch.Lint       `json:"findings,omitempty"`
}

func (a *app) textShow() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "show NAME",
		Short: a.t("Một nội dung, và người nhận sẽ thấy gì", "One text, and what its reader would see"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := textNamed(args[0])
			if err != nil {
				return err
			}
			return e.showText(ctx, n)
		}),
	})
}

func (e *engine) showText(ctx context.Context, n survey.TextName) error {
	set, err := templates.New()
	if err != nil {
		return err
	}
	words := wording.New(set)
	text := words.BuiltIn(n)
	out := textShown{textLine: textLine{Name: n}, Fields: wording.TextFields(n, "body")}
	last, err := e.db.OfficeTextVersions(ctx, n, 1)
	if err != nil {
		return err
	}
	for _, t := range last {
		out.Own, out.Version, out.By, out.At = t.Own, t.Version, t.ChangedBy, &t.ChangedAt
		if t.Own {
			text = t.Text
		}
	}
	out.Subject, out.Body = text.Subject, text.Body
	office, ok, err := e.db.Office(ctx)
	if err != nil {
		return err
	}
	if !ok {
		office = dispatch.ExampleOffice()
	}
	place, _ := survey.Zone(zone)
	shown, err := dispatch.ShowText(words, n, text, dispatch.TextExample{Office: office, Zone: place, Now: e.clock.Now()})
	if err != nil {
		return err
	}
	out.Samples, out.Lints = shown.Samples, shown.Lints
	return e.app.printText(out)
}

func (a *app) printText(s textShown) error {
	if a.json {
		return a.data(s)
	}
	if s.Subject != "" {
		a.say("%s\n", s.Subject)
	}
	a.say("%s", s.Body)
	for _, one := range s.Samples {
		a.say("")
		if one.Segments > 0 {
			a.say(a.t("Người nhận thấy (%d đoạn tin):", "The reader sees (%d segments):"), one.Segments)
		} else {
			a.say("%s", a.t("Người nhận thấy:", "The reader sees:"))
		}
		if one.Subject != "" {
			a.say("%s\n", one.Subject)
		}
		a.say("%s", one.Body)
	}
	for _, l := range s.Lints {
		a.say(a.t("Cần xem: %s %s", "To look at: %s %s"), a.label("lint", string(l.Code)), l.Detail)
	}
	a.say("")
	a.say(a.t("Trường dùng được: {%s}", "Fields: {%s}"), strings.Join(s.Fields, "} {"))
	return nil
}

func (a *app) textSet() *cobra.Command {
	var subject string
	cmd := a.withJSON(&cobra.Command{
		Use:   "set NAME FILE|-",
		Short: a.t("Thay một nội dung bằng lời của văn phòng", "Say something in the office's own words"),
		Long: a.t(`FILE là văn bản, "-" là từ bàn phím hay ống dẫn. Thư cần thêm --subject; lời chào, chữ ký và đường ngừng nhận thư luôn được thêm vào.
Trường trộn không có trong danh sách thì bị từ chối, có nêu tên. Bản trước được giữ lại.`,
			`FILE is text, "-" reads it from the keyboard or a pipe. A mail needs --subject too; the greeting, the signature and the way out are
always added. A merge field outside the list is refused by name. Earlier versions are kept.`),
		Args: cobra.ExactArgs(2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := textNamed(args[0])
			if err != nil {
				return err
			}
			src, err := a.readText(args[1])
			if err != nil {
				return err
			}
			return e.changeText(ctx, dispatch.TextEdit{Name: n, Text: survey.OwnText{Subject: subject, Body: string(src)}}, dispatch.SetText)
		}),
	})
	cmd.Flags().StringVar(&subject, "subject", "", a.t("tiêu đề thư", "subject of a mail"))
	return cmd
}

func (a *app) textReset() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "reset NAME",
		Short: a.t("Quay về nội dung có sẵn", "Go back to the built-in text"),
		Long: a.t("Bản của văn phòng vẫn được giữ: lấy lại ở trang Nội dung gửi, phần Các bản trước.",
			"The office's own version is kept: it can be brought back on the page Texts, under Versions."),
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := textNamed(args[0])
			if err != nil {
				return err
			}
			return e.changeText(ctx, dispatch.TextEdit{Name: n}, dispatch.ResetText)
		}),
	})
}

// changeText changes a text from how it stands now.
func (e *engine) changeText(ctx context.Context, edit dispatch.TextEdit, do func(context.Context, dispatch.TextStore, dispatch.TextEdit) (bool, error)) error {
	last, err := e.db.OfficeTextVersions(ctx, edit.Name, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		edit.Seen = last[0].Version
	}
	edit.Actor, edit.Now = actor(e.app), e.clock.Real()
	changed, err := do(ctx, e.db, edit)
	if err != nil {
		return err
	}
	a := e.app
	switch {
	case a.json:
		if changed {
			edit.Seen++
		}
		return a.data(textLine{Name: edit.Name, Own: edit.Text.Body != "", Version: edit.Seen})
	case !changed:
		a.say("%s", a.t("Không có gì thay đổi.", "Nothing was changed."))
	default:
		a.say(a.t("Đã lưu %s. Khảo sát lập từ nay dùng nội dung này.", "Kept %s. New campaigns use this text."), edit.Name)
	}
	return nil
}

// readText reads a text that somebody named, or what comes in.
func (a *app) readText(name string) ([]byte, error) {
	if name != "-" {
		return readFile(name)
	}
	b, err := io.ReadAll(io.LimitReader(a.in, mostText))
	if err != nil {
		return nil, unreadable(name, err)
	}
	return b, nil
}
