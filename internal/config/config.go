package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"poolhouse/internal/proxies"
	"poolhouse/internal/regions"
)

// Config is the settings of `poolhouse serve`.
type Config struct {
	Listen string `yaml:"listen"` // host:port
	// MetricsListen is the address of the metrics, host:port; "" serves none.
	MetricsListen string `yaml:"metrics-listen"`
	Data          string `yaml:"data"`       // directory
	Database      string `yaml:"database"`   // postgres://…; "" for SQLite in the data directory
	Uploads       string `yaml:"uploads"`    // s3://…; "" for the data directory
	PublicURL     string `yaml:"public-url"` // under which clients reach the server; "" for one made of Listen
	// TrustedProxies are those whose headers say who calls and whether the call came by TLS.
	TrustedProxies proxies.List `yaml:"trusted-proxies"`
	// Regions are those that the server serves.
	Regions   regions.List `yaml:"region"`
	AccountID string       `yaml:"account-id"`
	TLSCert   string       `yaml:"tls-cert"`
	TLSKey    string       `yaml:"tls-key"`
	LogFormat string       `yaml:"log-format"` // text or json
	LogLevel  string       `yaml:"log-level"`  // one of [LogLevels]
	AuditDays int          `yaml:"audit-days"` // for which audit events are kept

	// UploadsMaxBytes is what uploaded files in the data directory may take together whose jobs were not started,
	// UploadsMinFree how many bytes of its file system they leave free, but at most a
	// twentieth of it.
	UploadsMaxBytes int64 `yaml:"uploads-max-bytes"`
	UploadsMinFree  int64 `yaml:"uploads-min-free"`

	TokenIssuer   string `yaml:"token-issuer"`    // what the issuer of users' tokens is called: [IssuerURL] or [IssuerAWS]
	TokenKeysDays int    `yaml:"token-keys-days"` // for which the keys that sign tokens are used

	AuditMaxBytes int64 `yaml:"audit-max-bytes"` // of audit events that are kept, the newest

	// MaxConnections and MaxConnectionsAddress are the most connections of clients
	// at a time, in all and from one IP address.
	MaxConnections        int `yaml:"max-connections"`
	MaxConnectionsAddress int `yaml:"max-connections-address"`

	// RateUnsigned and RateSigned are the most calls a second: unsigned ones of an
	// address, signed ones of an access key. 0 is no limit.
	RateUnsigned int `yaml:"rate-unsigned"`
	RateClient   int `yaml:"rate-client"` // unsigned calls a second of an app client
	RateSigned   int `yaml:"rate-signed"`

	DatabaseConnections int `yaml:"database-connections"` // most at a time, of this server

	LogsForward string `yaml:"logs-forward"` // cloudwatch://…, where import results are sent; "" for nowhere

	ImportMaxRows          int64   `yaml:"import-max-rows"`           // user rows of a file
	ImportMaxBytes         int64   `yaml:"import-max-bytes"`          // size of a file
	ImportMaxRowCharacters int     `yaml:"import-max-row-characters"` // of one row
	ImportFailedShare      float64 `yaml:"import-failed-share"`       // a job fails when more of its rows were not imported
	ImportJobsAtATime      int     `yaml:"import-jobs-at-a-time"`     // of different user pools, on this server
	ImportDialect          string  `yaml:"import-dialect"`            // how import files are read: [DialectAny] or [DialectCognito]
	// ImportTakeover is how soon another server goes on with the import job
	// of one that went silent.
	ImportTakeover time.Duration `yaml:"import-takeover"`
	// ResultsKept is how long what is kept of an import job's rows stays after its end.
	ResultsKept time.Duration `yaml:"results-kept"`
	// HashCeilings bound the password hashes of an import.
	HashCeilings `yaml:",inline"`
	// SkipLogRoleCheck takes the role of an import job as it is, as long as it
	// has the form of one.
	SkipLogRoleCheck bool `yaml:"skip-log-role-check"`
	// UploadURLsForAll tells the pre-signed URL of an import job to each principal that may
	// see the job, as AWS does, and not only to those that may create or start jobs.
	UploadURLsForAll bool `yaml:"upload-urls-for-all"`
	// The console, and its sessions: for how long one may be unused, and how long
	// one lasts at most.
	Console        bool          `yaml:"console"`
	ConsoleIdle    time.Duration `yaml:"console-idle"`
	ConsoleSession time.Duration `yaml:"console-session"`
	// ConsolePlainHTTP lets browsers of other machines sign in over connections that
	// are not encrypted.
	ConsolePlainHTTP bool `yaml:"console-plain-http"`
}

// The names that the issuer of tokens can have.
const (
	IssuerURL = "url" // made of the public URL
	IssuerAWS = "aws" // what AWS would call it
)

// How import files are read.
const (
	DialectAny     = "any"     // as the programs write them that the files are of
	DialectCognito = "cognito" // as Amazon Cognito reads them, and nothing else
)

// Default returns the settings of a server that was told nothing.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:9229", Data: "poolhouse-data", Regions: "us-east-1", AccountID: "000000000000", LogFormat: "text", LogLevel: "info", AuditDays: 90, TokenIssuer: IssuerURL, TokenKeysDays: 365, AuditMaxBytes: 1_000_000_000, UploadsMaxBytes: 10_000_000_000, UploadsMinFree: 1 << 30,
		ImportMaxRows: 500_000, ImportMaxBytes: 100_000_000, ImportMaxRowCharacters: 16_000,
		ImportFailedShare: 0.5, ImportDialect: DialectAny, ImportJobsAtATime: 2, ImportTakeover: 15 * time.Second, ResultsKept: 30 * 24 * time.Hour,
		MaxConnections: 1000, MaxConnectionsAddress: 500, RateUnsigned: 50, RateClient: 200, DatabaseConnections: 16, HashCeilings: defaultHashCeilings(),
		Console: true, ConsoleIdle: time.Hour, ConsoleSession: 12 * time.Hour,
	}
}

// LoadFile reads settings from a YAML file over those that c has. Unknown
// keys are an error.
func (c *Config) LoadFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("the settings file: %w", err)
	}
	defer file.Close()
	if err := c.decode(file); err != nil {
		return fmt.Errorf("the settings file %s: %w", path, err)
	}
	return nil
}

// decode reads one YAML document. An empty one has no settings.
func (c *Config) decode(text io.Reader) error {
	d := yaml.NewDecoder(text)
	d.KnownFields(true)
	err := d.Decode(c)
	if err == nil {
		if err = d.Decode(new(yaml.Node)); err == nil {
			return errors.New("it has more than one YAML document; all settings must be in one, without a line ---")
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return plainYAML(err)
}

// What YAML says of a key that no setting has, and of a value that the setting cannot have.
var (
	unknownKey = regexp.MustCompile(`field (\S+) not found in type \S+`)
	wrongValue = regexp.MustCompile(`cannot unmarshal !!\w+ (.*)into (\S+)$`)
	valueForms = map[string]string{"int": "a whole number", "int64": "a whole number", "float64": "a number", "bool": "true or false", "time.Duration": "a time such as 15s"}
)

// plainYAML words an error of YAML without the names of Go types.
func plainYAML(err error) error {
	wrong, is := errors.AsType[*yaml.TypeError](err)
	if !is {
		return err
	}
	var problems []error
	for _, text := range wrong.Errors {
		text = unknownKey.ReplaceAllString(text, "$1 is not a setting; `poolhouse serve --help` lists them")
		if parts := wrongValue.FindStringSubmatch(text); parts != nil {
			text = strings.TrimSuffix(text, parts[0]) + "the value " + parts[1] + "must be " + cmp.Or(valueForms[parts[2]], "text on one line")
		}
		problems = append(problems, errors.New(text))
	}
	return errors.Join(problems...)
}

var accountForm = regexp.MustCompile(`^[0-9]{12}$`)

// Check returns an error for the settings that cannot be, all of them joined.
func (c *Config) Check() error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		refuse("listen is %q; it must be an address such as 127.0.0.1:9229", c.Listen)
	}
	c.checkMetrics(refuse)
	if c.Data == "" {
		refuse("data is empty; it must name a directory")
	}
	c.checkPlaces(refuse)
	if err := c.Regions.Check(); err != nil {
		refuse("%w", err)
	}
	if !accountForm.MatchString(c.AccountID) {
		refuse("account-id is %q; it must be 12 digits", c.AccountID)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		refuse("tls-cert and tls-key belong together; one of them is missing")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		refuse("log-format is %q; it must be text or json", c.LogFormat)
	}
	if !slices.Contains(LogLevels, c.LogLevel) {
		refuse("log-level is %q; it must be %s", c.LogLevel, strings.Join(LogLevels, ", "))
	}
	if c.TokenIssuer != IssuerURL && c.TokenIssuer != IssuerAWS {
		refuse("token-issuer is %q; it must be %s or %s", c.TokenIssuer, IssuerURL, IssuerAWS)
	}
	c.checkURL(refuse)
	if err := c.TrustedProxies.Check(); err != nil {
		refuse("%w", err)
	}
	c.checkLimits(refuse)
	return errors.Join(problems...)
}

// checkPlaces checks what kind of place is meant; who opens it checks the rest.
func (c *Config) checkPlaces(refuse func(string, ...any)) {
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		refuse("database must be a URL such as postgres://user:password@host:5432/database, or left out for SQLite in the data directory")
	}
	if c.Uploads != "" && !strings.HasPrefix(c.Uploads, "s3://") {
		refuse("uploads is %q; it must be a URL such as s3://bucket?region=eu-west-1, or left out for the data directory", redact(c.Uploads))
	}
	if c.LogsForward != "" && !strings.HasPrefix(c.LogsForward, "cloudwatch://") {
		refuse("logs-forward is %q; it must be a URL such as cloudwatch://eu-west-1, or left out", redact(c.LogsForward))
	}
}

// checkMetrics refuses an address for metrics that is not one, or that is the API's.
func (c *Config) checkMetrics(refuse func(string, ...any)) {
	if c.MetricsListen == "" {
		return
	}
	host, port, err := net.SplitHostPort(c.MetricsListen)
	if err != nil {
		refuse("metrics-listen is %q; it must be an address such as 127.0.0.1:9230, or left out", c.MetricsListen)
		return
	}
	apiHost, apiPort, err := net.SplitHostPort(c.Listen)
	if err == nil && port == apiPort && port != "0" && (host == apiHost || isWildcard(host) || isWildcard(apiHost)) {
		refuse("metrics-listen is %q and listen is %q; metrics must have a port of their own", c.MetricsListen, c.Listen)
	}
}

// isWildcard reports whether a host to listen on means every address of the machine.
func isWildcard(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

func (c *Config) checkURL(refuse func(string, ...any)) {
	if c.PublicURL == "" {
		return
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		refuse("public-url is %q; it must be like https://pool.example.com, without a path", c.PublicURL)
	}
}

// redact returns what may be shown of a URL: not the user, and not the
// options, which may hold a password too.
func redact(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Path == "" {
		return "…"
	}
	if u.Scheme == "" {
		return u.Host + u.Path
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// LogLevels are the levels that the log may begin with, the most lines first.
var LogLevels = []string{"debug", "info", "warn", "error"}

// Level returns the level that the log begins with.
func (c *Config) Level() (level slog.Level) {
	if level.UnmarshalText([]byte(c.LogLevel)) != nil {
		return slog.LevelInfo // Check refuses it
	}
	return level
}

// DatabaseName returns what may be shown of the database's setting.
func (c *Config) DatabaseName() string {
	if c.Database == "" {
		return "SQLite"
	}
	return redact(c.Database)
}

// UploadsName returns what may be shown of the uploads' setting.
func (c *Config) UploadsName() string {
	if c.Uploads == "" {
		return "data directory"
	}
	return redact(c.Uploads)
}

// DatabasePath returns the path of the SQLite file.
func (c *Config) DatabasePath() string { return filepath.Join(c.Data, "poolhouse.db") }

// UploadsPath returns the directory of uploaded files.
func (c *Config) UploadsPath() string { return filepath.Join(c.Data, "uploads") }
