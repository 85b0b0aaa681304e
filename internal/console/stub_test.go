package console

import (
	"context"
	"log/slog"
	"slices"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	iamservice "poolhouse/internal/service/iam"
)

// stub is a console whose API answers about files as a test wants. Other calls go to the
// services of the fixture.
type stub struct {
	*fixture
	seen       func(in *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) // changes the answer about an upload
	check      func(in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error)
	remembered poolhouseapi.GetUserImportMapResponse
	receipt    func(r *poolhouseapi.UserImportReceiptType)
	checked    []*poolhouseapi.CheckUserImportRequest     // the requested checks
	created    []*poolhouseapi.CreateUserImportJobRequest // the created jobs
}

func (f *fixture) stub() *stub {
	s := &stub{fixture: f, seen: func(*poolhouseapi.DescribeUserImportUploadRequest, *poolhouseapi.UserImportUploadType) {}, receipt: func(*poolhouseapi.UserImportReceiptType) {}}
	real := f.console.Calls
	json := dispatch.Service{Protocol: awsjson.New(slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations())...), ErrorOf: service.ErrorOf}
	query := dispatch.Service{Protocol: awsquery.New(slices.Concat(iamapi.Operations(), stsapi.Operations())...), ErrorOf: iamservice.ErrorOf}
	d := dispatch.New(dispatch.Options{
		Authorize: (&access.Authorizer{Entities: f.store.IAM()}).Authorize, CheckRegion: service.CheckRegion, Log: slog.New(slog.DiscardHandler),
	}, json, query)
	on(d, real, iamapi.ListRoles)
	on(d, real, iamapi.CreateRole)
	on(d, real, iamapi.PutRolePolicy)
	on(d, real, iamapi.GetRole)
	on(d, real, cognitoapi.DescribeUserPool)
	on(d, real, cognitoapi.GetCSVHeader)
	on(d, real, cognitoapi.DescribeUserImportJob)
	on(d, real, cognitoapi.StartUserImportJob)
	on(d, real, poolhouseapi.CreateUserImportUpload)
	on(d, real, poolhouseapi.DescribeUserImportRoles)
	on(d, real, poolhouseapi.GetUserImportJobProgress)
	on(d, real, poolhouseapi.GetUserImportJobLog)
	dispatch.HandleCall(d, poolhouseapi.DescribeUserImportUpload, func(ctx context.Context, c *dispatch.Call, in *poolhouseapi.DescribeUserImportUploadRequest) (*poolhouseapi.DescribeUserImportUploadResponse, error) {
		out, err := dispatch.Do(ctx, real, poolhouseapi.DescribeUserImportUpload, c.From, in)
		if err == nil && out.UserImportUpload.Status == poolhouseapi.UserImportUploadStatusTypeReady {
			s.seen(in, out.UserImportUpload)
		}
		return out, err
	})
	dispatch.Handle(d, poolhouseapi.CheckUserImport, func(_ context.Context, in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.CheckUserImportResponse, error) {
		s.checked = append(s.checked, in)
		out, err := s.check(in)
		if err != nil {
			return nil, err
		}
		out.CheckedDate = apicore.Time{Time: f.now}
		return &poolhouseapi.CheckUserImportResponse{Check: out}, nil
	})
	dispatch.Handle(d, poolhouseapi.GetUserImportMap, func(context.Context, *poolhouseapi.GetUserImportMapRequest) (*poolhouseapi.GetUserImportMapResponse, error) {
		return &s.remembered, nil
	})
	dispatch.HandleCall(d, poolhouseapi.CreateUserImportJob, func(ctx context.Context, c *dispatch.Call, in *poolhouseapi.CreateUserImportJobRequest) (*poolhouseapi.CreateUserImportJobResponse, error) {
		s.created = append(s.created, in)
		return dispatch.Do(ctx, real, poolhouseapi.CreateUserImportJob, c.From, in)
	})
	dispatch.HandleCall(d, poolhouseapi.GetUserImportJobReceipt, func(ctx context.Context, c *dispatch.Call, in *poolhouseapi.GetUserImportJobReceiptRequest) (*poolhouseapi.GetUserImportJobReceiptResponse, error) {
		out, err := dispatch.Do(ctx, real, poolhouseapi.GetUserImportJobReceipt, c.From, in)
		if err == nil {
			s.receipt(out.Receipt)
		}
		return out, err
	})
	f.console.Calls = d
	return s
}

// on forwards the calls of an operation to another dispatcher.
func on[In, Out any](d, to *dispatch.Dispatcher, op apicore.Operation[In, Out]) {
	dispatch.HandleCall(d, op, func(ctx context.Context, c *dispatch.Call, in *In) (*Out, error) {
		return dispatch.Do(ctx, to, op, c.From, in)
	})
}
