package cli

import (
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"poolhouse/internal/config"
	"poolhouse/internal/plaintext"
	"poolhouse/internal/server"
)

// stopped has the flags of a command that changes stored data while no server runs: the
// settings that say where the data is.
type stopped struct{ file string }

func (s *stopped) flags(f *pflag.FlagSet) {
	c := config.Default()
	f.StringVar(&s.file, "config", "", "YAML file with settings")
	f.StringVar(&c.Data, "data", c.Data, "data directory")
	f.StringVar(&c.Database, "database", c.Database, "PostgreSQL database, postgres://user:password@host/database (default SQLite in the data directory)")
}

// accountID is the form of an account ID.
var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func newAccount() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Change the account that everything belongs to",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAccountSet())
	return cmd
}

func newAccountSet() *cobra.Command {
	var s stopped
	cmd := &cobra.Command{
		Use:   "set ID",
		Short: "Make everything belong to another account, while no server runs",
		Long: "Make everything in a data directory or database belong to another account: all ARNs are rewritten, except in the\n" +
			"audit. Stop the servers first, and start them with --account-id ID afterwards.\n" +
			"The command is refused while a policy names the old account: that policy would then allow or deny nothing.\n" +
			"Sessions of roles and of the console end.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !accountID.MatchString(args[0]) {
				return fmt.Errorf("the account id is %q; it must be 12 digits", args[0])
			}
			cfg, err := settings(cmd.Flags(), s.file)
			if err != nil {
				return err
			}
			before, err := server.SetAccount(cmd.Context(), cfg, os.Getenv, plaintext.NewLogger(cmd.ErrOrStderr(), cfg.LogFormat == "json", cfg.Level()), args[0])
			if err != nil {
				return err
			}
			if before == args[0] {
				return plaintext.Printf(cmd.OutOrStdout(), "Everything belongs to the account %s already.\n", before)
			}
			return plaintext.Printf(cmd.OutOrStdout(), "account  %s, before %s\nStart the servers with --account-id %s.\n", args[0], before, args[0])
		},
	}
	s.flags(cmd.Flags())
	return cmd
}

func newKey() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Replace the key that seals secrets in the database",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyReplace())
	return cmd
}

func newKeyReplace() *cobra.Command {
	var s stopped
	cmd := &cobra.Command{
		Use:   "replace",
		Short: "Seal all secrets under a new key, while no server runs",
		Long: "Seal everything in the database under a new key. Stop the servers first. A key in the file sealing-key of the data\n" +
			"directory is replaced by a random one, or by that of POOLHOUSE_NEW_SEALING_KEY. A key of POOLHOUSE_SEALING_KEY is\n" +
			"replaced by that of POOLHOUSE_NEW_SEALING_KEY; start the servers with the new one afterwards.\n" +
			"A run that was interrupted is finished by running the command again. Sessions of roles end.\n" +
			"Copies of the database from before can be opened with the old key only: as long as you keep them, keep it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := settings(cmd.Flags(), s.file)
			if err != nil {
				return err
			}
			done, err := server.ReplaceKey(cmd.Context(), cfg, os.Getenv, plaintext.NewLogger(cmd.ErrOrStderr(), cfg.LogFormat == "json", cfg.Level()))
			if err != nil {
				return err
			}
			return plaintext.Printf(cmd.OutOrStdout(), "%s\n", replaced(done, cfg))
		},
	}
	s.flags(cmd.Flags())
	return cmd
}

// replaced says what was done about the key, and what is left to do.
func replaced(done server.KeyReplaced, cfg config.Config) string {
	text := "The secrets are sealed under the new key."
	if done.Before {
		text = "The secrets were sealed under the new key before."
	}
	switch {
	case !done.InFile:
		return text + " Start the servers with " + config.EnvSealingKey + " set to it."
	case cfg.Database != "":
		return text + " It is in " + cfg.Data + "/sealing-key: copy it to the data directories of the other servers, or set " + config.EnvSealingKey + " to it."
	}
	return text + " It is in " + cfg.Data + "/sealing-key. Keep a copy of it in another place than copies of the database."
}
