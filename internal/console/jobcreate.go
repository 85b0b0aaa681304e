package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/logrole"
)

func jobCreateAction() action {
	return action{path: "/pools/{pool}/import-jobs/create", show: showJobCreate, act: createJob}
}

// The ways to choose a job's role.
const (
	roleNew = "new"
	roleOld = "old"
)

// jobForm is the form that creates an import job. Its whole content is also in the page's
// address, so that it survives signing in again.
type jobForm struct {
	form
	Name      string
	Role      string // new or old
	ARN       string // ARN of the existing role
	Algorithm string // "" for none
	UploadID  string // "" before a file is uploaded
	File      string // the browser's name for it
	Through   bool   // the file came through the server, because the bucket refused the browser
	Budget    budgetTyped
	Read      readTyped // how the file is read
	Columns   mapTyped  // what its columns are read as
	pool      string
	seen      *uploadSeen // the uploaded file; set by look
}

// readJobForm returns the form that was submitted, or that the address has.
func (v *visit) readJobForm() *jobForm {
	f := &jobForm{
		Name: strings.TrimSpace(v.r.FormValue("name")), Role: v.r.FormValue("role"), ARN: v.r.FormValue("arn"), Algorithm: v.r.FormValue("alg"),
		UploadID: v.r.FormValue("upload"), File: clip(v.r.FormValue("file"), longestFile), Through: v.r.FormValue("through") != "", Budget: v.readBudget(), pool: v.r.PathValue("pool"),
	}
	if !slices.Contains(algorithmNames(), f.Algorithm) {
		f.Algorithm = ""
	}
	f.Read, f.Columns = v.readReading(f.UploadID), v.readMap(f.pool, f.UploadID)
	return f
}

// longestFile bounds a file's name, in characters.
const longestFile = 255

// algorithm is a password hashing algorithm of an import, with its explanation.
type algorithm struct{ Name, Form, Most string }

// algorithms are Cognito's (Developer Guide, importing password hashes).
var algorithms = []algorithm{
	{"BCRYPT", `$2b$10$ and 53 characters`, "cost 12"},
	{"SCRYPT", `N$r$p$salt$hash, salt and hash hexadecimal`, "N 65536, r 8, p 1"},
	{"ARGON2ID", `$argon2id$v=19$m=19456\,t=2\,p=1$…: put the value in quotation marks, or a backslash before each comma`, "m 19456, t 2, p 1"},
	{"PBKDF2_SHA256", `$pbkdf2-sha256$600000$salt$hash`, "600,000 iterations"},
}

func algorithmNames() (names []string) {
	for _, a := range algorithms {
		names = append(names, a.Name)
	}
	return names
}

// Algorithms returns the algorithms to choose from.
func (f *jobForm) Algorithms() []algorithm { return algorithms }

// BudgetFields returns the fields of the error budget.
func (f *jobForm) BudgetFields() budgetFields { return f.Budget.fields(&f.form) }

// NameField returns the field of the name.
func (f *jobForm) NameField() input {
	return f.field("name", "Job name", f.Name, nameConstraint)
}

// mayImport reports whether the caller may import users.
func (v *visit) mayImport(ctx context.Context, pool string) bool {
	return may(ctx, v, poolhouseapi.CreateUserImportUpload, &poolhouseapi.CreateUserImportUploadRequest{UserPoolId: pool})
}

// longestAddress bounds the page's address. The choices for very many columns do not fit
// into it.
const longestAddress = 7000

// toAddress redirects to the page's address with further parameters, given as name, value.
// If the address would be too long, it answers with the page itself.
func (v *visit) toAddress(ctx context.Context, f *jobForm, more ...string) (*page, error) {
	to := f.address()
	for i := 0; i+1 < len(more); i += 2 {
		to = withMore(to, more[i], more[i+1])
	}
	if v.r.Header.Get("HX-Request") == "" && len(to) <= longestAddress {
		return &page{redirect: to}, nil
	}
	return v.jobCreatePage(ctx, f, http.StatusOK)
}

// address returns the page's address with the content of the form.
func (f *jobForm) address() string {
	through, never := "", ""
	if f.Through {
		through = "1"
	}
	if f.Budget.Never {
		never = "1"
	}
	return withQuery(pathTo("pools", f.pool, "import-jobs", "create"), append(f.Read.query(),
		"name", f.Name, "role", f.Role, "arn", f.ARN, "alg", f.Algorithm, "upload", f.UploadID, "file", f.File, "through", through,
		"budget-rows", f.Budget.Rows, "budget-percent", f.Budget.Percent, "budget-never", never, fieldMap, f.Columns.Sealed())...)
}

// jobCreateData is the data of the template job-create.
type jobCreateData struct {
	Form        *jobForm
	Upload      *uploadSeen // nil before there is one
	Roles       roleChoices
	NewRole     string // name of the role to create, "" if the caller may not create one
	MaySeeRoles bool
	MayStart    bool
	Address     string
	// CORS is the rule that a bucket for uploads needs, "" if uploads do not go to a
	// bucket. WasRefused reports whether the bucket refused this upload.
	CORS       string
	WasRefused bool
	Active     *jobNow // a running job of the pool, or nil
	MayCheck   bool
	Table      *mapTable // table of the file's columns, or nil
}

// Post returns the path to which the form is sent.
func (d *jobCreateData) Post() string {
	return pathTo("pools", d.Form.pool, "import-jobs", "create")
}

// IsDecided reports whether the file has one possible reading, or one was chosen.
func (d *jobCreateData) IsDecided() bool {
	return len(d.Upload.Readings) < 2 || d.Form.Read.IsChosen() || d.Form.Read.Strict
}

// IsOffered reports whether a job can be created now.
func (d *jobCreateData) IsOffered() bool {
	if d.Upload != nil && d.Upload.IsOpen {
		return !d.MayCheck
	}
	return d.Upload == nil || d.Upload.Problem == ""
}

func showJobCreate(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, poolhouseapi.CreateUserImportUpload, &poolhouseapi.CreateUserImportUploadRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	return v.jobCreatePage(ctx, v.readJobForm(), http.StatusOK)
}

func (v *visit) jobCreatePage(ctx context.Context, f *jobForm, status int) (*page, error) {
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	if f.Name == "" && len(f.problems) == 0 {
		f.Name = proposed(here.Name, v.Now().In(v.zone).Format("2006-01-02"))
	}
	d := &jobCreateData{Form: f, MayStart: may(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: here.ID})}
	d.MayCheck = v.mayCheck(ctx, here.ID)
	if d.Upload, err = v.look(ctx, f, v.r.FormValue("check") != "" || v.r.PostFormValue("do") == "check"); err != nil {
		return nil, err
	}
	if d.Upload != nil && d.Upload.IsReady() && d.IsDecided() {
		if d.Table, err = v.tableOf(ctx, f, d.Upload); err != nil {
			return nil, err
		}
	}
	if d.Table == nil && len(f.Columns.wrongs) > 0 {
		f.wrong(fileField, errSameColumn)
	}
	if err := v.rolesFor(ctx, d); err != nil {
		return nil, err
	}
	d.Address = f.address()
	if v.InBucket {
		d.CORS, d.WasRefused = corsRule(v.origin()), f.Through
	}
	return &page{
		Template: "job-create", Title: "Create import job", At: "jobs", Pool: here, Crumbs: atJob(here), Form: &f.form, Data: d, status: status,
		Command: f.command(),
	}, nil
}

// command returns the command that imports a file with the form's choices.
func (f *jobForm) command() string {
	words := []string{"poolhouse", "import", "FILE.csv", "--user-pool-id", f.pool}
	strict, format, columns := f.asked()
	if strict != nil {
		words = append(words, "--strict")
	}
	if format != nil {
		words = append(words, "--format", f.Read.flag())
	}
	if columns != nil {
		words = append(words, "--map", "MAP.json")
	}
	return shell(words...)
}

// proposed returns a job name made of the pool's name and the day, limited to allowed
// characters.
func proposed(pool, day string) string {
	name := strings.Map(func(r rune) rune {
		if nameForm.MatchString(string(r)) {
			return r
		}
		return '-'
	}, clip(pool, longestName-len(day)-1))
	return strings.Trim(name, "- ") + "-" + day
}

// check adds the errors of all fields except the file.
func (f *jobForm) check() {
	f.checkName("name", "import job", f.Name)
	if f.Role == roleOld && f.ARN == "" {
		f.wrong("arn", "Choose a role, or have one created.")
	}
	if f.UploadID == "" {
		f.wrong("csv", "Choose a CSV file.")
	}
}

func createJob(ctx context.Context, v *visit) (*page, error) {
	f := v.readJobForm()
	does, choice, _ := strings.Cut(v.r.PostFormValue("do"), ":")
	switch does {
	case "begin":
		return v.beginUpload(ctx, f)
	case "check":
		if f.Columns.On = true; f.Columns.check() {
			return v.jobCreatePage(ctx, f, http.StatusUnprocessableEntity)
		}
		return v.toAddress(ctx, f, "check", "1")
	case "keep": // sent by the page's script
		return &page{file: &file{Name: "address.txt", Media: scriptAccepts, Body: []byte(f.address())}}, nil
	case "read":
		f.Read.choose(f.UploadID, choice)
	case "remembered":
		if err := v.remember(ctx, f); err != nil {
			return nil, err
		}
	case "create", "start":
		return v.makeJob(ctx, f, does == "start")
	}
	return v.toAddress(ctx, f)
}

// beginUpload creates an upload for the file that the browser is going to send. A script
// receives its URL; otherwise the page shows it.
func (v *visit) beginUpload(ctx context.Context, f *jobForm) (*page, error) {
	out, err := do(ctx, v, poolhouseapi.CreateUserImportUpload, f.upload())
	if err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
		return v.jobCreatePage(ctx, f, http.StatusUnprocessableEntity)
	}
	f.UploadID = out.UserImportUpload.UploadId
	if v.r.Header.Get("Accept") != scriptAccepts {
		return v.toAddress(ctx, f)
	}
	return &page{file: &file{Name: "upload.txt", Media: scriptAccepts, Body: []byte(f.UploadID + "\n" + out.UserImportUpload.PreSignedUrl)}}, nil
}

// scriptAccepts is the media type that the page's script asks for. The answer has two
// lines: the upload's ID and its URL.
const scriptAccepts = "text/plain"

// makeJob creates the job, if necessary with a new role, and starts it if that was asked
// for.
func (v *visit) makeJob(ctx context.Context, f *jobForm, start bool) (*page, error) {
	budget := f.Budget.budget(&f.form)
	f.Columns.On = true
	if f.check(); !f.Columns.check() && len(f.problems) == 0 {
		if p, err := v.checkFile(ctx, f); p != nil || err != nil {
			return p, err
		}
	}
	if f.isRight() && f.Role == roleNew {
		if err := v.roleForJob(ctx, f); err != nil {
			return nil, err
		}
	}
	if !f.isRight() {
		return v.jobCreatePage(ctx, f, http.StatusUnprocessableEntity)
	}
	strict, format, columns := f.asked()
	_, err := do(ctx, v, poolhouseapi.CreateUserImportJob, &poolhouseapi.CreateUserImportJobRequest{
		JobName: f.Name, UserPoolId: f.pool, CloudWatchLogsRoleArn: f.ARN, PasswordHashingAlgorithm: poolhouseapi.ImportHashAlgorithmType(f.Algorithm), UploadId: f.UploadID, ErrorBudget: budget,
		Strict: strict, Format: format, Map: columns})
	if named(err, missing) { // the button was pressed twice
		f.seen = nil
		if p, err := v.checkFile(ctx, f); p != nil || err != nil {
			return p, err
		}
	} else if err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	if !f.isRight() {
		return v.jobCreatePage(ctx, f, http.StatusUnprocessableEntity)
	}
	to := jobPath(f.pool, f.UploadID)
	if !start {
		return done(to, "{} was created. It is not started.", f.Name), nil
	}
	if _, err := do(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: f.pool, JobId: f.UploadID}); err != nil {
		return v.notDone(err, f.pool, f.UploadID)
	}
	return done(to, "{} was created and started.", f.Name), nil
}

// isRight reports whether the form has no errors.
func (f *jobForm) isRight() bool { return len(f.problems) == 0 && len(f.Columns.wrongs) == 0 }

// checkFile reports an error if the file cannot be imported. If the button was pressed
// twice, it redirects to the job that already has the file.
func (v *visit) checkFile(ctx context.Context, f *jobForm) (*page, error) {
	u, err := v.look(ctx, f, false)
	switch {
	case err != nil:
		return nil, err
	case !f.isRight(): // the check was refused
	case u == nil:
		if _, err := do(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: f.pool, JobId: f.UploadID}); err == nil {
			return &page{redirect: jobPath(f.pool, f.UploadID)}, nil
		}
		f.UploadID = ""
		f.wrong("csv", "The file is no longer stored. Choose it again.")
	case u.IsReading():
		f.wrong("csv", "The file is being read. Wait until you see what is in it.")
	case u.IsWaiting():
		f.wrong("csv", "The file did not arrive. Choose it again.")
	case u.IsFailed():
		f.wrong("csv", u.StatusMessage)
	case u.Problem != "" && !u.IsOpen:
		f.wrong("csv", u.Problem)
	}
	return nil, nil
}

// roleForJob creates the role of the job. The form then has it as an existing role, so that
// a second try does not create a second one.
func (v *visit) roleForJob(ctx context.Context, f *jobForm) error {
	name := v.freeRoleName(ctx)
	if name == "" {
		f.wrong("role-new", "No name is free for a new role. Use an existing role.")
		return nil
	}
	if err := v.makeRole(ctx, name); err != nil {
		return f.refused(err)
	}
	f.Role, f.ARN = roleOld, awsarn.Entity(v.Account, "role", logrole.DefaultPath, name)
	return nil
}
