package apicore_test

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"poolhouse/internal/apicore"
)

// The shape of an input is data. A protocol decodes a body, checks the result against the shape and
// binds it to the type of the input.
func ExampleCheck() {
	name := apicore.Shape{Type: apicore.String, Min: apicore.Bound(1), Max: apicore.Bound(8)}
	shape := apicore.Shape{Type: apicore.Structure, Members: []apicore.Member{
		{Name: "PoolName", Shape: &name, Required: true},
		{Name: "Limit", Shape: &apicore.Shape{Type: apicore.Integer, Min: apicore.Bound(0), Max: apicore.Bound(60)}},
	}}
	type input struct {
		PoolName string
		Limit    *int32
	}
	for _, body := range []string{
		`{"PoolName": "people", "Limit": 10, "Unknown": true}`,
		`{"PoolName": "employees", "Limit": 61}`,
		`{"PoolName": 7}`,
	} {
		decoder := json.NewDecoder(strings.NewReader(body))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			log.Fatal(err)
		}
		checked, err := apicore.Check(&shape, value)
		if err != nil {
			fmt.Println(err)
			continue
		}
		var in input
		if err := apicore.Bind(checked, &in); err != nil {
			log.Fatal(err)
		}
		fmt.Println(in.PoolName, *in.Limit)
	}

	// Output:
	// people 10
	// 2 validation errors detected: Value 'employees' at 'poolName' failed to satisfy constraint: Member must have length less than or equal to 8; Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60
	// NUMBER_VALUE can not be converted to a String at 'poolName'
}
