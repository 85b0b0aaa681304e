package cloudwatch

import (
	"strings"
	"testing"
)

func TestParseLocation(t *testing.T) {
	for raw, want := range map[string]Location{
		"cloudwatch://eu-west-1":                                                 {Region: "eu-west-1"},
		"cloudwatch://us-gov-west-1/":                                            {Region: "us-gov-west-1"},
		"cloudwatch://eu-west-1?endpoint=https://logs.example.com":               {Region: "eu-west-1", Endpoint: "https://logs.example.com"},
		"cloudwatch://eu-west-1?endpoint=http%3A%2F%2F127.0.0.1%3A4566%2F":       {Region: "eu-west-1", Endpoint: "http://127.0.0.1:4566"},
		"cloudwatch://eu-west-1?endpoint=http://[::1]:4566":                      {Region: "eu-west-1", Endpoint: "http://[::1]:4566"},
		"CLOUDWATCH://eu-west-1?endpoint=https://vpce-1.logs.eu-west-1.vpce.aws": {Region: "eu-west-1", Endpoint: "https://vpce-1.logs.eu-west-1.vpce.aws"},
	} {
		l, err := ParseLocation(raw)
		if err != nil || l != want {
			t.Errorf("%s: %+v, %v", raw, l, err)
		}
		if again, err := ParseLocation(l.String()); err != nil || again != l {
			t.Errorf("%s: %s is %+v, %v", raw, l, again, err)
		}
	}
}

func TestLocationRefusals(t *testing.T) {
	for raw, says := range map[string]string{
		"":                                   "not a URL such as cloudwatch://eu-west-1",
		"eu-west-1":                          "not a URL",
		"s3://eu-west-1":                     "not a URL",
		"cloudwatch:eu-west-1":               "not a URL",
		"cloudwatch://password@eu:%zz":       "not a URL",
		"cloudwatch://id:password@eu-west-1": "leave them out",
		"cloudwatch://":                      `"" in the place of a region`,
		"cloudwatch://logs.example.com":      "in the place of a region",
		"cloudwatch://eu-west-1:443":         "in the place of a region",
		"cloudwatch://eu-west-1/prefix":      "has a path",
		"cloudwatch://eu-west-1#password":    "has a path or a #",
		"cloudwatch://eu-west-1?%zz":         "not endpoint=",
		"cloudwatch://eu-west-1?region=x":    `setting "region"`,
		"cloudwatch://eu-west-1?endpoint=https://a&endpoint=https://b": "twice",
		"cloudwatch://eu-west-1?endpoint=":                             "https://logs.example.com",
		"cloudwatch://eu-west-1?endpoint=logs.example.com":             "https://logs.example.com",
		"cloudwatch://eu-west-1?endpoint=ftp://a":                      "https://logs.example.com",
		"cloudwatch://eu-west-1?endpoint=https://":                     "https://logs.example.com",
		"cloudwatch://eu-west-1?endpoint=https://id:password@a":        "nothing else",
		"cloudwatch://eu-west-1?endpoint=https://a/password":           "nothing else",
		"cloudwatch://eu-west-1?endpoint=https://a?x=password":         "nothing else",
	} {
		l, err := ParseLocation(raw)
		if err == nil || l != (Location{}) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "password") {
			t.Errorf("%s: %+v, %v; want %s", raw, l, err, says)
		}
	}
}

func FuzzParseLocation(f *testing.F) {
	f.Add("cloudwatch://eu-west-1?endpoint=https://logs.example.com:1")
	f.Fuzz(func(t *testing.T, raw string) {
		l, err := ParseLocation(raw)
		if err != nil {
			return
		}
		if again, err := ParseLocation(l.String()); err != nil || again != l {
			t.Errorf("%q is %+v, written %s, read %+v, %v", raw, l, l, again, err)
		}
	})
}

func TestCredentials(t *testing.T) {
	set := map[string]string{EnvAccessKeyID: "id", EnvSecret: "secret"}
	p, err := Credentials(t.Context(), "eu-west-1", func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c, err := p.Retrieve(t.Context()); err != nil || c.AccessKeyID != "id" || c.SecretAccessKey != "secret" {
		t.Errorf("%s, %v", c.AccessKeyID, err)
	}
	delete(set, EnvSecret)
	if _, err := Credentials(t.Context(), "eu-west-1", func(name string) string { return set[name] }); err == nil || !strings.Contains(err.Error(), EnvSecret) {
		t.Errorf("half of them: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "of the environment")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	p, err = Credentials(t.Context(), "eu-west-1", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	if c, err := p.Retrieve(t.Context()); err != nil || c.AccessKeyID != "of the environment" {
		t.Errorf("%s, %v", c.AccessKeyID, err)
	}
}
