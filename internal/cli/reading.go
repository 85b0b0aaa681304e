package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"poolhouse/internal/usercsv"
)

// readFlags are the flags about the format of a file.
type readFlags struct {
	strict bool
	format []string // KEY=VALUE, or several separated by commas
	file   string   // file with a map
	saved  bool     // use the map that the user pool keeps
}

func (r *readFlags) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&r.strict, "strict", false, "read the file only as Amazon Cognito does")
	f.StringArrayVar(&r.format, "format", nil, "parts of the format that are not detected: `KEY=VALUE,...` of "+strings.Join(formatKeys, ", "))
	f.StringVar(&r.file, "map", "", "JSON `file` that says what each column is read as")
	for _, other := range []string{"format", "map"} {
		cmd.MarkFlagsMutuallyExclusive("strict", other)
	}
}

// flagsOfPool adds the flags, and the one that needs a server.
func (r *readFlags) flagsOfPool(cmd *cobra.Command) {
	r.flags(cmd)
	cmd.Flags().BoolVar(&r.saved, "saved-map", false, "read the columns as in the user pool's last job that was created with a map")
	cmd.MarkFlagsMutuallyExclusive("strict", "saved-map")
	cmd.MarkFlagsMutuallyExclusive("map", "saved-map")
}

// helpRead describes these flags in help texts.
const helpRead = "The format of the file is detected: encoding, separator, quotation marks and birthdates. If a file can be read in two\n" +
	"ways, nothing is imported until --format chooses one, such as --format escape=backslash,separator=semicolon:\n\n" +
	"  encoding    utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, macintosh, ibm850\n" +
	"  separator   comma, semicolon, tab, pipe\n" +
	"  quote       quotation-mark, apostrophe, none\n" +
	"  escape      cognito, doubled, backslash, backslash-inside, backslash-marks, backslash-doubled, php, undoubled, other-mark, text, none\n" +
	"  birthdates  month-first, day-first\n\n" +
	"--map names a JSON file that says what each column of the file is read as, \"\" for not imported: {\"E-Mail\": \"email\",\n" +
	"\"Notes\": \"\"}. Columns that it does not name keep their names.\n"

// readingAsked is the choice of the flags, in the form of the operations' inputs.
type readingAsked struct {
	Strict bool           `json:",omitempty"`
	Format *formatChoice  `json:",omitempty"`
	Map    []mappedColumn `json:",omitempty"`
}

// formatChoice is ImportFormatChoiceType.
type formatChoice struct {
	Encoding   string `json:",omitempty"`
	Separator  string `json:",omitempty"`
	Quote      string `json:",omitempty"`
	Escape     string `json:",omitempty"`
	Birthdates string `json:",omitempty"`
}

// mappedColumn is ImportMappedColumnType.
type mappedColumn struct{ Column, Attribute string }

// read parses the flags. It does not request the map that a user pool keeps.
func (r *readFlags) read() (a readingAsked, err error) {
	a.Strict = r.strict
	if len(r.format) > 0 {
		if a.Format, err = parseFormat(r.format); err != nil {
			return a, err
		}
	}
	if r.file != "" {
		a.Map, err = readMap(r.file)
	}
	return a, err
}

// formatKeys are the keys of --format.
var formatKeys = []string{"encoding", "separator", "quote", "escape", "birthdates"}

// members returns pointers to the choice's members, in the order of formatKeys.
func (c *formatChoice) members() []*string {
	return []*string{&c.Encoding, &c.Separator, &c.Quote, &c.Escape, &c.Birthdates}
}

// parseFormat parses the values of --format into the API's values.
func parseFormat(values []string) (*formatChoice, error) {
	var c formatChoice
	for _, pair := range strings.Split(strings.Join(values, ","), ",") {
		key, value, is := strings.Cut(strings.TrimSpace(pair), "=")
		at := slices.Index(formatKeys, strings.ToLower(key))
		if !is || at < 0 || value == "" {
			return nil, fmt.Errorf("--format has %q; it must be KEY=VALUE, and the key one of %s", pair, strings.Join(formatKeys, ", "))
		}
		member := c.members()[at]
		if *member != "" {
			return nil, fmt.Errorf("--format has %s twice", formatKeys[at])
		}
		*member = value
	}
	choice, err := usercsv.ChoiceWords(c).Choice()
	if wrong, is := errors.AsType[*usercsv.ChoiceError](err); is {
		return nil, errors.New(wrong.Of("--format "+strings.ToLower(wrong.Member), smallWord))
	}
	c = formatChoice(choice.Words())
	return &c, err
}

// smallWord returns an API value in the spelling of --format.
func smallWord(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

// flag returns the value of --format that makes the same choice.
func (c *formatChoice) flag() string {
	var pairs []string
	for i, member := range c.members() {
		if *member != "" {
			pairs = append(pairs, formatKeys[i]+"="+smallWord(*member))
		}
	}
	return strings.Join(pairs, ",")
}

// none reports whether nothing was chosen.
func (a *readingAsked) none() bool { return !a.Strict && a.Format == nil && a.Map == nil }

// local returns the choice for a local survey.
func (a *readingAsked) local() (local usercsv.Asked) {
	local.Strict = a.Strict
	if a.Format != nil {
		local.Choice, _ = usercsv.ChoiceWords(*a.Format).Choice() // its values were validated before
	}
	for _, m := range a.Map {
		local.Map = append(local.Map, usercsv.Mapped(m))
	}
	return local
}

// errNotRead refuses the flags on a server that is not Poolhouse.
var errNotRead = errors.New("--strict, --format, --map and --saved-map need Poolhouse: Amazon Cognito reads one form of a file only, and columns by " +
	"their names. `poolhouse check FILE --strict --pool pool.json` tells what it would not take")

// withSaved adds the map that the user pool keeps, if it was asked for.
func (r *readFlags) withSaved(ctx context.Context, run *importRun, a readingAsked) (readingAsked, error) {
	if isAWS(run.cfg.BaseEndpoint) && (r.saved || !a.none()) {
		return a, errNotRead
	}
	if !r.saved {
		return a, nil
	}
	var kept struct{ Map []mappedColumn }
	err := callOwn(ctx, run.cfg, "GetUserImportMap", map[string]string{"UserPoolId": run.poolID}, &kept)
	switch {
	case errors.Is(err, errNotOffered):
		return a, errNotRead
	case err != nil:
		return a, err
	case len(kept.Map) == 0:
		return a, errors.New("the user pool has no map yet: it keeps the map of the last job that was created with --map")
	}
	a.Map = kept.Map
	return a, nil
}
