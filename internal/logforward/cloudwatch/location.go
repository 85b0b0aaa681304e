package cloudwatch

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"poolhouse/internal/regions"
)

// Location identifies the CloudWatch Logs that events are sent to.
type Location struct {
	Region string
	// Endpoint is the URL of the server, such as https://logs.example.com; "" is AWS.
	Endpoint string
}

const example = "cloudwatch://eu-west-1"

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// ParseLocation parses a location of the form
//
//	cloudwatch://REGION[?endpoint=https://…]
//
// An error says what would be right and repeats no credentials.
func ParseLocation(raw string) (Location, error) {
	// Errors of package url repeat the text, which may contain a password.
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Scheme != "cloudwatch" || u.Opaque != "":
		return Location{}, errors.New("logs-forward is not a URL such as " + example)
	case u.User != nil:
		return Location{}, errors.New("logs-forward holds credentials; leave them out: they are set in " + EnvAccessKeyID + " and " + EnvSecret + ", or where all AWS programs look for them")
	case !regions.Valid(u.Host):
		return Location{}, fmt.Errorf("logs-forward has %q in the place of a region; it must be like %s", u.Host, example)
	case u.Path != "" && u.Path != "/", u.Fragment != "":
		return Location{}, errors.New("logs-forward has a path or a #; it must be like " + example)
	}
	l := Location{Region: u.Host}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Location{}, errors.New("what follows the ? of logs-forward is not endpoint=https://…")
	}
	for name, values := range query {
		if name != "endpoint" || len(values) != 1 {
			return Location{}, fmt.Errorf("logs-forward has the setting %q, or has it twice; there is only endpoint", name)
		}
		if l.Endpoint, err = parseEndpoint(values[0]); err != nil {
			return Location{}, err
		}
	}
	return l, nil
}

func parseEndpoint(raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Opaque != "",
		!hostName.MatchString(u.Hostname()) && net.ParseIP(u.Hostname()) == nil:
		return "", errors.New("the endpoint of logs-forward is not a URL such as https://logs.example.com")
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "", u.Path != "" && u.Path != "/":
		return "", errors.New("the endpoint of logs-forward may have a host and a port, and nothing else")
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}

// String returns the location in the form of ParseLocation. It has no secrets.
func (l Location) String() string {
	u := url.URL{Scheme: "cloudwatch", Host: l.Region}
	if l.Endpoint != "" {
		u.RawQuery = url.Values{"endpoint": {l.Endpoint}}.Encode()
	}
	return u.String()
}
