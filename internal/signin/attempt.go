package signin

import (
	"context"
	"slices"
	"time"

	"poolhouse/internal/userpool"
)

// attempt is one call on its way through the steps: [Service.Begin] and [Service.Answer] say in
// which order.
type attempt struct {
	*Service
	Caller
	pool   *userpool.UserPool
	client *userpool.Client
	params map[string]string // AuthParameters or ChallengeResponses
	at     time.Time         // as it is kept
	begun  time.Time

	// name is the one that the user was asked for by, in the form that is unique. found is the
	// user as the store has it, and user as the call leaves it. Of a name without a user, where
	// nothing may tell that, user is made up, and simulated is set.
	name        string
	found, user *userpool.User
	simulated   bool

	challenge *state // that is answered; nil at the beginning
	proved    bool   // the password is known to be right
	secondOK  bool   // a second factor was good
	changes   []func(*userpool.User) error
	effects   Effects
}

// Result is how a call went on: with a challenge, or with tokens.
type Result struct {
	// Challenge is the name of the challenge, "" where there are tokens. Parameters are what
	// it tells the client, and Session what goes with the answer.
	Challenge  string
	Parameters map[string]string
	Session    string

	Tokens *Granted
}

// Granted is the tokens of a user who is signed in.
type Granted struct {
	ID, Access string
	Refresh    string // "" where there is no new one
	ExpiresIn  int64  // seconds
}

// hides reports whether nothing may tell which users exist.
func (a *attempt) hides() bool { return hides(a.client) }

func hides(c *userpool.Client) bool { return c.Settings.PreventUserExistenceErrors == "ENABLED" }

// param returns a parameter that must be there.
func (a *attempt) param(name string) (string, error) {
	if v := a.params[name]; v != "" {
		return v, nil
	}
	return "", missing(name)
}

// find finds the user of a name.
func (a *attempt) find(ctx context.Context, name string) (err error) {
	a.name = a.pool.UsernameKey(name)
	a.user, err = a.Store.User(ctx, a.pool, name)
	if isKind(err, userpool.UserNotFound) {
		if !a.hides() {
			return noUser()
		}
		a.user, a.simulated = a.madeUp(a.pool, name), true
		return nil
	}
	if err == nil {
		a.found = a.user
		a.known(a.pool, a.user)
	}
	return err
}

// madeUp returns a user who does not exist, always the same for a name, however it is written where the
// pool folds names. A name that is an alias by its form is not what the user is called.
func (s *Service) madeUp(p *userpool.UserPool, name string) *userpool.User {
	u := &userpool.User{PoolID: p.ID, Username: p.UsernameKey(name), Enabled: true, Status: userpool.Confirmed}
	u.Sub = simulatedSub(s.sum("sub", p.ID, userpool.Fold(name)), p.Created)
	if p.UsesUsernameAttributes() || looksLikeAlias(p, name) {
		u.Username = u.Sub
	}
	return u
}

// looksLikeAlias reports whether a name is an alias of users of the pool by its form.
func looksLikeAlias(p *userpool.UserPool, name string) bool {
	return slices.Contains(p.AliasAttributes, "email") && userpool.ValidEmail(name) || slices.Contains(p.AliasAttributes, "phone_number") && userpool.ValidPhone(name)
}

// stands refuses a user whose status allows no sign-in. Where nothing may tell which users
// exist, that is for later, when the password is known to be right.
func (a *attempt) stands() error {
	switch {
	case a.hides() && !a.Admin && !a.proved:
		return nil
	case a.user.Status == userpool.ResetRequired && a.hides() && !a.Admin:
		return incorrect()
	case !a.user.Enabled:
		return disabled()
	case a.user.Status == userpool.ResetRequired:
		return resetRequired()
	case a.user.Status == userpool.Unconfirmed:
		return notConfirmed()
	}
	return nil
}

// change has a function change the user: as it is known now, and again in the transaction that ends
// the call.
func (a *attempt) change(f func(*userpool.User) error) error {
	changed := *a.user
	changed.Attributes = slices.Clone(a.user.Attributes)
	if err := f(&changed); err != nil {
		return err
	}
	a.user, a.changes = &changed, append(a.changes, f)
	return nil
}

// byName is whom wrong passwords are counted for: the name, whether or not a user has it, so that
// counts tell nothing of who has which names.
func (a *attempt) byName() Subject { return a.subject(a.pool, "name", a.name) }

// bySub is whom wrong codes are counted for.
func (a *attempt) bySub() Subject { return a.subject(a.pool, "sub", a.user.Sub) }
