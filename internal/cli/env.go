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
)

func newEnv() *cobra.Command {
	flags := config.Default()
	var file string
	cmd := &cobra.Command{
		Use:   "env",
		Short: `Print shell exports for AWS clients: eval "$(poolhouse env)"`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := settings(cmd.Flags(), file)
			if err != nil {
				return err
			}
			root, err := existingCredentials(cfg)
			if err != nil {
				return err
			}
			return printExports(cmd.OutOrStdout(), endpoint(cfg), cfg.Region, root.AccessKeyID, root.Secret)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "YAML file with settings")
	addSettings(cmd.Flags(), &flags)
	return cmd
}

// printExports prints what AWS clients read from the environment, for a
// shell's eval.
func printExports(w io.Writer, endpoint, region, accessKeyID, secret string) error {
	for _, pair := range [][2]string{
		{"AWS_ENDPOINT_URL", endpoint}, {"AWS_REGION", region}, {"AWS_DEFAULT_REGION", region},
		{"AWS_ACCESS_KEY_ID", accessKeyID}, {"AWS_SECRET_ACCESS_KEY", secret},
	} {
		if _, err := fmt.Fprintf(w, "export %s=%s\n", pair[0], quote(pair[1])); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "unset AWS_SESSION_TOKEN AWS_PROFILE")
	return err
}

// existingCredentials returns the root credentials of a server that has been
// started before.
func existingCredentials(cfg config.Config) (config.Credentials, error) {
	if os.Getenv(config.EnvRootAccessKeyID) != "" {
		return config.RootCredentials(cfg.Data, os.Getenv)
	}
	c, err := config.ReadCredentials(filepath.Join(cfg.Data, "credentials"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%s has no credentials yet: start the server once with `poolhouse serve --data %s`", cfg.Data, cfg.Data)
	}
	return c, err
}

// endpoint returns the URL of the server with these settings.
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

// quote makes a value one word of a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
