package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"poolhouse/internal/password"
)

// signInBench measures sign-ins.
type signInBench struct {
	*bench
	engine engine
}

// signIn measures how many sign-ins a server answers, what they cost other calls, whether
// response times reveal which users exist, and what many first sign-ins at once take.
func (b *bench) signIn(ctx context.Context, e engine) error {
	if b.Clients < 1 || b.Period <= 0 || b.Few < 1 || b.Calls < 1 || b.Pace <= 0 {
		return errors.New("--clients, --few, --calls, --pace and --period must be greater than 0")
	}
	about, err := e.about(ctx)
	if err != nil {
		return err
	}
	b.report.paragraph("%s. The users who sign in: %d; calls of each kind whose times are compared: %d.", about, b.Few, b.Calls)
	s := &signInBench{b, e}
	for _, part := range []func(context.Context) error{s.rates, s.beside, s.toldApart, s.storm} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// noRates are the flags of a server without rate limits.
var noRates = []string{"--rate-client", "0", "--rate-unsigned", "0", "--rate-signed", "0"}

// on calls do with a server without rate limits that has the environment.
func (s *signInBench) on(ctx context.Context, env []string, do func(site, *node) error, flags ...string) (err error) {
	at, err := s.engine.site(ctx)
	if err != nil {
		return err
	}
	defer func() { err = join(err, at.remove(context.WithoutCancel(ctx))) }()
	l := at.serve(append(slices.Clone(noRates), flags...)...)
	l.env = append(slices.Clone(l.env), env...)
	return withServer(ctx, s.self, l, func(n *node) error { return do(at, n) })
}

// app is an app client of a pool, and the users that sign in with it.
type app struct {
	*node
	pool, client string
	users        file
}

// rightPassword is the password of all users, and wrongPassword that of none.
const (
	rightPassword = "Right-horse-1"
	wrongPassword = "Wrong-horse-2"
)

// newApp creates a pool with users, and an app client that allows every flow and does not
// reveal which users exist.
func (n *node) newApp(ctx context.Context, at site, users file) (a app, err error) {
	a = app{node: n, users: users}
	if err := a.users.write(at.dir); err != nil {
		return a, err
	}
	if a.pool, err = n.newPool(ctx); err != nil {
		return a, err
	}
	j, err := n.newJob(ctx, a.pool, a.users)
	if err != nil {
		return a, err
	}
	_, end, err := j.run(ctx)
	if err == nil {
		err = j.check(end, false)
	}
	if err != nil {
		return a, err
	}
	var made struct{ UserPoolClient struct{ ClientId string } }
	err = n.call(ctx, "CreateUserPoolClient", map[string]any{"UserPoolId": a.pool, "ClientName": "bench", "PreventUserExistenceErrors": "ENABLED",
		"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}, &made)
	a.client = made.UserPoolClient.ClientId
	return a, err
}

// begin returns the input of InitiateAuth.
func (a *app) begin(flow string, parameters map[string]string) map[string]any {
	return map[string]any{"ClientId": a.client, "AuthFlow": flow, "AuthParameters": parameters}
}

// byPassword returns the input that signs a user in by password.
func (a *app) byPassword(name, text string) map[string]any {
	return a.begin("USER_PASSWORD_AUTH", map[string]string{"USERNAME": name, "PASSWORD": text})
}

// setPasswords gives users the right password as a permanent one.
func (a *app) setPasswords(ctx context.Context, clients int, names []string) error {
	return a.forEach(ctx, clients, "AdminSetUserPassword", names, map[string]any{"Password": rightPassword, "Permanent": true})
}

// forEach calls an operation for each of the users, from several clients.
func (a *app) forEach(ctx context.Context, clients int, operation string, names []string, more map[string]any) error {
	requests := make([][]byte, len(names))
	for i, name := range names {
		in := map[string]any{"UserPoolId": a.pool, "Username": name}
		for key, value := range more {
			in[key] = value
		}
		var err error
		if requests[i], err = a.bytes(operation, in); err != nil {
			return err
		}
	}
	_, _, err := a.sendAll(ctx, clients, operation, requests)
	return err
}

// names returns the names of some of the app's users.
func (a *app) names(first, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = a.users.username(first + i)
	}
	return names
}

// sendAll sends each request once, with one connection for each client. It returns the
// answers and their times.
func (n *node) sendAll(ctx context.Context, clients int, operation string, requests [][]byte) (answers [][]byte, took times, err error) {
	answers, took = make([][]byte, len(requests)), make(times, len(requests))
	problems := make([]error, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() { problems[c] = n.sendEvery(ctx, c, clients, operation, requests, answers, took) })
	}
	all.Wait()
	return answers, took, errors.Join(problems...)
}

// sendEvery sends the requests of one client: every step-th one from first on.
func (n *node) sendEvery(ctx context.Context, first, step int, operation string, requests, answers [][]byte, took times) error {
	line, err := n.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	for i := first; i < len(requests) && ctx.Err() == nil; i += step {
		status, answer, lasted, err := line.timed(requests[i])
		if err == nil {
			err = understand(operation, status, answer, nil)
		}
		if err != nil {
			return err
		}
		answers[i], took[i] = answer, lasted
	}
	return ctx.Err()
}

// granted is the part of an answer that says how a sign-in continues.
type granted struct {
	ChallengeParameters  map[string]string
	AuthenticationResult struct{ AccessToken, RefreshToken string }
}

// readGranted parses answers and returns an error unless has is true of each.
func readGranted(answers [][]byte, has func(granted) bool) ([]granted, error) {
	out := make([]granted, len(answers))
	for i, answer := range answers {
		if err := json.Unmarshal(answer, &out[i]); err != nil {
			return nil, err
		}
		if !has(out[i]) {
			return nil, fmt.Errorf("a sign-in was answered %s", answer)
		}
	}
	return out, nil
}

func hasTokens(g granted) bool { return g.AuthenticationResult.AccessToken != "" }

// anyVerifier returns a credential for baselines.
func anyVerifier(pool string) string { return password.NewVerifier(pool, "someone", rightPassword) }
