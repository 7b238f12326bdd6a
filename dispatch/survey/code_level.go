package survey

// Codes of the levels at which answers are kept apart from people.
const (
	CodeAnonymousWeb   Code = "anonymous_web_only"
	CodeAnonymousFiles Code = "anonymous_no_files"
	CodeLevelPurpose   Code = "level_purpose"
	CodeCustody        Code = "custody_incomplete"
	CodeCustodyRole    Code = "custody_role"
	CodeKeepUnknown    Code = "keep_unknown"
	CodeGroupsSmall    Code = "groups_too_small"
	CodeGroupsJoin     Code = "groups_to_join" // too small, and joining them would do
	CodeVoiceNames     Code = "voice_names"
)

func levelCodes() []Code {
	return []Code{CodeAnonymousWeb, CodeAnonymousFiles, CodeLevelPurpose, CodeCustody, CodeCustodyRole, CodeKeepUnknown, CodeGroupsSmall, CodeGroupsJoin, CodeVoiceNames}
}
