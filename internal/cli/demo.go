package cli

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/spf13/cobra"

	"poolhouse/internal/config"
	"poolhouse/internal/plaintext"
	"poolhouse/internal/platform"
	"poolhouse/internal/server"
)

//go:embed sample.csv
var sampleCSV []byte

func newDemo() *cobra.Command {
	d := &demo{cfg: config.Default()}
	d.cfg.Data = ""
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show an import from beginning to end, on a server of its own",
		Long: "Start a server, create a user pool, and import a sample file of 1,000 rows through the public API,\n" +
			"as any client would. The server runs until Ctrl-C.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.out, d.notes = cmd.OutOrStdout(), cmd.ErrOrStderr()
			d.chosen = cmd.Flags().Changed("listen")
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&d.cfg.Data, "data", "", "data directory (default a temporary one, removed at the end)")
	cmd.Flags().StringVar(&d.cfg.Listen, "listen", d.cfg.Listen, "address to listen on; without the flag, a free port if this one is taken")
	cmd.Flags().BoolVar(&d.exit, "exit", false, "end after the import: with 0 if the job succeeded, else with 1")
	return cmd
}

// demo is one run of the demonstration.
type demo struct {
	cfg    config.Config
	out    io.Writer
	notes  io.Writer
	exit   bool
	chosen bool // --listen was given: no other address may be used
	server *server.Server
}

func (d *demo) run(ctx context.Context) (err error) {
	if d.cfg.Data == "" {
		if d.cfg.Data, err = os.MkdirTemp("", "poolhouse-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(d.cfg.Data)
	}
	s, err := d.open(ctx)
	if err != nil {
		return &exit{exitPartly, err}
	}
	serving, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(serving) }()
	d.server = s
	result := d.show(serving, s.URL(), s.Root())
	if result == nil && !d.exit {
		<-serving.Done()
	}
	stop()
	if err := <-done; err != nil {
		result = errors.Join(result, err)
	}
	if result != nil && ctx.Err() == nil {
		return &exit{exitPartly, refusal(result)}
	}
	return nil
}

// open opens the server, on a free port if the usual one is taken.
func (d *demo) open(ctx context.Context) (*server.Server, error) {
	quiet := plaintext.NewLogger(d.notes, false, slog.LevelWarn)
	s, err := server.Open(ctx, d.cfg, os.Getenv, quiet)
	if platform.IsAddressInUse(err) && !d.chosen {
		d.cfg.Listen = "127.0.0.1:0"
		s, err = server.Open(ctx, d.cfg, os.Getenv, quiet)
	}
	return s, err
}

// show runs the import as a client would, and prints each step.
func (d *demo) show(ctx context.Context, url string, root config.Credentials) error {
	cfg := aws.Config{
		Region: d.cfg.Regions.Default(), BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.Secret, ""),
	}
	cfg.HTTPClient = httpClient(cfg)
	client := cognito(cfg)
	pool, err := d.createPool(ctx, client)
	if err != nil {
		return err
	}
	path := filepath.Join(d.cfg.Data, "sample.csv")
	if err := os.WriteFile(path, sampleCSV, 0o600); err != nil {
		return err
	}
	say(d.out, "server    %s\nuser pool %s\n\n", url, pool)
	r := &importRun{cfg: cfg, client: client, poolID: pool, waiter: waiter{out: d.out, every: 50 * time.Millisecond}}
	begun := time.Now()
	job, err := r.run(ctx, path, jobSpec{name: "demo"})
	if err != nil {
		return err
	}
	say(d.out, "ended     %s in %s: %s\n", job.Status, time.Since(begun).Round(time.Millisecond), aws.ToString(job.CompletionMessage))
	say(d.out, "          imported %s, skipped %s, failed %s\n\n", grouped(job.ImportedUsers), grouped(job.SkippedUsers), grouped(job.FailedUsers))
	if err := d.showLines(ctx, cfg, job); err != nil {
		return err
	}
	d.showConsole()
	d.showCommands(job)
	if job.Status != types.UserImportJobStatusTypeSucceeded {
		return errors.New("the demo's import did not succeed")
	}
	return nil
}

// createPool creates a pool whose rules some rows of the sample break.
func (d *demo) createPool(ctx context.Context, client *cognitoidentityprovider.Client) (string, error) {
	out, err := client.CreateUserPool(ctx, &cognitoidentityprovider.CreateUserPoolInput{
		PoolName:               aws.String(demoPool),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail, types.VerifiedAttributeTypePhoneNumber},
		Schema: []types.SchemaAttributeType{
			{Name: aws.String("family_name"), AttributeDataType: types.AttributeDataTypeString, Required: aws.Bool(true), Mutable: aws.Bool(true)},
			{Name: aws.String("department"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(true),
				StringAttributeConstraints: &types.StringAttributeConstraintsType{MinLength: aws.String("1"), MaxLength: aws.String("20")}},
			{Name: aws.String("level"), AttributeDataType: types.AttributeDataTypeNumber, Mutable: aws.Bool(true),
				NumberAttributeConstraints: &types.NumberAttributeConstraintsType{MinValue: aws.String("1"), MaxValue: aws.String("10")}},
		},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.UserPool.Id), nil
}

func (d *demo) showLines(ctx context.Context, cfg aws.Config, job *types.UserImportJobType) error {
	var page logPage
	err := callOwn(ctx, cfg, "GetUserImportJobLog",
		logQuery{UserPoolId: aws.ToString(job.UserPoolId), JobId: aws.ToString(job.JobId), Verdicts: []string{"SKIPPED", "FAILED"}, Limit: 100}, &page)
	if err != nil {
		return err
	}
	say(d.out, "The lines that were not imported:\n")
	printEvents(d.out, "  ", page.Events)
	return nil
}

// showConsole prints a link that signs in to the console once.
func (d *demo) showConsole() {
	if link := d.server.ConsoleLink(); link != "" && !d.exit {
		say(d.out, "Open the console (this link signs you in once, from this machine, within an hour):\n  %s\n", link)
	}
}

// demoPool is the name of the demo's user pool.
const demoPool = "demo"

// showCommands prints how to go on with the AWS CLI.
func (d *demo) showCommands(job *types.UserImportJobType) {
	if d.exit {
		return
	}
	pool, id := aws.ToString(job.UserPoolId), aws.ToString(job.JobId)
	program := programName(os.Args[0])
	say(d.out, `
The server runs until Ctrl-C. In another terminal:
  eval "$(%s env --data %s)"
  aws cognito-idp describe-user-import-job --user-pool-id %s --job-id %s
  %s rows --user-pool-id %s --job-id %s
  aws logs filter-log-events --log-group-name /aws/cognito/userpools/%s/%s --filter-pattern FAILED
  aws cognito-idp list-users --user-pool-id %s --limit 3
  aws cognito-idp get-csv-header --user-pool-id %s
(An AWS CLI older than 2.13 or 1.29 needs --endpoint-url "$AWS_ENDPOINT_URL" as well.)
`, program, quote(d.cfg.Data), pool, id, program, pool, id, pool, demoPool, pool, pool)
}

// programName returns how a person starts this program again. A program that `go run` built
// is gone when it ends.
func programName(started string) string {
	if strings.Contains(filepath.ToSlash(started), "/go-build") {
		return "go run ./cmd/poolhouse"
	}
	return word(started)
}
