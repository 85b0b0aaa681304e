package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
)

const (
	region      = "us-east-1"
	contentType = "application/x-amz-json-1.1"
	targets     = "AWSCognitoIdentityProviderService."
)

// callLimit bounds a call or an upload. It is longer than any call that is worth measuring.
const callLimit = 10 * time.Minute

// client calls a server as its root.
type client struct {
	url    string
	signer sigv4.Signer
	http   *http.Client
}

func newClient(secret string) *client {
	return &client{
		signer: sigv4.Signer{AccessKey: "PHIABENCH", Secret: secret, Region: region, Service: "cognito-idp"},
		http: &http.Client{
			Transport: &http.Transport{Proxy: nil, DisableCompression: true}, Timeout: callLimit,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// request returns a signed request for an operation. The operations of Cognito have a plain
// name, those of other services their target, such as Logs_20140328.GetLogEvents.
func (c *client) request(ctx context.Context, operation string, in any) (*http.Request, []byte, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/", bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Content-Type", contentType)
	if !strings.Contains(operation, ".") { // of Cognito
		operation = targets + operation
	}
	r.Header.Set("X-Amz-Target", operation)
	c.signer.Sign(r, body, time.Now())
	return r, body, nil
}

// call calls an operation. out is nil for an operation without output.
func (c *client) call(ctx context.Context, operation string, in, out any) error {
	r, _, err := c.request(ctx, operation, in)
	if err != nil {
		return err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return understand(operation, response.StatusCode, answer, out)
}

// understand reads an answer.
func understand(operation string, status int, answer []byte, out any) error {
	if status != http.StatusOK {
		return refusal{operation, status, string(answer)}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// refusal is an answer other than success.
type refusal struct {
	operation string
	status    int
	answer    string
}

func (r refusal) Error() string {
	return fmt.Sprintf("%s answered %d: %s", r.operation, r.status, r.answer)
}

// put uploads a file.
func (c *client) put(ctx context.Context, url string, f file) error {
	from, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer from.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, url, from)
	if err != nil {
		return err
	}
	r.ContentLength = f.size
	r.Header.Set("x-amz-server-side-encryption", "aws:kms")
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = refusal{"the upload", response.StatusCode, string(answer)}
	}
	return err
}

// newPool creates a pool that the file can be imported into.
func (c *client) newPool(ctx context.Context) (string, error) {
	type attribute struct{ Name, AttributeDataType string }
	var custom []attribute
	for _, name := range customAttributes {
		custom = append(custom, attribute{name, "String"})
	}
	var made struct{ UserPool struct{ Id string } }
	err := c.call(ctx, "CreateUserPool", map[string]any{"PoolName": "bench", "AutoVerifiedAttributes": []string{"email"}, "Schema": custom}, &made)
	if err != nil {
		return "", err
	}
	var columns struct{ CSVHeader []string }
	err = c.call(ctx, "GetCSVHeader", map[string]any{"UserPoolId": made.UserPool.Id}, &columns)
	if err == nil && !slices.Equal(columns.CSVHeader, append(strings.Split(header, ","), "password_hash")) {
		err = fmt.Errorf("the columns of the pool differ from those of the file: %v", columns.CSVHeader)
	}
	return made.UserPool.Id, err
}
