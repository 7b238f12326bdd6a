package main

import (
	"errors"
	"os"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// readQuestionnaire reads and parses a questionnaire file and returns its
// source too. The error joins everything wrong with it, by line.
func readQuestionnaire(file string) (*instrument.Questionnaire, []byte, error) {
	src, err := readFile(file)
	if err != nil {
		return nil, nil, err
	}
	qn, faults := instrument.Parse(file, src)
	if len(faults) > 0 {
		joined := make([]error, len(faults))
		for i, f := range faults {
			joined[i] = f
		}
		return nil, nil, errors.Join(joined...)
	}
	return qn, src, nil
}

// readFile reads a whole file that somebody named.
func readFile(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return b, nil
}

// unreadable is the error of a file that somebody named.
func unreadable(name string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileUnreadable, Where: name, Err: err}
}
