package main

import (
	"context"
	"fmt"
	"io"

	"poolhouse/internal/worldcsv"
)

// answer is what a reader read from a file.
type answer struct {
	users []map[string]string
	cause string // why there are no users, or ""
}

// reader reads files. The result has an entry for each.
type reader struct {
	name string
	read func(ctx context.Context, paths []string) ([]answer, error)
}

// readWorld prints a line for each file of the table, and the sums. It returns an error if
// the reader of imports makes a user wrong.
func readWorld(ctx context.Context, out io.Writer, dir string, others bool) error {
	world, err := worldcsv.Load(dir)
	if err != nil {
		return err
	}
	readers := []reader{{"Poolhouse", readOurs}}
	if others {
		readers = append(readers, reader{"DuckDB", byNode("duckdb")}, reader{"Papa Parse", byNode("papaparse")})
	}
	paths := make([]string, len(world.Files))
	for i, f := range world.Files {
		paths[i] = world.Path(f)
	}
	fmt.Fprintf(out, "%d users, written by other programs into %d files. Right: users with all values as they should be, of those that are\ncounted; wrong: users with a wrong value, or who are no users of the table.\n\n%-44s", world.Users(), len(world.Files), "file")
	answers := make([][]answer, len(readers))
	for i, r := range readers {
		if answers[i], err = r.read(ctx, paths); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		fmt.Fprintf(out, "  %-22s", r.name)
	}
	fmt.Fprintln(out)
	sums := make([]sum, len(readers))
	for n, f := range world.Files {
		fmt.Fprintf(out, "%-44s", f.Name)
		for i := range readers {
			j := world.Judge(f, answers[i][n].users)
			sums[i].add(j)
			fmt.Fprintf(out, "  %-22s", cell(j))
		}
		fmt.Fprintln(out, "  ", answers[0][n].cause)
	}
	fmt.Fprintf(out, "%-44s", "files wholly right")
	for _, s := range sums {
		fmt.Fprintf(out, "  %-22s", fmt.Sprintf("%d of %d", s.whole, len(world.Files)))
	}
	fmt.Fprintf(out, "\n%-44s", "users wrong")
	for _, s := range sums {
		fmt.Fprintf(out, "  %-22d", s.wrong)
	}
	fmt.Fprintln(out)
	if sums[0].wrong > 0 {
		return fmt.Errorf("the reader of imports makes %d users wrong", sums[0].wrong)
	}
	return nil
}

// sum is what a reader read from all files.
type sum struct{ whole, wrong int }

func (s *sum) add(j worldcsv.Judgement) {
	if s.wrong += len(j.Wrong); j.Whole() {
		s.whole++
	}
}

// cell describes in short what a reader read from a file.
func cell(j worldcsv.Judgement) string {
	switch {
	case j.Whole():
		return "right"
	case len(j.Wrong) > 0:
		return fmt.Sprintf("%d of %d, %d wrong", j.Right, j.Counted, len(j.Wrong))
	}
	return fmt.Sprintf("%d of %d", j.Right, j.Counted)
}
