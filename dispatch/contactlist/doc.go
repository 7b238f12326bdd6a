// Package contactlist reads a contact list as offices really keep it (CSV or
// XLSX, titles above the header, several sheets, five hands since 2014) into
// contacts, and says of every row it cannot take why, by code.
//
// Phones, e-mails and names are read by ParsePhone, ParseEmail and ParseName,
// which "canvass explain" calls too. Nothing is guessed: what has two readings
// is asked back.
//
// It is not the import: who is new, merged or suppressed is decided by
// dispatch and stored by postgres; which unit a text means, by territory. It
// draws no random numbers, follows no links, evaluates no formulas, and keeps
// nothing in memory but the row at hand, what the first rows showed of each
// column, and of a workbook the shared strings and the merged cells.
//
// A workbook comes from anybody's e-mail. So it is read here, part by part
// within bounds, and not by excelize, which stops in silence where a part is
// damaged and takes its size on trust; the tests write their workbooks with it.
//
// Text typed in the fonts of the nineties is told by what it would spell: only
// what makes Vietnamese syllables one way and not the other is converted, and
// what may be either is refused.
//
// It may import survey of ours, and outside: phonenumbers (the only room that
// does), golang.org/x/text.
//
// Read next: reader.go (Open, Rows), row.go (one row), header.go and labels.go
// (what the columns are called), options.go (what a person says they are),
// people.go (a list without a header), column.go (one column, without
// names), phone.go, rejects.go; for workbooks
// archive.go (what is refused), scanner.go, xlsx.go, cells.go, sheets.go (a
// workbook that is no list of people); for old fonts
// legacy.go (what becomes of a cell), evidence.go, syllable.go.
package contactlist
