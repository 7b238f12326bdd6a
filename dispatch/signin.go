package dispatch

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StaffStore is what accounts need of the database.
type StaffStore interface {
	Staff(ctx context.Context) ([]staff.Account, error)
	StaffByLogin(ctx context.Context, login string) (staff.Account, error)
	InviteStaff(ctx context.Context, i staff.Invitation) error
	Invitations(ctx context.Context, most int) ([]staff.Invitation, error)
	WithdrawInvitation(ctx context.Context, id int64, by view.Audit) error
	RenewInvitation(ctx context.Context, i staff.Invitation) (staff.Role, error)
	Invited(ctx context.Context, hash []byte, now time.Time) (staff.Invitation, error)
	MakeStaff(ctx context.Context, hash []byte, a staff.Account, now time.Time) (staff.ID, error)
	SetStaff(ctx context.Context, a staff.Account, by view.Audit) error
	SpeakToStaff(ctx context.Context, id staff.ID, lang survey.Lang) error

	WrongPassword(ctx context.Context, id staff.ID, now time.Time) error
	BeginSession(ctx context.Context, b staff.Begun) error
	Session(ctx context.Context, hash []byte, now time.Time) (staff.Session, bool, error)
	EndSession(ctx context.Context, hash []byte) error
	SecondNeeded(ctx context.Context) ([]staff.Role, error)
}

// Guess is somebody who says who they are. Now is real time; Rand is crypto/rand
// where it is nil. Instead is the secret of the session that was there before, if any.
type Guess struct {
	Login, Password string
	Instead         string
	Now             time.Time
	Rand            io.Reader
}

// SignedIn is a session that began, and the secret of its cookie.
type SignedIn struct {
	Secret  string
	Account staff.Account
	Waits   staff.Waits // the session opens nothing yet
}

// SignIn begins a session; one that waits, where a one-time code is asked for or the role
// needs one. A login that nobody has, a wrong password, an account that rests after many
// guesses and one that was ended are told alike, and take as long. Errors: sign_in_wrong.
func SignIn(ctx context.Context, store StaffStore, g Guess) (SignedIn, error) {
	wrong := &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInWrong}
	a, err := accountOf(ctx, store, g.Login)
	if err != nil {
		return SignedIn{}, err
	}
	right, err := staff.Matches(a.Password, g.Password)
	if err != nil {
		return SignedIn{}, err
	}
	switch {
	case a.ID == 0 || a.Rests(g.Now) || !a.DisabledAt.IsZero():
		return SignedIn{}, wrong
	case !right:
		if err := store.WrongPassword(ctx, a.ID, g.Now); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, wrong
	}
	waits := staff.WaitsCode
	if !a.Second {
		needed, err := store.SecondNeeded(ctx)
		if err != nil {
			return SignedIn{}, err
		}
		if waits = staff.WaitsNothing; slices.Contains(needed, a.Role) {
			waits = staff.WaitsSetup
		}
	}
	return begin(ctx, store, g, staff.Session{Account: a, Waits: waits})
}

// begin begins a session in the place of the one of g.
func begin(ctx context.Context, store StaffStore, g Guess, s staff.Session) (SignedIn, error) {
	secret, hash, err := staff.NewSecret(g.Rand)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Secret: secret, Account: s.Account, Waits: s.Waits}, store.BeginSession(ctx, staff.Begun{Hash: hash, Instead: staff.HashSecret(g.Instead),
		Account: s.Account.ID, Waits: s.Waits, Now: g.Now})
}

// accountOf is the account with a login; one that nobody can sign in with where there
// is none.
func accountOf(ctx context.Context, store StaffStore, login string) (staff.Account, error) {
	none := staff.Account{Password: staff.NoAccount}
	login, err := staff.CheckLogin(login)
	if err != nil {
		return none, nil //nolint:nilerr // nobody is called so
	}
	a, err := store.StaffByLogin(ctx, login)
	var e *survey.Error
	if errors.As(err, &e) && e.Kind == survey.NotFound {
		return none, nil
	}
	return a, err
}

// InviteStaff makes a link for one account of a role, and returns its secret. by is 0
// for the machine itself. Errors: role_unknown.
func InviteStaff(ctx context.Context, store StaffStore, role staff.Role, by staff.ID, now time.Time) (string, error) {
	return InviteTo(ctx, store, staff.Invitation{Role: role, By: by, At: now})
}

// InviteTo is InviteStaff for an account that may be bound to campaigns. Errors:
// role_unknown, bound_administrator.
func InviteTo(ctx context.Context, store StaffStore, i staff.Invitation) (string, error) {
	if !i.Role.Valid() {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodeRoleUnknown}
	}
	if i.Bound && i.Role == staff.Administrator {
		return "", &survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignUnbound}
	}
	secret, hash, err := staff.NewSecret(nil)
	if err != nil {
		return "", err
	}
	i.Hash, i.Until = hash, i.At.Add(staff.Invited)
	return secret, store.InviteStaff(ctx, i)
}

// InviteAgain puts another link in the place of one that nobody has used: its ID, and who
// makes it. Role and campaigns stay. Errors: staff_invitation_over.
func InviteAgain(ctx context.Context, store StaffStore, i staff.Invitation) (string, staff.Role, error) {
	secret, hash, err := staff.NewSecret(nil)
	if err != nil {
		return "", "", err
	}
	i.Hash, i.Until = hash, i.At.Add(staff.Invited)
	role, err := store.RenewInvitation(ctx, i)
	return secret, role, err
}

// FirstAdministrator makes the link for the first account of a new house. It returns
// "" where there is an account already.
func FirstAdministrator(ctx context.Context, store StaffStore, now time.Time) (string, error) {
	all, err := store.Staff(ctx)
	if err != nil || len(all) > 0 {
		return "", err
	}
	return InviteStaff(ctx, store, staff.Administrator, 0, now)
}

// Joining is what somebody fills in behind an invitation.
type Joining struct {
	Secret                string // of the invitation
	Login, Name, Password string
	Lang                  survey.Lang
	Now                   time.Time
}

// Join makes the account of an invitation. Errors: login_invalid, staff_name_invalid,
// password_weak, login_taken, staff_invitation_over.
func Join(ctx context.Context, store StaffStore, j Joining) (staff.Account, error) {
	hash := staff.HashSecret(j.Secret)
	if _, err := store.Invited(ctx, hash, j.Now); err != nil { // before 20 ms of work for a stranger
		return staff.Account{}, err
	}
	a := staff.Account{Lang: j.Lang}
	var err error
	if a.Login, err = staff.CheckLogin(j.Login); err != nil {
		return a, err
	}
	if a.Name, err = staff.CheckName(j.Name); err != nil {
		return a, err
	}
	if err = staff.CheckPassword(a.Login, j.Password); err != nil {
		return a, err
	}
	if a.Password, err = staff.Hash(j.Password, nil); err != nil {
		return a, err
	}
	a.ID, err = store.MakeStaff(ctx, hash, a, j.Now)
	return a, err
}
