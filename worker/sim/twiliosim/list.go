package twiliosim

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dates is the filter that KEY=, KEY< and KEY> describe: a day in UTC, and bounds
// that are inclusive. A bound may be a date or a time in RFC 3339.
type dates struct{ since, until time.Time }

// datesOf reads the three parameters; a value that is no date is refused.
func datesOf(q url.Values, key string) (dates, error) {
	var d dates
	for _, operator := range []string{"", ">", "<"} {
		value := q.Get(key + operator)
		if value == "" {
			continue
		}
		day, dayErr := time.Parse(time.DateOnly, value)
		at, err := time.Parse(time.RFC3339, value)
		if dayErr == nil {
			at = day
		} else if err != nil {
			return d, badRequest(20001, "Invalid value for "+key)
		}
		switch {
		case operator == "":
			d.later(at.UTC().Truncate(24 * time.Hour))
			d.earlier(at.UTC().Truncate(24 * time.Hour).Add(24*time.Hour - time.Second))
		case operator == ">":
			d.later(at)
		case dayErr == nil:
			d.earlier(at.Add(24*time.Hour - time.Second))
		default:
			d.earlier(at)
		}
	}
	return d, nil
}

func (d *dates) later(t time.Time) {
	if t.After(d.since) {
		d.since = t
	}
}

func (d *dates) earlier(t time.Time) {
	if d.until.IsZero() || t.Before(d.until) {
		d.until = t
	}
}

// has compares in whole seconds, which is all that a resource shows.
func (d dates) has(t time.Time) bool {
	t = t.Truncate(time.Second)
	return !t.Before(d.since) && (d.until.IsZero() || !t.After(d.until))
}

// pageOf cuts one page out of a list, newest first, and describes it as the API
// does. A page token names the last record before the page (PA) or the first after
// it (PB), so that new records do not shift pages. base is the list's path.
func pageOf[T any](list []T, sid func(T) string, base string, q url.Values) ([]T, map[string]any, error) {
	size, err := whole{otherwise: 50, low: 1, high: 1000}.read(q, "PageSize")
	if err != nil {
		return nil, nil, err
	}
	number, err := whole{high: 1 << 20}.read(q, "Page")
	if err != nil {
		return nil, nil, err
	}
	start := number * size
	if token := q.Get("PageToken"); token != "" {
		at := slices.IndexFunc(list, func(v T) bool { return len(token) > 2 && sid(v) == token[2:] })
		switch {
		case at < 0:
			return nil, nil, badRequest(20006, "Invalid PageToken")
		case strings.HasPrefix(token, "PB"):
			start = max(0, at-size)
		default:
			start = at + 1
		}
	}
	start = min(start, len(list))
	end := min(start+size, len(list))
	address := func(number int, token string) string {
		query := maps.Clone(q)
		query.Del("PageToken")
		query.Set("PageSize", strconv.Itoa(size))
		query.Set("Page", strconv.Itoa(number))
		if token != "" {
			query.Set("PageToken", token)
		}
		return base + "?" + query.Encode()
	}
	meta := map[string]any{
		"page": number, "page_size": size, "start": start, "end": max(start, end-1),
		"uri": address(number, q.Get("PageToken")), "first_page_uri": address(0, ""),
		"next_page_uri": nil, "previous_page_uri": nil,
	}
	if end < len(list) {
		meta["next_page_uri"] = address(number+1, "PA"+sid(list[end-1]))
	}
	if start > 0 && start < len(list) {
		meta["previous_page_uri"] = address(max(0, number-1), "PB"+sid(list[start]))
	}
	return list[start:end], meta, nil
}

// whole is a whole number with its bounds, and what it is when it is not given.
type whole struct{ otherwise, low, high int }

// read takes the number from a query; above the highest it is cut, as the API does.
func (w whole) read(q url.Values, key string) (int, error) {
	if q.Get(key) == "" {
		return w.otherwise, nil
	}
	n, err := strconv.Atoi(q.Get(key))
	if err != nil || n < w.low {
		return 0, badRequest(20001, "Invalid value for "+key)
	}
	return min(n, w.high), nil
}
