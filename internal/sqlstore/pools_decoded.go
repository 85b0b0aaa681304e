package sqlstore

import (
	"sync"

	"poolhouse/internal/userpool"
)

// maxDecoded is the largest number of decoded pools in memory.
const maxDecoded = 1000

// decodedPools caches decoded pool documents: decoding took a third of a call's time. The document
// itself is read each time, so the cache is never out of date, even if another server changes the
// pool.
type decodedPools struct {
	mu   sync.RWMutex
	byID map[string]decodedPool
}

type decodedPool struct {
	doc  string
	pool userpool.UserPool
}

// scan reads a row of user_pools.
func (d *decodedPools) scan(row scanner) (*userpool.UserPool, error) {
	r, err := scanPoolRow(row)
	if err != nil {
		return nil, err
	}
	d.mu.RLock()
	known := d.byID[r.id]
	d.mu.RUnlock()
	if known.doc != r.doc {
		p, err := userpool.ReadPool(r.id, r.doc)
		if err != nil {
			return nil, err
		}
		known = decodedPool{doc: r.doc, pool: *p}
		d.keep(r.id, known)
	}
	p := known.pool
	return r.counted(&p), nil
}

func (d *decodedPools) keep(id string, pool decodedPool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byID == nil || len(d.byID) >= maxDecoded {
		d.byID = map[string]decodedPool{} // starting over is simple and rare
	}
	d.byID[id] = pool
}

// usernameKey returns the unique form of a username by the pool as it was last read. It is false if
// the pool is not in the cache.
func (d *decodedPools) usernameKey(poolID, username string) (string, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	known, ok := d.byID[poolID]
	if !ok {
		return "", false
	}
	return known.pool.UsernameKey(username), true
}
