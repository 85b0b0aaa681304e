package cognitoservice

import (
	"maps"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// checkRegistration refuses dynamic client registration where the pool's tier
// lacks it (API Reference, DcrConfigurationType). It has no endpoint here yet.
func (s *poolSettings) checkRegistration(p *userpool.UserPool) error {
	if service.Value(s.DcrConfiguration).EnableStatus == cognitoapi.StatusTypeEnabled && p.Tier == string(cognitoapi.UserPoolTierTypeLite) {
		return userpool.Errorf(userpool.FeatureUnavailable,
			"DcrConfiguration cannot be Enabled in the LITE tier. Set UserPoolTier to ESSENTIALS or PLUS.")
	}
	return nil
}

// levelNames are what authentication levels are called by default (Developer
// Guide, authentication levels with ACR and AMR claims).
var levelNames = map[string]string{
	"Level1": "urn:cognito:loa:1", "Level2": "urn:cognito:loa:2", "Level3": "urn:cognito:loa:3", "Level4": "urn:cognito:loa:4",
}

// checkLevels demands that no two authentication levels have the same name,
// default names included (API Reference, AcrLevelConfigType).
func (s *poolSettings) checkLevels() error {
	taken := map[string]string{}
	for level, name := range levelNames {
		taken[name] = level
	}
	for _, level := range slices.Sorted(maps.Keys(s.AcrConfiguration)) {
		name := s.AcrConfiguration[level].AcrValue
		if other, ok := taken[name]; ok && other != level {
			return userpool.Errorf(userpool.InvalidParameter,
				"AcrConfiguration: the AcrValue %s of %s is that of %s. Give each level a name of its own.", name, level, other)
		}
		taken[name] = level
	}
	return nil
}
