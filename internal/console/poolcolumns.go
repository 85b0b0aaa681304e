package console

import (
	"context"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolColumnsAction() action { return action{path: "/pools/{pool}/columns", show: showColumns} }

// fileOf returns the pool in the path and the columns of its import file.
func (v *visit) fileOf(ctx context.Context) (*poolHere, []fileColumn, error) {
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	out, err := do(ctx, v, cognitoapi.GetCSVHeader, &cognitoapi.GetCSVHeaderRequest{UserPoolId: here.ID})
	if err != nil {
		return nil, nil, err
	}
	return here, columnsOf(pool, out.CSVHeader), nil
}

func showColumns(ctx context.Context, v *visit) (*page, error) {
	here, columns, err := v.fileOf(ctx)
	if err != nil {
		return nil, err
	}
	return &page{
		Template: "columns", Title: "What the columns mean", At: "overview", Pool: here, Crumbs: []crumb{here.crumb()}, Data: columns,
		Command: command("cognito-idp", "get-csv-header", "--user-pool-id", here.ID, "--region", v.who.Region),
	}, nil
}

func poolTemplateAction() action {
	return action{path: "/pools/{pool}/template.csv", of: "/pools/{pool}/columns", show: showTemplate}
}

// showTemplate sends an import file to begin with: the pool's header and one valid row. The
// column of password hashes is left out, because a job without an algorithm refuses it. No
// column name needs quotation: package userpool refuses commas and quotation marks.
func showTemplate(ctx context.Context, v *visit) (*page, error) {
	_, columns, err := v.fileOf(ctx)
	if err != nil {
		return nil, err
	}
	var header, row []string
	for _, c := range columns {
		if c.Name != columnHash {
			header, row = append(header, c.Name), append(row, c.Example)
		}
	}
	text := strings.Join(header, ",") + "\n" + strings.Join(row, ",") + "\n"
	return &page{file: &file{Name: "template.csv", Media: "text/csv; charset=utf-8", Body: []byte(text)}}, nil
}
