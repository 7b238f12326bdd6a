// Package token makes and recognises the secrets that stand for a person: the
// token of a respondent's own link, the keyed hash of an address on the
// do-not-contact list, the marks by which a mail that comes back is known to be
// ours, and the keys that what is kept on a disk is sealed with.
//
// It is not storage: the database keeps only SHA-256 hashes of tokens, and the
// keys come from a file that is never in the database. It may import
// dispatch/survey.
//
// Read next: dispatch/postgres/token.go.
package token
