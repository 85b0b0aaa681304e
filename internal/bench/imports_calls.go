package bench

import "context"

// others is the number of the first user in the calls. It is larger than the number of any
// user that is imported meanwhile.
const others = 900_000_000

// importBesideCalls imports the file into a pool during calls for its users. The same calls
// are first measured on the idle server.
func (m *importBench) importBesideCalls(ctx context.Context) error {
	users := m.file(max(100, m.clean.rows/50))
	users.first = others
	if err := users.write(m.dir); err != nil {
		return err
	}
	return m.onSite(ctx, m.engine, m.self, func(_ site, n *node) error {
		pool, err := n.newPool(ctx)
		if err != nil {
			return err
		}
		if _, err := m.importInto(ctx, n, pool, users, false); err != nil {
			return err
		}
		return m.callAndImport(ctx, n, callers{n.client, pool, users, m.Pace})
	})
}

func (m *importBench) callAndImport(ctx context.Context, n *node, c callers) error {
	m.flush(ctx)
	idle, err := c.work(ctx, func(ctx context.Context) error {
		return pause(ctx, m.Period)
	})
	if err != nil {
		return err
	}
	j, err := n.newJob(ctx, c.pool, m.clean)
	if err != nil {
		return err
	}
	m.flush(ctx)
	var taken sample
	busy, err := c.work(ctx, func(ctx context.Context) (err error) {
		taken, err = j.measure(ctx, false)
		return err
	})
	m.keep(m.beside, taken, err)
	if err == nil {
		m.calls.add(idle, busy)
	}
	return err
}
