package signin

import (
	"context"
	"time"
)

// Where nothing may tell which users exist, an answer that a stranger may get, too, is given a whole
// number of steps after the call began. The work for a name without a user is nearly that for one of a
// user, but the database takes some microseconds more for what it finds. What takes a message is a
// transaction more.
const (
	signInStep   = 10 * time.Millisecond  // of a refusal, and of a challenge that any name gets
	recoveryStep = 100 * time.Millisecond // of ForgotPassword and ConfirmForgotPassword
)

// even waits until a whole number of steps has passed since a call began, or until ctx ends.
func even(ctx context.Context, begun time.Time, step time.Duration) {
	rest := time.NewTimer(step - time.Since(begun)%step)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
}

// evenRecovery is that of a call about a forgotten password. a is nil before the client is known.
func (a *attempt) evenRecovery(ctx context.Context) {
	if a != nil && a.hides() {
		even(ctx, a.begun, recoveryStep)
	}
}

// even is that of a sign-in. Tokens, and challenges that only a right password leads to, are answered at
// once.
func (a *attempt) even(ctx context.Context, r *Result) {
	if a.hides() && !a.Admin && (r == nil || r.Challenge == passwordVerifier) {
		even(ctx, a.begun, signInStep)
	}
}
