package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// explain gives the errors of a command line what a person needs to correct it: the usage of
// the command, and the flag or command that was probably meant. It goes through a command
// and all below it.
func explain(cmd *cobra.Command) {
	cmd.SuggestionsMinimumDistance = 2
	cmd.SetFlagErrorFunc(wrongFlag)
	arguments := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if cmd.HasAvailableSubCommands() {
			return wrongCommand(cmd, args)
		}
		return wrongUsage(cmd, arguments, args)
	}
	for _, below := range cmd.Commands() {
		explain(below)
	}
}

// wrongCommand refuses a name that is no command below cmd.
func wrongCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := ""
	if names := cmd.SuggestionsFor(args[0]); len(names) > 0 {
		meant = "did you mean " + strings.Join(names, " or ") + "? "
	}
	return fmt.Errorf("unknown command %q for %q; %s`%s --help` lists the commands", args[0], cmd.CommandPath(), meant, cmd.CommandPath())
}

// wrongUsage refuses missing flags, flags that do not go together, and arguments that the
// command does not take.
func wrongUsage(cmd *cobra.Command, arguments cobra.PositionalArgs, args []string) error {
	if missing := missingFlags(cmd.Flags()); len(missing) > 0 {
		return fmt.Errorf("%s must be given; usage: %s", strings.Join(missing, " and "), cmd.UseLine())
	}
	if err := cmd.ValidateFlagGroups(); err != nil {
		return fmt.Errorf("%w; usage: %s", err, cmd.UseLine())
	}
	switch {
	case arguments == nil || arguments(cmd, args) == nil:
		return nil
	case len(args) == 0:
		return fmt.Errorf("an argument is missing; usage: %s", cmd.UseLine())
	}
	return fmt.Errorf("%q is an argument too many; usage: %s", args[len(args)-1], cmd.UseLine())
}

// missingFlags returns the required flags that were not given.
func missingFlags(flags *pflag.FlagSet) (missing []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if _, required := f.Annotations[cobra.BashCompOneRequiredFlag]; required && !f.Changed {
			missing = append(missing, "--"+f.Name)
		}
	})
	return missing
}

// wrongFlag words the error of a flag.
func wrongFlag(cmd *cobra.Command, err error) error {
	meant := ""
	if unknown, is := errors.AsType[*pflag.NotExistError](err); is {
		meant = nearestFlag(cmd.Flags(), unknown.GetSpecifiedName())
	}
	return fmt.Errorf("%w; %s`%s --help` lists the flags", err, meant, cmd.CommandPath())
}

// nearestFlag asks for the flag that an unknown one is a misspelling of, if there is one.
func nearestFlag(flags *pflag.FlagSet, name string) string {
	names := &cobra.Command{Use: "flags", SuggestionsMinimumDistance: 2} // cobra measures how near names are, and only those of commands
	flags.VisitAll(func(f *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	if near := names.SuggestionsFor(name); len(near) > 0 {
		return "did you mean --" + strings.Join(near, " or --") + "? "
	}
	return ""
}
