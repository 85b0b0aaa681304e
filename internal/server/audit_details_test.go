package server

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/sigv4"
)

// TestWhoDidWhat: an event has the ids of the things that a call made or was about, and the sub
// of a user. With these ids each act can be traced to the act before it. No event has a name,
// an address or a secret.
func TestWhoDidWhat(t *testing.T) {
	s := listening(t, io.Discard)
	stop := runUntil(t, s)
	stopped := false
	defer func() {
		if !stopped {
			stop()
		}
	}()
	const file = "cognito:username,name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled\n" +
		"bob,,,,,,,,,,bob@example.com,true,,,,,,false,,,false\n"
	signer := sigv4.Signer{AccessKey: s.Root().AccessKeyID, Secret: s.Root().Secret, Region: "us-east-1"}
	call := func(service, target, body string) string {
		t.Helper()
		media := json
		if target == "" {
			media = form
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", media)
		if target != "" {
			r.Header.Set("X-Amz-Target", target)
		}
		by := signer
		by.Service = service
		by.Sign(r, []byte(body), time.Now())
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %d %s %v", target, body, answer.StatusCode, text, err)
		}
		return string(text)
	}
	find := func(text, pattern string) string {
		t.Helper()
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("%q has no %s", text, pattern)
		}
		return m[1]
	}
	const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com","AWS":"000000000000"},"Action":"sts:AssumeRole"}}`
	const grant = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:*","sts:AssumeRole"],"Resource":"*"}}`
	const version = "&Version=2010-05-08"
	pool := find(call("cognito-idp", pools+"CreateUserPool", `{"PoolName":"people","AutoVerifiedAttributes":["email"]}`), `"Id":"([^"]+)"`)
	sub := find(call("cognito-idp", pools+"AdminCreateUser", `{"UserPoolId":"`+pool+`","Username":"zoe","MessageAction":"SUPPRESS"}`), `"sub","Value":"([^"]+)"`)
	call("cognito-idp", pools+"AdminDisableUser", `{"UserPoolId":"`+pool+`","Username":"zoe"}`)
	call("cognito-idp", pools+"AdminDeleteUser", `{"UserPoolId":"`+pool+`","Username":"zoe"}`)
	client := find(call("cognito-idp", pools+"CreateUserPoolClient", `{"UserPoolId":"`+pool+`","ClientName":"web"}`), `"ClientId":"([^"]+)"`)
	call("iam", "", "Action=CreateUser&UserName=ada"+version)
	call("iam", "", "Action=PutUserPolicy&UserName=ada&PolicyName=mine&PolicyDocument="+escape(grant)+version)
	issued := call("iam", "", "Action=CreateAccessKey&UserName=ada"+version)
	key, secret := find(issued, `<AccessKeyId>([^<]+)<`), find(issued, `<SecretAccessKey>([^<]+)<`)
	policy := find(call("iam", "", "Action=CreatePolicy&PolicyName=p&PolicyDocument="+escape(grant)+version), `<Arn>([^<]+)<`)
	call("iam", "", "Action=AttachUserPolicy&UserName=ada&PolicyArn="+escape(policy)+version)
	role := find(call("iam", "", "Action=CreateRole&RoleName=logs&AssumeRolePolicyDocument="+escape(trust)+version), `<Arn>([^<]+)<`)
	call("iam", "", "Action=PutRolePolicy&RoleName=logs&PolicyName=logs&PolicyDocument="+escape(grant)+version)
	asRoot := signer
	signer.AccessKey, signer.Secret = key, secret
	session := find(call("sts", "", "Action=AssumeRole&RoleSessionName=work&RoleArn="+escape(role)+"&Version=2011-06-15"), `<AccessKeyId>([^<]+)<`)
	signer = asRoot
	call("iam", "", "Action=UpdateAccessKey&Status=Inactive&UserName=ada&AccessKeyId="+key+version)
	made := call("cognito-idp", pools+"CreateUserImportJob", `{"UserPoolId":"`+pool+`","JobName":"j","CloudWatchLogsRoleArn":"`+role+`"}`)
	job, url := find(made, `"JobId":"([^"]+)"`), strings.ReplaceAll(find(made, `"PreSignedUrl":"([^"]+)"`), `\u0026`, "&")
	for _, text := range []string{"first", file} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusOK {
			t.Fatal(answer.Status)
		}
	}
	call("cognito-idp", pools+"StartUserImportJob", `{"UserPoolId":"`+pool+`","JobId":"`+job+`"}`)
	eventually(t, "the end of the import", func() bool {
		j, err := s.store.Job(t.Context(), importKey(pool, job))
		if err != nil {
			t.Fatal(err)
		}
		return j.State.Ended()
	})
	stopped = true
	chains := eventsAtEnd(t, s, stop)
	digest := func(text string) string { return sha256Of(text) }
	want := fmt.Sprintf(`CreateUserPool pool=%[1]s
AdminCreateUser sub=%[2]s
AdminDisableUser sub=%[2]s
AdminDeleteUser sub=%[2]s
CreateUserPoolClient client=%[3]s
CreateUser
PutUserPolicy policy=mine
CreateAccessKey issued=%[4]s
CreatePolicy policy=p policy=%[5]s
AttachUserPolicy policy=%[5]s
CreateRole
PutRolePolicy policy=logs
AssumeRole session=work issued=%[6]s
UpdateAccessKey key=%[4]s
CreateUserImportJob job=%[7]s
PutUserImportFile job=%[7]s size=5 sha256=%[8]s
PutUserImportFile job=%[7]s size=%[10]d sha256=%[9]s replaced=%[8]s
StartUserImportJob job=%[7]s size=%[10]d sha256=%[9]s
`, pool, sub, client, key, policy, session, job, digest("first"), digest(file), len(file))
	var got bytes.Buffer
	reads := 0
	for _, e := range chains {
		if e.Operation == "ReadUserImportFile" { // the engine decides when it comes
			reads++
			etag := md5.Sum([]byte(file))
			if want := fmt.Sprintf("job=%s size=%d etag=%x sha256=%s", job, len(file), etag, digest(file)); e.Details != want || e.Principal != "arn:aws:iam::000000000000:root" {
				t.Errorf("the event of the read file is %+v, want %s", e, want)
			}
			continue
		}
		fmt.Fprintln(&got, strings.TrimSpace(e.Operation+" "+e.Details))
		if e.Operation == "PutUserImportFile" && (e.Address != "127.0.0.1" || !strings.Contains(e.UserAgent, "Go-http-client") || !strings.HasSuffix(e.Resource, ":userpool/"+pool)) {
			t.Errorf("the upload is %+v", e)
		}
	}
	if reads != 1 {
		t.Errorf("%d events name a read file", reads)
	}
	if got.String() != want {
		t.Errorf("the events are\n%swant\n%s", &got, want)
	}
}

// eventsAtEnd stops a server and returns its stored events, the oldest first.
func eventsAtEnd(t *testing.T, s *Server, stop func()) (events []audit.Event) {
	t.Helper()
	stop()
	again := mustOpen(t, s.cfg)
	newest, err := again.store.Audit().Events(t.Context(), audit.Query{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range newest {
		events = append([]audit.Event{e}, events...)
	}
	end(t, again)
	return events
}
