package cognitoservice

import (
	"net/url"
	"slices"

	"poolhouse/internal/userpool"
)

// userScopes are every user pool's scopes for its users.
var userScopes = []string{"openid", "profile", "email", "phone", "aws.cognito.signin.user.admin"}

// registerScope is every user pool's scope for clients that register other clients (Developer
// Guide, dynamic client registration). Resource servers would add further scopes; they are not
// served yet.
const registerScope = "aws.cognito/dcr/register"

// checkOAuth applies the rules for an app client's part in OAuth 2.0 (API Reference,
// CreateUserPoolClient). The messages are the real service's, as users reported them, except
// those about the form of a URL.
func checkOAuth(p *userpool.UserPool, c *userpool.Client) error {
	s := &c.Settings
	if err := checkProviders(p, s.IdentityProviders); err != nil {
		return err
	}
	for _, scope := range s.OAuthScopes {
		if !slices.Contains(userScopes, scope) && scope != registerScope {
			return userpool.Errorf(userpool.ScopeUnknown, "Invalid scope requested: %s", scope)
		}
	}
	if err := checkRedirects(s); err != nil {
		return err
	}
	if s.OAuth && (len(s.OAuthFlows) == 0 || len(s.OAuthScopes) == 0) {
		return userpool.Errorf(userpool.InvalidParameter,
			"AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	}
	return checkOAuthFlows(c)
}

// checkProviders demands that the identity providers are the pool's. The only one is the pool
// itself, named COGNITO. Others are not served yet.
func checkProviders(p *userpool.UserPool, names []string) error {
	for _, name := range names {
		if name != "COGNITO" {
			return userpool.Errorf(userpool.InvalidParameter, "The provider %s does not exist for User Pool %s", name, p.ID)
		}
	}
	return nil
}

// checkOAuthFlows demands that the flows fit each other, the secret, the scopes and the
// callback URLs.
func checkOAuthFlows(c *userpool.Client) error {
	s := &c.Settings
	has := func(flow string) bool { return slices.Contains(s.OAuthFlows, flow) }
	interactive := has(userpool.OAuthCode) || has(userpool.OAuthImplicit)
	machine := has(userpool.OAuthClientCredentials)
	ofUser := slices.IndexFunc(s.OAuthScopes, func(scope string) bool { return slices.Contains(userScopes, scope) })
	refuse := func(format string, args ...any) error {
		return userpool.Errorf(userpool.OAuthFlowInvalid, format, args...)
	}
	switch {
	case machine && interactive:
		return refuse("client_credentials flow can not be selected along with code flow or implicit flow.")
	case machine && c.Secret == "":
		return refuse("client_credentials flow can not be selected if client does not have a client secret.")
	case machine && ofUser >= 0:
		return refuse("%s is not supported with client_credentials flow", s.OAuthScopes[ofUser])
	case interactive && len(s.CallbackURLs) == 0:
		return refuse("CallbackUrls can not be empty when code flow or implicit flow is selected")
	}
	return nil
}

// checkRedirects applies the rules for the URLs that users may be sent to.
func checkRedirects(s *userpool.ClientSettings) error {
	if err := checkNoPins(s.CallbackURLs); err != nil {
		return err
	}
	for _, list := range []struct {
		member string
		urls   []string
	}{{"CallbackURLs", s.CallbackURLs}, {"LogoutURLs", s.LogoutURLs}} {
		for _, text := range list.urls {
			if err := checkRedirect(list.member, text); err != nil {
				return err
			}
		}
	}
	if uri := s.DefaultRedirectURI; uri != "" && !slices.Contains(s.CallbackURLs, uri) {
		return userpool.Errorf(userpool.InvalidParameter, "The DefaultRedirectURI must be one of the CallbackURLs.")
	}
	return nil
}

// checkRedirect demands an absolute URI without a fragment. HTTP needs TLS, except on the local
// machine. Apps have schemes of their own (API Reference, CallbackURLs).
func checkRedirect(member, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() == "":
		return userpool.Errorf(userpool.InvalidParameter,
			"%s of %s is not an absolute URL, such as https://app.example.com/signed-in or myapp://signed-in.", text, member)
	case u.Fragment != "" || text[len(text)-1] == '#':
		return userpool.Errorf(userpool.InvalidParameter, "%s of %s has a fragment. Leave out the number sign and what follows it.", text, member)
	case u.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
		return userpool.Errorf(userpool.InvalidParameter, "%s cannot use the HTTP protocol.", text)
	}
	return nil
}
