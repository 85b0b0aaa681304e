package cognitoservice_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

// TestLockout: the documented schedule, by password and by SRP, also for names without a user.
func TestLockout(t *testing.T) {
	for _, name := range []string{"ada", "nobody"} {
		timed(t, func(t *testing.T, f *fixture) {
			a := newApp(f, nil, true, nil)
			a.user("ada", right)
			wrong := func() {
				t.Helper()
				a.Refused("InitiateAuth", a.passwordInput(name, other), "NotAuthorizedException", "Incorrect username or password.")
			}
			locked := func() {
				t.Helper()
				a.Refused("InitiateAuth", a.passwordInput(name, right), "NotAuthorizedException", "Password attempts exceeded")
			}
			var last time.Time // of a wrong password; a refusal comes some milliseconds later
			for range 5 {
				last = time.Now()
				wrong()
			}
			for _, seconds := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900} {
				locked()
				ends := last.Add(time.Duration(seconds) * time.Second)
				time.Sleep(time.Until(ends.Add(-2 * time.Millisecond)))
				locked()
				time.Sleep(time.Until(ends.Add(time.Millisecond)))
				if seconds < 900 {
					last = time.Now()
					wrong()
				}
			}
			if name == "ada" {
				a.signIn("ada", right) // after fifteen minutes
				for range 5 {
					wrong() // the count began again
				}
				locked()
			}
		})
	}
}

// TestLockoutBySRP: claims count like passwords.
func TestLockoutBySRP(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, true, nil)
	a.user("ada", right)
	good := a.srp("ada", right)
	for range 5 {
		a.Refused("RespondToAuthChallenge", a.srp("ada", other), "NotAuthorizedException", "Incorrect username or password.")
	}
	a.Refused("RespondToAuthChallenge", good, "NotAuthorizedException", "Password attempts exceeded")
	a.Refused("InitiateAuth", a.passwordInput("ada", right), "NotAuthorizedException", "Password attempts exceeded")
}

// TestChallengesAreBound: a challenge is good once, for its time, client, user and name. A
// change of the password ends it.
func TestChallengesAreBound(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, false, object{"AuthSessionValidity": 5})
		a.user("ada", right)
		a.user("bob", right)
		second := *a
		second.client = f.fixtureClient(a.pool, object{"ExplicitAuthFlows": allFlows})
		claim := a.srp("ada", right)
		a.Refused("RespondToAuthChallenge", with(claim, object{"ClientId": second.client}), "NotAuthorizedException", "Invalid session for the user.")
		tokensOf(t, a.Do("RespondToAuthChallenge", claim))
		a.Refused("RespondToAuthChallenge", claim, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")

		temporary := func() object {
			a.Do("AdminSetUserPassword", object{"UserPoolId": a.pool, "Username": "ada", "Password": right})
			return a.Do("InitiateAuth", a.passwordInput("ada", right))
		}
		out := temporary()
		in := a.answerInput(out, "ada", object{"NEW_PASSWORD": other})
		a.Refused("RespondToAuthChallenge", with(in, object{"ClientId": second.client}), "NotAuthorizedException", "Invalid session for the user.")
		a.Refused("RespondToAuthChallenge", a.answerInput(out, "bob", object{"NEW_PASSWORD": other}), "NotAuthorizedException", "Invalid session for the user.")
		a.Refused("RespondToAuthChallenge", with(in, object{"ChallengeName": "MFA_SETUP"}), "NotAuthorizedException", "Invalid session for the user.")
		a.Refused("RespondToAuthChallenge", with(in, object{"Session": "x" + out["Session"].(string)[1:]}), "NotAuthorizedException", "Invalid session for the user.")
		time.Sleep(5*time.Minute + time.Millisecond)
		a.Refused("RespondToAuthChallenge", in, "NotAuthorizedException", "Invalid session for the user, session is expired.")
		in = a.answerInput(temporary(), "ada", object{"NEW_PASSWORD": other})
		a.Do("AdminSetUserPassword", object{"UserPoolId": a.pool, "Username": "ada", "Password": "Third-horse-3"})
		a.Refused("RespondToAuthChallenge", in, "NotAuthorizedException", "Invalid session for the user.")
		in = a.answerInput(temporary(), "ada", object{"NEW_PASSWORD": other})
		a.Do("AdminDisableUser", object{"UserPoolId": a.pool, "Username": "ada"})
		a.Refused("RespondToAuthChallenge", in, "NotAuthorizedException", "User is disabled.")
	})
}

// TestCodes: a code is good for an hour, and a later one replaces it. The number of requests
// for codes, and of answers with codes, is bounded per hour.
func TestCodes(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, false, nil)
		a.user("ada", right)
		a.Do("ForgotPassword", a.forgotInput("ada"))
		first := a.code()
		a.Do("ForgotPassword", a.forgotInput("ada"))
		if second := a.code(); second != first {
			a.Refused("ConfirmForgotPassword", a.confirmInput("ada", first, other), "CodeMismatchException", "")
		}
		time.Sleep(time.Hour)
		a.Refused("ConfirmForgotPassword", a.confirmInput("ada", a.code(), other), "ExpiredCodeException", "Invalid code provided, please request a code again.")
		a.signIn("ada", right) // a sent code changes nothing
		for i := range 10 {
			if a.Do("ForgotPassword", a.forgotInput("ada")); i < 8 {
				a.Refused("ConfirmForgotPassword", a.confirmInput("ada", "wrong", other), "CodeMismatchException", "")
			}
		}
		a.Refused("ForgotPassword", a.forgotInput("ada"), "LimitExceededException", "Attempt limit exceeded, please try after some time.")
		a.Refused("ConfirmForgotPassword", a.confirmInput("ada", "wrong", other), "CodeMismatchException", "")
		a.Refused("ConfirmForgotPassword", a.confirmInput("ada", a.code(), other), "LimitExceededException", "Attempt limit exceeded, please try after some time.")
		time.Sleep(time.Hour)
		a.Do("ForgotPassword", a.forgotInput("ada"))
		a.Do("ConfirmForgotPassword", a.confirmInput("ada", a.code(), other))
		a.signIn("ada", other)
	})
}

// TestAdminPasswords tests AdminSetUserPassword and AdminResetUserPassword.
func TestAdminPasswords(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", right)
	set := object{"UserPoolId": a.pool, "Username": "ada", "Password": other}
	a.Refused("AdminSetUserPassword", with(set, object{"Password": "short"}), "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	a.Refused("AdminSetUserPassword", with(set, object{"Username": "nobody"}), "UserNotFoundException", "User does not exist.")
	a.Do("AdminSetUserPassword", set)
	if u := a.stored(a.pool, "ada"); u.Status != userpool.ForceChangePassword || u.Credential.Expires.IsZero() {
		t.Errorf("a temporary password: %s, %+v", u.Status, u.Credential.Expires)
	}
	a.Refused("AdminResetUserPassword", object{"UserPoolId": a.pool, "Username": "ada"}, "NotAuthorizedException", "User password cannot be reset in the current state.")
	a.Do("AdminSetUserPassword", with(set, object{"Permanent": true}))
	a.signIn("ada", other)
	if out := a.Do("AdminResetUserPassword", object{"UserPoolId": a.pool, "Username": "ada"}); len(out) > 0 {
		t.Errorf("the answer is %v", out)
	}
	a.Refused("InitiateAuth", a.passwordInput("ada", other), "PasswordResetRequiredException", "Password reset required for the user")
	a.Do("AdminResetUserPassword", object{"UserPoolId": a.pool, "Username": "ada"})
	a.Do("ConfirmForgotPassword", a.confirmInput("ada", a.code(), right))
	a.signIn("ada", right)
	a.changeUser("ada", func(u *userpool.User) { u.Attributes.Set("email_verified", "false") })
	a.Refused("AdminResetUserPassword", object{"UserPoolId": a.pool, "Username": "ada"}, "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
}

// TestPasswordHistory: every way to choose a password refuses the user's former ones, as many
// as the pool says.
func TestPasswordHistory(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, object{"Policies": object{"PasswordPolicy": object{"PasswordHistorySize": 3}}}, false, nil)
	a.user("ada", "")
	set := func(n int) (string, string) {
		_, exception, message := a.Try("AdminSetUserPassword", object{"UserPoolId": a.pool, "Username": "ada", "Password": fmt.Sprintf("password-%d", n), "Permanent": true})
		return exception, message
	}
	for n := range 4 {
		if exception, message := set(n); exception != "" {
			t.Fatal(n, exception, message)
		}
	}
	for n, want := range []string{"", "PasswordHistoryPolicyViolationException", "PasswordHistoryPolicyViolationException", "PasswordHistoryPolicyViolationException"} {
		if n == 0 {
			continue
		}
		if exception, message := set(n); exception != want {
			t.Errorf("password %d: %s: %s", n, exception, message)
		}
	}
	access := a.signIn("ada", "password-3")["AccessToken"]
	a.Refused("ChangePassword", object{"AccessToken": access, "PreviousPassword": "password-3", "ProposedPassword": "password-2"}, "PasswordHistoryPolicyViolationException", "")
	a.Do("ForgotPassword", a.forgotInput("ada"))
	a.Refused("ConfirmForgotPassword", a.confirmInput("ada", a.code(), "password-1"), "PasswordHistoryPolicyViolationException", "")
	if exception, message := set(0); exception != "" {
		t.Errorf("the password of before the history: %s: %s", exception, message)
	}
}

// TestChangePassword: a signed-in user who knows the password changes it.
func TestChangePassword(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", right)
	in := object{"AccessToken": a.signIn("ada", right)["AccessToken"], "PreviousPassword": right, "ProposedPassword": other}
	a.Refused("ChangePassword", with(in, object{"PreviousPassword": other}), "NotAuthorizedException", "Incorrect username or password.")
	a.Refused("ChangePassword", with(in, object{"ProposedPassword": "short"}), "InvalidPasswordException", "not long enough")
	a.Refused("ChangePassword", object{"AccessToken": in["AccessToken"], "ProposedPassword": other}, "InvalidParameterException", "PreviousPassword")
	a.Do("ChangePassword", in)
	a.signIn("ada", other)
	for range 6 {
		a.Try("ChangePassword", with(in, object{"PreviousPassword": "x"}))
	}
	a.Refused("ChangePassword", with(in, object{"PreviousPassword": other}), "LimitExceededException", "")
}

// TestChallengesAlike: no part of an SRP challenge is longer for an existing user. Each call
// for a name gets the same salt and user, in every spelling of the name.
func TestChallengesAlike(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, object{"UsernameConfiguration": object{"CaseSensitive": false}}, true, nil)
	a.user("ada", right)
	sizes := map[string]map[string]int{}
	for _, name := range []string{"ada", "ADA", "bob", "BOB"} {
		out := a.Do("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": name, "SRP_A": "2"}})
		params := out["ChallengeParameters"].(object)
		if params["USERNAME"] != strings.ToLower(name) || params["USER_ID_FOR_SRP"] != strings.ToLower(name) {
			t.Errorf("%s is called %v", name, params)
		}
		sizes[name] = map[string]int{"SECRET_BLOCK": len(params["SECRET_BLOCK"].(string)), "members": len(params)}
	}
	for name, size := range sizes {
		if diff := cmp.Diff(sizes["ada"], size); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestEvenAnswers: the client protects the existence of users. Then an answer that a stranger
// can get comes a whole number of steps after the call, for every kind of name. An answer that
// only a user gets comes at once.
func TestEvenAnswers(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, true, nil)
		for _, name := range []string{"ada", "off"} {
			a.user(name, right)
		}
		a.user("reset", "")
		a.changeUser("reset", func(u *userpool.User) { u.Status = userpool.ResetRequired })
		a.Do("AdminDisableUser", object{"UserPoolId": a.pool, "Username": "off"})
		took := func(call func()) time.Duration {
			begun := time.Now()
			call()
			return time.Since(begun)
		}
		const step, long = 10 * time.Millisecond, 100 * time.Millisecond
		for _, name := range []string{"ada", "off", "reset", "nobody"} {
			var claim object
			for what, call := range map[string]struct {
				do   func()
				want time.Duration
			}{
				"a wrong password": {func() { a.Refused("InitiateAuth", a.passwordInput(name, other), "NotAuthorizedException", "Incorrect") }, step},
				"a code":           {func() { a.Do("ForgotPassword", a.forgotInput(name)) }, long},
				"a wrong code": {func() {
					a.Refused("ConfirmForgotPassword", a.confirmInput(name, "none", other), "CodeMismatchException", "")
				}, long},
				"a challenge": {func() { claim = a.srp(name, other) }, step},
			} {
				if got := took(call.do); got != call.want {
					t.Errorf("%s, %s: answered after %v, not %v", name, what, got, call.want)
				}
			}
			if got := took(func() { a.Refused("RespondToAuthChallenge", claim, "NotAuthorizedException", "Incorrect") }); got != step {
				t.Errorf("%s, a wrong claim: answered after %v", name, got)
			}
		}
		if got := took(func() { a.signIn("ada", right) }); got != 0 {
			t.Errorf("tokens are answered after %v", got)
		}
		open := newApp(f, nil, false, nil)
		if got := took(func() { open.Refused("InitiateAuth", open.passwordInput("nobody", other), "UserNotFoundException", "") }); got != 0 {
			t.Errorf("where users may be known, a refusal is answered after %v", got)
		}
	})
}

// TestGuessesAtOnce: of many simultaneous codes no more are checked than of successive ones.
func TestGuessesAtOnce(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", right)
	a.Do("ForgotPassword", a.forgotInput("ada"))
	var all sync.WaitGroup
	var looked, refused atomic.Int32
	for range 50 {
		all.Go(func() {
			switch _, exception, message := a.Try("ConfirmForgotPassword", a.confirmInput("ada", "none", other)); exception {
			case "CodeMismatchException":
				looked.Add(1)
			case "LimitExceededException":
				refused.Add(1)
			default:
				t.Errorf("%s: %s", exception, message)
			}
		})
	}
	all.Wait()
	if looked.Load() > 10 || looked.Load()+refused.Load() != 50 {
		t.Errorf("%d codes were looked at, %d were refused", looked.Load(), refused.Load())
	}
}
