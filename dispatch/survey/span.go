package survey

import (
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
	if err != nil || d < 0 {
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
