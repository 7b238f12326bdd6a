package postgres_test

import (
	"os"
	"testing"

	"canvass/dispatch/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
