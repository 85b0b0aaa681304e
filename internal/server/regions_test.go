package server

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"poolhouse/internal/config"
	"poolhouse/internal/datadir"
	"poolhouse/internal/regions"
	"poolhouse/internal/userpool"
)

// TestRegions: a server of several regions accepts calls that are signed for any of
// them. A pool stays in the region in which it was created. A call for another region
// is answered with the list of served regions. IAM is the same in all regions.
func TestRegions(t *testing.T) {
	for list, others := range map[regions.List]string{
		"us-west-2,eu-west-1": "this server's regions are 'us-west-2', 'eu-west-1'.",
		regions.Any:           "this server's regions are all whose names are like 'us-east-1'.",
	} {
		s := listeningFor(t, list, io.Discard)
		run(t, s)
		call := func(region, service, target, body string) (int, string) {
			media := json
			if target == "" {
				media = form
			}
			return signedCall{service, target, body}.answerFor(t, s, region, http.Header{"Content-Type": {media}})
		}
		does := func(region, service, target, body, want string) {
			t.Helper()
			if status, got := call(region, service, target, body); status != http.StatusOK || !strings.Contains(got, want) {
				t.Errorf("%s: %s %s %s: %d %s, want %s", list, region, target, body, status, got, want)
			}
		}
		refuses := func(region, service, target, body, want string) {
			t.Helper()
			if status, got := call(region, service, target, body); status == http.StatusOK || !strings.Contains(got, want) {
				t.Errorf("%s: %s %s %s: %d %s, want %s", list, region, target, body, status, got, want)
			}
		}
		_, made := call("eu-west-1", "cognito-idp", pools+"CreateUserPool", `{"PoolName":"p","AutoVerifiedAttributes":["email"]}`)
		pool := regexp.MustCompile(`eu-west-1_\w+`).FindString(made)
		named := fmt.Sprintf(`{"UserPoolId":%q}`, pool)
		does("eu-west-1", "cognito-idp", pools+"DescribeUserPool", named, "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/"+pool)
		refuses("us-west-2", "cognito-idp", pools+"DescribeUserPool", named, "User pool "+pool+" does not exist.")
		does("us-west-2", "cognito-idp", pools+"ListUserPools", `{"MaxResults":9}`, `"UserPools":[]`)
		elsewhere := "eu-central-1"
		if list == regions.Any {
			does(elsewhere, "cognito-idp", pools+"ListUserPools", `{"MaxResults":9}`, `"UserPools":[]`)
			elsewhere = "Europe"
		}
		refuses(elsewhere, "cognito-idp", pools+"ListUserPools", `{"MaxResults":9}`, "not '"+elsewhere+"': "+others)
		does("eu-west-1", "iam", "", "Action=CreateUser&Version=2010-05-08&UserName=ada", "arn:aws:iam::000000000000:user/ada")
		for _, region := range []string{"us-west-2", "us-east-1"} {
			does(region, "iam", "", "Action=GetUser&Version=2010-05-08&UserName=ada", "arn:aws:iam::000000000000:user/ada")
			does(region, "sts", "", "Action=GetCallerIdentity&Version=2011-06-15", "arn:aws:iam::000000000000:root")
		}
		theRole(does)
		job := `{"UserPoolId":"` + pool + `","JobName":"j","CloudWatchLogsRoleArn":"arn:aws:iam::000000000000:role/log"}`
		_, created := call("eu-west-1", "cognito-idp", pools+"CreateUserImportJob", job)
		uploads(t, created)
	}
}

// theRole makes a role that may write the log of imports into eu-west-1.
func theRole(does func(region, service, target, body, want string)) {
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole",` +
		`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cognito-idp:eu-west-1:000000000000:userpool/*"}}}}`
	may := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:eu-west-1:000000000000:*",` +
		`"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}}`
	does("us-east-1", "iam", "", "Action=CreateRole&Version=2010-05-08&RoleName=log&AssumeRolePolicyDocument="+url.QueryEscape(trust), "role/log")
	does("us-east-1", "iam", "", "Action=PutRolePolicy&Version=2010-05-08&RoleName=log&PolicyName=p&PolicyDocument="+url.QueryEscape(may), "PutRolePolicyResponse")
}

// uploads sends a file to the URL in the answer. The URL is signed for the pool's
// region.
func uploads(t *testing.T, created string) {
	t.Helper()
	address := strings.ReplaceAll(regexp.MustCompile(`http://127[^"]*`).FindString(created), `\u0026`, "&")
	if !strings.Contains(address, "eu-west-1%2Fs3") {
		t.Fatalf("the URL is not for the pool's region: %s", created)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("x-amz-server-side-encryption", "aws:kms")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the upload is answered %s", answer.Status)
	}
}

// TestRegionsAreAgreedIn: servers that share a database must serve the same regions,
// and clients get the first as the default.
func TestRegionsAreAgreedIn(t *testing.T) {
	for list, want := range map[regions.List]string{"us-east-1": "us-east-1", "us-west-2, us-east-1": "us-west-2,us-east-1", regions.Any: "any"} {
		s := &Server{cfg: config.Config{Regions: list}, getenv: noEnvironment}
		found := false
		for _, setting := range s.member(config.Credentials{}).Settings {
			found = found || setting.Name == "--region" && setting.Value == want
		}
		if !found {
			t.Errorf("servers need not agree in %q", list)
		}
	}
	s := listeningFor(t, "ap-south-1,us-east-1", io.Discard)
	run(t, s)
	if e, err := datadir.Find(s.cfg.Data); err != nil || e.Region != "ap-south-1" {
		t.Errorf("clients are told %+v, %v", e, err)
	}
}

// TestTagsOfAnotherRegion: policies do not see the tags of a pool in another region
// than the call's.
func TestTagsOfAnotherRegion(t *testing.T) {
	s := opened(t)
	const id = "us-east-1_AbCdEfGhI"
	if err := s.store.CreatePool(t.Context(), &userpool.UserPool{ID: id, Tags: userpool.Tags{"team": "red"}}, 10); err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]int{"us-east-1": 1, "us-west-2": 0} {
		if tags, err := s.poolTags(t.Context(), region, id); err != nil || len(tags) != want {
			t.Errorf("%s: %v, %v", region, tags, err)
		}
	}
}
