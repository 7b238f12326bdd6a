package console

import (
	"maps"
	"time"

	"canvass/dispatch/survey"
)

// argsOf are the arguments of an error as a screen says them: times on the office's wall
// clock, and no commands.
func (v *visit) argsOf(e *survey.Error) map[string]string {
	args := maps.Clone(e.Args)
	if args == nil {
		args = map[string]string{}
	}
	if at, err := time.Parse(time.RFC3339, args["time"]); err == nil {
		args["time"] = v.local(at).Format("15:04 02/01/2006")
	}
	switch e.Code {
	case survey.CodeReasonMissing:
		args["flag"] = map[survey.Lang]string{survey.Vietnamese: "lý do", survey.English: "one"}[v.lang()]
	case survey.CodeCampaignState:
		delete(args, "may") // names commands
		if args["machine"] == "" {
			args["machine"] = "campaign"
		}
	}
	return args
}
