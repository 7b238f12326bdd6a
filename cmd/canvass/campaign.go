package main

import (
	"context"
	"crypto/rand"

	"github.com/spf13/cobra"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

func (a *app) campaign() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "campaign",
		Aliases: []string{"campaigns"},
		Short:   a.t("Tạo, gửi thử, mở, tạm dừng và theo dõi khảo sát", "Create, test, launch, pause and watch campaigns"),
		Args:    cobra.NoArgs,
		RunE:    a.group,
	}
	cmd.AddCommand(
		a.campaignCreate(), a.campaignTest(), a.campaignRehearse(), a.campaignLaunch(),
		a.campaignPause(), a.campaignResume(), a.campaignExtend(), a.campaignShorten(), a.campaignClose(), a.campaignArchive(),
		a.campaignPlan(), a.campaignRelease(), a.campaignResend(), a.campaignSet(), a.campaignStatus(), a.campaignPeople(), a.campaignList(), a.campaignDoubts(), a.campaignCode(), a.campaignReplay(),
	)
	return cmd
}

// created is what campaign create prints.
type created struct {
	Campaign string               `json:"campaign"`
	State    survey.CampaignState `json:"state"`
	Seed     uint64               `json:"seed"`
}

func (a *app) campaignCreate() *cobra.Command {
	var s specFlags
	cmd := a.withJSON(&cobra.Command{
		Use:   "create [FILE]",
		Short: a.t("Tạo khảo sát từ tệp YAML, hoặc từ các tùy chọn", "Create a campaign from a YAML file, or from flags"),
		Example: `  canvass campaign create thang-12.yaml
  canvass campaign create --name thang-12 --title "Ý kiến tháng 12" --questionnaire y_kien_thang --protocol monthly`,
		Args: cobra.MaximumNArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			spec, err := s.spec(args)
			if err != nil {
				return err
			}
			k, err := dispatch.CreateCampaign(ctx, e.db, dispatch.CampaignRequest{Spec: spec, Actor: actor(a), Now: e.clock.Now(), Rand: rand.Reader})
			if err != nil {
				return err
			}
			if a.json {
				return a.data(created{Campaign: k.Name, State: survey.CampaignDraft, Seed: k.Design.Seed})
			}
			a.say(a.t("Đã tạo khảo sát %s (bản nháp). Gửi thử: canvass campaign test %s --to ĐỊA_CHỈ.",
				"Created campaign %s (a draft). Try it: canvass campaign test %s --to ADDRESS."), k.Name, k.Name)
			return nil
		}),
	})
	s.register(a, cmd)
	return cmd
}

// specFlags are the fields of a campaign that flags can set; given with a file,
// they go over it.
type specFlags struct {
	name, title, titleEN, purpose, questionnaire, eligible, protocol, method string
	size, minimum                                                            int
	strata                                                                   []string
	seed                                                                     uint64
}

func (s *specFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.name, "name", "", a.t("tên dùng trong lệnh, như thang-12", "name for commands, such as thang-12"))
	f.StringVar(&s.title, "title", "", a.t("tên cho người trả lời", "title, in Vietnamese"))
	f.StringVar(&s.titleEN, "title-en", "", a.t("tên tiếng Anh", "title, in English"))
	f.StringVar(&s.purpose, "purpose", "", "survey | duty_report")
	f.StringVar(&s.questionnaire, "questionnaire", "", a.t("phiếu hỏi, NAME hoặc NAME@VERSION", "questionnaire, NAME or NAME@VERSION"))
	f.StringVar(&s.eligible, "eligible", "", a.t(`điều kiện, như: has_email and cum = "C2"`, `condition, such as: has_email and cum = "C2"`))
	f.StringVar(&s.protocol, "protocol", "", "monthly | urgent | short")
	f.StringVar(&s.method, "method", "", "census | srs | stratified")
	f.IntVar(&s.size, "size", 0, a.t("cỡ mẫu", "sample size"))
	f.IntVar(&s.minimum, "minimum", 0, a.t("cỡ mẫu ít nhất mỗi tầng", "least size of every stratum"))
	f.StringSliceVar(&s.strata, "strata", nil, a.t("trường chia tầng, cách nhau bằng dấu phẩy", "fields that make the strata, separated by commas"))
	f.Uint64Var(&s.seed, "seed", 0, a.t("số mồi; không cho thì chọn ngẫu nhiên", "seed; drawn if not given"))
}

// spec reads the file, if there is one, and lays the flags over it.
func (s *specFlags) spec(args []string) (dispatch.Spec, error) {
	var spec dispatch.Spec
	if len(args) == 1 {
		src, err := readFile(args[0])
		if err != nil {
			return spec, err
		}
		if spec, err = dispatch.ParseSpec(args[0], src); err != nil {
			return spec, err
		}
	}
	set(&spec.Name, s.name)
	set(&spec.Purpose, survey.Purpose(s.purpose))
	set(&spec.Questionnaire, s.questionnaire)
	set(&spec.Eligible, s.eligible)
	set(&spec.Design.Method, survey.Method(s.method))
	set(&spec.Design.Size, s.size)
	set(&spec.Design.Minimum, s.minimum)
	set(&spec.Design.Seed, s.seed)
	if len(s.strata) > 0 {
		spec.Design.Strata = s.strata
	}
	if s.protocol != "" {
		spec.Protocol = survey.Protocol{Name: s.protocol}
	}
	if s.title != "" {
		spec.Title = map[survey.Lang]string{survey.Vietnamese: s.title, survey.English: firstOf(s.titleEN, s.title)}
	}
	return spec, nil
}

// set lays a flag over a field, unless the flag was not given.
func set[T comparable](field *T, flag T) {
	var none T
	if flag != none {
		*field = flag
	}
}

// launched is what campaign launch prints.
type launched struct {
	Campaign  string `json:"campaign"`
	Frame     int    `json:"frame"`
	FrameHash string `json:"frame_hash"`
	Sample    int    `json:"sample"`
	EndsAt    string `json:"ends_at"`
	// Who would be eligible and is not in the frame.
	Left       int `json:"left,omitempty"`
	Suppressed int `json:"suppressed,omitempty"`
	Resting    int `json:"resting,omitempty"`
}

func launchedOf(l dispatch.Launched) launched {
	return launched{Campaign: l.Campaign.Name, Frame: l.Frame.Size, FrameHash: l.Frame.Hash, Sample: l.Sample.Size,
		EndsAt: l.EndsAt.Format("2006-01-02T15:04:05Z07:00"), Left: l.Frame.Left, Suppressed: l.Frame.Suppressed, Resting: l.Frame.Resting}
}

// sayLaunched says with whom a campaign set out, and who was left out.
func (a *app) sayLaunched(l dispatch.Launched) {
	a.say(a.t("Khảo sát %s bắt đầu: khung mẫu %d người, mẫu %d người, kết thúc lúc %s.",
		"Campaign %s is in the field: a frame of %d, a sample of %d, until %s."), l.Campaign.Name, l.Frame.Size, l.Sample.Size, moment(l.EndsAt))
	for _, out := range []struct {
		n    int
		what string
	}{
		{l.Frame.Left, a.t("đã rời mạng lưới", "have left the network")},
		{l.Frame.Suppressed, a.label("reason", string(survey.ReasonSuppressed))},
		{l.Frame.Resting, a.label("reason", string(survey.ReasonResting))},
	} {
		if out.n > 0 {
			a.say(a.t("  ngoài khung mẫu: %d người, %s", "  not in the frame: %d, %s"), out.n, out.what)
		}
	}
}

func (a *app) campaignLaunch() *cobra.Command {
	coarsen, unapproved := false, ""
	cmd := a.withJSON(&cobra.Command{
		Use:   "launch NAME",
		Short: a.t("Chốt khung mẫu, chọn mẫu và bắt đầu liên hệ", "Freeze the frame, draw the sample and begin to contact"),
		Args:  cobra.ExactArgs(1),
		RunE: a.withDatabase(func(ctx context.Context, e *engine, args []string) error {
			keys, err := e.keyring(ctx)
			if err != nil {
				return err
			}
			o := e.order(args[0])
			o.Coarsen, o.Unapproved = coarsen, unapproved
			l, err := dispatch.Launch(ctx, e.db, keys, o)
			if err != nil {
				return err
			}
			if a.json {
				return a.data(launchedOf(l))
			}
			a.sayLaunched(l)
			return nil
		}),
	})
	cmd.Flags().BoolVar(&coarsen, "coarsen", false, a.t("khảo sát ẩn danh: gộp các tầng quá nhỏ theo cách đã đề nghị",
		"of an anonymous survey: join strata that are too small in the way that was proposed"))
	cmd.Flags().StringVar(&unapproved, "without-approval", "", a.t("phát dù chưa có người thứ hai duyệt, khi cơ quan quy định phải duyệt; lý do được ghi vào nhật ký",
		"launch although no second person approved it, where the office wants one; the reason goes on record"))
	return cmd
}

// order is what somebody at the terminal asks of a campaign, now.
func (e *engine) order(campaign string) dispatch.Order {
	return dispatch.Order{Campaign: campaign, Actor: actor(e.app), Now: e.clock.Now()}
}

// listed is a line of campaign list.
type listed struct {
	Campaign string               `json:"campaign"`
	State    survey.CampaignState `json:"state"`
	Purpose  survey.Purpose       `json:"purpose"`
	EndsAt   string               `json:"ends_at,omitempty"`
}

func (a *app) campaignList() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "list",
		Short: a.t("Các khảo sát và trạng thái", "The campaigns and their states"),
		Args:  cobra.NoArgs,
		RunE: a.withDatabase(func(ctx context.Context, e *engine, _ []string) error {
			ks, err := e.db.Campaigns(ctx)
			if err != nil {
				return err
			}
			if a.json {
				lines := make([]listed, len(ks))
				for i, k := range ks {
					lines[i] = listed{Campaign: k.Name, State: k.State, Purpose: k.Purpose}
					if !k.EndsAt.IsZero() {
						lines[i].EndsAt = k.EndsAt.Format("2006-01-02T15:04:05Z07:00")
					}
				}
				return each(a, lines)
			}
			t := a.table(a.t("KHẢO SÁT", "CAMPAIGN"), a.t("TRẠNG THÁI", "STATE"), a.t("KẾT THÚC", "ENDS"), a.t("TÊN", "TITLE"))
			for _, k := range ks {
				t.row(k.Name, a.label("campaign", string(k.State)), moment(k.EndsAt), k.Title[a.lang])
			}
			return t.end()
		}),
	})
}
