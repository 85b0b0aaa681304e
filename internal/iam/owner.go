package iam

// OwnerKind says what an [Owner] is.
type OwnerKind string

// What can have policies. Groups are not there.
const (
	OfUser OwnerKind = "user"
	OfRole OwnerKind = "role"
)

// Owner is a user or a role, by name, to whom policies belong.
type Owner struct {
	Kind OwnerKind
	Name string
}

// UserOwner returns a user as an owner of policies.
func UserOwner(name string) Owner { return Owner{OfUser, name} }

// RoleOwner returns a role as an owner of policies.
func RoleOwner(name string) Owner { return Owner{OfRole, name} }

// NotFound is the refusal of an owner who is not there.
func (o Owner) NotFound() error {
	if o.Kind == OfRole {
		return NoRole(o.Name)
	}
	return NoUser(o.Name)
}

// CheckAttachedPolicies refuses one more managed policy to an owner who has that
// many.
func (o Owner) CheckAttachedPolicies(has int) error {
	quota := "PoliciesPerUser"
	if o.Kind == OfRole {
		quota = "PoliciesPerRole"
	}
	if has >= MaxAttachedPolicies {
		return Refusef(LimitExceeded, "Cannot exceed quota for %s: %d", quota, MaxAttachedPolicies)
	}
	return nil
}

// CheckInlineSize refuses inline policies whose sizes come to more than the owner
// may have.
func (o Owner) CheckInlineSize(size int) error {
	most := MaxUserInlineSize
	if o.Kind == OfRole {
		most = MaxRoleInlineSize
	}
	if size > most {
		return Refusef(LimitExceeded, "Maximum policy size of %d bytes exceeded for %s %s", most, o.Kind, o.Name)
	}
	return nil
}

// Belongings is how much there is of what an owner cannot be deleted with.
type Belongings struct {
	AccessKeys, AttachedPolicies, InlinePolicies int
}

// CheckDelete refuses to delete the owner of something (DeleteUser,
// DeleteRole). Which of several things AWS names first is not documented.
func (b Belongings) CheckDelete() error {
	const cannot = "Cannot delete entity, must "
	switch {
	case b.AttachedPolicies > 0:
		return Refusef(DeleteConflict, cannot+"detach all policies first.")
	case b.InlinePolicies > 0:
		return Refusef(DeleteConflict, cannot+"delete policies first.")
	case b.AccessKeys > 0:
		return Refusef(DeleteConflict, cannot+"delete access keys first.")
	}
	return nil
}
