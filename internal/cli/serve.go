package cli

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"poolhouse/internal/bounds"
	"poolhouse/internal/config"
	"poolhouse/internal/plaintext"
	"poolhouse/internal/server"
)

func newServe() *cobra.Command {
	flags := config.Default()
	var file, profile string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: "Run the server. Each setting is a flag, an environment variable (--data is POOLHOUSE_DATA)\n" +
			"and a key of the YAML file that --config names, in that order of precedence.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := settings(cmd.Flags(), file)
			if err != nil {
				return err
			}
			return profiled(profile, func() error { return serve(cmd, cfg) })
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "YAML file with settings")
	cmd.Flags().StringVar(&profile, "cpu-profile", "", "`file` for a CPU profile of the server's whole life")
	_ = cmd.Flags().MarkHidden("cpu-profile") // for poolhouse-bench; never fails: the flag exists
	addSettings(cmd.Flags(), &flags)
	return cmd
}

// profiled calls do and writes a CPU profile of it to a file. It writes none if path is "".
func profiled(path string, do func() error) (err error) {
	if path == "" {
		return do()
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return do()
}

// addSettings declares the flags of the server's settings.
func addSettings(f *pflag.FlagSet, c *config.Config) {
	f.StringVar(&c.Listen, "listen", c.Listen, "address to listen on")
	f.StringVar(&c.MetricsListen, "metrics-listen", c.MetricsListen, "address that serves metrics for Prometheus at /metrics, without authentication (default none)")
	f.StringVar(&c.Data, "data", c.Data, "data directory")
	f.StringVar(&c.Database, "database", c.Database, "PostgreSQL database, postgres://user:password@host/database (default SQLite in the data directory)")
	f.IntVar(&c.DatabaseConnections, "database-connections", c.DatabaseConnections, "most connections to the PostgreSQL database")
	f.IntVar(&c.MaxConnections, "max-connections", c.MaxConnections, "most connections of clients at a time")
	f.IntVar(&c.MaxConnectionsAddress, "max-connections-address", c.MaxConnectionsAddress, "most of these from one IP address")
	f.StringVar(&c.Uploads, "uploads", c.Uploads, "bucket for uploaded files, s3://bucket?endpoint=URL&region=REGION (default the data directory)")
	f.IntVar(&c.RateClient, "rate-client", c.RateClient, "unsigned calls a second of an app client; 0 for any number")
	f.IntVar(&c.RateUnsigned, "rate-unsigned", c.RateUnsigned, "unsigned calls a second of an IP address; 0 for any number")
	f.IntVar(&c.RateSigned, "rate-signed", c.RateSigned, "signed calls a second of an access key; 0 for any number")
	f.Int64Var(&c.UploadsMaxBytes, "uploads-max-bytes", c.UploadsMaxBytes, "most bytes of all uploaded files in the data directory whose jobs were not started")
	f.Int64Var(&c.UploadsMinFree, "uploads-min-free", c.UploadsMinFree, "bytes that uploads leave free, at most a twentieth of the file system")
	f.StringVar(&c.LogsForward, "logs-forward", c.LogsForward, "CloudWatch Logs to which import results are sent, cloudwatch://REGION[?endpoint=URL] (default none)")
	f.StringVar(&c.PublicURL, "public-url", c.PublicURL, "URL under which clients reach the server (default made of --listen)")
	f.StringVar((*string)(&c.TrustedProxies), "trusted-proxies", string(c.TrustedProxies), "addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted, separated by commas (default none)")
	f.StringVar((*string)(&c.Regions), "region", string(c.Regions), "region of signatures and of user pool IDs; several separated by commas, or any")
	f.StringVar(&c.AccountID, "account-id", c.AccountID, "account id in ARNs, 12 digits")
	f.StringVar(&c.TLSCert, "tls-cert", c.TLSCert, "file with the TLS certificate")
	f.StringVar(&c.TLSKey, "tls-key", c.TLSKey, "file with the TLS certificate's key")
	f.StringVar(&c.LogFormat, "log-format", c.LogFormat, "text or json")
	f.StringVar(&c.LogLevel, "log-level", c.LogLevel, "the least level that is logged: debug, info, warn or error")
	f.IntVar(&c.AuditDays, "audit-days", c.AuditDays, "days for which audit events are kept")
	f.StringVar(&c.TokenIssuer, "token-issuer", c.TokenIssuer, "issuer of users' tokens: url, made of the public URL, or aws, in AWS's form")
	f.IntVar(&c.TokenKeysDays, "token-keys-days", c.TokenKeysDays, "days after which new keys sign users' tokens")
	f.Int64Var(&c.AuditMaxBytes, "audit-max-bytes", c.AuditMaxBytes, "most bytes of audit events; the newest are kept")
	f.Int64Var(&c.ImportMaxRows, "import-max-rows", c.ImportMaxRows, "most users in an import file")
	f.Int64Var(&c.ImportMaxBytes, "import-max-bytes", c.ImportMaxBytes, "largest import file, in bytes")
	f.IntVar(&c.ImportMaxRowCharacters, "import-max-row-characters", c.ImportMaxRowCharacters, "longest row of an import file")
	f.Float64Var(&c.ImportFailedShare, "import-failed-share", c.ImportFailedShare, "a job ends Failed when a larger share of its rows was not imported")
	f.StringVar(&c.ImportDialect, "import-dialect", c.ImportDialect, "how import files are read: any, in the format that is detected, or cognito, only as Amazon Cognito reads them")
	f.IntVar(&c.ImportJobsAtATime, "import-jobs-at-a-time", c.ImportJobsAtATime, "import jobs of different user pools that this server works on at a time")
	f.DurationVar(&c.ImportTakeover, "import-takeover", c.ImportTakeover, "time after which another server takes over the imports of a silent one")
	f.DurationVar(&c.ResultsKept, "results-kept", c.ResultsKept, "how long the rows of an import job are kept after its end: those that were not imported, and the users of the others")
	for _, ceiling := range c.HashCeilings.All() {
		f.IntVar(ceiling.Value, ceiling.Name, *ceiling.Value, ceiling.Usage)
	}
	f.BoolVar(&c.Console, "console", c.Console, "serve the console for browsers, at /console/")
	f.DurationVar(&c.ConsoleIdle, "console-idle", c.ConsoleIdle, "how long a session of the console may be unused")
	f.DurationVar(&c.ConsoleSession, "console-session", c.ConsoleSession, "how long a session of the console lasts at most")
	f.BoolVar(&c.ConsolePlainHTTP, "console-plain-http", c.ConsolePlainHTTP, "let browsers of other machines sign in to the console over connections that are not encrypted")
	f.BoolVar(&c.UploadURLsForAll, "upload-urls-for-all", c.UploadURLsForAll, "show the pre-signed URL of an import job to every caller who may see the job, as AWS does, not only to callers who may create or start jobs of its user pool")
	f.BoolVar(&c.SkipLogRoleCheck, "skip-log-role-check", c.SkipLogRoleCheck, "do not check that the CloudWatch Logs role of an import job exists and has its permissions")
}

// kinds describe the values of settings, by the type of the flag.
var kinds = map[string]string{
	"int": "a whole number", "int64": "a whole number", "float64": "a number such as 0.5", "bool": "true or false", "duration": "a time such as 15s",
}

// settings returns the settings. Flags override the environment, which overrides the file.
func settings(flags *pflag.FlagSet, file string) (config.Config, error) {
	cfg := config.Default()
	if file != "" {
		if err := cfg.LoadFile(file); err != nil {
			return cfg, err
		}
	}
	merged := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	addSettings(merged, &cfg)
	var problems []error
	merged.VisitAll(func(f *pflag.Flag) {
		variable := "POOLHOUSE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, source := os.Getenv(variable), variable
		if given := flags.Lookup(f.Name); given != nil && given.Changed {
			value, source = given.Value.String(), "--"+f.Name
		}
		if value == "" {
			return
		}
		if err := f.Value.Set(value); err != nil {
			problems = append(problems, fmt.Errorf("%s is %q; it must be %s", source, value, cmp.Or(kinds[f.Value.Type()], err.Error())))
		}
	})
	if len(problems) > 0 {
		return cfg, errors.Join(problems...)
	}
	return cfg, cfg.Check()
}

func serve(cmd *cobra.Command, cfg config.Config) error {
	log := plaintext.NewLogger(cmd.ErrOrStderr(), cfg.LogFormat == "json", cfg.Level())
	limitMemory(log)
	s, err := server.Open(cmd.Context(), cfg, os.Getenv, log)
	if err != nil {
		return &exit{exitPartly, err}
	}
	log.Info("listening", "url", s.URL(), "region", cfg.Regions.String(), "data", cfg.Data, "database", cfg.DatabaseName(), "uploads", cfg.UploadsName(),
		"node", s.Node(), "accessKeyId", s.Root().AccessKeyID, "console", cmp.Or(s.ConsoleURL(), "off"), "version", server.Version(), "commit", server.Commit())
	if err := s.Run(cmd.Context()); err != nil {
		return &exit{exitPartly, err}
	}
	return nil
}

// limitMemory sets the soft memory limit to three quarters of the memory that the process
// may use, unless GOMEMLIMIT sets one.
func limitMemory(log *slog.Logger) {
	memory := bounds.Memory()
	if memory == 0 || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit := memory / 4 * 3
	debug.SetMemoryLimit(limit)
	log.Debug("memory", "bytes", memory, "limit", limit)
}
