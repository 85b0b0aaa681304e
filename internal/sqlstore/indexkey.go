package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// An entry of a PostgreSQL index has at most some 2,700 bytes, but an
// attribute up to 2,048 characters. Both limits here leave room for the pool
// and the user in the same entry.
const (
	maxLookupChars = 500  // more than any filter or username can have, so nothing is found by what is cut off
	maxAliasBytes  = 1500 // longer ones are made unique by a digest
)

// lookupKey returns what filters look for in the column of an attribute.
func lookupKey(value string) string {
	folded := userpool.Fold(value)
	if len(folded) <= maxLookupChars || utf8.RuneCountInString(folded) <= maxLookupChars {
		return folded
	}
	return string([]rune(folded)[:maxLookupChars])
}

// storedAliases returns the user's aliases with their keys as they are stored.
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
