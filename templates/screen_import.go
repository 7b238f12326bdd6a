package templates

import "time"

// ImportStart takes a list.
type ImportStart struct {
	Shell
	MaxMB int
	Open  []UploadLine // lists that are not imported yet
	Large bool         // what was sent is larger than that
	Empty bool         // nothing was sent
	Wrong string       // why it was refused
}

func (ImportStart) file() string { return "import" }

// UploadLine is a list that is not imported yet. State: "checking", "cut", "ready",
// "unread", "running".
type UploadLine struct {
	Href, Name, State, Actor string
	At                       time.Time
}

// Import is a list that was uploaded, from the dry run to the report.
type Import struct {
	Shell
	Href, Name string
	State      string // as UploadLine, or "done"
	WasRunning bool   // where it was cut off
	Done       int    // rows, while it is worked on
	Total      int    // rows that may be merged, as the dry run counted
	Wrong      string // why it cannot be read or imported
	Refused    string // why what was just asked for was not done

	Rows, Created, Updated, Unchanged, Rejected, Noted int

	Changed       []ImportCount // fields
	Added         int           // addresses that are new to people who were there
	Reasons       []ImportCount
	Warnings      []ImportCount
	Shared        int // people who share an address
	Unnamed       []string
	Encoding      string
	Mended        int
	Resumed       bool
	Import        int64 // once it is done
	Sheets        []ImportSheet
	Columns       []ImportColumn
	Fields        []string
	Heads         []ImportHead
	Sensitive     []ImportSensitive
	Origin        string
	Remember      bool
	Basis         string
	Bases         []string
	ConsentSource string
	ConsentText   string
	Reason        string
	Tab           string
	Tabs          []ImportTab
	Header        []string
	Table         []ImportRow
	After, Next   int
}

func (Import) file() string { return "import-list" }

// Working reports whether somebody works on it.
func (i Import) Working() bool { return i.State == "checking" || i.State == "running" }

// Runs is how many rows an import would merge.
func (i Import) Runs() int { return i.Created + i.Updated }

// Reads reports whether sheets can be chosen.
func (i Import) Reads() bool { return len(i.Sheets) > 1 }

// ImportCount is how many rows have something in common.
type ImportCount struct {
	Words string
	N     int
}

// ImportSheet is a sheet of a workbook.
type ImportSheet struct {
	Name string
	Rows int
	Skip bool
	Why  string // it is not read: label why.WHY
}

// ImportColumn is a column and what it is taken for.
type ImportColumn struct {
	Key, Label, Field, Attribute string
	Samples                      []string
	Doubt, Said, Sensitive       bool
	Other                        bool // Field is none that a person may choose
}

// ImportHead is the beginning of a sheet without column names.
type ImportHead struct {
	Name    string
	Columns []ImportColumn
	Lines   []ImportLine
}

// ImportLine is a line of a sheet.
type ImportLine struct {
	N     int
	Cells []string
}

// ImportSensitive is a column that is read only for a reason.
type ImportSensitive struct {
	Label string
	Taken bool
}

// ImportTab is a view of the rows; N is -1 where nobody counted.
type ImportTab struct {
	Key     string
	N       int
	Current bool
}

// ImportRow is a row of the dry run.
type ImportRow struct {
	N       int
	Place   string
	Outcome string // "created", "updated", "unchanged", "rejected"
	Noted   bool
	Cells   []ImportCell
	Why     []string // of the whole row, or of a column that is not shown
	Else    []ImportChange
	Added   []string // addresses
}

// ImportChange is a field before and after.
type ImportChange struct{ Field, From, To string }

// ImportCell is a cell of a row.
type ImportCell struct {
	Text     string
	Name     string // of its field in the form; empty: it cannot be mended here
	Why      []string
	Bad, Ask bool
	Changed  bool
	From, To string
}

// Imports are the lists that came in.
type Imports struct {
	Shell
	Past   []PastImport
	Before int64 // older ones; 0: there are none
}

func (Imports) file() string { return "imports" }

// PastImport is one import.
type PastImport struct {
	ID                                    int64
	Name, State, Basis, Actor             string
	At                                    time.Time
	Created, Updated, Unchanged, Rejected int
	Undoable                              bool
}

// ImportPast is one import, and its undoing.
type ImportPast struct {
	Shell
	PastImport
	Reason, Wrong string
}

func (ImportPast) file() string { return "import-past" }
