package access

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

func TestMemory(t *testing.T) {
	var m memory[int]
	expect := func(version, name string, want int, known bool) {
		t.Helper()
		if got, ok := m.get(version, name); got != want || ok != known {
			t.Errorf("%s of version %s: %d, %t", name, version, got, ok)
		}
	}
	expect("", "a", 0, false)
	m.put("1", "a", 1, 10)
	m.put("1", "b", 2, 10)
	expect("1", "a", 1, true)
	expect("1", "b", 2, true)
	expect("1", "c", 0, false)
	expect("2", "a", 0, false)
	m.put("2", "a", 3, 10)
	expect("2", "a", 3, true)
	expect("2", "b", 0, false)
	expect("1", "b", 0, false)
	m.put("2", "large", 4, maxRememberedText+1)
	expect("2", "large", 0, false)
	expect("2", "a", 3, true)
	m.put("2", "all", 5, maxRememberedText)
	expect("2", "all", 5, true)
	expect("2", "a", 0, false)
	for i := range 3 * maxRemembered {
		m.put("3", fmt.Sprint(i), i, 1)
		expect("3", fmt.Sprint(i), i, true)
		if len(m.items) > maxRemembered {
			t.Fatalf("%d are remembered", len(m.items))
		}
	}
}

// counting counts the reads of a store.
type counting struct {
	Keys
	reads int
}

func (c *counting) Access(ctx context.Context, id string) (*iam.Access, error) {
	c.reads++
	return c.Keys.Access(ctx, id)
}

func (c *counting) RoleAccess(ctx context.Context, name string) (*iam.RoleAccess, error) {
	c.reads++
	return c.Keys.RoleAccess(ctx, name)
}

// TestRemembered: a key is read once as long as nothing changes.
func TestRemembered(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), watcher)
	_, session := f.session(t, role, "")
	store := &counting{Keys: f.store}
	f.authenticator.keys = store
	long := sigv4.Signer{AccessKey: f.key.ID, Secret: f.secret, Region: region}
	for round := range 3 {
		for range 5 {
			for _, s := range []sigv4.Signer{long, session} {
				_, err := f.enter(t, s, "cognito-idp")
				noError(t, err)
			}
		}
		if want := 2 * (round + 1); store.reads != want {
			t.Errorf("after %d changes the store was read %d times, not %d", round, store.reads, want)
		}
		f.put(t, watcher) // changes something
	}
}

// TestNothingStale changes a key's status and its user's policies while other goroutines use
// the key. Each change must count at once.
func TestNothingStale(t *testing.T) {
	f := newFixture(t)
	long := sigv4.Signer{AccessKey: f.key.ID, Secret: f.secret, Region: region}
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 4 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = f.enter(t, long, "cognito-idp") // allowed or refused
				}
			}
		})
	}
	for i := range 100 {
		noError(t, f.store.SetAccessKeyStatus(t.Context(), "ada", f.key.ID, iam.Inactive))
		_, err := f.enter(t, long, "cognito-idp")
		if refusal, ok := errors.AsType[*sigv4.Error](err); !ok || refusal.Kind != sigv4.UnknownKey {
			t.Fatalf("a key that is not active: %v", err)
		}
		noError(t, f.store.SetAccessKeyStatus(t.Context(), "ada", f.key.ID, iam.Active))
		policy := []string{watcher, statements(allowAll)}[i%2]
		f.put(t, policy)
		who, err := f.enter(t, long, "cognito-idp")
		noError(t, err)
		said := message(t, f.authorizer().may(who, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}))
		if (said == "") != (i%2 == 1) {
			t.Fatalf("with the policy %s: %q", policy, said)
		}
	}
	close(stop)
	others.Wait()
}
