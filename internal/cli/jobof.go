package cli

import (
	"fmt"
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

// verdicts are the values of the flag --verdict.
type verdicts []string

func (v *verdicts) flag(f *pflag.FlagSet, of string) {
	f.StringSliceVar((*[]string)(v), "verdict", nil, "only these: "+of)
}

// upper returns the verdicts in capital letters.
func (v verdicts) upper() (all []string) {
	for _, one := range v {
		all = append(all, strings.ReplaceAll(strings.ToUpper(one), "-", "_"))
	}
	return all
}
