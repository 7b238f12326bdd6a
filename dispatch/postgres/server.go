package postgres

import (
	"context"
	"time"
)

// Server is what the doctor asks of the server.
type Server struct {
	Version string    // such as 15.4 (Debian 15.4-1)
	Major   int       // such as 15
	Now     time.Time // its clock
}

const sqlServer = `
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,
	clock_timestamp() AS now`

// Server tells the version and the clock of the server.
func (db *DB) Server(ctx context.Context) (Server, error) {
	var s Server
	err := db.x.GetContext(ctx, &s, sqlServer)
	return s, told(err)
}
