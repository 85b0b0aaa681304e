package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// browser is a browser that is signed in to the console as root.
type browser struct {
	host, cookies string
}

// signIn signs in with the sign-in form.
func (n *node) signIn(ctx context.Context) (browser, error) {
	form := url.Values{"id": {n.signer.AccessKey}, "secret": {n.signer.Secret}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url+"/console/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return browser{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", n.url)
	response, err := n.http.Do(r)
	if err != nil {
		return browser{}, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return browser{}, err
	}
	if response.StatusCode != http.StatusSeeOther {
		return browser{}, refusal{"signing in to the console", response.StatusCode, string(answer)}
	}
	var cookies []string
	for _, c := range response.Cookies() {
		if c.MaxAge >= 0 {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	return browser{r.URL.Host, strings.Join(cookies, "; ")}, nil
}

// get returns the bytes of a request for a page.
func (b browser) get(path, accepts string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: text/html\r\n%s\r\n", path, b.host, b.cookies, accepts)
}

const acceptsGzip = "Accept-Encoding: gzip\r\n"

// page returns an uncompressed page of the console.
func (w *wire) page(b browser, path string) (string, error) {
	status, answer, err := w.do(b.get(path, ""))
	if err == nil && status != http.StatusOK {
		err = refusal{path, status, string(answer)}
	}
	return string(answer), err
}

// consoleBench measures the console.
type consoleBench struct {
	importer
	users file
	pages []*pageTimes
}

// pageTimes has the times of a page and of the API call that returns most of its data.
type pageTimes struct {
	name, path  string
	operation   string
	in          map[string]any
	target      string
	page, calls times
}

// console measures the console with a pool of many users.
func (b *bench) console(ctx context.Context, e engine) error {
	if b.Lines < 1 || b.Viewers < 1 || b.Period <= 0 {
		return errors.New("--lines, --viewers and --period must be greater than 0")
	}
	c := &consoleBench{importer: importer{b, e}, users: file{rows: b.Rows}}
	about, err := e.about(ctx)
	if err != nil {
		return err
	}
	b.report.paragraph("%s. The pool: %d users.", about, b.Rows)
	s, err := c.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // the whole directory is removed at the end
	if err := c.users.write(s.dir); err != nil {
		return err
	}
	taken, pool, err := c.once(ctx, c.self, s.serve(), "", c.users, false)
	if err != nil {
		return err
	}
	c.progress("%s: %d users: %s", c.name(), b.Rows, taken.took.Round(time.Millisecond))
	c.flush(ctx)
	err = withServer(ctx, c.self, s.serve(), func(n *node) error { return c.measurePages(ctx, n, pool) })
	c.tellPages() // also after an interruption: what was measured so far
	if err == nil {
		err = c.log(ctx)
	}
	if err == nil {
		err = c.live(ctx)
	}
	return err
}

// poolsOfPage is how many user pools a page of the console has.
const poolsOfPage = 30

// pagesBefore is how many pages of a list precede one of the measured pages.
const pagesBefore = 1000

// listTarget is the target for a page of a list, compared with its call.
const listTarget = "≤ 20 ms"

// choosePages chooses the pages to measure and the calls to compare them with.
func (c *consoleBench) choosePages(ctx context.Context, n *node, pool string) error {
	in := func(more ...any) map[string]any {
		m := map[string]any{"UserPoolId": pool}
		for i := 0; i < len(more); i += 2 {
			m[more[i].(string)] = more[i+1]
		}
		return m
	}
	at := "/console/pools/" + pool
	c.pages = []*pageTimes{{name: fmt.Sprintf("the first %d users", largestPage), path: at + "/users", operation: "ListUsers", in: in("Limit", largestPage), target: listTarget}}
	token, behind, err := c.tokenOf(ctx, n, in("Limit", largestPage))
	if err != nil {
		return err
	}
	if token != "" {
		c.pages = append(c.pages, &pageTimes{name: fmt.Sprintf("%d users behind %d", largestPage, behind), path: at + "/users?token=" + url.QueryEscape(token), operation: "ListUsers",
			in: in("Limit", largestPage, "PaginationToken", token), target: listTarget})
	}
	username := c.users.username(0)
	c.pages = append(c.pages,
		&pageTimes{name: fmt.Sprintf("%d users of a status", largestPage), path: at + "/users?attribute=cognito:user_status&op=is&q=RESET_REQUIRED", operation: "ListUsers",
			in: in("Limit", largestPage, "Filter", filter("cognito:user_status", "=", "RESET_REQUIRED")), target: listTarget},
		&pageTimes{name: "one user", path: at + "/users/" + url.PathEscape(username), operation: "AdminGetUser", in: in("Username", username)},
		&pageTimes{name: "the overview of the pool", path: at, operation: "DescribeUserPool", in: in()},
		&pageTimes{name: fmt.Sprintf("%d user pools", poolsOfPage), path: "/console/pools", operation: "ListUserPools", in: map[string]any{"MaxResults": poolsOfPage}, target: listTarget})
	return nil
}

// tokenOf returns the token after some pages of a list, or after half of the list.
func (c *consoleBench) tokenOf(ctx context.Context, n *node, in map[string]any) (token string, behind int, err error) {
	line, err := n.dial(ctx)
	if err != nil {
		return "", 0, err
	}
	defer line.close()
	for range min(pagesBefore, c.Rows/largestPage/2) {
		var page userPage
		if _, err := line.call(n.client, "ListUsers", in, &page); err != nil {
			return "", 0, err
		}
		behind += len(page.Users)
		token = page.PaginationToken
		in["PaginationToken"] = token
		if ctx.Err() != nil {
			return "", 0, ctx.Err()
		}
	}
	return token, behind, nil
}

// measurePages opens each page and makes its call, alternately.
func (c *consoleBench) measurePages(ctx context.Context, n *node, pool string) error {
	for range poolsOfPage - 1 { // in addition to this one
		if _, err := n.newPool(ctx); err != nil {
			return err
		}
	}
	b, err := n.signIn(ctx)
	if err == nil {
		err = c.choosePages(ctx, n, pool)
	}
	if err != nil {
		return err
	}
	line, err := n.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	shown, err := line.page(b, c.pages[0].path)
	if err != nil {
		return err
	}
	if rows := strings.Count(shown, `role="rowheader"`); rows != min(largestPage, c.Rows) {
		return fmt.Errorf("the page of users shows %d of them", rows)
	}
	for range c.Runs {
		for _, p := range c.pages {
			if err := c.measurePage(ctx, n, line, b, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// measurePage opens a page and makes its call repeatedly. Both use the same connection.
func (c *consoleBench) measurePage(ctx context.Context, n *node, line *wire, b browser, p *pageTimes) error {
	request := b.get(p.path, acceptsGzip)
	for end := time.Now().Add(c.Period); time.Now().Before(end); {
		took, err := line.call(n.client, p.operation, p.in, nil)
		if err != nil {
			return err
		}
		begun := time.Now()
		status, answer, err := line.do(request)
		opened := time.Since(begun)
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
		if status != http.StatusOK || len(answer) == 0 {
			return refusal{p.path, status, string(answer)}
		}
		p.page, p.calls = append(p.page, opened), append(p.calls, took)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (c *consoleBench) tellPages() {
	t := table{title: "Pages of the console beside the calls that have most of what they show, " + c.name(),
		head: []string{"", "pages", "median", "p99", "max", "call", "its median", "page − call", "target"}}
	for _, p := range c.pages {
		if len(p.page) == 0 {
			continue
		}
		page, call := p.page.quantile(0.5), p.calls.quantile(0.5)
		t.rows = append(t.rows, append(append([]string{p.name}, p.page.cells()...), p.operation, milliseconds(call), milliseconds(page-call), p.target))
	}
	c.report.add(t)
}
