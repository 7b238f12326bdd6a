package drafting

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// breaks tells of every question whether the web form begins a page with it.
func (t *text) breaks() []bool {
	var out []bool
	running := 1
	for i, item := range t.items() {
		n, given := pageOf(item)
		out = append(out, given && n > running && i > 0)
		running = max(running, n)
	}
	return out
}

// pageOf is the page that a question names.
func pageOf(item *yaml.Node) (n int, given bool) {
	v := find(item, "page")
	if v == nil {
		return 0, false
	}
	n, err := strconv.Atoi(v.Value)
	return n, err == nil
}

// paged numbers the pages so that they begin where breaks says, and never fall. A number
// that is right already stays; only questions whose number changes are written anew.
func paged(src []byte, breaks []bool) ([]byte, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	items, running := t.items(), 1
	pages := make([]int, len(items)) // 0: the question names none
	for i, item := range items {
		n, given := pageOf(item)
		switch begins := i > 0 && i < len(breaks) && breaks[i]; {
		case begins && n > running:
			pages[i] = n
		case begins:
			pages[i] = running + 1
		case given && i == 0 && n > 0:
			pages[i] = n
		case given:
			pages[i] = running
		}
		running = max(running, pages[i])
	}
	changed := false
	for i := len(items) - 1; i >= 0; i-- {
		if n, _ := pageOf(items[i]); n == pages[i] {
			continue
		}
		if t.lines, err = t.withPage(t.spans[i], pages[i]); err != nil {
			return nil, err
		}
		changed = true
	}
	if !changed {
		return src, nil
	}
	return t.with(0, 0, nil)
}

// withPage are the lines with another page for one question.
func (t *text) withPage(s span, page int) ([]string, error) {
	list, indent, err := t.own(s)
	if err != nil {
		return nil, err
	}
	set(list.Content[0], "page", scalar(strconv.Itoa(page)))
	made, err := written(list, indent)
	if err != nil {
		return nil, err
	}
	return slices.Concat(t.lines[:s.dash], made, t.lines[s.end:]), nil
}
