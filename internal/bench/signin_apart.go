package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/password/srpclient"
)

// The kinds of names that response times must not reveal.
var kindsOfNames = []string{"a name without a user", "a user, with a wrong password", "a disabled user", "a user who must reset the password"}

const (
	noUserKind = iota
	userKind
	disabledKind
	resetKind
)

// triesOfName is how often a name is tried with a wrong password: not often enough to lock
// it.
const triesOfName = 4

// apart measures whether response times reveal the kind of a name.
type apart struct {
	*signInBench
	app
	perKind int // names of each kind
}

// toldApart compares the times of calls for names of each kind, when nothing may reveal which
// users exist.
func (s *signInBench) toldApart(ctx context.Context) error {
	perKind := 2 * (s.Calls + triesOfName - 1) / triesOfName
	return s.on(ctx, nil, func(at site, n *node) (err error) {
		a := apart{signInBench: s, perKind: perKind}
		if a.app, err = n.newApp(ctx, at, file{rows: perKind * (len(kindsOfNames) - 1)}); err != nil {
			return err
		}
		if err := a.prepare(ctx); err != nil {
			return err
		}
		return a.measure(ctx)
	})
}

// name returns the i-th name of a kind. Names without a user look like the others.
func (a *apart) name(kind, i int) string {
	if kind == noUserKind {
		return a.users.username(a.users.rows + i)
	}
	return a.users.username((kind-1)*a.perKind + i)
}

// prepare gives passwords to the users that have one, and disables some.
func (a *apart) prepare(ctx context.Context) error {
	if err := a.setPasswords(ctx, a.Clients, a.names(0, 2*a.perKind)); err != nil {
		return err
	}
	return a.forEach(ctx, a.Clients, "AdminDisableUser", a.names(a.perKind, a.perKind), nil)
}

// compared has the times of a call for each kind of name.
type compared struct {
	name  string
	mu    sync.Mutex
	kinds []kindTimes
}

func newCompared(name string) *compared {
	c := &compared{name: name}
	for _, kind := range kindsOfNames {
		c.kinds = append(c.kinds, kindTimes{kind: kind})
	}
	return c
}

// measure makes the calls of each operation in random order.
func (a *apart) measure(ctx context.Context) error {
	byPassword, first, second := newCompared("InitiateAuth, USER_PASSWORD_AUTH"), newCompared("InitiateAuth, USER_SRP_AUTH"), newCompared("RespondToAuthChallenge, PASSWORD_VERIFIER")
	forgot, confirm := newCompared("ForgotPassword"), newCompared("ConfirmForgotPassword")
	public := srpclient.New(a.pool, wrongPassword).A()
	half := a.perKind / 2
	for _, one := range []struct {
		about   *compared
		clients int
		do      func(line *wire, kind, i int) error
	}{
		{byPassword, 1, func(line *wire, kind, i int) error {
			_, err := a.call(line, byPassword, kind, "InitiateAuth", http.StatusBadRequest, a.byPassword(a.name(kind, i%half), wrongPassword))
			return err
		}},
		{first, 1, func(line *wire, kind, i int) error {
			return a.exchange(line, first, second, kind, a.name(kind, half+i%half), public)
		}},
		{forgot, a.Clients, func(line *wire, kind, i int) error {
			_, err := a.call(line, forgot, kind, "ForgotPassword", http.StatusOK, map[string]any{"ClientId": a.client, "Username": a.name(kind, i%a.perKind)})
			return err
		}},
		{confirm, a.Clients, func(line *wire, kind, i int) error {
			_, err := a.call(line, confirm, kind, "ConfirmForgotPassword", http.StatusBadRequest, map[string]any{"ClientId": a.client, "Username": a.name(kind, i%a.perKind),
				"ConfirmationCode": "wrong-1", "Password": rightPassword})
			return err
		}},
	} {
		if err := a.inRandomOrder(ctx, one.clients, one.do); err != nil {
			return fmt.Errorf("%s: %w", one.about.name, err)
		}
		a.progress("%s: %s", a.engine.name(), verdict(one.about.name, one.about.kinds))
	}
	a.tell([]*compared{byPassword, first, second, forgot, confirm})
	return nil
}

// inRandomOrder calls do for each kind, in random order. Several clients run at a time, to
// use the time in which the server waits.
func (a *apart) inRandomOrder(ctx context.Context, clients int, do func(line *wire, kind, i int) error) error {
	type one struct{ kind, i int }
	var order []one
	for i := range a.Calls {
		for kind := range kindsOfNames {
			order = append(order, one{kind, i})
		}
	}
	mathrand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	problems := make([]error, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			line, err := a.dial(ctx)
			if err != nil {
				problems[c] = err
				return
			}
			defer line.close()
			for n := c; n < len(order) && problems[c] == nil && ctx.Err() == nil; n += clients {
				problems[c] = do(line, order[n].kind, order[n].i)
			}
		})
	}
	all.Wait()
	return errors.Join(append(problems, ctx.Err())...)
}

// call makes one call, which must be answered with a status.
func (a *apart) call(line *wire, of *compared, kind int, operation string, status int, in map[string]any) ([]byte, error) {
	request, err := a.bytes(operation, in)
	if err != nil {
		return nil, err
	}
	got, answer, took, err := line.timed(request)
	if err == nil && got != status {
		err = refusal{operation + " for " + kindsOfNames[kind], got, string(answer)}
	}
	of.mu.Lock()
	defer of.mu.Unlock()
	of.kinds[kind].taken = append(of.kinds[kind].taken, took)
	return answer, err
}

// exchange begins a sign-in by SRP, and answers the challenge as a client that does not know
// the password.
func (a *apart) exchange(line *wire, first, second *compared, kind int, name, public string) error {
	answer, err := a.call(line, first, kind, "InitiateAuth", http.StatusOK, a.begin("USER_SRP_AUTH", map[string]string{"USERNAME": name, "SRP_A": public}))
	if err != nil {
		return err
	}
	asked, err := readGranted([][]byte{answer}, func(g granted) bool { return g.ChallengeParameters["SECRET_BLOCK"] != "" })
	if err != nil {
		return err
	}
	signature := make([]byte, 32)
	rand.Read(signature) // never fails
	challenge := asked[0].ChallengeParameters
	_, err = a.call(line, second, kind, "RespondToAuthChallenge", http.StatusBadRequest, map[string]any{"ClientId": a.client, "ChallengeName": "PASSWORD_VERIFIER",
		"ChallengeResponses": map[string]string{
			"USERNAME": challenge["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(signature), "TIMESTAMP": time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
		}})
	return err
}

// tell shows the times and what they reveal.
func (a *apart) tell(all []*compared) {
	t := table{title: "What the time of a refusal tells of a name, " + a.engine.name(),
		head: []string{"", "calls", "median", "p90", "median, beside that of no user", "a guess from one call is right in"}}
	var verdicts []string
	for _, c := range all {
		for kind, k := range c.kinds {
			cells := []string{c.name + ", for " + k.kind, fmt.Sprint(len(k.taken)), milliseconds(k.taken.quantile(0.5)), milliseconds(k.taken.quantile(0.9)), "", ""}
			if kind != noUserKind {
				with := compare(c.kinds[noUserKind].taken, k.taken)
				sign := "+"
				if math.Signbit(float64(with.by)) {
					sign = "-"
				}
				cells[4], cells[5] = sign+microseconds(with.by), fmt.Sprintf("%.1f of 100", with.guess())
			}
			t.rows = append(t.rows, cells)
		}
		verdicts = append(verdicts, verdict(c.name, c.kinds))
	}
	a.report.add(t)
	a.report.paragraph("%s", strings.Join(slices.Compact(verdicts), "\n"))
}
