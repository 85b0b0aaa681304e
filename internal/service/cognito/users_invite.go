package cognitoservice

import (
	"context"
	"log/slog"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// invitations returns the messages with the temporary password to a new user. There are none if
// the request suppresses them.
func (s *Service) invitations(ctx context.Context, p *userpool.UserPool, u *userpool.User, in *cognitoapi.AdminCreateUserRequest, text string) ([]*outbox.Message, error) {
	if in.MessageAction == cognitoapi.MessageActionTypeSuppress {
		return nil, nil
	}
	addresses, err := invited(u, in.DesiredDeliveryMediums)
	if err != nil {
		return nil, err
	}
	if len(addresses) == 0 {
		s.Log.InfoContext(ctx, "a user was created without an invitation, for it has neither a phone number nor an email address", slog.String("userPoolId", p.ID))
	}
	return compose(p, u, addresses, text), nil
}

// compose returns an invitation to each address.
func compose(p *userpool.UserPool, u *userpool.User, addresses []outbox.Address, text string) (all []*outbox.Message) {
	for _, to := range addresses {
		all = append(all, outbox.Compose(p, u, outbox.AdminCreateUser, to, text))
	}
	return all
}

// invited returns the addresses for the user's invitation. There is one for each requested
// medium, and a missing one is refused (API Reference, AdminCreateUser). Without a requested
// medium it is the phone number, or else the email address.
func invited(u *userpool.User, media []cognitoapi.DeliveryMediumType) (all []outbox.Address, err error) {
	for _, medium := range media {
		to := outbox.AddressOf(u, outbox.Medium(medium))
		if to.Destination == "" {
			return nil, userpool.Errorf(userpool.InvalidParameter, "The user has no %s, which a message by %s needs: give one, or leave %s out of DesiredDeliveryMediums.", to.Attribute, medium, medium)
		}
		if len(all) == 0 || all[0] != to { // a medium named twice gets one message
			all = append(all, to)
		}
	}
	if len(media) > 0 {
		return all, nil
	}
	for _, medium := range [...]outbox.Medium{outbox.SMS, outbox.Email} {
		if to := outbox.AddressOf(u, medium); to.Destination != "" {
			return []outbox.Address{to}, nil
		}
	}
	return nil, nil
}

// resendInvitation handles RESEND: the user gets another temporary password, valid for as long
// as the first one, and a message with it.
func (s *Service) resendInvitation(ctx context.Context, c *dispatch.Call, p *userpool.UserPool, in *cognitoapi.AdminCreateUserRequest) (*cognitoapi.AdminCreateUserResponse, error) {
	u, err := s.Store.User(ctx, p, in.Username)
	if err != nil {
		return nil, err
	}
	now := wallClock()
	credential, text, err := temporaryPassword(p, u, in.TemporaryPassword, now) // outside the transaction, because it is slow
	if err != nil {
		return nil, err
	}
	c.Note("sub", u.Sub)
	u, err = s.Invitations.UpdateUserAndSend(ctx, p, u.Sub, func(u *userpool.User) ([]*outbox.Message, error) {
		if u.Status != userpool.ForceChangePassword {
			return nil, userpool.Errorf(userpool.UnsupportedUserState, "Resend not possible. %s status is not FORCE_CHANGE_PASSWORD", u.Username)
		}
		addresses, err := invited(u, in.DesiredDeliveryMediums)
		if err != nil {
			return nil, err
		}
		if len(addresses) == 0 {
			return nil, userpool.Errorf(userpool.CodeDeliveryFailure, "The user has neither a phone number nor an email address that the invitation could be sent to.")
		}
		u.Credential, u.Modified = credential, now
		return compose(p, u, addresses, text), nil
	})
	if err != nil {
		return nil, err
	}
	out := wireUser(u)
	return &cognitoapi.AdminCreateUserResponse{User: &out}, nil
}
