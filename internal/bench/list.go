package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// largestPage is the largest page of ListUsers.
const largestPage = 60

// listBench measures lists.
type listBench struct {
	importer
	pages   [3]times // of the first, the middle and the last tenth
	filters []*filterTimes
}

// list measures lists of a small and of a large pool, in separate databases.
func (b *bench) list(ctx context.Context, e engine) error {
	if b.Few < 1 {
		return errors.New("--few must be greater than 0")
	}
	l := &listBench{importer: importer{b, e}, filters: filterForms()}
	about, err := e.about(ctx)
	if err != nil {
		return err
	}
	b.report.paragraph("%s. The pools: %d and %d users.", about, b.Few, b.Rows)
	err = l.inPool(ctx, b.Few, func(n *node, pool string, users file) error {
		return l.measureFilters(ctx, n, pool, users, few)
	}, false)
	if err == nil {
		err = l.inPool(ctx, b.Rows, func(n *node, pool string, users file) error {
			return join(l.measureFilters(ctx, n, pool, users, many), l.measurePages(ctx, n, pool, users.rows))
		}, true)
	}
	l.tell() // also after an interruption: what was measured so far
	return err
}

// inPool calls do with a pool of this many users, on a server that was started after their
// import. If a profile is wanted, it calls do again with a CPU profile of the server.
func (l *listBench) inPool(ctx context.Context, rows int, do func(n *node, pool string, users file) error, profiled bool) error {
	s, err := l.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // the whole directory is removed at the end
	users := file{rows: rows}
	if err := users.write(s.dir); err != nil {
		return err
	}
	taken, pool, err := l.once(ctx, l.self, s.serve(), "", users, false)
	if err != nil {
		return err
	}
	l.progress("%s: %d users: %s", l.name(), rows, taken.took.Round(time.Millisecond))
	l.flush(ctx)
	measure := func(n *node) error { return do(n, pool, users) }
	err = withServer(ctx, l.self, s.serve(), measure)
	if err != nil || !profiled || l.Profile == "" {
		return err
	}
	return l.profile(ctx, s, measure)
}

// profile repeats the measurement for a profile; its times do not count.
func (l *listBench) profile(ctx context.Context, s site, measure func(*node) error) error {
	path, err := filepath.Abs(filepath.Join(l.Profile, "list-"+l.name()+".pprof"))
	if err != nil {
		return err
	}
	counted := *l
	l.filters, l.pages = filterForms(), [3]times{}
	err = withServer(ctx, l.self, s.serve().profiled(path), measure)
	l.filters, l.pages = counted.filters, counted.pages
	l.report.paragraph("CPU profile of the server during lists: %s", path)
	return err
}

// userPage is an answer of ListUsers.
type userPage struct {
	Users           []struct{ Username string }
	PaginationToken string
}

// measurePages times every page of the pool.
func (l *listBench) measurePages(ctx context.Context, n *node, pool string, users int) error {
	line, err := n.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	in := map[string]any{"UserPoolId": pool, "Limit": largestPage}
	for seen := 0; ; {
		var page userPage
		took, err := line.call(n.client, "ListUsers", in, &page)
		if err != nil {
			return err
		}
		if tenth := seen * 10 / users; tenth == 0 || tenth == 4 || tenth == 9 {
			l.pages[(tenth+1)/5] = append(l.pages[(tenth+1)/5], took)
		}
		seen += len(page.Users)
		if page.PaginationToken == "" {
			if seen != users {
				return fmt.Errorf("the pages have %d users; want %d", seen, users)
			}
			return ctx.Err()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		in["PaginationToken"] = page.PaginationToken
	}
}

func (l *listBench) tell() {
	pages := table{title: fmt.Sprintf("Pages of %d through %d users, %s", largestPage, l.Rows, l.name()),
		head: []string{"", "pages", "median", "p99", "max", "median / first tenth"}}
	for i, name := range []string{"first tenth", "a tenth in the middle", "last tenth"} {
		if len(l.pages[i]) > 0 {
			ratio := float64(l.pages[i].quantile(0.5)) / float64(l.pages[0].quantile(0.5))
			pages.rows = append(pages.rows, append(append([]string{name}, l.pages[i].cells()...), fmt.Sprintf("%.2f", ratio)))
		}
	}
	l.report.add(pages)
	l.report.add(filterTable(fmt.Sprintf("Filters, pages of %d, %s", filterPage, l.name()), l.Few, l.Rows, l.filters))
}
