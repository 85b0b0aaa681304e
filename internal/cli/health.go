package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout is how long a server may take to say that it is ready.
const healthTimeout = 5 * time.Second

// maxHealthText bounds how many bytes of a server's answer are printed.
const maxHealthText = 1 << 10

func newHealth() *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a server whether it is ready, for the health check of a container",
		Long: "Ask a server whether its database can be read and written (GET /readyz). The exit code is 0 if it says so, 1 if not.\n" +
			"No key is needed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := askReady(cmd.Context(), url); err != nil {
				return &exit{exitPartly, err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&url, "url", "http://127.0.0.1:9229", "where the server listens")
	return cmd
}

// askReady returns why a server is not ready.
func askReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+"/readyz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy: the server is on this machine
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, maxHealthText)) // for the message only
		return fmt.Errorf("the server is not ready: %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
