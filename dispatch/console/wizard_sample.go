package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func fillSample(v *visit, p *dispatch.Plan, f fields) {
	d := p.Spec.Design
	f["method"], f["seed"] = string(d.Method), strconv.FormatUint(d.Seed, 10)
	for i, field := range d.Strata {
		f["s"+strconv.Itoa(i+1)] = field
	}
	if d.Size > 0 {
		f["size"] = templates.Number(string(v.lang()), int64(d.Size))
	}
	if d.Minimum > 0 {
		f["minimum"] = strconv.Itoa(d.Minimum)
	}
	if d.Replicates > 1 {
		f["replicates"] = strconv.Itoa(d.Replicates)
	}
	f["answering"] = templates.Decimal(string(v.lang()), p.Answering*100, 0)
	f["table"] = strings.Join(d.Strata, " ")
	for name, n := range d.Sizes {
		f["n."+name] = strconv.Itoa(n)
	}
}

// mostSample is the largest number that is read as a size.
const mostSample = 10_000_000

// readSample reads the design. The table of sizes counts only as long as the strata are
// those that it was made for.
func readSample(v *visit, p *dispatch.Plan, f fields) faults {
	wrong := faults{}
	d := &p.Spec.Design
	d.Method, d.Strata = survey.Method(f["method"]), nil
	if d.Method == survey.Stratified {
		for _, at := range []string{"s1", "s2", "s3"} {
			if field := f[at]; field != "" && !slices.Contains(d.Strata, field) {
				d.Strata = append(d.Strata, field)
			}
		}
		if len(d.Strata) == 0 {
			wrong["s1"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeStrataUnchosen}
		}
	}
	d.Minimum = v.number(f, "minimum", [2]int{0, mostSample}, wrong)
	d.Replicates = v.number(f, "replicates", [2]int{0, 100}, wrong)
	seed, err := strconv.ParseUint(strings.TrimSpace(f["seed"]), 10, 53)
	if err != nil || seed == 0 {
		wrong["seed"] = wantsNumber(1, 1<<53-1)
	} else {
		d.Seed = seed
	}
	if f["do"] == "seen" {
		if seen, err := dispatch.SeenRate(v.ctx, v.Store, p.Spec, v.Clock.Now()); err == nil {
			f["answering"] = templates.Decimal(string(v.lang()), seen.Answering()*100, 0)
		}
	}
	answering, ok := number(v.lang(), f["answering"])
	if !ok || answering < 1 || answering > 100 {
		wrong["answering"] = wantsNumber(1, 100)
	} else {
		p.Answering = answering / 100
	}
	before := d.Sizes
	d.Size, d.Sizes = 0, nil
	if d.Method == survey.Census || len(wrong) > 0 {
		return wrong
	}
	v.readSize(p, f, wrong)
	if d.Method == survey.Stratified && f["do"] != "divide" && f["do"] != "margin" && f["table"] == strings.Join(d.Strata, " ") {
		v.readSizes(p, f, before, wrong)
	}
	return wrong
}

// number reads a whole number of a field; empty is 0.
func (v *visit) number(f fields, name string, between [2]int, wrong faults) int {
	n, err := whole(v.lang(), f[name], between, 0)
	if err != nil {
		wrong[name] = err
	}
	return n
}

// readSize reads how many are drawn, or works it out of the margin that is wanted.
func (v *visit) readSize(p *dispatch.Plan, f fields, wrong faults) {
	d := &p.Spec.Design
	if f["do"] == "margin" || strings.TrimSpace(f["size"]) == "" && strings.TrimSpace(f["margin"]) != "" {
		margin, ok := number(v.lang(), f["margin"])
		if !ok || margin <= 0 || margin >= 50 {
			wrong["margin"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodePrecision}
			return
		}
		bare := *p
		bare.Spec.Design = survey.Design{Method: survey.Census, Rest: d.Rest}
		look := v.frameLook(bare, "")
		if look.Under || look.Size == 0 {
			wrong["margin"] = &survey.Error{Kind: survey.Conflict, Code: survey.CodeStillCounting}
			return
		}
		d.Size = sampling.SizeFor(margin/100, p.Answering, look.Size)
		f["size"] = templates.Number(string(v.lang()), int64(d.Size))
		return
	}
	n, err := whole(v.lang(), f["size"], [2]int{1, mostSample}, 0)
	if err != nil || n == 0 {
		wrong["size"] = wantsNumber(1, mostSample)
	}
	d.Size = n
}

// readSizes reads the table, if somebody changed it now, or before and the size stayed.
// A table that was not shown yet, because the frame was being counted, stays.
func (v *visit) readSizes(p *dispatch.Plan, f fields, before map[string]int, wrong faults) {
	sizes, sum, edited := map[string]int{}, 0, false
	for _, key := range slices.Sorted(maps.Keys(f)) {
		name, ours := strings.CutPrefix(key, "n.")
		if !ours {
			continue
		}
		most, err := strconv.Atoi(f["of."+name])
		if err != nil {
			most = mostSample
		}
		n, err := whole(v.lang(), f[key], [2]int{0, most}, 0)
		if err != nil {
			wrong[key] = err
			continue
		}
		edited = edited || strconv.Itoa(n) != f["was."+name]
		sizes[name], sum = n, sum+n
	}
	stays := f["set"] != "" && strconv.Itoa(p.Spec.Design.Size) == f["size.was"]
	if len(sizes) == 0 && stays {
		p.Spec.Design.Sizes = before
	}
	if len(sizes) == 0 || len(wrong) > 0 || !edited && !stays {
		return
	}
	p.Spec.Design.Sizes, p.Spec.Design.Size = sizes, sum
	f["size"] = templates.Number(string(v.lang()), int64(sum))
}

func (v *visit) showSample(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	d := p.Plan.Spec.Design
	page := templates.WizardSample{Wizard: w, Methods: []string{string(survey.Census), string(survey.SRS), string(survey.Stratified)}}
	var err error
	if page.Fields, err = v.fieldsOfList(); err != nil {
		return nil, err
	}
	for i := range page.Chosen {
		page.Chosen[i] = w.V("s" + strconv.Itoa(i+1))
	}
	page.Table = d.Method == survey.Stratified && len(d.Strata) > 0
	w.Values["table"] = strings.Join(d.Strata, " ")
	delete(w.Values, "set")
	if len(d.Sizes) > 0 {
		w.Values["set"] = "yes"
	}
	w.Values["size.was"] = strconv.Itoa(d.Size)
	seen, err := dispatch.SeenRate(v.ctx, v.Store, p.Plan.Spec, v.Clock.Now())
	if err != nil {
		return nil, err
	}
	page.Seen = templates.SeenRate{N: seen.Campaigns, Rate: seen.Answering(), Waves: seen.Waves, Taken: seen.Answering() == p.Plan.Answering}
	page.Look = v.frameLook(p.Plan, "")
	for i, s := range page.Look.Strata {
		if w.Err(s.Field) != "" { // as it was typed
			page.Look.Strata[i].Value = w.V(s.Field)
		}
	}
	return page, nil
}
