package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds the answer of a server.
const healthTimeout = 5 * time.Second

// maxHealthText bounds how many bytes of a server's answer are printed.
const maxHealthText = 1 << 10

func newHealth() *cobra.Command {
	var endpoint string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a server whether it is ready, for the health check of a container",
		Long: "Ask a server whether its database can be read and written (GET /readyz). The exit code is 0 if it says so, 1 if not.\n" +
			"No key is needed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := askReady(cmd.Context(), cmp.Or(endpoint, os.Getenv("AWS_ENDPOINT_URL"), ownEndpoint)); err != nil {
				return &exit{exitPartly, err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&endpoint, "endpoint-url", "", "URL of the server (default AWS_ENDPOINT_URL, else "+ownEndpoint+")")
	return cmd
}

// ownEndpoint is the endpoint of a server with default settings on this machine.
const ownEndpoint = "http://127.0.0.1:9229"

// askReady returns why a server is not ready, nil if it is.
func askReady(ctx context.Context, endpoint string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(endpoint, "/")+"/readyz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: unredirected{&http.Transport{DisableKeepAlives: true}}} // no proxy: the server is on this machine
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%w; name a running server with --endpoint-url, or start one with `poolhouse serve`", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, maxHealthText)) // for the message only
		return fmt.Errorf("the server is not ready: %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
