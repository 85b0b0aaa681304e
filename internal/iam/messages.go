package iam

// What IAM says. The words are those that clients of AWS are told; programs
// look for some of them. They are here in one place so that every store tells
// the same.

// NoUser is the refusal of a user who is not there.
func NoUser(name string) error {
	return refusef(NoSuchEntity, "The user with name %s cannot be found.", name)
}

// NoRole is the refusal of a role that is not there.
func NoRole(name string) error {
	return refusef(NoSuchEntity, "The role with name %s cannot be found.", name)
}

// NoAccessKey is the refusal of an access key that is not there, or is
// another user's.
func NoAccessKey(id string) error {
	return refusef(NoSuchEntity, "The Access Key with id %s cannot be found.", id)
}

// NoPolicy is the refusal of a managed policy that is not there.
func NoPolicy(arn string) error {
	return refusef(NoSuchEntity, "Policy %s does not exist or is not attachable.", arn)
}

// NoVersion is the refusal of a version that a managed policy does not have.
func NoVersion(arn, id string) error {
	return refusef(NoSuchEntity, "Policy %s version %.64s does not exist or is not attachable.", arn, id)
}

// NoLoginProfile is the refusal of a user's password for the console, which is
// never there.
func NoLoginProfile(userName string) error {
	return refusef(NoSuchEntity, "Login Profile for User %s cannot be found.", userName)
}

// NotAttached is the refusal to detach a policy that is not attached.
func NotAttached(arn string) error {
	return refusef(NoSuchEntity, "Policy %s was not found.", arn)
}

// NoInline is the refusal of an inline policy that is not there.
func NoInline(o Owner, name string) error {
	return refusef(NoSuchEntity, "The %s policy with name %s cannot be found.", o.Kind, name)
}

// UserExists is the refusal of a user whose name is taken.
func UserExists(name string) error {
	return refusef(EntityAlreadyExists, "User with name %s already exists.", name)
}

// RoleExists is the refusal of a role whose name is taken.
func RoleExists(name string) error {
	return refusef(EntityAlreadyExists, "Role with name %s already exists.", name)
}

// PolicyExists is the refusal of a managed policy whose name is taken, be it
// under another path.
func PolicyExists(name string) error {
	return refusef(EntityAlreadyExists, "A policy called %s already exists. Duplicate names are not allowed.", name)
}

// CheckDeletePolicy refuses to delete a managed policy that is attached, or has
// other versions than its default (DeletePolicy). Which of the two AWS names
// first is not documented.
func CheckDeletePolicy(attachments, otherVersions int) error {
	switch {
	case attachments > 0:
		return refusef(DeleteConflict, "Cannot delete a policy attached to entities.")
	case otherVersions > 0:
		return refusef(DeleteConflict, "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "+
			"The default version is deleted with the policy.")
	}
	return nil
}

// CheckDeleteVersion refuses to delete the default version of a managed policy
// (DeletePolicyVersion).
func CheckDeleteVersion(isDefault bool) error {
	if isDefault {
		return refusef(DeleteConflict, "Cannot delete the default version of a policy.")
	}
	return nil
}

// Belongings is how much there is of what an owner cannot be deleted with.
type Belongings struct {
	AccessKeys, Attached, Inline int
}

// CheckDelete refuses to delete the owner of something (DeleteUser,
// DeleteRole). Which of several things AWS names first is not documented.
func (b Belongings) CheckDelete() error {
	const cannot = "Cannot delete entity, must "
	switch {
	case b.Attached > 0:
		return refusef(DeleteConflict, cannot+"detach all policies first.")
	case b.Inline > 0:
		return refusef(DeleteConflict, cannot+"delete policies first.")
	case b.AccessKeys > 0:
		return refusef(DeleteConflict, cannot+"delete access keys first.")
	}
	return nil
}
