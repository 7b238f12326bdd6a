package intake

import (
	"sync"
	"time"

	"canvass/dispatch/survey/view"
)

const (
	memoryLasts = 10 * time.Minute // real time
	redirected  = time.Second      // real time: how soon a browser follows, or asks anew
	// memoryMost is how many answers are remembered twice over: some 20 MB.
	memoryMost = 1 << 15
)

// memory is the cases of those who answer just now, by the hash of their link. What is
// new is young; when the young are too many, or have been for long, they become the old,
// of which those that are asked for stay.
type memory struct {
	now func() time.Time // real

	mu         sync.Mutex
	young, old map[string]memorised
	size       int       // of the young: answers, and one more for each
	turn       time.Time // when the young become old, however few they are
}

type memorised struct {
	page  view.Page
	until time.Time
	// next is where the post was redirected to that left the case so; of use until soon.
	next string
	soon time.Time
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, young: map[string]memorised{}}
}

func (m *memory) find(hash string) (view.Page, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.young[hash]
	if !ok {
		if found, ok = m.old[hash]; ok {
			delete(m.old, hash)
			m.add(hash, found)
		}
	}
	if ok && !m.now().Before(found.until) {
		m.drop(hash)
		return view.Page{}, false
	}
	return found.page, ok
}

func (m *memory) keep(hash string, page view.Page) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(hash)
	m.add(hash, memorised{page: page, until: m.now().Add(memoryLasts)})
}

// redirect notes where the person is sent to.
func (m *memory) redirect(hash, next string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if it, ok := m.young[hash]; ok {
		it.next, it.soon = next, m.now().Add(redirected)
		m.young[hash] = it
	}
}

// follow is the case for who comes from a redirect to there, once.
func (m *memory) follow(hash, to string) (view.Page, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	it, ok := m.young[hash]
	if !ok || it.next != to || !m.now().Before(it.soon) {
		return view.Page{}, false
	}
	it.next = ""
	m.young[hash] = it
	return it.page, true
}

func (m *memory) forget(hash string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(hash)
}

func (m *memory) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.old, m.size = map[string]memorised{}, nil, 0
}

func (m *memory) add(hash string, it memorised) {
	if m.size += 1 + len(it.page.Answers); m.size > memoryMost || m.now().After(m.turn) {
		m.young, m.old, m.size = map[string]memorised{}, m.young, 1+len(it.page.Answers)
		m.turn = m.now().Add(memoryLasts)
	}
	m.young[hash] = it
}

func (m *memory) drop(hash string) {
	if it, ok := m.young[hash]; ok {
		m.size -= 1 + len(it.page.Answers)
	}
	delete(m.young, hash)
	delete(m.old, hash)
}
