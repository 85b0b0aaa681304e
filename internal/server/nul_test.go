package server

import (
	encodingjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/scratch"
)

// plausible has valid values for the members beside the one under test.
var plausible = map[string]any{
	"UserPoolId": "us-east-1_AbCdEfGhI", "JobId": "import-0123456789", "MaxResults": 1, "Username": "zoe", "ClientName": "c", "JobName": "j", "PoolName": "p",
	"ResourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEfGhI", "logGroupName": "/aws/cognito/userpools/us-east-1_AbCdEfGhI/",
	"logStreamName": "import-0123456789/", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/r", "UploadId": "import-0123456789", "FromLine": 1,
	"UserName": "ada", "RoleName": "r", "PolicyName": "p", "PolicyArn": "arn:aws:iam::000000000000:policy/p", "RoleArn": "arn:aws:iam::000000000000:role/r", "RoleSessionName": "session",
	"PolicyDocument": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, "AccessKeyId": "AKIATESTTESTTESTTEST", "VersionId": "v1", "Status": "Active",
	"AssumeRolePolicyDocument": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"cognito-idp.amazonaws.com"}}}`,
	"SetAsDefault":             true, "retentionInDays": 1, "Filter": `email = "x"`, "Password": "Passw0rd!", "ClientId": "0123456789abcdefghijklmnop",
}

// TestNULIsNoErrorOfTheServer: PostgreSQL does not accept a NUL in a text. A call with a NUL in
// any member is answered with an error of the API, or as if the text were missing. It is never
// answered with an internal error.
func TestNULIsNoErrorOfTheServer(t *testing.T) {
	postgres, err := scratch.StartPostgres(t.Context(), map[string]string{"fsync": "off"})
	if errors.Is(err, scratch.ErrNoPostgres) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg := settings(t.TempDir())
	cfg.Database = postgres.URL("postgres")
	environment := func(name string) string {
		if name == "POOLHOUSE_SEALING_KEY" {
			return strings.Repeat("A", 43) + "="
		}
		return rootInEnvironment(name)
	}
	s, err := Open(t.Context(), cfg, environment, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.close(), postgres.Close()); err != nil {
			t.Error(err)
		}
	})
	uploadURL(t, s)
	calls := 0
	for _, op := range slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), iamapi.Operations(), stsapi.Operations()) {
		if op.Input == nil || !op.Signed {
			continue
		}
		for _, member := range op.Input.Members {
			value := withNUL(member.Shape, member.Name)
			if value == nil {
				continue
			}
			calls++
			input := map[string]any{}
			for _, other := range op.Input.Members {
				if v, ok := plausible[other.Name]; ok && (other.Required || other.Name == "logGroupName" || other.Name == "logStreamName") {
					input[other.Name] = v
				}
			}
			input[member.Name] = value
			if status, text := callOf(t, op, input).answer(t, s, http.Header{"Content-Type": {mediaOf(op)}}); status >= 500 || strings.Contains(text, "Signature") {
				t.Errorf("%s with %s %q: %d %s", op.Action(), member.Name, value, status, text)
			}
		}
	}
	if calls < 300 {
		t.Errorf("only %d texts were tried", calls)
	}
}

// withNUL returns a value with a NUL for a member that is a text or contains one, nil for other
// members.
func withNUL(shape *apicore.Shape, name string) any {
	switch shape.Type {
	case apicore.String:
		text, ok := plausible[name].(string)
		switch {
		case name == "PaginationToken":
			return "us-east-1_AbCdEfGhI#import-1\x00#1"
		case name == "Filter":
			return "email = \"x\x00\""
		case ok:
			return text + "\x00"
		}
		return "x\x00"
	case apicore.List:
		if v := withNUL(shape.Element, ""); v != nil {
			return []any{v}
		}
	case apicore.Map:
		return map[string]any{"k\x00": "v\x00"}
	case apicore.Structure:
		all := map[string]any{}
		for _, m := range shape.Members {
			if m.Shape.Type == apicore.String && len(m.Shape.Enum) == 0 {
				all[m.Name] = "x\x00"
			}
		}
		switch {
		case all["Value"] != nil && all["Name"] != nil: // a user attribute
			all["Name"] = "given_name"
		case all["Value"] != nil && all["Key"] != nil: // a tag
			all["Key"] = "k"
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

func mediaOf(op apicore.OperationInfo) string {
	if isQuery(op) {
		return form
	}
	return json
}

func isQuery(op apicore.OperationInfo) bool {
	return op.API.Service == "iam" || op.API.Service == "sts"
}

// callOf returns the call of an operation.
func callOf(t *testing.T, op apicore.OperationInfo, input map[string]any) signedCall {
	t.Helper()
	if isQuery(op) {
		fields := url.Values{"Action": {op.Name}, "Version": {op.API.Version}}
		for name, value := range input {
			fields.Set(name, fmt.Sprint(value))
		}
		return signedCall{op.API.SignedFor, "", fields.Encode()}
	}
	body, err := encodingjson.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return signedCall{op.API.SignedFor, op.Target(), string(body)}
}
