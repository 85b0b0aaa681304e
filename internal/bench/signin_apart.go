package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/password/srpclient"
)

// The kinds of names whose calls must not be told apart.
var kindsOfNames = []string{"a name without a user", "a user, with a wrong password", "a disabled user", "a user who must reset the password"}

const (
	noUserKind = iota
	userKind
	disabledKind
	resetKind
)

// A name is tried so often with a wrong password: fewer times than lock it.
const triesOfName = 4

// apart is the measurement of whether calls can be told apart.
type apart struct {
	*signInBench
	app
	line    *wire
	perKind int // names of each kind
}

// toldApart compares how long calls take for names of each kind, where nothing may tell which users
// exist.
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
		if a.line, err = n.dial(ctx); err != nil {
			return err
		}
		defer a.line.close()
		return a.measure(ctx)
	})
}

// name is the i-th name of a kind. Those without a user look like the others.
func (a *apart) name(kind, i int) string {
	if kind == noUserKind {
		return a.users.username(a.users.rows + i)
	}
	return a.users.username((kind-1)*a.perKind + i)
}

// prepare gives passwords to the users who have one, and disables some.
func (a *apart) prepare(ctx context.Context) error {
	if err := a.setPasswords(ctx, a.Clients, a.names(0, 2*a.perKind)); err != nil {
		return err
	}
	return a.forEach(ctx, a.Clients, "AdminDisableUser", a.names(a.perKind, a.perKind), nil)
}

// One call of each kind of name, in the order of the table.
type compared struct {
	name  string
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
		about *compared
		do    func(kind, i int) error
	}{
		{byPassword, func(kind, i int) error {
			_, err := a.call(byPassword, kind, "InitiateAuth", http.StatusBadRequest, a.byPassword(a.name(kind, i%half), wrongPassword))
			return err
		}},
		{first, func(kind, i int) error { return a.exchange(first, second, kind, a.name(kind, half+i%half), public) }},
		{forgot, func(kind, i int) error {
			_, err := a.call(forgot, kind, "ForgotPassword", http.StatusOK, map[string]any{"ClientId": a.client, "Username": a.name(kind, i%a.perKind)})
			return err
		}},
		{confirm, func(kind, i int) error {
			_, err := a.call(confirm, kind, "ConfirmForgotPassword", http.StatusBadRequest, map[string]any{"ClientId": a.client, "Username": a.name(kind, i%a.perKind),
				"ConfirmationCode": "wrong-1", "Password": rightPassword})
			return err
		}},
	} {
		if err := a.inRandomOrder(ctx, one.do); err != nil {
			return fmt.Errorf("%s: %w", one.about.name, err)
		}
		a.progress("%s: %s", a.engine.name(), verdict(one.about.name, one.about.kinds))
	}
	a.tell([]*compared{byPassword, first, second, forgot, confirm})
	return nil
}

// inRandomOrder does something so often for each kind.
func (a *apart) inRandomOrder(ctx context.Context, do func(kind, i int) error) error {
	order := make([]int, 0, a.Calls*len(kindsOfNames))
	for range a.Calls {
		for kind := range kindsOfNames {
			order = append(order, kind)
		}
	}
	mathrand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	done := make([]int, len(kindsOfNames))
	for _, kind := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(kind, done[kind]); err != nil {
			return err
		}
		done[kind]++
	}
	return nil
}

// call makes one call, which must be answered with a status.
func (a *apart) call(of *compared, kind int, operation string, status int, in map[string]any) ([]byte, error) {
	request, err := a.bytes(operation, in)
	if err != nil {
		return nil, err
	}
	got, answer, took, err := a.line.timed(request)
	if err == nil && got != status {
		err = refusal{operation + " for " + kindsOfNames[kind], got, string(answer)}
	}
	of.kinds[kind].taken = append(of.kinds[kind].taken, took)
	return answer, err
}

// exchange begins a sign-in by SRP, and answers the challenge as a client that does not know the
// password.
func (a *apart) exchange(first, second *compared, kind int, name, public string) error {
	answer, err := a.call(first, kind, "InitiateAuth", http.StatusOK, a.begin("USER_SRP_AUTH", map[string]string{"USERNAME": name, "SRP_A": public}))
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
	_, err = a.call(second, kind, "RespondToAuthChallenge", http.StatusBadRequest, map[string]any{"ClientId": a.client, "ChallengeName": "PASSWORD_VERIFIER",
		"ChallengeResponses": map[string]string{
			"USERNAME": challenge["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(signature), "TIMESTAMP": time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
		}})
	return err
}

// tell shows the times and what they tell.
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
