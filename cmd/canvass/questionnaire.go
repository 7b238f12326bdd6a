package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (a *app) questionnaire() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "questionnaire",
		Aliases: []string{"questionnaires"},
		Short:   a.t("Kiểm tra, chốt và xem phiếu hỏi", "Check, publish and list questionnaires"),
		Args:    cobra.NoArgs,
		RunE:    a.group,
	}
	cmd.AddCommand(a.questionnaireCheck(), a.questionnairePublish(), a.questionnaireList(), a.questionnaireShow(),
		a.questionnaireDiff(), a.questionnairePlay(), a.questionnaireWhy(), a.questionnaireImport(), a.questionnaireExport())
	return cmd
}

// published is what questionnaire publish prints.
type published struct {
	Name     string    `json:"name"`
	Version  int       `json:"version"`
	Hash     string    `json:"hash"`
	Fresh    bool      `json:"fresh"`
	Sounds   int       `json:"recordings"`
	Warnings []finding `json:"warnings"`
}

func (a *app) questionnairePublish() *cobra.Command {
	var audio string
	cmd := a.withJSON(&cobra.Command{
		Use:   "publish FILE [--audio DIR]",
		Short: a.t("Chốt phiếu hỏi thành một phiên bản không đổi nữa", "Publish a questionnaire as a version that never changes"),
		Long: a.t(`Với --audio THƯ_MỤC thì các tệp ghi âm mà phiếu nêu tên (audio) được lưu cùng phiên bản, và cuộc gọi phát chúng thay giọng
máy. Chạy lại với cùng phiếu thì thêm được tệp còn thiếu, không đổi được tệp đã có.`,
			`With --audio DIR the recordings that the questionnaire names (audio) are kept with the version, and calls play them in
place of a voice that reads. Run again with the same text it adds what is missing, and changes nothing that is there.`),
		Args: cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			src, placed, err := a.sourceOf(args[0])
			if err != nil {
				return err
			}
			p, err := dispatch.PublishQuestionnaire(ctx, e.db, dispatch.QuestionnaireRequest{
				File: args[0], Source: src, Audio: audioDir(audio), Actor: actor(a), Now: e.clock.Now()})
			if err != nil {
				return err
			}
			out := published{Name: p.Source.Name, Version: p.Source.Version, Hash: p.Source.Hash, Fresh: p.Fresh, Sounds: p.Sounds,
				Warnings: a.findings(placed(p.Warnings))}
			if a.json {
				return a.data(out)
			}
			a.sayWarnings(out.Warnings)
			if p.Fresh {
				a.say(a.t("Đã chốt %s@%d.", "Published %s@%d."), out.Name, out.Version)
			} else {
				a.say(a.t("Bản này đã chốt rồi: %s@%d.", "This very text was published before: %s@%d."), out.Name, out.Version)
			}
			if p.Sounds > 0 {
				a.say(a.t("%d tệp ghi âm được lưu cùng.", "%d recordings are kept with it."), p.Sounds)
			}
			return nil
		}),
	})
	a.audioFlag(cmd, &audio)
	return cmd
}

// audioFlag adds --audio.
func (a *app) audioFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "audio", "", a.t("thư mục có các tệp ghi âm (MP3, WAV) mà phiếu nêu tên", "directory of the recordings (MP3, WAV) that the questionnaire names"))
}

// audioDir is the directory of the recordings, nil if none was named.
func audioDir(name string) fs.FS {
	if name == "" {
		return nil
	}
	return os.DirFS(name)
}

func (a *app) questionnaireList() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Các phiếu đã chốt", "What is published"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			list, err := e.db.Questionnaires(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return each(a, list)
			}
			t := a.table(a.t("PHIẾU", "QUESTIONNAIRE"), a.t("PHÁT HÀNH", "PUBLISHED"), a.t("KHẢO SÁT", "CAMPAIGNS"), a.t("TÊN", "TITLE"))
			for _, q := range list {
				t.row(fmt.Sprintf("%s@%d", q.Name, q.Version), day(q.PublishedAt), q.Campaigns, q.Title[a.lang])
			}
			return t.end()
		}),
	})
}

func (a *app) questionnaireShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME[@VERSION]",
		Short: a.t("In nguyên văn một phiếu đã chốt", "Print a published questionnaire as it was written"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			q, err := e.publishedQuestionnaire(ctx, args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, q.Source)
			return err
		}),
	}
}

// publishedQuestionnaire is the version NAME@VERSION, without a version the
// latest.
func (e *engine) publishedQuestionnaire(ctx context.Context, given string) (view.QuestionnaireSource, error) {
	name, at, pinned := strings.Cut(given, "@")
	version, err := strconv.Atoi(at)
	if pinned && (err != nil || version < 1) {
		return view.QuestionnaireSource{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Args: map[string]string{
			"problem": given + ": NAME@VERSION", "command": "questionnaire"}}
	}
	return e.db.Questionnaire(ctx, name, version)
}
