package userpool

// Filter selects users by one attribute. The zero Filter selects all.
type Filter struct {
	// Attribute is one of [FilterAttributes], "" for no filter.
	Attribute string
	Value     string
	Prefix    bool // ^=, the value's beginning is enough
}

// FilterAttributes are the attributes that a filter may name (API Reference,
// ListUsers). Values are compared without regard to case, save those of
// username, status and sub.
var FilterAttributes = [...]string{
	"username", "email", "phone_number", "name", "given_name", "family_name",
	"preferred_username", "cognito:user_status", "status", "sub",
}
