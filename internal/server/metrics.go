package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/metrics"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/upload"
)

// jsonOperations and queryOperations are all operations that calls may name, by protocol.
func jsonOperations() []apicore.OperationInfo {
	return slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), logsapi.Others())
}

func queryOperations() []apicore.OperationInfo {
	return slices.Concat(iamapi.Operations(), iamapi.Others(), stsapi.Operations(), stsapi.Others())
}

// newMetrics returns metrics whose labels have values of closed sets.
func newMetrics() *metrics.Metrics {
	o := metrics.Options{Version: Version(), UploadErrors: upload.Codes(), Steps: signInSteps()}
	asJSON, asQuery := awsjson.New(jsonOperations()...), awsquery.New(queryOperations()...)
	for reason := apicore.Internal; reason <= apicore.Denied; reason++ {
		o.Errors = append(o.Errors, asJSON.Name(reason), asQuery.Name(reason))
	}
	for _, op := range slices.Concat(jsonOperations(), queryOperations()) {
		o.Operations = append(o.Operations, metrics.Operation{Service: op.API.Service, Name: op.Name})
		for _, e := range op.Errors {
			o.Errors = append(o.Errors, e.Code)
		}
	}
	return metrics.New(o)
}

// storeObserver returns what the store is observed by: nothing where no server runs.
func (s *Server) storeObserver() sqlstore.Observer {
	if s.metrics == nil {
		return nil
	}
	return s.metrics
}

// counted notes the end of a call in the metrics.
func (s *Server) counted(c *dispatch.Call, e dispatch.End) {
	s.metrics.Request(c.Service(), c.Operation.Name, e.Error, e.Took)
	if step, is := signInStep(c); is {
		s.metrics.SignIn(step, signInResult(c, e))
	}
}

// signInSteps are the flows and challenges that a sign-in may name, and refreshing tokens.
func signInSteps() []string {
	steps := []string{cognitoapi.GetTokensFromRefreshToken.Name}
	for _, m := range slices.Concat(cognitoapi.InitiateAuth.Input.Members, cognitoapi.RespondToAuthChallenge.Input.Members) {
		if m.Name == "AuthFlow" || m.Name == "ChallengeName" {
			steps = append(steps, m.Shape.Enum...)
		}
	}
	return steps
}

// signInStep returns the step of a sign-in that a call is. One whose input could not be read
// names none.
func signInStep(c *dispatch.Call) (step string, is bool) {
	switch in := c.Input.(type) {
	case *cognitoapi.InitiateAuthRequest:
		return string(in.AuthFlow), true
	case *cognitoapi.AdminInitiateAuthRequest:
		return string(in.AuthFlow), true
	case *cognitoapi.RespondToAuthChallengeRequest:
		return string(in.ChallengeName), true
	case *cognitoapi.AdminRespondToAuthChallengeRequest:
		return string(in.ChallengeName), true
	case *cognitoapi.GetTokensFromRefreshTokenRequest:
		return c.Operation.Name, true
	}
	return "", false
}

// signInResult returns what came of a step of a sign-in.
func signInResult(c *dispatch.Call, e dispatch.End) metrics.SignIn {
	var challenge cognitoapi.ChallengeNameType
	switch out := c.Output.(type) {
	case *cognitoapi.InitiateAuthResponse:
		challenge = out.ChallengeName
	case *cognitoapi.AdminInitiateAuthResponse:
		challenge = out.ChallengeName
	case *cognitoapi.RespondToAuthChallengeResponse:
		challenge = out.ChallengeName
	case *cognitoapi.AdminRespondToAuthChallengeResponse:
		challenge = out.ChallengeName
	}
	switch {
	case e.Status >= http.StatusInternalServerError:
		return metrics.SignInFailed
	case e.Error != "":
		return metrics.SignInRefused
	case challenge != "":
		return metrics.SignInChallenged
	}
	return metrics.SignInGranted
}

// countedConsole counts the requests to the console.
func (s *Server) countedConsole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := &statusWriter{ResponseWriter: w}
		begun := time.Now()
		defer func() {
			status := cmp.Or(told.status, http.StatusOK)
			s.metrics.ConsoleRequest(status)
			s.log.DebugContext(r.Context(), "console request", "method", r.Method, "status", status, "took", time.Since(begun).Round(time.Microsecond))
		}()
		next.ServeHTTP(told, r)
	})
}

// statusWriter knows the status of an answer, 0 while none was written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first status that is final.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// watch has scrapes ask the parts of the server.
func (s *Server) watch() {
	s.metrics.Watch(metrics.Sources{
		Connections: func() metrics.Connections { return metrics.Connections(s.places.Statistics()) },
		Audit:       func() metrics.Audit { return metrics.Audit(s.audit.Statistics()) },
		Database:    s.databaseStatistics,
		Running:     s.engine.Running,
		Backlog:     s.backlog,
	}, s.log)
}

func (s *Server) databaseStatistics() (d metrics.Database) {
	stats := s.store.Statistics()
	d.UrgentWriters, d.OtherWriters = stats.UrgentWriters, stats.OtherWriters
	for _, pool := range stats.Connections {
		d.Pools = append(d.Pools, metrics.ConnectionPool(pool))
	}
	return d
}

// backlog returns what the database has to do for its servers.
func (s *Server) backlog(ctx context.Context) (metrics.Backlog, error) {
	forwards := s.forwarder != nil
	b, err := s.store.Backlog(ctx, time.Now(), forwards)
	return metrics.Backlog{Backlog: b, Forwards: forwards}, err
}
