package upload

import (
	"strings"
	"testing"
)

func TestParseS3Location(t *testing.T) {
	cases := []struct {
		raw  string
		want S3Location
	}{
		{"s3://people", S3Location{Bucket: "people", Region: "us-east-1"}},
		{"s3://people/", S3Location{Bucket: "people", Region: "us-east-1"}},
		{"s3://people/a/b_c.d-e/?region=eu-west-1", S3Location{Bucket: "people", Prefix: "a/b_c.d-e", Region: "eu-west-1"}},
		{"s3://people?path-style=true", S3Location{Bucket: "people", Region: "us-east-1", PathStyle: true}},
		{"s3://people?endpoint=https://s3.example.com", S3Location{Bucket: "people", Endpoint: "https://s3.example.com", Region: "us-east-1", PathStyle: true}},
		{"s3://people?endpoint=HTTPS://S3.Example.Com:443/&path-style=false", S3Location{Bucket: "people", Endpoint: "https://s3.example.com", Region: "us-east-1"}},
		{"s3://people?endpoint=http://127.0.0.1:09000/a/", S3Location{Bucket: "people", Endpoint: "http://127.0.0.1:9000/a", Region: "us-east-1", PathStyle: true}},
		{"s3://people?endpoint=http%3A%2F%2F%5B%3A%3A1%5D%3A80", S3Location{Bucket: "people", Endpoint: "http://[::1]", Region: "us-east-1", PathStyle: true}},
		{"s3://people?endpoint=http://[::1]:9000", S3Location{Bucket: "people", Endpoint: "http://[::1]:9000", Region: "us-east-1", PathStyle: true}},
	}
	for _, c := range cases {
		got, err := ParseS3Location(c.raw)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.raw, got, err, c.want)
		}
	}
}

func TestS3LocationString(t *testing.T) {
	for raw, want := range map[string]string{
		"s3://people/": "s3://people?path-style=false&region=us-east-1",
		"s3://people/a?endpoint=https://s3.example.com:443/": "s3://people/a?endpoint=https%3A%2F%2Fs3.example.com&path-style=true&region=us-east-1",
	} {
		if l, err := ParseS3Location(raw); err != nil || l.String() != want {
			t.Errorf("%s: %s, %v; want %s", raw, l, err, want)
		}
	}
}

func TestS3LocationRefusals(t *testing.T) {
	cases := []struct{ raw, says string }{
		{"", "must begin with s3://"},
		{"people", "must begin with s3://"},
		{"s3:people", "must begin with s3://"},
		{"https://s3.example.com/people", "must begin with s3://"},
		{"s3://pass:word@people:%zz", "is not a URL such as s3://"},
		{"s3://AKID:password@people", "leave them out"},
		{"s3://people#", "holds a #"},
		{"s3://people/a#password", "holds a #"},
		{"s3://", `"" is not a bucket's name`},
		{"s3:///a", `"" is not a bucket's name`},
		{"s3://People", "lower-case letters"},
		{"s3://pe", "3 to 63"},
		{"s3://people:80", "is not a bucket's name"},
		{"s3://people//a", "not a prefix"},
		{"s3://people/a//b", "not a prefix"},
		{"s3://people/a/../b", "not a prefix"},
		{"s3://people/a%20b", "not a prefix"},
		{"s3://people?%zz", "name=value"},
		{"s3://people?region=a;b", "name=value"},
		{"s3://people?secret=password", `no setting "secret"`},
		{"s3://people?region=a&region=a", "region more than once"},
		{"s3://people?region=", `"" is not a region`},
		{"s3://people?region=EU", "is not a region"},
		{"s3://people?path-style=yes", "it may be true or false"},
		{"s3://people?path-style", "it may be true or false"},
		{"s3://people?endpoint=", "https://s3.example.com"},
		{"s3://people?endpoint=s3.example.com", "https://s3.example.com"},
		{"s3://people?endpoint=ftp://s3.example.com", "https://s3.example.com"},
		{"s3://people?endpoint=https://", "https://s3.example.com"},
		{"s3://people?endpoint=https://a!b", "https://s3.example.com"},
		{"s3://people?endpoint=https://key:password@a", "nothing else"},
		{"s3://people?endpoint=https://a?x=password", "nothing else"},
		{"s3://people?endpoint=https://a/b//c", "nothing else"},
		{"s3://people?endpoint=https://a%23password", "nothing else"},
		{"s3://people?endpoint=https://a:0", "from 1 to 65535"},
		{"s3://people?endpoint=https://a:65536", "from 1 to 65535"},
		{"s3://people?endpoint=https://a:", "from 1 to 65535"},
	}
	for _, c := range cases {
		l, err := ParseS3Location(c.raw)
		if err == nil || l != (S3Location{}) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "password") {
			t.Errorf("%s: %+v, %v; want %s", c.raw, l, err, c.says)
		}
	}
}

// FuzzParseS3Location: the String of every accepted location is parsed to the same location.
func FuzzParseS3Location(f *testing.F) {
	for _, seed := range []string{
		"s3://people/a/b?endpoint=https://s3.example.com:9000/x&region=eu-west-1&path-style=false",
		"s3://people?endpoint=http://[::1]:080", "s3://a.b-c/%41?region=%61", "s3://u:p@a?x=1#f", "s3:a", "\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		l, err := ParseS3Location(raw)
		if err != nil {
			if l != (S3Location{}) {
				t.Errorf("%q: an error and %+v", raw, l)
			}
			return
		}
		again, err := ParseS3Location(l.String())
		if err != nil || again != l || again.String() != l.String() {
			t.Errorf("%q: %+v, but %s is %+v, %v", raw, l, l, again, err)
		}
	})
}
