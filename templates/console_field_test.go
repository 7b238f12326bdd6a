package templates

import (
	"strings"
	"testing"
	"time"
)

// sampleField are the screens of campaigns in the field.
func sampleField(in Shell) map[string]Screen {
	title, href := "Dư luận <tháng 11>", "/campaigns/thang-11"
	return map[string]Screen{
		"campaign":          sampleCampaign(in, title, href),
		"campaign-counting": Campaign{Shell: in, Title: title, Href: href, State: "closed", Level: "identified", Counting: true},
		"campaign-bare":     Campaign{Shell: in, Title: "Nháp", Href: "/campaigns/nhap", State: "draft", Level: "identified"},
		"field-people": Behind{Shell: in, Title: title, Href: href, Of: "attempts", Channel: "sms", State: "undelivered", Reason: "bounce", Stratum: "Đô thị <1>", Kept: "confidential", N: 1203, Next: href + "/people?after=12",
			Lines: []BehindLine{{ID: 7, Code: "CTV-07", Name: "Nguyễn <b>Thị Xuân", Unit: "Xã Ba Trúc", Case: "open", Stratum: "Đô thị <1>", Channel: "sms", Step: "tin", Try: 2, State: "undelivered", Reason: "bounce", At: in.Now},
				{ID: 1234, Case: "closed", Disposition: "2.112", Stratum: "Miền núi", Channel: "sms", Step: "tin", Try: 1, State: "undelivered", At: in.Now}}},
		"field-people-cases": Behind{Shell: in, Title: title, Href: href, Of: "cases", Part: "waits", Replicate: "1", Kept: "identified", N: 1, Lines: []BehindLine{{ID: 7, Name: "Xuân", Case: "open"}}},
		"field-people-on":    Behind{Shell: in, Title: title, Href: href, Of: "cases", Part: "refused", Kept: "identified", N: -1, Next: href + "/people?after=12"},
		"field-people-empty": Behind{Shell: in, Title: title, Href: href, Of: "arrivals", Arrival: "erasure", Kept: "identified"},
		"field-doubts": Doubts{Shell: in, Title: title, Href: href, N: 2, Looked: 3, Meanwhile: 1, Words: "nhật ký <máy chủ>", Lines: []DoubtRow{
			{Ref: "a12", Contact: "CTV-07", ContactID: 7, Channel: "email", Step: "thu", Try: 2, Finding: "no_listing", At: in.Now, Chosen: true},
			{Ref: "n7", Channel: "sms", Finding: "several", Code: "30007", Looks: 4, At: in.Now}}},
		"field-doubts-ask": Doubts{Shell: in, Title: title, Href: href, N: 2, Ask: true, Words: "nhật ký <máy chủ>", Refs: []string{"a12", "n7"}, Chosen: []ChannelLine{{"email", 1}, {"sms", 1}},
			Lines: []DoubtRow{{Ref: "a12", Contact: "CTV-07", Channel: "email", At: in.Now}}},
		"field-doubts-empty": Doubts{Shell: in, Title: title, Href: href},
		"field-resend":       Resend{Shell: in, Title: title, Href: href, Groups: []string{"failed", "undelivered", "unanswered"}, To: "undelivered", Words: "sửa <địa chỉ>", Wrong: "Thiếu lý do."},
		"field-resend-ask": Resend{Shell: in, Title: title, Href: href, To: "undelivered", Words: "sửa <địa chỉ>", Ask: true, People: 44, Planned: 39, Reopened: 3,
			Channels: []ChannelLine{{"email", 14}, {"sms", 25}}, Left: []ReasonLine{{Reason: "cap", Of: Figure{N: 5}}}},
	}
}

func sampleCampaign(in Shell, title, href string) Campaign {
	people := href + "/people?of=cases"
	line := StratumLine{Name: "Đô thị <1>", Sample: 420, Submitted: 231, Begun: 19, Waits: 148, Over: 22, Refused: 6, Behind: people + "&stratum=0"}
	all := line
	all.Behind = people
	to := func(n int) Figure { return Figure{N: n, Href: href + "/people?of=attempts&state=queued"} }
	moves := []Move{{Key: "pause", Queued: 77}, {Key: "release", Held: []ReplicateLine{{Number: 1, Of: Figure{N: 120}}}}, {Key: "extend", Open: 148}, {Key: "shorten", Open: 148},
		{Key: "set", Rate: "2.5", Budget: 3000000, Queued: 77}, {Key: "close", Open: 148, Begun: 19, Queued: 77, Sure: "thang-11"}}
	return Campaign{Shell: in, Name: "thang-11", Title: title, Href: href, State: "fielding", Level: "identified",
		Counted: in.Now, Launched: in.Now.AddDate(0, 0, -4), Ends: in.Now.AddDate(0, 0, 5), Done: all.In("done"), Begun: all.In("begun"), Refused: all.In("refused"), Rate: .55,
		Spent: 1284500, Budget: 3000000, Expected: 3100000, Needs: []Need{{Count: 1203, Key: "doubts", Where: title, Href: href + "/doubts", Bad: true}, {Count: 2, Key: "parked"}},
		Course: sampleCourse(in.Now), Strata: []StratumLine{line, line}, All: all, Channels: []string{"email", "sms", "call"},
		Attempts: []AttemptLine{{"queued", []Figure{{}, to(36), to(41)}, to(77)}, {"unknown", []Figure{to(2), to(1), {}}, to(3)}},
		Cross: Cross{Channels: []string{"email", "sms", "call"}, Modes: []string{"web", "sms"}, Rows: []CrossRow{{Name: "Đô thị <1>", Cells: []CrossCell{{to(420), to(398)}, {to(211), to(190)}, {}}, Responses: []int{151, 0}},
			{Name: "Miền núi", Cells: []CrossCell{{to(80), to(61)}, {to(70), to(66)}, {to(31), to(9)}}, Responses: []int{41, 39}}}},
		Notices: []AttemptLine{{"sent", []Figure{to(4), to(61)}, to(65)}, {"delivered", []Figure{{}, to(203)}, to(203)}}, NoticeChannels: []string{"email", "sms"}, NoticesElsewhere: 3,
		Reasons: []ReasonLine{{"undelivered", "bounce", to(14)}, {"failed", "config", to(3)}}, Replicates: []ReplicateLine{{0, "released", to(420)}, {1, "held", to(120)}},
		Senders: []SenderLine{{Name: "thu", Channel: "email", State: "closed", Last: in.Now, DayCap: 2000, Taken: 603},
			{Name: "sim", Channel: "sms", State: "open", Reason: "config", Code: "535", Since: in.Now.Add(-time.Hour), Until: in.Now.Add(time.Hour), Waiting: 36}},
		Waits: []WaitLine{{Why: "window", Of: to(36), Next: in.Now}}, Finish: in.Now, Moves: moves, Resend: true, Wrong: "Thiếu lý do.", Move: "extend", Words: "mưa <lũ>", Typed: map[string]string{"days": "91"}}
}

func sampleCourse(now time.Time) Course {
	c := Course{Of: 420, Modes: []string{"web", "sms", "voice"}, Before: "Dư luận <tháng 10>", Past: []float64{.1, .2, .3, .41, .48, .5, .56, .57}}
	cum := 0
	for i, n := range [][]int{{52, 24, 0}, {29, 8, 0}, {34, 6, 0}, {12, 15, 9}, {11, 11, 20}} {
		sum := n[0] + n[1] + n[2]
		cum += sum
		c.Lines = append(c.Lines, CourseLine{Day: now.AddDate(0, 0, i-4), N: n, Sum: sum, Cum: cum, Rate: float64(cum) / 420, Past: c.Past[i]})
	}
	return c
}

// However many days there are, every bar and every point of a curve lies in its figure,
// and the figures add up to the table.
func TestACourseIsDrawnInsideItsFigure(t *testing.T) {
	t.Parallel()
	for _, days := range []int{1, 2, 5, 31, 32, 400} {
		c := Course{Of: 1000, Modes: []string{"web"}}
		cum := 0
		for i := range days {
			cum += i % 3
			c.Lines = append(c.Lines, CourseLine{Day: time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC), N: []int{i % 3}, Sum: i % 3, Cum: cum, Rate: float64(cum) / 1000, Past: -1})
		}
		f := c.Figures()[0]
		if f.N != cum || len(f.Bars) != min(days, mostBars) {
			t.Errorf("%d days: %d of %d, %d bars", days, f.N, cum, len(f.Bars))
		}
		for _, b := range f.Bars {
			if strings.Contains(b.Y+b.Height+b.X+b.Up, "-") || strings.Contains(b.Y+b.Height, "NaN") {
				t.Errorf("%d days: %+v", days, b)
			}
		}
		curve := c.Curve()
		if strings.ContainsAny(strings.ReplaceAll(curve.Path+curve.X+curve.Y, "100-", ""), "-N") || len(curve.Ticks) == 0 || days > 1 && len(curve.Grid) == 0 {
			t.Errorf("%d days: %+v", days, curve)
		}
	}
}
