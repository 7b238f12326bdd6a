package respondent

// Outcome is what a careful reader makes of a row of the workbook.
type Outcome string

// The outcomes.
const (
	Taken       Outcome = "taken"       // a collaborator
	Unreachable Outcome = "unreachable" // a collaborator with neither e-mail nor mobile
	Duplicate   Outcome = "duplicate"   // a collaborator once more, perhaps with another number
	Stopped     Outcome = "stopped"     // somebody of former years, never to be contacted
	Rejected    Outcome = "rejected"    // cannot be taken; Reason says why
)

// Truth is what a row of the workbook means, for tests of those who read it.
type Truth struct {
	Sheet   string
	Line    int // from 1, as a spreadsheet counts
	Outcome Outcome
	Person  int // ID of the collaborator, 0 for none
	Name    string
	Phones  []string // E.164
	Email   string
	Birth   int
	Woman   bool
	Stratum string // T1 … C6
	// Unit is the present name, whatever the row calls it.
	Unit string
	// Reason is the code of a rejected row: phone_digits_lost, phone_invalid,
	// phone_ambiguous, legacy_encoding, name_missing, email_invalid.
	Reason string
}

// Truth returns what each row of the workbook means, in its order: 300 rows of
// collaborators, 13 that repeat one of them, 15 who stopped and 13 to reject.
// Titles, totals, signatures and the hidden sheet are no rows.
func (p *Province) Truth() []Truth {
	var out []Truth
	for _, s := range p.sheets {
		for _, r := range s.rows {
			if r.section == "" {
				t := r.truth
				t.Phones = append([]string(nil), t.Phones...)
				out = append(out, t)
			}
		}
	}
	return out
}
