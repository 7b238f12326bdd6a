package survey

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// Errors reach logs by many ways, wrapped and formatted; what people are told is
// made of Args, which stay.
func TestAnErrorKeepsWhatTheInputHad(t *testing.T) {
	t.Parallel()
	args := map[string]string{"value": "+84912345678", "guess": "mai@thu.example", "from": "01681234567", "to": "0381234567",
		"name": "Điện thoại", "rows": "3, 4"}
	err := &Error{Kind: Invalid, Code: CodePhoneInvalid, Where: "dòng 3", Args: maps.Clone(args), Err: errors.New("a cause")}
	for _, shown := range []string{err.Error(), fmt.Sprintf("%v", fmt.Errorf("import: %w", err)), fmt.Sprintf("%s", errors.Join(err))} {
		for _, key := range []string{"value", "guess", "from", "to"} {
			if strings.Contains(shown, args[key]) || !strings.Contains(shown, key+"="+masked) {
				t.Errorf("%s: %s", key, shown)
			}
		}
		for _, kept := range []string{string(CodePhoneInvalid), "dòng 3", `name="Điện thoại"`, `rows="3, 4"`, "a cause"} {
			if !strings.Contains(shown, kept) {
				t.Errorf("%q is missing: %s", kept, shown)
			}
		}
	}
	if !maps.Equal(err.Args, args) {
		t.Errorf("the words need their arguments: %v", err.Args)
	}
}
