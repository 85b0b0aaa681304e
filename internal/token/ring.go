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
	// ringLife is how long keys are taken from memory before the store is asked again. With
	// documentLife it is far shorter than lead.
	ringLife = 5 * time.Minute
	// maxRings is of how many pools keys are in memory, some ten kilobytes a pool.
	maxRings = 500
	// ringTimeout is for the store, and for the making of keys.
	ringTimeout = 30 * time.Second
	// changeAgain is how long after a rotation failed it is tried again.
	changeAgain = time.Minute
)

// ring is the keys of a pool, read at a moment.
type ring struct {
	keys    []Key // without their private halves
	parsed  map[string]parsedKey
	read    time.Time
	holdOff time.Time // until when no rotation is tried, after one failed
}

// signer returns what signs tokens of a kind now.
func (r *ring) signer(kind Kind, now time.Time) jose.Signer {
	k, _ := signing(r.keys, kind, now) // there is one: ring does not return it otherwise
	return r.parsed[k.ID].signer
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

// rings are the keys of pools in memory, by the pools' numbers.
type rings struct {
	mu     sync.Mutex
	byPool map[int64]*ring
	work   singleflight.Group
}

// known returns a ring that is in memory and not too old.
func (r *rings) known(p *userpool.UserPool, now time.Time) *ring {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.byPool[p.Number]; k != nil && now.Before(k.read.Add(ringLife)) {
		return k
	}
	return nil
}

// keep puts a ring into memory. One without keys is looked for again each time: another server
// may be making them.
func (r *rings) keep(p *userpool.UserPool, k *ring) {
	if len(k.keys) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byPool == nil || len(r.byPool) >= maxRings {
		r.byPool = map[int64]*ring{} // to begin anew is simple, and seldom
	}
	r.byPool[p.Number] = k
}

// ring returns the keys of a pool. With change they are made and rotated where that is due, and
// there is one of each kind. A rotation that fails is logged, and tried again later.
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
	i.cfg.Log.Error("the keys that sign tokens could not be rotated; the ones before go on, and this is tried again", "pool", p.ID, "error", err)
	held := *r
	held.holdOff = now.Add(changeAgain)
	i.rings.keep(p, &held)
	return &held, nil
}

// once does something for a pool once for all who want it at the same time. It goes on when one
// of them gives up.
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

// changeRing makes the keys that are due, and deletes those whose time is over. Keys are made
// before the store is asked for a change; if another server was quicker, they are dropped.
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
		err = fmt.Errorf("user pool %s has no keys that sign tokens", p.ID)
	}
	if err == nil {
		i.cfg.Log.Info("keys that sign tokens", "pool", p.ID, "keys", len(keys))
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
