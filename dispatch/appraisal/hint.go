package appraisal

import "canvass/dispatch/survey"

// The ways in which words may move an answer; their words are those of "why.X".
const (
	whyLeads    = "leads"     // the answer is in the question
	whyOneSide  = "one_side"  // only one end of the scale is named
	whyPresumes = "presumes"  // takes for granted what should be asked first
	whyLoaded   = "loaded"    // praises or blames
	whyAbsolute = "absolute"  // nobody can say yes to always
	whyDouble   = "double"    // two questions, one answer
	whyFaces    = "official"  // names whoever is judged with respect
	whyDenies   = "negations" // "no" would mean yes
)

// HintWhys lists them.
func HintWhys() []string {
	return []string{whyLeads, whyOneSide, whyPresumes, whyLoaded, whyAbsolute, whyDouble, whyFaces, whyDenies}
}

// hint is a phrase that was seen to lead. "…" stands for up to six words.
// Where one of unless stands in the text too, it is balanced or harmless.
type hint struct {
	phrase string
	why    string
	unless []string
}

// hints are the phrases of a language. Vietnamese is written with its accents.
func hints(l survey.Lang) []hint {
	if l == survey.English {
		return englishHints[:]
	}
	return vietnameseHints[:]
}

var vietnameseHints = [...]hint{
	{"có đồng ý rằng", whyLeads, nil}, {"đồng ý với chủ trương", whyLeads, nil}, {"có đồng tình rằng", whyLeads, nil},
	{"đồng ý với việc", whyLeads, []string{"hay không", "không đồng ý"}}, {"chẳng phải", whyLeads, nil}, {"phải chăng", whyLeads, nil},
	{"đúng không", whyLeads, []string{"hay không"}}, {"phải không", whyLeads, nil}, {"có thừa nhận", whyLeads, nil},
	{"ai cũng biết", whyLeads, nil}, {"như mọi người đều biết", whyLeads, nil}, {"như đã biết", whyLeads, nil},
	{"rõ ràng là", whyLeads, nil}, {"đương nhiên", whyLeads, nil}, {"tất nhiên", whyLeads, nil}, {"hiển nhiên", whyLeads, nil},
	{"nhiều người cho rằng", whyLeads, nil}, {"đa số người dân", whyLeads, nil}, {"các chuyên gia cho rằng", whyLeads, nil},

	{"hài lòng", whyOneSide, []string{"không"}}, {"đồng ý", whyOneSide, []string{"không", "phản đối", "mức đồng ý"}},
	{"ủng hộ", whyOneSide, []string{"không", "phản đối"}}, {"tin tưởng", whyOneSide, []string{"không", "nguồn nào"}},
	{"tán thành", whyOneSide, []string{"không", "phản đối"}},

	{"tăng bao nhiêu", whyPresumes, nil}, {"tăng thế nào", whyPresumes, nil}, {"tăng như thế nào", whyPresumes, nil},
	{"giảm bao nhiêu", whyPresumes, nil}, {"tốt hơn như thế nào", whyPresumes, nil}, {"cải thiện như thế nào", whyPresumes, nil},
	{"cải thiện thế nào", whyPresumes, nil}, {"vì sao … hài lòng", whyPresumes, []string{"hay không"}}, {"vì sao … không tin", whyPresumes, nil},
	{"còn … nữa không", whyPresumes, nil}, {"đã thôi", whyPresumes, nil},

	{"đúng đắn", whyLoaded, nil}, {"sáng suốt", whyLoaded, nil}, {"thành tựu", whyLoaded, nil}, {"tiêu cực", whyLoaded, []string{"tích cực"}},
	{"sai trái", whyLoaded, nil}, {"vô trách nhiệm", whyLoaded, nil}, {"quan liêu", whyLoaded, nil}, {"nhũng nhiễu", whyLoaded, nil},
	{"hành dân", whyLoaded, nil}, {"tin đồn", whyLoaded, nil}, {"tin giả", whyLoaded, nil}, {"xấu độc", whyLoaded, nil}, {"quá đắt", whyLoaded, nil},
	{"quá chậm", whyLoaded, nil}, {"tốt đẹp", whyLoaded, nil},

	{"luôn luôn", whyAbsolute, nil}, {"không bao giờ", whyAbsolute, nil}, {"bao giờ cũng", whyAbsolute, nil}, {"lúc nào cũng", whyAbsolute, nil},
	{"hoàn toàn", whyAbsolute, []string{"không hoàn toàn"}}, {"tuyệt đối", whyAbsolute, nil}, {"tất cả", whyAbsolute, []string{"chọn tất cả", "tất cả các ô"}},
	{"mọi người đều", whyAbsolute, nil}, {"toàn bộ", whyAbsolute, nil}, {"chưa bao giờ", whyAbsolute, nil},

	{"và hoặc", whyDouble, nil}, {"cũng như", whyDouble, nil}, {"vừa … vừa", whyDouble, nil}, {"gì … và … đâu", whyDouble, nil},
	{"gì … và … nào", whyDouble, nil}, {"và … thế nào", whyDouble, nil}, {"đồng thời", whyDouble, nil},

	{"lãnh đạo tỉnh", whyFaces, nil}, {"đồng chí bí thư", whyFaces, nil}, {"đồng chí chủ tịch", whyFaces, nil}, {"nhờ sự quan tâm", whyFaces, nil},
	{"nhờ sự chỉ đạo", whyFaces, nil}, {"theo chỉ đạo", whyFaces, nil},

	{"không nên không", whyDenies, nil}, {"không thể không", whyDenies, nil}, {"không phải không", whyDenies, nil}, {"không đồng ý … không", whyDenies, nil},
	{"phản đối việc không", whyDenies, nil},
}

var englishHints = [...]hint{
	{"do you agree that", whyLeads, nil}, {"do you not agree", whyLeads, nil}, {"don't you think", whyLeads, nil}, {"don't you agree", whyLeads, nil},
	{"wouldn't you", whyLeads, nil}, {"isn't it", whyLeads, nil}, {"aren't you", whyLeads, nil}, {"surely", whyLeads, nil}, {"of course", whyLeads, nil},
	{"obviously", whyLeads, nil}, {"clearly better", whyLeads, nil}, {"as everyone knows", whyLeads, nil}, {"as you know", whyLeads, nil},
	{"most people", whyLeads, nil}, {"experts say", whyLeads, nil}, {"would you admit", whyLeads, nil},

	{"satisfied", whyOneSide, []string{"dissatisfied", "or not", "not satisfied"}}, {"agree", whyOneSide, []string{"disagree", "or not"}},
	{"support", whyOneSide, []string{"oppose", "or not"}}, {"in favour", whyOneSide, []string{"against", "oppose"}},
	{"in favor", whyOneSide, []string{"against", "oppose"}}, {"approve", whyOneSide, []string{"disapprove", "or not"}},

	{"how much better", whyPresumes, nil}, {"how much worse", whyPresumes, nil}, {"how much has … risen", whyPresumes, nil},
	{"how much have … risen", whyPresumes, nil}, {"how has … improved", whyPresumes, nil}, {"why are you satisfied", whyPresumes, nil},
	{"have you stopped", whyPresumes, nil}, {"do you still", whyPresumes, nil},

	{"wise", whyLoaded, nil}, {"achievements", whyLoaded, nil}, {"failure of", whyLoaded, nil}, {"irresponsible", whyLoaded, nil},
	{"corrupt", whyLoaded, nil}, {"fake news", whyLoaded, nil}, {"rumours", whyLoaded, nil}, {"rumors", whyLoaded, nil}, {"excellent", whyLoaded, []string{"poor", "bad"}},
	{"terrible", whyLoaded, nil}, {"too expensive", whyLoaded, nil}, {"too slow", whyLoaded, nil},

	{"always", whyAbsolute, nil}, {"never", whyAbsolute, nil}, {"all of the", whyAbsolute, []string{"all that apply"}}, {"everyone", whyAbsolute, nil},
	{"every time", whyAbsolute, nil}, {"completely", whyAbsolute, []string{"not completely"}}, {"totally", whyAbsolute, nil}, {"absolutely", whyAbsolute, nil},

	{"and or", whyDouble, nil}, {"as well as", whyDouble, nil}, {"both … and", whyDouble, nil}, {"what … and where", whyDouble, nil},
	{"what … and how", whyDouble, nil}, {"what … and why", whyDouble, nil}, {"and how", whyDouble, nil},

	{"the honourable", whyFaces, nil}, {"thanks to the leadership", whyFaces, nil}, {"under the guidance", whyFaces, nil},

	{"not … not", whyDenies, []string{"or not"}}, {"oppose not", whyDenies, nil}, {"disagree … not", whyDenies, []string{"or not"}},
}
