package config

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDefaultIsGood(t *testing.T) {
	c := Default()
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

// TestLogLevels: each level of the log is one of slog's.
func TestLogLevels(t *testing.T) {
	want := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	for _, name := range LogLevels {
		c := Default()
		c.LogLevel = name
		level, known := want[name]
		if err := c.Check(); err != nil || !known || c.Level() != level {
			t.Errorf("%s is %v: %v", name, c.Level(), err)
		}
	}
	if c := Default(); c.Level() != slog.LevelInfo || len(LogLevels) != len(want) {
		t.Errorf("the default is %v of %v", c.Level(), LogLevels)
	}
}

func TestRefusedSettings(t *testing.T) {
	tests := []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Listen = "9229" }, "listen"},
		{func(c *Config) { c.MetricsListen = "9230" }, "metrics-listen"},
		{func(c *Config) { c.Listen, c.MetricsListen = "127.0.0.1:9229", "127.0.0.1:9229" }, "a port of their own"},
		{func(c *Config) { c.Listen, c.MetricsListen = "127.0.0.1:9229", "0.0.0.0:9229" }, "a port of their own"},
		{func(c *Config) { c.Listen, c.MetricsListen = ":9229", "127.0.0.1:9229" }, "a port of their own"},
		{func(c *Config) { c.LogLevel = "" }, "log-level"},
		{func(c *Config) { c.LogLevel = "info+1" }, "debug, info, warn, error"},
		{func(c *Config) { c.Data = "" }, "data"},
		{func(c *Config) { c.Database = "mysql://me:secret@host/db" }, "postgres://"},
		{func(c *Config) { c.Uploads = "https://me:secret@bucket" }, "s3://"},
		{func(c *Config) { c.LogsForward = "https://me:secret@logs.eu-west-1.amazonaws.com" }, "cloudwatch://"},
		{func(c *Config) { c.DatabaseConnections = 4 }, "from 7"},
		{func(c *Config) { c.DatabaseConnections = math.MaxInt }, "to 10000"},
		{func(c *Config) { c.ImportTakeover = time.Second }, "import-takeover"},
		{func(c *Config) { c.MaxConnections = MinConnections - 1 }, "max-connections"},
		{func(c *Config) { c.MaxConnectionsAddress = 0 }, "max-connections-address"},
		{func(c *Config) { c.ConsoleIdle = time.Second }, "console-idle"},
		{func(c *Config) { c.ConsoleIdle = 0 }, "console-idle"},
		{func(c *Config) { c.ConsoleSession = 31 * 24 * time.Hour }, "console-session"},
		{func(c *Config) { c.PublicURL = "pool.example.com" }, "public-url"},
		{func(c *Config) { c.PublicURL = "https://example.com/path" }, "without a path"},
		{func(c *Config) { c.TrustedProxies = "pool.example.com" }, "trusted-proxies"},
		{func(c *Config) { c.TrustedProxies = "127.0.0.1,0.0.0.0/0" }, "every address"},
		{func(c *Config) { c.Regions = "Europe" }, "region"}, {func(c *Config) { c.Regions = "us-east-1,Europe" }, "region"},
		{func(c *Config) { c.AccountID = "1" }, "12 digits"},
		{func(c *Config) { c.TLSCert = "cert.pem" }, "tls-cert and tls-key"},
		{func(c *Config) { c.LogFormat = "xml" }, "text or json"},
		{func(c *Config) { c.TokenIssuer = "" }, "url or aws"}, {func(c *Config) { c.TokenIssuer = "AWS" }, "url or aws"},
		{func(c *Config) { c.TokenKeysDays = 0 }, "token-keys-days"}, {func(c *Config) { c.TokenKeysDays = 3_651 }, "from 1 to 3650"},
		{func(c *Config) { c.AuditDays = 0 }, "audit-days"},
		{func(c *Config) { c.AuditDays = 36_501 }, "from 1 to 36500"},
		{func(c *Config) { c.ResultsKept = 59 * time.Minute }, "results-kept is 59m0s; it must be from 1h0m0s to 87600h0m0s"},
		{func(c *Config) { c.ResultsKept = 0 }, "results-kept"}, {func(c *Config) { c.ResultsKept = math.MaxInt64 }, "results-kept"},
		{func(c *Config) { c.RateSigned = -1 }, "rate-signed"},
		{func(c *Config) { c.RateUnsigned = -1 }, "rate-unsigned"},
		{func(c *Config) { c.RateClient = -1 }, "rate-client"},
		{func(c *Config) { c.UploadsMaxBytes = 0 }, "uploads-max-bytes"},
		{func(c *Config) { c.UploadsMinFree = -1 }, "uploads-min-free"},
		{func(c *Config) { c.AuditMaxBytes = 999_999 }, "audit-max-bytes"},
		{func(c *Config) { c.ImportMaxRows = 0 }, "import-max-rows"},
		{func(c *Config) { c.ImportMaxRows = math.MaxInt64 }, "import-max-rows"},
		{func(c *Config) { c.ImportMaxBytes = -1 }, "import-max-bytes"},
		{func(c *Config) { c.ImportMaxBytes = math.MaxInt64 }, "import-max-bytes"},
		{func(c *Config) { c.ImportMaxRowCharacters = 0 }, "import-max-row-characters"},
		{func(c *Config) { c.ImportMaxRowCharacters = math.MaxInt / 4 }, "from 1 to 10000000"},
		{func(c *Config) { c.ImportJobsAtATime = 0 }, "import-jobs-at-a-time"},
		{func(c *Config) { c.ImportJobsAtATime = math.MaxInt / 2 }, "import-jobs-at-a-time is"},
		{func(c *Config) { c.ImportDialect = "" }, `import-dialect is ""; it must be any or cognito`}, {func(c *Config) { c.ImportDialect = "excel" }, "any or cognito"},
		{func(c *Config) { c.ImportFailedShare = 1.5 }, "import-failed-share"},
		{func(c *Config) { c.ImportFailedShare = math.NaN() }, "import-failed-share is NaN"},
		{func(c *Config) { c.ImportFailedShare = math.Inf(1) }, "import-failed-share"},
		{func(c *Config) { c.ImportTakeover = math.MaxInt64 }, "to 1h0m0s"},
		{func(c *Config) { c.BCryptCost = 3 }, "import-max-bcrypt-cost is 3; it must be from 4 to 20"},
		{func(c *Config) { c.BCryptCost = 31 }, "import-max-bcrypt-cost"},
		{func(c *Config) { c.SCryptN = 1 << 40 }, "import-max-scrypt-n"},
		{func(c *Config) { c.SCryptR = 0 }, "import-max-scrypt-r"},
		{func(c *Config) { c.SCryptP = -1 }, "import-max-scrypt-p"},
		{func(c *Config) { c.Argon2idMemory = 7 }, "import-max-argon2id-memory"},
		{func(c *Config) { c.Argon2idTime = 0 }, "import-max-argon2id-time"},
		{func(c *Config) { c.Argon2idThreads = 65 }, "import-max-argon2id-parallelism"},
		{func(c *Config) { c.PBKDF2Iterations = 0 }, "import-max-pbkdf2-iterations"},
	}
	for _, tt := range tests {
		c := Default()
		tt.change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want an error with %q", err, tt.want)
		}
	}
	all := Config{}
	if err := all.Check(); err == nil || strings.Count(err.Error(), "\n") < 8 {
		t.Errorf("not all problems are told: %v", err)
	}
	// A map's order would differ in a few of so many.
	for range 100 {
		if again := all.Check(); again.Error() != all.Check().Error() {
			t.Fatalf("the problems are told in another order:\n%v", again)
		}
	}
}

// TestLargestSettings takes every number at its bound.
func TestLargestSettings(t *testing.T) {
	c := Default()
	c.ImportMaxRows, c.ImportMaxBytes, c.ImportMaxRowCharacters = MaxRows, MaxBytes, MaxRowCharacters
	c.ImportJobsAtATime, c.DatabaseConnections, c.AuditDays = maxJobsAtATime, maxConnections, maxAuditDays
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

func TestLoadFile(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "poolhouse.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := Default()
	if err := c.LoadFile(write("region: eu-west-1\nimport-max-rows: 1000000\n")); err != nil || c.Regions != "eu-west-1" || c.ImportMaxRows != 1_000_000 || c.Listen != "127.0.0.1:9229" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, text := range []string{"", "# region: eu-west-1\n", "---\n", "\n# none\n---\n# none\n"} {
		c := Default()
		if err := c.LoadFile(write(text)); err != nil || c != Default() {
			t.Errorf("%q: %+v, %v; want the defaults", text, c, err)
		}
	}
	if err := c.LoadFile(write("region: eu-west-1\n---\nlisten: :1\n")); err == nil || !strings.Contains(err.Error(), "more than one YAML document") {
		t.Errorf("two documents: %v", err)
	}
	for _, text := range []string{"regoin: eu-west-1\n", "import-max-rows: many\n", "region: [\n"} {
		if err := c.LoadFile(write(text)); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	if err := c.LoadFile("nowhere.yaml"); err == nil {
		t.Error("a file that is not there is accepted")
	}
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestRootCredentials(t *testing.T) {
	dir := t.TempDir()
	made, err := RootCredentials(dir, env())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(made.AccessKeyID, "PHIA") || len(made.AccessKeyID) != 20 || len(made.Secret) != 40 {
		t.Errorf("made %s and a secret of %d characters", made.AccessKeyID, len(made.Secret))
	}
	path := filepath.Join(dir, "credentials")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	again, err := RootCredentials(dir, env())
	if err != nil || again != made {
		t.Errorf("the second start has other credentials: %v", err)
	}
	given, err := RootCredentials(dir, env(EnvRootAccessKeyID, "id", EnvRootSecret, "secret"))
	if err != nil || given != (Credentials{"id", "secret"}) {
		t.Errorf("the environment's: %+v, %v", given, err)
	}
	if _, err := RootCredentials(dir, env(EnvRootAccessKeyID, "id")); err == nil {
		t.Error("half of the credentials is accepted")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := RootCredentials(dir, env()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}

func FuzzReadCredentials(f *testing.F) {
	f.Add("[poolhouse]\naws_access_key_id = a\naws_secret_access_key = b = c\n")
	f.Add("[other]\naws_access_key_id = x\n[poolhouse]\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseCredentials("FILE", strings.NewReader(text)); err == nil && (c.AccessKeyID == "" || c.Secret == "") {
			t.Errorf("%q gives %+v", text, c)
		}
	})
}

func TestNothingSecretIsShown(t *testing.T) {
	c := Default()
	if c.DatabaseName() != "SQLite" || c.UploadsName() != "data directory" {
		t.Errorf("by default: %s, %s", c.DatabaseName(), c.UploadsName())
	}
	c.Database, c.Uploads = "postgres://me:secret@db:5432/pool?password=secret", "s3://bucket/prefix?endpoint=https://me:secret@s3"
	if c.DatabaseName() != "postgres://db:5432/pool" || c.UploadsName() != "s3://bucket/prefix" {
		t.Errorf("%s, %s", c.DatabaseName(), c.UploadsName())
	}
}

func TestSealingKey(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sealing-key")
	if key, err := SealingKey(dir, env()); key != nil || err != nil {
		t.Fatalf("before one was made: %d bytes, %v", len(key), err)
	}
	made, err := NewSealingKey(dir)
	if err != nil || len(made) != 32 {
		t.Fatal(len(made), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if again, err := SealingKey(dir, env()); !bytes.Equal(again, made) || err != nil {
		t.Errorf("read again: %v", err)
	}
	given := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	if key, err := SealingKey(dir, env(EnvSealingKey, given)); !bytes.Equal(key, bytes.Repeat([]byte{7}, 32)) || err != nil {
		t.Errorf("the environment's: %v", err)
	}
	for _, wrong := range []string{"x", "c2hvcnQ=", given + "AA", given[1:]} {
		if key, err := SealingKey(dir, env(EnvSealingKey, wrong)); key != nil || err == nil || !strings.Contains(err.Error(), EnvSealingKey) || strings.Contains(err.Error(), given[1:]) {
			t.Errorf("%q: %d bytes, %v", wrong, len(key), err)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("A", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := SealingKey(dir, env()); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a file of something else: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := SealingKey(dir, env()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}

// TestSecretsBehindLinks: a file with a secret is not read through a link.
func TestSecretsBehindLinks(t *testing.T) {
	dir := t.TempDir()
	if _, err := RootCredentials(dir, env()); err != nil {
		t.Fatal(err)
	}
	if _, err := NewSealingKey(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"credentials", "sealing-key"} {
		path := filepath.Join(dir, name)
		if err := os.Rename(path, path+".elsewhere"); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path+".elsewhere", path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := RootCredentials(dir, env()); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("credentials: %v", err)
	}
	if _, err := SealingKey(dir, env()); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("the sealing key: %v", err)
	}
}
