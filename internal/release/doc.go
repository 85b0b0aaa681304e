// Command release makes the archives of a release and a file of checksums. There
// is one archive for each system. It contains the program, the licences, the
// documents, and the files for systemd and Docker. make release runs this command.
//
// The same commit gives the same bytes on a machine with the same Go and C
// compiler: names are sorted, times are the commit's, owners are root, and
// programs contain no path of the machine.
//
// main.go reads the flags and runs the steps. target.go lists the systems and
// builds the program for each. licences.go collects the licences of the program's
// modules. archive.go writes tar.gz and zip.
package main
