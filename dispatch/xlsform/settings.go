package xlsform

import (
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// readSettings reads the name and the title of the form, and tells the rest.
func (r *reader) readSettings() {
	r.formName()
	if r.q.title = r.settingTexts("form_title"); len(r.q.title) == 0 {
		title := value{r.fileName(), cell{sheet: sheetSettings}}
		r.q.title = texts{r.q.langs[0]: title}
		r.remark(title.at, survey.CodeFormSetting, "name", "form_title", "value", title.text)
		r.fill(r.q.title, "form_title")
	}
	r.q.intro = r.settingTexts("intro")
	r.q.minutes = r.setting("minutes")
	r.q.askAgain, r.q.fallback = r.setting("ask_again"), r.setting("not_understood")
	if len(r.settings.rows) > 1 {
		r.remark(cell{r.settings.name, r.settings.rows[1].Number, 1}, survey.CodeFormLeftOut, "name", itoa(r.settings.rows[1].Number))
	}
	for _, c := range r.settings.columns {
		switch c.key {
		case "form_title", "form_id", "intro", "minutes", "ask_again", "not_understood", "default_language":
			continue
		}
		if len(r.settings.rows) == 0 {
			continue
		}
		if v := r.settings.at(r.settings.rows[0], c); v.text != "" && c.key == "style" {
			r.remark(v.at, survey.CodeFormStyle, "value", v.text)
		} else if v.text != "" {
			r.remark(v.at, survey.CodeFormLeftOut, "name", c.key)
		}
	}
}

func (r *reader) settingTexts(key string) texts {
	if len(r.settings.rows) == 0 {
		return nil
	}
	return r.texts(&r.settings, r.settings.rows[0], key)
}

// formName is the form_id, else the file's name, in a spelling that ours can
// have.
func (r *reader) formName() {
	id := r.setting("form_id")
	given := id.text
	if given == "" {
		id.at = cell{sheet: sheetSettings}
		given = r.fileName()
	}
	name := newNames().name(given)
	switch {
	case id.text == "":
		r.remark(id.at, survey.CodeFormSetting, "name", "form_id", "value", name)
	case !instrument.ValidName(given):
		r.remark(id.at, survey.CodeFormRenamed, "name", given, "to", name)
	}
	r.q.name = value{name, id.at}
}
