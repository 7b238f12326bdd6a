// Package staff is who works at the office: accounts, roles and what each may do,
// passwords, sessions and how fast anybody may guess.
//
// It is pure: time and chance are given to it, and it knows neither the database
// nor HTTP. It is not about collaborators, who have no accounts.
//
// It may import dispatch/survey.
//
// Read next: role.go (who may what), password.go, session.go, dispatch/console.
package staff
