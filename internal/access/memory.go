package access

import "sync"

// Bounds of the cache.
const (
	maxRemembered     = 1000
	maxRememberedText = 16 << 20 // bytes of policies
)

// memory caches, by name, what was read for one version of the account ([iam.Store]). Each call
// passes the current version; a new version empties the cache.
type memory[T any] struct {
	mu      sync.Mutex
	version string
	items   map[string]T
	text    int // bytes of the items' policies
}

// get returns the cached item of the version.
func (m *memory[T]) get(version, name string) (item T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version == version {
		item, ok = m.items[name]
	}
	return item, ok
}

// put caches an item that was read after its version. The item may belong to a later version,
// but then no later call asks for this one. text is the size of the item's policies in bytes. A
// full cache is emptied.
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
