package awsarn

import "testing"

func TestBuild(t *testing.T) {
	const account = "123456789012"
	group := LogGroup("eu-west-1", account, "/aws/cognito/userpools/x")
	for got, want := range map[string]string{
		UserPool("eu-west-1", account, "eu-west-1_AbCdEfGhI"): "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI",
		group:                                    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cognito/userpools/x",
		LogStream(group, "job"):                  "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cognito/userpools/x:log-stream:job",
		Entity(account, "role", "/a/b/", "name"): "arn:aws:iam::123456789012:role/a/b/name",
		Root(account):                            "arn:aws:iam::123456789012:root",
		AssumedRole(account, "name", "session"):  "arn:aws:sts::123456789012:assumed-role/name/session",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if a, ok := Parse(got); !ok || a.String() != want {
			t.Errorf("%s is read as %+v, %v", got, a, ok)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		text             string
		want             ARN
		kind, path, name string
	}{
		{"arn:aws:iam::1:user/ada", ARN{"aws", "iam", "", "1", "user/ada"}, "user", "/", "ada"},
		{"arn:aws:iam::1:role/a/b/n", ARN{"aws", "iam", "", "1", "role/a/b/n"}, "role", "/a/b/", "n"},
		{"arn:aws:iam::1:root", ARN{"aws", "iam", "", "1", "root"}, "root", "", ""},
		{"arn:aws:iam::1:role/", ARN{"aws", "iam", "", "1", "role/"}, "role", "/", ""},
		{"arn:aws-cn:logs:r:1:log-group:g:*", ARN{"aws-cn", "logs", "r", "1", "log-group:g:*"}, "log-group:g:*", "", ""},
		{"arn:::::", ARN{}, "", "", ""},
	}
	for _, tt := range tests {
		got, ok := Parse(tt.text)
		if !ok || got != tt.want {
			t.Errorf("%s: %+v, %v; want %+v", tt.text, got, ok, tt.want)
		}
		kind, path, name := got.Entity()
		if kind != tt.kind || path != tt.path || name != tt.name || got.Kind() != kind || got.Name() != name {
			t.Errorf("%s: %q, %q, %q; want %q, %q, %q", tt.text, kind, path, name, tt.kind, tt.path, tt.name)
		}
	}
	for _, text := range []string{"", "*", "arn", "arn:aws:iam::1", "urn:aws:iam::1:user/ada", "ARN:aws:iam::1:user/ada", "xarn:aws:iam::1:user/ada"} {
		if got, ok := Parse(text); ok {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

// FuzzParse: an ARN that is parsed and written again is the same text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"arn:aws:iam::1:role/a/b/n", "arn:::::", "arn:a:b:c:d:e:f", "*", "arn:aws:iam::1:root"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, ok := Parse(text)
		if !ok {
			return
		}
		if a.String() != text {
			t.Errorf("%q is written %q", text, a.String())
		}
		if kind, path, name := a.Entity(); kind+path+name != a.Resource {
			t.Errorf("%q: the resource is cut into %q, %q and %q", text, kind, path, name)
		}
	})
}

func TestMoved(t *testing.T) {
	for text, want := range map[string]string{
		"arn:aws:iam::1:role/x":        "arn:aws:iam::2:role/x",
		"arn:aws:logs:r:1:log-group:1": "arn:aws:logs:r:2:log-group:1",
		"arn:aws:iam::3:role/1":        "arn:aws:iam::3:role/1",
		"arn:aws:iam:1:3:role/x":       "arn:aws:iam:1:3:role/x",
		"arn:aws:iam::1":               "arn:aws:iam::1",
		"see arn:aws:iam::1:role/x":    "see arn:aws:iam::1:role/x",
		"1":                            "1",
		"":                             "",
	} {
		if got := WithAccount(text, "1", "2"); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}
