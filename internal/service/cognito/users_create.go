package cognitoservice

import (
	"context"
	"errors"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/password"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func (s *Service) adminCreateUser(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminCreateUserRequest) (*cognitoapi.AdminCreateUserResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.MessageAction == cognitoapi.MessageActionTypeResend {
		return s.resendInvitation(ctx, c, p, in)
	}
	u, err := newUser(p, in)
	if err != nil {
		return nil, err
	}
	text, err := setTemporaryPassword(p, u, in)
	if err != nil {
		return nil, err
	}
	messages, err := s.invitations(ctx, p, u, in, text)
	if err != nil {
		return nil, err
	}
	if err := s.Invitations.CreateUserAndSend(ctx, p, u, service.Value(in.ForceAliasCreation), messages...); err != nil {
		return nil, aliasAsUsername(err)
	}
	c.Note("sub", u.Sub)
	out := wireUser(u)
	return &cognitoapi.AdminCreateUserResponse{User: &out}, nil
}

// aliasAsUsername words a taken alias for AdminCreateUser, whose model lacks
// AliasExistsException.
func aliasAsUsername(err error) error {
	if e, ok := errors.AsType[*userpool.Error](err); ok && e.Kind == userpool.AliasExists {
		return userpool.Errorf(userpool.UsernameExists, "%s", e.Message)
	}
	return err
}

// newUser makes the user of a request.
func newUser(p *userpool.UserPool, in *cognitoapi.AdminCreateUserRequest) (*userpool.User, error) {
	now := wallClock()
	u := &userpool.User{
		PoolID: p.ID, Username: in.Username, Sub: userpool.NewSub(), Enabled: true,
		Created: now, Modified: now, Status: userpool.ForceChangePassword,
	}
	for _, a := range in.UserAttributes {
		if a.Name == "sub" {
			return nil, userpool.Errorf(userpool.InvalidParameter, "The attribute sub cannot be set: it is made for each user.")
		}
		u.Attributes.Set(a.Name, normalized(p, a))
	}
	if attribute := p.UsernameAttributeOf(in.Username); attribute != "" {
		if err := nameByAttribute(p, u, attribute); err != nil {
			return nil, err
		}
	}
	if err := p.CheckNewUser(in.Username, u.Attributes); err != nil {
		return nil, err
	}
	removeEmpty(&u.Attributes)
	p.SortAttributes(u.Attributes)
	return u, nil
}

// nameByAttribute moves the given name into the attribute that is the user's name. The username
// is the sub.
func nameByAttribute(p *userpool.UserPool, u *userpool.User, attribute string) error {
	login := u.Username
	same := func(a, b string) bool { return a == b || p.CaseInsensitive && userpool.Fold(a) == userpool.Fold(b) }
	if given := u.Attributes.Get(attribute); given != "" && !same(given, login) {
		return userpool.Errorf(userpool.InvalidParameter,
			"User %s should be empty or same as username, since username attribute is %s", attribute, attribute)
	}
	u.Attributes.Set(attribute, login)
	u.Username = u.Sub
	return nil
}

// normalized returns the value in the form for storage: booleans in lower case.
func normalized(p *userpool.UserPool, a cognitoapi.AttributeType) string {
	if s, ok := p.Schema.Find(a.Name); ok && s.Type == userpool.Boolean {
		return strings.ToLower(a.Value)
	}
	return a.Value
}

// setTemporaryPassword sets the request's password, or a new one that only an invitation
// reveals, and returns it. A user who can sign in with a code and gets no message needs no
// password and is confirmed at once (observed on the real service).
func setTemporaryPassword(p *userpool.UserPool, u *userpool.User, in *cognitoapi.AdminCreateUserRequest) (text string, err error) {
	if in.TemporaryPassword == "" && in.MessageAction == cognitoapi.MessageActionTypeSuppress && p.PasswordlessFactor(verifiedOnly(u)) {
		u.Status = userpool.Confirmed
		return "", nil
	}
	u.Credential, text, err = temporaryPassword(p, u, in.TemporaryPassword, u.Created)
	return text, err
}

// temporaryPassword returns a temporary password, with its credential from a given time. The
// password is the requested one, or a new one.
func temporaryPassword(p *userpool.UserPool, u *userpool.User, asked string, from time.Time) (userpool.Credential, string, error) {
	text := asked
	if text == "" {
		text = password.Generate(int(p.PasswordPolicy.MinimumLength))
	} else if err := p.PasswordPolicy.Check(text); err != nil {
		return userpool.Credential{}, "", err
	}
	return userpool.Credential{
		Scheme: password.SRP, Secret: password.NewVerifier(p.ID, u.Username, text),
		Expires: from.AddDate(0, 0, int(p.PasswordPolicy.TemporaryDays)),
	}, text, nil
}

// verifiedOnly returns the user's verified addresses.
func verifiedOnly(u *userpool.User) (out userpool.Attributes) {
	for _, name := range [...]string{"email", "phone_number"} {
		if u.Verified(name) {
			out.Set(name, u.Attributes.Get(name))
		}
	}
	return out
}
