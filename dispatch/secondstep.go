package dispatch

import (
	"context"
	"crypto/rand"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// AccountStore is what the owner of an account needs of the database.
type AccountStore interface {
	StaffStore
	SessionsOf(ctx context.Context, id staff.ID, now time.Time) ([]staff.Session, error)
	EndSessionOf(ctx context.Context, id staff.ID, session int64) error
	EndSessions(ctx context.Context, id staff.ID, by view.Audit) (int, error)
	EndOtherSessions(ctx context.Context, id staff.ID, but int64) error
	SetOwnPassword(ctx context.Context, a staff.Account, but int64, by view.Audit) error

	NeedSecond(ctx context.Context, roles []staff.Role, by view.Audit) error
	TOTP(ctx context.Context, id staff.ID) (staff.TOTP, error)
	BeginTOTP(ctx context.Context, id staff.ID, sealed []byte) error
	ConfirmTOTP(ctx context.Context, id staff.ID, step int64, recovery [][]byte, by view.Audit) error
	UseTOTP(ctx context.Context, id staff.ID, step int64) (bool, error)
	UseRecovery(ctx context.Context, id staff.ID, hash []byte, by view.Audit) (bool, error)
	RecoveryLeft(ctx context.Context, id staff.ID) (int, error)
	NewRecovery(ctx context.Context, id staff.ID, recovery [][]byte, by view.Audit) error
	DropTOTP(ctx context.Context, id staff.ID, by view.Audit) error
}

// Door is what opens accounts beside the password.
type Door struct {
	Store AccountStore
	Keys  *token.Keyring // seals what the database must not read
}

func codeWrong() error { return &survey.Error{Kind: survey.Forbidden, Code: survey.CodeCodeWrong} }

// Second takes the one-time code, or a recovery code, of somebody who gave the password,
// and begins a session that opens. A wrong code counts as a wrong password, and an account
// that rests takes none. Errors: one_time_wrong.
func (d Door) Second(ctx context.Context, s staff.Session, code string, g Guess) (SignedIn, error) {
	if s.Waits != staff.WaitsCode || s.Account.Rests(g.Now) {
		return SignedIn{}, codeWrong()
	}
	ok, err := d.takes(ctx, s.Account, code, g.Now)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		if err := d.Store.WrongPassword(ctx, s.Account.ID, g.Now); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, codeWrong()
	}
	s.Waits = staff.WaitsNothing
	return begin(ctx, d.Store, g, s)
}

// takes reports whether the code is one of the account, which it is no more then.
func (d Door) takes(ctx context.Context, a staff.Account, code string, now time.Time) (bool, error) {
	secret, t, err := d.secret(ctx, a.ID)
	if err != nil {
		return false, err
	}
	if t.Confirmed {
		if step, ok := staff.CheckCode(secret, code, now, t.Used); ok {
			return d.Store.UseTOTP(ctx, a.ID, step)
		}
	}
	return d.Store.UseRecovery(ctx, a.ID, staff.HashRecovery(code), view.Audit{At: now, Actor: a.Login})
}

// secret is the secret of an account's codes, nil where there is none.
func (d Door) secret(ctx context.Context, id staff.ID) ([]byte, staff.TOTP, error) {
	t, err := d.Store.TOTP(ctx, id)
	if err != nil || len(t.Secret) == 0 {
		return nil, t, err
	}
	seal, err := d.Keys.StaffSeal(int64(id))
	if err != nil {
		return nil, t, err
	}
	secret, err := seal.Open(t.Secret)
	return secret, t, err
}

// Begin makes a secret for an account that has none, or gives the one that waits for its
// first code. Errors: not_found where codes are asked for already.
func (d Door) Begin(ctx context.Context, a staff.Account) ([]byte, error) {
	secret, t, err := d.secret(ctx, a.ID)
	if err != nil || len(secret) > 0 && !t.Confirmed {
		return secret, err
	}
	if t.Confirmed {
		return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	if secret, err = staff.NewTOTP(nil); err != nil {
		return nil, err
	}
	seal, err := d.Keys.StaffSeal(int64(a.ID))
	if err != nil {
		return nil, err
	}
	sealed, err := seal.Close(secret, rand.Reader)
	if err != nil {
		return nil, err
	}
	return secret, d.Store.BeginTOTP(ctx, a.ID, sealed)
}

// Confirm takes the first code of a secret, from when on codes are asked for, and returns
// recovery codes, which are told this once. Errors: one_time_wrong.
func (d Door) Confirm(ctx context.Context, a staff.Account, code string, now time.Time) ([]string, error) {
	secret, t, err := d.secret(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	step, ok := staff.CheckCode(secret, code, now, t.Used)
	if len(secret) == 0 || t.Confirmed || !ok {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeCodeWrong}
	}
	codes, hashes, err := staff.NewRecovery(nil)
	if err != nil {
		return nil, err
	}
	return codes, d.Store.ConfirmTOTP(ctx, a.ID, step, hashes, view.Audit{At: now, Actor: a.Login})
}

// Whole begins a session that opens, for one that waited for codes to be set up.
func (d Door) Whole(ctx context.Context, s staff.Session, g Guess) (SignedIn, error) {
	s.Waits = staff.WaitsNothing
	return begin(ctx, d.Store, g, s)
}

// Prove holds a password against the account's own, as the owner must before a change.
// Errors: own_password_wrong.
func (d Door) Prove(ctx context.Context, a staff.Account, password string, now time.Time) error {
	wrong := &survey.Error{Kind: survey.Invalid, Code: survey.CodePasswordOwn}
	if a.Rests(now) {
		return wrong
	}
	right, err := staff.Matches(a.Password, password)
	if err != nil || right {
		return err
	}
	if err := d.Store.WrongPassword(ctx, a.ID, now); err != nil {
		return err
	}
	return wrong
}

// Renew makes other recovery codes, told this once. Errors: own_password_wrong.
func (d Door) Renew(ctx context.Context, a staff.Account, password string, now time.Time) ([]string, error) {
	if err := d.Prove(ctx, a, password, now); err != nil {
		return nil, err
	}
	if !a.Second {
		return nil, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	codes, hashes, err := staff.NewRecovery(nil)
	if err != nil {
		return nil, err
	}
	return codes, d.Store.NewRecovery(ctx, a.ID, hashes, view.Audit{At: now, Actor: a.Login})
}

// Drop asks for no codes any more; the role may need them at the next sign-in. Errors:
// own_password_wrong.
func (d Door) Drop(ctx context.Context, a staff.Account, password string, now time.Time) error {
	if err := d.Prove(ctx, a, password, now); err != nil {
		return err
	}
	return d.Store.DropTOTP(ctx, a.ID, view.Audit{At: now, Actor: a.Login})
}

// NewPassword is somebody who changes the own password. Session is the one that stays.
type NewPassword struct {
	Old, New, Again string
	Session         int64
	Now             time.Time
}

// SetPassword changes the own password. Errors: own_password_wrong, password_weak,
// password_twice.
func (d Door) SetPassword(ctx context.Context, a staff.Account, p NewPassword) error {
	if err := d.Prove(ctx, a, p.Old, p.Now); err != nil {
		return err
	}
	if err := staff.CheckPassword(a.Login, p.New); err != nil {
		return err
	}
	if p.New != p.Again {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodePasswordTwice}
	}
	hash, err := staff.Hash(p.New, nil)
	if err != nil {
		return err
	}
	a.Password = hash
	return d.Store.SetOwnPassword(ctx, a, p.Session, view.Audit{At: p.Now, Actor: a.Login})
}
