package server

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"strings"

	"poolhouse/internal/access"
	"poolhouse/internal/api"
	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/api/logs"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// services returns the services of the API, on one endpoint: Cognito's with our
// own operations, CloudWatch Logs, IAM and STS. A call says by its protocol and
// its target which it is for, and must be signed for that.
func (s *Server) services(root config.Credentials) http.Handler {
	g := s.gate(root)
	cfg := service.Config{
		Region: s.cfg.Region, AccountID: s.cfg.AccountID,
		Store: s.store, Jobs: s.store, Groups: s.store, Uploads: s.files, Pages: s.pages, Engine: s.engine,
		Audit: s.store.Audit(), Log: s.log,
	}
	if s.roles != nil {
		cfg.LogRoles = s.roles
	}
	operations := service.New(cfg)
	pools := s.jsonRouter(g, "cognito-idp", append(api.CognitoOperations(), api.PoolhouseOperations()...))
	operations.Register(pools)
	results := s.jsonRouter(g, "logs", append(logs.LogsOperations(), logs.LogsOthers()...))
	operations.RegisterLogs(results)
	accounts := s.queryRouter(g)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.Header.Get("X-Amz-Target"), logs.LogsAPI.TargetPrefix+"."):
			results.ServeHTTP(w, r)
		case isForm(r):
			accounts.ServeHTTP(w, r)
		default:
			pools.ServeHTTP(w, r)
		}
	})
}

// isForm reports whether a call is one of the AWS Query protocol.
func isForm(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/x-www-form-urlencoded"
}

// gate is who may call, and what.
type gate struct {
	who *access.Authenticator
	may *access.Authorizer
}

func (s *Server) gate(root config.Credentials) gate {
	accounts := s.store.IAM()
	return gate{
		access.New(s.cfg.Region, s.cfg.AccountID, access.Credentials{AccessKeyID: root.AccessKeyID, Secret: iam.Secret(root.Secret)}, accounts, s.sealer),
		&access.Authorizer{Region: s.cfg.Region, Account: s.cfg.AccountID, Entities: accounts, PoolTags: s.poolTags},
	}
}

// poolTags returns the tags of a user pool, none if there is no such pool.
func (s *Server) poolTags(ctx context.Context, id string) (map[string]string, error) {
	pool, err := s.store.Pool(ctx, id)
	switch {
	case userpool.KindOf(err) == userpool.ResourceNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return pool.Tags, nil
}

// jsonRouter returns a router of a service's operations, none of which it
// serves yet.
func (s *Server) jsonRouter(g gate, signedFor string, declared []apicore.OperationInfo) *awsjson.Router {
	return awsjson.NewRouter(awsjson.Options{
		Operations: declared, Authenticate: g.who.JSON(signedFor), Authorize: g.may.JSON, ErrorOf: service.ErrorOf,
		Ended: s.ended, Log: s.log,
	})
}

// queryRouter returns the router of IAM and STS.
func (s *Server) queryRouter(g gate) *awsquery.Router {
	r := awsquery.NewRouter(awsquery.Options{
		Operations:   slices.Concat(iamapi.Operations(), iamapi.Others(), stsapi.Operations(), stsapi.Others()),
		Authenticate: g.who.Query, Authorize: g.may.Query, ErrorOf: service.IAMErrorOf,
		Ended: s.ended, Log: s.log,
	})
	service.NewIAM(service.IAMConfig{
		AccountID: s.cfg.AccountID, Store: s.store.IAM(), Sealer: s.sealer, Pages: s.pages,
		Caller: func(ctx context.Context) (string, bool) {
			who, _ := access.IdentityOf(ctx)
			return who.UserName, who.IsRoot()
		},
	}).Register(r)
	service.NewSTS(service.STSConfig{
		AccountID: s.cfg.AccountID, Roles: s.store.IAM(), Sealer: s.sealer,
		Identity: func(ctx context.Context) service.STSIdentity {
			who, _ := access.IdentityOf(ctx)
			return service.STSIdentity{ARN: who.ARN, UserID: who.UserID, Session: who.IsSession(), RoleID: access.AssumableRole(ctx)}
		},
	}).RegisterSTS(r)
	return r
}
