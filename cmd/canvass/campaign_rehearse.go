package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canvass/cmd/canvass/datadir"
	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// rehearsalOptions are the flags of campaign rehearse.
type rehearsalOptions struct {
	questionnaire, list, from string
	speed                     float64
	once                      bool
}

// rehearsalPeople are who is asked where no list is given: nobody's numbers.
const rehearsalPeople = `Mã,Họ và tên,Giới tính,Điện thoại,E-mail
DT01,Nguyễn Thị Diễn,Nữ,+84310000101,dien@dientap.example
DT02,Trần Văn Tập,Nam,+84310000102,tap@dientap.example
DT03,Lê Thử,Nam,+84310000103,thu@dientap.example
`

func (a *app) campaignRehearse() *cobra.Command {
	o := rehearsalOptions{speed: 60}
	cmd := &cobra.Command{
		Use:   "rehearse FILE",
		Short: a.t("Diễn tập một khảo sát trên máy này, với hộp thư và điện thoại giả lập", "Rehearse a campaign on this machine, with a simulated mailbox and handsets"),
		Long: a.t(`Dựng một hệ thống riêng, tạm thời, với đúng tệp khảo sát và phiếu hỏi ấy: đọc thư, trả lời bằng đường dẫn, nhắn tin, nghe gọi
và bấm phím như người được hỏi sẽ làm. Không có gì ra khỏi máy, không có gì chạm tới dữ liệu thật. Mặc định hỏi ba người
tưởng tượng; --list dùng danh sách của văn phòng (bản sao trong hệ thống tạm). Bấm Ctrl-C là hết, không giữ lại gì.`,
			`Sets up a system of its own, for the moment, with this very campaign file and questionnaire: read the mails, answer by link,
text, and listen to the calls and press keys as the people asked will. Nothing leaves the machine, and nothing touches the real
data. Three invented people are asked; --list takes the office's list (a copy of it, in that system). Ctrl-C ends it, and nothing is kept.`),
		Example: "  canvass campaign rehearse dot.yaml --questionnaire phieu.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    a.work(func(ctx context.Context, args []string) error { return a.runRehearsal(ctx, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.questionnaire, "questionnaire", "", a.t("tệp phiếu hỏi, hoặc NAME[@VERSION] đã chốt; mặc định là phiếu mà tệp khảo sát nêu", "a questionnaire's file, or a published NAME[@VERSION]; the one that the campaign names if not given"))
	f.StringVar(&o.list, "list", "", a.t("danh sách CSV hoặc XLSX thay cho ba người tưởng tượng", "a list, CSV or XLSX, in the place of three invented people"))
	f.StringVar(&o.from, "from", "", a.t("giờ diễn tập bắt đầu; mặc định 08:00 thứ Hai tới", "where the rehearsal clock begins; 08:00 next Monday if not given"))
	f.Float64Var(&o.speed, "speed", o.speed, a.t("giờ diễn tập nhanh gấp mấy lần (1–240)", "how many times faster the rehearsal clock runs (1–240)"))
	f.BoolVar(&o.once, "once", false, a.t("kết thúc khi lời mời đầu tiên đã đi", "end when the first invitation has left"))
	return cmd
}

// runRehearsal is the demo with the office's own campaign, and nobody who answers by
// themselves.
func (a *app) runRehearsal(ctx context.Context, file string, o rehearsalOptions) error {
	src, err := readFile(file)
	if err != nil {
		return err
	}
	spec, err := dispatch.ParseSpec(file, src)
	if err != nil {
		return err
	}
	if o.questionnaire == "" {
		o.questionnaire = spec.Questionnaire
	}
	asked, err := a.questionnaireSource(ctx, o.questionnaire)
	if err != nil {
		return err
	}
	q, faults := instrument.Parse(o.questionnaire, asked)
	if len(faults) > 0 {
		return faults[0]
	}
	if o.from == "" {
		o.from = nextMonday(time.Now()).Format(time.RFC3339)
	}
	d := &demo{app: a, o: demoOptions{speed: o.speed}, apart: true, from: o.from}
	defer d.close()
	if err := d.rehearsalFiles(src, asked, o); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{d.services, d.strangers, d.start} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.say("Mở khảo sát trong hệ thống tạm", "Launching the campaign in that system")
	list := o.list
	if list == "" {
		list = d.path("danh-sach.csv")
	}
	for _, args := range [][]string{
		{"contacts", "import", list, "--basis", "appointment", "--consent-source", d.t("diễn tập", "rehearsal"), "--rejects", d.path("chua-nhan.csv")},
		{"questionnaire", "publish", d.path("phieu.yaml")},
		{"campaign", "create", d.path("dot.yaml"), "--questionnaire", q.Name},
		{"campaign", "launch", spec.Name},
	} {
		if err := d.canvass(ctx, args...); err != nil {
			return err
		}
	}
	if err := d.firstLeaves(ctx, o.once); err != nil || o.once {
		return err
	}
	d.rehearsalAddresses(ctx, o.list == "")
	<-ctx.Done()
	return nil
}

// rehearsalFiles puts the campaign into a directory that goes when the rehearsal ends.
func (d *demo) rehearsalFiles(campaign, questionnaire []byte, o rehearsalOptions) error {
	dir, err := os.MkdirTemp("", "canvass-rehearsal-")
	if err != nil {
		return err
	}
	d.dir, d.temporary = dir, true
	own, err := datadir.Open(dir)
	if err != nil {
		return err
	}
	if _, err := own.Sub("demo"); err != nil {
		return err
	}
	for name, content := range map[string][]byte{"dot.yaml": campaign, "phieu.yaml": questionnaire, "danh-sach.csv": []byte(rehearsalPeople)} {
		if err := os.WriteFile(d.path(name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// firstLeaves waits until somebody is asked; must says that it is an error if nobody is.
func (d *demo) firstLeaves(ctx context.Context, must bool) error {
	deadline := time.Now().Add(30 * time.Second)
	for len(d.sink.Messages()) == 0 && len(d.sim.Messages()) == 0 {
		if err := d.alive(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			if must {
				return fmt.Errorf("nothing has left after half a minute\n%s", tail(d.children[0].log.String()))
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// rehearsalAddresses says where to read, listen and answer.
func (d *demo) rehearsalAddresses(ctx context.Context, invented bool) {
	d.addresses(ctx)
	if !invented {
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(rehearsalPeople), "\n")[1:] {
		cells := strings.Split(line, ",")
		fmt.Fprintf(d.out, "  %s  %s\n", d.t("Điện thoại của ", "Handset of ")+cells[1], d.sim.HandsetURL(cells[3]))
	}
}

// nextMonday is 08:00 of the Monday after t, where the office is.
func nextMonday(t time.Time) time.Time {
	office, ok := survey.Zone(zone)
	if !ok {
		office = time.UTC
	}
	t = t.In(office)
	day := t.AddDate(0, 0, (8-int(t.Weekday()))%7)
	if !day.After(t) {
		day = day.AddDate(0, 0, 7)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 8, 0, 0, 0, office)
}
