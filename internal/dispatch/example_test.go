package dispatch_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
)

// An operation is registered once. Requests over HTTP and calls from inside the process then take
// the same way to its handler.
func Example() {
	service := dispatch.Service{
		Protocol: awsjson.New(cognitoapi.Operations()...),
		ErrorOf:  func(error) *apicore.Error { return nil }, // every error of a handler is unexpected
	}
	dispatcher := dispatch.New(dispatch.Options{
		Authenticate: func(*http.Request, []byte, string) (access.Request, error) {
			return access.Request{}, nil // a server verifies the signature
		},
		Authorize: func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
			return access.About{}, nil // a server asks the policies of the caller
		},
		Log: slog.New(slog.DiscardHandler),
	}, service)
	dispatch.Handle(dispatcher, cognitoapi.DescribeUserPool,
		func(_ context.Context, in *cognitoapi.DescribeUserPoolRequest) (*cognitoapi.DescribeUserPoolResponse, error) {
			return &cognitoapi.DescribeUserPoolResponse{UserPool: &cognitoapi.UserPoolType{Id: in.UserPoolId, Name: "people"}}, nil
		})

	out, err := dispatch.Do(context.Background(), dispatcher, cognitoapi.DescribeUserPool, access.Request{},
		&cognitoapi.DescribeUserPoolRequest{UserPoolId: "us-east-1_Example01"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("inside:", out.UserPool.Name)

	for _, body := range []string{`{"UserPoolId": "us-east-1_Example01"}`, `{}`} {
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", cognitoapi.DescribeUserPool.Target())
		answer := httptest.NewRecorder()
		dispatcher.Handler(service).ServeHTTP(answer, request)
		fmt.Println("HTTP:", answer.Code, answer.Body)
	}

	// Output:
	// inside: people
	// HTTP: 200 {"UserPool":{"Id":"us-east-1_Example01","Name":"people"}}
	// HTTP: 400 {"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'userPoolId' failed to satisfy constraint: Member must not be null"}
}
