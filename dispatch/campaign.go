package dispatch

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CampaignStore is what creating a campaign needs of the database.
type CampaignStore interface {
	DraftStore
	CreateCampaign(ctx context.Context, c survey.Campaign, actor string, now time.Time) (survey.CampaignID, error)
}

// CampaignRequest asks for a new campaign.
type CampaignRequest struct {
	Spec  Spec
	Actor string
	Now   time.Time // business time
	Rand  io.Reader // for the seed, when the design names none
}

// CreateCampaign checks a spec and stores it as a draft. All that is wrong with
// it is told at once, as joined *survey.Error.
func CreateCampaign(ctx context.Context, store CampaignStore, r CampaignRequest) (survey.Campaign, error) {
	k, err := draft(ctx, store, r.Spec)
	if err != nil {
		return k, err
	}
	if k.Design.Seed, err = seed(k.Design.Seed, r.Rand); err != nil {
		return k, err
	}
	k.ID, err = store.CreateCampaign(ctx, k, r.Actor, r.Now)
	return k, err
}

// DraftStore is what checking a campaign needs of the database.
type DraftStore interface {
	Office(ctx context.Context) (survey.Office, bool, error)
	Questionnaire(ctx context.Context, name string, version int) (view.QuestionnaireSource, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
	OwnTexts(ctx context.Context) (survey.OwnTexts, error)
}

// draft makes the campaign of a spec, with the questionnaire, the office, its texts and
// the senders of now.
func draft(ctx context.Context, store DraftStore, spec Spec) (survey.Campaign, error) {
	c := specCheck{spec: spec}
	k := c.campaign()
	if err := c.office(ctx, store, &k); err != nil {
		return k, err
	}
	if err := c.texts(ctx, store, &k); err != nil {
		return k, err
	}
	q, err := c.questionnaire(ctx, store, &k)
	if err != nil {
		return k, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return k, err
	}
	c.fit(k, q, senders)
	return k, errors.Join(c.errors...)
}

// seed draws a seed of 53 bits when none is given: every JSON reader keeps it.
func seed(given uint64, random io.Reader) (uint64, error) {
	for given == 0 {
		var b [8]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("dispatch: seed: %w", err)
		}
		given = binary.BigEndian.Uint64(b[:]) >> 11
	}
	return given, nil
}

// office lays the spec's office over that of the installation.
func (c *specCheck) office(ctx context.Context, store DraftStore, k *survey.Campaign) error {
	o, _, err := store.Office(ctx)
	if err != nil {
		return err
	}
	given := c.spec.Office
	o.Name, o.Short = over(o.Name, given.Name), over(o.Short, given.Short)
	o.Contact, o.Phone, o.Mail = or(given.Contact, o.Contact), or(given.Phone, o.Phone), or(given.Mail, o.Mail)
	k.Office = o
	return nil
}

func over(under, given map[survey.Lang]string) map[survey.Lang]string {
	out := map[survey.Lang]string{}
	for _, m := range []map[survey.Lang]string{under, given} {
		for l, s := range m {
			out[l] = s
		}
	}
	return out
}

// questionnaire finds and reads the version that the spec names. It is nil when
// there is none, and the error is noted.
func (c *specCheck) questionnaire(ctx context.Context, store DraftStore, k *survey.Campaign) (*instrument.Questionnaire, error) {
	name, at, pinned := strings.Cut(c.spec.Questionnaire, "@")
	version, err := strconv.Atoi(at)
	if name == "" || pinned && (err != nil || version < 1) {
		c.fail("questionnaire", survey.CodeCampaignInvalid, "name", "questionnaire", "problem", "name@version")
		return nil, nil
	}
	src, err := store.Questionnaire(ctx, name, version)
	if survey.KindOf(err) == survey.NotFound {
		c.fail("questionnaire", survey.CodeNotFound, "what", "questionnaire", "name", c.spec.Questionnaire)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k.QuestionnaireID = src.ID
	return published(src)
}

// published reads a questionnaire that was read before it was published; that
// it cannot be any more is a fault of ours.
func published(src view.QuestionnaireSource) (*instrument.Questionnaire, error) {
	q, bad := instrument.Parse(src.Name, []byte(src.Source))
	if len(bad) > 0 {
		return nil, fmt.Errorf("dispatch: questionnaire %s version %d: %w", src.Name, src.Version, bad[0])
	}
	return q, nil
}

// shortName is the most characters of a sender's name in a text message.
const shortName = 20

// fit notes what keeps campaign, questionnaire and senders from going together:
// an incomplete office, a channel without sender, a conversation that nobody
// could answer, a mode that cannot carry every path through the questionnaire.
func (c *specCheck) fit(k survey.Campaign, q *instrument.Questionnaire, senders []survey.Sender) {
	langs := []survey.Lang{survey.Vietnamese}
	if q != nil {
		langs = q.Languages
	}
	c.officeComplete(k.Office, langs)
	channels := map[survey.Channel]bool{}
	for _, s := range k.Protocol.Steps {
		if s.Channel.Valid() && !channels[s.Channel] {
			channels[s.Channel] = true
			if !has(senders, func(o survey.Sender) bool { return o.Channel == s.Channel }) {
				c.fail("protocol", survey.CodeSenderMissing, "channel", string(s.Channel), "step", s.Name)
			}
		}
		c.sender(s, senders)
	}
	c.level(k, q)
	if q != nil {
		c.modes(k, q)
	}
}

// modes notes every question for which a step asks by a mode that cannot carry
// the questionnaire, once for a mode.
func (c *specCheck) modes(k survey.Campaign, q *instrument.Questionnaire) {
	told := map[survey.Mode]bool{}
	for _, s := range k.Protocol.Steps {
		m, ok := answeredBy(s)
		if !ok || told[m] {
			continue
		}
		told[m] = true
		for _, e := range appraisal.Shut(q, m) {
			e.Args["step"] = s.Name
			c.errors = append(c.errors, e)
		}
	}
}

// answeredBy is the mode in which a step is answered: a link leads to the web,
// whatever it was sent by.
func answeredBy(s survey.Step) (survey.Mode, bool) {
	switch {
	case s.Channel == survey.Call:
		return survey.Voice, true
	case s.Channel == survey.SMS && s.Conversation:
		return survey.TextMode, true
	}
	return survey.Web, s.Channel.Valid()
}

// sender notes that a step's sender does not exist, or that nobody could answer
// to it.
func (c *specCheck) sender(s survey.Step, senders []survey.Sender) {
	var fit []survey.Sender
	for _, o := range senders {
		if o.Channel == s.Channel && (s.Sender == "" || strings.EqualFold(o.Address, s.Sender)) {
			fit = append(fit, o)
		}
	}
	switch {
	case len(fit) == 0 && s.Sender != "":
		c.fail("protocol", survey.CodeSenderMissing, "channel", string(s.Channel), "step", s.Name, "sender", s.Sender)
	case len(fit) > 0 && s.Conversation && !has(fit, func(o survey.Sender) bool { return o.CanReceive }):
		c.fail("protocol", survey.CodeCannotReceive, "step", s.Name, "sender", addresses(fit, s.Channel))
	}
}

func (c *specCheck) officeComplete(o survey.Office, langs []survey.Lang) {
	for _, field := range officeMissing(o, langs) {
		c.fail("office."+field, survey.CodeOfficeIncomplete, "name", field)
	}
}

func has(senders []survey.Sender, fits func(survey.Sender) bool) bool {
	for _, s := range senders {
		if fits(s) {
			return true
		}
	}
	return false
}

func addresses(senders []survey.Sender, ch survey.Channel) string {
	var out []string
	for _, s := range senders {
		if s.Channel == ch {
			out = append(out, s.Address)
		}
	}
	return strings.Join(out, ", ")
}
