package cognitoservice

import (
	"slices"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

// configureClient sets the settings of a request to create or update a client. doing names the
// act in errors.
func configureClient(p *userpool.UserPool, c *userpool.Client, in *cognitoapi.UserPoolClientSettings, doing string) error {
	pinned, err := pinsOf(in.LogoutURLs)
	if err != nil {
		return err
	}
	if err := pinned.check(c); err != nil {
		return err
	}
	c.Settings = clientSettings(in)
	if err := checkAuthFlows(p, c.Settings.AuthFlows); err != nil {
		return err
	}
	if err := checkClientAttributes(p, &c.Settings, doing); err != nil {
		return err
	}
	if err := checkTokenLives(&c.Settings); err != nil {
		return err
	}
	return checkOAuth(p, c)
}

// checkAuthFlows refuses a mix of ALLOW_ flows and older flows. It also refuses choice-based
// sign-in if the pool's tier lacks it (API Reference, ExplicitAuthFlows).
func checkAuthFlows(p *userpool.UserPool, flows []string) error {
	allowed := 0
	for _, f := range flows {
		if strings.HasPrefix(f, "ALLOW_") {
			allowed++
		}
	}
	switch {
	case allowed > 0 && allowed < len(flows):
		return userpool.Errorf(userpool.InvalidParameter,
			"ExplicitAuthFlows cannot have values with and without the prefix ALLOW_ at once.")
	case p.Tier == string(cognitoapi.UserPoolTierTypeLite) && slices.Contains(flows, userpool.FlowUserAuth):
		return userpool.Errorf(userpool.FeatureUnavailable,
			"ALLOW_USER_AUTH is not available in the LITE tier. Set the user pool's UserPoolTier to ESSENTIALS or PLUS.")
	}
	return nil
}

// checkClientAttributes checks the attributes that a client may read and write (Developer
// Guide, attribute permissions). All must be in the schema. The client must not write
// attributes that only the service and administrators write. It must be allowed to write the
// attributes that the pool requires.
func checkClientAttributes(p *userpool.UserPool, s *userpool.ClientSettings, doing string) error {
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
