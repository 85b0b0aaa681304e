package upload

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// S3Location is the bucket for uploaded files. Nodes that share their jobs must have equal
// locations.
type S3Location struct {
	Bucket string
	// Prefix begins the key of every object, without a slash at either end; "" is none.
	Prefix string
	// Endpoint is the URL of the S3 server, such as https://s3.example.com; "" is AWS itself.
	Endpoint string
	// Region is the region of signatures.
	Region string
	// PathStyle puts the bucket into the path instead of the host name.
	PathStyle bool
}

const defaultRegion = "us-east-1"

var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	// keyPart matches a part of a key or of an endpoint's path that needs no escaping in a URL.
	keyPart = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
)

// ParseS3Location parses a location of the form
//
//	s3://bucket[/prefix]?endpoint=https://…&region=…&path-style=true|false
//
// The default region is us-east-1. Without an endpoint the server is AWS, with the bucket in the
// host name; with one, the bucket is in the path. An error says what would be right and repeats no
// credentials.
func ParseS3Location(raw string) (S3Location, error) {
	// Errors of package url repeat the text, which may contain a password.
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return S3Location{}, errors.New("upload: the bucket is not a URL such as s3://bucket/prefix?region=eu-west-1")
	case u.Scheme != "s3" || u.Opaque != "":
		return S3Location{}, errors.New("upload: the bucket's URL must begin with s3://, as in s3://bucket/prefix?region=eu-west-1")
	case u.User != nil:
		return S3Location{}, errors.New("upload: the bucket's URL holds credentials; leave them out, they are set where all AWS programs look for them")
	case u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return S3Location{}, errors.New("upload: the bucket's URL holds a #, which has no meaning there")
	case !bucketName.MatchString(u.Host):
		return S3Location{}, fmt.Errorf("upload: %q is not a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens", u.Host)
	}
	l := S3Location{Bucket: u.Host, Prefix: strings.TrimSuffix(strings.TrimPrefix(u.Path, "/"), "/"), Region: defaultRegion}
	if !plainPath(l.Prefix) {
		return S3Location{}, fmt.Errorf("upload: %q is not a prefix for keys; it must have letters, digits, dots, hyphens and underscores, with single slashes between", l.Prefix)
	}
	if err := l.parseQuery(u.RawQuery); err != nil {
		return S3Location{}, err
	}
	return l, nil
}

// parseQuery parses the part after the question mark.
func (l *S3Location) parseQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return errors.New("upload: what follows the ? of the bucket's URL is not name=value&name=value")
	}
	for name, values := range query {
		if !slices.Contains([]string{"endpoint", "region", "path-style"}, name) {
			return fmt.Errorf("upload: the bucket's URL has no setting %q: there are endpoint, region and path-style", name)
		}
		if len(values) != 1 {
			return fmt.Errorf("upload: the bucket's URL has %s more than once", name)
		}
	}
	if query.Has("endpoint") {
		if l.Endpoint, err = parseEndpoint(query.Get("endpoint")); err != nil {
			return err
		}
	}
	if query.Has("region") {
		l.Region = query.Get("region")
	}
	if !regionName.MatchString(l.Region) {
		return fmt.Errorf("upload: %q is not a region such as eu-west-1", l.Region)
	}
	value := strconv.FormatBool(l.Endpoint != "")
	if query.Has("path-style") {
		value = query.Get("path-style")
	}
	if value != "true" && value != "false" {
		return fmt.Errorf("upload: the bucket's path-style is %q; it may be true or false", value)
	}
	l.PathStyle = value == "true"
	return nil
}

// parseEndpoint checks and normalizes an endpoint: clients omit a scheme's default port in the Host
// header, which is signed.
func parseEndpoint(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !plainHost(u.Hostname()) || u.Opaque != "" {
		return "", errors.New("upload: the bucket's endpoint is not a URL such as https://s3.example.com")
	}
	path := strings.TrimSuffix(strings.TrimPrefix(u.Path, "/"), "/")
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(raw, "#") || !plainPath(path) {
		return "", errors.New("upload: the bucket's endpoint may have a host, a port and a plain path, and nothing else")
	}
	host, err := hostOfEndpoint(u)
	return strings.TrimSuffix(u.Scheme+"://"+host+"/"+path, "/"), err
}

// hostOfEndpoint returns host and port, without the scheme's default port.
func hostOfEndpoint(u *url.URL) (string, error) {
	host := strings.ToLower(u.Host)
	name, port, err := net.SplitHostPort(host)
	if err != nil { // there is no port
		return host, nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil || number == 0:
		return "", errors.New("upload: the port of the bucket's endpoint is not a number from 1 to 65535")
	case u.Scheme == "https" && number == 443, u.Scheme == "http" && number == 80:
		return strings.TrimSuffix(host, ":"+port), nil
	}
	return net.JoinHostPort(name, strconv.FormatUint(number, 10)), nil
}

// plainHost reports whether the host is a name or an IP address.
func plainHost(host string) bool {
	return hostName.MatchString(host) || net.ParseIP(host) != nil
}

// plainPath reports whether all parts of a path are plain; "" has none.
func plainPath(path string) bool {
	if path == "" {
		return true
	}
	for part := range strings.SplitSeq(path, "/") {
		if !keyPart.MatchString(part) || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// String returns the location in a normal form, without secrets. Two locations are equal exactly if
// their strings are.
func (l S3Location) String() string {
	query := url.Values{"region": {l.Region}, "path-style": {strconv.FormatBool(l.PathStyle)}}
	if l.Endpoint != "" {
		query.Set("endpoint", l.Endpoint)
	}
	u := url.URL{Scheme: "s3", Host: l.Bucket, RawQuery: query.Encode()}
	if l.Prefix != "" {
		u.Path = "/" + l.Prefix
	}
	return u.String()
}
