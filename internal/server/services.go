package server

import (
	"net/http"
	"strings"

	"poolhouse/internal/api"
	"poolhouse/internal/api/logs"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/config"
	"poolhouse/internal/service"
)

// services returns the services of the API, on one endpoint: Cognito's with our
// own operations, and CloudWatch Logs. A call says by its target which it is
// for, and must be signed for that.
func (s *Server) services(root config.Credentials) http.Handler {
	operations := service.New(service.Config{
		Region: s.cfg.Region, AccountID: s.cfg.AccountID,
		Store: s.store, Jobs: s.store, Groups: s.store, Uploads: s.files, Engine: s.engine, Log: s.log,
	})
	pools := s.router("cognito-idp", append(api.CognitoOperations(), api.PoolhouseOperations()...), root)
	operations.Register(pools)
	results := s.router("logs", logs.LogsOperations(), root)
	operations.RegisterLogs(results)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Amz-Target"), logs.GetLogEvents.Prefix+".") {
			results.ServeHTTP(w, r)
			return
		}
		pools.ServeHTTP(w, r)
	})
}

// router returns a router of a service's operations, none of which it serves
// yet.
func (s *Server) router(signedFor string, declared []awsjson.OperationInfo, root config.Credentials) *awsjson.Router {
	return awsjson.NewRouter(awsjson.Options{
		Operations:   declared,
		Authenticate: authenticator(s.cfg.Region, signedFor, root),
		ErrorOf:      service.ErrorOf,
		Log:          s.log,
	})
}
