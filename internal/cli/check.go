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
			result, err := checkFile(cmd.Context(), args[0], want)
			if err != nil {
				return err
			}
			return result.show(cmd.OutOrStdout(), args[0], result.first(&shown), &shown)
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

// checkFile looks at a file as the import of a server without users would.
func checkFile(ctx context.Context, path string, want usercsv.Import) (*checkResult, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file, which is read twice", path)
	}
	open := func() (io.ReadCloser, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return &interruptible{file, ctx}, nil
	}
	look, err := usercsv.LookAt(open, usercsv.Limits{}, want)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return checkedBy(look, info.Size()), nil
}

// interruptible is a file whose reading ends with a context.
type interruptible struct {
	io.ReadCloser
	ctx context.Context
}

func (f *interruptible) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.ReadCloser.Read(p)
}
