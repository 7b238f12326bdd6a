package queue_test

import (
	"testing"

	"canvass/dispatch/queue"
	"canvass/dispatch/queue/embedded"
	"canvass/dispatch/survey"
)

func TestVersionOfAServerThatDoesNotTell(t *testing.T) {
	s, err := embedded.Start(embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := queue.NewPace(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if v, err := p.Version(t.Context()); err != nil {
		t.Errorf("version %q, %v", v, err)
	}
	s.Close()
	if _, err := p.Version(t.Context()); survey.CodeOf(err) != survey.CodeQueueAway {
		t.Errorf("of a server that is gone: %v", err)
	}
}
