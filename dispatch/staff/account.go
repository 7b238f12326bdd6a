package staff

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// ID is one account.
type ID int64

// Account is somebody who may sign in.
type Account struct {
	ID         ID
	Login      string // see CheckLogin
	Name       string // as colleagues write it
	Role       Role
	Lang       survey.Lang
	Password   string // see Hash
	Wrong      int    // wrong passwords since the last right one
	RestsUntil time.Time
	DisabledAt time.Time // zero: it works
	CreatedAt  time.Time
	Second     bool     // one-time codes are asked for
	Bound      bool     // works for Campaigns only
	Campaigns  []string // their names, where it is bound
}

// Sees reports whether the account works for the campaign of that name.
func (a Account) Sees(campaign string) bool {
	return !a.Bound || slices.Contains(a.Campaigns, campaign)
}

// Rests reports whether the account takes no password at real time now.
func (a Account) Rests(now time.Time) bool { return now.Before(a.RestsUntil) }

// Invitation is a link that makes one account.
type Invitation struct {
	ID      int64
	Hash    []byte // of the secret in the link
	Role    Role
	By      ID     // 0: the machine, at the first run
	Inviter string // the name of By, where it is listed
	Actor   string // who goes on record with it; empty: the machine, at the first run
	At      time.Time
	Until   time.Time

	Bound     bool     // the account works for Campaigns only
	Campaigns []string // their names; not told of an invitation that is read
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,39}$`)

// CheckLogin brings a login into its one form: lower case, Latin letters, digits, and
// ". _ -". Errors: login_invalid.
func CheckLogin(text string) (string, error) {
	login := strings.ToLower(strings.TrimSpace(text))
	if !loginForm.MatchString(login) {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodeLoginInvalid}
	}
	return login, nil
}

// CheckName brings a name into its one form, 1 to 80 characters. Errors:
// staff_name_invalid.
func CheckName(text string) (string, error) {
	name := strings.Join(strings.Fields(text), " ")
	if n := utf8.RuneCountInString(name); n < 1 || n > 80 || !utf8.ValidString(name) {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodeStaffNameInvalid, Args: map[string]string{"min": "1", "max": "80"}}
	}
	return name, nil
}
