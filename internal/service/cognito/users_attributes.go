package cognitoservice

import (
	"context"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/userpool"
)

func (s *Service) adminUpdateUserAttributes(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminUpdateUserAttributesRequest) (*cognitoapi.AdminUpdateUserAttributesResponse, error) {
	err := s.updateUser(ctx, c, in.UserPoolId, in.Username, func(p *userpool.UserPool, u *userpool.User) error {
		changes := make(userpool.Attributes, 0, len(in.UserAttributes))
		for _, a := range in.UserAttributes {
			changes.Set(a.Name, normalized(p, a))
		}
		if err := p.CheckChanges(changes); err != nil {
			return err
		}
		return changeAttributes(p, u, changes)
	})
	return nil, err
}

func (s *Service) adminDeleteUserAttributes(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminDeleteUserAttributesRequest) (*cognitoapi.AdminDeleteUserAttributesResponse, error) {
	err := s.updateUser(ctx, c, in.UserPoolId, in.Username, func(p *userpool.UserPool, u *userpool.User) error {
		if err := p.CheckDeletions(in.UserAttributeNames); err != nil {
			return err
		}
		changes := make(userpool.Attributes, 0, len(in.UserAttributeNames))
		for _, name := range in.UserAttributeNames {
			changes.Set(name, "")
		}
		return changeAttributes(p, u, changes)
	})
	return nil, err
}

// changeAttributes sets checked attributes; an empty value removes one. A changed email address
// or phone number is no longer verified, unless the request says so.
func changeAttributes(p *userpool.UserPool, u *userpool.User, changes userpool.Attributes) error {
	for _, c := range changes {
		flag := c.Name + "_verified"
		switch {
		case !verifiable(c.Name) || changes.Has(flag) || !u.Attributes.Has(flag):
		case c.Value == "":
			u.Attributes.Delete(flag)
		case c.Value != u.Attributes.Get(c.Name):
			u.Attributes.Set(flag, "false")
		}
		u.Attributes.Set(c.Name, c.Value)
	}
	removeEmpty(&u.Attributes)
	p.SortAttributes(u.Attributes)
	return checkComplete(p, u)
}

func verifiable(name string) bool { return name == "email" || name == "phone_number" }

// checkComplete demands that a user has the required attributes and, in a pool with username
// attributes, still has a name.
func checkComplete(p *userpool.UserPool, u *userpool.User) error {
	if err := p.CheckComplete(u.Attributes); err != nil {
		return err
	}
	named := func(attribute string) bool { return u.Attributes.Get(attribute) != "" }
	if p.UsesUsernameAttributes() && !slices.ContainsFunc(p.UsernameAttributes, named) {
		return userpool.Errorf(userpool.InvalidParameter, "The user would have none of the attributes that users of this user pool are called by.")
	}
	return nil
}

// removeEmpty removes attributes without a value: an empty value means none.
func removeEmpty(a *userpool.Attributes) {
	*a = slices.DeleteFunc(*a, func(x userpool.Attribute) bool { return x.Value == "" })
}
