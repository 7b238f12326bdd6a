// Package throttle bounds how much comes from each of many, in one process.
//
// It is not what paces our own sending (dispatch/queue), and it keeps nobody out for
// long: it remembers a bounded number, and forgets whoever owes nothing.
//
// It imports nothing of ours.
//
// Read next: worker/intake/throttle.go, dispatch/console.
package throttle
