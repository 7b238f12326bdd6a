package dispatch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/protocol"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
)

// Spec is a campaign as staff write it down, in YAML or by flags. What is left
// out has a default; see Campaign.
type Spec struct {
	Name            string
	Title           map[survey.Lang]string
	Purpose         survey.Purpose
	Confidentiality survey.Confidentiality
	Listed          survey.Eligibility
	// Questionnaire is a name, or name@version.
	Questionnaire string
	// Eligible is a condition as sampling.ParseCondition reads it; empty means
	// everybody on the list.
	Eligible string
	Design   survey.Design
	Protocol survey.Protocol
	// Rate is messages a second over all senders, Budget what they may cost at
	// most, in đồng; 0 is no limit.
	Rate    float64
	Budget  int64
	Custody survey.Custody
	Keep    []survey.Kept
	// Office is taken over the office of the installation, field by field.
	Office survey.Office
	// Texts are the office's own words; nil: those of the office when the campaign is made.
	Texts survey.OwnTexts `json:",omitzero"`

	// file and lines say where each field stands in the source, for errors.
	file  string
	lines map[string]int
}

// specFile is the form of the file: a protocol is a ready one's name, or
// written out.
type specFile[P string | survey.Protocol] struct {
	Name            string                 `yaml:"name"`
	Title           map[survey.Lang]string `yaml:"title"`
	Purpose         survey.Purpose         `yaml:"purpose"`
	Confidentiality survey.Confidentiality `yaml:"confidentiality"`
	Listed          survey.Eligibility     `yaml:"listed"`
	Questionnaire   string                 `yaml:"questionnaire"`
	Eligible        string                 `yaml:"eligible"`
	Design          survey.Design          `yaml:"design"`
	Protocol        P                      `yaml:"protocol"`
	Rate            float64                `yaml:"rate"`
	Budget          int64                  `yaml:"budget"`
	Custody         survey.Custody         `yaml:"custody"`
	Keep            []survey.Kept          `yaml:"keep"`
	Office          survey.Office          `yaml:"office"`
}

func (f specFile[P]) spec(p survey.Protocol) Spec {
	return Spec{Name: f.Name, Title: f.Title, Purpose: f.Purpose, Confidentiality: f.Confidentiality, Listed: f.Listed,
		Questionnaire: f.Questionnaire, Eligible: f.Eligible, Design: f.Design, Protocol: p, Rate: f.Rate, Budget: f.Budget,
		Office: f.Office, Custody: f.Custody, Keep: f.Keep}
}

// ParseSpec reads a campaign from YAML:
//
//	name: ky-2026-12
//	title: {vi: Kỳ tháng 12, en: December round}
//	purpose: survey            # or duty_report
//	confidentiality: identified # confidential needs custody, anonymous may have keep
//	custody: {holder: Lê Văn Giữ, until: 90d}    # who may join answers to people, how long after the end
//	keep: [{field: tang, join: {"1-2": ["1", "2"]}}]  # what of the strata stands beside anonymous answers
//	listed: assumed            # known, assumed or unknown: methodology §7
//	questionnaire: y_kien_thang@1
//	eligible: has_mobile or has_email
//	design: {method: stratified, size: 120, strata: [cum], minimum: 10, rest: 60d}
//	protocol: monthly          # or urgent, short, or one written out
//	rate: 5                    # messages a second, at most
//	budget: 2000000            # đồng that it may cost, at most
//	office: {phone: 1900 0000} # over the office of the installation
//
// It returns all errors at once, joined; each is a *survey.Error with Where
// "file:line".
func ParseSpec(file string, src []byte) (Spec, error) {
	top, err := mapping(file, src)
	if err != nil {
		return Spec{}, err
	}
	lines := map[string]int{}
	inline := false
	for k, v := range pairs(top) {
		lines[k.Value] = k.Line
		if k.Value == "protocol" && v.Kind == yaml.MappingNode {
			inline = true
			protocolLines(lines, v)
		}
	}
	var s Spec
	if inline {
		f, err := strictly[specFile[survey.Protocol]](file, src)
		if err != nil {
			return Spec{}, err
		}
		s = f.spec(f.Protocol)
	} else {
		f, err := strictly[specFile[string]](file, src)
		if err != nil {
			return Spec{}, err
		}
		s = f.spec(survey.Protocol{Name: f.Protocol})
	}
	s.file, s.lines = file, lines
	return s, nil
}

func strictly[T any](file string, src []byte) (T, error) {
	var out T
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(&out); err != nil {
		return out, yamlErrors(file, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return out, yamlErrors(file, errors.New("line 1: several documents"))
	}
	return out, nil
}

var (
	yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)`)
	yamlKey  = regexp.MustCompile(`^field (\S+) not found in type`)
)

// yamlErrors gives every complaint of the YAML reader its code and line.
func yamlErrors(file string, err error) error {
	complaints := []string{err.Error()}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		complaints = several.Errors
	}
	var out []error
	for _, text := range complaints {
		e := &survey.Error{Kind: survey.Invalid, Code: survey.CodeYAML, Where: file + ":1"}
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			e.Where, text = file+":"+m[1], m[2]
		}
		if m := yamlKey.FindStringSubmatch(text); m != nil {
			e.Code, e.Args = survey.CodeUnknownKey, map[string]string{"name": m[1]}
		} else {
			e.Args = map[string]string{"problem": strings.TrimPrefix(text, "yaml: ")}
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}

// specCheck collects what is wrong with a spec.
type specCheck struct {
	spec   Spec
	errors []error
}

// fail notes an error about a field. Args are key, value pairs.
func (c *specCheck) fail(field string, code survey.Code, args ...string) {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{}, Where: c.where(field)}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	c.errors = append(c.errors, e)
}

// where is file:line, of the field or of what it is part of, or the name of the
// field when there is no file.
func (c *specCheck) where(field string) string {
	if c.spec.file == "" {
		return field
	}
	for at := field; ; {
		if line, ok := c.spec.lines[at]; ok {
			return c.spec.file + ":" + strconv.Itoa(line)
		}
		end := strings.LastIndexAny(at, ".[")
		if end < 0 {
			return c.spec.file + ":1"
		}
		at = at[:end]
	}
}

// maxRate is the most messages a second that a campaign may be held to.
const maxRate = 1e6

var campaignName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// campaign turns the spec into a draft, with defaults: a voluntary, identified
// survey of a census, taking everybody listed as eligible. Questionnaire and
// office are not looked at.
func (c *specCheck) campaign() survey.Campaign {
	s := c.spec
	k := survey.Campaign{Name: s.Name, Title: s.Title, Purpose: or(s.Purpose, survey.PurposeSurvey),
		Confidentiality: or(s.Confidentiality, survey.Identified), Listed: or(s.Listed, survey.EligibilityAssumed),
		State: survey.CampaignDraft, Design: s.Design, Protocol: s.Protocol, Rate: s.Rate, Budget: s.Budget,
		Custody: s.Custody, Keep: s.Keep}
	if !(s.Rate >= 0 && s.Rate <= maxRate) {
		c.fail("rate", survey.CodeCampaignInvalid, "name", "rate", "problem", "≥ 0")
	}
	if s.Budget < 0 {
		c.fail("budget", survey.CodeCampaignInvalid, "name", "budget", "problem", "≥ 0")
	}
	if !campaignName.MatchString(s.Name) {
		c.fail("name", survey.CodeCampaignInvalid, "name", "name", "problem", "a-z 0-9 - _ .", "given", s.Name)
	}
	if k.Title[survey.Vietnamese] == "" {
		c.fail("title", survey.CodeCampaignInvalid, "name", "title", "problem", "vi")
	}
	oneOf(c, "purpose", k.Purpose, survey.PurposeSurvey, survey.PurposeDutyReport)
	oneOf(c, "confidentiality", k.Confidentiality, survey.Identified, survey.Confidential, survey.Anonymous)
	oneOf(c, "listed", k.Listed, survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown)
	k.Design.Method = or(k.Design.Method, survey.Census)
	c.design(k.Design)
	var bad *survey.Error
	if k.Eligibility, bad = sampling.ParseCondition(s.Eligible); bad != nil {
		c.fail("eligible", bad.Code)
		c.errors[len(c.errors)-1].(*survey.Error).Args = bad.Args
	}
	c.protocol(&k.Protocol)
	return k
}

func (c *specCheck) design(d survey.Design) {
	oneOf(c, "design.method", d.Method, survey.Census, survey.SRS, survey.Stratified)
	if d.Method != survey.Census && d.Size < 1 {
		c.fail("design.size", survey.CodeSampleSize, "given", strconv.Itoa(d.Size))
	}
	if d.Method == survey.Stratified && len(d.Strata) == 0 {
		c.fail("design.strata", survey.CodeCampaignInvalid, "name", "design.strata", "problem", "stratified")
	}
	if d.Method == survey.SRS && len(d.Strata) > 0 {
		c.fail("design.strata", survey.CodeCampaignInvalid, "name", "design.strata", "problem", "srs")
	}
	for _, n := range d.Sizes {
		if n < 0 || d.Method != survey.Stratified {
			c.fail("design.sizes", survey.CodeSampleSize, "given", strconv.Itoa(n))
		}
	}
	const most = 100
	if d.Minimum < 0 || d.Replicates < 0 || d.Replicates > most {
		c.fail("design", survey.CodeCampaignInvalid, "name", "design.replicates", "problem", fmt.Sprintf("0–%d", most))
	}
}

// protocol replaces the name of a ready protocol by the protocol.
func (c *specCheck) protocol(p *survey.Protocol) {
	if len(p.Steps) == 0 {
		ready, ok := protocol.Ready(p.Name)
		if !ok {
			c.fail("protocol", survey.CodeProtocolInvalid, "name", "protocol", "given", p.Name, "expected", strings.Join(protocol.ReadyNames(), " | "))
			return
		}
		*p = ready
	}
	for _, e := range protocol.Validate(*p) {
		e.Args["name"] = e.Where
		e.Where = c.where("protocol." + e.Where)
		c.errors = append(c.errors, e)
	}
}

func or[S ~string](given, otherwise S) S {
	if given == "" {
		return otherwise
	}
	return given
}

func oneOf[S ~string](c *specCheck, field string, given S, valid ...S) {
	names := make([]string, len(valid))
	for i, v := range valid {
		if names[i] = string(v); v == given {
			return
		}
	}
	c.fail(field, survey.CodeCampaignInvalid, "name", field, "given", string(given), "problem", strings.Join(names, " | "))
}
