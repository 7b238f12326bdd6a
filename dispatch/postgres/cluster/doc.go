// Package cluster keeps a private PostgreSQL server for an installation that
// was given no CANVASS_DATABASE_URL, made from the PostgreSQL programs that the
// system's package manager installed (14 or newer). It also runs pg_dump and
// pg_restore, for this server or any other.
//
// # Who reaches it
//
// The server listens on a Unix socket in a directory of mode 0700 and asks for
// a random password (scram-sha-256) that is kept in a file of mode 0600. There
// is one role that can log in, canvass, which owns the database canvass and may
// make roles and databases, but is no superuser: grants bind it. TCP is off
// unless Config.Port asks for it, and then on 127.0.0.1 only.
//
// PostgreSQL refuses to run as root. Started as root, everything of the server
// runs as the user postgres or, if there is none, nobody. That user usually
// cannot enter the data directory (its parents are root's, mode 0700), and
// opening them would be worse than the problem. So root opens the directories
// and hands them down: the server gets its data as /proc/self/fd/3, which the
// kernel resolves without walking the parents. Everything stays in the data
// directory: moving, copying or deleting it means what one expects. This needs
// Linux; elsewhere root must choose a directory which that user can enter.
//
// # Who starts and stops it
//
// The server is a process of its own session and outlives a caller that was
// killed. The next Start adopts it if it answers, and otherwise clears away what
// it left. Each handle holds a shared lock while in use, which the kernel drops
// with the process; Stop ends the server when no one else holds one. So `up`
// keeps it running under one-shot commands, a command that found none running
// has it for its own duration, and two such commands at once do not cut each
// other off.
//
// # What a start costs
//
// Measured on 2 cores, PostgreSQL 15, ext4: a new cluster answers after 1.4 s
// (initdb with --no-sync 0.8 s, role and database in single-user mode 0.2 s, one
// sync of everything at the end 0.2 s, start 0.2 s), without Durable after
// 1.2 s; an existing one after 0.2 s; a running one after 0.05 s. Stop takes
// 0.1 s.
//
// # What it is not
//
// It holds no SQL of the product and does not migrate: that is
// dispatch/postgres and migrations. It imports nothing of ours; lib/pq only to
// ask whether the server answers. Read next: cluster.go, then create.go.
package cluster
