package apineeds

import "slices"

// Operation is what one operation needs. A signed operation without an entry is always refused.
type Operation struct {
	// Input returns an empty input of the operation, a pointer to a structure. Members are read
	// only from inputs of that type. nil means that the operation takes no input.
	Input func() any
	// Action is the action that a policy must allow instead of the operation's own, such as
	// cognito-idp:DescribeUserPool. "" means its own.
	Action   string
	Resource Resource  // of the operation's own action
	Further  []Further // other actions that a call needs
	// Conditions are condition keys with values from members, besides the keys of all calls.
	Conditions []Condition
	Tags       Tags    // that a call sets: aws:RequestTag and aws:TagKeys
	TagKeys    TagKeys // of tags that a call removes: aws:TagKeys
}

// Members returns the names of all input members that the permission depends on. It returns
// none if the permission needs no input.
func (o *Operation) Members() (names []string) {
	add := func(members ...string) {
		for _, name := range members {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	resource := func(r Resource) {
		for _, t := range []Text{r.Name, r.Identifier, r.Stream, r.NewName, r.Path} {
			add(t.Member)
		}
	}
	resource(o.Resource)
	for _, f := range o.Further {
		resource(f.Resource)
	}
	for _, c := range o.Conditions {
		add(c.Value.Member)
	}
	add(o.Tags.Member, o.TagKeys.Member)
	return names
}

// Further is another action that a call needs besides the operation's own.
type Further struct {
	Action   string   // such as iam:PassRole
	Resource Resource // without a kind: the resource of the operation's own action
	// PassedTo is the service that gets a role, for iam:PassedToService. It is "" for an action
	// that passes no role.
	PassedTo string
	IfTags   bool // the call needs the action only if it sets tags
}

// Condition is a condition key whose value a member gives.
type Condition struct {
	Key   string // such as sts:ExternalId
	Value Text
}

// Kind is the kind of a resource. It decides how the ARN is made.
type Kind string

// The kinds of resources. The zero Kind allows nothing.
const (
	Nothing      Kind = "nothing"        // the action needs no permission
	Any          Kind = "*"              // no particular resource
	UserPool     Kind = "user-pool"      // Name is its id
	ARN          Kind = "arn"            // Name is its ARN
	LogGroup     Kind = "log-group"      // Name or Identifier, and Stream for one stream of it
	LogGroups    Kind = "log-groups"     // all of them
	User         Kind = "user"           // Name
	UserOrCaller Kind = "user-or-caller" // the same, or without a Name the caller
	NewUser      Kind = "new-user"       // Name and Path are its future ones
	MovedUser    Kind = "moved-user"     // Name is the old one; NewName and Path, if given, are the future ones
	Role         Kind = "role"           // Name
	NewRole      Kind = "new-role"       // as NewUser
	RoleARN      Kind = "role-arn"       // Name is its ARN
	TrustingRole Kind = "trusting-role"  // the same, of a role whose trust policy decides too
	Policy       Kind = "policy"         // Name is the ARN of a managed policy
	NewPolicy    Kind = "new-policy"     // as NewUser
	Users        Kind = "users"          // below Path, by default /
	Roles        Kind = "roles"          // as Users
	Policies     Kind = "policies"       // managed ones, as Users
	MFADevices   Kind = "mfa-devices"    // all of them
	AccessKey    Kind = "access-key"     // Name is its id; the resource is the user that owns it, or none in particular if there is no such key
)

// Resource is a resource by the members that name it.
type Resource struct {
	Kind       Kind
	Name       Text
	Identifier Text // names it if Name is absent
	Stream     Text
	NewName    Text
	Path       Text
}
