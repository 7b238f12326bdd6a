package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
)

// figure is one thing that was measured.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Wanted is the bound, At says on which side of it: ≥ or ≤.
	At     string  `json:"at,omitempty"`
	Wanted float64 `json:"wanted,omitempty"`
	// Runs are the single values that Value is the median of.
	Runs []float64 `json:"runs,omitempty"`
	Note string    `json:"note,omitempty"`
}

// report is everything that was measured.
type report struct {
	Figures []figure `json:"figures"`
	Seconds float64  `json:"seconds"`
}

func (r *report) add(f figure) { r.Figures = append(r.Figures, f) }

// holds reports whether the figure is on the right side of its bound.
func (f figure) holds() bool {
	switch f.At {
	case "≥":
		return f.Value >= f.Wanted
	case "≤":
		return f.Value <= f.Wanted
	}
	return true
}

func (r *report) write(file string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

func (r *report) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, f := range r.Figures {
		bound, verdict := "", ""
		if f.At != "" {
			bound, verdict = fmt.Sprintf("%s %.4g", f.At, f.Wanted), "ok"
			if !f.holds() {
				verdict = "NOT HELD"
			}
		}
		runs := ""
		if len(f.Runs) > 1 {
			runs = fmt.Sprintf("[%.3g–%.3g]", slices.Min(f.Runs), slices.Max(f.Runs))
		}
		fmt.Fprintf(t, "%s\t%.4g %s\t%s\t%s\t%s\t%s\n", f.Name, f.Value, f.Unit, runs, bound, verdict, f.Note)
	}
	fmt.Fprintf(t, "took\t%.0f s\t\t\t\t\n", r.Seconds)
	_ = t.Flush()
}

var errNotHeld = errors.New("a bound does not hold")

// failed is an error if a bound does not hold.
func (r *report) failed() error {
	if slices.ContainsFunc(r.Figures, func(f figure) bool { return !f.holds() }) {
		return errNotHeld
	}
	return nil
}

// median is the middle of some values; of two middle ones the lower.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)/2]
}
