// Package contactlist reads a contact list as offices really keep it (CSV or
// XLSX, titles above the header, several sheets, five hands since 2014) into
// contacts, and says of every row it cannot take why, by code.
//
// Phones, e-mails and names are read by ParsePhone, ParseEmail and ParseName,
// which "canvass explain" calls too. Nothing is guessed: what has two readings
// is asked back.
//
// It is not the import: who is new, merged or suppressed is decided by
// dispatch and stored by postgres. It draws no random numbers, follows no
// links, evaluates no formulas, and keeps nothing in memory but the row at
// hand.
//
// It may import survey of ours, and outside: excelize (which only
// sim/respondent has too), phonenumbers (the only room that does), golang.org/x/text.
//
// Read next: reader.go (Open, Rows), row.go (one row), header.go (what the
// columns are called), phone.go.
package contactlist
