package dispatch

import (
	"context"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StopImportStore is what putting a file on the do-not-contact list needs of the
// database.
type StopImportStore interface {
	StopStore
	FindCodes(ctx context.Context, codes []string) (map[string]survey.ContactID, error)
}

// StopImport asks for everybody in a column of a file to be put on the
// do-not-contact list.
type StopImport struct {
	StopRequest // Who and Source are not looked at
	File        string
	List        *contactlist.ColumnReader
	DryRun      bool
}

// StopImported says what became of it.
type StopImported struct {
	Rows      int  `json:"rows"`      // that say something
	People    int  `json:"people"`    // named by code
	Addresses int  `json:"addresses"` // numbers and mailboxes
	Put       int  `json:"put"`       // of these, new on the list
	Standing  int  `json:"standing"`  // of these, on it before
	Repeated  int  `json:"repeated"`  // rows that said what another had said
	Rejected  int  `json:"rejected"`  // rows
	Contacts  int  `json:"contacts"`  // people of the contact list whom it concerns
	Cancelled int  `json:"cancelled"` // contacts that had not left
	OnTheWire int  `json:"on_the_wire"`
	DryRun    bool `json:"dry_run,omitempty"`
	// Faults are the rejected rows with what is wrong, at most maxRows of them.
	Faults []*survey.Error `json:"-"`
	Told   []RowFault      `json:"faults,omitempty"`
	// Omissions are the parts of the file that were not read.
	Omissions []contactlist.Omission `json:"omissions,omitempty"`
}

// SuppressFile puts the people and addresses of one column on the do-not-contact
// list: the good rows in one transaction, the bad ones told by row and remedy. A
// code must be somebody's on the contact list; an address that nobody has is kept
// as a keyed hash alone. The same file again changes nothing. Errors are those of
// Suppress that do not hang on a row, and those of reading the file: then nothing
// is recorded.
func SuppressFile(ctx context.Context, store StopImportStore, keys view.AddressKeys, r StopImport) (StopImported, error) {
	r.Source = survey.StopByImport
	o, err := r.order(ctx, store)
	if err != nil {
		return StopImported{}, err
	}
	in := stopReader{keys: keys, channel: r.Channel, seen: map[string]bool{}}
	in.out.Omissions = r.List.Omissions()
	if err := in.read(ctx, store, r.List); err != nil {
		return StopImported{}, err
	}
	o.Targets, o.DryRun = in.targets, r.DryRun
	o.Detail = map[string]any{"file": r.File, "rows": in.out.Rows, "rejected": in.out.Rejected}
	done, err := store.PutStops(ctx, o)
	if err != nil {
		return StopImported{}, err
	}
	out := in.out
	out.Put, out.Standing, out.Contacts = len(done.IDs), len(done.Standing), len(done.Contacts)
	out.Cancelled, out.OnTheWire, out.DryRun = done.Cancelled, done.OnTheWire, r.DryRun
	return out, nil
}

// stopReader turns the cells of a column into targets.
type stopReader struct {
	keys    view.AddressKeys
	channel survey.Channel
	seen    map[string]bool // persons and addresses
	targets []view.StopTarget
	out     StopImported
}

// codesAtOnce is how many codes are looked up in one query.
const codesAtOnce = 5000

// read reads the whole column before anything is written: a file that cannot be
// read to its end says nothing.
func (in *stopReader) read(ctx context.Context, store StopImportStore, list *contactlist.ColumnReader) error {
	var codes []contactlist.ColumnCell
	for cell, err := range list.Cells() {
		if err != nil {
			return err
		}
		in.out.Rows++
		if in.address(cell) {
			continue
		}
		codes = append(codes, cell)
		if len(codes) == codesAtOnce {
			if err := in.people(ctx, store, codes); err != nil {
				return err
			}
			codes = codes[:0]
		}
	}
	return in.people(ctx, store, codes)
}

// address takes a cell as the address, or the addresses, that it is; false if it
// must be a code.
func (in *stopReader) address(cell contactlist.ColumnCell) bool {
	if cell.Field == contactlist.FieldCode {
		return false
	}
	found, bad := contactlist.ReadAddresses(cell.Text)
	if bad != nil && bad.Code == survey.CodePhoneInvalid && cell.Field == "" {
		return false
	}
	if bad != nil {
		in.reject(cell, bad)
		return true
	}
	fresh := false
	for _, e := range found {
		t := addressTarget(in.keys, e)
		if bad := carries(t, in.channel); bad != nil {
			in.reject(cell, bad.(*survey.Error))
			return true
		}
		if in.add(t, string(e.Kind)+":"+strings.ToLower(e.Address)) {
			fresh = true
			in.out.Addresses++
		}
	}
	if !fresh {
		in.out.Repeated++
	}
	return true
}

// people takes cells as codes.
func (in *stopReader) people(ctx context.Context, store StopImportStore, cells []contactlist.ColumnCell) error {
	if len(cells) == 0 {
		return nil
	}
	codes := make([]string, len(cells))
	for i, c := range cells {
		codes[i] = strings.ToLower(c.Text)
	}
	ids, err := store.FindCodes(ctx, codes)
	if err != nil {
		return err
	}
	for i, c := range cells {
		id, ok := ids[codes[i]]
		switch {
		case !ok:
			in.reject(c, &survey.Error{Kind: survey.NotFound, Code: survey.CodeStopCode, Args: map[string]string{"value": c.Text}})
		case in.add(view.StopTarget{Person: id}, "person:"+itoa(int(id))):
			in.out.People++
		default:
			in.out.Repeated++
		}
	}
	return nil
}

// add takes a target in, unless another row had it.
func (in *stopReader) add(t view.StopTarget, name string) bool {
	if in.seen[name] {
		return false
	}
	in.seen[name] = true
	in.targets = append(in.targets, t)
	return true
}

func (in *stopReader) reject(cell contactlist.ColumnCell, e *survey.Error) {
	in.out.Rejected++
	if len(in.out.Faults) == maxRows {
		return
	}
	e.Where = cell.Place()
	in.out.Faults = append(in.out.Faults, e)
	in.out.Told = append(in.out.Told, RowFault{Code: e.Code, Where: e.Where, Rejected: true, Args: e.Args})
}
