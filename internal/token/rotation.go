package token

import (
	"slices"
	"time"

	"poolhouse/internal/userpool"
)

// The times of a rotation.
const (
	// lead is how long a key is published before it signs. It is longer than everything that can
	// keep a server or a verifier from knowing the key: ringLife, documentLife and differing clocks
	// together.
	lead = time.Hour
	// keptAfter is how long a key is published after its successor began to sign: the longest
	// lifetime of a token, plus a margin for differing clocks.
	keptAfter = userpool.LongestToken + time.Hour
)

// kinds are all kinds of tokens.
var kinds = []Kind{ID, Access}

// rotation decides when keys are replaced.
type rotation struct{ every time.Duration }

// due reports whether a pool's keys must change: some must be made or deleted.
func (r rotation) due(keys []Key, now time.Time) bool {
	return len(current(keys, now)) < len(keys) || slices.ContainsFunc(kinds, func(kind Kind) bool { return r.dueOf(keys, kind, now) })
}

// dueOf reports whether the next key of a kind must be made.
func (r rotation) dueOf(keys []Key, kind Kind, now time.Time) bool {
	last, ok := newest(keys, kind)
	return !ok || !now.Before(last.SignsFrom.Add(r.every-lead))
}

// next returns the new set of keys: without the expired ones, and with the fresh ones of the kinds
// that need one. A kind's first key signs at once.
func (r rotation) next(keys, fresh []Key, now time.Time) []Key {
	next := current(keys, now)
	for _, k := range fresh {
		if !r.dueOf(keys, k.Kind, now) {
			continue
		}
		k.Created, k.SignsFrom = now, now
		if _, ok := newest(keys, k.Kind); ok {
			k.SignsFrom = now.Add(lead)
		}
		next = append(next, k)
	}
	return next
}

// newest returns the key of a kind that starts to sign last.
func newest(keys []Key, kind Kind) (last Key, ok bool) {
	for _, k := range keys {
		if k.Kind == kind && (!ok || k.SignsFrom.After(last.SignsFrom)) {
			last, ok = k, true
		}
	}
	return last, ok
}

// signing returns the key of a kind that signs now: the newest one whose time has come. If none
// has, because the clock of the server that made the first key is ahead, it is the first key.
// keys must have one of the kind.
func signing(keys []Key, kind Kind, now time.Time) Key {
	begun := slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.SignsFrom.After(now) })
	if k, ok := newest(begun, kind); ok {
		return k
	}
	var first Key
	for _, k := range keys {
		if k.Kind == kind && (first.ID == "" || k.SignsFrom.Before(first.SignsFrom)) {
			first = k
		}
	}
	return first
}

// current returns the keys to publish. It omits keys whose successor has signed for so long that
// all their tokens have expired.
func current(keys []Key, now time.Time) []Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool {
		return slices.ContainsFunc(keys, func(later Key) bool {
			return later.Kind == k.Kind && later.SignsFrom.After(k.SignsFrom) && !now.Before(later.SignsFrom.Add(keptAfter))
		})
	})
}
