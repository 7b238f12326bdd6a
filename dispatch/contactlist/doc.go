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
// hand and the shared strings of a workbook.
//
// A workbook comes from anybody's e-mail. So it is read here, part by part
// within bounds, and not by excelize, which stops in silence where a part is
// damaged and takes its size on trust; the tests write their workbooks with it.
//
// It may import survey of ours, and outside: phonenumbers (the only room that
// does), golang.org/x/text.
//
// Read next: reader.go (Open, Rows), row.go (one row), header.go and labels.go
// (what the columns are called), options.go (what a person says they are),
// people.go (a list without a header), phone.go, rejects.go; for workbooks
// archive.go (what is refused), xlsx.go, cells.go.
package contactlist
