package territory

import "sync"

// mostSeen bounds what a Matcher remembers: a list names a few hundred units in
// a few spellings each.
const mostSeen = 1 << 14

// Matcher matches the texts of one list, which name the same units again and
// again. Any number of goroutines may use it.
type Matcher struct {
	tree *Tree
	mu   sync.RWMutex
	seen map[string]Match
}

// NewMatcher returns a matcher over a tree.
func NewMatcher(t *Tree) *Matcher { return &Matcher{tree: t, seen: map[string]Match{}} }

// Match is Tree.Match.
func (m *Matcher) Match(text string) Match {
	m.mu.RLock()
	found, ok := m.seen[text]
	m.mu.RUnlock()
	if ok {
		return found
	}
	found = m.tree.Match(text)
	if len(text) > longestText {
		return found
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.seen) < mostSeen {
		m.seen[text] = found
	}
	return found
}

// Follow is Tree.Follow.
func (m *Matcher) Follow(code string) (string, bool) { return m.tree.Follow(code) }
