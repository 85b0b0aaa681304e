package upload

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"poolhouse/internal/sigv4"
)

// S3 stores uploaded files in a bucket, one object a job: [PREFIX/]ACCOUNT/POOL/JOB. Clients upload
// to the bucket itself, so a job's file may be replaced while its URL is valid. Several processes
// may share a bucket.
type S3 struct {
	// Dir is a directory for temporary files of the server; "" is the system's. They are removed
	// even after a crash.
	Dir string

	client      *s3.Client
	credentials aws.CredentialsProvider
	location    S3Location
	account     string
	bucketURL   url.URL // without a slash at the end

	rangeBytes int64         // largest range of one GET
	idle       time.Duration // how long a GET may bring nothing
	pause      time.Duration // before the first retry of a GET; it doubles
	strayAge   time.Duration // see [S3.RemoveStrays]
}

const (
	// callLimit bounds the time of a call other than a GET, including the SDK's retries.
	callLimit = time.Minute
	// dialLimit, headerLimit and idleLimit bound the time until the server accepts a connection,
	// begins its answer, and sends the next bytes.
	dialLimit   = 10 * time.Second
	headerLimit = 30 * time.Second
	idleLimit   = 30 * time.Second
	// maxURL is the longest PreSignedUrl that the API's model allows.
	maxURL = 2048
)

// OpenS3 returns the store of the bucket at the location, for the jobs of the account. It gets
// credentials once, so that missing ones are reported here. It does not call the bucket: see
// [S3.Check].
func OpenS3(ctx context.Context, location S3Location, provider aws.CredentialsProvider, account string) (*S3, error) {
	if err := checkParts(account); err != nil {
		return nil, err
	}
	provider = aws.NewCredentialsCache(provider)
	if _, err := provider.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("upload: there are no credentials for %s: %w", location, err)
	}
	bucketURL, err := location.bucketURL(ctx)
	if err != nil {
		return nil, err
	}
	client := s3.New(s3.Options{
		Region: location.Region, BaseEndpoint: location.baseEndpoint(), UsePathStyle: location.PathStyle,
		Credentials: provider, HTTPClient: httpClient(),
		// Not every S3 server supports the newer checksums.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})
	return &S3{
		client: client, credentials: provider, location: location, account: account, bucketURL: bucketURL,
		rangeBytes: 8 << 20, idle: idleLimit, pause: 200 * time.Millisecond, strayAge: strayAge,
	}, nil
}

func httpClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialLimit }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = dialLimit, headerLimit
		})
}

func (l S3Location) baseEndpoint() *string {
	if l.Endpoint == "" {
		return nil
	}
	return aws.String(l.Endpoint)
}

// bucketURL asks the SDK for the bucket's URL, so that pre-signed URLs and the SDK's own calls go
// to the same place in every region and style.
func (l S3Location) bucketURL(ctx context.Context) (url.URL, error) {
	endpoint, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, s3.EndpointParameters{
		Bucket: &l.Bucket, Region: &l.Region, Endpoint: l.baseEndpoint(), ForcePathStyle: &l.PathStyle,
	})
	if err != nil {
		return url.URL{}, fmt.Errorf("upload: %s cannot be used: %w", l, err)
	}
	endpoint.URI.Path = strings.TrimSuffix(endpoint.URI.Path, "/")
	return endpoint.URI, nil
}

// Check returns an error, with the reason, if the bucket cannot be reached or listed with the
// credentials.
func (s *S3) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	// Not HeadBucket: the answer to a HEAD has no body with the reason of a failure.
	_, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &s.location.Bucket, Prefix: aws.String(s.account + "/"), MaxKeys: aws.Int32(1),
	})
	if err == nil {
		return nil
	}
	reason := "it cannot be used"
	switch code := codeOf(err); {
	case statusOf(err) == 0:
		reason = "it cannot be reached"
	case code == "NoSuchBucket":
		reason = "there is no such bucket"
	case code == "InvalidAccessKeyId", code == "SignatureDoesNotMatch", code == "InvalidToken", code == "ExpiredToken":
		reason = "the credentials are wrong"
	case code == "AccessDenied":
		reason = "the credentials do not allow s3:ListBucket"
	case code == "PermanentRedirect", code == "AuthorizationHeaderMalformed":
		reason = "it is in another region"
	}
	return fmt.Errorf("upload: the bucket %s: %s: %w", s.location, reason, err)
}

// Origin returns the origin of the URLs.
func (s *S3) Origin() string { return originOf(s.bucketURL) }

// URL returns the URL to which the job's file may be PUT until [Life] after now. With temporary
// credentials, it expires no later than they do. It returns an error if the URL would be longer
// than the API allows.
func (s *S3) URL(poolID, jobID string, now time.Time) (string, error) {
	key, err := s.objectKey(poolID, jobID)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	c, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("upload: there are no credentials for %s: %w", s.location, err)
	}
	signer := sigv4.Signer{AccessKey: c.AccessKeyID, Secret: c.SecretAccessKey, SessionToken: c.SessionToken, Region: s.location.Region, Service: "s3"}
	u := s.bucketURL
	u.Path += "/" + key
	signed := signer.Presign(http.MethodPut, &u, map[string]string{encryption: encryptionValue}, now, Life)
	if len(signed) > maxURL {
		return "", fmt.Errorf("upload: the pre-signed URL has %d characters, but %d are allowed; use a shorter prefix, or credentials without a session token (this one has %d characters)",
			len(signed), maxURL, len(c.SessionToken))
	}
	return signed, nil
}
