package bench

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/password/srpclient"
)

// keySize is the size of the keys that sign tokens, in bits.
const keySize = 2048

// floorOf is a computation that a sign-in needs, repeated by one goroutine.
type floorOf struct {
	name string
	once func() error
}

// signInFloors are the computations of a sign-in alone: the verifier, the server's side of an
// SRP exchange, and the signatures of an ID token and an access token.
func signInFloors() (verifier, exchange, signatures floorOf, err error) {
	const pool = "us-east-1_bench"
	credential := anyVerifier(pool)
	key, err := rsa.GenerateKey(rand.Reader, keySize)
	if err != nil {
		return verifier, exchange, signatures, err
	}
	claim, sum := password.Claim{PoolID: pool, A: srpclient.New(pool, rightPassword).A()}, sha256.Sum256([]byte(credential))
	verifier = floorOf{"floor: the verifier's exponentiation", func() error {
		if !password.Verify(pool, "someone", rightPassword, credential) {
			return errors.New("the password does not match the verifier")
		}
		return nil
	}}
	exchange = floorOf{"floor: an exchange by SRP", func() error {
		e, err := password.NewExchange(credential)
		if err == nil {
			e.Verify(credential, claim) // a right and a wrong answer take the same work
		}
		return err
	}}
	signatures = floorOf{"floor: two signatures", func() error {
		_, err1 := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		_, err2 := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		return errors.Join(err1, err2)
	}}
	return verifier, exchange, signatures, nil
}

// measure repeats a floor for a period.
func (f floorOf) measure(into *rate, period time.Duration) error {
	before, err1 := usageOf(os.Getpid())
	run, begun := rateRun{}, time.Now()
	for time.Since(begun) < period || len(run.took) == 0 {
		from := time.Now()
		if err := f.once(); err != nil {
			return err
		}
		run.took = append(run.took, time.Since(from))
	}
	run.lasts = time.Since(begun)
	after, err2 := usageOf(os.Getpid())
	run.used.cpu = after.cpu - before.cpu
	into.runs = append(into.runs, run)
	return errors.Join(err1, err2)
}

// signInRates has the rates of sign-ins and their floors.
type signInRates struct {
	floors                          []floorOf
	floorRates                      []*rate // of the floors
	byPassword, bySRP, byToken      *rate
	first, second                   *rate // steps of bySRP
	ofPassword, ofExchange, ofToken []*rate
}

func newSignInRates() (*signInRates, error) {
	verifier, exchange, signatures, err := signInFloors()
	if err != nil {
		return nil, err
	}
	r := &signInRates{floors: []floorOf{verifier, exchange, signatures}}
	for _, f := range r.floors {
		r.floorRates = append(r.floorRates, &rate{name: f.name})
	}
	v, e, s := r.floorRates[0], r.floorRates[1], r.floorRates[2]
	r.byPassword, r.ofPassword = &rate{name: "sign-in by password", operation: "InitiateAuth"}, []*rate{v, s}
	r.bySRP, r.ofExchange = &rate{name: "sign-in by SRP, both steps"}, []*rate{e, s}
	r.byToken, r.ofToken = &rate{name: "refresh", operation: "InitiateAuth"}, []*rate{s}
	r.first, r.second = &rate{name: "InitiateAuth, USER_SRP_AUTH"}, &rate{name: "RespondToAuthChallenge, PASSWORD_VERIFIER"}
	return r, nil
}

// rates measures how many sign-ins a second a server with one processor answers.
func (s *signInBench) rates(ctx context.Context) error {
	r, err := newSignInRates()
	if err != nil {
		return err
	}
	err = s.on(ctx, []string{oneProcessor}, func(at site, n *node) error {
		a, err := n.newApp(ctx, at, file{rows: s.Few})
		if err != nil {
			return err
		}
		if err := a.setPasswords(ctx, s.Clients, a.names(0, s.Few)); err != nil {
			return err
		}
		for range s.Runs {
			if err := s.ratesOnce(ctx, &a, r); err != nil {
				return err
			}
		}
		return nil
	})
	s.report.add(r.table(s.Clients, s.engine.name()))
	return err
}

// ratesOnce measures each rate once.
func (s *signInBench) ratesOnce(ctx context.Context, a *app, r *signInRates) error {
	for i, f := range r.floors {
		if err := f.measure(r.floorRates[i], s.Period/4); err != nil {
			return err
		}
	}
	names := a.names(0, s.Few)
	r.byPassword.many, r.byToken.many = len(names), len(names)
	r.byPassword.requests = func(i int) map[string]any { return a.byPassword(names[i], rightPassword) }
	if err := s.callFor(ctx, a.node, r.byPassword, r.byPassword); err != nil {
		return err
	}
	tokens, err := s.exchanges(ctx, a, names, r)
	if err != nil {
		return err
	}
	r.byToken.requests = func(i int) map[string]any {
		return a.begin("REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": tokens[i].AuthenticationResult.RefreshToken})
	}
	if err := s.callFor(ctx, a.node, r.byToken, r.byToken); err != nil {
		return err
	}
	for _, one := range []*rate{r.byPassword, r.bySRP, r.byToken} {
		s.progress("%s: %s: %.0f/s", s.engine.name(), one.name, one.runs[len(one.runs)-1].perSecond())
	}
	return nil
}

// exchanges signs each user in by SRP, one step after the other. The clients' computation
// between the steps is not counted.
func (s *signInBench) exchanges(ctx context.Context, a *app, names []string, r *signInRates) ([]granted, error) {
	exchanges, requests := make([]*srpclient.Client, len(names)), make([][]byte, len(names))
	err := onAll(len(names), func(i int) (err error) {
		exchanges[i] = srpclient.New(a.pool, rightPassword)
		requests[i], err = a.bytes("InitiateAuth", a.begin("USER_SRP_AUTH", map[string]string{"USERNAME": names[i], "SRP_A": exchanges[i].A()}))
		return err
	})
	if err != nil {
		return nil, err
	}
	answers, err := s.counted(ctx, a, "InitiateAuth", requests, r.first)
	if err != nil {
		return nil, err
	}
	asked, err := readGranted(answers, func(g granted) bool { return g.ChallengeParameters["SECRET_BLOCK"] != "" })
	if err != nil {
		return nil, err
	}
	err = onAll(len(names), func(i int) (err error) {
		in := map[string]any{"ClientId": a.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": exchanges[i].Answer(asked[i].ChallengeParameters, time.Now())}
		requests[i], err = a.bytes("RespondToAuthChallenge", in)
		return err
	})
	if err != nil {
		return nil, err
	}
	if answers, err = s.counted(ctx, a, "RespondToAuthChallenge", requests, r.second); err != nil {
		return nil, err
	}
	r.bySRP.runs = append(r.bySRP.runs, both(r.first.runs[len(r.first.runs)-1], r.second.runs[len(r.second.runs)-1]))
	return readGranted(answers, hasTokens)
}

// counted sends requests and counts them.
func (s *signInBench) counted(ctx context.Context, a *app, operation string, requests [][]byte, into *rate) ([][]byte, error) {
	before, err1 := a.used()
	begun := time.Now()
	answers, took, err := a.sendAll(ctx, s.Clients, operation, requests)
	lasts := time.Since(begun)
	after, err2 := a.used()
	after.cpu -= before.cpu
	into.runs = append(into.runs, rateRun{took, lasts, after})
	return answers, errors.Join(err, err1, err2)
}

// both returns the run of two consecutive steps.
func both(first, second rateRun) rateRun {
	sum := rateRun{took: make(times, len(first.took)), lasts: first.lasts + second.lasts, used: second.used}
	for i := range sum.took {
		sum.took[i] = first.took[i] + second.took[i]
	}
	sum.used.cpu += first.used.cpu
	return sum
}

// onAll calls do for each number, on all processors.
func onAll(many int, do func(int) error) error {
	clients := runtime.GOMAXPROCS(0)
	problems := make([]error, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := c; i < many && problems[c] == nil; i += clients {
				problems[c] = do(i)
			}
		})
	}
	all.Wait()
	return errors.Join(problems...)
}

// cpuOf returns the processor time of one call, or the sum for several floors.
func cpuOf(rates ...*rate) (sum time.Duration) {
	for _, r := range rates {
		if len(r.runs) > 0 {
			m := r.median()
			sum += m.used.cpu / time.Duration(len(m.took))
		}
	}
	return sum
}

// table returns the table of the sign-ins and their floors.
func (r *signInRates) table(clients int, engine string) table {
	t := table{title: fmt.Sprintf("Sign-ins by %d clients to a server with GOMAXPROCS=1, %s", clients, engine),
		head: []string{"", "a second", "median", "p99", "CPU a call", "CPU of its floors", "floors / CPU"}}
	add := func(one *rate, floors []*rate) {
		if len(one.runs) == 0 {
			return
		}
		m := one.median()
		cells := []string{one.name, fmt.Sprintf("%.0f", m.perSecond()), milliseconds(m.took.quantile(0.5)), milliseconds(m.took.quantile(0.99)), milliseconds(cpuOf(one)), "", ""}
		if cpu := cpuOf(one); len(floors) > 0 && cpu > 0 {
			cells[5], cells[6] = milliseconds(cpuOf(floors...)), fmt.Sprintf("%.2f", float64(cpuOf(floors...))/float64(cpu))
		}
		t.rows = append(t.rows, cells)
	}
	for _, one := range r.floorRates {
		add(one, nil)
	}
	add(r.byPassword, r.ofPassword)
	add(r.bySRP, r.ofExchange)
	add(r.first, nil)
	add(r.second, nil)
	add(r.byToken, r.ofToken)
	return t
}
