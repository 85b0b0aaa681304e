package signin

import (
	"context"
	"slices"
	"time"

	"poolhouse/internal/userpool"
)

// attempt is one call on its way through the steps. [Service.Begin] and [Service.Answer] have
// their order.
type attempt struct {
	*Service
	Caller
	pool   *userpool.UserPool
	client *userpool.Client
	params map[string]string // AuthParameters or ChallengeResponses
	at     time.Time         // in the precision of the store
	begun  time.Time

	// name is the requested name in its unique form. found is the user in the store, and user
	// is the user as the call changes it. If there is no user of the name and nothing may
	// reveal that, user is made up and simulated is set.
	name        string
	found, user *userpool.User
	simulated   bool

	challenge *state // the challenge that is answered; nil at the beginning
	proved    bool   // the password is known to be right
	secondOK  bool   // a second factor was proved
	changes   []func(*userpool.User) error
	effects   Effects
}

// Result is the next step of a sign-in: a challenge or tokens.
type Result struct {
	// Challenge is the name of the challenge, or "" if there are tokens. Parameters are for
	// the client, and Session is for the answer to the challenge.
	Challenge  string
	Parameters map[string]string
	Session    string

	Tokens *Granted
}

// Granted has the tokens of a signed-in user.
type Granted struct {
	ID, Access string
	Refresh    string // "" if there is no new one
	ExpiresIn  int64  // in seconds
}

// hides reports whether the client must not reveal which users exist.
func (a *attempt) hides() bool { return hides(a.client) }

func hides(c *userpool.Client) bool { return c.Settings.PreventUserExistenceErrors == "ENABLED" }

// param returns a required parameter.
func (a *attempt) param(name string) (string, error) {
	if v := a.params[name]; v != "" {
		return v, nil
	}
	return "", missing(name)
}

// find finds the user with a name.
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

// madeUp returns a user that does not exist. It is always the same for a name, in any case if
// the pool folds names. If the name has the form of an alias, the username is another one.
func (s *Service) madeUp(p *userpool.UserPool, name string) *userpool.User {
	u := &userpool.User{PoolID: p.ID, Username: p.UsernameKey(name), Enabled: true, Status: userpool.Confirmed}
	u.Sub = simulatedSub(s.sum("sub", p.ID, userpool.Fold(name)), p.Created)
	if p.UsesUsernameAttributes() || looksLikeAlias(p, name) {
		u.Username = u.Sub
	}
	return u
}

// looksLikeAlias reports whether a name has the form of an alias of the pool's users.
func looksLikeAlias(p *userpool.UserPool, name string) bool {
	return slices.Contains(p.AliasAttributes, "email") && userpool.ValidEmail(name) || slices.Contains(p.AliasAttributes, "phone_number") && userpool.ValidPhone(name)
}

// stands refuses a user whose status allows no sign-in. If the client must not reveal which
// users exist, that is postponed until the password is known to be right.
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

// change applies a function to the user: now, and again in the transaction at the end of the
// call.
func (a *attempt) change(f func(*userpool.User) error) error {
	changed := *a.user
	changed.Attributes = slices.Clone(a.user.Attributes)
	if err := f(&changed); err != nil {
		return err
	}
	a.user, a.changes = &changed, append(a.changes, f)
	return nil
}

// byName is the subject of wrong passwords: the name, with or without a user. So counts
// reveal nothing about the existence of users.
func (a *attempt) byName() Subject { return a.subject(a.pool, "name", a.name) }

// bySub is the subject of wrong codes.
func (a *attempt) bySub() Subject { return a.subject(a.pool, "sub", a.user.Sub) }
