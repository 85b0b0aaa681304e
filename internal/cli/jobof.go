package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// jobOf has the flags of a command about an import job: the server and the job.
type jobOf struct {
	target
	jobKey
}

// jobKey identifies an import job in the inputs of operations.
type jobKey struct{ UserPoolId, JobId string }

func (j *jobOf) flags(cmd *cobra.Command) {
	j.target.flags(cmd.Flags())
	cmd.Flags().StringVar(&j.UserPoolId, "user-pool-id", "", "user pool (required)")
	cmd.Flags().StringVar(&j.JobId, "job-id", "", "import job (required)")
	required(cmd, "user-pool-id", "job-id")
}

// command returns a poolhouse command about the job on the same server.
func (j *jobOf) command(verb, rest string) string {
	if rest != "" {
		rest = " " + rest
	}
	return fmt.Sprintf("poolhouse %s --user-pool-id %s --job-id %s%s%s", verb, word(j.UserPoolId), word(j.JobId), rest, j.given())
}

// required marks flags of a command as required.
func required(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the caller declares the flag
		}
	}
}

// verdicts are the values of the flag --verdict, in capital letters.
type verdicts struct{ all, allowed []string }

func (v *verdicts) flag(f *pflag.FlagSet, allowed ...string) {
	v.allowed = allowed
	f.Var(v, "verdict", "only these: "+strings.Join(allowed, ", "))
}

// keptVerdicts are the verdicts of rows that a job did not import.
var keptVerdicts = []string{"SKIPPED", "FAILED", "NOT_REACHED"}

// Set adds verdicts, separated by commas, in any case and with hyphens or underscores.
func (v *verdicts) Set(text string) error {
	for one := range strings.SplitSeq(text, ",") {
		verdict := strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(one)), "-", "_")
		if !slices.Contains(v.allowed, verdict) {
			return fmt.Errorf("%q must be one of %s", one, strings.Join(v.allowed, ", "))
		}
		v.all = append(v.all, verdict)
	}
	return nil
}

func (v *verdicts) String() string { return strings.Join(v.all, ",") }

// Type is the placeholder of the value in help texts.
func (v *verdicts) Type() string { return "verdicts" }
