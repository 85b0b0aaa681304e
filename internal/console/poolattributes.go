package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolAttributesAction() action {
	return action{path: "/pools/{pool}/attributes", show: showAttributes, act: addAttribute}
}

// attributeForm is the form that adds a custom attribute.
type attributeForm struct {
	form
	customForm
}

// Row returns the attribute with its fields.
func (f *attributeForm) Row() customRow {
	row := f.customRowOf(f.customForm, 0)
	row.Alone = true
	return row
}

// readAttributeForm returns the submitted form.
func readAttributeForm(r *http.Request) *attributeForm {
	f := &attributeForm{}
	if rows := readCustomForms(r); len(rows) > 0 {
		f.customForm = rows[0]
	}
	return f
}

// attributesData is the data of the template attributes.
type attributesData struct {
	Custom, Standard []attributeRow
	MayAdd           bool
	Form             *attributeForm
}

// attributeRow is an attribute of the pool's users.
type attributeRow struct {
	Name, Type, Bounds string
	Required, Mutable  bool
}

// rowsOf returns attributes as lists show them.
func rowsOf(all []cognitoapi.SchemaAttributeType) (rows []attributeRow) {
	for _, a := range all {
		row := attributeRow{Name: a.Name, Type: string(a.AttributeDataType), Required: isTrue(a.Required), Mutable: isTrue(a.Mutable)}
		if s := a.StringAttributeConstraints; s != nil {
			row.Bounds = between(grouped(s.MinLength), grouped(s.MaxLength), " characters")
		}
		if n := a.NumberAttributeConstraints; n != nil {
			row.Bounds = between(n.MinValue, n.MaxValue, "")
		}
		rows = append(rows, row)
	}
	return rows
}

// between describes the range between two bounds, "" if there are none.
func between(least, most, unit string) string {
	switch {
	case least == "" && most == "":
		return ""
	case least == most:
		return least + unit
	case least == "" || least == "0" && unit != "":
		return "at most " + most + unit
	case most == "":
		return "at least " + least + unit
	}
	return least + " to " + most + unit
}

// grouped writes a length with separators. Text that is not a number stays.
func grouped(length string) string {
	n, err := strconv.Atoi(length)
	if err != nil {
		return length
	}
	return number(n)
}

func showAttributes(ctx context.Context, v *visit) (*page, error) {
	f := &attributeForm{customForm: customForm{Type: dataTypes[0]}}
	if v.isAgain {
		f = readAttributeForm(v.r)
	}
	return v.attributesPage(ctx, f, http.StatusOK)
}

func (v *visit) attributesPage(ctx context.Context, f *attributeForm, status int) (*page, error) {
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	own, standard := custom(pool)
	d := &attributesData{Custom: rowsOf(own), Standard: rowsOf(standard), Form: f,
		MayAdd: len(own) < maxCustomRows && may(ctx, v, cognitoapi.AddCustomAttributes, &cognitoapi.AddCustomAttributesRequest{UserPoolId: here.ID})}
	p := &page{
		Template: "attributes", Title: "Attributes", Count: number(len(own) + len(standard)), At: "attributes", Pool: here, Crumbs: []crumb{here.crumb()},
		Form: &f.form, Data: d, status: status,
		Command: command("cognito-idp", "describe-user-pool", "--user-pool-id", here.ID, "--query", "UserPool.SchemaAttributes", "--region", v.who.Region),
	}
	if !d.MayAdd && len(own) < maxCustomRows {
		p.Note = "Your key may look at the attributes, not add one."
	}
	return p, nil
}

func addAttribute(ctx context.Context, v *visit) (*page, error) {
	id := v.r.PathValue("pool")
	f := readAttributeForm(v.r)
	f.customForm.check(&f.form, 0)
	if len(f.problems) == 0 {
		_, err := do(ctx, v, cognitoapi.AddCustomAttributes, &cognitoapi.AddCustomAttributesRequest{
			UserPoolId: id, CustomAttributes: []cognitoapi.SchemaAttributeType{f.attribute()},
		})
		if err == nil {
			return done(pathTo("pools", id, "attributes"), "{} was added. No user has a value yet.", customPrefix+strings.TrimPrefix(f.Name, customPrefix)), nil
		}
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	return v.attributesPage(ctx, f, http.StatusUnprocessableEntity)
}
