package main

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// valuesOfColumn is how many values of a column are listed.
const valuesOfColumn = 50

// listColumn is what contacts columns tells of a column.
type listColumn struct {
	Key    string                 `json:"key"`
	Name   map[survey.Lang]string `json:"name,omitempty"`
	People int                    `json:"people"`
	Kinds  int                    `json:"values"`
	Means  map[string]string      `json:"means,omitempty"`
	Drop   bool                   `json:"dropped,omitempty"`
}

func (a *app) contactsColumns() *cobra.Command {
	cmd := a.withJSON(&cobra.Command{
		Use:   "columns",
		Short: a.t("Cột riêng của văn phòng trong danh bạ", "The office's own columns of the contact list"),
		Long: a.t(`Cột riêng là cột của danh sách mà máy không có sẵn, như cụm hay nghề. Đặt tên cho dễ đọc, gộp các cách viết của
cùng một giá trị, bỏ cột không cần giữ; danh sách nhập sau này cũng theo như thế.`,
			`The office's own columns are those of lists beside names, units and addresses. Name them, join the spellings of a
value, drop what need not be kept; later lists are read so, too.`),
		Example: "  canvass contacts columns\n  canvass contacts columns name nghe \"Nghề nghiệp\" --en Trade\n  canvass contacts columns join nghe ND \"Nông dân\"",
		Args:    cobra.NoArgs,
		RunE:    a.withDatabase(a.listColumns),
	})
	cmd.AddCommand(a.columnName(), a.columnJoin(), a.columnDrop(), a.columnTake())
	return cmd
}

func (a *app) listColumns(ctx context.Context, e *engine, _ []string) error {
	use, err := e.db.AttributeUse(ctx, valuesOfColumn)
	if err != nil {
		return err
	}
	said, err := e.db.Attributes(ctx)
	if err != nil {
		return err
	}
	all := map[string]listColumn{}
	for key, s := range said {
		all[key] = listColumn{Key: key, Name: s.Name, Means: s.Means, Drop: s.Dropped}
	}
	for _, u := range use {
		line := all[u.Key]
		line.Key, line.People, line.Kinds = u.Key, u.People, u.Kinds
		all[u.Key] = line
	}
	var lines []listColumn
	for _, key := range slices.Sorted(maps.Keys(all)) {
		lines = append(lines, all[key])
	}
	if a.json {
		return each(a, lines)
	}
	if len(lines) == 0 {
		a.say(a.t("Danh bạ chưa có cột riêng nào.", "The list has no columns of its own yet."))
		return nil
	}
	t := a.table(a.t("KHÓA", "KEY"), a.t("TÊN", "NAME"), a.t("NGƯỜI", "PEOPLE"), a.t("GIÁ TRỊ", "VALUES"), a.t("CÁCH VIẾT ĐÃ GỘP", "SPELLINGS JOINED"), "")
	for _, l := range lines {
		dropped := ""
		if l.Drop {
			dropped = a.t("đã bỏ", "dropped")
		}
		t.row(l.Key, survey.Attributes(said).Called(l.Key, a.lang), l.People, l.Kinds, len(l.Means), dropped)
	}
	return t.end()
}

// columnRequest is a change of a column by who runs the command.
func (e *engine) columnRequest(key string) dispatch.AttributeRequest {
	return dispatch.AttributeRequest{Key: key, By: view.Audit{At: e.clock.Real(), Actor: actor(e.app)}}
}

func (a *app) columnName() *cobra.Command {
	var en string
	cmd := &cobra.Command{
		Use:     "name KEY [NAME]",
		Short:   a.t("Đặt tên cho một cột; không ghi tên thì bỏ tên", "Name a column; without a name the key shows again"),
		Example: "  canvass contacts columns name nghe \"Nghề nghiệp\" --en Trade",
		Args:    cobra.RangeArgs(1, 2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			names := map[survey.Lang]string{survey.English: en}
			if len(args) == 2 {
				names[survey.Vietnamese] = args[1]
			}
			if err := dispatch.NameAttribute(ctx, e.db, e.columnRequest(args[0]), names); err != nil {
				return err
			}
			a.say(a.t("Đã ghi tên cột.", "The name of the column is kept."))
			return nil
		}),
	}
	cmd.Flags().StringVar(&en, "en", "", a.t("tên tiếng Anh", "the English name"))
	return cmd
}

func (a *app) columnJoin() *cobra.Command {
	return &cobra.Command{
		Use:     "join KEY FROM TO",
		Short:   a.t("Gộp một cách viết vào giá trị đúng, với mọi người và danh sách sau này", "Join a spelling to a value, with everybody and in later lists"),
		Example: "  canvass contacts columns join nghe ND \"Nông dân\"",
		Args:    cobra.ExactArgs(3),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			n, err := dispatch.JoinValues(ctx, e.db, e.columnRequest(args[0]), args[1], args[2])
			if err != nil {
				return err
			}
			a.say(a.t("Đã ghi lại cho %d người.", "%d people were rewritten."), n)
			return nil
		}),
	}
}

func (a *app) columnDrop() *cobra.Command {
	return &cobra.Command{
		Use:     "drop KEY AGAIN",
		Short:   a.t("Bỏ một cột khỏi mọi người và danh sách sau này; gõ khóa hai lần", "Drop a column from everybody and from later lists; type the key twice"),
		Example: "  canvass contacts columns drop ghi_chu ghi_chu",
		Args:    cobra.ExactArgs(2),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			if args[0] != args[1] {
				return &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttributeInvalid, Where: "again", Args: map[string]string{"key": args[0]}}
			}
			n, err := dispatch.DropAttribute(ctx, e.db, e.columnRequest(args[0]))
			if err != nil {
				return err
			}
			a.say(a.t("Đã bỏ cột; %d người đã có nó.", "The column is dropped; %d people had it."), n)
			return nil
		}),
	}
}

func (a *app) columnTake() *cobra.Command {
	return &cobra.Command{
		Use:     "take KEY",
		Short:   a.t("Cho danh sách sau này mang lại một cột đã bỏ", "Have later lists bring a dropped column again"),
		Example: "  canvass contacts columns take ghi_chu",
		Args:    cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			if err := dispatch.TakeAttribute(ctx, e.db, e.columnRequest(args[0])); err != nil {
				return err
			}
			a.say(a.t("Lần nhập sau sẽ lấy lại cột này.", "The next list brings the column again."))
			return nil
		}),
	}
}
