package server

import (
	"runtime"

	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/bounds"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
)

// Memory budgets of all requests together, in bytes. Small requests are not counted.
const (
	bodiesBudget  = 32 << 20 // bodies of requests that are not authenticated yet
	workBudget    = 64 << 20 // decoded inputs of large bodies, and large pages in the making
	answersBudget = 32 << 20 // large answers that are being sent
	smallBudget   = 24 << 20 // answers of more than 4 KiB that are not large
	openBudget    = 8 << 20  // the same, to callers that are not authenticated
)

// pageOfEvents is the memory, in bytes, that a page of 10,000 log events takes at least. A
// page also occupies a processor. [weightOfPage] lets pages take at most half of the
// processors.
const pageOfEvents = 12 << 20

// pageOfRows is the memory, in bytes, that a page of kept rows takes at least: a few megabytes
// of rows, and the segments that hold them.
const pageOfRows = 20 << 20

// weightOfPage returns the part of workBudget that a page of log events reserves.

func weightOfPage(processors int) int64 {
	return max(pageOfEvents, workBudget/int64(max(1, processors/2)))
}

func budgets() dispatch.Budgets {
	return dispatch.Budgets{
		Bodies: bounds.NewBudget(bodiesBudget), Work: bounds.NewBudget(workBudget), Weight: weight,
		Answers: exchange.Answers{Large: bounds.NewBudget(answersBudget), Small: bounds.NewBudget(smallBudget), Strangers: bounds.NewBudget(openBudget)},
	}
}

// weight returns the memory, in bytes, that an operation with large pages needs, 0 for every
// other operation.
func weight(action string) int64 {
	switch action {
	case logsapi.GetLogEvents.Action(), logsapi.FilterLogEvents.Action(), poolhouseapi.GetUserImportJobLog.Action():
		return weightOfPage(runtime.GOMAXPROCS(0))
	case poolhouseapi.ListUserImportJobRows.Action(), poolhouseapi.CorrectUserImportJobRows.Action(), poolhouseapi.ApplyUserImportSuggestions.Action(), poolhouseapi.GetUserImportJobResults.Action():
		return pageOfRows
	}
	return 0
}
