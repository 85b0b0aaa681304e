package upload

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The environment variables that set the bucket's credentials.
const (
	EnvS3AccessKeyID = "POOLHOUSE_S3_ACCESS_KEY_ID"
	EnvS3Secret      = "POOLHOUSE_S3_SECRET_ACCESS_KEY"
)

// S3Credentials returns where the bucket's credentials come from: the two
// variables of our own, else what the AWS SDK finds (environment, shared
// files, the machine's role). getenv is os.Getenv. Variables of our own,
// because AWS_ACCESS_KEY_ID may well be that of a user of this server.
func S3Credentials(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	id, secret := getenv(EnvS3AccessKeyID), getenv(EnvS3Secret)
	switch {
	case id != "" && secret != "":
		return credentials.NewStaticCredentialsProvider(id, secret, ""), nil
	case id != "" || secret != "":
		return nil, fmt.Errorf("%s and %s belong together; one of them is missing", EnvS3AccessKeyID, EnvS3Secret)
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, fmt.Errorf("looking for the bucket's credentials: %w", err)
	}
	return cfg.Credentials, nil
}
