// Package browsertest tells the stories of Boligklar in a real browser, against
// the program as it is built and started by its users. The stories are scripts in
// stories/, each against a server of its own with the demo municipality; what
// they share is in lib/.
package browsertest
