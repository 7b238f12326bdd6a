package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) inbox() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: a.t("Hộp thư: những gì người dân viết mà cán bộ cần đọc", "The inbox: what people wrote that a person must read"),
		Long: a.t(`Trả lời không đọc được, ý kiến tự gửi, nhờ gọi lại, thư viết lại, tin đến muộn và tin từ số lạ đều chờ ở đây; không lời nào bị bỏ.
Mỗi tin: đọc (show), rồi nhận làm câu trả lời (assign), viết lại (answer), hoặc ghi là xong (done); làm nhầm thì mở lại (reopen).
Lời có thể nêu tên và chuyện riêng của người viết: chỉ người được giao mới nên đọc.`,
			`Replies that were not understood, opinions of their own accord, requests to be called, mails, what came late and what
strangers wrote wait here; nothing that people say is lost. Of each: read it (show), then take it as an answer (assign), write
back (answer) or settle it (done); a mistake is undone (reopen). The words may name people and private things: they are
for whoever is in charge of them.`),
		RunE: a.group,
	}
	cmd.AddCommand(a.inboxList(), a.inboxShow(), a.inboxAssign(), a.inboxAnswer(),
		a.inboxMove("done", "Ghi là đã xong", "Settle an item", dispatch.FinishInboxItem), a.inboxReopen())
	return cmd
}

func (a *app) inboxList() *cobra.Command {
	q := dispatch.InboxQuery{State: survey.MatterNew}
	var state, kind string
	var after int64
	cmd := a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Những gì đang chờ đọc, cũ trước", "What waits to be read, the oldest first"),
		Long: a.t(`Người viết được nêu bằng mã; số và e-mail chỉ có ở canvass inbox show. Khảo sát giữ kín thì không nêu ai viết.
Trang sau: --after với số của dòng cuối.`,
			`Who wrote is named by code; numbers and mailboxes are in canvass inbox show alone. A campaign that keeps names apart does not say
who wrote. The next page: --after with the number of the last line.`),
		Args: cobra.NoArgs,
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		q.State, q.Kind, q.After = survey.MatterState(state), survey.MatterKind(kind), survey.MatterID(after)
		if state == "all" {
			q.State = ""
		}
		states, kinds := survey.MatterMachine().States, survey.MatterKinds()
		if q.State != "" && !slices.Contains(states, q.State) {
			return wrongUsage(cmd, "--state "+joined(states)+"|all")
		}
		if q.Kind != "" && !slices.Contains(kinds, q.Kind) {
			return wrongUsage(cmd, "--kind "+joined(kinds))
		}
		return a.withDatabase(func(ctx context.Context, e *engine, _ []string) error { return e.listInbox(ctx, q) })(cmd, args)
	}
	cmd.Flags().StringVar(&state, "state", string(survey.MatterNew), joined(survey.MatterMachine().States)+"|all")
	cmd.Flags().StringVar(&kind, "kind", "", joined(survey.MatterKinds()))
	cmd.Flags().StringVar(&q.Campaign, "campaign", "", a.t("của khảo sát này", "of this campaign"))
	cmd.Flags().StringVar(&q.Contact, "contact", "", a.t("của người này: ID hoặc mã", "of this person: ID or code"))
	cmd.Flags().Int64Var(&after, "after", 0, a.t("sau tin số này", "after the item of this number"))
	cmd.Flags().IntVar(&q.Limit, "limit", 50, a.t("nhiều nhất bao nhiêu dòng, đến 1000", "at most so many lines, up to 1000"))
	return cmd
}

// joined lists words for a usage line.
func joined[S ~string](list []S) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, "|")
}

func (e *engine) listInbox(ctx context.Context, q dispatch.InboxQuery) error {
	a := e.app
	lines, err := dispatch.Inbox(ctx, e.db, q)
	if err != nil {
		return err
	}
	if a.json {
		for _, l := range lines {
			if err := a.data(l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(lines) == 0 {
		a.say("%s", a.t("Không còn tin nào chờ đọc. Tin mới sẽ hiện ở đây.", "Nothing waiting to be read. New messages appear here."))
		return nil
	}
	t := a.table(a.t("SỐ", "NO"), a.t("ĐẾN LÚC", "CAME AT"), a.t("LOẠI", "KIND"), a.t("AI", "WHO"), a.t("KHẢO SÁT", "CAMPAIGN"), a.t("LỜI", "WORDS"))
	for _, l := range lines {
		t.row(strconv.FormatInt(int64(l.ID), 10), moment(l.CameAt), a.label("matter_kind", string(l.Kind)), a.inboxWho(l),
			firstOf(l.Campaign, "–"), excerpt(l.Words))
	}
	if err := t.end(); err != nil {
		return err
	}
	if len(lines) == q.Limit {
		a.say(a.t("Còn nữa có thể: --after %d", "There may be more: --after %d"), lines[len(lines)-1].ID)
	}
	return nil
}

// inboxWho names who wrote: by code, where that may be told.
func (a *app) inboxWho(l view.MatterLine) string {
	if l.Veiled {
		return a.t("(giữ kín)", "(kept apart)")
	}
	return contactOf(l.ContactID, l.Contact)
}

// excerpt is the beginning of somebody's words on one line.
func excerpt(words string) string {
	const most = 40
	r := []rune(strings.Join(strings.Fields(words), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

func (a *app) inboxShow() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "show NUMBER",
		Short: a.t("Đọc một tin: ai viết, viết gì, đã xử lý ra sao", "Read one item: who wrote what, and what was done"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			id, err := matterNumber(args[0])
			if err != nil {
				return err
			}
			it, err := dispatch.ReadInboxItem(ctx, e.db, id)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(it)
			}
			a.sayInboxItem(it)
			return nil
		}),
	})
}

func (a *app) sayInboxItem(it dispatch.InboxItem) {
	a.say("%d · %s · %s · %s", it.ID, a.label("matter_kind", string(it.Kind)), a.label("matter", string(it.State)), moment(it.CameAt))
	who := a.inboxWho(it.MatterLine)
	if it.Name != "" {
		who += " · " + string(it.Name)
	}
	a.say("  %s%s%s", who, prefixed(" · ", it.From), prefixed(" · ", it.Campaign))
	if it.Question != "" {
		a.say(a.t("  Câu hỏi: %s%s", "  Question: %s%s"), it.Question, prefixed(" = ", it.Answer))
	}
	if it.Subject != "" {
		a.sayWrapped(2, a.t("  Tiêu đề: %s", "  Subject: %s"), it.Subject)
	}
	if it.Text == "" {
		a.say("  %s", a.t("(lời không còn được lưu)", "(the words are not kept any more)"))
	}
	for _, line := range strings.Split(it.Text, "\n") {
		a.sayWrapped(4, "  > %s", line)
	}
	for _, w := range it.Answers {
		a.say(a.t("  Đã viết lại %s (%s, %s%s):", "  Written back %s (%s, %s%s):"), moment(w.At), a.label("channel", string(w.Channel)),
			a.label("attempt", string(w.State)), a.reasonAfter(w.Reason))
		a.sayWrapped(4, "  < %s", w.Words)
	}
	if it.HandledBy != "" {
		a.sayWrapped(4, a.t("  %s, %s%s", "  %s, %s%s"), it.HandledBy, moment(it.HandledAt), prefixed(": ", it.Note))
	}
}

func (a *app) reasonAfter(r survey.Reason) string {
	if r == "" {
		return ""
	}
	return ": " + a.label("reason", string(r))
}

// matterNumber reads the number of an item.
func matterNumber(text string) (survey.MatterID, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n == 0 {
		return 0, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "matter", "name": fmt.Sprintf("%.20s", text)}}
	}
	return survey.MatterID(n), nil
}

// waitingWords counts what waits to be read, by kind.
func (a *app) waitingWords(waits []view.MatterCount) (n int, kinds string) {
	var parts []string
	for _, w := range waits {
		n += w.N
		parts = append(parts, fmt.Sprintf("%s %d", a.label("matter_kind", string(w.Kind)), w.N))
	}
	return n, strings.Join(parts, ", ")
}
