package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
)

// codedByStaff is what campaign code prints.
type codedByStaff struct {
	Campaign string             `json:"campaign"`
	Contact  string             `json:"contact"`
	From     survey.Disposition `json:"from"` // "" when the case was open
	Code     survey.Disposition `json:"code"`
	Label    string             `json:"label"`
}

func (a *app) campaignCode() *cobra.Command {
	var r dispatch.CodeRequest
	cmd := a.withJSON(&cobra.Command{
		Use:   "code NAME CONTACT CODE --reason TEXT",
		Short: a.t("Đặt trạng thái cuối cho lượt mời của một người", "Set the final disposition of one person's case"),
		Long: a.t(`CONTACT là mã hoặc số của cộng tác viên. Lượt mời còn mở thì được chốt, không gửi thêm gì; đã chốt thì đổi mã, trừ khi
nhật ký đã cho mã xếp ngang hoặc trên: ai đã trả lời thì không đặt mã khác được. Lần đặt sau cùng có giá trị; --withdraw
rút lại, để mã theo nhật ký. Khảo sát đã lưu trữ thì không đổi gì nữa. Với mã 2.31, người ấy vào danh sách không liên hệ.
Lý do được lưu lại.

Các mã đặt được:
`, `CONTACT is the code or number of a collaborator. A case that is open closes, and nothing more is sent; a closed one is
coded anew, unless the record has a code that ranks as high: whoever has answered cannot be given another. The last word
counts; --withdraw takes it back, and the code of the record stands. Of an archived campaign nothing changes. With 2.31 the
person goes on the do-not-contact list. The reason stays on record.

The codes that may be set:
`) + a.settable(),
		Example: `  canvass campaign code thang-12 CTV001 2.32 --reason "gia đình báo qua điện thoại"
  canvass campaign code thang-12 CTV001 --withdraw --reason "nhầm người"`,
		Args: cobra.RangeArgs(2, 3),
	})
	cmd.Flags().StringVar(&r.Reason, "reason", "", a.t("vì sao; được lưu lại", "why; it stays on record"))
	cmd.Flags().BoolVar(&r.Withdraw, "withdraw", false, a.t("rút lại mã đã đặt", "take back the code that was set"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if r.Withdraw == (len(args) == 3) {
			return wrongUsage(cmd, "CODE | --withdraw")
		}
		return a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			return e.code(ctx, r, args)
		})(cmd, args)
	}
	return cmd
}

// settable lists the codes that staff may set, with their words.
func (a *app) settable() string {
	var b strings.Builder
	for _, d := range disposition.StaffMaySet() {
		fmt.Fprintf(&b, "  %-6s %s\n", d, a.dispositionLabel(d))
	}
	return strings.TrimRight(b.String(), "\n")
}

func (e *engine) code(ctx context.Context, r dispatch.CodeRequest, args []string) error {
	a := e.app
	r.Campaign, r.Contact, r.Actor, r.Now = args[0], args[1], actor(a), e.clock.Now()
	if len(args) == 3 {
		r.Code = survey.Disposition(args[2])
	}
	done, err := dispatch.SetCode(ctx, e.db, r)
	if err != nil {
		return err
	}
	label := a.dispositionLabel(done.Code)
	switch {
	case a.json:
		return a.data(codedByStaff{Campaign: r.Campaign, Contact: r.Contact, From: done.From, Code: done.Code, Label: label})
	case done.From == "":
		a.say(a.t("%s: đã chốt lượt mời, trạng thái cuối %s (%s).", "%s: the case is closed, final disposition %s (%s)."), r.Contact, done.Code, label)
	default:
		a.say(a.t("%s: trạng thái cuối %s → %s (%s).", "%s: final disposition %s → %s (%s)."), r.Contact, done.From, done.Code, label)
	}
	return nil
}
