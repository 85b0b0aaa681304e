package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// codeLife is the life of a code for a forgotten password (Quotas in Amazon Cognito).
const codeLife = time.Hour

// The limits in an hour, for one name: codes requested, codes answered, and password changes.
// The real service says 5 to 20, depending on risk.
const (
	perHour     = 10
	limitWindow = time.Hour
)

// limited counts an attempt, and refuses it if there are too many in an hour. The count after
// this attempt decides. Concurrent attempts get different counts.
func (s *Service) limited(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt, at time.Time) error {
	tried, err := s.Store.Attempts(ctx, p, of, kind)
	if err != nil {
		return err
	}
	if tried.Count >= perHour && at.Before(tried.First.Add(limitWindow)) {
		return limitExceeded()
	}
	if tried, err = s.Store.CountAttempt(ctx, p, of, kind, at, Forget{FirstBefore: at.Add(time.Millisecond - limitWindow)}); err != nil {
		return err
	}
	if tried.Count > perHour {
		return limitExceeded()
	}
	return nil
}

// newCode returns six random digits.
func newCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
	return fmt.Sprintf("%06d", n)
}

// codeMAC returns the stored form of a code.
func (s *Service) codeMAC(p *userpool.UserPool, sub string, purpose Purpose, code string) []byte {
	return s.sum("code", p.ID, sub, fmt.Sprint(purpose), code)
}

// Forgotten is a call of ForgotPassword or ConfirmForgotPassword.
type Forgotten struct {
	Caller
	ClientID, SecretHash, Username string
	Code, Password                 string // only in ConfirmForgotPassword
}

// forgetful has the first steps of both calls: the client, its secret, and the user.
func (s *Service) forgetful(ctx context.Context, in Forgotten) (*attempt, error) {
	a, err := s.enter(ctx, in.Caller, "", in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := a.provesClient(in.SecretHash, in.Username); err != nil {
		return nil, err
	}
	return a, a.find(ctx, in.Username)
}

// ForgotPassword sends a user a code for setting a new password. If there is no user of the
// name and nothing may reveal that, the answer is the same.
func (s *Service) ForgotPassword(ctx context.Context, in Forgotten) (to outbox.Address, err error) {
	a, err := s.forgetful(ctx, in)
	defer func() { a.evenRecovery(ctx) }()
	if isKind(err, userpool.UserNotFound) {
		return to, userpool.Errorf(userpool.UserNotFound, "Username/client id combination not found.")
	}
	if err != nil {
		return to, err
	}
	if err := s.limited(ctx, a.pool, a.byName(), SendAttempt, a.at); err != nil {
		return to, err
	}
	if a.simulated {
		to, err = outbox.Simulated(a.pool, in.Username, s.mac)
		return to, err
	}
	to, err = s.sendReset(ctx, a.pool, a.user, a.at, func(*userpool.User) {})
	if err != nil && a.hides() && userpool.KindOf(err) != userpool.Internal {
		to, err = outbox.Simulated(a.pool, in.Username, s.mac)
	}
	return to, err
}

// sendReset sends a user a code for a new password, and changes the user.
func (s *Service) sendReset(ctx context.Context, p *userpool.UserPool, u *userpool.User, at time.Time, change func(*userpool.User)) (to outbox.Address, err error) {
	if err := resettable(u); err != nil {
		return to, err
	}
	if to, err = outbox.Recipient(p, u); err != nil {
		return to, err
	}
	code := newCode()
	message := outbox.Compose(p, u, outbox.ForgotPassword, to, code)
	message.At = at
	err = s.Store.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (Effects, error) {
		if err := resettable(u); err != nil {
			return Effects{}, err
		}
		change(u)
		return Effects{
			Send:     &Code{Purpose: ResetPassword, MAC: s.codeMAC(p, u.Sub, ResetPassword, code), Ends: at.Add(codeLife)},
			Messages: []*outbox.Message{message},
		}, nil
	})
	return to, err
}

// resettable refuses a user whose status allows no reset of the password.
func resettable(u *userpool.User) error {
	switch {
	case !u.Enabled:
		return disabled()
	case u.Status == userpool.ForceChangePassword:
		return userpool.Errorf(userpool.NotAuthorized, "User password cannot be reset in the current state.")
	}
	return nil
}

// ResetPassword is AdminResetUserPassword: the password becomes invalid, and the user is sent
// a code.
func (s *Service) ResetPassword(ctx context.Context, by Caller, poolID, username string) error {
	if s.Key == nil {
		return errKey()
	}
	p, u, err := s.ofUser(ctx, by, poolID, username)
	if err != nil {
		return err
	}
	at := now()
	_, err = s.sendReset(ctx, p, u, at, func(u *userpool.User) {
		u.Status, u.Credential, u.Modified = userpool.ResetRequired, userpool.Credential{}, at
	})
	return err
}

// ConfirmForgotPassword sets the password of a user that has the code.
func (s *Service) ConfirmForgotPassword(ctx context.Context, in Forgotten) (err error) {
	a, err := s.forgetful(ctx, in)
	defer func() {
		if err != nil {
			a.evenRecovery(ctx)
		}
	}()
	if isKind(err, userpool.UserNotFound) {
		return userpool.Errorf(userpool.UserNotFound, "Username/client id combination not found.")
	}
	if err != nil {
		return err
	}
	if err := a.pool.PasswordPolicy.Check(in.Password); err != nil {
		return err
	}
	if err := s.limited(ctx, a.pool, a.byName(), CodeAttempt, a.at); err != nil {
		return err
	}
	sent, err := a.checkCode(ctx, in.Code)
	if err != nil {
		return err
	}
	if err := resettable(a.user); err != nil {
		return err
	}
	c, err := s.newCredential(ctx, a.pool, a.user, in.Password)
	if err != nil {
		return err
	}
	err = s.Store.ChangeUser(ctx, a.pool, a.user.Sub, func(u *userpool.User) (Effects, error) {
		if err := resettable(u); err != nil {
			return Effects{}, err
		}
		u.Credential, u.Status, u.Modified = c, userpool.Confirmed, a.at
		return Effects{TakeCode: &sent, Remember: int(a.pool.PasswordPolicy.HistorySize),
			Clear: []Count{{a.byName(), CodeAttempt}, {a.byName(), SendAttempt}, {a.byName(), PasswordAttempt}}}, nil
	})
	if errors.Is(err, ErrUsed) {
		return codeExpired()
	}
	return err
}

func codeExpired() error {
	return userpool.Errorf(userpool.CodeExpired, "Invalid code provided, please request a code again.")
}

// checkCode checks the given code. It returns the code that the user was sent.
func (a *attempt) checkCode(ctx context.Context, code string) (sent Code, err error) {
	given := a.codeMAC(a.pool, a.user.Sub, ResetPassword, code)
	if !a.simulated {
		if sent, err = a.Store.Code(ctx, a.pool, a.user.Sub, ResetPassword); err != nil {
			return sent, err
		}
	}
	switch {
	case sent.MAC == nil || !a.at.Before(sent.Ends):
		return sent, a.noCode()
	case !hmac.Equal(given, sent.MAC):
		return sent, userpool.Errorf(userpool.CodeMismatch, "Invalid verification code provided, please try again.")
	}
	return sent, nil
}

// noCode returns the refusal if there is no code. If nothing may reveal which users exist, it
// is the same as for a wrong code, because a name without a user was told that a code was
// sent.
func (a *attempt) noCode() error {
	if a.hides() {
		return userpool.Errorf(userpool.CodeMismatch, "Invalid verification code provided, please try again.")
	}
	return codeExpired()
}
