// Program corpus reads files that many programs wrote, with the reader of imports and with
// readers of others, and prints what each made of them. It is run by make corpus.
//
// It owns the table of the files whose users are known (world.go), what an import makes of a
// file (ours.go), the readers of others (others.go, npm/read.mjs), and the run over public
// collections of files, of which only that each row gets a verdict is asked (public.go).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"poolhouse/internal/plaintext"
)

func main() {
	world := flag.String("world", "internal/usercsv/testdata/world", "folder of the files whose users are known")
	others := flag.Bool("others", true, "also run the readers of others, which need Node.js and npm")
	public := flag.String("public", "", "folders of other CSV files, separated by commas: each row must get a verdict")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, plaintext.NewWriter(os.Stdout), *world, *others, folders(*public)); err != nil {
		fmt.Fprintln(plaintext.NewWriter(os.Stderr), "corpus:", err)
		os.Exit(1)
	}
}

// folders are the names in a list with commas.
func folders(list string) (all []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// run prints the tables. Its error is also that of a file that was not read as it must be.
func run(ctx context.Context, out io.Writer, world string, others bool, public []string) error {
	if err := readWorld(ctx, out, world, others); err != nil {
		return err
	}
	for _, folder := range public {
		if err := readPublic(ctx, out, folder); err != nil {
			return err
		}
	}
	return nil
}
