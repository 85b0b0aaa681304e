package token

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"poolhouse/internal/guard"
	"poolhouse/internal/userpool"
)

const (
	// ringLife is how long keys are cached before the store is read again. Together with
	// documentLife it is far shorter than lead.
	ringLife = 5 * time.Minute
	// maxRings is the largest number of pools with keys in memory; a pool takes about ten
	// kilobytes.
	maxRings = 500
	// ringTimeout bounds the store's answer and the making of keys.
	ringTimeout = 30 * time.Second
	// changeAgain is the time after a failed rotation until the next try.
	changeAgain = time.Minute
)

// ring is the keys of a pool at the time when they were read.
type ring struct {
	keys    []Key // without their private parts
	parsed  map[string]parsedKey
	read    time.Time
	holdOff time.Time // no rotation is tried before this time, after one failed
}

// signer returns the current signer of a kind of token.
func (r *ring) signer(kind Kind, now time.Time) jose.Signer {
	return r.parsed[signing(r.keys, kind, now).ID].signer // it exists: ring returns only complete rings to signers
}

// complete reports whether there is a key of each kind.
func (r *ring) complete() bool {
	for _, kind := range kinds {
		if _, ok := newest(r.keys, kind); !ok {
			return false
		}
	}
	return true
}

// newRing parses the keys of a pool.
func newRing(keys []Key, now time.Time) (*ring, error) {
	r := &ring{parsed: map[string]parsedKey{}, read: now}
	for _, k := range keys {
		parsed, err := parse(k)
		if err != nil {
			return nil, err
		}
		r.keys, r.parsed[k.ID] = append(r.keys, parsed.Key), parsed
	}
	return r, nil
}

// rings are the cached keys of pools, by pool number.
type rings struct {
	mu     sync.Mutex
	byPool map[int64]*ring
	work   singleflight.Group
}

// known returns a cached ring that is not too old.
func (r *rings) known(p *userpool.UserPool, now time.Time) *ring {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.byPool[p.Number]; k != nil && now.Before(k.read.Add(ringLife)) {
		return k
	}
	return nil
}

// keep caches a ring. A ring without keys is not cached, because another server may be making them.
func (r *rings) keep(p *userpool.UserPool, k *ring) {
	if len(k.keys) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byPool == nil || len(r.byPool) >= maxRings {
		r.byPool = map[int64]*ring{} // starting over is simple and rare
	}
	r.byPool[p.Number] = k
}

// ring returns the keys of a pool. If change is set, it makes and rotates them when due, and the
// result is complete. A failed rotation is logged and retried later.
func (i *Issuer) ring(ctx context.Context, p *userpool.UserPool, change bool) (r *ring, err error) {
	now := time.Now()
	if r = i.rings.known(p, now); r == nil {
		if r, err = i.once(ctx, "read", p, i.readRing); err != nil {
			return nil, err
		}
	}
	if !change || now.Before(r.holdOff) || !i.rotation.due(r.keys, now) {
		return r, nil
	}
	changed, err := i.once(ctx, "change", p, i.changeRing)
	switch {
	case err == nil:
		return changed, nil
	case !r.complete() || ctx.Err() != nil:
		return nil, err
	}
	i.cfg.Log.Error("signing keys not rotated; the previous keys stay in use, and the rotation is retried", "pool", p.ID, "error", err)
	held := *r
	held.holdOff = now.Add(changeAgain)
	i.rings.keep(p, &held)
	return &held, nil
}

// once runs an act for a pool once for all concurrent callers. It continues if one of them gives
// up.
func (i *Issuer) once(ctx context.Context, what string, p *userpool.UserPool, do func(context.Context, *userpool.UserPool) (*ring, error)) (*ring, error) {
	done := i.rings.work.DoChan(what+strconv.FormatInt(p.Number, 10), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ringTimeout)
		defer cancel()
		return guard.Call(func() (*ring, error) { return do(ctx, p) })
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*ring), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readRing reads a pool's keys from the store.
func (i *Issuer) readRing(ctx context.Context, p *userpool.UserPool) (*ring, error) {
	now := time.Now()
	keys, err := i.cfg.Store.TokenKeys(ctx, p)
	if err != nil {
		return nil, err
	}
	return i.keepRing(p, keys, now)
}

// changeRing makes the keys that are due, and deletes expired ones. Keys are made before the
// store's change; if another server was quicker, they are dropped.
func (i *Issuer) changeRing(ctx context.Context, p *userpool.UserPool) (*ring, error) {
	keys, err := i.cfg.Store.TokenKeys(ctx, p)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	if !i.rotation.due(keys, begin) {
		return i.keepRing(p, keys, begin)
	}
	var fresh []Key
	if i.rotation.dueOf(keys, ID, begin) || i.rotation.dueOf(keys, Access, begin) {
		if fresh, err = i.makeKeys(ctx); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	keys, err = i.cfg.Store.ChangeTokenKeys(ctx, p, func(keys []Key) ([]Key, error) {
		return i.rotation.next(keys, fresh, now), nil
	})
	if err != nil {
		return nil, err
	}
	r, err := i.keepRing(p, keys, now)
	if err == nil && !r.complete() {
		err = fmt.Errorf("user pool %s has no signing keys", p.ID)
	}
	if err == nil {
		i.cfg.Log.Info("signing keys changed", "pool", p.ID, "keys", len(keys))
	}
	return r, err
}

func (i *Issuer) keepRing(p *userpool.UserPool, keys []Key, now time.Time) (*ring, error) {
	r, err := newRing(keys, now)
	if err != nil {
		return nil, fmt.Errorf("user pool %s: %w", p.ID, err)
	}
	i.rings.keep(p, r)
	return r, nil
}
