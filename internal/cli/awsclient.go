package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"poolhouse/internal/sigv4"
)

// The clients call cfg's endpoint and no other: BaseEndpoint has been chosen already among
// the settings that the SDK would otherwise evaluate again.

func cognito(cfg aws.Config) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.NewFromConfig(cfg, func(o *cognitoidentityprovider.Options) { o.BaseEndpoint = cfg.BaseEndpoint })
}

func iamOf(cfg aws.Config) *iam.Client {
	return iam.NewFromConfig(cfg, func(o *iam.Options) { o.BaseEndpoint = cfg.BaseEndpoint })
}

func stsOf(cfg aws.Config) *sts.Client {
	return sts.NewFromConfig(cfg, func(o *sts.Options) { o.BaseEndpoint = cfg.BaseEndpoint })
}

// errNotOffered means that the server is not Poolhouse. instead names what Amazon offers in
// place of our operations.
var (
	errNotOffered = errors.New("the server is not Poolhouse")
	instead       = map[string]string{
		"GetUserImportJobLog":        "Amazon Cognito writes the result log to CloudWatch Logs",
		"ListAuditEvents":            "AWS records calls in CloudTrail",
		"ListOutboxMessages":         "Amazon Cognito sends messages itself and keeps none",
		"DescribeUserPoolStatistics": "Amazon Cognito estimates the number of users in DescribeUserPool",
		"CheckUserImport":            "Amazon Cognito looks at a file when its job runs",
		"GetUserImportJobResults":    keepsNoRows,
		"GetUserImportJobReceipt":    "DescribeUserImportJob has the counts of a job",
		"ListUserImportJobRows":      keepsNoRows,
		"CorrectUserImportJobRows":   keepsNoRows,
		"ApplyUserImportSuggestions": keepsNoRows,
		"RetryUserImportJob":         keepsNoRows,
		"ResumeUserImportJob":        keepsNoRows,
		"ListUserImportJobUsers":     "Amazon Cognito does not tell which job made a user",
		"GetUserImportMap":           "Amazon Cognito reads columns by their names, and keeps no map",
		"GetUserImportJobProgress":   "DescribeUserImportJob has the counts of a job",
	}
)

// keepsNoRows says what Amazon Cognito has in place of the rows of a job.
const keepsNoRows = "Amazon Cognito keeps no rows of an import job; its result log in CloudWatch Logs names their lines"

// callOwn calls a Poolhouse operation, which no SDK has.
func callOwn(ctx context.Context, cfg aws.Config, operation string, in, out any) error {
	err := errNotOffered
	if cfg.BaseEndpoint != nil {
		err = call(ctx, cfg, "Poolhouse."+operation, in, out)
	}
	if !errors.Is(err, errNotOffered) {
		return err
	}
	err = fmt.Errorf("%w and has no %s: %s", err, operation, instead[operation])
	if isAWS(cfg.BaseEndpoint) {
		err = fmt.Errorf("%w\n%s", err, nameYourServer)
	}
	return err
}

// call makes a signed call without the SDK, for operations and members that its model
// lacks.
func call(ctx context.Context, cfg aws.Config, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	endpoint := "https://cognito-idp." + cfg.Region + ".amazonaws.com/"
	if cfg.BaseEndpoint != nil {
		endpoint = *cfg.BaseEndpoint
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	if keys.SessionToken != "" {
		request.Header.Set("X-Amz-Security-Token", keys.SessionToken)
	}
	signer := sigv4.Signer{AccessKey: keys.AccessKeyID, Secret: keys.SecretAccessKey, Region: cfg.Region, Service: "cognito-idp"}
	signer.Sign(request, body, time.Now())
	response, err := callClient(cfg).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		return json.Unmarshal(data, out)
	}
	return serverError(response, data)
}

// serverError returns the error of an unsuccessful answer: a [smithy.APIError] if the API
// sent it.
func serverError(response *http.Response, data []byte) error {
	var problem struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(data, &problem); err != nil || problem.Type == "" {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: response}, Err: errors.New("no error of the API")}
	}
	if problem.Type == "UnknownOperationException" {
		return errNotOffered
	}
	fault := smithy.FaultClient
	if response.StatusCode >= 500 {
		fault = smithy.FaultServer
	}
	return &smithy.GenericAPIError{Code: problem.Type, Message: problem.Message, Fault: fault}
}
