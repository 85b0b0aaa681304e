package access

import "context"

// about is what a call turned out to be about, for whoever is told of its end.
// The authenticator puts it into the call's context, and the authorizer, which
// works in the same goroutine, fills it.
type about struct {
	resource string
	roleID   string // of the role that may be assumed
}

type aboutKey struct{}

// ResourceOf returns the ARN of what a call was about, "*" if nothing in
// particular, or if the call did not come as far as that.
func ResourceOf(ctx context.Context) string {
	if a, ok := ctx.Value(aboutKey{}).(*about); ok && a.resource != "" {
		return a.resource
	}
	return everything
}

// AssumableRole returns the id of the role that a call of AssumeRole was allowed
// to assume: by the time that the call is carried out, its name may be another
// role's. It is "" for other calls.
func AssumableRole(ctx context.Context) string {
	if a, ok := ctx.Value(aboutKey{}).(*about); ok {
		return a.roleID
	}
	return ""
}

// note writes down what the call is about.
func note(ctx context.Context, resource string) {
	if a, ok := ctx.Value(aboutKey{}).(*about); ok {
		a.resource = resource
	}
}

// noteAssumable writes down that the role may be assumed.
func noteAssumable(ctx context.Context, roleID string) {
	if a, ok := ctx.Value(aboutKey{}).(*about); ok {
		a.roleID = roleID
	}
}
