package cli

import (
	"errors"
	"fmt"
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
			for _, pair := range [][2]string{
				{"AWS_ENDPOINT_URL", endpoint(cfg)}, {"AWS_REGION", cfg.Region}, {"AWS_DEFAULT_REGION", cfg.Region},
				{"AWS_ACCESS_KEY_ID", root.AccessKeyID}, {"AWS_SECRET_ACCESS_KEY", root.Secret},
			} {
				fmt.Fprintf(cmd.OutOrStdout(), "export %s=%s\n", pair[0], quote(pair[1]))
			}
			fmt.Fprintln(cmd.OutOrStdout(), "unset AWS_SESSION_TOKEN AWS_PROFILE")
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "YAML file with settings")
	addSettings(cmd.Flags(), &flags)
	return cmd
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
