package instrument

import (
	"regexp"
	"strconv"
	"strings"
)

// Figures as people write them: 12, 1.500, 1 500, 1,500,000; with a fraction behind
// either sign: 3,5  3.5; with both: 1.234,5  1,234.5  1 234,5.
var (
	wholeForm    = regexp.MustCompile(`^([0-9]+|[0-9]{1,3}(?:[.][0-9]{3})+|[0-9]{1,3}(?:[,][0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)$`)
	fractionForm = regexp.MustCompile(`^([0-9]+)[.,]([0-9]{1,6})$`)
	partedForm   = regexp.MustCompile(`^([0-9]{1,3}(?:[.][0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+),([0-9]{1,6})$|^([0-9]{1,3}(?:[,][0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)\.([0-9]{1,6})$`)
	unparted     = strings.NewReplacer(".", "", ",", "", " ", "")
)

// literal is what figures may mean, in millionths: nothing, one number, or two where
// three figures stand behind a sign. A telephone number is none.
func literal(s string) []int64 {
	var found []int64
	add := func(whole, fraction string) {
		for len(fraction) < 6 {
			fraction += "0"
		}
		if n, err := strconv.ParseInt(unparted.Replace(whole)+fraction, 10, 64); err == nil && n <= maxNumber*million {
			found = append(found, n)
		}
	}
	if phoneForm.MatchString(unparted.Replace(s)) {
		return nil
	}
	if wholeForm.MatchString(s) {
		add(s, "")
	}
	if f := fractionForm.FindStringSubmatch(s); f != nil {
		add(f[1], f[2])
	}
	if f := partedForm.FindStringSubmatch(s); f != nil {
		add(f[1]+f[3], f[2]+f[4])
	}
	return found
}
