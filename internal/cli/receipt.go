package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// receipt is UserImportReceiptType.
type receipt struct {
	UserPoolId, UserPoolName, JobId, JobName, Status      string
	CompletionMessage, Explanation                        string
	FileSize                                              int64
	FileSha256                                            string
	TotalRows, SucceededRows, SkippedRows, FailedRows     int64
	NotReachedRows                                        int64
	CreationDate, RequestDate, StartDate, StopRequestDate float64 // seconds since 1970
	CompletionDate, RowsKeptUntil                         float64
	Creator, StartedBy, StoppedBy                         string
	CloudWatchLogsRoleArn, PasswordHashingAlgorithm       string
	ErrorBudget                                           *errorBudget
	Settings                                              []struct{ Name, Value string }
	Causes                                                []cause
	CognitoRefusals                                       []cognitoRefusal
	Format                                                *fileFormat
	Strict                                                bool
	Map                                                   []mappedColumn
	Parent                                                *relatedJob
	Children                                              []relatedJob
	ServerVersion                                         string
}

// relatedJob is ImportRelatedJobType.
type relatedJob struct {
	JobId, JobName, Relation, Status string
	ImportedUsers, TotalRows         int64
}

func newReceipt() *cobra.Command {
	var j jobOf
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "receipt --user-pool-id ID --job-id ID",
		Short: "Print the receipt of an import job",
		Long: "Print the receipt of an import job: its file, the verdicts of its rows, times and principals, the settings that\n" +
			"applied, how the file was read, and what Amazon Cognito would refuse of it. It has no value of a row.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := j.loadFor(cmd.Context(), j.UserPoolId)
			if err != nil {
				return err
			}
			var got struct{ Receipt json.RawMessage }
			if err := callOwn(cmd.Context(), cfg, "GetUserImportJobReceipt", j.jobKey, &got); err != nil {
				return err
			}
			return showReceipt(cmd.OutOrStdout(), got.Receipt, asJSON)
		},
	}
	j.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an object of JSON")
	return cmd
}

// showReceipt prints a receipt as the server wrote it, or for people.
func showReceipt(out io.Writer, text json.RawMessage, asJSON bool) error {
	if asJSON {
		return printRaw(out, text)
	}
	var r receipt
	if err := json.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	r.print(out)
	return nil
}

// printRaw prints a server's object on one line.
func printRaw(out io.Writer, text json.RawMessage) error {
	line, err := marshal(text)
	if err == nil {
		_, err = out.Write(append(line, '\n'))
	}
	return err
}

func (r *receipt) print(out io.Writer) {
	p := pairs{out}
	p.print("Receipt of", "%s, %s", r.JobName, r.JobId)
	p.print("user pool", "%s", withComma(r.UserPoolId, r.UserPoolName))
	p.print("status", "%s: %s", r.Status, cmp.Or(r.Explanation, r.CompletionMessage))
	r.printFile(p)
	r.printTimes(p)
	p.print("log role", "%s", r.CloudWatchLogsRoleArn)
	p.print("hashes", "%s", cmp.Or(r.PasswordHashingAlgorithm, "none"))
	p.print("may fail", "%s", r.ErrorBudget.words())
	r.printRelated(p)
	p.print("server", "%s", r.ServerVersion)
	if len(r.Causes) > 0 {
		say(out, "\nWhy rows were not imported:\n")
		printCauses(out, "  ", r.Causes)
	}
	if len(r.Settings) > 0 {
		say(out, "\nSettings that the rows were judged by:\n")
	}
	width := 0
	for _, s := range r.Settings {
		width = max(width, len(s.Name))
	}
	for _, s := range r.Settings {
		say(out, "  %s%s  %s\n", s.Name, strings.Repeat(" ", width-len(s.Name)), s.Value)
	}
	printRefusals(out, r.CognitoRefusals)
}

// printFile prints which file it was, and what happened to its rows.
func (r *receipt) printFile(p pairs) {
	p.print("file", "%s, SHA-256 %s", counted(r.FileSize, "byte"), r.FileSha256)
	r.printRead(p)
	p.print("rows", "%s = %s imported + %s skipped + %s failed + %s not reached", grouped(r.TotalRows),
		grouped(r.SucceededRows), grouped(r.SkippedRows), grouped(r.FailedRows), grouped(r.NotReachedRows))
	p.print("rows kept", "%s", until(r.RowsKeptUntil))
}

// printRead prints how the file was read.
func (r *receipt) printRead(p pairs) {
	if r.Strict {
		p.print("strict", "%s", "only what Amazon Cognito accepts was read")
	}
	if len(r.Map) > 0 && r.Format == nil { // the file was not read with it
		p.print("map", "%s", mapWords(r.Map))
	}
	printNotes(p.out, pairWidth, r.Format.notes())
}

// mapWords describes what columns were read as.
func mapWords(columns []mappedColumn) string {
	var words []string
	for _, m := range columns {
		if m.Attribute == "" {
			words = append(words, clipped(m.Column)+" is not imported")
		} else {
			words = append(words, clipped(m.Column)+" is "+clipped(m.Attribute))
		}
	}
	return strings.Join(words, ", ")
}

// until says how long rows are kept.
func until(at float64) string {
	if at == 0 {
		return ""
	}
	return "until " + instant(at)
}

// printTimes prints the events of the job with their principals.
func (r *receipt) printTimes(p pairs) {
	for _, e := range []struct {
		label string
		at    float64
		by    string
	}{
		{"created", r.CreationDate, r.Creator}, {"start asked", r.RequestDate, r.StartedBy}, {"started", r.StartDate, ""},
		{"stop asked", r.StopRequestDate, r.StoppedBy}, {"ended", r.CompletionDate, ""},
	} {
		switch {
		case e.at == 0:
		case e.by == "":
			p.print(e.label, "%s", instant(e.at))
		default:
			p.print(e.label, "%s by %s", instant(e.at), e.by)
		}
	}
}

// printRelated prints the jobs before and after.
func (r *receipt) printRelated(p pairs) {
	if r.Parent != nil {
		p.print("parent", "%s", r.Parent.String())
	}
	for i := range r.Children {
		p.print("child", "%s", r.Children[i].String())
	}
}

// String describes a job: what it did with the rows of its parent, and how it ended.
func (j *relatedJob) String() string {
	return fmt.Sprintf("%s, %s (%s), %s: %s of %s rows imported", j.JobId, j.JobName, j.Relation, j.Status, grouped(j.ImportedUsers), grouped(j.TotalRows))
}

// words says at which number of failed rows the job ends.
func (b *errorBudget) words() string {
	var all []string
	if b != nil && b.FailedRows != nil {
		all = append(all, counted(*b.FailedRows, "row")+"; one more stops the job")
	}
	if b != nil && b.FailedPercent != nil {
		all = append(all, fmt.Sprintf("%d %% of the rows; more stop the job", *b.FailedPercent))
	}
	if b != nil && b.NeverFail {
		all = append(all, "any number, at the end of the file")
	}
	if len(all) == 0 {
		return "as many rows as the server's setting import-failed-share says"
	}
	return strings.Join(all, "; ")
}

// pairWidth is the width of the labels of pairs.
const pairWidth = 13

// pairs prints labels and texts below each other.
type pairs struct{ out io.Writer }

// print prints a pair. It leaves out an empty text.
func (p pairs) print(label, format string, args ...any) {
	if len(args) == 1 && args[0] == "" {
		return
	}
	say(p.out, "%-*s", pairWidth, label)
	say(p.out, format+"\n", args...)
}

// withComma joins two texts by a comma. Either may be empty.
func withComma(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + ", " + second
}

// instant formats a time of the API for output.
func instant(seconds float64) string {
	return time.UnixMilli(int64(seconds * 1000)).UTC().Format(time.RFC3339)
}
