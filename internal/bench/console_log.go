package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// logPages has the times of pages of a result log at one place.
type logPages struct {
	name string
	line int // line of the file
	took times
}

// linesOfPage is how many lines a page of the log has.
const linesOfPage = 100

// log times pages of an import's result log, at both ends and in the middle.
func (c *consoleBench) log(ctx context.Context) error {
	users := file{rows: c.Lines}
	s, err := c.site(ctx)
	if err != nil {
		return err
	}
	if err := users.write(s.dir); err != nil {
		return err
	}
	_, pool, err := c.once(ctx, c.self, s.serve(), "", users, false)
	if err == nil {
		c.flush(ctx)
		err = withServer(ctx, c.self, s.serve(), func(n *node) error { return c.measureLog(ctx, n, pool, users) })
	}
	return join(err, s.remove(context.WithoutCancel(ctx)))
}

func (c *consoleBench) measureLog(ctx context.Context, n *node, pool string, users file) error {
	b, err := n.signIn(ctx)
	if err != nil {
		return err
	}
	var jobs struct{ UserImportJobs []struct{ JobId string } }
	if err := n.call(ctx, "ListUserImportJobs", map[string]any{"UserPoolId": pool, "MaxResults": 1}, &jobs); err != nil {
		return err
	}
	line, err := n.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	last := users.rows + 1 // the first line is the header
	places := []*logPages{{name: "the first lines", line: 2}, {name: "lines in the middle", line: last / 2}, {name: "the last lines", line: last + 1 - min(linesOfPage, users.rows)}}
	at := "/console/pools/" + pool + "/import-jobs/" + jobs.UserImportJobs[0].JobId + "/log?line="
	for range c.Runs {
		for _, p := range places {
			request := b.get(at+fmt.Sprint(p.line), acceptsGzip)
			for end := time.Now().Add(c.Period); time.Now().Before(end) && ctx.Err() == nil; {
				begun := time.Now()
				status, answer, err := line.do(request)
				took := time.Since(begun)
				if err != nil {
					return err
				}
				if status != http.StatusOK {
					return refusal{at, status, string(answer)}
				}
				p.took = append(p.took, took)
			}
		}
	}
	c.tellLog(places)
	return ctx.Err()
}

func (c *consoleBench) tellLog(places []*logPages) {
	t := table{title: fmt.Sprintf("Pages of %d lines of a result log of %d, %s", linesOfPage, c.Lines, c.name()), head: []string{"", "pages", "median", "p99", "max", "median / first", "target"}}
	for _, p := range places {
		ratio := float64(p.took.quantile(0.5)) / float64(places[0].took.quantile(0.5))
		t.rows = append(t.rows, append(append([]string{p.name}, p.took.cells()...), fmt.Sprintf("%.2f", ratio), "≤ 1.20"))
	}
	t.rows[0][len(t.rows[0])-1] = ""
	c.report.add(t)
}
