package xlsform

// matrix writes a matrix as a group that is shown as a table.
func (w *writer) matrix(it *item) {
	r := record{"type": "begin_group", "appearance": "table-list"}
	r.set("name", it.name.text)
	w.texts(r, "label", it.label)
	w.texts(r, "sms", it.sms)
	w.texts(r, "voice", it.voice)
	r.set("relevant", it.relevant.text)
	r.flag("random", it.random)
	w.survey = append(w.survey, r)
	for i, row := range it.rows {
		own := *it
		own.name.text, own.label, own.sms, own.voice, own.relevant.text = it.name.text+"_"+row.code.text, row.label, row.short, row.voice, row.relevant.text
		own.shape, own.random = shapeSingle, false
		if i > 0 {
			own.page.text, own.hint = "", nil
		}
		one := w.record(&own)
		one["type"] = "select_one " + w.listOf(it)
		w.survey = append(w.survey, one)
	}
	w.survey = append(w.survey, record{"type": "end_group"})
}
