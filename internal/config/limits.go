package config

import "time"

// The largest import files that a server may be set to take. A larger value is a
// slip, and would overflow where it is counted with.
const (
	MaxRows          = 1_000_000_000_000
	MaxBytes         = 1 << 50    // a pebibyte
	MaxRowCharacters = 10_000_000 // a row is in memory, four bytes a character
)

// MinConnections is how many connections of clients a server must be able to
// have.
const MinConnections = 16

// Bounds of the other settings that are numbers.
const (
	maxJobsAtATime   = 1_000
	maxConnections   = 10_000
	maxClients       = 1_000_000 // connections of clients
	minAuditBytes    = 1_000_000
	maxTokenKeysDays = 3_650
	maxAuditDays     = 36_500          // a hundred years
	minTakeover      = 4 * time.Second // shorter, and a moment's load would cost a server its jobs
	maxTakeover      = time.Hour
	minSession       = time.Minute // of the console
	maxSession       = 30 * 24 * time.Hour
	minResultsKept   = time.Hour
	maxResultsKept   = 3_650 * 24 * time.Hour
)

// checkLimits refuses, in the order of their names, the settings that are
// outside of their bounds, and last the ceilings of password hashes.
func (c *Config) checkLimits(refuse func(string, ...any)) {
	checkBounds(refuse, "audit-days", int64(c.AuditDays), 1, maxAuditDays)
	checkBounds(refuse, "audit-max-bytes", c.AuditMaxBytes, minAuditBytes, MaxBytes)
	checkBounds(refuse, "console-idle", c.ConsoleIdle, minSession, maxSession)
	checkBounds(refuse, "console-session", c.ConsoleSession, minSession, maxSession)
	c.checkConnections(refuse)
	if !(c.ImportFailedShare > 0 && c.ImportFailedShare <= 1) { // as said, NaN is refused
		refuse("import-failed-share is %v; it must be greater than 0 and at most 1", c.ImportFailedShare)
	}
	if c.ImportDialect != DialectAny && c.ImportDialect != DialectCognito {
		refuse("import-dialect is %q; it must be %s or %s", c.ImportDialect, DialectAny, DialectCognito)
	}
	checkBounds(refuse, "import-jobs-at-a-time", int64(c.ImportJobsAtATime), 1, maxJobsAtATime)
	checkBounds(refuse, "import-max-bytes", c.ImportMaxBytes, 1, MaxBytes)
	checkBounds(refuse, "import-max-row-characters", int64(c.ImportMaxRowCharacters), 1, MaxRowCharacters)
	checkBounds(refuse, "import-max-rows", c.ImportMaxRows, 1, MaxRows)
	checkBounds(refuse, "import-takeover", c.ImportTakeover, minTakeover, maxTakeover)
	checkBounds(refuse, "max-connections", int64(c.MaxConnections), MinConnections, maxClients)
	checkBounds(refuse, "max-connections-address", int64(c.MaxConnectionsAddress), 1, maxClients)
	checkBounds(refuse, "rate-client", int64(c.RateClient), 0, maxClients)
	checkBounds(refuse, "rate-signed", int64(c.RateSigned), 0, maxClients)
	checkBounds(refuse, "rate-unsigned", int64(c.RateUnsigned), 0, maxClients)
	checkBounds(refuse, "results-kept", c.ResultsKept, minResultsKept, maxResultsKept)
	checkBounds(refuse, "token-keys-days", int64(c.TokenKeysDays), 1, maxTokenKeysDays)
	checkBounds(refuse, "uploads-max-bytes", c.UploadsMaxBytes, 1, MaxBytes)
	checkBounds(refuse, "uploads-min-free", c.UploadsMinFree, 0, MaxBytes)
	for _, s := range c.HashCeilings.All() {
		checkBounds(refuse, s.Name, int64(*s.Value), int64(s.low), int64(s.high))
	}
}

// checkBounds refuses a number or a time that is not from least to most.
func checkBounds[T int64 | time.Duration](refuse func(string, ...any), name string, v, least, most T) {
	if v < least || v > most {
		refuse("%s is %v; it must be from %v to %v", name, v, least, most)
	}
}

// checkConnections demands two connections for each import job, and some for
// the requests.
func (c *Config) checkConnections(refuse func(string, ...any)) {
	jobs := min(max(c.ImportJobsAtATime, 1), maxJobsAtATime) // what else there is, is refused by its own name
	if least := 2*jobs + 3; c.DatabaseConnections < least || c.DatabaseConnections > maxConnections {
		refuse("database-connections is %d; it must be from %d, two for each of %d import jobs at a time and some for the requests, to %d",
			c.DatabaseConnections, least, jobs, maxConnections)
	}
}
