package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// clientSettings returns the settings of a request to create or update a client, with the real
// service's defaults.
func clientSettings(in *cognitoapi.UserPoolClientSettings) userpool.ClientSettings {
	units := service.Value(in.TokenValidityUnits)
	s := userpool.ClientSettings{
		RefreshTokenValidity: service.Value(in.RefreshTokenValidity),
		AccessTokenValidity:  in.AccessTokenValidity,
		IDTokenValidity:      in.IdTokenValidity,
		Units: userpool.TokenUnits{
			Access: userpool.TimeUnit(units.AccessToken), ID: userpool.TimeUnit(units.IdToken), Refresh: userpool.TimeUnit(units.RefreshToken),
		},
		ReadAttributes:             in.ReadAttributes,
		WriteAttributes:            in.WriteAttributes,
		AuthFlows:                  service.Strings(in.ExplicitAuthFlows),
		IdentityProviders:          in.SupportedIdentityProviders,
		CallbackURLs:               in.CallbackURLs,
		LogoutURLs:                 in.LogoutURLs,
		DefaultRedirectURI:         in.DefaultRedirectURI,
		OAuth:                      service.Value(in.AllowedOAuthFlowsUserPoolClient),
		OAuthFlows:                 service.Strings(in.AllowedOAuthFlows),
		OAuthScopes:                in.AllowedOAuthScopes,
		Analytics:                  mapped(in.AnalyticsConfiguration, analytics),
		PreventUserExistenceErrors: string(in.PreventUserExistenceErrors),
		TokenRevocation:            service.ValueOr(in.EnableTokenRevocation, true),
		PropagateUserContext:       service.Value(in.EnablePropagateAdditionalUserContextData),
		AuthSessionMinutes:         service.ValueOr(in.AuthSessionValidity, 3),
	}
	if r := in.RefreshTokenRotation; r != nil {
		s.RefreshRotation = &userpool.RefreshRotation{Feature: string(r.Feature), RetryGraceSeconds: r.RetryGracePeriodSeconds}
	}
	fillRefreshLife(&s)
	return s
}

func wireClientSettings(s *userpool.ClientSettings) cognitoapi.UserPoolClientSettings {
	out := cognitoapi.UserPoolClientSettings{
		RefreshTokenValidity: &s.RefreshTokenValidity,
		AccessTokenValidity:  s.AccessTokenValidity,
		IdTokenValidity:      s.IDTokenValidity,
		TokenValidityUnits: &cognitoapi.TokenValidityUnitsType{
			AccessToken: cognitoapi.TimeUnitsType(s.Units.Access), IdToken: cognitoapi.TimeUnitsType(s.Units.ID), RefreshToken: cognitoapi.TimeUnitsType(s.Units.Refresh),
		},
		ReadAttributes:                           s.ReadAttributes,
		WriteAttributes:                          s.WriteAttributes,
		ExplicitAuthFlows:                        service.Enums[cognitoapi.ExplicitAuthFlowsType](s.AuthFlows),
		SupportedIdentityProviders:               s.IdentityProviders,
		CallbackURLs:                             s.CallbackURLs,
		LogoutURLs:                               s.LogoutURLs,
		DefaultRedirectURI:                       s.DefaultRedirectURI,
		AllowedOAuthFlowsUserPoolClient:          &s.OAuth,
		AllowedOAuthFlows:                        service.Enums[cognitoapi.OAuthFlowType](s.OAuthFlows),
		AllowedOAuthScopes:                       s.OAuthScopes,
		AnalyticsConfiguration:                   mapped(s.Analytics, wireAnalytics),
		PreventUserExistenceErrors:               cognitoapi.PreventUserExistenceErrorTypes(s.PreventUserExistenceErrors),
		EnableTokenRevocation:                    &s.TokenRevocation,
		EnablePropagateAdditionalUserContextData: &s.PropagateUserContext,
		AuthSessionValidity:                      &s.AuthSessionMinutes,
	}
	if r := s.RefreshRotation; r != nil {
		out.RefreshTokenRotation = &cognitoapi.RefreshTokenRotationType{Feature: cognitoapi.FeatureType(r.Feature), RetryGracePeriodSeconds: r.RetryGraceSeconds}
	}
	return out
}

func analytics(in cognitoapi.AnalyticsConfigurationType) userpool.Analytics {
	return userpool.Analytics{
		ApplicationID: in.ApplicationId, ApplicationARN: in.ApplicationArn, RoleARN: in.RoleArn, ExternalID: in.ExternalId, UserDataShared: in.UserDataShared,
	}
}

func wireAnalytics(a userpool.Analytics) cognitoapi.AnalyticsConfigurationType {
	return cognitoapi.AnalyticsConfigurationType{
		ApplicationId: a.ApplicationID, ApplicationArn: a.ApplicationARN, RoleArn: a.RoleARN, ExternalId: a.ExternalID, UserDataShared: a.UserDataShared,
	}
}

// userPoolClient returns an app client in the API's form.
func userPoolClient(c *userpool.Client) *cognitoapi.UserPoolClientType {
	return &cognitoapi.UserPoolClientType{
		UserPoolClientSettings: wireClientSettings(&c.Settings),
		UserPoolId:             c.PoolID, ClientId: c.ID, ClientName: c.Name, ClientSecret: c.Secret,
		CreationDate: service.Timestamp(c.Created), LastModifiedDate: service.Timestamp(c.Modified),
		ClientType: cognitoapi.ClientTypeTypeRegular, // no client registers itself
	}
}
