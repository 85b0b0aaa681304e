package bench

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
)

// The role of the import jobs. Cognito may assume it and write the log.
const (
	roleName   = "bench"
	roleARN    = "arn:aws:iam::000000000000:role/" + roleName
	roleTrust  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	rolePolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}`
)

// makeRole creates the role of the import jobs. It ignores the server's answer: the role may
// exist already, and other builds may not support roles. CreateUserImportJob fails if the
// role is missing.
func (c *client) makeRole(ctx context.Context) error {
	_, _, err := c.callIAM(ctx, url.Values{"Action": {"CreateRole"}, "RoleName": {roleName}, "AssumeRolePolicyDocument": {roleTrust}})
	if err != nil {
		return err
	}
	_, _, err = c.callIAM(ctx, url.Values{"Action": {"PutRolePolicy"}, "RoleName": {roleName}, "PolicyName": {"logs"}, "PolicyDocument": {rolePolicy}})
	return err
}

// The user who may describe import jobs.
const (
	userName   = "bench"
	userPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"arn:aws:cognito-idp:us-east-1:000000000000:userpool/*",
		"Action":["cognito-idp:DescribeUserImportJob","cognito-idp:ListUserImportJobs"]}}`
)

// newUser creates a user and returns the signer of the user's calls.
func (c *client) newUser(ctx context.Context) (s sigv4.Signer, err error) {
	var made struct {
		Key struct{ AccessKeyId, SecretAccessKey string } `xml:"CreateAccessKeyResult>AccessKey"`
	}
	for _, form := range []url.Values{
		{"Action": {"CreateUser"}, "UserName": {userName}},
		{"Action": {"PutUserPolicy"}, "UserName": {userName}, "PolicyName": {"jobs"}, "PolicyDocument": {userPolicy}},
		{"Action": {"CreateAccessKey"}, "UserName": {userName}},
	} {
		status, answer, err := c.callIAM(ctx, form)
		if err == nil && status != http.StatusOK {
			err = refusal{form.Get("Action"), status, string(answer)}
		}
		if err == nil {
			err = xml.Unmarshal(answer, &made)
		}
		if err != nil {
			return s, err
		}
	}
	s = c.signer
	s.AccessKey, s.Secret = made.Key.AccessKeyId, made.Key.SecretAccessKey
	return s, nil
}

// callIAM calls an operation of IAM.
func (c *client) callIAM(ctx context.Context, form url.Values) (status int, answer []byte, err error) {
	form.Set("Version", "2010-05-08")
	body := form.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/", strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	signer := c.signer
	signer.Service = "iam"
	signer.Sign(r, []byte(body), time.Now())
	response, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}
