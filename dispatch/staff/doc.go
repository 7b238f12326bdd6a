// Package staff is who works at the office: accounts, roles and what each may do,
// passwords, one-time codes and passkeys, sessions and how fast anybody may guess; and
// the record of what they did, a chain of hashes that is looked through line by line.
//
// It is pure: time and chance are given to it, and it knows neither the database
// nor HTTP. It is not about collaborators, who have no accounts.
//
// It may import dispatch/survey.
//
// Read next: role.go (who may what), password.go, totp.go, passkey.go, session.go, record.go,
// dispatch/console.
package staff
