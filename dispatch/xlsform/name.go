package xlsform

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/instrument"
)

// names gives what a form calls its things the names that ours can have; each
// thing keeps one name, and no two get the same.
type names struct {
	given map[string]string // old → new
	taken map[string]bool
}

func newNames() *names { return &names{given: map[string]string{}, taken: map[string]bool{}} }

// name returns the name of a question or group.
func (n *names) name(old string) string {
	return n.give(old, func(s string) string { return fold(s, "_.-") }, instrument.ValidName)
}

// code returns the code of a choice.
func (n *names) code(old string) string {
	return n.give(old, func(s string) string { return fold(s, "_-") }, instrument.ValidCode)
}

func (n *names) give(old string, mend func(string) string, valid func(string) bool) string {
	if name, ok := n.given[old]; ok {
		return name
	}
	name := old
	if !valid(name) {
		name = mend(old)
		for _, form := range [...]string{"%", "%_", "n_%", "c%"} {
			if s := strings.Replace(form, "%", name, 1); valid(s) {
				name = s
				break
			}
		}
		if !valid(name) {
			name = "n"
		}
		free := name
		for i := 2; n.taken[free]; i++ {
			free = name[:min(len(name), 28)] + "_" + itoa(i)
		}
		name = free
	}
	n.given[old], n.taken[name] = name, true
	return name
}

// fold spells s in plain letters and digits, and what parts it as "_".
func fold(s, keep string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.TrimSpace(s)) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case unicode.Is(unicode.Mn, r):
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(keep, r)):
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	out := b.String()
	return out[:min(len(out), 30)]
}
