package xlsform

import (
	"canvass/dispatch/contactlist"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// recordings reads the names of the files in which a question is spoken, each in its
// language; no language stands for another. The files themselves come when it is published.
func (r *reader) recordings(row contactlist.Line, shape string) texts {
	t, s := texts{}, &r.survey
	for _, c := range s.columns {
		v := s.at(row, c)
		if c.key != "audio" || v.text == "" {
			continue
		}
		lang := languageOf(c.language)
		if c.language == "" {
			lang = r.plain
		}
		_, have := t[lang]
		switch {
		case lang == "": // told at the header
		case have:
			r.remark(v.at, survey.CodeFormPlainLeft, "name", "audio", "lang", string(lang))
		case shape == shapeCalculate || shape == shapeHidden:
			r.remark(v.at, survey.CodeFormLeftOut, "name", "audio")
		case !instrument.ValidSound(v.text):
			r.fault(v.at, survey.CodeFormValue, "name", "audio", "value", v.text, "valid", "loi-hoi.mp3, .wav, .ogg, .m4a")
		default:
			t[lang] = v
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}
