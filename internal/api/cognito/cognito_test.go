package cognitoapi

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
)

func operations() []apicore.OperationInfo {
	return append(Operations(), poolhouseapi.Operations()...)
}

func TestOperations(t *testing.T) {
	if got := len(Operations()); got != 140 {
		t.Errorf("Cognito has %d operations, want 140", got)
	}
	targets := map[string]bool{}
	unsigned := 0
	for _, op := range operations() {
		if targets[op.Target()] {
			t.Errorf("%s is there twice", op.Target())
		}
		targets[op.Target()] = true
		if !op.Signed {
			unsigned++
		}
		if op.Input == nil || op.Input.Type != apicore.Structure || len(op.Errors) == 0 {
			t.Errorf("%s has no input or no errors", op.Name)
		}
		if !op.Names("InvalidParameterException") {
			t.Errorf("%s cannot tell of a broken constraint", op.Name)
		}
	}
	if unsigned != 34 {
		t.Errorf("%d operations need no signature, want 34", unsigned)
	}
	if !targets["AWSCognitoIdentityProviderService.CreateUserImportJob"] || !targets["Poolhouse.GetUserImportJobLog"] {
		t.Error("the targets have other prefixes")
	}
	if DeleteUserPool.Output != nil || AdminEnableUser.Output == nil {
		t.Error("which operations answer a structure is wrong")
	}
}

// TestAnswersAreDescribed: with the tables alone, a command line can show answers and read
// lists page by page.
func TestAnswersAreDescribed(t *testing.T) {
	member := func(s *apicore.Shape, path ...string) *apicore.Shape {
		t.Helper()
		for _, name := range path {
			i := slices.IndexFunc(s.Members, func(m apicore.Member) bool { return m.Name == name })
			if i < 0 {
				t.Fatalf("an answer has no %s", name)
			}
			s = s.Members[i].Shape
		}
		return s
	}
	status := member(DescribeUserImportJob.Output, "UserImportJob", "Status")
	if !slices.Contains(status.Enum, "InProgress") {
		t.Errorf("the status of a job is one of %v", status.Enum)
	}
	paged := 0
	for _, op := range operations() {
		if op.Pages == nil {
			continue
		}
		paged++
		if member(op.Input, op.Pages.Token).Type != apicore.String || member(op.Output, op.Pages.Token).Type != apicore.String {
			t.Errorf("%s has no token %s", op.Name, op.Pages.Token)
		}
		for _, result := range op.Pages.Results {
			if member(op.Output, result).Type != apicore.List {
				t.Errorf("%s is continued in %s, which is no list", op.Name, result)
			}
		}
		if op.Pages.Limit != "" && member(op.Input, op.Pages.Limit).Type != apicore.Integer {
			t.Errorf("%s limits its pages by %s, which is no number", op.Name, op.Pages.Limit)
		}
	}
	if paged != 25 {
		t.Errorf("%d operations have pages, want 25", paged)
	}
	if p := ListUserPools.Pages; p == nil || p.Token != "NextToken" || p.Limit != "MaxResults" || !slices.Equal(p.Results, []string{"UserPools"}) {
		t.Errorf("the pages of ListUserPools are %+v", p)
	}
}

// shapes calls do once for every shape of every input.
func shapes(do func(name string, s *apicore.Shape)) {
	seen := map[*apicore.Shape]bool{}
	var walk func(name string, s *apicore.Shape)
	walk = func(name string, s *apicore.Shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		do(name, s)
		walk(name+" key", s.Key)
		walk(name+" element", s.Element)
		for _, m := range s.Members {
			walk(m.Name, m.Shape)
		}
	}
	for _, op := range operations() {
		walk(op.Name, op.Input)
	}
}

// TestPatterns compiles every pattern. A server compiles a pattern only when it first needs it.
func TestPatterns(t *testing.T) {
	patterns := 0
	shapes(func(name string, s *apicore.Shape) {
		if s.Pattern == nil {
			return
		}
		patterns++
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("%s: %v", name, v)
			}
		}()
		s.Pattern.Match("x")
	})
	if patterns < 50 {
		t.Errorf("%d patterns were found", patterns)
	}
}

func TestPatternsMatchWhatTheModelMeans(t *testing.T) {
	cases := []struct {
		shape   *apicore.Shape
		good    []string
		refused []string
	}{
		{&shapeUserPoolIdType, []string{"us-east-1_AbC123"}, []string{"us-east-1", "us-east-1_a b", "us-east-1_a\n"}},
		{&shapeUserImportJobIdType, []string{"import-qQ0DCt2fRh"}, []string{"import-", "Import-a", "import-a_b"}},
		{&shapeUserImportJobNameType, []string{"my job_1, again"}, []string{"my/job", ""}},
		{&shapeSmsVerificationMessageType, []string{"code {####}."}, []string{"code", "{####}\n{####}"}},
		{&shapeUsernameType, []string{"jane@example.com", "日本", "é́"}, []string{"a b", "a\tb"}},
		{&shapeTokenModelType, []string{"ey.J_-="}, []string{"a b", "a+b"}},
	}
	for _, c := range cases {
		for _, text := range c.good {
			if !c.shape.Pattern.Match(text) {
				t.Errorf("%s refuses %q", c.shape.Pattern.Source, text)
			}
		}
		for _, text := range c.refused {
			if c.shape.Pattern.Match(text) {
				t.Errorf("%s accepts %q", c.shape.Pattern.Source, text)
			}
		}
	}
}

// TestConstraints compares the refusals of whole requests with the words of the service.
func TestConstraints(t *testing.T) {
	cases := []struct {
		op   apicore.OperationInfo
		body string
		want string
	}{
		{DescribeUserImportJob.OperationInfo, `{"UserPoolId":"x","JobId":"import-a"}`,
			`1 validation error detected: Value 'x' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{ListUserImportJobs.OperationInfo, `{"UserPoolId":"us-east-1_a","MaxResults":61}`,
			`1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60`},
		{ListUserImportJobs.OperationInfo, `{"UserPoolId":"us-east-1_a"}`,
			`1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must not be null`},
		{CreateUserImportJob.OperationInfo, `{"JobName":"j","UserPoolId":"us-east-1_a","CloudWatchLogsRoleArn":"arn:aws:iam::123456789012:role/r","PasswordHashingAlgorithm":"MD5"}`,
			`1 validation error detected: Value 'MD5' at 'passwordHashingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256]`},
		{AdminGetUser.OperationInfo, `{"UserPoolId":"us-east-1_a","Username":""}`,
			`2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; ` +
				`Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{CreateUserPool.OperationInfo, `{"PoolName":"p","Schema":[{"Name":"phone_number_verified"}]}`,
			`1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 20`},
		{poolhouseapi.GetUserImportJobLog.OperationInfo, `{"UserPoolId":"us-east-1_a","JobId":"import-a","Limit":10001,"Verdicts":["LOST"]}`,
			`2 validation errors detected: Value '[LOST]' at 'verdicts' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SUCCEEDED, SKIPPED, FAILED]]; ` +
				`Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000`},
	}
	for _, c := range cases {
		d := json.NewDecoder(strings.NewReader(c.body))
		d.UseNumber()
		var value any
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		_, err := apicore.Check(c.op.Input, value)
		if e, ok := errors.AsType[*apicore.Refusal](err); !ok || e.Message != c.want {
			t.Errorf("%s %s:\n got %v\nwant %s", c.op.Name, c.body, err, c.want)
		}
	}
}

// TestAnswers: answers leave out absent members but not counts of zero, and times have
// milliseconds.
func TestAnswers(t *testing.T) {
	none, enabled := int64(0), true
	cases := []struct {
		answer any
		want   string
	}{
		{AdminEnableUserResponse{}, `{}`},
		{CreateUserImportJobResponse{UserImportJob: &UserImportJobType{
			JobId: "import-a", Status: UserImportJobStatusTypeCreated, ImportedUsers: &none,
			CreationDate: apicore.Time{Time: time.UnixMilli(1470957431965)},
		}}, `{"UserImportJob":{"CreationDate":1470957431.965,"ImportedUsers":0,"JobId":"import-a","Status":"Created"}}`},
		{ListUserImportJobsResponse{UserImportJobs: []UserImportJobType{}}, `{"UserImportJobs":[]}`},
		{ListUserImportJobsResponse{}, `{}`},
		{AdminGetUserResponse{Username: "jane", Enabled: &enabled, UserStatus: UserStatusTypeResetRequired},
			`{"Enabled":true,"UserStatus":"RESET_REQUIRED","Username":"jane"}`},
	}
	for _, c := range cases {
		data, err := json.Marshal(c.answer)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			t.Fatal(err)
		}
		// Sorted, because the order of members is the model's.
		if got, _ := json.Marshal(object); string(got) != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
