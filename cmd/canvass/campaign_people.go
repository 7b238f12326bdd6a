package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// peopleFlags say which number of a status somebody asks about.
type peopleFlags struct {
	answers                                    bool
	arrivals                                   string
	caseState, disposition, stratum, replicate string
	channel, step, state, reason, waits        string
}

func (a *app) campaignPeople() *cobra.Command {
	var f peopleFlags
	cmd := a.withJSON(&cobra.Command{
		Use:   "people NAME [FILTERS]",
		Short: a.t("Những người đứng sau một con số của campaign status", "The people behind a number of campaign status"),
		Long: a.t(`Mỗi con số trong canvass campaign status --json được đọc lại thành danh sách người, bằng mã cộng tác viên, không có tên hay địa chỉ:

  lượt mời (invitations, closed, strata, replicates)   --case --disposition --stratum --replicate
  lượt gửi (attempts)                                  --channel --step --state --reason
  đang chờ (waits)                                     --waits
  tin đáp lại (notices)                                --answers, với --channel --state --reason
  tin đến chưa xử lý (arrivals)                        --arrivals unapplied|parked

Lọc nhiều thứ thì phải thỏa tất cả; lọc theo lượt mời đi được với mọi con số. --reason none là không có lý do nào được ghi.
Số dòng là số người; cột cuối là số lượt của từng người. Phiếu trả lời không lần ngược về người. Tin chưa rõ: canvass campaign doubts.`,
			`Every number of canvass campaign status --json can be read as a list of people, by their codes, without names or addresses:

  cases (invitations, closed, strata, replicates)      --case --disposition --stratum --replicate
  contacts (attempts)                                  --channel --step --state --reason
  what waits (waits)                                   --waits
  answers of ours (notices)                            --answers, with --channel --state --reason
  arrivals that are not applied (arrivals)             --arrivals unapplied|parked

Several filters hold together; those of the case go with every number. --reason none is: no reason on record. There is a line per
person; the last column counts what each has. Responses do not lead back to people. For messages in doubt: canvass campaign doubts.`),
		Example: `  canvass campaign people thang-12 --state undelivered --reason bounce
  canvass campaign people thang-12 --waits window --channel call
  canvass campaign people thang-12 --case open --stratum tinh --json`,
		Args: cobra.ExactArgs(1),
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		filter, err := f.filter(cmd)
		if err != nil {
			return err
		}
		return a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			return e.listBehind(ctx, args[0], filter)
		})(cmd, args)
	}
	f.register(a, cmd)
	return cmd
}

func (f *peopleFlags) register(a *app, cmd *cobra.Command) {
	for _, x := range []struct {
		to     *string
		name   string
		vi, en string
	}{
		{&f.caseState, "case", "trạng thái lượt mời: held, open, started, closed, withdrawn", "state of the case: held, open, started, closed, withdrawn"},
		{&f.disposition, "disposition", "mã kết quả, như 2.11", "final code, such as 2.11"},
		{&f.stratum, "stratum", "tầng", "stratum"},
		{&f.replicate, "replicate", "số của mẫu con", "number of the replicate"},
		{&f.channel, "channel", "kênh: email, sms, call", "channel: email, sms, call"},
		{&f.step, "step", "bước của quy trình", "step of the protocol"},
		{&f.state, "state", "trạng thái lượt gửi, như queued, delivered, undelivered", "state of the contact, such as queued, delivered, undelivered"},
		{&f.reason, "reason", "lý do được ghi, như bounce; none là không có", "the reason on record, such as bounce; none is without"},
		{&f.waits, "waits", "vì sao chưa gửi: due, wait, window, cap, rate, budget, halted, paused…", "why it does not leave: due, wait, window, cap, rate, budget, halted, paused…"},
		{&f.arrivals, "arrivals", "tin đến: unapplied, parked", "what arrived: unapplied, parked"},
	} {
		cmd.Flags().StringVar(x.to, x.name, "", a.t(x.vi, x.en))
	}
	cmd.Flags().BoolVar(&f.answers, "answers", false, a.t("tin đáp lại, không phải lượt gửi", "answers of ours, not planned contacts"))
	cmd.MarkFlagsMutuallyExclusive("answers", "arrivals")
	cmd.MarkFlagsMutuallyExclusive("answers", "waits")
	cmd.MarkFlagsMutuallyExclusive("arrivals", "waits")
}

// asked is a pointer to what a flag says, nil if it was not given.
func asked[T ~string](cmd *cobra.Command, name, value string) *T {
	if !cmd.Flags().Changed(name) {
		return nil
	}
	v := T(value)
	return &v
}

// filter reads what is asked; whether there is such a thing is for the use case to
// say.
func (f peopleFlags) filter(cmd *cobra.Command) (view.PeopleFilter, error) {
	if f.reason == nothing {
		f.reason = ""
	}
	out := view.PeopleFilter{Of: view.BehindCases,
		Case:        asked[survey.InvitationState](cmd, "case", f.caseState),
		Disposition: asked[survey.Disposition](cmd, "disposition", f.disposition),
		Stratum:     asked[string](cmd, "stratum", f.stratum),
		Channel:     asked[survey.Channel](cmd, "channel", f.channel),
		Step:        asked[string](cmd, "step", f.step),
		State:       asked[survey.AttemptState](cmd, "state", f.state),
		Reason:      asked[survey.Reason](cmd, "reason", f.reason),
		Why:         asked[survey.Reason](cmd, "waits", f.waits),
		Arrival:     asked[view.ArrivalState](cmd, "arrivals", f.arrivals)}
	if cmd.Flags().Changed("replicate") {
		n, err := strconv.Atoi(f.replicate)
		if err != nil || n < 0 {
			return out, wrongUsage(cmd, "--replicate "+f.replicate)
		}
		out.Replicate = &n
	}
	switch {
	case f.answers:
		out.Of = view.BehindNotices
	case out.Arrival != nil:
		out.Of = view.BehindArrivals
	case out.Channel != nil || out.Step != nil || out.State != nil || out.Reason != nil || out.Why != nil:
		out.Of = view.BehindAttempts
	}
	return out, nil
}

func (e *engine) listBehind(ctx context.Context, name string, f view.PeopleFilter) error {
	a := e.app
	people, n := 0, 0
	var t table
	for p, err := range dispatch.People(ctx, e.db, name, f, e.clock.Now()) {
		if err != nil {
			return err
		}
		if a.json {
			if err := a.data(p); err != nil {
				return err
			}
			continue
		}
		if t.w == nil {
			t = a.table(a.t("CTV", "CONTACT"), a.t("LƯỢT MỜI", "CASE"), a.t("KẾT QUẢ", "CODE"), a.t("TẦNG", "STRATUM"), a.t("SỐ LƯỢT", "COUNT"))
		}
		if p.ContactID != 0 {
			people++
		}
		n += p.N
		t.row(contactOf(p.ContactID, p.Contact), a.label("invitation", string(p.Case)), p.Disposition, p.Stratum, p.N)
	}
	if a.json {
		return nil
	}
	if err := t.end(); err != nil {
		return err
	}
	a.say(a.t("%s: %d người, tổng cộng %d.", "%s: %d people, %d in all."), name, people, n)
	return nil
}
