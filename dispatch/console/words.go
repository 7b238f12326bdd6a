package console

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// wordsStore is what open answers and topics need of the database.
type wordsStore interface {
	dispatch.WordsStore
	dispatch.QuoteStore
	dispatch.VoiceStore
}

// A response is named by its random id, as in files of results; in an address it only
// says where a page begins.
var responseForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// uncoded filters the answers that have no topic.
const uncoded = "none"

// openAnswers shows the open answers to a question.
func (v *visit) openAnswers() {
	page, err := v.wordsScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.showWords(http.StatusOK, page)
}

// showWords writes the page; it may play what was spoken.
func (v *visit) showWords(status int, page templates.OpenWords) {
	h := v.w.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; media-src 'self'")
	v.show(status, page)
}

func wordsPath(name string) string { return campaignPath(name) + "/words" }

// wordsScreen reads what is asked for from the address, or from a form that holds what no
// address may.
func (v *visit) wordsScreen() (templates.OpenWords, error) {
	name := v.r.PathValue("name")
	filter := v.r.FormValue("topic")
	if v.r.FormValue("do") != "" && v.r.FormValue("do") != "find" {
		filter = v.r.FormValue("filter")
	}
	q := dispatch.WordsQuery{Campaign: name, Question: v.r.FormValue("question"), Term: v.r.FormValue("term"), None: filter == uncoded}
	if id, err := strconv.ParseUint(filter, 10, 63); err == nil {
		q.Topic = survey.TopicID(id)
	}
	if after := v.r.FormValue("after"); responseForm.MatchString(after) {
		q.After = survey.ResponseID(after)
	}
	w, err := dispatch.ReadWords(v.ctx, v.Store, q)
	if err != nil {
		return templates.OpenWords{}, err
	}
	k := w.Campaign
	page := templates.OpenWords{Shell: v.shell("topics"), Title: v.title(k.Title, k.Name), CampaignAt: campaignPath(k.Name), Self: wordsPath(k.Name),
		Question: w.Question.Name, Asked: w.Question.Label.In(v.lang()), Term: q.Term, Filter: filter, Coded: w.Coded,
		Anonymous: k.Confidentiality == survey.Anonymous, Spoken: w.Question.Spoken && k.Confidentiality == survey.Confidential, Veiled: !v.account.Role.May(staff.Persons),
		All: v.wordsAddress(k.Name, w.Question.Name, ""), None: v.wordsAddress(k.Name, w.Question.Name, uncoded)}
	for _, o := range w.Questions {
		page.Questions = append(page.Questions, templates.Ticked{Value: o.Name, Label: o.Label.In(v.lang()), Chosen: o.Name == w.Question.Name})
	}
	names := map[survey.TopicID]string{}
	for _, t := range w.Topics {
		names[t.ID] = t.Name[v.lang()]
		number := strconv.FormatInt(int64(t.ID), 10)
		page.Topics = append(page.Topics, templates.TopicRow{ID: int64(t.ID), Name: t.Name[v.lang()], Code: t.Code, N: w.Uses[t.ID], Ended: !t.EndedAt.IsZero(),
			Current: filter == number, Href: v.wordsAddress(k.Name, w.Question.Name, number)})
	}
	slices.SortStableFunc(page.Topics, func(a, b templates.TopicRow) int { return b.N - a.N })
	ids := make([]survey.ResponseID, len(w.Answers))
	for i, a := range w.Answers {
		ids[i] = a.Response
	}
	quoted, err := v.Store.Quoted(v.ctx, k.ID, w.Question.Name, ids)
	if err != nil {
		return page, err
	}
	for i, a := range w.Answers {
		row := v.wordsRow(k, a, names, i)
		row.Quoted = quoted[a.Response]
		page.Rows = append(page.Rows, row)
	}
	page.Next, page.After = string(w.Next), string(w.Next)
	page.Partly = w.Partly && (len(w.Answers) == 0 || q.Term != "")
	return page, nil
}

func (v *visit) wordsAddress(name, question, filter string) string {
	q := url.Values{"question": {question}}
	if filter != "" {
		q.Set("topic", filter)
	}
	return wordsPath(name) + "?" + q.Encode()
}

// wordsRow is one answer. Its words are shown whole to whoever may see people; who may
// not is shown no number and no mailbox, and hears no voice.
func (v *visit) wordsRow(k *survey.Campaign, a view.OpenAnswer, names map[survey.TopicID]string, i int) templates.WordsRow {
	r := templates.WordsRow{Pick: string(a.Response) + ":" + a.Mark, ID: strconv.Itoa(i), Words: string(a.Value), Mode: string(a.Mode)}
	persons := v.account.Role.May(staff.Persons)
	if id, spoken := (survey.Answer{Value: a.Value}).Recorded(); spoken {
		r.Words, r.Mute = string(a.Words), a.Words == ""
		if persons && k.Confidentiality == survey.Identified {
			r.Record, r.Voice = string(id), campaignPath(k.Name)+"/voice/"+url.PathEscape(string(id))
		}
	}
	if !persons {
		r.Words = dispatch.WithoutAddresses(r.Words)
	}
	for _, t := range a.Topics {
		r.Topics = append(r.Topics, names[t])
	}
	r.Picked = slices.Contains(v.r.PostForm["pick"], r.Pick)
	return r
}

// doWords finds, or does something with what is marked: it gives topics or takes them off,
// or marks what may be quoted or takes that off.
func (v *visit) doWords() {
	do := v.r.PostFormValue("do")
	told, ok := map[string]string{"give": "words.given", "off": "words.off", "quote": "words.quote.done", "unquote": "words.quote.undone"}[do]
	if !ok {
		v.openAnswers()
		return
	}
	n, err := v.doPicked(do)
	if err == nil && v.r.PostFormValue("term") == "" {
		if n < len(v.picks()) {
			told = "words.some"
		}
		v.tell(told)
		v.goTo(v.wordsAddress(v.r.PathValue("name"), v.r.PostFormValue("question"), v.r.PostFormValue("filter")))
		return
	}
	if kind := survey.KindOf(err); err != nil && kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	status := http.StatusOK
	if err == nil {
		v.r.PostForm.Del("pick")
	}
	page, bad := v.wordsScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	if err != nil {
		status, page.Wrong, page.New = http.StatusUnprocessableEntity, v.words(err), v.r.PostFormValue("new")
	}
	v.showWords(status, page)
}

// picks are the answers that are marked.
func (v *visit) picks() []view.TopicPick {
	var out []view.TopicPick
	for _, p := range v.r.PostForm["pick"] {
		if id, mark, ok := strings.Cut(p, ":"); ok && responseForm.MatchString(id) {
			out = append(out, view.TopicPick{Response: survey.ResponseID(id), Mark: mark})
		}
	}
	return out
}

// doPicked does it, and returns with how many answers.
func (v *visit) doPicked(do string) (int, error) {
	if do == "give" || do == "off" {
		return v.giveTopics(do == "off")
	}
	return dispatch.MarkQuotes(v.ctx, v.Store, v.r.PathValue("name"), view.QuoteOrder{Question: v.r.PostFormValue("question"), Picks: v.picks(),
		Off: do == "unquote", Actor: v.account.Login, Now: v.Clock.Now()})
}

func (v *visit) giveTopics(off bool) (int, error) {
	o := view.TopicOrder{Question: v.r.PostFormValue("question"), Off: off, Actor: v.account.Login, Now: v.Clock.Now()}
	o.Picks = v.picks()
	if id, err := strconv.ParseUint(v.r.PostFormValue("topic"), 10, 63); err == nil && id > 0 {
		o.Topics = append(o.Topics, survey.TopicID(id))
	}
	if name := strings.TrimSpace(v.r.PostFormValue("new")); name != "" && !off && len(o.Picks) > 0 {
		id, err := dispatch.AddTopic(v.ctx, v.Store, view.Topic{Name: map[survey.Lang]string{survey.Vietnamese: name}}, view.Audit{At: v.Clock.Now(), Actor: v.account.Login})
		if err != nil {
			return 0, err
		}
		o.Topics = append(o.Topics, id)
	}
	return dispatch.GiveTopics(v.ctx, v.Store, v.r.PathValue("name"), o)
}
