package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"poolhouse/internal/password"
)

// The hashes of a storm are argon2id with the largest parameters that an import accepts: 19
// MiB, two passes.
const (
	stormMemory = 19_456 // KiB
	stormPasses = 2
)

// stormRun is the result of a storm.
type stormRun struct {
	users, tokens, later int
	took                 times // of the sign-ins
	lasts                time.Duration
	peak                 int64
}

// storm signs in all users of an import at once for the first time. Their hashes need much
// memory.
func (s *signInBench) storm(ctx context.Context) error {
	many := fmt.Sprint(s.Rows + 100)
	return s.on(ctx, nil, func(at site, n *node) error {
		hash, alone := argon2idHash(rightPassword)
		a, err := n.newApp(ctx, at, file{rows: s.Rows, hashes: true, hash: hash, algorithm: password.Argon2id})
		if err != nil {
			return err
		}
		before, err := n.used()
		if err != nil {
			return err
		}
		r, err := a.signInAtOnce(ctx)
		if err != nil {
			return err
		}
		t := table{title: fmt.Sprintf("%d first sign-ins at once, with hashes of argon2id, %s", r.users, s.engine.name()),
			head: []string{"", "signed in", "told to come again", "median", "longest", "all answered in", "resident memory before", "most", "target"}}
		t.rows = [][]string{{"argon2id, 19 MiB, t=2", fmt.Sprint(r.tokens), fmt.Sprint(r.later), seconds(r.took.quantile(0.5)), seconds(r.took.quantile(1)),
			seconds(r.lasts), mebibytes(before.resident), mebibytes(r.peak), "≤ " + mebibytes(attackMemory)}}
		s.report.add(t)
		s.report.paragraph("The hash alone takes %s of one processor here.", milliseconds(alone))
		s.progress("%s: storm: %d signed in, %d told to come again, %s at most", s.engine.name(), r.tokens, r.later, mebibytes(r.peak))
		return nil
	}, "--max-connections", many, "--max-connections-address", many)
}

// argon2idHash returns the hash of a password, and how long it takes.
func argon2idHash(text string) (hash string, took time.Duration) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	begun := time.Now()
	sum := argon2.IDKey([]byte(text), salt, stormPasses, stormMemory, 1, 32)
	took = time.Since(begun)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", stormMemory, stormPasses, b.EncodeToString(salt), b.EncodeToString(sum)), took
}

// signInAtOnce signs in each user over a separate connection, all at the same time. Each
// answer must have tokens, or ask to try again later.
func (a *app) signInAtOnce(ctx context.Context) (r stormRun, err error) {
	r.users = a.users.rows
	lines, requests := make([]*wire, r.users), make([][]byte, r.users)
	defer func() {
		for _, line := range lines {
			if line != nil {
				line.close()
			}
		}
	}()
	for i, name := range a.names(0, r.users) {
		if requests[i], err = a.bytes("InitiateAuth", a.byPassword(name, rightPassword)); err != nil {
			return r, err
		}
		if lines[i], err = a.dial(ctx); err != nil {
			return r, err
		}
	}
	over, stop := context.WithCancel(ctx)
	var watch, all sync.WaitGroup
	watch.Go(func() { r.peak = highest(over, a.node) })
	r.took = make(times, r.users)
	problems, tokens := make([]error, r.users), make([]bool, r.users)
	begun := time.Now()
	for i := range lines {
		all.Go(func() {
			status, answer, took, err := lines[i].timed(requests[i])
			r.took[i] = took
			tokens[i], problems[i] = firstSignIn(status, answer, err)
		})
	}
	all.Wait()
	r.lasts = time.Since(begun)
	stop()
	watch.Wait()
	for _, signedIn := range tokens {
		if signedIn {
			r.tokens++
		}
	}
	r.later = r.users - r.tokens
	if used, err := a.used(); err == nil {
		r.peak = max(r.peak, used.peak)
	}
	return r, errors.Join(problems...)
}

// firstSignIn reports whether an answer has tokens. An answer without tokens must be
// TooManyRequests.
func firstSignIn(status int, answer []byte, err error) (bool, error) {
	switch {
	case err != nil:
		return false, err
	case status == http.StatusOK:
		_, err := readGranted([][]byte{answer}, hasTokens)
		return err == nil, err
	case strings.Contains(string(answer), "TooManyRequestsException"):
		return false, nil
	}
	return false, refusal{"InitiateAuth", status, string(answer)}
}
