package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// A PostgreSQL index entry has at most about 2,700 bytes, but an attribute has up to 2,048
// characters. Both limits leave room for the pool and the user in the same entry.
const (
	maxLookupChars = 500  // more than any filter or username can have; so the cut never hides a match
	maxAliasBytes  = 1500 // a longer alias is stored as a digest, which keeps it unique
)

// lookupKey returns the value of an attribute as filters compare it.
func lookupKey(value string) string {
	folded := userpool.Fold(value)
	if len(folded) <= maxLookupChars || utf8.RuneCountInString(folded) <= maxLookupChars {
		return folded
	}
	return string([]rune(folded)[:maxLookupChars])
}

// storedAliases returns the user's aliases with their stored keys.
func storedAliases(p *userpool.UserPool, u *userpool.User) []userpool.Alias {
	aliases := p.Aliases(u)
	for i := range aliases {
		aliases[i].Key = aliasKey(aliases[i].Key)
	}
	return aliases
}

func aliasKey(key string) string {
	if len(key) <= maxAliasBytes {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToValidUTF8(key[:maxAliasBytes-100], "") + " sha256:" + hex.EncodeToString(sum[:])
}
