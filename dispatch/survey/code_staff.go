package survey

// Codes about accounts of the office.
const (
	CodePasswordWeak     Code = "password_weak"
	CodeLoginInvalid     Code = "login_invalid"
	CodeLoginTaken       Code = "login_taken"
	CodeStaffNameInvalid Code = "staff_name_invalid"
	CodeSignInWrong      Code = "sign_in_wrong"
	CodeSignInRests      Code = "sign_in_rests"
	CodeInvitationOver   Code = "staff_invitation_over"
	CodeLastAdmin        Code = "last_administrator"
	CodeRoleUnknown      Code = "role_unknown"
	CodeNotYourRole      Code = "not_your_role"

	// An urgent poll.
	CodePollQuestion    Code = "poll_question"
	CodePollInvalid     Code = "poll_invalid"
	CodePollNobody      Code = "poll_nobody"
	CodeAuditBroken     Code = "audit_broken"
	CodeAuditAnchor     Code = "audit_anchor"
	CodeCodeWrong       Code = "one_time_wrong"
	CodePasswordOwn     Code = "own_password_wrong"
	CodePasswordTwice   Code = "password_twice"
	CodeCampaignUnbound Code = "bound_administrator"
	CodePasskeyWrong    Code = "passkey_wrong"

	// Tokens of programs, and what the interface for them answers.
	CodeTokenName      Code = "api_token_name"
	CodeTokenRight     Code = "api_token_right"
	CodeTokenDay       Code = "api_token_day"
	CodeTokenCampaigns Code = "api_token_campaigns"
	CodeTokenRefused   Code = "api_token_refused"
	CodeTokenAddress   Code = "api_token_in_address"
	CodeTokenMay       Code = "api_token_may_not"
	CodeTokenBusy      Code = "api_too_many"
	CodeAPIMethod      Code = "api_read_only"
	CodeAPIPage        Code = "api_page"
	CodeAPICounting    Code = "api_counting"
	CodeAPIUnlaunched  Code = "api_not_launched"
	CodeAPISealed      Code = "api_sealed"
)

func staffCodes() []Code {
	return []Code{CodePasswordWeak, CodeLoginInvalid, CodeLoginTaken, CodeStaffNameInvalid, CodeSignInWrong, CodeSignInRests,
		CodeInvitationOver, CodeLastAdmin, CodeRoleUnknown, CodeNotYourRole, CodePollQuestion, CodePollInvalid, CodePollNobody,
		CodeAuditBroken, CodeAuditAnchor,
		CodeCodeWrong, CodePasswordOwn, CodePasswordTwice, CodeCampaignUnbound, CodePasskeyWrong,
		CodeTokenName, CodeTokenRight, CodeTokenDay, CodeTokenCampaigns, CodeTokenRefused, CodeTokenAddress, CodeTokenMay, CodeTokenBusy,
		CodeAPIMethod, CodeAPIPage, CodeAPICounting, CodeAPIUnlaunched, CodeAPISealed}
}
