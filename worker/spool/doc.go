// Package spool keeps on this machine's disk what arrived while the database
// could not take it, until it can.
//
//	spool/<id>/lock                                held by the process whose spool this is
//	spool/<id>/<order>-<id>-<entries><class>.spool what one fsync made safe
//	spool/quarantine/                              what cannot be opened or stored
//
// # What is promised
//
// When Append returns nil, the entry outlives kill -9 and a power cut at any
// instant from then on: it was written under a temporary name, synced, given its
// own name, and the directory was synced. Writers that come at once share these
// two syncs and one file (group commit), so a storm of callbacks costs as many
// syncs as the disk can do and not as many as there are callbacks. When Append
// returns an error, nothing was promised; the entry may be there all the same,
// which is harmless, because whoever takes the entries out again recognises
// repeats by their ids.
//
// A file is sealed with AES-256-GCM, its own name included, so nothing can be
// read at rest and a file that was cut, changed or renamed does not open. What
// does not open, and what is no file of ours, goes to quarantine: it is counted
// and reported, and never deleted. Temporary files are deleted when a directory
// is taken: nobody was told that they are safe.
//
// Entries come out in the order in which Append took them in. A file is gone
// only after Done, so that an entry may come out twice, and none gets lost.
//
// # What is bounded
//
// Bytes on disk (Config.MaxBytes, the quarantine included), entries (a million),
// entries that cannot be verified now (a sixteenth of both), what waits in memory
// for a sync (ten thousand entries, 16 MiB), the size of a file. Beyond a bound
// Append returns ErrFull; the disk's own errors (full, read-only) come back as
// they are. Neither ends anything: every Append tries anew.
//
// # Several processes
//
// Processes may share a data directory. Each has a directory of its own, held by
// a lock of the kernel which ends with the process however that ends. A process
// that starts goes on in the first one that nobody holds, under its id; what is
// left in others that nobody holds it moves into its own (Adopt).
//
// # What it is not
//
// It does not know what an entry is, nor the database: worker/ingest writes the
// entries and stores them later. It keeps its promises only as far as the file
// system does: a data directory on a memory file system, or in a container
// without a volume, is gone with it. On a network file system without locks two
// processes must not share a data directory.
//
// It imports the standard library only. Read next: spool.go, commit.go, home.go.
package spool
