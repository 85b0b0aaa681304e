package sqlstore

import (
	"fmt"
	"strconv"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// vault seals what a copy of the database must not reveal. Without a key of the server it has none,
// and refuses what needs one.
type vault struct {
	key           *iam.DataKey
	clients, urls *iam.Box
	headers       *iam.Box // headers of jobs' files
	looks         *iam.Box // looks at uploaded files
	formats       *iam.Box // formats of jobs' files
	asked         *iam.Box // choices of how a job's file is read
}

// SealWith sets the data key that seals secrets. It must be called before the store is used.
func (s *Store) SealWith(key *iam.DataKey) {
	*s.vault = vault{key: key, clients: key.Box(iam.ClientSecrets, ""), urls: key.Box(iam.UploadURLs, ""), headers: key.Box(iam.FileHeaders, ""),
		looks: key.Box(iam.Looks, ""), formats: key.Box(iam.FileFormats, ""), asked: key.Box(iam.FilesAsked, "")}
}

// errNoKey is the refusal of a value that would have to be stored unsealed.
func errNoKey() error {
	return userpool.Errorf(userpool.InvalidParameter, "This server has no key to seal secrets with, so it keeps no passwords, no secrets of app clients and no import jobs, "+
		"whose pre-signed URLs are secrets. Start every server with the same POOLHOUSE_SEALING_KEY.")
}

// userBox returns the box for a kind of secrets of a pool and its users, nil without a key.
func (v *vault) userBox(poolNo int64, kind iam.SecretKind) *iam.Box {
	if v.key == nil {
		return nil
	}
	return v.key.Box(kind, strconv.FormatInt(poolNo, 10))
}

// seal seals a secret of a pool. An empty secret stays empty.
func seal(b *iam.Box, poolID, id, secret string) ([]byte, error) {
	switch {
	case secret == "":
		return []byte{}, nil
	case b == nil:
		return nil, errNoKey()
	}
	return b.Seal(poolID+"/"+id, []byte(secret)), nil
}

// unseal opens what seal sealed. what names the secret in errors.
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
