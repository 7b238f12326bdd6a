package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) contactsShow() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "show ID|CODE",
		Short: a.t("Xem một người: liên hệ ra sao, dựa vào đâu, đã mời những gì", "Look at one person: how reached, on what ground, invited to what"),
		Long: a.t(`Số toàn chữ số được hiểu là ID trước, rồi mới là mã. Không có câu trả lời và lời nhắn của người ấy. Người dùng chung
số hoặc e-mail được nêu tên ở đây, còn với --json thì chỉ có ID và mã.`,
			`Figures alone are taken for an ID first, then for a code. Answers and texts of the person are not shown. Who shares a
number or mailbox is named here; with --json by ID and code only.`),
		Example: "  canvass contacts show CTV001",
		Args:    cobra.ExactArgs(1),
		RunE: a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			keys, err := e.keyring(ctx)
			if err != nil {
				return err
			}
			card, err := dispatch.ShowContact(ctx, e.db, keys, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(card)
			}
			return a.sayCard(card)
		}),
	})
}

func (a *app) contactsDossier() *cobra.Command {
	var out, reason string
	cmd := &cobra.Command{
		Use:   "dossier ID|CODE --out FILE --reason TEXT",
		Short: a.t("Xuất mọi dữ liệu đang giữ về một người, cho chính người ấy", "Export everything held about one person, for that person"),
		Long: a.t(`Một tệp JSON, chỉ chủ tệp đọc được. Khảo sát có danh tính thì kèm câu trả lời; giữ kín hoặc ẩn danh thì chỉ ghi là có,
vì câu trả lời được để riêng. Việc xuất được ghi lại cùng lý do. Giao tệp xong thì xóa.`,
			`One JSON file that only its owner can read. Answers are in it where the survey is identified; where it is confidential or
anonymous it only says that there are some, because they are kept apart. The export and its reason go on record. Delete
the file when it has been handed over.`),
		Example: `  canvass contacts dossier CTV001 --out CTV001.json --reason "đơn ngày 03/12"`,
		Args:    cobra.ExactArgs(1),
	}
	cmd.RunE = a.withStaff(func(ctx context.Context, e *engine, args []string) error {
		if out == "" {
			return wrongUsage(cmd, "--out FILE")
		}
		keys, err := e.keyring(ctx)
		if err != nil {
			return err
		}
		r := dispatch.PersonRequest{Ref: args[0], Reason: reason, Actor: actor(a), Now: e.clock.Now()}
		err = writeNew(out, func(w io.Writer) error { return dispatch.WriteDossier(ctx, e.db, keys, r, w) })
		if err == nil {
			a.say(a.t("Đã ghi vào %s. Giao tệp xong thì xóa.", "Written to %s. Delete it when it has been handed over."), out)
		}
		return err
	})
	f := cmd.Flags()
	f.StringVar(&out, "out", "", a.t("tệp để ghi, chưa có", "the file to write; it must not exist"))
	f.StringVar(&reason, "reason", "", a.t("lý do, được lưu lại", "the reason, which is kept on record"))
	return cmd
}

func (a *app) contactsErase() *cobra.Command {
	var reason string
	var yes bool
	cmd := a.withJSON(&cobra.Command{
		Use:   "erase ID|CODE --reason TEXT",
		Short: a.t("Xóa dữ liệu cá nhân của một người ở mọi nơi", "Erase one person everywhere"),
		Long: a.t(`Xóa tên, số, e-mail, căn cứ liên hệ, lời nhắn và đường liên kết của người ấy; câu trả lời mất mối nối và mất lời văn. Khung
mẫu, tỷ lệ và bảng kết quả giữ nguyên. Số và e-mail vào danh sách không liên hệ bằng mã băm, nên danh sách nạp sau này
không gọi người ấy lại được; ai dùng chung số ấy cũng không nhận được nữa. Không hoàn tác được. Bản sao lưu cũ, tệp đã
nạp và bản ở nhà mạng không bị đụng tới. Ai tự đề nghị xóa ở trang của mình: canvass contacts erasures.`,
			`Name, numbers, e-mail, grounds, texts and links are deleted; answers lose their link and their words. Frames, rates and
tables stay as they are. The addresses go on the do-not-contact list as keyed hashes, so no list imported later brings
the person back; whoever shares an address is not reached there any more either. This cannot be undone. Old backups,
imported files and the provider's copies are not touched. Who asked for it on their own page: canvass
contacts erasures.`),
		Example: `  canvass contacts erase CTV001 --reason "đơn số 12 ngày 03/12"`,
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			r := dispatch.PersonRequest{Ref: args[0], Reason: reason, Actor: actor(a), Now: e.clock.Now()}
			return e.erase(ctx, r, yes)
		}),
	})
	f := cmd.Flags()
	f.StringVar(&reason, "reason", "", a.t("lý do, được lưu lại; không nêu tên người ấy", "the reason, which is kept on record; it must not name the person"))
	f.BoolVar(&yes, "yes", false, a.t("không hỏi lại", "do not ask again"))
	return cmd
}

// erase asks once more, and erases.
func (e *engine) erase(ctx context.Context, r dispatch.PersonRequest, yes bool) error {
	a := e.app
	keys, err := e.keyring(ctx)
	if err != nil {
		return err
	}
	if !yes {
		card, err := dispatch.ShowContact(ctx, e.db, keys, r.Ref)
		if err != nil {
			return err
		}
		if !a.agreed(card, r.Ref) {
			a.note("%s", a.t("chưa được xác nhận; chưa có gì bị xóa", "not confirmed; nothing was erased"))
			return errTold
		}
	}
	done, err := dispatch.ErasePerson(ctx, e.db, keys, r)
	if err != nil {
		return err
	}
	if a.json {
		return a.data(done)
	}
	a.sayErased(done)
	return nil
}

// agreed shows who would be erased and waits for the same reference once more.
func (a *app) agreed(c view.ContactCard, ref string) bool {
	a.note("%s · %s · %s", string(c.Name), firstOf(c.Code, "–"), firstOf(c.Unit, "–"))
	a.note(a.t("gõ lại %s để xóa, không hoàn tác được:", "type %s again to erase, for good:"), ref)
	line, _ := bufio.NewReader(a.in).ReadString('\n') // no line is no yes
	return strings.TrimSpace(line) == strings.TrimSpace(ref)
}

func (a *app) sayErased(d view.Erased) {
	a.sayWrapped(4, a.t("Đã xóa. Không còn ai mang ID %s.", "Erased. Nobody has ID %s any more."), idList(d.Contacts))
	a.sayWrapped(4, a.t("  %d số và e-mail vào danh sách không liên hệ", "  %d addresses went on the do-not-contact list"), d.Addresses)
	if len(d.Shared) > 0 {
		a.sayWrapped(4, a.t("  dùng chung với ID %s: những người ấy cũng không nhận được ở đó nữa", "  shared with ID %s, who are not reached there any more either"), idList(d.Shared))
	}
	a.sayWrapped(4, a.t("  %d lượt mời giữ trong sổ sách, %d vừa chốt là từ chối; %d lần liên hệ đã bỏ", "  %d invitations stay in the record, %d just closed as refusals; %d contacts withdrawn"),
		d.Invitations, d.Closed, d.Cancelled)
	if d.OnTheWire > 0 {
		a.sayWrapped(4, a.t("  %d tin đang gửi đi lúc này, có thể vẫn tới", "  %d messages were leaving this second and may still arrive"), d.OnTheWire)
	}
	a.sayWrapped(4, a.t("  %d phiếu trả lời mất mối nối, %d câu mất lời văn hoặc tệp, %d tệp và %d lời ghi âm đã xóa; %d tin đến và %d tin trả lời đã để trống",
		"  %d responses unlinked, %d answers in words and files blanked, %d files and %d recordings deleted; %d inbound and %d outbound texts emptied"), d.Responses, d.Texts, d.Files, d.Recordings, d.Inbox, d.Notices)
}

func idList(ids []survey.ContactID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = fmt.Sprint(id)
	}
	return strings.Join(parts, ", ")
}
