package server

import (
	"runtime"

	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/bounds"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
)

// What requests may hold of memory in sum, in bytes, beside what small ones do.
const (
	bodiesBudget  = 32 << 20 // bodies of requests that are not authenticated yet
	workBudget    = 64 << 20 // inputs of large bodies, and large pages that are made
	answersBudget = 32 << 20 // large answers that are being sent
	smallBudget   = 24 << 20 // of more than 4 KiB, those that are not large
	openBudget    = 8 << 20  // such answers to unknown callers
)

// pageOfEvents is at least how much memory it takes to make a page of 10,000 log
// events. Making it takes a processor, too, so that pages take no more than half of
// the processors from other calls.
const pageOfEvents = 12 << 20

// pageOfRows is at least how much memory it takes to make a page of rows that were not
// imported: a few megabytes of them, and the segments that they are in.
const pageOfRows = 20 << 20

func weightOfPage(processors int) int64 {
	return max(pageOfEvents, workBudget/int64(max(1, processors/2)))
}

func budgets() dispatch.Budgets {
	return dispatch.Budgets{
		Bodies: bounds.NewBudget(bodiesBudget), Work: bounds.NewBudget(workBudget), Weight: weight,
		Answers: exchange.Answers{Large: bounds.NewBudget(answersBudget), Small: bounds.NewBudget(smallBudget), Strangers: bounds.NewBudget(openBudget)},
	}
}

// weight returns how much memory the operation of an action needs, if that is much:
// one that answers large pages.
func weight(action string) int64 {
	switch action {
	case logsapi.GetLogEvents.Action(), logsapi.FilterLogEvents.Action(), poolhouseapi.GetUserImportJobLog.Action():
		return weightOfPage(runtime.GOMAXPROCS(0))
	case poolhouseapi.ListUserImportJobRows.Action(), poolhouseapi.CorrectUserImportJobRows.Action(), poolhouseapi.ApplyUserImportSuggestions.Action(), poolhouseapi.GetUserImportJobResults.Action():
		return pageOfRows
	}
	return 0
}
