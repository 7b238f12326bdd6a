package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// resultOptions are the flags of results.
type resultOptions struct {
	csv         string
	freeText    bool
	attachments string
	recordings  string
}

func (a *app) results() *cobra.Command {
	var o resultOptions
	cmd := a.withJSON(&cobra.Command{
		Use:   "results NAME",
		Short: a.t("Kết quả: mã kết thúc, tỷ lệ trả lời, bảng tần số", "Results: dispositions, response rates, frequency tables"),
		Long: a.t(`Với --csv THƯ_MỤC thì ghi hai tệp: các phiếu trả lời, và ý nghĩa từng cột. Ô nào bảng tính có thể hiểu là công
thức thì được vô hiệu. Với --attachments THƯ_MỤC thì ghi các ảnh và tài liệu gửi kèm, đặt tên theo dòng của phiếu trong tệp
trả lời, cùng một danh sách; với --recordings THƯ_MỤC thì ghi lời nói trong cuộc gọi cũng như vậy. Không tệp nào bị ghi đè.`,
			`With --csv DIR two files are written: the responses, and what each column means. Cells that a spreadsheet could
take for a formula are defused. With --attachments DIR the photos and documents are written that came with the answers, named by
the response's line in the data, and a list of them; with --recordings DIR what was said in calls, likewise. Nothing is overwritten.`),
		Example: "  canvass results thang-12 --csv ket-qua",
		Args:    cobra.ExactArgs(1),
		RunE: a.withStaff(func(ctx context.Context, e *engine, args []string) error {
			if o.csv != "" || o.attachments != "" || o.recordings != "" {
				return e.exportFiles(ctx, args[0], o)
			}
			r, err := dispatch.Tabulate(ctx, e.db, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.data(r)
			}
			return a.sayResults(r)
		}),
	})
	cmd.Flags().StringVar(&o.csv, "csv", "", a.t("thư mục để ghi NAME.csv và NAME-codebook.csv", "directory for NAME.csv and NAME-codebook.csv"))
	cmd.Flags().BoolVar(&o.freeText, "free-text", false, a.t("kèm lời văn của câu hỏi mở, có thể nêu tên người", "include the words of open questions, which may name people"))
	cmd.Flags().StringVar(&o.attachments, "attachments", "", a.t("thư mục để ghi ảnh và tài liệu gửi kèm, có thể cho thấy người", "directory for the photos and documents, which may show people"))
	cmd.Flags().StringVar(&o.recordings, "recordings", "", a.t("thư mục để ghi lời nói trong cuộc gọi; giọng nói cho biết là ai", "directory for what was said in calls; a voice tells whose it is"))
	return cmd
}

// exportFiles writes what was asked for.
func (e *engine) exportFiles(ctx context.Context, campaign string, o resultOptions) error {
	if o.csv != "" {
		if err := e.exportResults(ctx, campaign, o); err != nil {
			return err
		}
	}
	if o.attachments != "" {
		if err := e.app.exportAttachments(ctx, e.db, campaign, o.attachments); err != nil {
			return err
		}
	}
	if o.recordings != "" {
		return e.app.exportRecordings(ctx, e.db, campaign, o.recordings)
	}
	return nil
}

// exportResults writes the two files.
func (e *engine) exportResults(ctx context.Context, campaign string, o resultOptions) error {
	r := dispatch.ExportRequest{Campaign: campaign, FreeText: o.freeText, Words: codebookWords()}
	files := map[string]func(context.Context, dispatch.ResultStore, dispatch.ExportRequest, io.Writer) error{
		campaign + ".csv": dispatch.ExportAnswers, campaign + "-codebook.csv": dispatch.ExportCodebook,
	}
	if err := os.MkdirAll(o.csv, 0o700); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var b bytes.Buffer
		if err := files[name](ctx, e.db, r, &b); err != nil {
			return err
		}
		file := filepath.Join(o.csv, name)
		err := writeNew(file, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
		if err != nil {
			return err
		}
		e.app.say("%s", file)
	}
	return nil
}

// codebookWords label the columns that no questionnaire has.
func codebookWords() map[string]map[survey.Lang]string {
	both := func(vi, en string) map[survey.Lang]string {
		return map[survey.Lang]string{survey.Vietnamese: vi, survey.English: en}
	}
	return map[string]map[survey.Lang]string{
		"response":                          both("mã phiếu trả lời, không nối với người", "response, not linked to a person"),
		"stratum":                           both("tầng", "stratum"),
		"weight":                            both("trọng số gốc", "base weight"),
		"mode":                              both("cách trả lời", "mode of the last answer"),
		"recording":                         both("lời nói trong cuộc gọi, ghi ra bằng --recordings", "what was said in a call, written by --recordings"),
		"order":                             both("thứ tự đã hỏi, do bốc thăm", "order in which it was asked, drawn by lot"),
		string(survey.MissingDontKnow):      both("khó nói", "hard to say"),
		string(survey.MissingRefused):       both("không muốn trả lời", "prefers not to say"),
		string(survey.MissingSkipped):       both("bỏ qua", "passed over"),
		string(survey.MissingNotApplicable): both("không áp dụng", "does not apply"),
		string(survey.MissingNotReached):    both("chưa tới câu này", "not reached"),
	}
}

// sayResults prints the results for people.
func (a *app) sayResults(r dispatch.Results) error {
	a.say("%s · %s (%s) · %s@%d", r.Title[a.lang], r.Campaign, a.label("campaign", string(r.State)), r.Questionnaire, r.Version)
	for _, i := range r.Inference {
		if i == results.InferRested {
			a.say("  "+a.t("Không có trong khung mẫu: %d người đã được mời trong %s trước đó và được nghỉ. Số liệu nói về những người còn lại.",
				"Not in the frame: %d who had been invited within %s before, and rest. The figures speak of the others."), r.Resting, a.span(r.Design.Rest))
			continue
		}
		a.say("  %s", a.inference(i))
	}
	a.say("")
	if err := a.sayOutcome(r.Outcome, r.Listed); err != nil {
		return err
	}
	a.say(a.t("\n%d phiếu đã gửi, %d phiếu dở dang đủ dùng.", "\n%d responses submitted, %d sufficient partials."), r.Submitted, r.Partials)
	for _, t := range r.Tables {
		if err := a.sayTable(t); err != nil {
			return err
		}
	}
	return nil
}

// sayTable prints the frequency table of one question, weighted and not.
func (a *app) sayTable(q results.Table) error {
	a.say("\n%s. %s", q.Question.Name, q.Question.Label[a.lang])
	a.say("  %s", fmt.Sprintf(a.sentence(q.Sentence), q.Base.N))
	t := a.table("", a.t("MÃ", "CODE"), "N", "%", a.t("% CÓ TRỌNG SỐ", "% WEIGHTED"), "")
	for _, l := range q.Lines {
		t.row("", l.Code, l.Count.N, a.hundredth(l.Percent), a.hundredth(l.WeightedPercent), l.Label[a.lang]+a.placed(l))
	}
	for _, m := range q.Missing {
		t.row("", "", m.Count.N, "", "", codebookWords()[string(m.Reason)][a.lang])
	}
	if err := t.end(); err != nil {
		return err
	}
	if m := q.Mean; m != nil {
		weighted := "–"
		if m.Weighted != nil {
			weighted = templates.Decimal(string(a.lang), *m.Weighted, 1)
		}
		a.say(a.t("  trung bình %s, có trọng số %s, từ %s đến %s", "  mean %s, weighted %s, from %s to %s"),
			templates.Decimal(string(a.lang), m.Unweighted, 1), weighted, a.plain(m.Min), a.plain(m.Max))
	}
	return nil
}

// plain is a number with no more places than it has.
func (a *app) plain(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if a.lang == survey.Vietnamese {
		s = strings.ReplaceAll(s, ".", ",")
	}
	return s
}

// placed says of a line of a ranking how often it came first, and its mean place.
func (a *app) placed(l results.Line) string {
	if l.First == nil || l.MeanPlace == nil {
		return ""
	}
	return fmt.Sprintf(a.t(" (xếp đầu: %d, thứ bậc trung bình %s)", " (first: %d, mean place %s)"), l.First.N,
		templates.Decimal(string(a.lang), *l.MeanPlace, 1))
}

// hundredth is share for a percentage.
func (a *app) hundredth(p *float64) string {
	if p == nil {
		return "–"
	}
	part := *p / 100
	return a.share(&part)
}

// sentence says what the figures of a table are a share of, and of what they
// are evidence.
func (a *app) sentence(s results.Sentence) string {
	switch s {
	case results.SentenceThink:
		return a.t("Trong %d người trả lời, bao nhiêu người nghĩ như vậy.", "Of %d who answered, how many think so.")
	case results.SentenceReport:
		return a.t("Trong %d người trả lời, bao nhiêu người cho biết như vậy.", "Of %d who answered, how many report it.")
	case results.SentenceDescribe:
		return a.t("Trong %d người trả lời, bao nhiêu người như vậy.", "Of %d who answered, how many are so.")
	}
	return a.t("Được bao nhiêu trong %d cộng tác viên nêu; không phải tỷ lệ của người dân.", "Named by how many of %d collaborators; not a share of the people.")
}

// inference says what the figures may be taken for.
func (a *app) inference(i results.Inference) string {
	switch i {
	case results.InferNetworkCensus:
		return a.t("Mọi người trong khung mẫu đều được hỏi: phần chưa chắc là do người không trả lời.",
			"Everybody on the frame was asked: what is uncertain comes from those who did not answer.")
	case results.InferNetworkSample:
		return a.t("Mẫu ngẫu nhiên của khung mẫu: số liệu nói về mạng lưới cộng tác viên.",
			"A random sample of the frame: the figures speak for the network of collaborators.")
	}
	return a.t("Cộng tác viên không phải mẫu của người dân: không có biên sai số, không gọi là đại diện cho người dân.",
		"Collaborators are no sample of the public: no margin of error, and never \"representative\" of it.")
}
