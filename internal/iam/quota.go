package iam

// How many there may be (IAM User Guide, IAM and STS quotas). How large
// policies may be is in size.go. The quotas of an account as a whole, like
// 5,000 users, are not kept to: a server of one's own has its own limits.
const (
	MaxAccessKeys = 2  // of a user, active or not
	MaxAttached   = 10 // managed policies of a user or a role; can be raised in AWS
)

// CheckAccessKeys refuses one more access key to a user who has that many.
func CheckAccessKeys(has int) error {
	if has >= MaxAccessKeys {
		return refusef(LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: %d", MaxAccessKeys)
	}
	return nil
}

// CheckVersions refuses one more version to a managed policy that has that
// many.
func CheckVersions(has int) error {
	if has >= MaxVersions {
		return refusef(LimitExceeded, "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", MaxVersions)
	}
	return nil
}

// CheckAttached refuses one more managed policy to an owner who has that many.
func (o Owner) CheckAttached(has int) error {
	quota := "PoliciesPerUser"
	if o.Kind == OfRole {
		quota = "PoliciesPerRole"
	}
	if has >= MaxAttached {
		return refusef(LimitExceeded, "Cannot exceed quota for %s: %d", quota, MaxAttached)
	}
	return nil
}

// CheckInline refuses inline policies whose sizes come to more than the owner
// may have.
func (o Owner) CheckInline(size int) error {
	most := MaxUserInline
	if o.Kind == OfRole {
		most = MaxRoleInline
	}
	if size > most {
		return refusef(LimitExceeded, "Maximum policy size of %d bytes exceeded for %s %s", most, o.Kind, o.Name)
	}
	return nil
}
