package cognitoservice

import (
	"encoding/json"
	"slices"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// configureClient keeps the settings of a request to create or update a
// client, with the defaults that the real service answers. doing says which of
// the two it is, in the words of the errors.
func configureClient(p *userpool.UserPool, c *userpool.Client, in any, doing string) error {
	settings, err := convert[cognitoapi.UserPoolClientType](in)
	if err != nil {
		return err
	}
	// What userpool.Client has itself.
	settings.UserPoolId, settings.ClientId, settings.ClientSecret, settings.ClientName = "", "", "", ""
	pinned, err := pinsOf(settings.LogoutURLs)
	if err != nil {
		return err
	}
	if err := pinned.check(c); err != nil {
		return err
	}
	fillClientDefaults(&settings)
	if err := checkAuthFlows(p, settings.ExplicitAuthFlows); err != nil {
		return err
	}
	if err := checkClientAttributes(p, &settings, doing); err != nil {
		return err
	}
	if err := checkTokenLives(&settings); err != nil {
		return err
	}
	if err := checkOAuth(p, c, &settings); err != nil {
		return err
	}
	c.Settings, err = json.Marshal(settings)
	return err
}

func fillClientDefaults(s *cognitoapi.UserPoolClientType) {
	fillRefreshLife(s)
	setDefault(&s.EnableTokenRevocation, true)
	setDefault(&s.EnablePropagateAdditionalUserContextData, false)
	setDefault(&s.AllowedOAuthFlowsUserPoolClient, false)
	setDefault(&s.AuthSessionValidity, 3)
	s.TokenValidityUnits = service.OrEmpty(s.TokenValidityUnits)
}

func setDefault[T any](p **T, v T) {
	if *p == nil {
		*p = &v
	}
}

// checkAuthFlows refuses to mix the flows that begin with ALLOW_ with those
// that came before them, and choice-based sign-in where the pool's tier lacks
// it (API Reference, ExplicitAuthFlows).
func checkAuthFlows(p *userpool.UserPool, flows []cognitoapi.ExplicitAuthFlowsType) error {
	allowed := 0
	for _, f := range flows {
		if strings.HasPrefix(string(f), "ALLOW_") {
			allowed++
		}
	}
	switch {
	case allowed > 0 && allowed < len(flows):
		return userpool.Errorf(userpool.InvalidParameter,
			"ExplicitAuthFlows cannot have values with and without the prefix ALLOW_ at once.")
	case p.Tier == string(cognitoapi.UserPoolTierTypeLite) && slices.Contains(flows, cognitoapi.ExplicitAuthFlowsTypeAllowUserAuth):
		return userpool.Errorf(userpool.FeatureUnavailable,
			"ALLOW_USER_AUTH is not available in the LITE tier. Set the user pool's UserPoolTier to ESSENTIALS or PLUS.")
	}
	return nil
}

// checkClientAttributes demands that the attributes a client may read or
// write are in the schema, that it writes nothing that only the service and
// administrators write, and that it may write what a user must have
// (Developer Guide, attribute permissions).
func checkClientAttributes(p *userpool.UserPool, s *cognitoapi.UserPoolClientType, doing string) error {
	refuse := func(which, why, name string) error {
		return userpool.Errorf(userpool.InvalidParameter, "Invalid %s attributes specified while %s a client", which, doing).Detailed("%s %s", name, why)
	}
	for _, name := range s.ReadAttributes {
		if p.Schema.Index(name) < 0 {
			return refuse("read", "is not in the user pool's schema", name)
		}
	}
	for _, name := range s.WriteAttributes {
		switch a, ok := p.Schema.Find(name); {
		case !ok:
			return refuse("write", "is not in the user pool's schema", name)
		case a.DeveloperOnly || name == "sub" || name == "email_verified" || name == "phone_number_verified":
			return refuse("write", "cannot be written by an app client", name)
		}
	}
	for _, a := range p.Schema {
		if len(s.WriteAttributes) > 0 && a.Required && a.Name != "sub" && !slices.Contains(s.WriteAttributes, a.Name) {
			return refuse("write", "is missing: the user pool requires it of its users", a.Name)
		}
	}
	return nil
}

func userPoolClient(c *userpool.Client) (*cognitoapi.UserPoolClientType, error) {
	out, err := convert[cognitoapi.UserPoolClientType](c.Settings)
	if err != nil {
		return nil, err
	}
	out.UserPoolId, out.ClientId, out.ClientName, out.ClientSecret = c.PoolID, c.ID, c.Name, c.Secret
	out.CreationDate, out.LastModifiedDate = service.Timestamp(c.Created), service.Timestamp(c.Modified)
	out.ClientType = cognitoapi.ClientTypeTypeRegular // none registers itself
	return &out, nil
}
