package staff

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// Act is a line of the record of who did what to the contact list or to a campaign.
type Act struct {
	Place        int64 // in the chain, from 1 on without a gap
	ID           int64
	At           time.Time
	Actor        string
	Act          string // as the table's CHECK has it: export, consent, merge, …
	Contact      int64  // 0: about none; so with the import and the campaign
	Import       int64
	Campaign     int64
	CampaignName string // where somebody asked for it; no part of the chain
	Reason       string
	Detail       string // JSON

	// The salts are gone where an erasure emptied the words.
	ReasonSalt, ReasonDigest []byte
	DetailSalt, DetailDigest []byte
	Hash                     []byte
}

// Emptied reports whether an erasure took words of the line away.
func (a Act) Emptied() bool { return len(a.ReasonSalt) == 0 || len(a.DetailSalt) == 0 }

// Sum is the hash that the line has behind one with the hash before: SHA-256 over lines
// of text, as migration 00034 writes them.
func (a Act) Sum(before []byte) []byte {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	sum := sha256.Sum256([]byte(strings.Join([]string{"canvass audit 1", n(a.Place), hex.EncodeToString(before), n(a.ID), n(a.At.UnixMicro()),
		n(a.Contact), n(a.Import), n(a.Campaign), hex.EncodeToString(a.ReasonDigest), hex.EncodeToString(a.DetailDigest), a.Act, a.Actor}, "\n")))
	return sum[:]
}

// kept reports whether words are those of their digest; words that were emptied are
// those of any.
func kept(salt, digest []byte, words, empty string) bool {
	if len(salt) == 0 {
		return words == empty
	}
	sum := sha256.Sum256(append(slices.Clone(salt), words...))
	return bytes.Equal(sum[:], digest)
}

// Head is the end of a chain. Whoever writes it down notices later if the record was
// cut short or written anew.
type Head struct {
	Place int64
	Hash  []byte
}

// Genesis is the head of a record without lines.
func Genesis() Head {
	sum := sha256.Sum256([]byte("canvass audit"))
	return Head{Hash: sum[:]}
}

// String writes the head as people write it down: place and hash, such as
// 1204:9f86d0….
func (h Head) String() string {
	return strconv.FormatInt(h.Place, 10) + ":" + hex.EncodeToString(h.Hash)
}

// ReadHead reads what String wrote. Errors: audit_anchor.
func ReadHead(text string) (Head, error) {
	place, sum, _ := strings.Cut(strings.TrimSpace(text), ":")
	n, err := strconv.ParseInt(place, 10, 64)
	hash, bad := hex.DecodeString(sum)
	if err != nil || bad != nil || n < 0 || len(hash) != sha256.Size {
		return Head{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeAuditAnchor}
	}
	return Head{Place: n, Hash: hash}, nil
}

// Chain is a record that is looked through line by line.
type Chain struct {
	Head
	Emptied int // lines whose words an erasure took

	anchor         Head
	bare           map[int64]int64 // contact → a line about it that was emptied
	erased         map[int64]bool  // contacts whose erasure is on record
	bareOther      int64           // the last line about no contact that was emptied
	lastErasure    int64
	anchorNotFound bool
}

// NewChain begins before the first line. If anchor has a place, the line there must have
// its hash.
func NewChain(anchor Head) *Chain {
	return &Chain{Head: Genesis(), anchor: anchor, anchorNotFound: anchor.Place > 0, bare: map[int64]int64{}, erased: map[int64]bool{}}
}

// broken says where a chain breaks, and why: audit_gone, audit_changed, audit_words,
// audit_unerased, audit_short, audit_anchored or audit_outside.
func broken(place int64, why string) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeAuditBroken, Args: map[string]string{
		"place": strconv.FormatInt(place, 10), "why": why}}
}

// Add looks at the next line. Errors: audit_broken.
func (c *Chain) Add(a Act) error {
	switch {
	case a.Place != c.Place+1:
		return broken(c.Place+1, "audit_gone")
	case !bytes.Equal(a.Hash, a.Sum(c.Hash)):
		return broken(a.Place, "audit_changed")
	case !kept(a.ReasonSalt, a.ReasonDigest, a.Reason, "") || !kept(a.DetailSalt, a.DetailDigest, a.Detail, "{}"):
		return broken(a.Place, "audit_words")
	}
	c.Head = Head{Place: a.Place, Hash: a.Hash}
	if a.Place == c.anchor.Place {
		if !bytes.Equal(a.Hash, c.anchor.Hash) {
			return broken(a.Place, "audit_anchored")
		}
		c.anchorNotFound = false
	}
	if a.Act == "erase" {
		c.erased[a.Contact], c.lastErasure = true, a.Place
	}
	if a.Emptied() {
		c.Emptied++
		if a.Contact != 0 {
			c.bare[a.Contact] = a.Place
		} else {
			c.bareOther = a.Place
		}
	}
	return nil
}

// End holds the chain against where the record ends by its own account. Words that were
// emptied need an erasure on record: of the contact, or, of a line about nobody by name,
// of anybody later. Errors: audit_broken.
func (c *Chain) End(at Head) error {
	if c.Place != at.Place || !bytes.Equal(c.Hash, at.Hash) {
		return broken(c.Place+1, "audit_short")
	}
	if c.anchorNotFound {
		return broken(c.Place+1, "audit_anchored")
	}
	for _, contact := range slices.Sorted(maps.Keys(c.bare)) {
		if !c.erased[contact] {
			return broken(c.bare[contact], "audit_unerased")
		}
	}
	if c.bareOther > c.lastErasure {
		return broken(c.bareOther, "audit_unerased")
	}
	return nil
}

// Outside is the error of a line that no chain has.
func Outside(id int64) error { return broken(id, "audit_outside") }

// Acts lists what can be on record.
func Acts() []string {
	return []string{"import", "undo", "merge", "erase", "export", "consent", "code", "move", "suppress", "lift", "doubt", "hours", "staff", "inbox",
		"contact", "proposal", "questionnaire", "focal", "topic", "setting", "sender", "token"}
}

// ActFilter asks for a page of the record.
type ActFilter struct {
	Before      int64     // the place of the last line of the page before; 0: from the end
	Actor, Act  string    // empty: every
	From, Until time.Time // business time; zero: no bound
	Most        int
}
