package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"poolhouse/internal/config"
	"poolhouse/internal/datadir"
	"poolhouse/internal/plaintext"
)

func newEnv() *cobra.Command {
	flags := config.Default()
	var file string
	cmd := &cobra.Command{
		Use:   "env",
		Short: `Print shell exports for AWS clients: eval "$(poolhouse env)"`,
		Long: "Print shell exports for AWS clients of the server that runs on the data directory: its URL, its first region and\n" +
			"the root key. If none runs, they are those of a server that would be started with the same settings.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := settings(cmd.Flags(), file)
			if err != nil {
				return err
			}
			server, err := runningOrConfigured(cmd, cfg)
			if err != nil {
				return err
			}
			root, err := rootOf(cfg.Data, server.AccessKeyID)
			if err != nil {
				return err
			}
			return printExports(cmd.OutOrStdout(), server.URL, server.Region, root.AccessKeyID, root.Secret)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "YAML file with settings")
	addSettings(cmd.Flags(), &flags)
	return cmd
}

// printExports prints the environment of AWS clients, for eval in a shell.
func printExports(w io.Writer, endpoint, region, accessKeyID, secret string) error {
	pairs := [][2]string{
		{"AWS_ENDPOINT_URL", endpoint}, {"AWS_REGION", region}, {"AWS_DEFAULT_REGION", region},
		{"AWS_ACCESS_KEY_ID", accessKeyID}, {"AWS_SECRET_ACCESS_KEY", secret},
	}
	for _, pair := range pairs {
		if err := checkShown(pair[0], pair[1]); err != nil {
			return err
		}
	}
	for _, pair := range pairs {
		if err := plaintext.Printf(w, "export %s=%s\n", pair[0], quote(pair[1])); err != nil {
			return err
		}
	}
	err := plaintext.Printf(w, "unset AWS_SESSION_TOKEN AWS_PROFILE\n")
	return err
}

// runningOrConfigured returns the address of the data directory's server: the running one, else
// the one that the settings describe. Flags take precedence.
func runningOrConfigured(cmd *cobra.Command, cfg config.Config) (datadir.Endpoint, error) {
	meant := datadir.Endpoint{URL: endpoint(cfg), Region: cfg.Regions.Default()}
	server, err := datadir.Find(cfg.Data)
	if errors.Is(err, datadir.ErrNoServer) {
		say(cmd.ErrOrStderr(), "poolhouse: %v; a server with these settings would be at %s\n", err, meant.URL)
		return meant, nil
	}
	if err != nil {
		return server, err
	}
	if cfg.PublicURL != "" || cmd.Flags().Changed("listen") {
		server.URL = meant.URL
	}
	if cmd.Flags().Changed("region") {
		server.Region = meant.Region
	}
	return server, nil
}

// rootOf returns the root credentials of a server that has been started before. If
// accessKeyID is given, they must have it. They come from the environment or the data
// directory.
func rootOf(data, accessKeyID string) (config.Credentials, error) {
	if id := os.Getenv(config.EnvRootAccessKeyID); id != "" && (accessKeyID == "" || id == accessKeyID) {
		return config.RootCredentials(data, os.Getenv)
	}
	c, err := config.ReadCredentials(filepath.Join(data, "credentials"))
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case missing && accessKeyID == "":
		return c, fmt.Errorf("%s has no credentials yet: start the server once with `poolhouse serve --data %s`", data, data)
	case missing, err == nil && accessKeyID != "" && c.AccessKeyID != accessKeyID:
		return c, fmt.Errorf("the server that runs on %s has the root access key %s from its environment: set %s and %s as they are there",
			data, accessKeyID, config.EnvRootAccessKeyID, config.EnvRootSecret)
	}
	return c, err
}

// endpoint returns the URL of a server with these settings.
func endpoint(cfg config.Config) string {
	if cfg.PublicURL != "" {
		return cfg.PublicURL
	}
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil || host == "" || net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// quote quotes a value as one word of a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
