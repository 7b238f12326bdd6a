package survey

// SeriesState is where a series stands.
type SeriesState string

// The series states.
const (
	// SeriesActive has its waves begun as their dates come; the scheduler does it.
	SeriesActive SeriesState = "active"
	// SeriesPaused begins none; dates that pass meanwhile are not held. Staff
	// resume it, and a restored copy waits here for them.
	SeriesPaused SeriesState = "paused"
	// SeriesEnded begins none any more.
	SeriesEnded SeriesState = "ended"
)

// SeriesEvent moves a series.
type SeriesEvent string

// The series events.
const (
	SeriesPause  SeriesEvent = "pause"
	SeriesResume SeriesEvent = "resume"
	SeriesEnd    SeriesEvent = "end"
)

// SeriesMachine is the table of SeriesState.
func SeriesMachine() Machine[SeriesState, SeriesEvent] {
	return Machine[SeriesState, SeriesEvent]{
		Name: "series", Start: SeriesActive,
		States: []SeriesState{SeriesActive, SeriesPaused, SeriesEnded},
		Moves: []Move[SeriesState, SeriesEvent]{
			{SeriesActive, SeriesPause, SeriesPaused},
			{SeriesPaused, SeriesResume, SeriesActive},
			{SeriesActive, SeriesEnd, SeriesEnded},
			{SeriesPaused, SeriesEnd, SeriesEnded},
		},
	}
}

// WaveState is where one round of a series stands.
type WaveState string

// The wave states.
const (
	// WaveDue has its time come and no campaign yet, or is to be tried once more;
	// the scheduler creates its campaign.
	WaveDue WaveState = "due"
	// WavePrepared has its campaign; the scheduler launches it.
	WavePrepared WaveState = "prepared"
	// WaveAsked waits for staff, who run or skip it.
	WaveAsked WaveState = "asked"
	// WaveLaunched has its campaign in the field, or past it.
	WaveLaunched WaveState = "launched"
	// WaveSkipped is not held, by policy or by staff, who may still run it.
	WaveSkipped WaveState = "skipped"
)

// WaveEvent moves a wave.
type WaveEvent string

// The wave events.
const (
	WavePrepare WaveEvent = "prepare"
	WaveAsk     WaveEvent = "ask"
	WaveRun     WaveEvent = "run"
	WaveSkip    WaveEvent = "skip"
	// WaveLaunch is in the transaction that launches the campaign, whoever does it.
	WaveLaunch WaveEvent = "launch"
)

// WaveMachine is the table of WaveState.
func WaveMachine() Machine[WaveState, WaveEvent] {
	return Machine[WaveState, WaveEvent]{
		Name: "wave", Start: WaveDue,
		States: []WaveState{WaveDue, WavePrepared, WaveAsked, WaveLaunched, WaveSkipped},
		Moves: []Move[WaveState, WaveEvent]{
			{WaveDue, WavePrepare, WavePrepared},
			{WaveDue, WaveAsk, WaveAsked},
			{WaveDue, WaveSkip, WaveSkipped},
			{WaveDue, WaveLaunch, WaveLaunched},
			{WavePrepared, WaveLaunch, WaveLaunched},
			{WavePrepared, WaveAsk, WaveAsked},
			{WavePrepared, WaveSkip, WaveSkipped},
			{WaveAsked, WaveRun, WaveDue},
			{WaveAsked, WaveSkip, WaveSkipped},
			{WaveAsked, WaveLaunch, WaveLaunched},
			{WaveSkipped, WaveRun, WaveDue},
		},
	}
}
