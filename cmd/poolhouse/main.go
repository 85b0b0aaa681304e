// Command poolhouse is a self-hosted user pool that speaks Amazon Cognito's
// API. Run `poolhouse help` for its commands.
package main

import (
	"os"

	"poolhouse/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
