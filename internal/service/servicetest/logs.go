package servicetest

import "fmt"

// LogCSV is a file of four rows, which imports two users.
const LogCSV = "cognito:username,email,email_verified\na,a@example.com,true\na,a@example.com,true\nb,b,true\nc,c@example.com,true\n"

// Logged imports the file that many times into a new pool. It returns the log group and its
// streams.
func (f *Fixture) Logged(times int) (group string, streams []string) {
	pool := f.Pool(Object{"AutoVerifiedAttributes": []any{"email"}})
	for i := range times {
		job := f.ImportFile(pool, LogCSV, Object{"JobName": fmt.Sprint("job ", i)})
		streams = append(streams, fmt.Sprint(job["JobId"], "/job ", i))
	}
	return "/aws/cognito/userpools/" + pool + "/people", streams
}
