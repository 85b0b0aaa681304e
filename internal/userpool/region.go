package userpool

import "strings"

// Region returns the region of the pool.
func (p *UserPool) Region() string { return RegionOf(p.ID) }

// RegionOf returns the region at the beginning of a user pool's id: us-west-2 for
// us-west-2_a1B2c3D4e (API Reference, UserPoolIdType). It is "" if the id has no
// underscore.
func RegionOf(poolID string) string {
	region, _, ok := strings.Cut(poolID, "_")
	if !ok {
		return ""
	}
	return region
}

// NoPool is Cognito's error for an id without a user pool.
func NoPool(id string) error {
	return Errorf(ResourceNotFound, "User pool %s does not exist.", id)
}
