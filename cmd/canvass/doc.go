// Command canvass is the door of the house: one binary whose subcommands run
// its processes and its use cases. It reads the configuration, opens what the
// rooms need, hands it to them and tells people what came of it.
//
// It decides nothing about surveys: use cases live in package dispatch, sending
// in package worker, and no rule of the field may be written here. It is the
// only room that may import every other.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage or settings. What prints data
// takes --json. Help and errors are Vietnamese or English by CANVASS_LANG, else
// by LANG; the words of errors are those of package templates.
//
// Read next: root.go (the commands), config.go (the settings), engine.go (the
// database and the queue a command runs on), wire.go (what is made of what),
// and house_test.go, which holds the whole house to its plan.
package main
