package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) contactsMerge() *cobra.Command {
	var r dispatch.MergeRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "merge KEEP DROP --reason TEXT",
		Short: a.t("Gộp hai người thành một", "Make one person of two contacts"),
		Long: a.t(`KEEP ở lại và nhận những gì còn thiếu của DROP: cột, số, e-mail (xếp sau). Về đồng ý thì bên nào chặt hơn được giữ; ai đã
nằm trong danh sách không liên hệ thì vẫn nằm. Mã của DROP được giữ ở cột ma_cu. DROP rời danh sách; khảo sát đã qua
giữ nguyên. Xem trước bằng --dry-run; gộp nhầm thì hoàn tác bằng contacts unmerge.`,
			`KEEP stays and gains what it lacks of DROP: columns, numbers, mailboxes (behind its own). Of consent the stricter
holds, and whatever bars DROP bars KEEP. DROP's code is kept as the attribute ma_cu. DROP leaves the list; past surveys
stay as they are. Look first, with --dry-run; contacts unmerge takes it back.`),
		Example: "  canvass contacts merge --dry-run CTV001 215",
		Args:    cobra.ExactArgs(2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			r.Keep, r.Drop, r.Actor, r.Now = args[0], args[1], actor(a), e.clock.Now()
			done, err := dispatch.MergePeople(ctx, e.db, r)
			if err != nil {
				return a.mergeError(err)
			}
			if a.json {
				return a.data(done)
			}
			a.sayMerged(done)
			return nil
		}),
	})
	cmd.Flags().StringVar(&r.Reason, "reason", "", a.t("vì sao biết là một người; được lưu lại", "how it is known that they are one; it stays on record"))
	cmd.Flags().BoolVar(&r.DryRun, "dry-run", false, a.t("làm thử, không lưu gì", "do everything, keep nothing"))
	return cmd
}

// mergeError gives the problem of a refused merge its words.
func (a *app) mergeError(err error) error {
	var ours *survey.Error
	if !errors.As(err, &ours) || ours.Code != survey.CodeMergeRefused {
		return err
	}
	told := *ours
	told.Args = maps.Clone(ours.Args)
	told.Args["problem"] = a.mergeProblem(ours.Args["problem"])
	return &told
}

func (a *app) mergeProblem(code string) string {
	switch code {
	case dispatch.MergeSame:
		return a.t("hai mã này là một người", "both are the same contact")
	case dispatch.MergeKeepGone:
		return a.t("người giữ lại đã được gộp vào người khác", "the one to keep was merged into another already")
	case dispatch.MergeDropGone:
		return a.t("người kia đã được gộp từ trước", "the other one was merged already")
	case dispatch.MergeKeepLeft:
		return a.t("người giữ lại đã nghỉ, người kia thì chưa", "the one to keep has left, the other has not")
	case dispatch.MergeOpenCase:
		return a.t("người kia đang được hỏi trong một khảo sát", "the other one is being asked in a survey now")
	}
	return code
}

func (a *app) sayMerged(m view.PeopleMerged) {
	if m.DryRun {
		a.say(a.t("Làm thử, không lưu gì.", "A dry run: nothing was kept."))
	}
	a.say(a.t("%d đã gộp vào %d.", "%d was merged into %d."), m.Dropped, m.Kept)
	gained := slices.Concat(m.Columns, m.Attributes)
	for _, line := range []struct {
		what  string
		n     int
		names string
	}{
		{a.t("cột nhận thêm", "columns gained"), len(gained), list(": ", gained)},
		{a.t("số và e-mail chuyển sang", "addresses moved"), len(m.Moved), ""},
		{a.t("số và e-mail hai bên cùng có", "addresses that both had"), len(m.Joined), ""},
		{a.t("đồng ý bị rút theo bên kia", "consents withdrawn as the other's"), m.Withdrawn, ""},
		{a.t("đồng ý nhận thêm", "consents gained"), m.Given, ""},
		{a.t("không liên hệ, theo bên kia", "barred as the other was"), m.Suppressions, ""},
	} {
		if line.n > 0 {
			a.say("  %3d  %s", line.n, line.what+line.names)
		}
	}
}

func (a *app) contactsUnmerge() *cobra.Command {
	var r dispatch.UnmergeRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "unmerge WHO",
		Short: a.t("Hoàn tác việc gộp hai người", "Take a merge of two contacts back"),
		Long: a.t(`WHO là số của người đã rời danh bạ khi gộp; là người ở lại thì lần gộp cuối của họ được hoàn tác. Cả hai trở lại như trước:
cột, số, e-mail, đồng ý, danh sách không liên hệ, và cả hai không còn được coi là có thể trùng. Thay đổi có sau lần gộp ở
lại với người ở lại; ý muốn ngừng liên hệ có sau đó tính cho cả hai. Nhiều lần gộp thì hoàn tác lần sau trước.`,
			`WHO is the number of the one who left the list in the merge; of the one who stayed, the last merge is taken back. Both are as
they were: columns, numbers, mailboxes, consent, the do-not-contact list; and they are no possible duplicates any more.
What changed since stays with the one who stayed; a wish not to be contacted that came since holds for both. Of several
merges the latest goes first.`),
		Example: "  canvass contacts unmerge 215",
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			r.Ref, r.Actor, r.Now = args[0], actor(a), e.clock.Now()
			done, err := dispatch.UnmergePeople(ctx, e.db, r)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(done)
			}
			a.sayUnmerged(done)
			return nil
		}),
	})
	cmd.Flags().StringVar(&r.Reason, "reason", "", a.t("vì sao; được lưu lại", "why; kept on record"))
	return cmd
}

func (a *app) sayUnmerged(m view.PeopleUnmerged) {
	a.say(a.t("%d và %d lại là hai người.", "%d and %d are two people again."), m.Kept, m.Back)
	left := 0
	if m.Left {
		left = 1
	}
	for _, line := range []struct {
		what string
		n    int
	}{
		{a.t("số và e-mail trả lại", "addresses given back"), m.Moved},
		{a.t("cột đổi sau lần gộp, ở lại", "columns changed since, which stay") + list(": ", m.Since), len(m.Since)},
		{a.t("không liên hệ có sau lần gộp, tính cho cả hai", "stops since, which hold for both"), m.Stops},
		{a.t("đồng ý rút lại sau lần gộp, tính cho cả hai", "consents withdrawn since, for both"), m.No},
		{a.t("nghỉ sau lần gộp, tính cho cả hai", "left since, both of them"), left},
		{a.t("tin chờ gửi đã bỏ", "waiting messages withdrawn"), m.Queued},
	} {
		if line.n > 0 {
			a.say("  %3d  %s", line.n, line.what)
		}
	}
}

func (a *app) contactsDuplicates() *cobra.Command {
	var f view.PairFilter
	var after string
	cmd := a.withJSON(&cobra.Command{
		Use:   "duplicates",
		Short: a.t("Những cặp có thể là một người, để xem lại", "Pairs that may be one person, to be looked at"),
		Long: a.t(`Trùng họ tên (không kể dấu) trong cùng đơn vị, hoặc dùng chung số hay e-mail và trùng tên gọi. Xem từng người bằng
contacts show, rồi gộp bằng contacts merge; nếu là hai người, cho mỗi người một mã trong danh sách rồi nạp lại.`,
			`One name (accents aside) in one unit, or a number or mailbox in common and the same given name. Look at each with
contacts show, and make them one with contacts merge; if they are two, give each a code in the list and import it again.`),
		Args: cobra.NoArgs,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if after != "" {
			first, second, _ := strings.Cut(after, "-")
			for i, text := range []string{first, second} {
				n, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					return wrongUsage(cmd, "--after ID-ID")
				}
				f.After[i] = survey.ContactID(n)
			}
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			pairs, err := dispatch.Duplicates(ctx, e.db, f)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, pairs)
			}
			return a.sayPairs(pairs)
		})(cmd, args)
	}
	cmd.Flags().BoolVar(&f.WithCodes, "with-codes", false, a.t("cả cặp đã biết là hai người: mỗi người một mã, hoặc đã hoàn tác gộp", "pairs known to be two, as well: a code each, or a merge taken back"))
	cmd.Flags().StringVar(&after, "after", "", a.t("tiếp sau cặp này, ví dụ 12-40", "go on after this pair, such as 12-40"))
	cmd.Flags().IntVar(&f.Limit, "limit", 100, a.t("nhiều nhất mấy cặp", "at most so many pairs"))
	return cmd
}

// sayPairs prints a pair in two lines, with what they have in common.
func (a *app) sayPairs(pairs []view.PeoplePair) error {
	if len(pairs) == 0 {
		a.say(a.t("Không có cặp nào.", "There are no such pairs."))
		return nil
	}
	t := a.table("ID", a.t("MÃ", "CODE"), a.t("HỌ TÊN", "NAME"), a.t("ĐƠN VỊ", "UNIT"), a.t("GIỐNG NHAU", "IN COMMON"))
	for _, p := range pairs {
		var common []string
		if p.SameName {
			common = append(common, a.t("tên và đơn vị", "name and unit"))
		}
		for _, k := range p.Kinds {
			common = append(common, map[survey.EndpointKind]string{survey.EmailAddress: "e-mail", survey.PhoneNumber: a.t("điện thoại", "phone")}[k])
		}
		t.row(p.A.ID, p.A.Code, string(p.A.Name), p.A.Unit, strings.Join(common, ", "))
		t.row(p.B.ID, p.B.Code, string(p.B.Name), p.B.Unit, "")
	}
	return t.end()
}
