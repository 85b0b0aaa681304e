package service

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"poolhouse/internal/api"
	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

func (s *Service) adminCreateUser(ctx context.Context, in *api.AdminCreateUserRequest) (*api.AdminCreateUserResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.MessageAction == api.MessageActionTypeResend {
		return nil, s.resendInvitation(ctx, p, in.Username)
	}
	u, err := newUser(p, in)
	if err != nil {
		return nil, err
	}
	if err := setTemporaryPassword(p, u, in); err != nil {
		return nil, err
	}
	if err := s.Store.CreateUser(ctx, p, u, value(in.ForceAliasCreation)); err != nil {
		return nil, aliasAsUsername(err)
	}
	out := wireUser(u)
	return &api.AdminCreateUserResponse{User: &out}, nil
}

// aliasAsUsername words a taken alias as AdminCreateUser does, whose model
// has no AliasExistsException.
func aliasAsUsername(err error) error {
	if e, ok := errors.AsType[*userpool.Error](err); ok && e.Kind == userpool.AliasExists {
		return userpool.Errorf(userpool.UsernameExists, "%s", e.Message)
	}
	return err
}

// newUser makes the user that a request describes.
func newUser(p *userpool.UserPool, in *api.AdminCreateUserRequest) (*userpool.User, error) {
	attributes, err := attributesOf(p, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	now := wallClock()
	u := &userpool.User{
		PoolID: p.ID, Username: in.Username, Sub: uuid.NewString(), Enabled: true,
		Created: now, Modified: now, Attributes: attributes, Status: userpool.ForceChangePassword,
	}
	if err := p.CheckUsername(in.Username); err != nil {
		return nil, err
	}
	if p.UsesUsernameAttributes() {
		if err := nameByAttribute(p, u, in.Username); err != nil {
			return nil, err
		}
	}
	return u, p.CheckNewUser(in.Username, u.Attributes)
}

// nameByAttribute fills the attribute that the user is called by; the
// username is the sub.
func nameByAttribute(p *userpool.UserPool, u *userpool.User, login string) error {
	attribute := p.UsernameAttributeOf(login)
	if has := u.Attributes.Get(attribute); has != "" && has != login {
		return userpool.Errorf(userpool.InvalidParameter, "The username and the attribute %s differ; in this user pool they must be equal.", attribute)
	}
	u.Attributes.Set(attribute, login)
	sortAttributes(p, u.Attributes)
	u.Username = u.Sub
	return nil
}

// attributesOf reads the attributes of a request, in the schema's order.
// Empty values are no attributes.
func attributesOf(p *userpool.UserPool, in []api.AttributeType) (userpool.Attributes, error) {
	var out userpool.Attributes
	for _, a := range in {
		if a.Name == "sub" {
			return nil, userpool.Errorf(userpool.InvalidParameter, "The attribute sub cannot be set: it is made for each user.")
		}
		checked := userpool.Attribute{Name: a.Name, Value: normalized(p, a)}
		if err := p.CheckAttribute(checked); err != nil {
			return nil, err
		}
		if checked.Value != "" {
			out.Set(checked.Name, checked.Value)
		}
	}
	sortAttributes(p, out)
	return out, nil
}

// normalized returns the value in the form that is kept: booleans in lower
// case.
func normalized(p *userpool.UserPool, a api.AttributeType) string {
	if s, ok := p.Schema.Find(a.Name); ok && s.Type == userpool.Boolean {
		return strings.ToLower(a.Value)
	}
	return a.Value
}

// setTemporaryPassword gives the user the password of the request, or one
// that nobody knows. A user who can sign in by a code, and is to get no
// message, needs none and is confirmed at once.
func setTemporaryPassword(p *userpool.UserPool, u *userpool.User, in *api.AdminCreateUserRequest) error {
	text := in.TemporaryPassword
	if text == "" && in.MessageAction == api.MessageActionTypeSuppress && p.PasswordlessFactor(u.Attributes) &&
		(u.Verified("email") || u.Verified("phone_number")) {
		u.Status = userpool.Confirmed
		return nil
	}
	if text == "" {
		text = password.Generate(int(p.PasswordPolicy.MinimumLength))
	} else if err := p.PasswordPolicy.Check(text); err != nil {
		return err
	}
	u.Credential = userpool.Credential{
		Scheme: password.SRP, Secret: password.NewVerifier(p.ID, u.Username, text),
		Expires: u.Created.AddDate(0, 0, int(p.PasswordPolicy.TemporaryDays)),
	}
	return nil
}

// resendInvitation answers RESEND. This server sends no messages yet, and
// says so instead of pretending.
func (s *Service) resendInvitation(ctx context.Context, p *userpool.UserPool, username string) error {
	u, err := s.Store.User(ctx, p, username)
	if err != nil {
		return err
	}
	if u.Status != userpool.ForceChangePassword {
		return userpool.Errorf(userpool.UnsupportedUserState, "Resend not possible. %s status is not FORCE_CHANGE_PASSWORD", u.Username)
	}
	return userpool.Errorf(userpool.CodeDeliveryFailure, "This version of Poolhouse sends no messages, so the invitation cannot be sent again.")
}
