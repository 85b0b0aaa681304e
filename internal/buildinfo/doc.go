// Package buildinfo describes the build of the running program: version, commit,
// time, Go version and system.
//
// A build stamps the first three into one variable:
//
//	go build -ldflags "-X poolhouse/internal/buildinfo.stamp=v1.2.3,COMMIT,TIME"
//
// Without a stamp they come from the build information that Go writes into every
// program.
package buildinfo
