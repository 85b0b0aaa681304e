package signin

import (
	"context"
	"time"
)

// If nothing may reveal which users exist, an answer that a stranger can also get is sent a
// whole number of steps after the call began. The work for a name without a user is nearly
// the same as with one. But the database takes some microseconds longer for a row that it
// finds, and sending a message needs one more transaction.
const (
	signInStep   = 10 * time.Millisecond  // for a refusal, and for a challenge that any name gets
	recoveryStep = 100 * time.Millisecond // for ForgotPassword and ConfirmForgotPassword
)

// even waits until a whole number of steps has passed since the call began, or until ctx
// ends.
func even(ctx context.Context, begun time.Time, step time.Duration) {
	rest := time.NewTimer(step - time.Since(begun)%step)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
}

// evenRecovery is even for a call about a forgotten password. a is nil before the client is
// known.
func (a *attempt) evenRecovery(ctx context.Context) {
	if a != nil && a.hides() {
		even(ctx, a.begun, recoveryStep)
	}
}

// even is even for a sign-in. Tokens, and challenges that need a right password, are sent at
// once.
func (a *attempt) even(ctx context.Context, r *Result) {
	if a.hides() && !a.Admin && (r == nil || r.Challenge == passwordVerifier) {
		even(ctx, a.begun, signInStep)
	}
}
