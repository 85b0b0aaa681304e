package access

import "sync"

// Bounds of what is remembered.
const (
	maxRemembered     = 1000
	maxRememberedText = 16 << 20 // bytes of policies
)

// memory remembers, by a name, what was read of one version of the account
// ([iam.Store]). It is asked with the version as it is now, and forgets
// everything when that is another one.
type memory[T any] struct {
	mu      sync.Mutex
	version string
	items   map[string]T
	text    int // bytes of the items' policies
}

// get returns what is remembered of the version.
func (m *memory[T]) get(version, name string) (item T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version == version {
		item, ok = m.items[name]
	}
	return item, ok
}

// put remembers what was read after the version was asked for: it may be of a
// later one, but then nobody asks for this version any more. text is how many
// bytes its policies have. When there is no room left, all is forgotten.
func (m *memory[T]) put(version, name string, item T, text int) {
	if text > maxRememberedText {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version || len(m.items) >= maxRemembered || m.text+text > maxRememberedText {
		m.version, m.items, m.text = version, map[string]T{}, 0
	}
	m.items[name] = item
	m.text += text
}
