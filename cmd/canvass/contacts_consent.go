package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// consentOptions are the flags of contacts consent.
type consentOptions struct {
	r                dispatch.ConsentRequest
	give             bool
	channel, purpose string
}

func (a *app) contactsConsent() *cobra.Command {
	var o consentOptions
	cmd := a.withJSON(&cobra.Command{
		Use:   "consent ID|CODE",
		Short: a.t("Xem sổ đồng ý của một người, ghi thêm đồng ý hoặc rút lại", "One person's consent ledger: look, record, withdraw"),
		Long: a.t(`Sổ chỉ ghi thêm, không sửa: rút lại là một dòng mới. Dòng cuối nói về đúng mục đích và kênh đó thì có giá trị; chưa có
dòng nào thì theo căn cứ của lần nhập danh sách. Rút lại có hiệu lực từ lần gửi tới. Đồng ý không gỡ người khỏi danh sách
không liên hệ.`,
			`The ledger only grows: a withdrawal is a row of its own. The last row that speaks of the purpose and channel decides;
without one, the ground of the import does. A withdrawal takes effect with the next message. Consent takes nobody off the
do-not-contact list.`),
		Example: `  canvass contacts consent CTV001 --give --channel sms --text "Tôi đồng ý nhận tin" --evidence "phiếu 12/2026"
  canvass contacts consent CTV001 --withdraw --channel all`,
		Args: cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.read(cmd); err != nil {
			return err
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			return e.consent(ctx, o, args[0])
		})(cmd, args)
	}
	f := cmd.Flags()
	f.BoolVar(&o.give, "give", false, a.t("ghi rằng người này đồng ý", "record that the person consents"))
	f.BoolVar(&o.r.Withdraw, "withdraw", false, a.t("ghi rằng người này không đồng ý nữa", "record that the person no longer consents"))
	f.StringVar(&o.channel, "channel", "", a.t("kênh: email, sms, call hoặc all", "channel: email, sms, call or all"))
	f.StringVar(&o.purpose, "purpose", "", a.t("mục đích: survey hoặc duty_report; mặc định cả hai", "purpose: survey or duty_report; both if not given"))
	f.StringVar(&o.r.Basis, "basis", "consent", a.t("căn cứ: ", "ground: ")+strings.Join(dispatch.Bases(), ", "))
	f.StringVar(&o.r.Text, "text", "", a.t("lời đã cho người ta đọc", "the words that the person was shown"))
	f.StringVar(&o.r.Evidence, "evidence", "", a.t("bằng chứng: số văn bản, phiếu, thư", "what proves it: number of a document, a form, a letter"))
	return cmd
}

// read checks the flags against each other.
func (o *consentOptions) read(cmd *cobra.Command) error {
	if !o.give && !o.r.Withdraw {
		for _, name := range []string{"channel", "purpose", "basis", "text", "evidence"} {
			if cmd.Flags().Changed(name) {
				return wrongUsage(cmd, "--give | --withdraw")
			}
		}
		return nil
	}
	if o.give && o.r.Withdraw {
		return wrongUsage(cmd, "--give | --withdraw")
	}
	channels, err := channelsOf(cmd, "--channel", o.channel, "all")
	if err != nil {
		return err
	}
	if len(channels) == 1 {
		o.r.Channel = channels[0]
	}
	o.r.Purpose = survey.Purpose(o.purpose)
	return nil
}

func (e *engine) consent(ctx context.Context, o consentOptions, ref string) error {
	var l view.ConsentLedger
	var err error
	if o.give || o.r.Withdraw {
		o.r.Ref, o.r.Actor, o.r.Now = ref, actor(e.app), e.clock.Now()
		l, err = dispatch.RecordConsent(ctx, e.db, o.r)
	} else {
		l, err = dispatch.ShowConsent(ctx, e.db, ref)
	}
	if err != nil {
		return err
	}
	if e.app.json {
		return e.app.data(l)
	}
	if o.r.Withdraw {
		e.app.say(e.app.t("Đã ghi. Từ lần gửi tới sẽ không gửi nữa.", "Recorded. Nothing more is sent, from the next message on."))
	} else if o.give {
		e.app.say(e.app.t("Đã ghi.", "Recorded."))
	}
	return e.app.sayLedger(l)
}

// sayLedger prints what the ledger comes to, then its rows.
func (a *app) sayLedger(l view.ConsentLedger) error {
	a.say("%s · ID %d · %s", string(l.Name), l.ContactID, firstOf(l.Code, a.t("không có mã", "no code")))
	if l.Suppressed {
		a.say(a.t("Người này trong danh sách không liên hệ: có đồng ý cũng không gửi.",
			"This person is on the do-not-contact list: nothing is sent whatever the ledger says."))
	}
	header := []any{a.t("NAY LÀ", "NOW")}
	for _, c := range survey.Channels() {
		header = append(header, strings.ToUpper(a.label("channel", string(c))))
	}
	t := a.table(header...)
	n := len(survey.Channels())
	for i := 0; i+n <= len(l.States); i += n {
		cells := []any{a.purpose(l.States[i].Purpose)}
		for _, s := range l.States[i : i+n] {
			cells = append(cells, a.consentWord(s.Given, s.By))
		}
		t.row(cells...)
	}
	if err := t.end(); err != nil {
		return err
	}
	if l.ImportID != 0 {
		a.say(a.t("Lần nhập %d: căn cứ là %s", "Import %d: on the ground of %s"), l.ImportID, a.label("basis", l.Basis))
	}
	if len(l.Rows) == 0 {
		return nil
	}
	t = a.table(a.t("LÚC", "AT"), a.t("MỤC ĐÍCH", "PURPOSE"), a.t("KÊNH", "CHANNEL"), "", a.t("CĂN CỨ", "GROUND"), a.t("NGUỒN, BẰNG CHỨNG, AI GHI", "SOURCE, EVIDENCE, BY"))
	for _, r := range l.Rows {
		at, word := r.GivenAt, a.t("đồng ý", "given")
		if r.WithdrawnAt != nil {
			at, word = *r.WithdrawnAt, a.t("rút lại", "withdrawn")
		}
		t.row(moment(at), a.purpose(r.Purpose), a.allOr("channel", string(r.Channel)), word, a.label("basis", r.Basis),
			a.label("source", r.Source)+prefixed(" · ", r.Evidence)+prefixed(" · ", r.Actor))
	}
	return t.end()
}

func (a *app) consentWord(given bool, by int64) string {
	switch {
	case given:
		return a.t("có", "yes")
	case by != 0:
		return a.t("đã rút", "withdrawn")
	}
	return a.t("không có", "none")
}

// purpose is the word for a purpose; none is every one.
func (a *app) purpose(p survey.Purpose) string {
	switch p {
	case survey.PurposeSurvey:
		return a.t("khảo sát", "survey")
	case survey.PurposeDutyReport:
		return a.t("báo cáo cộng tác viên", "duty report")
	}
	return a.t("tất cả", "all")
}

func (a *app) allOr(family, code string) string {
	if code == "" {
		return a.t("tất cả", "all")
	}
	return a.label(family, code)
}
