package survey_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMachinesAsDrawn(t *testing.T) {
	t.Parallel()
	got := strings.Join([]string{survey.CampaignMachine().Mermaid(), survey.ReplicateMachine().Mermaid(),
		survey.InvitationMachine().Mermaid(), survey.AttemptMachine().Mermaid(), survey.ResponseMachine().Mermaid(),
		survey.SeriesMachine().Mermaid(), survey.WaveMachine().Mermaid(), survey.HealthMachine().Mermaid(), survey.MatterMachine().Mermaid()}, "\n")
	golden := filepath.Join("testdata", "machines.mmd")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("the machines are not as drawn (%v); look at the difference, then go test -update", err)
	}
}

func TestMachinesHold(t *testing.T) {
	t.Parallel()
	holds(t, survey.CampaignMachine())
	holds(t, survey.ReplicateMachine())
	holds(t, survey.InvitationMachine())
	holds(t, survey.AttemptMachine())
	holds(t, survey.ResponseMachine())
	holds(t, survey.SeriesMachine())
	holds(t, survey.WaveMachine())
	holds(t, survey.HealthMachine())
	holds(t, survey.MatterMachine())
}

// holds checks that every state is reached from the start, and that every event
// leads to one state: the guarding UPDATE sets it without looking.
func holds[S ~string, E ~string](t *testing.T, m survey.Machine[S, E]) {
	t.Helper()
	reached := []S{m.Start}
	to := map[E]S{}
	for i := 0; i < len(reached); i++ {
		for _, mv := range m.Moves {
			if was, ok := to[mv.On]; ok && was != mv.To {
				t.Errorf("%s: event %s leads to %s and to %s", m.Name, mv.On, was, mv.To)
			}
			to[mv.On] = mv.To
			if mv.From == reached[i] && !slices.Contains(reached, mv.To) {
				reached = append(reached, mv.To)
			}
			if next, err := m.Next(mv.From, mv.On); err != nil || next != mv.To || !slices.Contains(m.From(mv.On), mv.From) {
				t.Errorf("%s: %s does not lead from %s to %s", m.Name, mv.On, mv.From, mv.To)
			}
		}
	}
	for _, s := range m.States {
		if !slices.Contains(reached, s) {
			t.Errorf("%s: nothing leads to %s", m.Name, s)
		}
		if _, err := m.Next(s, "no such event"); survey.KindOf(err) != survey.Conflict {
			t.Errorf("%s: an unknown event in %s gives %v, want a conflict", m.Name, s, err)
		}
	}
}
