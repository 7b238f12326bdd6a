package survey

// Codes about campaigns that are being made, and their approval.
const (
	CodeProposalMoved   Code = "proposal_moved"   // another person changed it meanwhile
	CodeProposalState   Code = "proposal_state"   // it does not stand where this is done
	CodeProposalStep    Code = "proposal_step"    // something of it is not settled yet
	CodeProposalPast    Code = "proposal_past"    // its start has passed
	CodeApprovalMissing Code = "approval_missing" // a second person has to approve first
	CodeApprovalOwn     Code = "approval_own"     // whoever asked cannot approve
	CodeApprovalOutside Code = "approval_outside" // number, date and name of the document
	CodePrecision       Code = "precision_invalid"
	CodeTitleMissing    Code = "title_missing"
	// No questionnaire was chosen.
	CodeQuestionnaireUnchosen Code = "questionnaire_unchosen"
	CodeFieldNumber           Code = "field_number" // no number where one is wanted
	CodeFieldValue            Code = "field_value"  // nothing where a value is wanted
	CodeStrataUnchosen        Code = "strata_unchosen"
	CodeStillCounting         Code = "still_counting"
	CodeFieldDate             Code = "field_date" // no date or time where one is wanted
)

func proposalCodes() []Code {
	return []Code{CodeProposalMoved, CodeProposalState, CodeProposalStep, CodeProposalPast, CodeApprovalMissing, CodeApprovalOwn,
		CodeApprovalOutside, CodePrecision, CodeTitleMissing, CodeQuestionnaireUnchosen, CodeFieldNumber, CodeFieldDate,
		CodeFieldValue, CodeStrataUnchosen, CodeStillCounting}
}
