package survey

import (
	"fmt"
	"log/slog"
)

// Personal text masks itself wherever it might be printed: in a log line, an
// error, a %v. Converting to string is the one deliberate way to read it, and
// is easy to find in a review.
type (
	// PersonName is a person's name, NFC.
	PersonName string
	// Phone is a telephone number in E.164, such as +84912345678.
	Phone string
	// Email is an e-mail address, domain in lower case.
	Email string
	// Token is the opaque secret in a respondent's own link.
	Token string
	// AnswerText is what a person answered, raw or stored.
	AnswerText string
)

const masked = "•••"

// Format prints the mask for every verb.
func (PersonName) Format(f fmt.State, _ rune) { mask(f) }

// Format prints the mask for every verb.
func (Phone) Format(f fmt.State, _ rune) { mask(f) }

// Format prints the mask for every verb.
func (Email) Format(f fmt.State, _ rune) { mask(f) }

// Format prints the mask for every verb.
func (Token) Format(f fmt.State, _ rune) { mask(f) }

// Format prints the mask for every verb.
func (AnswerText) Format(f fmt.State, _ rune) { mask(f) }

// LogValue logs the mask.
func (PersonName) LogValue() slog.Value { return slog.StringValue(masked) }

// LogValue logs the mask.
func (Phone) LogValue() slog.Value { return slog.StringValue(masked) }

// LogValue logs the mask.
func (Email) LogValue() slog.Value { return slog.StringValue(masked) }

// LogValue logs the mask.
func (Token) LogValue() slog.Value { return slog.StringValue(masked) }

// LogValue logs the mask.
func (AnswerText) LogValue() slog.Value { return slog.StringValue(masked) }

func mask(f fmt.State) { _, _ = f.Write([]byte(masked)) }
