// Package metrics is what a server tells monitoring: the names and meanings of its metrics, the
// collectors behind them, and the page /metrics in the form of Prometheus.
//
// It owns names, help texts, labels and buckets. What is counted, and when, is decided where it
// happens: parts call the methods of [Metrics], most of them by observer interfaces of their own,
// and a scrape asks [Sources] for what is not counted but there. Package server connects both.
//
// No label has a value that a client chose: each is from a closed set. So no metric names a user,
// a user pool, an address or a key, and the number of series is bounded.
//
//   - define.go: how metrics are defined
//   - requests.go: requests, the console, uploads and sign-ins
//   - imports.go: import jobs and forwarding
//   - database.go: the writer lock and retries
//   - sources.go: what a scrape asks the parts of a server
//   - metrics.go: all of them together, and the page
//
// The registry is one of the server's own: nothing registers itself when the program starts.
package metrics
