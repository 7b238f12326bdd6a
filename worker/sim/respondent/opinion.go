package respondent

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// choice is something offered: a button of a form, a figure in a text, a key.
type choice struct {
	value string // what to send
	label string // folded
}

// isQuiet reports whether a choice says why there is no answer.
func (c choice) isQuiet() bool {
	return hasAny(c.label, "kho noi", "khong muon tra loi", "hard to say", "prefer not", "khong biet", "do not know")
}

// isExclusive reports whether a choice of several goes with no other.
func (c choice) isExclusive() bool { return c.isQuiet() || strings.HasPrefix(c.label, "khong co ") }

// leanings are how people spread over so many choices. They are invented, and
// plausible: the middle of a scale is full, its ends are not.
var leanings = map[int][]float64{
	2: {0.38, 0.62},
	3: {0.38, 0.43, 0.19},
	4: {0.24, 0.36, 0.26, 0.14},
	5: {0.10, 0.31, 0.36, 0.16, 0.07},
	6: {0.24, 0.21, 0.18, 0.15, 0.14, 0.08},
	7: {0.27, 0.10, 0.13, 0.17, 0.19, 0.09, 0.05},
}

// Shares of those who would rather not say.
const (
	hardToSay = 0.06
	nonsense  = 0.12 // of people, once in a conversation by SMS
)

// tiltOf is how opinions of a stratum differ from the others: above zero they
// lean to the choices further back.
func tiltOf(stratum string) float64 {
	switch stratum {
	case "C1", "T3":
		return 0.12
	case "C5":
		return -0.1
	case "C6":
		return -0.3
	}
	return 0
}

// weigh returns how likely each of n choices is for a person with this tilt.
func weigh(n int, tilt float64) []float64 {
	out := slices.Clone(leanings[n])
	for i := len(out); i < n; i++ { // a long scale: most stand a little above its middle
		away := (float64(i) - 0.6*float64(n-1)) / (0.25 * float64(n))
		out = append(out, math.Exp(-away*away/2))
	}
	for i := range out {
		out[i] *= math.Exp(tilt * (float64(i) - float64(n-1)/2))
	}
	return out
}

// draw picks an index by weight.
func draw(rng *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := rng.Float64() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// one picks one of the choices. The caller holds s.mu.
func (s *someone) one(offered []choice) choice {
	answers, quiet := part(offered)
	if len(answers) == 0 || len(quiet) > 0 && s.rng.Float64() < hardToSay {
		return quiet[s.rng.IntN(len(quiet))]
	}
	return answers[draw(s.rng, weigh(len(answers), s.tilt))]
}

// few picks one to most of the choices, in their order. The caller holds s.mu.
func (s *someone) few(offered []choice, most int) []choice {
	answers, quiet := part(offered)
	if len(answers) == 0 || len(quiet) > 0 && s.rng.Float64() < hardToSay/2 {
		return quiet[:1]
	}
	weights := weigh(len(answers), s.tilt)
	var at []int
	for range min(1+s.rng.IntN(max(most, 1)), len(answers)) {
		i := draw(s.rng, weights)
		weights[i] = 0
		at = append(at, i)
	}
	slices.Sort(at)
	var out []choice
	for _, i := range slices.Compact(at) {
		out = append(out, answers[i])
	}
	return out
}

func part(offered []choice) (answers, quiet []choice) {
	for _, c := range offered {
		if c.isExclusive() {
			quiet = append(quiet, c)
		} else {
			answers = append(answers, c)
		}
	}
	return answers, quiet
}

// number picks a number between two, mostly a small one. The caller holds s.mu.
func (s *someone) number(low, high int) int {
	span := high - low
	if span > 20 {
		span = 20
	}
	return low + int(float64(span+1)*math.Min(s.rng.Float64(), s.rng.Float64()))
}

// sayings are what people write in their own words: nobody is named.
var sayings = []string{
	"Đường vào thôn ngập sau mưa, bà con đi lại khó",
	"Giá phân bón và thức ăn chăn nuôi cao, người dân mong được hỗ trợ",
	"Làm thủ tục qua mạng nhanh hơn trước nhưng người cao tuổi chưa quen",
	"Nghe nói sắp thu thêm phí rác, chưa rõ có đúng không",
	"Có tin nhắn lừa đảo giả làm nhân viên điện lực",
	"Nước sinh hoạt đôi lúc đục, mong được kiểm tra",
	"Trạm y tế phục vụ tốt, cần thêm thuốc",
	"Thanh niên muốn có việc làm gần nhà",
	"Chợ xã họp lấn ra đường, buổi sáng hay tắc",
	"Mọi việc ở địa phương bình thường",
}

// saying picks a sentence of their own. The caller holds s.mu.
func (s *someone) saying() string { return sayings[s.rng.IntN(len(sayings))] }
