package server

import (
	"context"
	"crypto/rand"

	"poolhouse/internal/pagetoken"
)

// openPages makes the key of the tokens of pages. Its secret is in the database:
// every server that shares it takes the tokens of the others, also after a
// restart. A token hides what is in the same database, so nothing is lost by
// keeping the secret there.
func (s *Server) openPages(ctx context.Context) error {
	fresh := make([]byte, pagetoken.SecretSize)
	_, _ = rand.Read(fresh) // never fails: the program would end
	secret, err := s.store.PageSecret(ctx, fresh)
	if err != nil {
		return err
	}
	s.pages, err = pagetoken.NewKey(secret)
	return err
}
