package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// listOptions are the flags that say which contacts are meant.
type listOptions struct {
	q         dispatch.ContactQuery
	noConsent string
	fromList  int64
}

func (a *app) contactsList() *cobra.Command {
	var o listOptions
	var after int64
	var sort string
	cmd := a.withJSON(&cobra.Command{
		Use: "list [TEXT]",
		Short: a.t("Xem danh sách; tìm theo tên, mã, số điện thoại hoặc e-mail",
			"List contacts; search by name, code, telephone number or e-mail"),
		Long: a.t(`Tên và đơn vị tìm không cần dấu. Số điện thoại viết cách nào cũng được, kể cả đầu số cũ. E-mail có thể chỉ ghi một phần.
Nhiều điều kiện cùng lúc thì phải đúng cả. Trang sau: --after ID của người cuối trang trước.`,
			`Names and units are found without accents. A number may be written in any way, also with its old prefix; a part of an
e-mail is enough. Of several filters all must hold. For the next page: --after with the ID of the last one shown.`),
		Example: "  canvass contacts list 0912345678\n  canvass contacts list --eligible 'cum = \"C2\" and not has_email'",
		Args:    cobra.MaximumNArgs(1),
	})
	cmd.RunE = a.withStaff(func(ctx context.Context, e *engine, args []string) error {
		q, err := e.contactQuery(ctx, cmd, o, args)
		if err != nil {
			return err
		}
		if sort != "id" && sort != "name" {
			return wrongUsage(cmd, "--sort id|name")
		}
		q.ByName, q.After = sort == "name", survey.ContactID(after)
		people, err := dispatch.ListContacts(ctx, e.db, q)
		if err != nil {
			return err
		}
		if a.json {
			return each(a, people)
		}
		return a.sayContacts(people)
	})
	f := cmd.Flags()
	o.register(a, f)
	f.StringVar(&sort, "sort", "id", a.t("thứ tự: id, hoặc name (tên, họ, đệm)", "order: id, or name (given name, family name, middle)"))
	f.Int64Var(&after, "after", 0, a.t("tiếp sau ID này", "go on after this ID"))
	f.IntVar(&o.q.Limit, "limit", 100, a.t("nhiều nhất mấy người", "at most so many"))
	return cmd
}

// register adds the flags of a filter.
func (o *listOptions) register(a *app, f *pflag.FlagSet) {
	q := &o.q
	f.StringVar(&q.Eligible, "eligible", "", a.t("điều kiện chọn người", "a condition"))
	f.StringVar(&q.Unit, "unit", "", a.t("một phần tên đơn vị, không cần dấu, hoặc mã đơn vị", "part of the unit's name, accents aside, or its code"))
	f.BoolVar(&q.NoEmail, "no-email", false, a.t("không có e-mail dùng được", "without a usable mailbox"))
	f.BoolVar(&q.NoMobile, "no-mobile", false, a.t("không có số di động dùng được", "without a usable mobile"))
	f.BoolVar(&q.Unreachable, "unreachable", false, a.t("không có số hoặc e-mail nào dùng được", "without any usable address"))
	f.BoolVar(&q.Shared, "shared", false, a.t("dùng chung số hoặc e-mail với người khác", "share a number or mailbox with somebody"))
	f.BoolVar(&q.Dead, "dead", false, a.t("có số hoặc e-mail đã hỏng", "have an address that is dead"))
	f.BoolVar(&q.Suppressed, "suppressed", false, a.t("trong danh sách không liên hệ, ở kênh nào đó", "on the do-not-contact list, for some channel"))
	f.StringVar(&o.noConsent, "no-consent", "", a.t("thiếu căn cứ liên hệ qua kênh: email, sms, call, hoặc any", "without a ground for contacting them by email, sms, call, or any"))
	f.Int64Var(&o.fromList, "import", 0, a.t("do lần nhập này tạo hoặc sửa", "created or changed by this import"))
	f.BoolVar(&q.Twins, "duplicates", false, a.t("trùng họ tên (không kể dấu) với người khác cùng đơn vị", "have the name, accents aside, of somebody in their unit"))
	f.BoolVar(&q.WithLeft, "with-left", false, a.t("cả người đã nghỉ", "those who left, too"))
}

// contactQuery is what the flags and the argument of a command ask for.
func (e *engine) contactQuery(ctx context.Context, cmd *cobra.Command, o listOptions, args []string) (q dispatch.ContactQuery, err error) {
	q = o.q
	q.Import = survey.ImportID(o.fromList)
	q.Search = strings.Join(args, " ")
	if o.noConsent != "" {
		if q.NoConsent, err = channelsOf(cmd, "--no-consent", o.noConsent, "any"); err != nil {
			return q, err
		}
	}
	q.Keys, err = e.addressKeys(ctx)
	return q, err
}

// channelsOf reads a channel, or the word for every one.
func channelsOf(cmd *cobra.Command, flag, given, every string) ([]survey.Channel, error) {
	if given == every {
		return survey.Channels(), nil
	}
	if c := survey.Channel(given); c.Valid() {
		return []survey.Channel{c}, nil
	}
	return nil, wrongUsage(cmd, flag+" email|sms|call|"+every)
}

// addressKeys hashes addresses as those of the do-not-contact list are. Where no
// process ever used a key with the database there are none, and this command makes
// none.
func (e *engine) addressKeys(ctx context.Context) (view.AddressKeys, error) {
	if !e.dir.HasKeys() {
		known, err := e.db.KeyIDs(ctx)
		if err == nil && len(known) > 0 {
			err = e.keysMissing(known)
		}
		if err != nil {
			return nil, err
		}
		return func(survey.EndpointKind, string) [][]byte { return nil }, nil
	}
	ring, err := e.keyring(ctx)
	if err != nil {
		return nil, err
	}
	return ring.AddressKey, nil
}

// sayContacts prints contacts as a table.
func (a *app) sayContacts(people []view.ContactLine) error {
	if len(people) == 0 {
		a.say(a.t("Không có ai như vậy.", "There is nobody like that."))
		return nil
	}
	t := a.table("ID", a.t("MÃ", "CODE"), a.t("HỌ TÊN", "NAME"), a.t("ĐƠN VỊ", "UNIT"), a.t("THƯ", "MAIL"), a.t("DI ĐỘNG", "MOBILE"), a.t("GHI CHÚ", "REMARK"))
	for _, p := range people {
		t.row(p.ID, p.Code, string(p.Name), p.Unit, tick(p.Mail), tick(p.Mobile), a.remark(p))
	}
	return t.end()
}

// remark says what speaks against contacting somebody.
func (a *app) remark(p view.ContactLine) string {
	var out []string
	add := func(what string, on []survey.Channel) {
		words := make([]string, len(on))
		for i, c := range on {
			words[i] = a.label("channel", string(c))
		}
		out = append(out, what+list(": ", words))
	}
	switch {
	case p.MergedInto != 0:
		add(a.t("đã gộp vào ", "merged into ")+fmt.Sprint(p.MergedInto), nil)
	case p.Left:
		add(a.t("đã nghỉ", "left"), nil)
	}
	switch {
	case p.Suppressed:
		add(a.t("không liên hệ", "do not contact"), nil)
	case len(p.Barred) > 0:
		add(a.t("không liên hệ", "do not contact"), p.Barred)
	}
	if len(p.NoConsent) > 0 {
		add(a.t("thiếu căn cứ", "no consent"), p.NoConsent)
	}
	return strings.Join(out, "; ")
}

// tick marks what is there.
func tick(there bool) string {
	if there {
		return "✓"
	}
	return ""
}
