// Package buildinfo says what the running program was built from: version,
// commit, time, Go version and system.
//
// A build stamps the first three into one variable:
//
//	go build -ldflags "-X poolhouse/internal/buildinfo.stamp=v1.2.3,COMMIT,TIME"
//
// Without a stamp they are what Go wrote into the program.
package buildinfo
