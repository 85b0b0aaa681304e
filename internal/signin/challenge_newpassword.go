package signin

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// attributePrefix begins the names of attributes in the answer to NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// askNewPassword asks a user with a temporary password for a new one, and for required
// attributes that the user lacks.
func (a *attempt) askNewPassword(context.Context) (*Result, error) {
	required := []string{}
	for _, s := range a.pool.Schema {
		if s.Required && s.Name != "sub" && a.user.Attributes.Get(s.Name) == "" {
			required = append(required, attributePrefix+s.Name)
		}
	}
	has := map[string]string{}
	for _, attribute := range a.user.Attributes {
		has[attribute.Name] = attribute.Value
	}
	requiredText, err := json.Marshal(required)
	if err != nil {
		return nil, err
	}
	hasText, err := json.Marshal(has)
	if err != nil {
		return nil, err
	}
	return a.ask(a.newState(newPasswordRequired), map[string]string{
		"USER_ID_FOR_SRP": a.user.Username, "requiredAttributes": string(requiredText), "userAttributes": string(hasText),
	})
}

// answerNewPassword sets the password and the attributes, and confirms the user.
func (a *attempt) answerNewPassword(ctx context.Context) (*Result, error) {
	text, err := a.param("NEW_PASSWORD")
	if err != nil {
		return nil, err
	}
	if a.user.Status != userpool.ForceChangePassword {
		return nil, wrongSession()
	}
	given := userpool.Attributes{}
	for _, key := range slices.Sorted(maps.Keys(a.params)) {
		if name, ok := strings.CutPrefix(key, attributePrefix); ok {
			given.Set(name, a.params[key])
		}
	}
	native, err := a.newCredential(ctx, a.pool, a.user, text)
	if err != nil {
		return nil, err
	}
	err = a.change(func(u *userpool.User) error {
		u.Credential, u.Status = native, userpool.Confirmed
		return a.complete(u, given)
	})
	if err != nil {
		return nil, err
	}
	a.effects.Remember = int(a.pool.PasswordPolicy.HistorySize)
	return a.proceed(ctx)
}

// complete adds missing attributes to a user. Existing attributes can only be changed by an
// administrator or a signed-in user.
func (a *attempt) complete(u *userpool.User, given userpool.Attributes) error {
	if err := a.pool.CheckChanges(given); err != nil {
		return err
	}
	for _, attribute := range given {
		if has := u.Attributes.Get(attribute.Name); has != "" && has != attribute.Value {
			return userpool.Errorf(userpool.NotAuthorized, "Cannot modify an already provided %s", attribute.Name)
		}
		if strings.HasSuffix(attribute.Name, "_verified") || !a.writes(attribute.Name) {
			return userpool.Errorf(userpool.InvalidParameter, "The app client may not write the attribute %s.", attribute.Name)
		}
		u.Attributes.Set(attribute.Name, attribute.Value)
	}
	a.pool.SortAttributes(u.Attributes)
	return a.pool.CheckComplete(u.Attributes)
}

// writes reports whether the app client may write an attribute.
func (a *attempt) writes(name string) bool {
	may := a.client.Settings.WriteAttributes
	return len(may) == 0 || slices.Contains(may, name)
}
