package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// recordPeriod is how long calls are refused while the growth of the database is measured.
const recordPeriod = 10 * time.Second

// The texts that are recorded of a call have their maximum length: the name of a log group,
// and the client's user agent.
const (
	longestGroup = 512
	longestAgent = 256
)

// refusedCallers is how many callers keep a server busy.
const refusedCallers = 8

// refusedCalls calls with a key without policies as fast as the calls are refused, over kept
// connections. Each call names a resource of maximum length.
func refusedCalls(ctx context.Context, on *target, got *tally) {
	as := *on.client
	as.signer = on.stranger
	as.signer.Service = "logs"
	request, err := as.bytes("Logs_20140328.DeleteLogGroup", map[string]any{"logGroupName": strings.Repeat("x", longestGroup)})
	if err != nil {
		got.add(err.Error())
		return
	}
	request = bytes.Replace(request, []byte("\r\n"), []byte("\r\nUser-Agent: "+strings.Repeat("x", longestAgent)+"\r\n"), 1)
	crowd(ctx, on, refusedCallers, got, func(conn net.Conn) error {
		in := bufio.NewReader(conn)
		for {
			if _, err := conn.Write(request); err != nil {
				return err
			}
			answer, err := http.ReadResponse(in, nil)
			if err != nil {
				return err
			}
			if err := answer.Body.Close(); err != nil { // reads it to its end
				return err
			}
			got.add(answer.Status[:3])
		}
	})
}

// recordOfRefusals measures how much a database grows in ten seconds of refused calls and
// nothing else.
func (a *attackBench) recordOfRefusals(ctx context.Context) (err error) {
	s, err := a.engine.site(ctx)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.remove(context.WithoutCancel(ctx))) }()
	on := &target{}
	var got tally
	var sizes [2]int64
	for i, do := range []func(*node) error{
		func(n *node) (err error) {
			if on.pool, err = n.newPool(ctx); err == nil {
				on.stranger, err = n.newUser(ctx)
			}
			return err
		},
		func(n *node) error {
			on.node = n
			over, stop := context.WithTimeout(ctx, recordPeriod)
			defer stop()
			refusedCalls(over, on, &got)
			return ctx.Err()
		},
	} {
		if err := withServer(ctx, a.self, s.serve(), do); err != nil {
			return err
		}
		if sizes[i], err = a.engine.size(ctx, s); err != nil {
			return err
		}
	}
	a.recorded = fmt.Sprintf("%d KiB", max(0, sizes[1]-sizes[0])>>10)
	a.refused = got.String()
	a.progress("ten seconds of refused calls: %s, the database grew by %s", a.refused, a.recorded)
	return nil
}

// tellRecord adds the table of it to the report.
func (a *attackBench) tellRecord() {
	if a.recorded == "" {
		return
	}
	a.report.add(table{title: fmt.Sprintf("The record of calls, %s: %v of refused calls of a key without policies", a.engine.name(), recordPeriod),
		head: []string{"answers", "the database grew by"}, rows: [][]string{{a.refused, a.recorded}}})
}
