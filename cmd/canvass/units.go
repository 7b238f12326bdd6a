package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

func (a *app) units() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "units",
		Short: a.t("Danh mục đơn vị hành chính, qua các lần sắp xếp", "The administrative units, through their reforms"),
		Long: a.t(`Danh sách cộng tác viên ghi tên đơn vị đủ kiểu, có khi theo tên cũ. Danh mục này cho biết tên ấy là đơn vị nào
hiện nay. Tên không dấu không bao giờ tự khớp: Hạ Tràng và Hà Trạng là hai nơi.`,
			`Lists name units in every spelling, often by their former names. These are the units that such names are taken for.
A name without accents is never matched by itself: Hạ Tràng and Hà Trạng are two places.`),
		Args: cobra.NoArgs,
		RunE: a.group,
	}
	cmd.AddCommand(a.unitsImport(), a.unitsList(), a.unitsUnmatched(), a.unitsMatch(), a.unitsAlias())
	return cmd
}

func (a *app) unitsImport() *cobra.Command {
	r := dispatch.UnitImport{}
	var from string
	cmd := a.withJSON(&cobra.Command{
		Use:   "import FILE --version VERSION",
		Short: a.t("Nạp một bản danh mục (CSV)", "Store a version of the units (CSV)"),
		Long: a.t(`Các cột: Mã, Tên, Thuộc (mã hoặc tên đơn vị cấp trên), Tên khác, Trước đây (mã hoặc tên các đơn vị cũ, cách nhau
bằng dấu chấm phẩy). Nạp bản cũ trước, bản mới sau; không có bản cũ thì máy dựng từ cột Trước đây.
Bản đã nạp không đổi nữa. Nạp xong, đơn vị của mọi người được xét lại.`,
			`The columns: Code, Name, Parent (code or name), Aliases, Formerly (codes or names of former units, parted by
semicolons). Store the former version first; without one, it is made of the column Formerly.
A stored version never changes. Everybody's unit is then told anew.`),
		Example: "  canvass units import xa-phuong.csv --version 2025-07-01",
		Args:    cobra.ExactArgs(1),
	})
	f := cmd.Flags()
	f.StringVar(&r.Version, "version", "", a.t("tên của bản này, thường là ngày có hiệu lực", "name of this version, usually the day it took effect"))
	f.StringVar(&from, "valid-from", "", a.t("ngày có hiệu lực; mặc định là --version nếu đó là một ngày", "the day it took effect; --version if that is a day"))
	f.BoolVar(&r.DryRun, "dry-run", false, a.t("làm thử, không lưu gì", "do everything, keep nothing"))
	_ = cmd.MarkFlagRequired("version")
	run := a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
		file, err := os.Open(args[0])
		if err != nil {
			return unreadable(args[0], err)
		}
		defer file.Close()
		r.Source, r.List, r.Actor, r.Now = filepath.Base(args[0]), file, actor(a), e.clock.Now()
		report, err := dispatch.ImportUnits(ctx, e.db, r)
		if err != nil {
			return err
		}
		if a.json {
			return a.data(report)
		}
		a.sayUnits(report)
		return nil
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var ok bool
		if r.ValidFrom, ok = dayOf(firstOf(from, r.Version)); !ok {
			return wrongUsage(cmd, "--valid-from 2025-07-01")
		}
		return run(cmd, args)
	}
	return cmd
}

// dayOf reads a day as offices or programs write it.
func dayOf(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (a *app) sayUnits(r dispatch.UnitReport) {
	if r.DryRun {
		a.say(a.t("Làm thử, không lưu gì.", "A dry run: nothing was kept."))
	}
	ties := ""
	if r.Former != "" {
		ties = fmt.Sprintf(a.t(", %d mối nối với bản %s", ", %d ties to version %s"), r.Ties, a.versionName(r.Former))
	}
	a.say(a.t("Bản %s: %d đơn vị%s.", "Version %s: %d units%s."), r.Version, r.Units, ties)
	if !r.Stored && !r.DryRun {
		a.say(a.t("Bản này đã có từ trước; danh mục không đổi.", "This version was there before; the units are unchanged."))
	}
	if len(r.Ended) > 0 {
		a.sayWrapped(2, a.t("Không rõ nay thuộc đâu: %s", "Nothing follows: %s"), strings.Join(r.Ended, "; "))
	}
	if !r.DryRun {
		a.sayRematch(r.Rematch)
	}
}

// versionName is what a version of the units is called; the one that was made of
// the column of former names is the one before.
func (a *app) versionName(version string) string {
	if later, made := strings.CutPrefix(version, "<"); made {
		return a.t("trước ", "before ") + later
	}
	return version
}

func (a *app) sayRematch(r view.Rematch) {
	a.sayWrapped(2, a.t("Xét lại đơn vị: %d người vừa biết, %d người đổi sang đơn vị mới, %d người chưa rõ nữa.",
		"Units told anew: %d people tied, %d moved to another code, %d no longer known."), r.Tied, r.Moved, r.Untied)
}

func (a *app) unitsList() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Cây đơn vị hiện nay, kèm số người", "The units of today as a tree, with their people"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			l, err := dispatch.ListUnits(ctx, e.db)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(l)
			}
			if len(l.Versions) == 0 {
				a.say(a.t("Chưa có danh mục đơn vị. Nạp bằng: canvass units import", "There are no units yet. Store them with: canvass units import"))
				return nil
			}
			for _, v := range l.Versions {
				since := a.t("không rõ", "unknown")
				if !v.ValidFrom.IsZero() {
					since = v.ValidFrom.Format("02/01/2006")
				}
				a.say(a.t("Bản %s, hiệu lực từ %s: %d đơn vị", "Version %s, valid from %s: %d units"), a.versionName(v.Version), since, v.Units)
			}
			t := a.table(a.t("MÃ", "CODE"), a.t("ĐƠN VỊ", "UNIT"), a.t("NGƯỜI", "PEOPLE"), a.t("CẢ BÊN DƯỚI", "WITH PARTS"), a.t("TÊN KHÁC", "ALIASES"), a.t("TRƯỚC ĐÂY", "FORMERLY"))
			for _, u := range l.Units {
				t.row(u.Code, strings.Repeat("· ", u.Depth)+u.Name, u.People, u.All, strings.Join(u.Aliases, "; "), strings.Join(u.Formerly, "; "))
			}
			if err := t.end(); err != nil {
				return err
			}
			a.say(a.t("Chưa rõ đơn vị: %d người; không ghi đơn vị: %d người.", "Unit not known: %d people; none given: %d people."), l.Untied, l.Nowhere)
			return nil
		}),
	})
}

func (a *app) unitsUnmatched() *cobra.Command {
	var limit int
	cmd := a.withJSON(&cobra.Command{
		Use:   "unmatched",
		Short: a.t("Tên đơn vị trong danh bạ mà chưa rõ là đơn vị nào", "Units on the contact list that are not known to be any"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			list, err := dispatch.UnmatchedUnits(ctx, e.db, limit)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, list)
			}
			if len(list) == 0 {
				a.say(a.t("Mọi tên đơn vị đều đã rõ.", "Every unit is known."))
				return nil
			}
			t := a.table(a.t("GHI LÀ", "WRITTEN"), a.t("NGƯỜI", "PEOPLE"), a.t("KẾT QUẢ", "OUTCOME"), a.t("CÓ THỂ LÀ", "MAY BE"))
			for _, u := range list {
				t.row(u.Text, u.People, a.outcome(u.Outcome), strings.Join(u.Candidates, "; "))
			}
			return t.end()
		}),
	})
	cmd.Flags().IntVar(&limit, "limit", 100, a.t("nhiều nhất mấy tên", "at most so many"))
	return cmd
}

// unitMatch is what units match prints of one text.
type unitMatch struct {
	Text string `json:"text"`
	territory.Match
}

func (a *app) unitsMatch() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:     "match [TEXT...]",
		Short:   a.t("Một tên như trong danh sách là đơn vị nào", "Which unit a text on a list means"),
		Example: `  canvass units match "Xã Bãi Ngao - H. Lam Hải (cũ)"`,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			m, err := dispatch.UnitMatcher(ctx, e.db)
			if err != nil {
				return err
			}
			if m == nil {
				return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{
					"what": a.t("danh mục đơn vị (nạp trước bằng: canvass units import)", "units (store them first: canvass units import)")}}
			}
			return a.eachInput(args, func(text string) error {
				found := unitMatch{Text: text, Match: m.Match(text)}
				if a.json {
					return a.data(found)
				}
				a.say("%s: %s", text, a.meaning(found.Match))
				return nil
			})
		}),
	})
}

// meaning tells a match to people.
func (a *app) meaning(m territory.Match) string {
	out := a.outcome(m.Outcome)
	if m.Tied() {
		out += "  " + m.Code + "  " + m.Name
	}
	if m.From != "" {
		out += a.t("  (trước là ", "  (formerly ") + m.From + ")"
	}
	if len(m.Candidates) > 0 {
		out += "  " + strings.Join(m.Candidates, "; ")
	}
	return out
}

// outcome is the word for how a text was matched.
func (a *app) outcome(o territory.Outcome) string {
	switch o {
	case territory.Matched:
		return a.t("khớp", "matched")
	case territory.Renamed:
		return a.t("tên cũ", "renamed")
	case territory.Ambiguous:
		return a.t("phải hỏi lại", "ambiguous")
	case territory.Blank:
		return a.t("để trống", "blank")
	}
	return a.t("chưa biết", "unknown")
}

func (a *app) unitsAlias() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:     "alias CODE TEXT",
		Short:   a.t("Thêm tên gọi khác cho một đơn vị hiện nay", "Give a unit of today another name"),
		Example: `  canvass units alias LX-18 "Chợ Sim"`,
		Args:    cobra.ExactArgs(2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			r, err := dispatch.AddUnitAlias(ctx, e.db, dispatch.AliasRequest{Code: args[0], Alias: args[1], Actor: actor(a), Now: e.clock.Now()})
			if err != nil {
				return err
			}
			if a.json {
				return a.data(r)
			}
			a.sayRematch(r)
			return nil
		}),
	})
}
