package importjob

// Relation says what a job does with the rows of its parent.
type Relation string

// The relations of a job to its parent.
const (
	Retry  Relation = "Retry"  // it tries rows again that were not imported
	Resume Relation = "Resume" // it goes on after the rows that a stopped job reached
)

// LineColumn is the column of a child's file, and of a result file, that tells the line
// on which a row begins in the file of the first job: the rows of a child keep it.
const LineColumn = "poolhouse:line"
