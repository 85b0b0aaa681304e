package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// pools measures imports into several pools at the same time, if servers can share the
// database.
func (m *importBench) pools() []step {
	if m.together == nil {
		return nil
	}
	return []step{
		func(ctx context.Context) error { return m.atOnce(ctx, m.together[0], 1, 4) },
		func(ctx context.Context) error { return m.atOnce(ctx, m.together[1], 3, 6) },
	}
}

// atOnce imports a part of the rows into each of several pools, on several nodes.
func (m *importBench) atOnce(ctx context.Context, into *series, nodes, pools int) error {
	part := m.file(max(1, m.clean.rows/pools))
	part.first = m.clean.rows
	if err := part.write(m.dir); err != nil {
		return err
	}
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	running, err := m.cluster(ctx, s, nodes, pools/nodes)
	if err == nil {
		var took time.Duration
		took, err = m.runTogether(ctx, running, pools, part)
		m.keep(into, sample{took: took, rows: pools * part.rows}, err)
	}
	for _, n := range running {
		err = join(err, n.stop())
	}
	return join(err, s.remove(context.WithoutCancel(ctx)))
}

// runTogether starts a job in each pool and waits for the last one.
func (m *importBench) runTogether(ctx context.Context, nodes []*node, pools int, f file) (time.Duration, error) {
	jobs := make([]job, pools)
	for i := range jobs {
		n := nodes[i%len(nodes)]
		pool, err := n.newPool(ctx)
		if err != nil {
			return 0, err
		}
		if jobs[i], err = n.newJob(ctx, pool, f); err != nil {
			return 0, err
		}
	}
	m.flush(ctx)
	var all sync.WaitGroup
	problems := make([]error, pools)
	begun := time.Now()
	for i, j := range jobs {
		all.Go(func() {
			_, end, err := j.run(ctx)
			if problems[i] = err; err == nil {
				problems[i] = j.check(end, false)
			}
		})
	}
	all.Wait()
	return time.Since(begun), errors.Join(problems...)
}

// cluster starts nodes that share the site. Links make their uploads one directory, in place
// of the bucket that several machines would share.
func (m *importBench) cluster(ctx context.Context, s site, nodes, jobsAtATime int) (running []*node, err error) {
	for i := range nodes {
		one := s
		one.dir = filepath.Join(s.dir, fmt.Sprint("node", i))
		if err := os.MkdirAll(one.data(), 0o700); err != nil {
			return running, err
		}
		if i > 0 {
			if err := shareUploads(filepath.Join(s.dir, "node0", "data"), one.data()); err != nil {
				return running, err
			}
		}
		n, err := m.self.start(ctx, one.serve("--import-jobs-at-a-time", fmt.Sprint(jobsAtATime)))
		if err != nil {
			return running, err
		}
		running = append(running, n)
	}
	return running, nil
}

// shareUploads makes the uploads of one data directory those of another.
func shareUploads(from, to string) error {
	id, err := os.ReadFile(filepath.Join(from, "directory-id"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "directory-id"), id, 0o600); err != nil {
		return err
	}
	return os.Symlink(filepath.Join(from, "uploads"), filepath.Join(to, "uploads"))
}
