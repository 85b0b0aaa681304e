// Command release makes the archives of a release: for each system one with the
// program, the licences, the documents and what it takes to run it, and a file of
// checksums. make release runs it.
//
// The same commit gives the same bytes on a machine with the same Go and C
// compiler: names are sorted, times are the commit's, owners are root, and
// programs have no path of the machine in them.
//
// main.go reads the flags and takes the steps, target.go knows the systems and
// builds the program for each, licences.go gathers the licences of the modules
// that are in it, archive.go writes tar.gz and zip.
package main
