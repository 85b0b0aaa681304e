package cognitoservice

import (
	"maps"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func issuerSettings(in cognitoapi.IssuerConfigurationType) userpool.IssuerSettings {
	return userpool.IssuerSettings{Type: string(in.Type)}
}

func wireIssuerSettings(i userpool.IssuerSettings) cognitoapi.IssuerConfigurationType {
	return cognitoapi.IssuerConfigurationType{Type: cognitoapi.IssuerType(i.Type)}
}

func registrationSettings(in cognitoapi.DcrConfigurationType) userpool.RegistrationSettings {
	return userpool.RegistrationSettings{
		Status: string(in.EnableStatus), Open: in.OpenDcrEnabled, AuthenticatedGrantTypes: service.Strings(in.AuthenticatedGrantTypes),
		OpenGrantTypes: service.Strings(in.OpenDcrGrantTypes), AllowedScopes: in.AllowedScopes,
	}
}

func wireRegistrationSettings(r userpool.RegistrationSettings) cognitoapi.DcrConfigurationType {
	return cognitoapi.DcrConfigurationType{
		EnableStatus: cognitoapi.StatusType(r.Status), OpenDcrEnabled: r.Open, AuthenticatedGrantTypes: service.Enums[cognitoapi.OAuthFlowType](r.AuthenticatedGrantTypes),
		OpenDcrGrantTypes: service.Enums[cognitoapi.OAuthFlowType](r.OpenGrantTypes), AllowedScopes: r.AllowedScopes,
	}
}

// checkRegistration refuses dynamic client registration if the pool's tier lacks it (API
// Reference, DcrConfigurationType). It has no endpoint here yet.
func checkRegistration(p *userpool.UserPool) error {
	if service.Value(p.Settings.Registration).Status == string(cognitoapi.StatusTypeEnabled) && p.Tier == string(cognitoapi.UserPoolTierTypeLite) {
		return userpool.Errorf(userpool.FeatureUnavailable,
			"DcrConfiguration cannot be Enabled in the LITE tier. Set UserPoolTier to ESSENTIALS or PLUS.")
	}
	return nil
}

func levels(in map[string]cognitoapi.AcrLevelConfigType) map[string]string {
	if in == nil {
		return nil
	}
	out := make(map[string]string, len(in))
	for level, config := range in {
		out[level] = config.AcrValue
	}
	return out
}

func wireLevels(names map[string]string) map[string]cognitoapi.AcrLevelConfigType {
	if names == nil {
		return nil
	}
	out := make(map[string]cognitoapi.AcrLevelConfigType, len(names))
	for level, name := range names {
		out[level] = cognitoapi.AcrLevelConfigType{AcrValue: name}
	}
	return out
}

// levelNames are the default names of authentication levels (Developer Guide, authentication
// levels with ACR and AMR claims).
var levelNames = map[string]string{
	"Level1": "urn:cognito:loa:1", "Level2": "urn:cognito:loa:2", "Level3": "urn:cognito:loa:3", "Level4": "urn:cognito:loa:4",
}

// checkLevels demands different names for all authentication levels, including default names
// (API Reference, AcrLevelConfigType).
func checkLevels(names map[string]string) error {
	taken := map[string]string{}
	for level, name := range levelNames {
		taken[name] = level
	}
	for _, level := range slices.Sorted(maps.Keys(names)) {
		name := names[level]
		if other, ok := taken[name]; ok && other != level {
			return userpool.Errorf(userpool.InvalidParameter,
				"AcrConfiguration: the AcrValue %s of %s is that of %s. Give each level a name of its own.", name, level, other)
		}
		taken[name] = level
	}
	return nil
}
