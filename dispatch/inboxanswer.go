package dispatch

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

// AnswerStore is what answering needs of the database.
type AnswerStore interface {
	InboxStore
	Campaign(ctx context.Context, id survey.CampaignID) (*survey.Campaign, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
	EndpointsOf(ctx context.Context, who survey.ContactID) ([]survey.Endpoint, error)
	AnswerMatter(ctx context.Context, o view.MatterReply) (view.OpenNotice, error)
}

// The most characters that an answer by staff may have: some three segments of a
// text, two pages of a mail.
const (
	mostTextWords = 400
	mostMailWords = 4000
)

// answersPerDay is how many messages anybody gets on a channel in 24 hours where no
// campaign says otherwise: those of campaigns and those of staff.
const answersPerDay = 3

// InboxAnswer is what a member of staff writes back.
type InboxAnswer struct {
	InboxOrder
	Words string
	// Channel is by which way: SMS or mail. Empty: the way that it came.
	Channel survey.Channel
}

// AnswerInboxItem writes back to who wrote. The words go into the ledger as a notice
// and leave as every answer does; whoever is on the do-not-contact list, or got
// enough today, is not written to. Errors: not_found, inbox_wordless, inbox_long,
// inbox_address, inbox_barred, inbox_cap, inbox_moved, state_conflict.
func AnswerInboxItem(ctx context.Context, store AnswerStore, keys *token.Keyring, o InboxAnswer) (view.OpenNotice, error) {
	words := strings.TrimSpace(o.Words)
	if words == "" {
		return view.OpenNotice{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeInboxWordless}
	}
	m, err := store.Matter(ctx, o.ID)
	if err != nil {
		return view.OpenNotice{}, missingMatter(err, o.ID)
	}
	r, err := addressed(ctx, store, m, o.Channel)
	if err != nil {
		return view.OpenNotice{}, err
	}
	most := mostTextWords
	if r.Channel == survey.Mail {
		most = mostMailWords
	}
	if n := utf8.RuneCountInString(words); n > most {
		return view.OpenNotice{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeInboxLong,
			Args: map[string]string{"given": strconv.Itoa(n), "most": strconv.Itoa(most)}}
	}
	r.MatterOrder, r.Words, r.Most = o.move(m, survey.MatterAnswer), words, answersPerDay
	r.Keys = keys.AddressKey(r.Channel.EndpointKind(), r.Address)
	if m.CampaignID != 0 {
		k, err := store.Campaign(ctx, m.CampaignID)
		if err != nil {
			return view.OpenNotice{}, err
		}
		if n := k.Protocol.DayCaps[r.Channel]; n > 0 {
			r.Most = n
		}
	}
	return store.AnswerMatter(ctx, r)
}

// addressed says where an answer goes and from where: by the way that the words came,
// or by the person's first live address of another.
func addressed(ctx context.Context, store AnswerStore, m view.Matter, by survey.Channel) (view.MatterReply, error) {
	nowhere := func(ch survey.Channel) error {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxAddress, Args: map[string]string{"channel": string(ch)}}
	}
	words := saidIn(m)
	came := survey.SMS
	if words.Kind == channel.InboundMail {
		came = survey.Mail
	}
	r := view.MatterReply{Channel: by}
	if by == "" {
		r.Channel = came
	}
	if r.Channel != survey.SMS && r.Channel != survey.Mail || m.Kind == survey.MatterNetwork {
		return r, nowhere(r.Channel)
	}
	if r.Channel == came {
		r.Address, r.SenderID = words.From, words.SenderID
	} else if m.ContactID != 0 {
		all, err := store.EndpointsOf(ctx, m.ContactID)
		if err != nil {
			return r, err
		}
		if i := slices.IndexFunc(all, func(e survey.Endpoint) bool {
			return e.Kind == r.Channel.EndpointKind() && e.Status != survey.EndpointDead && (e.SMS || r.Channel != survey.SMS)
		}); i >= 0 {
			r.Address = all[i].Address
		}
	}
	if r.SenderID == 0 {
		senders, err := store.Senders(ctx)
		if err != nil {
			return r, err
		}
		if i := slices.IndexFunc(senders, func(s survey.Sender) bool { return s.Channel == r.Channel }); i >= 0 {
			r.SenderID = senders[i].ID
		}
	}
	if r.Address == "" || r.SenderID == 0 {
		return r, nowhere(r.Channel)
	}
	return r, nil
}
