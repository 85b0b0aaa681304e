package server

import (
	"context"
	"runtime"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

// Checks of imported hashes take processor time and memory on purpose. As many run at a time as there
// are processors, in so many MiB; one waits this long for its turn, and is then told to come again.
const (
	hashMebibytes = 128
	hashTime      = 20 * time.Second
)

// signIn returns where users sign in.
func (s *Server) signIn() *signin.Service {
	return signin.New(signin.Config{
		Store: s.store, Tokens: s.tokens, Hashes: password.NewHashes(int64(runtime.GOMAXPROCS(0)), hashMebibytes), HashTime: hashTime, Key: s.dataKey,
	})
}

// attemptsKept is how long it is remembered that something was tried: longer than it counts.
const attemptsKept = 2 * time.Hour

// expireSignIns deletes what is over. A session is remembered until its last access token has ended.
func (s *Server) expireSignIns(ctx context.Context, now time.Time) error {
	return s.store.ExpireSignIns(ctx, now.Add(-userpool.LongestToken), now.Add(-attemptsKept))
}
