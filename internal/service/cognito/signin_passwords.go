package cognitoservice

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	"poolhouse/internal/signin"
)

func (s *Service) registerPasswords(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.ForgotPassword, s.forgotPassword)
	dispatch.HandleCall(d, cognitoapi.ConfirmForgotPassword, s.confirmForgotPassword)
	dispatch.HandleCall(d, cognitoapi.ChangePassword, s.changePassword)
	dispatch.HandleCall(d, cognitoapi.AdminSetUserPassword, s.adminSetUserPassword)
	dispatch.HandleCall(d, cognitoapi.AdminResetUserPassword, s.adminResetUserPassword)
}

func (s *Service) forgotPassword(ctx context.Context, c *dispatch.Call, in *cognitoapi.ForgotPasswordRequest) (*cognitoapi.ForgotPasswordResponse, error) {
	to, err := s.SignIn.ForgotPassword(ctx, signin.Forgotten{Caller: caller(c), ClientID: in.ClientId, SecretHash: in.SecretHash, Username: in.Username})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.ForgotPasswordResponse{CodeDeliveryDetails: &cognitoapi.CodeDeliveryDetailsType{
		Destination: to.Masked(), DeliveryMedium: cognitoapi.DeliveryMediumType(to.Medium), AttributeName: to.Attribute,
	}}, nil
}

func (s *Service) confirmForgotPassword(ctx context.Context, c *dispatch.Call, in *cognitoapi.ConfirmForgotPasswordRequest) (*cognitoapi.ConfirmForgotPasswordResponse, error) {
	return nil, s.SignIn.ConfirmForgotPassword(ctx, signin.Forgotten{
		Caller: caller(c), ClientID: in.ClientId, SecretHash: in.SecretHash, Username: in.Username, Code: in.ConfirmationCode, Password: in.Password,
	})
}

func (s *Service) changePassword(ctx context.Context, c *dispatch.Call, in *cognitoapi.ChangePasswordRequest) (*cognitoapi.ChangePasswordResponse, error) {
	return nil, s.SignIn.ChangePassword(ctx, signin.PasswordChange{Caller: caller(c), Access: in.AccessToken, Previous: in.PreviousPassword, Proposed: in.ProposedPassword})
}

func (s *Service) adminSetUserPassword(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminSetUserPasswordRequest) (*cognitoapi.AdminSetUserPasswordResponse, error) {
	return nil, s.SignIn.SetPassword(ctx, caller(c), in.UserPoolId, in.Username, in.Password, service.Value(in.Permanent))
}

func (s *Service) adminResetUserPassword(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminResetUserPasswordRequest) (*cognitoapi.AdminResetUserPasswordResponse, error) {
	return nil, s.SignIn.ResetPassword(ctx, caller(c), in.UserPoolId, in.Username)
}
