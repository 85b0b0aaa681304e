package userpool

import "strings"

// Region returns the region that the pool belongs to.
func (p *UserPool) Region() string { return RegionOf(p.ID) }

// RegionOf returns the region of the user pool that has the id, which begins with
// it: us-west-2 of us-west-2_a1B2c3D4e (API Reference, UserPoolIdType). It is ""
// if the id has no underscore.
func RegionOf(poolID string) string {
	region, _, ok := strings.Cut(poolID, "_")
	if !ok {
		return ""
	}
	return region
}

// NoPool says, in Cognito's words, that there is no user pool of the id.
func NoPool(id string) error {
	return Errorf(ResourceNotFound, "User pool %s does not exist.", id)
}
