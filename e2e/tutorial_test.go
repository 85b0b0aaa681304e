package e2e

import (
	"os"
	"strings"
	"testing"
)

const tutorialPage = "../docs/tutorial.md"

// TestTutorial runs the commands of docs/tutorial.md as a reader does, from a server that
// has nothing to a user who has signed in, and demands that they print what the page shows.
func TestTutorial(t *testing.T) {
	together(t)
	awsCLIs(t)
	p := newPage(t, strangerEnv())
	p.runPage(tutorialPage)
	if p.url == "" {
		t.Error("the page starts no server")
	}
}

// strangerEnv is the environment of a person who has never used an AWS client.
func strangerEnv() (env []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AWS_") && !strings.HasPrefix(pair, "POOLHOUSE_") {
			env = append(env, pair)
		}
	}
	return append(env, "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}
