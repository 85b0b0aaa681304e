package iam

import "context"

// Access is what decides about a request that is signed with an access key.
type Access struct {
	Key       AccessKey // of whatever status
	User      User
	Documents []string // of all the user's policies, in no order
}

// RoleAccess is what decides about a request of a role, and about who may
// assume it.
type RoleAccess struct {
	Role      Role     // with its trust policy
	Documents []string // of all the role's policies, in no order
}

// Store keeps users, access keys, roles and policies. Each method is one act
// that is done as a whole or not at all, whatever others do meanwhile. What is
// given to it was made by the functions of this package, which check it; the
// store itself refuses, with a [Refusal], only what depends on what is there.
// Names are found in any case.
type Store interface {
	Users
	AccessKeys
	Roles
	Policies
	PolicyVersions
	InlinePolicies

	// Access returns what an access key's requests are decided by, all of the
	// same moment. It returns NoSuchEntity if there is no such key.
	Access(ctx context.Context, accessKeyID string) (*Access, error)
	// RoleAccess does the same for a role.
	RoleAccess(ctx context.Context, roleName string) (*RoleAccess, error)
	// Version returns a text that every change makes another, one that was not
	// there before. What Access and RoleAccess return is good as long as the
	// version is one that was asked for before them.
	Version(ctx context.Context) (string, error)
}

// Users is the part of a [Store] for users.
type Users interface {
	CreateUser(ctx context.Context, u *User) error
	User(ctx context.Context, name string) (*User, error)
	ListUsers(ctx context.Context, p Page) ([]*User, error)
	// UpdateUser changes a user by a function, which may change name, path and
	// tags.
	// It returns EntityAlreadyExists if the new name is another user's.
	UpdateUser(ctx context.Context, name string, update func(u *User) error) error
	// DeleteUser returns DeleteConflict while the user has access keys or
	// policies.
	DeleteUser(ctx context.Context, name string) error
}

// AccessKeys is the part of a [Store] for access keys. A key is found only as
// its own user's.
type AccessKeys interface {
	// CreateAccessKey returns LimitExceeded when the user has [MaxAccessKeys].
	CreateAccessKey(ctx context.Context, k *AccessKey) error
	// ListAccessKeys returns all of a user's, the oldest first, without
	// their secrets.
	ListAccessKeys(ctx context.Context, userName string) ([]*AccessKey, error)
	SetAccessKeyStatus(ctx context.Context, userName, id string, status Status) error
	DeleteAccessKey(ctx context.Context, userName, id string) error
}

// Roles is the part of a [Store] for roles.
type Roles interface {
	CreateRole(ctx context.Context, r *Role) error
	Role(ctx context.Context, name string) (*Role, error)
	ListRoles(ctx context.Context, p Page) ([]*Role, error)
	// UpdateRole changes a role by a function, which may change all but its
	// name and path, and returns what it has become.
	UpdateRole(ctx context.Context, name string, update func(r *Role) error) (*Role, error)
	// DeleteRole returns DeleteConflict while the role has policies.
	DeleteRole(ctx context.Context, name string) error
}

// Policies is the part of a [Store] for managed policies and what they are
// attached to.
type Policies interface {
	CreatePolicy(ctx context.Context, p *Policy) error
	Policy(ctx context.Context, ref PolicyRef) (*Policy, error)
	ListPolicies(ctx context.Context, p Page) ([]*Policy, error)
	// UpdatePolicy changes a policy by a function, which may change its tags.
	UpdatePolicy(ctx context.Context, ref PolicyRef, update func(p *Policy) error) error
	// DeletePolicy returns DeleteConflict while the policy is attached or has
	// other versions than its default.
	DeletePolicy(ctx context.Context, ref PolicyRef) error
	// AttachPolicy does nothing if the policy is attached already. It returns
	// LimitExceeded when the owner has [MaxAttachedPolicies].
	AttachPolicy(ctx context.Context, o Owner, ref PolicyRef) error
	DetachPolicy(ctx context.Context, o Owner, ref PolicyRef) error
	// ListAttachedPolicies returns all policies that are attached, by name.
	ListAttachedPolicies(ctx context.Context, o Owner) ([]*Policy, error)
}

// PolicyVersions is the part of a [Store] for the versions of managed policies.
// The first is made with the policy.
type PolicyVersions interface {
	// CreatePolicyVersion adds a version, as the default if it says so, and
	// returns its number. It returns LimitExceeded when there are [MaxVersions].
	CreatePolicyVersion(ctx context.Context, ref PolicyRef, v *PolicyVersion) (VersionNo, error)
	PolicyVersion(ctx context.Context, ref PolicyRef, no VersionNo) (*PolicyVersion, error)
	// ListPolicyVersions returns all versions, the newest first.
	ListPolicyVersions(ctx context.Context, ref PolicyRef) ([]*PolicyVersion, error)
	SetDefaultPolicyVersion(ctx context.Context, ref PolicyRef, no VersionNo) error
	// DeletePolicyVersion returns DeleteConflict for the default version.
	DeletePolicyVersion(ctx context.Context, ref PolicyRef, no VersionNo) error
}

// InlinePolicies is the part of a [Store] for inline policies.
type InlinePolicies interface {
	// PutInlinePolicy adds a policy or replaces the one of the same name. It
	// returns LimitExceeded when the owner's would be too large together.
	PutInlinePolicy(ctx context.Context, o Owner, p InlinePolicy) error
	InlinePolicy(ctx context.Context, o Owner, name string) (InlinePolicy, error)
	// ListInlinePolicies returns the names of all inline policies, in order.
	ListInlinePolicies(ctx context.Context, o Owner) ([]string, error)
	DeleteInlinePolicy(ctx context.Context, o Owner, name string) error
}
