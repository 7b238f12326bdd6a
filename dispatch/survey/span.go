package survey

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseSpan reads "90m", "24h", "7d" or "1d12h". Negative spans are refused.
func ParseSpan(s string) (Span, error) {
	rest := s
	var days time.Duration
	if i := strings.IndexByte(rest, 'd'); i > 0 {
		n, err := strconv.ParseUint(rest[:i], 10, 16)
		if err != nil {
			return 0, fmt.Errorf("survey: span %q: days: %w", s, err)
		}
		days, rest = time.Duration(n)*24*time.Hour, rest[i+1:]
	}
	if rest == "" && days > 0 {
		return Span(days), nil
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || days+d < 0 {
		return 0, fmt.Errorf("survey: span %q: want for example 90m, 24h or 7d", s)
	}
	return Span(days + d), nil
}

// String writes s so that ParseSpan reads it back.
func (s Span) String() string { return time.Duration(s).String() }

// MarshalText implements encoding.TextMarshaler.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Span) UnmarshalText(b []byte) error {
	v, err := ParseSpan(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}

// Ladder is a row of waits. It is written as one span ("10m") or as several
// (["10m", "2h", "1d"]).
type Ladder []Span

// Wait is the n-th wait, counted from 1; beyond the last one it is the last.
func (l Ladder) Wait(n int) Span {
	if len(l) == 0 {
		return 0
	}
	return l[min(max(n, 1), len(l))-1]
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *Ladder) UnmarshalJSON(b []byte) error {
	return l.read(func(v any) error { return json.Unmarshal(b, v) })
}

// UnmarshalYAML reads what UnmarshalJSON reads.
func (l *Ladder) UnmarshalYAML(decode func(any) error) error { return l.read(decode) }

func (l *Ladder) read(decode func(any) error) error {
	var one Span
	if decode(&one) == nil {
		*l = Ladder{one}
		return nil
	}
	return decode((*[]Span)(l))
}
