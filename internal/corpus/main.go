// Program corpus reads files that many programs wrote, with the reader of imports and with
// other readers, and prints what each read. make corpus runs it.
//
// It owns the table of the files whose users are known (world.go), what an import reads from
// a file (ours.go), and the other readers (others.go, npm/read.mjs). It also owns the run
// over public collections of files (public.go), which only checks that each row gets a
// verdict.
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
	others := flag.Bool("others", true, "also run the other readers, which need Node.js and npm")
	public := flag.String("public", "", "folders of other CSV files, separated by commas: each row must get a verdict")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, plaintext.NewWriter(os.Stdout), *world, *others, folders(*public)); err != nil {
		fmt.Fprintln(plaintext.NewWriter(os.Stderr), "corpus:", err)
		os.Exit(1)
	}
}

// folders splits a list with commas.
func folders(list string) (all []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// run prints the tables. It returns an error if a file was not read correctly.
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
