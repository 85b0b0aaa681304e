package sqlstore

import (
	"fmt"
	"strconv"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// vault seals what the database alone must not give away. It has no key where the
// server has none to seal secrets with: then what needs one is refused.
type vault struct {
	key           *iam.DataKey
	clients, urls *iam.Box
	headers       *iam.Box // of the files of jobs
	looks         *iam.Box // at uploaded files
	formats       *iam.Box // of the files of jobs
	asked         *iam.Box // about the files of jobs
}

// SealWith has secrets sealed with a data key. It is called before the store is used.
func (s *Store) SealWith(key *iam.DataKey) {
	*s.vault = vault{key: key, clients: key.Box(iam.ClientSecrets, ""), urls: key.Box(iam.UploadURLs, ""), headers: key.Box(iam.FileHeaders, ""),
		looks: key.Box(iam.Looks, ""), formats: key.Box(iam.FileFormats, ""), asked: key.Box(iam.FilesAsked, "")}
}

// errNoKey refuses what would leave a secret in the database.
func errNoKey() error {
	return userpool.Errorf(userpool.InvalidParameter, "This server has no key to seal secrets with, so it keeps no passwords, no secrets of app clients and no import jobs, "+
		"whose pre-signed URLs are secrets. Start every server with the same POOLHOUSE_SEALING_KEY.")
}

// ofUsers returns the box of a kind of secrets of a pool and its users, nil without a key.
func (v *vault) ofUsers(poolNo int64, kind iam.SecretKind) *iam.Box {
	if v.key == nil {
		return nil
	}
	return v.key.Box(kind, strconv.FormatInt(poolNo, 10))
}

// seal seals a secret that belongs to something of a pool. Nothing stays nothing.
func seal(b *iam.Box, poolID, id, secret string) ([]byte, error) {
	switch {
	case secret == "":
		return []byte{}, nil
	case b == nil:
		return nil, errNoKey()
	}
	return b.Seal(poolID+"/"+id, []byte(secret)), nil
}

// unseal opens what seal returned. what says what it is, in errors.
func unseal(b *iam.Box, poolID, id string, sealed []byte, what string) (string, error) {
	switch {
	case len(sealed) == 0:
		return "", nil
	case b == nil:
		return "", fmt.Errorf("the %s of %s of user pool %s is sealed, and this server has no key to open it", what, id, poolID)
	}
	secret, err := b.Open(poolID+"/"+id, sealed)
	if err != nil {
		return "", fmt.Errorf("the %s of %s of user pool %s: %w", what, id, poolID, err)
	}
	return string(secret), nil
}
