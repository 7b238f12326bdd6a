package dispatch

import (
	"context"
	"crypto/rand"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// PasskeyStore is what passkeys need of the database.
type PasskeyStore interface {
	AccountStore
	AddChallenge(ctx context.Context, hash []byte, id staff.ID, now time.Time) error
	TakeChallenge(ctx context.Context, hash []byte, id staff.ID, now time.Time) (bool, error)
	PasskeysOf(ctx context.Context, id staff.ID) ([]staff.Passkey, error)
	Passkey(ctx context.Context, credential []byte) (staff.Passkey, staff.Account, error)
	UsePasskey(ctx context.Context, id int64, count uint32, now time.Time) (bool, error)
	AddPasskey(ctx context.Context, p staff.Passkey, by view.Audit) error
	DropPasskey(ctx context.Context, owner staff.ID, id int64, by view.Audit) error
}

// Challenge makes a challenge for a device to sign, once: of an account that makes a
// passkey, or of somebody who signs in (0).
func Challenge(ctx context.Context, store PasskeyStore, id staff.ID, now time.Time) ([]byte, error) {
	challenge := make([]byte, staff.ChallengeBytes)
	if _, err := rand.Read(challenge); err != nil {
		return nil, err
	}
	return challenge, store.AddChallenge(ctx, staff.HashSecret(string(challenge)), id, now)
}

func passkeyWrong() error {
	return &survey.Error{Kind: survey.Forbidden, Code: survey.CodePasskeyWrong}
}

// NewPasskey is the owner of an account who adds a device, and what the owner calls it.
type NewPasskey struct {
	Account staff.Account
	Name    string
	Now     time.Time
}

// MakePasskey keeps a new passkey of an account. Errors: staff_name_invalid,
// passkey_wrong.
func MakePasskey(ctx context.Context, store PasskeyStore, at staff.Relying, n NewPasskey, c staff.Ceremony) error {
	name, err := staff.CheckName(n.Name)
	if err != nil {
		return err
	}
	challenge := c.Challenge()
	if ok, err := store.TakeChallenge(ctx, staff.HashSecret(string(challenge)), n.Account.ID, n.Now); err != nil || !ok {
		return errorOr(err, passkeyWrong())
	}
	made, err := at.Made(challenge, c)
	if err != nil {
		return err
	}
	made.Staff, made.Name, made.MadeAt = n.Account.ID, name, n.Now
	return store.AddPasskey(ctx, made, view.Audit{At: n.Now, Actor: n.Account.Login})
}

func errorOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// SignInByPasskey begins a session of whose device signed a challenge. The device knew who
// held it, so nothing more is asked. Errors: passkey_wrong.
func SignInByPasskey(ctx context.Context, store PasskeyStore, at staff.Relying, c staff.Ceremony, g Guess) (SignedIn, error) {
	challenge := c.Challenge()
	if ok, err := store.TakeChallenge(ctx, staff.HashSecret(string(challenge)), 0, g.Now); err != nil || !ok {
		return SignedIn{}, errorOr(err, passkeyWrong())
	}
	p, a, err := store.Passkey(ctx, c.Credential)
	if err != nil || a.ID == 0 {
		return SignedIn{}, errorOr(err, passkeyWrong())
	}
	count, err := at.Used(challenge, p, c)
	if err != nil {
		return SignedIn{}, err
	}
	if ok, err := store.UsePasskey(ctx, p.ID, count, g.Now); err != nil || !ok {
		return SignedIn{}, errorOr(err, passkeyWrong())
	}
	return begin(ctx, store, g, staff.Session{Account: a})
}
