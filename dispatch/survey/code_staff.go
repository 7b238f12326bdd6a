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
)

func staffCodes() []Code {
	return []Code{CodePasswordWeak, CodeLoginInvalid, CodeLoginTaken, CodeStaffNameInvalid, CodeSignInWrong, CodeSignInRests,
		CodeInvitationOver, CodeLastAdmin, CodeRoleUnknown, CodeNotYourRole, CodePollQuestion, CodePollInvalid, CodePollNobody,
		CodeAuditBroken, CodeAuditAnchor,
		CodeCodeWrong, CodePasswordOwn, CodePasswordTwice, CodeCampaignUnbound, CodePasskeyWrong}
}
