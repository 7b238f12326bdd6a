package dispatch

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/protocol"
	"canvass/dispatch/series"
	"canvass/dispatch/survey"
)

// SeriesSpec is a series as staff write it down: what a campaign's file has, and
// when to hold it again.
type SeriesSpec struct {
	Name string // of the series, for commands
	// Campaign is that of every wave; its name and titles are patterns
	// (series.Fill).
	Campaign Spec
	Rule     survey.Recurrence
	Policy   series.Policy

	rule     series.Rule
	lines    map[string]int // of the keys in the file
	nameless bool           // the pattern of names is wrong
}

// seriesFile holds the keys that only the file of a series has.
type seriesFile struct {
	Series    string            `yaml:"series"`
	Repeat    series.File       `yaml:"repeat"`
	Start     survey.WaveStart  `yaml:"start"`
	Late      survey.LatePolicy `yaml:"late"`
	LateAfter string            `yaml:"late_after"`
	Rotation  *survey.Rotation  `yaml:"rotation"`
	Rest      string            `yaml:"rest"`
}

// seriesKeys are its keys.
func seriesKeys() []string {
	return []string{"series", "repeat", "start", "late", "late_after", "rotation", "rest"}
}

// ParseSeries reads a series from YAML: the keys of ParseSpec, and
//
//	series: hang-thang                # its name, for commands
//	name: thang-{yyyy}-{mm}           # of each wave's campaign
//	title: {vi: "Ý kiến tháng {m}/{yyyy}", en: "Views of {mm}/{yyyy}"}
//	repeat: {every: month, on: 14, at: "08:00", from: 2026-12-01}   # see series.File
//	start: ask                        # launch: by itself; ask: a draft that staff run (the default)
//	late: ask                         # if nobody was there in time: skip, run or ask (the default)
//	late_after: 6h                    # from how late on it is late
//	rotation: {overlap: 0}            # or {groups: 4, stay: 2}
//	rest: 60d                         # as design.rest; without a rotation it goes with overlap 0
//
// It returns all errors at once, joined; each is a *survey.Error with Where
// "file:line".
func ParseSeries(file string, src []byte) (SeriesSpec, error) {
	s, wrong, err := readSeries(file, src, nil)
	return s, errors.Join(append(wrong, err)...)
}

// readSeries is ParseSeries that tells what cannot be read at all (err) from what
// is wrong with what was read, by the days off that staff set.
func readSeries(file string, src []byte, own survey.OwnDays) (s SeriesSpec, wrong []error, err error) {
	mine, campaign, lines, err := divide(file, src)
	if err != nil {
		return SeriesSpec{}, nil, err
	}
	var f seriesFile
	var ownErr, campaignErr error
	if len(strings.TrimSpace(mine)) > 0 {
		f, ownErr = strictly[seriesFile](file, []byte(mine))
	}
	spec := Spec{file: file, lines: map[string]int{}}
	if len(strings.TrimSpace(campaign)) > 0 {
		spec, campaignErr = ParseSpec(file, []byte(campaign))
	}
	if err := errors.Join(ownErr, campaignErr); err != nil {
		return SeriesSpec{}, nil, err
	}
	c := seriesCheck{own: own, specCheck: specCheck{spec: Spec{file: file, lines: lines}}}
	s = c.series(f, spec)
	return s, c.errors, nil
}

// breaks makes one of all that YAML takes for the end of a line.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// divide parts the file of a series into the keys of its own and those of a
// campaign, each with the other's lines left blank, so that both are read by
// their own reader and every error keeps its line. lines has the lines of the
// keys, and of those below repeat and rotation.
func divide(file string, src []byte) (own, campaign string, lines map[string]int, err error) {
	if !utf8.Valid(src) {
		return "", "", nil, yamlErrors(file, errors.New("line 1: not UTF-8"))
	}
	whole := breaks.Replace(string(src))
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(whole), &doc); err != nil {
		return "", "", nil, yamlErrors(file, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode || doc.Content[0].Style&yaml.FlowStyle != 0 {
		return "", "", nil, yamlErrors(file, errors.New("line 1: not a mapping with each key on a line of its own"))
	}
	lines = map[string]int{}
	text := strings.SplitAfter(whole, "\n")
	mine, theirs := slices.Clone(text), slices.Clone(text)
	keys := doc.Content[0].Content
	for i := 0; i+1 < len(keys); i += 2 {
		key, value := keys[i], keys[i+1]
		lines[key.Value] = key.Line
		if value.Kind == yaml.MappingNode && (key.Value == "repeat" || key.Value == "rotation") {
			for j := 0; j+1 < len(value.Content); j += 2 {
				lines[key.Value+"."+value.Content[j].Value] = value.Content[j].Line
			}
		}
		end := len(text)
		if i+2 < len(keys) {
			end = keys[i+2].Line - 1
		}
		blank := mine
		if slices.Contains(seriesKeys(), key.Value) {
			blank = theirs
		}
		for n := key.Line - 1; n < end; n++ {
			blank[n] = strings.Repeat("\n", strings.Count(blank[n], "\n"))
		}
	}
	return strings.Join(mine, ""), strings.Join(theirs, ""), lines, nil
}

// seriesCheck collects what is wrong with a series.
type seriesCheck struct {
	specCheck
	own      survey.OwnDays
	nameless bool // the pattern of names is wrong
}

// refuse notes an error about a key of the file.
func (c *seriesCheck) refuse(field, given, expected string) {
	c.note(field, &survey.Error{Kind: survey.Invalid, Code: survey.CodeSeries,
		Args: map[string]string{"name": field, "given": given, "expected": expected}})
}

// note takes an error up with the line of a field, or of the key that it is
// below.
func (c *seriesCheck) note(field string, e *survey.Error) {
	line, ok := c.spec.lines[field]
	if !ok {
		top, _, _ := strings.Cut(field, ".")
		line = max(c.spec.lines[top], 1)
	}
	e.Where = c.spec.file + ":" + strconv.Itoa(line)
	c.errors = append(c.errors, e)
}

// The bounds of late_after: a minute to a week, which is the least time between
// two waves.
const (
	leastLateAfter = survey.Span(time.Minute)
	mostLateAfter  = survey.Span(7 * 24 * time.Hour)
)

// series makes a series of what was read, with defaults.
func (c *seriesCheck) series(f seriesFile, spec Spec) SeriesSpec {
	s := SeriesSpec{Name: f.Series, Campaign: spec, Policy: series.Policy{Start: or(f.Start, survey.StartAsk),
		Late: or(f.Late, survey.LateAsk), After: survey.LateAfter.Duration()}}
	if !campaignName.MatchString(f.Series) {
		c.refuse("series", f.Series, "a-z 0-9 - _ .")
	}
	if p := s.Policy.Start; p != survey.StartLaunch && p != survey.StartAsk {
		c.refuse("start", string(p), "launch | ask")
	}
	if p := s.Policy.Late; p != survey.LateSkip && p != survey.LateRun && p != survey.LateAsk {
		c.refuse("late", string(p), "skip | run | ask")
	}
	if f.LateAfter != "" {
		late, err := survey.ParseSpan(f.LateAfter)
		s.Policy.After = late.Duration()
		if err != nil || late < leastLateAfter || late > mostLateAfter {
			c.refuse("late_after", f.LateAfter, "1m–7d")
		}
	}
	if f.Rest != "" {
		rest, err := survey.ParseSpan(f.Rest)
		if err != nil {
			c.refuse("rest", f.Rest, "60d")
		}
		if spec.Design.Rest != 0 && spec.Design.Rest != rest {
			c.refuse("rest", f.Rest, "rest | design.rest")
		}
		s.Campaign.Design.Rest = rest
	}
	s.Rule = c.rule(f.Repeat, &s)
	c.rotation(f.Rotation, spec.Design)
	s.Campaign.Design.Rotation = f.Rotation
	if rest := s.Campaign.Design.Rest; rest > 0 {
		c.rests(&s, rest)
	}
	c.patterns(spec, s.Rule.Unit)
	s.nameless, s.lines = c.nameless, c.spec.lines
	return s
}

// rule reads the dates.
func (c *seriesCheck) rule(f series.File, s *SeriesSpec) survey.Recurrence {
	r, bad := series.Parse(f, c.calendars())
	for _, e := range bad {
		c.note("repeat."+e.Where, e)
	}
	if len(bad) == 0 {
		s.rule, _ = series.Load(r, c.calendars()) // what was read can be loaded
	}
	return r
}

// calendars are the calendars of holidays that a series may name.
func (c *seriesCheck) calendars() series.Calendars { return protocol.Calendars(c.own) }

// mostGroups is the largest number of rotation groups.
const mostGroups = 100

func (c *seriesCheck) rotation(r *survey.Rotation, d survey.Design) {
	if r == nil {
		return
	}
	groups := r.Groups != 0 || r.Stay != 0
	switch {
	case groups == (r.Overlap != nil):
		c.refuse("rotation", "", "{overlap: 0} | {groups: 4, stay: 2}")
	case groups && (r.Groups < 2 || r.Groups > mostGroups):
		c.refuse("rotation.groups", strconv.Itoa(r.Groups), "2–"+strconv.Itoa(mostGroups))
	case groups && (r.Stay < 1 || r.Stay >= r.Groups):
		c.refuse("rotation.stay", strconv.Itoa(r.Stay), "1–"+strconv.Itoa(r.Groups-1))
	case !groups && !(*r.Overlap >= 0 && *r.Overlap <= 1):
		c.refuse("rotation.overlap", strconv.FormatFloat(*r.Overlap, 'g', -1, 64), "0–1")
	case !groups && or(d.Method, survey.Census) == survey.Census:
		c.refuse("rotation.overlap", string(survey.Census), "design.method: srs | stratified")
	}
}

// rests fits rest and rotation together. Without a rotation the start moves on as
// with overlap 0: from a start that stays, those nearest to it would be asked
// again as soon as they have rested, and the others never. A rest that is longer
// than the time between two waves and a rotation that asks the same people in
// both cannot be.
func (c *seriesCheck) rests(s *SeriesSpec, rest survey.Span) {
	d := &s.Campaign.Design
	if d.Rotation == nil {
		if or(d.Method, survey.Census) != survey.Census {
			d.Rotation = &survey.Rotation{Overlap: new(float64)}
		}
		return
	}
	first, ok := s.rule.First()
	second, more := s.rule.After(first.Date)
	if !ok || !more || rest.Duration() <= second.At.Sub(first.At) {
		return
	}
	switch r := d.Rotation; {
	case r.Overlap != nil && *r.Overlap > 0:
		c.refuse("rotation.overlap", strconv.FormatFloat(*r.Overlap, 'g', -1, 64), "0 | rest ≤ "+second.At.Sub(first.At).String())
	case r.Stay > 1:
		c.refuse("rotation.stay", strconv.Itoa(r.Stay), "1 | rest ≤ "+second.At.Sub(first.At).String())
	}
}

// patterns checks the name and the titles.
func (c *seriesCheck) patterns(spec Spec, unit survey.RecurUnit) {
	if unit != "" {
		if bad := series.CheckName(spec.Name, unit); bad != nil {
			c.note("name", bad)
			c.nameless = true
		}
	}
	for _, l := range slices.Sorted(maps.Keys(spec.Title)) {
		if bad := series.CheckTitle(spec.Title[l]); bad != nil {
			c.note("title", bad)
		}
	}
}

// wave is the campaign of one date.
func (s SeriesSpec) wave(o series.Occurrence, seed uint64) Spec {
	spec := s.Campaign
	spec.Name = series.Fill(spec.Name, o)
	spec.Title = map[survey.Lang]string{}
	for l, pattern := range s.Campaign.Title {
		spec.Title[l] = series.Fill(pattern, o)
	}
	spec.Design.Seed = seed
	return spec
}
