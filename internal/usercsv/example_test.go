package usercsv_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"poolhouse/internal/usercsv"
)

// A row that cannot be split fails alone. The reader goes on with the next line.
func ExampleReader() {
	file := `cognito:username,name,email
ada,Lovelace\, Ada,ada@example.com
bob,"Bob
of Example",bob@example.com
eve,"Eve,eve@example.com
joe,Joe,joe@example.com
`
	r := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, usercsv.Limits{})
	header, err := r.Header()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", header)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		if row.Err != nil {
			fmt.Printf("line %d: %s\n", row.Line, row.Err.Code)
			continue
		}
		fmt.Printf("line %d: %q\n", row.Line, row.Fields)
	}

	// Output:
	// ["cognito:username" "name" "email"]
	// line 2: ["ada" "Lovelace, Ada" "ada@example.com"]
	// line 3: ["bob" "Bob\nof Example" "bob@example.com"]
	// line 5: QuoteNotClosed
	// line 6: ["joe" "Joe" "joe@example.com"]
}

// A reader can begin after any row of an earlier reading. An import goes on from its
// checkpoint in this way.
func ExampleReader_continued() {
	const file = "cognito:username\nada\nbob\njoe\n"
	first := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, usercsv.Limits{})
	if _, err := first.Header(); err != nil {
		log.Fatal(err)
	}
	ada, err := first.Next()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", ada.End)

	next := usercsv.NewReader(strings.NewReader(file[ada.End.Offset:]), ada.End, usercsv.Limits{})
	bob, err := next.Next()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bob.Line, bob.Fields)

	// Output:
	// {Offset:21 Line:2 Rows:1}
	// 3 [bob]
}
