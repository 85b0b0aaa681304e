package token

import (
	"slices"
	"time"

	"poolhouse/internal/userpool"
)

// The times of a rotation.
const (
	// lead is how long a key is published before it signs. It is longer than all that may keep
	// a server or a verifier from knowing it: ringLife and documentLife together, and clocks that
	// differ.
	lead = time.Hour
	// keptAfter is how long a key is published after the next one began to sign: as long as what it
	// signed can live, and for clocks that differ.
	keptAfter = userpool.LongestToken + time.Hour
)

// kinds are all kinds of tokens.
var kinds = []Kind{ID, Access}

// rotation is when keys follow each other.
type rotation struct{ every time.Duration }

// due reports whether a pool's keys are to be changed: some are to be made, or to be deleted.
func (r rotation) due(keys []Key, now time.Time) bool {
	return len(current(keys, now)) < len(keys) || slices.ContainsFunc(kinds, func(kind Kind) bool { return r.dueOf(keys, kind, now) })
}

// dueOf reports whether the next key of a kind is to be made.
func (r rotation) dueOf(keys []Key, kind Kind, now time.Time) bool {
	last, ok := newest(keys, kind)
	return !ok || !now.Before(last.Signs.Add(r.every-lead))
}

// next returns the keys that there are to be: without those whose time is over, and with the
// fresh ones of the kinds that need one. A kind's first key signs at once.
func (r rotation) next(keys, fresh []Key, now time.Time) []Key {
	next := current(keys, now)
	for _, k := range fresh {
		if !r.dueOf(keys, k.Kind, now) {
			continue
		}
		k.Created, k.Signs = now, now
		if _, ok := newest(keys, k.Kind); ok {
			k.Signs = now.Add(lead)
		}
		next = append(next, k)
	}
	return next
}

// newest returns the key of a kind that signs last.
func newest(keys []Key, kind Kind) (last Key, ok bool) {
	for _, k := range keys {
		if k.Kind == kind && (!ok || k.Signs.After(last.Signs)) {
			last, ok = k, true
		}
	}
	return last, ok
}

// signing returns the key of a kind that signs now: the newest whose time has come. Where the
// clock of the server that made the first one is ahead of this one's, it is that one.
func signing(keys []Key, kind Kind, now time.Time) (Key, bool) {
	begun := slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.Signs.After(now) })
	if k, ok := newest(begun, kind); ok {
		return k, true
	}
	var first Key
	for _, k := range keys {
		if k.Kind == kind && (first.ID == "" || k.Signs.Before(first.Signs)) {
			first = k
		}
	}
	return first, first.ID != ""
}

// current returns the keys that are published: all but those after which another one of their
// kind has signed for so long that nothing of theirs lives.
func current(keys []Key, now time.Time) []Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool {
		return slices.ContainsFunc(keys, func(later Key) bool {
			return later.Kind == k.Kind && later.Signs.After(k.Signs) && !now.Before(later.Signs.Add(keptAfter))
		})
	})
}
