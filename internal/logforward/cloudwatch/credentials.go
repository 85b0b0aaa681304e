package cloudwatch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/awscredential"
)

// The environment variables that set the credentials.
const (
	EnvAccessKeyID = "POOLHOUSE_LOGS_FORWARD_ACCESS_KEY_ID"
	EnvSecret      = "POOLHOUSE_LOGS_FORWARD_SECRET_ACCESS_KEY"
)

// Credentials returns where the credentials come from: the two variables of
// our own, else what the AWS SDK finds. getenv is os.Getenv.
func Credentials(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	provider, err := awscredential.Variables{AccessKeyID: EnvAccessKeyID, Secret: EnvSecret}.Provider(ctx, region, getenv)
	if err != nil {
		return nil, fmt.Errorf("looking for the credentials of logs-forward: %w", err)
	}
	return provider, nil
}
