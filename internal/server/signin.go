package server

import (
	"context"
	"runtime"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

// Checks of imported hashes are slow and take memory by design. At most one runs for each
// processor. A sign-in that waits longer is answered that it should be repeated.
const (
	hashMebibytes = 128              // memory of all running checks together
	hashTime      = 20 * time.Second // longest wait
)

// signIn returns the service that signs users in.
func (s *Server) signIn() *signin.Service {
	return signin.New(signin.Config{
		Store: s.store, Tokens: s.tokens, Hashes: password.NewHashes(int64(runtime.GOMAXPROCS(0)), hashMebibytes), HashTime: hashTime, Key: s.dataKey,
	})
}

// attemptsKept is how long attempts are stored: longer than they count.
const attemptsKept = 2 * time.Hour

// expireSignIns deletes ended sessions, challenges, codes and attempts. A session is stored until
// its last access token has expired.
func (s *Server) expireSignIns(ctx context.Context, now time.Time) error {
	return s.store.ExpireSignIns(ctx, now.Add(-userpool.LongestToken), now.Add(-attemptsKept))
}
