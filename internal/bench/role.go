package bench

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The role of the import jobs: Cognito may assume it and write its log.
const (
	roleName   = "bench"
	roleARN    = "arn:aws:iam::000000000000:role/" + roleName
	roleTrust  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	rolePolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}`
)

// makeRole makes the role of the import jobs. What the server answers does not
// matter: the role may be there already, and other builds may know of none;
// CreateUserImportJob tells when it is missing.
func (c *client) makeRole(ctx context.Context) error {
	err := c.callIAM(ctx, url.Values{"Action": {"CreateRole"}, "RoleName": {roleName}, "AssumeRolePolicyDocument": {roleTrust}})
	if err != nil {
		return err
	}
	return c.callIAM(ctx, url.Values{"Action": {"PutRolePolicy"}, "RoleName": {roleName}, "PolicyName": {"logs"}, "PolicyDocument": {rolePolicy}})
}

// callIAM calls an operation of IAM and leaves the answer unread.
func (c *client) callIAM(ctx context.Context, form url.Values) error {
	form.Set("Version", "2010-05-08")
	body := form.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/", strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	signer := c.signer
	signer.Service = "iam"
	signer.Sign(r, []byte(body), time.Now())
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
