package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newCheck() *cobra.Command {
	var pool string
	var f fileCheck
	var read readFlags
	shown := rowsShown{}
	cmd := &cobra.Command{
		Use:   "check FILE --pool pool.json",
		Short: "Check an import file without a server",
		Long: "Check an import file by the rules of a user pool, without a server: what is wrong in which cell, and what would be\n" +
			"right. The settings of the pool are what this prints:\n\n" +
			"  aws cognito-idp describe-user-pool --user-pool-id ID > pool.json\n\n" +
			"Only a server knows whether a user exists already: `poolhouse import --check` asks it.\n\n" +
			helpRead +
			"--write-map writes such a file, with all columns and what they are likely to be, to be edited.\n\n" +
			"The values of the file are printed where they are wrong.\n" +
			"Exit codes: 0 all rows pass, 1 some do not, 2 the file cannot be imported. With --strict, 1 also if Amazon Cognito would\n" +
			"refuse something of the file.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := shown.check(); err != nil {
				return err
			}
			asked, err := read.read()
			if err != nil {
				return err
			}
			if f.want.Pool, err = readPoolFile(pool); err != nil {
				return err
			}
			f.path, f.want.Asked, f.notes = args[0], asked.local(), cmd.ErrOrStderr()
			return f.check(cmd.Context(), cmd.OutOrStdout(), &shown)
		},
	}
	cmd.Flags().StringVar(&pool, "pool", "", "`file` with the user pool's settings, as describe-user-pool prints them (required)")
	algorithmFlag(cmd.Flags(), &f.want.Algorithm)
	read.flags(cmd)
	cmd.Flags().StringVar(&f.mapTo, "write-map", "", "write a map of the file's columns to this new `file`")
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

// check prints what an import into a pool without users would do with the file.
func (f *fileCheck) check(ctx context.Context, out io.Writer, shown *rowsShown) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file: the file is read more than once", f.path)
	}
	look, err := f.look(ctx)
	if err != nil {
		return err
	}
	checked, rows := checkedBy(look), f.rows(ctx, look.Format, shown.most())
	if len(checked.Problems) > 0 {
		rows = func(func(*rejectedRow, error) bool) {} // its rows are not reported
	}
	if f.mapTo != "" {
		if err := f.writeMap(ctx, look); err != nil {
			return err
		}
	}
	return checked.show(out, f.path, rows, shown, f.want.Asked.Strict)
}
