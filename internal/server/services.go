package server

import (
	"context"
	"net/http"
	"strings"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/bounds"
	"poolhouse/internal/config"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	cognitoservice "poolhouse/internal/service/cognito"
	iamservice "poolhouse/internal/service/iam"
	logsservice "poolhouse/internal/service/logs"
	poolhouseservice "poolhouse/internal/service/poolhouse"
	stsservice "poolhouse/internal/service/sts"
	"poolhouse/internal/userpool"
)

// services returns the services of the API on one endpoint: Cognito with Poolhouse's own
// operations, CloudWatch Logs, IAM and STS. The protocol and the target of a call name its
// service, and the call must be signed for that service.
func (s *Server) services(root config.Credentials) http.Handler {
	asJSON := dispatch.Service{ErrorOf: service.ErrorOf, Protocol: awsjson.New(jsonOperations()...)}
	asQuery := dispatch.Service{ErrorOf: iamservice.ErrorOf, Protocol: awsquery.New(queryOperations()...)}
	d := dispatch.New(s.gate(root), asJSON, asQuery)
	s.register(d)
	s.calls = d
	inJSON, inQuery := d.Handler(asJSON), d.Handler(asQuery)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isForm(r) && !strings.HasPrefix(r.Header.Get("X-Amz-Target"), logsapi.API.TargetPrefix+".") {
			inQuery.ServeHTTP(w, r)
			return
		}
		inJSON.ServeHTTP(w, r)
	})
}

// register registers the operations of all services with the dispatcher.
func (s *Server) register(d *dispatch.Dispatcher) {
	pools := cognitoservice.Config{
		Store: s.store, Invitations: s.store, SignIn: s.signIn(), Jobs: s.store, Uploads: s.files, Pages: s.pages, Engine: s.engine, MaxFileBytes: s.cfg.ImportMaxBytes, MayUpload: s.mayUpload(), Log: s.log,
	}
	own := poolhouseservice.Config{
		Pools: s.store, Users: s.store, Jobs: s.store, Maps: s.store, Rows: s.store, KeepRows: s.cfg.ResultsKept, Limits: fileLimits(s.cfg), Strict: strict(s.cfg), FailedShare: s.cfg.ImportFailedShare, Groups: s.store, Uploads: s.store, Files: s.files, Reader: s.reader, Audit: s.store.Audit(), Outbox: s.store, Pages: s.pages, MayUpload: s.mayUpload(), MayPass: s.mayPass, Version: Version(), Log: s.log,
	}
	if s.roles != nil {
		pools.LogRoles, own.LogRoles = s.roles, s.roles
	}
	cognitoservice.New(pools).Register(d)
	poolhouseservice.New(own).Register(d)
	logsservice.New(logsservice.Config{Pools: s.store, Jobs: s.store, Groups: s.store, Pages: s.pages}).Register(d)
	iamservice.New(iamservice.Config{Store: s.store.IAM(), Sealer: s.sealer, Pages: s.pages}).Register(d)
	stsservice.New(stsservice.Config{Roles: s.store.IAM(), Sealer: s.sealer}).Register(d)
}

// mayUpload returns the permission check for the pre-signed URL of an import job. Callers get
// the URL if they may start the job, or create one like it. nil means that all get it.
func (s *Server) mayUpload() service.MayUpload {
	if s.cfg.UploadURLsForAll {
		return nil
	}
	return func(ctx context.Context, c *dispatch.Call, j *importjob.Job) (bool, error) {
		may, err := dispatch.Allowed(ctx, s.calls, cognitoapi.StartUserImportJob, c.From, &cognitoapi.StartUserImportJobRequest{UserPoolId: j.PoolID, JobId: j.ID})
		if err != nil || may {
			return may, err
		}
		return dispatch.Allowed(ctx, s.calls, cognitoapi.CreateUserImportJob, c.From,
			&cognitoapi.CreateUserImportJobRequest{JobName: j.Name, UserPoolId: j.PoolID, CloudWatchLogsRoleArn: j.RoleARN})
	}
}

// mayPass asks the policies whether the caller may use the call's operation and has
// iam:PassRole on the role of a job. Only the handler knows that role. The check is that of
// Poolhouse.CreateUserImportJob, with the action of the call.
func (s *Server) mayPass(ctx context.Context, c *dispatch.Call, j *importjob.Job) error {
	op, needs := poolhouseapi.CreateUserImportJob, *poolhouseapi.CreateUserImportJob.Needs
	needs.Action = c.Operation.Action()
	op.Needs = &needs
	refused, err := dispatch.Refusal(ctx, s.calls, op, c.From, &poolhouseapi.CreateUserImportJobRequest{UserPoolId: j.PoolID, CloudWatchLogsRoleArn: j.RoleARN})
	if err != nil || refused == nil {
		return err
	}
	return &apicore.Refusal{Reason: apicore.Denied, Message: refused.Message}
}

// isForm reports whether a call is one of the AWS Query protocol.
func isForm(r *http.Request) bool {
	return exchange.HasMediaType(r, "application/x-www-form-urlencoded")
}

// gate returns the dispatcher's options: authentication, rate limits, authorization and the
// hook at the end of a call.
func (s *Server) gate(root config.Credentials) dispatch.Options {
	accounts := s.store.IAM()
	s.who = access.New(s.cfg.Regions, s.cfg.AccountID, access.Credentials{AccessKeyID: root.AccessKeyID, Secret: iam.Secret(root.Secret)}, accounts, s.sealer)
	s.who.Hosts = s.hosts()
	may := &access.Authorizer{Entities: accounts, PoolTags: s.poolTags}
	paced := &rates{bounds.NewRate(s.cfg.RateUnsigned), bounds.NewRate(s.cfg.RateClient), bounds.NewRate(s.cfg.RateSigned), s.metrics.RateLimited}
	return dispatch.Options{
		Authenticate: paced.authenticated(s.verified), Limit: paced.limit, Unsigned: paced.ofClient, Authorize: may.Authorize, Possible: may.Possible, CheckRegion: service.CheckRegion, Ended: s.ended,
		Proxies: s.proxies, Budgets: s.budgets, Log: s.log,
	}
}

// verified authenticates a request. After a good signature the connection keeps its place when
// strangers compete for connections.
func (s *Server) verified(r *http.Request, body []byte, service string) (access.Request, error) {
	from, err := s.who.Authenticate(r, body, service)
	if err == nil {
		s.places.MarkVerified(r)
	}
	return from, err
}

// poolTags returns the tags of a user pool, nil if the region has no such pool.
func (s *Server) poolTags(ctx context.Context, region, id string) (map[string]string, error) {
	if userpool.RegionOf(id) != region {
		return nil, nil
	}
	pool, err := s.store.Pool(ctx, id)
	switch {
	case userpool.KindOf(err) == userpool.ResourceNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return pool.Tags, nil
}
