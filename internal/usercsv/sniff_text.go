package usercsv

import (
	"bytes"
	"fmt"
)

// How to save a file so that it can be imported.
const (
	saveExcel    = "Save it in Excel as CSV UTF-8 (Comma delimited)."
	howExcel     = "That is under File, Save As. Excel takes the separator from the region settings: check that it is a comma."
	saveUTF8     = "Save it as UTF-8 (in Excel: CSV UTF-8)."
	howUTF8      = "Other programs: iconv -f UTF-16 -t UTF-8 FILE; in an editor, Save with Encoding. The values are separated by commas."
	howCommas    = "Excel takes the separator from the region settings; LibreOffice asks for it when the file is saved as Text CSV. Put values that hold a comma into double quotation marks."
	tableInstead = "Write a CSV file: the columns' names on the first line, then a line a user."
)

// notCSV says what a file is, how to save it, and more about that.
func notCSV(is, save, more string) *FileError {
	e := &FileError{Code: CodeFileForm, Reason: fmt.Sprintf("The file %s. %s", is, save)}
	if more != "" {
		e.Detail = e.Reason + " " + more
	}
	return e
}

func compressed(by, command string) *FileError {
	return notCSV("is compressed with "+by, fmt.Sprintf("Unpack it (%s) and upload the CSV file itself.", command), "")
}

func crAlone() *FileError {
	return &FileError{Code: CodeFileHeaderUnusable, Reason: "The CSV file's lines end with CR alone. Save it with LF or CR LF as line ends."}
}

func otherEncoding() *FileError {
	return &FileError{Code: CodeFileEncoding,
		Reason: "The file is not UTF-8 but seems to be Windows-1252 or another 8-bit encoding. " + saveUTF8,
		Detail: "The file is not UTF-8 but seems to be Windows-1252 or another 8-bit encoding. " + saveUTF8 +
			" Other programs: iconv -f WINDOWS-1252 -t UTF-8 FILE; in an editor, Save with Encoding." +
			" Where it is Windows-1252, ISO-8859-1, Mac Roman or code page 850, Format.Encoding of Poolhouse.CreateUserImportJob says so."}
}

// lostBreaks is the error for a file of one line.
func lostBreaks(line []byte) *FileError {
	if bytes.Contains(line, []byte(`\n`)) {
		return notCSV(`is one line: its line breaks are written as \n`, "Write real line breaks.", "")
	}
	return notCSV("is one line: its line breaks are lost", "Upload it with curl -T or --data-binary: curl -d drops them.", "")
}
