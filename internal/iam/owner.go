package iam

// OwnerKind is the kind of an [Owner].
type OwnerKind string

// The kinds of owners of policies. There are no groups.
const (
	OfUser OwnerKind = "user"
	OfRole OwnerKind = "role"
)

// Owner is a user or a role, by name, that policies belong to.
type Owner struct {
	Kind OwnerKind
	Name string
}

// UserOwner returns a user as an owner of policies.
func UserOwner(name string) Owner { return Owner{OfUser, name} }

// RoleOwner returns a role as an owner of policies.
func RoleOwner(name string) Owner { return Owner{OfRole, name} }

// NotFound returns the refusal for an owner that does not exist.
func (o Owner) NotFound() error {
	if o.Kind == OfRole {
		return NoRole(o.Name)
	}
	return NoUser(o.Name)
}

// CheckAttachedPolicies refuses another managed policy to an owner that has that many.
func (o Owner) CheckAttachedPolicies(has int) error {
	quota := "PoliciesPerUser"
	if o.Kind == OfRole {
		quota = "PoliciesPerRole"
	}
	if has >= MaxAttachedPolicies {
		return Errorf(LimitExceeded, "Cannot exceed quota for %s: %d", quota, MaxAttachedPolicies)
	}
	return nil
}

// CheckInlineSize refuses inline policies whose total size exceeds the owner's quota.
func (o Owner) CheckInlineSize(size int) error {
	most := MaxUserInlineSize
	if o.Kind == OfRole {
		most = MaxRoleInlineSize
	}
	if size > most {
		return Errorf(LimitExceeded, "Maximum policy size of %d bytes exceeded for %s %s", most, o.Kind, o.Name)
	}
	return nil
}

// Belongings counts what an owner has that prevents its deletion.
type Belongings struct {
	AccessKeys, AttachedPolicies, InlinePolicies int
}

// CheckDelete refuses to delete an owner that still has something (DeleteUser, DeleteRole). AWS
// does not document which of several things it names first.
func (b Belongings) CheckDelete() error {
	const cannot = "Cannot delete entity, must "
	switch {
	case b.AttachedPolicies > 0:
		return Errorf(DeleteConflict, cannot+"detach all policies first.")
	case b.InlinePolicies > 0:
		return Errorf(DeleteConflict, cannot+"delete policies first.")
	case b.AccessKeys > 0:
		return Errorf(DeleteConflict, cannot+"delete access keys first.")
	}
	return nil
}
