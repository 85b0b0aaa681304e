package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/userpool"
)

// enter finds the app client and its pool. An administrator's call names the pool as well.
func (s *Service) enter(ctx context.Context, by Caller, poolID, clientID string) (*attempt, error) {
	begun := time.Now()
	if s.Key == nil {
		return nil, errKey()
	}
	p, c, err := s.Store.ClientOf(ctx, clientID)
	if err != nil {
		return nil, err
	}
	if by.Admin && p.ID != poolID {
		if _, err := s.Store.Pool(ctx, poolID); err != nil {
			return nil, err
		}
		return nil, userpool.Errorf(userpool.ResourceNotFound, "User pool client %s does not exist.", clientID)
	}
	return &attempt{Service: s, Caller: by, pool: p, client: c, at: now(), begun: begun}, nil
}

// provesClient checks the secret hash of a client that has a secret. The hash must be made
// for the name of the call or for one of further names.
func (a *attempt) provesClient(given string, names ...string) error {
	return checkSecretHash(a.client, given, names...)
}

func checkSecretHash(c *userpool.Client, given string, names ...string) error {
	wrong := userpool.Errorf(userpool.NotAuthorized, "Unable to verify secret hash for client %s", c.ID)
	switch {
	case c.Secret == "" && given == "":
		return nil
	case c.Secret == "":
		return wrong
	case given == "":
		return userpool.Errorf(userpool.NotAuthorized, "Client %s is configured with secret but SECRET_HASH was not received", c.ID)
	}
	good := 0
	for _, name := range names {
		good |= subtle.ConstantTimeCompare([]byte(given), []byte(SecretHash(c.Secret, name, c.ID)))
	}
	if good == 0 {
		return wrong
	}
	return nil
}

// SecretHash returns the secret hash that a client with a secret sends with a name (API
// Reference, computing secret hash values).
func SecretHash(secret, username, clientID string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// provesSecret checks the secret itself, for operations without a name.
func provesSecret(c *userpool.Client, given string) error {
	if c.Secret == "" && given == "" || c.Secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(c.Secret)) == 1 {
		return nil
	}
	return userpool.Errorf(userpool.NotAuthorized, "Unable to verify secret for client %s", c.ID)
}

// defaultFlows are the flows of a client that names none (API Reference, ExplicitAuthFlows).
var defaultFlows = []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}

// legacyFlows has what the values without the prefix ALLOW_ mean. With them, SRP and refresh
// tokens are always allowed, except that CUSTOM_AUTH_FLOW_ONLY excludes SRP.
var legacyFlows = map[string]string{
	"ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH", "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
}

// allows reports whether an app client allows a flow by one of its values.
func allows(c *userpool.Client, value string) bool {
	set := c.Settings.AuthFlows
	if len(set) == 0 {
		return slices.Contains(defaultFlows, value)
	}
	if slices.ContainsFunc(set, func(v string) bool { return strings.HasPrefix(v, "ALLOW_") }) {
		return slices.Contains(set, value)
	}
	switch value {
	case "ALLOW_REFRESH_TOKEN_AUTH":
		return true
	case "ALLOW_USER_SRP_AUTH":
		return !slices.Contains(set, "CUSTOM_AUTH_FLOW_ONLY")
	}
	return slices.ContainsFunc(set, func(v string) bool { return legacyFlows[v] == value })
}
