package iam

import "context"

// Access is what decides about requests signed with an access key.
type Access struct {
	Key       AccessKey // of any status
	User      User
	Documents []string // of all the user's policies, unordered
}

// RoleAccess is what decides about requests of a role, and about who may assume it.
type RoleAccess struct {
	Role      Role     // with its trust policy
	Documents []string // of all the role's policies, unordered
}

// Store stores users, access keys, roles and policies. Each method is atomic. The functions of
// this package make, and check, what is stored. The store itself refuses, with a [Refusal], only
// what depends on its content. Names match in any case.
type Store interface {
	Users
	AccessKeys
	Roles
	Policies
	PolicyVersions
	InlinePolicies

	// Access returns what decides about an access key's requests, from one moment. It returns
	// NoSuchEntity for an unknown key.
	Access(ctx context.Context, accessKeyID string) (*Access, error)
	// RoleAccess does the same for a role.
	RoleAccess(ctx context.Context, roleName string) (*RoleAccess, error)
	// Version returns a text that every change replaces with a new one. Results of Access and
	// RoleAccess are valid as long as the version is the same as before the call.
	Version(ctx context.Context) (string, error)
}

// Users is the part of a [Store] for users.
type Users interface {
	CreateUser(ctx context.Context, u *User) error
	User(ctx context.Context, name string) (*User, error)
	ListUsers(ctx context.Context, p Page) ([]*User, error)
	// UpdateUser changes a user with a function, which may change name, path and tags. It returns
	// EntityAlreadyExists if another user has the new name.
	UpdateUser(ctx context.Context, name string, update func(u *User) error) error
	// DeleteUser returns DeleteConflict while the user has access keys or policies.
	DeleteUser(ctx context.Context, name string) error
}

// AccessKeys is the part of a [Store] for access keys. A key is found only under its own user.
type AccessKeys interface {
	// CreateAccessKey returns LimitExceeded when the user has [MaxAccessKeys].
	CreateAccessKey(ctx context.Context, k *AccessKey) error
	// ListAccessKeys returns all keys of a user without their secrets, the oldest first.
	ListAccessKeys(ctx context.Context, userName string) ([]*AccessKey, error)
	SetAccessKeyStatus(ctx context.Context, userName, id string, status Status) error
	DeleteAccessKey(ctx context.Context, userName, id string) error
}

// Roles is the part of a [Store] for roles.
type Roles interface {
	CreateRole(ctx context.Context, r *Role) error
	Role(ctx context.Context, name string) (*Role, error)
	ListRoles(ctx context.Context, p Page) ([]*Role, error)
	// UpdateRole changes a role with a function, and returns the changed role. The function may
	// change everything except name and path.
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
	// UpdatePolicy changes a policy with a function, which may change its tags.
	UpdatePolicy(ctx context.Context, ref PolicyRef, update func(p *Policy) error) error
	// DeletePolicy returns DeleteConflict while the policy is attached or has versions besides
	// the default.
	DeletePolicy(ctx context.Context, ref PolicyRef) error
	// AttachPolicy does nothing if the policy is attached already. It returns LimitExceeded when
	// the owner has [MaxAttachedPolicies].
	AttachPolicy(ctx context.Context, o Owner, ref PolicyRef) error
	DetachPolicy(ctx context.Context, o Owner, ref PolicyRef) error
	// ListAttachedPolicies returns all attached policies, by name.
	ListAttachedPolicies(ctx context.Context, o Owner) ([]*Policy, error)
}

// PolicyVersions is the part of a [Store] for the versions of managed policies. The policy's
// creation makes the first one.
type PolicyVersions interface {
	// CreatePolicyVersion adds a version and returns its number. The version becomes the default
	// if it says so. CreatePolicyVersion returns LimitExceeded when there are [MaxVersions].
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
	// PutInlinePolicy adds a policy, or replaces the one with the same name. It returns
	// LimitExceeded when the owner's policies would be too large together.
	PutInlinePolicy(ctx context.Context, o Owner, p InlinePolicy) error
	InlinePolicy(ctx context.Context, o Owner, name string) (InlinePolicy, error)
	// ListInlinePolicies returns the names of all inline policies, in order.
	ListInlinePolicies(ctx context.Context, o Owner) ([]string, error)
	DeleteInlinePolicy(ctx context.Context, o Owner, name string) error
}
