package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

func (a *app) audit() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: a.t("Sổ ghi việc cán bộ đã làm", "The record of what staff did"),
		Long: a.t(`Sổ chỉ thêm, không sửa, không xóa; mỗi dòng mang mã băm của dòng trước. Xóa dữ liệu một người làm trống lời ghi về
người ấy, và sổ vẫn kiểm tra được.`,
			`The record only grows; each line carries the hash of the line before. An erasure empties the words about a person,
and the record still verifies.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.auditVerify(), a.auditList())
	return cmd
}

// verifiedRecord is what auditVerify prints as JSON.
type verifiedRecord struct {
	Lines   int64  `json:"lines"`
	Emptied int    `json:"emptied"`
	Anchor  string `json:"anchor"`
}

func (a *app) auditVerify() *cobra.Command {
	var anchor string
	cmd := a.withJSON(&cobra.Command{
		Use:   "verify",
		Short: a.t("Kiểm tra cả sổ, nói dòng nào đứt, và in mốc cuối sổ", "Look through the whole record, say where it breaks, and print its anchor"),
		Long: a.t(`Mã thoát 1 khi sổ đứt. Chép mốc in ra vào sổ giấy; lần sau thêm --anchor để biết sổ có bị cắt hay viết lại từ trước
mốc ấy không: người sửa được cơ sở dữ liệu thì viết lại được cả sổ, nhưng không sửa được mốc đã chép.`,
			`Exit code 1 if it breaks. Write the anchor down on paper; --anchor tells later whether the record was cut short or
written anew before it: who can change the database can write all of the record anew, but not what is on paper.`),
		Args: cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			var from staff.Head
			if anchor != "" {
				var err error
				if from, err = staff.ReadHead(anchor); err != nil {
					return err
				}
			}
			c := staff.NewChain(from)
			for done := false; !done; {
				var err error
				if done, err = dispatch.VerifyRecord(ctx, e.db, c, 100_000); err != nil {
					return err
				}
			}
			if a.json {
				return a.data(verifiedRecord{Lines: c.Place, Emptied: c.Emptied, Anchor: c.Head.String()})
			}
			a.say(a.t("Sổ nguyên vẹn: %s dòng, %s dòng đã làm trống lời ghi vì xóa dữ liệu.", "The record holds: %s lines, %s of them emptied by erasures."),
				a.number(int(c.Place)), a.number(c.Emptied))
			a.say(a.t("Mốc cuối sổ: %s", "Anchor: %s"), c.Head)
			return nil
		}),
	})
	cmd.Flags().StringVar(&anchor, "anchor", "", a.t("mốc đã chép lần trước", "an anchor that was written down"))
	return cmd
}

// auditLine is a line of the record as JSON.
type auditLine struct {
	Place    int64     `json:"place"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Act      string    `json:"act"`
	Contact  int64     `json:"contact,omitempty"`
	Import   int64     `json:"import,omitempty"`
	Campaign string    `json:"campaign,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Emptied  bool      `json:"emptied,omitempty"`
	Hash     string    `json:"hash"`
}

func (a *app) auditList() *cobra.Command {
	f := staff.ActFilter{Most: 50}
	var from, until string
	cmd := a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Ai đã làm gì, việc mới nhất trước", "Who did what, the latest first"),
		Args:  cobra.NoArgs,
		RunE: a.withStaff(func(ctx context.Context, e *engine, _ []string) error {
			for _, d := range []struct {
				text, flag string
				to         *time.Time
				plus       int
			}{{from, "--from", &f.From, 0}, {until, "--until", &f.Until, 1}} {
				day, ok := dayOf(d.text)
				if d.text != "" && !ok {
					return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: map[string]string{"command": "audit list", "problem": d.flag + " " + d.text}}
				}
				if ok { // a day of the office
					y, m, n := day.Date()
					*d.to = time.Date(y, m, n+d.plus, 0, 0, 0, 0, local(day).Location())
				}
			}
			acts, err := e.db.Acts(ctx, f)
			if err != nil {
				return err
			}
			return a.tellActs(acts)
		}),
	})
	fl := cmd.Flags()
	fl.StringVar(&f.Actor, "actor", "", a.t("chỉ việc của người này", "only what this login did"))
	fl.StringVar(&f.Act, "act", "", "import | export | erase | move | staff | …")
	fl.StringVar(&from, "from", "", a.t("từ ngày", "from this day on"))
	fl.StringVar(&until, "until", "", a.t("đến hết ngày", "to the end of this day"))
	fl.Int64Var(&f.Before, "before", 0, a.t("trước dòng số mấy (trang tiếp theo)", "before this line (the next page)"))
	fl.IntVar(&f.Most, "limit", f.Most, a.t("nhiều nhất mấy dòng", "at most so many lines"))
	return cmd
}

func (a *app) tellActs(acts []staff.Act) error {
	if a.json {
		for _, l := range acts {
			if err := a.data(auditLine{Place: l.Place, At: l.At, Actor: l.Actor, Act: l.Act, Contact: l.Contact, Import: l.Import,
				Campaign: l.CampaignName, Reason: l.Reason, Emptied: l.Emptied(), Hash: fmt.Sprintf("%x", l.Hash)}); err != nil {
				return err
			}
		}
		return nil
	}
	t := a.table(a.t("DÒNG", "LINE"), a.t("LÚC", "AT"), a.t("AI", "WHO"), a.t("VIỆC", "ACT"), a.t("VỀ", "ABOUT"), a.t("LÝ DO", "WHY"))
	for _, l := range acts {
		about := l.CampaignName
		if l.Contact != 0 {
			about = fmt.Sprintf("ID %d %s", l.Contact, about)
		}
		t.row(l.Place, moment(l.At), l.Actor, a.label("act", l.Act), firstOf(about, "–"), firstOf(l.Reason, "–"))
	}
	return t.end()
}
