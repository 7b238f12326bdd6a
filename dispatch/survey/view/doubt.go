package view

import (
	"strconv"
	"time"

	"canvass/dispatch/survey"
)

// MessageRef names one message of ours, of either ledger, as it is named to
// providers and to staff: a12 is attempt 12, n7 is notice 7.
type MessageRef struct {
	Attempt survey.AttemptID
	Notice  survey.NoticeID
}

// String writes the reference.
func (r MessageRef) String() string {
	if r.Notice != 0 {
		return "n" + strconv.FormatInt(int64(r.Notice), 10)
	}
	return "a" + strconv.FormatInt(int64(r.Attempt), 10)
}

// MarshalText implements encoding.TextMarshaler.
func (r MessageRef) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ParseMessageRef reads what String writes.
func ParseMessageRef(text string) (MessageRef, bool) {
	if len(text) < 2 {
		return MessageRef{}, false
	}
	id, err := strconv.ParseUint(text[1:], 10, 63)
	if err != nil || id == 0 || text[1] == '0' {
		return MessageRef{}, false
	}
	switch text[0] {
	case 'a':
		return MessageRef{Attempt: survey.AttemptID(id)}, true
	case 'n':
		return MessageRef{Notice: survey.NoticeID(id)}, true
	}
	return MessageRef{}, false
}

// DoubtLine is one message of which nobody can tell yet whether it left. Times are
// real time.
type DoubtLine struct {
	Ref       MessageRef       `json:"ref"`
	ContactID survey.ContactID `json:"contact_id,omitempty"` // 0: nobody knows who it was for
	Contact   string           `json:"contact,omitempty"`    // the office's code of the person
	Channel   survey.Channel   `json:"channel"`
	Step      string           `json:"step,omitempty"` // of an attempt; a notice answers somebody
	Try       int              `json:"try,omitempty"`
	// HandedOver is when it was taken in hand, and may have left since.
	HandedOver time.Time `json:"handed_over"`
	// ForStaff says that only a person can settle it, and Finding why; else it is
	// still looked for at the provider.
	ForStaff bool           `json:"for_staff"`
	Finding  survey.Finding `json:"finding,omitempty"`
	Looks    int            `json:"looks"`          // at the provider
	Code     string         `json:"code,omitempty"` // of the provider, when it was handed over
}

// DoubtOrder is what staff found out about messages in doubt of one campaign:
// that they left, or that they did not.
type DoubtOrder struct {
	Campaign *survey.Campaign
	Refs     []MessageRef
	// All means every one that waits for staff, beside Refs.
	All   bool
	Sent  bool
	Actor string
	Words string
	Now   time.Time // business time
}

// DoubtsSettled says which were settled, and which were not in doubt any more, or
// are not of the campaign.
type DoubtsSettled struct {
	Campaign  string       `json:"campaign"`
	Sent      bool         `json:"sent"`
	Settled   []MessageRef `json:"settled"`
	Meanwhile []MessageRef `json:"meanwhile,omitempty"`
}
