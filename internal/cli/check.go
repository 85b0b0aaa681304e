package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"poolhouse/internal/usercsv"
)

func newCheck() *cobra.Command {
	var pool string
	var want usercsv.Import
	shown := rowsShown{}
	cmd := &cobra.Command{
		Use:   "check FILE --pool pool.json",
		Short: "Check an import file without a server",
		Long: "Check an import file by the rules of a user pool, without a server: what is wrong in which cell, and what would be\n" +
			"right. The settings of the pool are what this prints:\n\n" +
			"  aws cognito-idp describe-user-pool --user-pool-id ID > pool.json\n\n" +
			"Whether a user is there already is known to a server only: `poolhouse import --check` asks it.\n" +
			"The values of the file are printed where they are wrong.\n" +
			"Exit codes: 0 all rows pass, 1 some do not, 2 the file cannot be imported.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := shown.check(); err != nil {
				return err
			}
			if want.Pool, err = readPoolFile(pool); err != nil {
				return err
			}
			return checkFile(cmd.Context(), cmd.OutOrStdout(), args[0], want, &shown)
		},
	}
	cmd.Flags().StringVar(&pool, "pool", "", "`file` with the user pool's settings, as describe-user-pool prints them (required)")
	algorithmFlag(cmd.Flags(), &want.Algorithm)
	shown.flags(cmd.Flags())
	required(cmd, "pool")
	return cmd
}

func algorithmFlag(f *pflag.FlagSet, algorithm *string) {
	f.StringVar(algorithm, "password-hashing-algorithm", "", "of the column password_hash: BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256")
}

func (s *rowsShown) flags(f *pflag.FlagSet) {
	f.IntVar(&s.rows, "rows", 20, "print `N` rows at most")
	f.BoolVar(&s.all, "all", false, "print all rows")
	f.BoolVar(&s.json, "json", false, "print JSON")
}

func (s *rowsShown) check() error {
	if s.rows < 0 {
		return fmt.Errorf("--rows is %d; it must be 0 or more", s.rows)
	}
	return nil
}

// checkFile prints what an import into a pool without users would do with a file.
func checkFile(ctx context.Context, out io.Writer, path string, want usercsv.Import, shown *rowsShown) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file, which is read more than once", path)
	}
	f := &fileCheck{path, want}
	checked, err := f.look(ctx)
	if err != nil {
		return err
	}
	rows := f.rows(ctx, shown.most())
	if len(checked.Problems) > 0 {
		rows = func(func(*rejectedRow, error) bool) {} // its rows say nothing
	}
	return checked.show(out, path, rows, shown)
}
