package apineeds

import "slices"

// Operation is what one operation needs. An operation that must be signed and
// has none may not be called.
type Operation struct {
	// Input makes an empty input of the operation, which is a pointer to a
	// structure: the members are read from such inputs alone. nil for an
	// operation that takes none.
	Input func() any
	// Action is what a policy must allow in the place of the operation's own
	// action, such as cognito-idp:DescribeUserPool; "" for its own.
	Action   string
	Resource Resource  // that the operation's own action is about
	Further  []Further // other actions that a call needs
	// Conditions are the condition keys that members give besides those of all
	// calls.
	Conditions []Condition
	Tags       Tags    // that a call gives: aws:RequestTag and aws:TagKeys
	TagKeys    TagKeys // of tags that a call takes away: aws:TagKeys
}

// Members returns the names of all members of the input on which the permission
// depends; none for an operation whose permission needs no input.
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

// Further is an action that a call needs besides the operation's own.
type Further struct {
	Action   string   // such as iam:PassRole
	Resource Resource // without a kind, the one of the operation's own action
	// PassedTo is the service that a role is handed over to, for
	// iam:PassedToService; "" for an action that hands nothing over.
	PassedTo string
	IfTags   bool // the action is needed only if the call gives tags
}

// Condition is a condition key whose value a member gives.
type Condition struct {
	Key   string // such as sts:ExternalId
	Value Text
}

// Kind is what a resource is, and so how its ARN is made.
type Kind string

// The kinds of resources. The zero Kind says nothing: nothing may be allowed
// by it.
const (
	Nothing      Kind = "nothing"        // the action needs no permission
	Any          Kind = "*"              // none in particular
	UserPool     Kind = "user-pool"      // Name is its id
	ARN          Kind = "arn"            // Name is its ARN
	LogGroup     Kind = "log-group"      // Name or Identifier, and Stream for one stream of it
	LogGroups    Kind = "log-groups"     // all of them
	User         Kind = "user"           // Name
	UserOrCaller Kind = "user-or-caller" // the same, or without a Name the caller
	NewUser      Kind = "new-user"       // Name and Path are those that it will have
	MovedUser    Kind = "moved-user"     // Name is the old one; NewName and Path, if given, those that it will have
	Role         Kind = "role"           // Name
	NewRole      Kind = "new-role"       // as NewUser
	RoleARN      Kind = "role-arn"       // Name is its ARN
	TrustingRole Kind = "trusting-role"  // the same, of a role whose trust policy decides too
	Policy       Kind = "policy"         // Name is the ARN of a managed policy
	NewPolicy    Kind = "new-policy"     // as NewUser
	Users        Kind = "users"          // below Path, which is / where it is not given
	Roles        Kind = "roles"          // as Users
	Policies     Kind = "policies"       // managed ones, as Users
	MFADevices   Kind = "mfa-devices"    // all of them
	AccessKey    Kind = "access-key"     // Name is its id; the resource is the user that it belongs to; where there is no such key, none in particular
)

// Resource is a resource by the members that name it.
type Resource struct {
	Kind       Kind
	Name       Text
	Identifier Text // names it where Name is not given
	Stream     Text
	NewName    Text
	Path       Text
}
