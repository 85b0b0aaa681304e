package dialect

import (
	"bytes"
	"fmt"
	"testing"
)

const benchHeader = "cognito:username,email,email_verified,name,given_name,family_name,phone_number,phone_number_verified,birthdate,address,custom:note\n"

// benchRows are rows of about 150 bytes, written in several ways.
var benchRows = map[string]string{
	"plain":      "user%07d,user%07d@example.com,TRUE,Jane Doe,Jane,Doe,+1425%07d,FALSE,02/01/1985,12 Oak Lane Eastwick,a note of some more characters to fill it\n",
	"escaped":    `user%07d,user%07d@example.com,TRUE,Doe\, Jane,Jane,Doe,+1425%07d,FALSE,02/01/1985,12 Oak Lane\, Eastwick,a note of some more characters` + "\n",
	"quoted":     `"user%07d","user%07d@example.com","TRUE","Doe, Jane","Jane","Doe","+1425%07d","FALSE","02/01/1985","12 Oak Lane, Eastwick","a note of some"` + "\r\n",
	"some":       `user%07d,user%07d@example.com,TRUE,"Doe, Jane",Jane,Doe,+1425%07d,FALSE,02/01/1985,"12 Oak Lane, Eastwick",a note of some more characters` + "\r\n",
	"doubled":    `user%07d,user%07d@example.com,TRUE,"Doe, Jane ""J""",Jane,Doe,+1425%07d,FALSE,02/01/1985,"12 Oak Lane, Eastwick",a note of some more` + "\r\n",
	"apostrophe": "user%07d,user%07d@example.com,TRUE,Jane O'Brien,Jane,O'Brien,+1425%07d,FALSE,02/01/1985,12 Rue de l'Etang,a note of some more characters\n",
	"backslash":  `"user%07d","user%07d@example.com","TRUE","Doe, Jane \"J\"","Jane","Doe","+1425%07d","FALSE","02/01/1985","12 Oak Lane, Eastwick","a note"` + "\r\n",
	"nulls":      `"user%07d","user%07d@example.com","TRUE",\N,\N,"Doe","+1425%07d","FALSE",\N,"12 Oak Lane, Eastwick","a note of some characters"` + "\r\n",
}

// BenchmarkDetector reports rows per second. An import handles about 30,000, and
// detection may take a thirtieth of its time.
func BenchmarkDetector(b *testing.B) {
	for name, row := range benchRows {
		b.Run(name, func(b *testing.B) {
			var text bytes.Buffer
			text.WriteString(benchHeader)
			const rows = 50_000
			for i := range rows {
				fmt.Fprintf(&text, row, i, i, i)
			}
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				d := NewDetector(Want{Known: knownColumns})
				d.Write(text.Bytes())
				if got := d.End(); len(got) != 1 || got[0].Rows != rows {
					b.Fatalf("%+v", got)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
