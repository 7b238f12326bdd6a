// Package dispatch decides and enqueues: it holds the use cases of the house,
// each exactly once, and the scheduler.
//
// The list: importing and undoing, looking and counting who can be reached,
// exporting, merging two that are one person, consent, erasure, the
// administrative units. The campaign: publishing a questionnaire, preparing,
// freezing a frame, drawing a sample, launching, planning contacts, closing,
// tabulating. The series: its dates, its waves, who is asked again. Commands,
// screens and the API all call these. The rhythm is always the same: a pure
// function decides, one transaction records it, and only then is anyone told, by
// an identifier on the queue.
//
// It is not the sender of anything: package worker does that, and the two meet
// only through Postgres and the queue. It knows no SQL: each use case declares
// the few methods it needs beside its use. It may import every room of L0–L2
// except dispatch/postgres and the channels.
//
// Read next: scheduler.go, plan.go, launch.go, wave.go; of the list import.go,
// merge.go (whom a row means), person.go, consent.go.
package dispatch
