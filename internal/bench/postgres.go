package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"poolhouse/internal/sqlstore"
)

// runPostgres measures on PostgreSQL, beside the psql program, and then what
// several pools and several nodes get done together.
func runPostgres(ctx context.Context, o Options, dir string) (err error) {
	if err := need("psql", "postgresql"); err != nil {
		return err
	}
	s, err := openServer(ctx, o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	b := &postgresBench{server: s, dir: dir}
	if err := b.writeFiles(o.Rows); err != nil {
		return err
	}
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "%s\n%d rows, %.1f MB, %d runs of each in turn\n\n", about, b.whole.rows, float64(b.whole.size)/1e6, o.Runs)
	if err := b.prepare(ctx); err != nil {
		return err
	}
	all := b.series(ctx)
	err = run(o.Runs, all)
	report(o.Out, all) // also of what was interrupted
	b.explain(o.Out)
	return err
}

// explain says what the lines of the table are.
func (b *postgresBench) explain(out io.Writer) {
	fmt.Fprintf(out, "A node is here an engine with a store and connections of its own that works on two jobs at a time; the nodes are\n"+
		"in this process, and share %d processors with the server and psql. Times end with the last job.\n", runtime.GOMAXPROCS(0))
	if err := b.server.checkpointErr; err != nil {
		fmt.Fprintf(out, "What one thing left to write may have slowed down the next: %v\n", err)
	}
	fmt.Fprintln(out)
}

// postgresBench is what is measured on a server, and the files of it.
type postgresBench struct {
	server             *server
	dir                string
	whole, half, sixth file
	inOrder, sorted    string // files with the rows that an import of the whole file makes
}

func (b *postgresBench) writeFiles(rows int) (err error) {
	for _, piece := range []struct {
		file *file
		of   int
	}{{&b.whole, 1}, {&b.half, 2}, {&b.sixth, 6}} {
		if *piece.file, err = writeFile(b.dir, max(1, rows/piece.of)); err != nil {
			return err
		}
	}
	return nil
}

func (b *postgresBench) series(ctx context.Context) []*series {
	return []*series{
		{name: "import job: parse, check, store", rows: b.whole.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.jobs(1, 1, b.whole))
		}},
		{name: `psql \copy of the same rows, same table`, rows: b.whole.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.copyRows(b.inOrder))
		}},
		{name: `  the same, sorted beforehand as our batches`, rows: b.whole.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.copyRows(b.sorted))
		}},
		{name: `psql \copy of the same file, 8 indexes`, rows: b.whole.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.copyFile)
		}},
		{name: "2 pools at once on 1 node, half the rows each", rows: 2 * b.half.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.jobs(1, 2, b.half))
		}},
		{name: "6 pools at once on 3 nodes, a sixth each", rows: 6 * b.sixth.rows, once: func() (time.Duration, error) {
			return b.inDatabase(ctx, b.jobs(3, 6, b.sixth))
		}},
	}
}

// action does and times something in a new database.
type action func(ctx context.Context, d database) (time.Duration, error)

// inDatabase makes a database for an action and removes it.
func (b *postgresBench) inDatabase(ctx context.Context, do action) (took time.Duration, err error) {
	d, err := b.server.newDatabase(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, b.server.drop(context.WithoutCancel(ctx), d)) }()
	return do(ctx, d)
}

// jobs imports the file into a number of pools on a number of nodes.
func (b *postgresBench) jobs(nodes, pools int, f file) action {
	return func(ctx context.Context, d database) (took time.Duration, err error) {
		stores := make([]*sqlstore.Store, 0, nodes)
		defer func() {
			for _, s := range stores {
				err = errors.Join(err, s.Close())
			}
		}()
		for i := range nodes {
			s, err := sqlstore.OpenPostgres(ctx, sqlstore.Postgres{URL: d.url, Connections: 10, Node: fmt.Sprintf("bench%d", i)})
			if err != nil {
				return 0, err
			}
			stores = append(stores, s)
		}
		b.server.checkpoint(ctx)
		return importFile(ctx, stores, pools, f)
	}
}
