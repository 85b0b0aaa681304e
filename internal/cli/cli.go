package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"poolhouse/internal/plaintext"
	"poolhouse/internal/server"
)

// The codes that commands exit with.
const (
	exitDone        = 0
	exitPartly      = 1
	exitRefused     = 2
	exitInterrupted = 130
)

// exit ends a command with an exit code. If err is nil, no message is printed.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return fmt.Sprint(e.err) }

// patience is how long after the first signal a second one is ignored: a program that
// started this one may forward a signal that the terminal has sent already.
const patience = time.Second

// Main runs the command line and returns the exit code. SIGINT and SIGTERM end the
// command. A second signal, after patience, kills the program.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, stop) })
	out, notes := plaintext.NewWriter(stdout), plaintext.NewWriter(stderr)
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(output{out, stdout})
	root.SetErr(notes)
	code, message := outcome(ctx, root.ExecuteContext(ctx))
	if message != "" {
		_, _ = io.WriteString(notes, "poolhouse: "+message+"\n") // foreign text in it has no line feeds
	}
	_, _ = out.Close(), notes.Close() // there is no place left to report a failure
	return code
}

// outcome returns the exit code of a command that ended with an error, and its message.
func outcome(ctx context.Context, err error) (code int, message string) {
	if err == nil {
		return exitDone, ""
	}
	code = exitRefused
	if e, ok := errors.AsType[*exit](err); ok {
		if code, err = e.code, e.err; err == nil {
			return code, ""
		}
	} else if ctx.Err() != nil {
		if code = exitInterrupted; errors.Is(err, context.Canceled) {
			return code, "interrupted"
		}
	}
	return code, unsigned(refusal(err).Error())
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "poolhouse",
		Short: "A self-hosted user pool that speaks Amazon Cognito's API",
		Long: "Poolhouse is a self-hosted user pool that speaks Amazon Cognito's API.\n" +
			"Try `poolhouse demo` first: it shows a user import job from beginning to end.",
		SilenceUsage: true, SilenceErrors: true, Args: cobra.NoArgs, Version: server.BuildDetails(),
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() }, // otherwise a mistyped command would print the help
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetVersionTemplate("poolhouse {{.Version}}\n")
	group(root, "import", "Import users:", newCheck(), newImport(), newLog(), newRows(), newCorrect(), newRetry(), newResume(), newResults(), newReceipt(), newUsers())
	group(root, "server", "Run a server:", newDemo(), newServe(), newEnv(), newHealth())
	group(root, "look", "Look at its data:", newStatistics(), newOutbox(), newAudit(), newInspect())
	group(root, "access", "Manage access keys, and change stored data:", newKeys(), newKey(), newAccount())
	explain(root)
	return root
}

// group adds commands that the help lists together.
func group(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}
