package survey

import "slices"

// Codes of failures and warnings. A room that needs a new one adds it here,
// and templates gives it its words in the same commit.
const (
	CodeState           Code = "state_conflict"
	CodeNotFound        Code = "not_found"
	CodeSchemaOld       Code = "schema_old"
	CodeSchemaNew       Code = "schema_new"
	CodeDatabaseAway    Code = "database_away"
	CodeQueueAway       Code = "queue_away"
	CodeConfig          Code = "config_invalid"
	CodeUsage           Code = "usage"
	CodeFileUnreadable  Code = "file_unreadable"
	CodeFileFormat      Code = "file_format"
	CodeHistory         Code = "history_invalid"
	CodeSpoolFull       Code = "spool_full"
	CodeSpoolUnwritable Code = "spool_unwritable"

	// Contact list: a row, or one cell of it.
	CodeHeaderMissing      Code = "header_missing"
	CodeRowBroken          Code = "row_broken"
	CodeNameMissing        Code = "name_missing"
	CodePhoneInvalid       Code = "phone_invalid"
	CodePhoneAmbiguous     Code = "phone_ambiguous"
	CodePhoneDigitsLost    Code = "phone_digits_lost"
	CodePhoneForeign       Code = "phone_foreign"
	CodePhoneSeveral       Code = "phone_several"
	CodePhoneConverted     Code = "phone_converted"
	CodePhoneZero          Code = "phone_zero_restored"
	CodePhoneNoSMS         Code = "phone_no_sms"
	CodeEmailInvalid       Code = "email_invalid"
	CodeEmailSuspect       Code = "email_suspect"
	CodeEmailShared        Code = "email_shared"
	CodePhoneShared        Code = "phone_shared"
	CodeColumnsSwapped     Code = "columns_swapped"
	CodeNoEndpoint         Code = "no_endpoint"
	CodeDuplicateRow       Code = "duplicate_row"
	CodeSensitiveColumn    Code = "sensitive_column_left_out"
	CodeLegacyEncoding     Code = "legacy_encoding"
	CodeBirthInvalid       Code = "birth_invalid"
	CodeZoneUnknown        Code = "zone_unknown"
	CodeNoteLeft           Code = "note_says_left"
	CodeOptedOut           Code = "opted_out"
	CodeEncodingConverted  Code = "encoding_converted"
	CodeEncodingUnclear    Code = "encoding_unclear"
	CodeHeaderAbsent       Code = "header_absent"
	CodeMappingInvalid     Code = "mapping_invalid"
	CodeSensitiveReason    Code = "sensitive_needs_reason"
	CodeSensitiveTaken     Code = "sensitive_column_taken"
	CodeCodeConflict       Code = "code_conflict"
	CodeMaybeSame          Code = "maybe_same_person"
	CodeTooManyProposals   Code = "too_many_proposals"
	CodeUnitUnknown        Code = "unit_unknown"
	CodeAttributeInvalid   Code = "attribute_invalid"
	CodeAttributeNameTaken Code = "attribute_name_taken"
	CodeUnitAmbiguous      Code = "unit_ambiguous"
	CodeUnitRenamed        Code = "unit_renamed"
	CodeUnitInvalid        Code = "unit_invalid"
	CodeConsentWithdrawn   Code = "consent_withdrawn"
	CodeConsentUnclear     Code = "consent_unclear"
	CodeStopListed         Code = "address_stop_listed"
	CodeImportRunning      Code = "import_running"
	CodeImportUndo         Code = "import_not_undoable"
	CodeMergeRefused       Code = "merge_refused"
	CodeReasonMissing      Code = "reason_missing"
	CodeReasonNames        Code = "reason_names_person"
	CodeUnmergeRefused     Code = "merge_not_undoable"

	// Frame, sample, campaign.
	CodeEligibility        Code = "eligibility_invalid"
	CodeSampleSize         Code = "sample_size"
	CodeStratumUnknown     Code = "stratum_unknown"
	CodeFrameEmpty         Code = "frame_empty"
	CodeProtocolInvalid    Code = "protocol_invalid"
	CodeProtocolDefault    Code = "protocol_default"
	CodeLooseningUnneeded  Code = "loosening_unneeded"
	CodeCannotReceive      Code = "sender_cannot_receive"
	CodeSenderMissing      Code = "sender_missing"
	CodeOfficeIncomplete   Code = "office_incomplete"
	CodePriceWrong         Code = "price_wrong"
	CodePriceBegun         Code = "price_begun"
	CodeHolidayWrong       Code = "holiday_wrong"
	CodeHolidayPast        Code = "holiday_past"
	CodeCampaignInvalid    Code = "campaign_invalid"
	CodeModeCannotCarry    Code = "mode_cannot_carry"
	CodeNameTaken          Code = "name_taken"
	CodePublishedImmutable Code = "published_immutable"
	CodeNotInSample        Code = "not_in_sample"
	CodeNotForStaff        Code = "disposition_not_for_staff"
	CodeOutranked          Code = "disposition_outranked"
	CodeNotByStaff         Code = "disposition_not_by_staff"

	// Series and waves.
	CodeRecurrence  Code = "recurrence_invalid"
	CodeSeries      Code = "series_invalid"
	CodePattern     Code = "pattern_invalid"
	CodePatternSame Code = "pattern_not_distinct"
	CodeWaveDate    Code = "wave_no_date"
	CodeWaveEarly   Code = "wave_early"
	CodeUnexpected  Code = "unexpected"

	// What staff do to a running campaign.
	CodeCampaignState Code = "campaign_state"
	CodeEndPassed     Code = "end_passed"
	CodeEndMoved      Code = "end_moved"
	CodeEndWrong      Code = "end_wrong"
	CodeReplicateOut  Code = "replicate_out"
	CodeResendGroup   Code = "resend_group"
	CodeSettingsMoved Code = "settings_moved"
	CodeUnknownFilter Code = "unknown_filter"
	CodeDoubtSettled  Code = "doubt_settled"

	// The do-not-contact list.
	CodeStopWho       Code = "stop_who"
	CodeStopCode      Code = "stop_code_unknown"
	CodeStopChannel   Code = "stop_channel"
	CodeStopLifted    Code = "stop_lifted"
	CodeOptInProof    Code = "opt_in_proof"
	CodeColumnUnclear Code = "column_unclear"

	// Questionnaire and expressions; Where is file:line.
	CodeYAML               Code = "yaml_invalid"
	CodeUnknownKey         Code = "unknown_key"
	CodeQuestionName       Code = "question_name"
	CodeQuestionDuplicate  Code = "question_duplicate"
	CodeQuestionType       Code = "question_type"
	CodeQuestionKind       Code = "question_kind"
	CodeChoiceDuplicate    Code = "choice_duplicate"
	CodeChoiceMissing      Code = "choice_missing"
	CodeChoiceReserved     Code = "choice_reserved"
	CodeLabelMissing       Code = "label_missing"
	CodeRangeInvalid       Code = "range_invalid"
	CodeExpressionSyntax   Code = "expression_syntax"
	CodeExpressionUnknown  Code = "expression_unknown_name"
	CodeExpressionType     Code = "expression_type"
	CodeExpressionFunction Code = "expression_function"
	CodeExpressionChoice   Code = "expression_no_such_choice"
	CodeExpressionForward  Code = "expression_forward"
	CodeExpressionRandom   Code = "expression_random"
	CodeGroupScattered     Code = "group_scattered"
	CodeGroupPages         Code = "group_pages"
	CodeExpressionToday    Code = "expression_today"
	CodeSMSTooLong         Code = "sms_too_long"
	CodeAudioCarried       Code = "audio_carried"
	CodeAudioMissing       Code = "audio_missing"
	CodeAudioUnplayable    Code = "audio_unplayable"
	CodeAudioUnplayed      Code = "audio_unplayed"
	CodeAudioLength        Code = "audio_length"
	CodeAudioLevel         Code = "audio_level"
	CodeAudioClipped       Code = "audio_clipped"
	CodeAudioChanged       Code = "audio_changed"
	CodeUnsafeFolded       Code = "unsafe_when_folded"

	// What a questionnaire would do to answers; Where is file:line.
	CodeQuestionUnreachable Code = "question_unreachable"
	CodeConditionAlways     Code = "condition_always"
	CodeConditionPart       Code = "condition_part"
	CodeModeRefused         Code = "mode_refused"
	CodeModeBlind           Code = "mode_blind"
	CodeRequiredLeftOut     Code = "required_left_out"
	CodeWordingHint         Code = "wording_hint"
	CodeScaleUneven         Code = "scale_uneven"
	CodeChoiceSame          Code = "choice_same"
	CodeChoiceStop          Code = "choice_like_stop"
	CodeChoiceKeyword       Code = "choice_like_keyword"
	CodeChoiceDigit         Code = "choice_digit"
	CodeTextMissing         Code = "text_missing"
	CodeTextUntranslated    Code = "text_untranslated"
	CodeTextFigures         Code = "text_figures"
	CodeTextStale           Code = "text_stale"

	// Answers.
	CodeAnswerRequired Code = "answer_required"
	CodeAnswerChoice   Code = "answer_not_a_choice"
	CodeAnswerTooMany  Code = "answer_too_many"
	CodeAnswerNumber   Code = "answer_not_a_number"
	CodeAnswerRange    Code = "answer_out_of_range"
	CodeAnswerTooLong  Code = "answer_too_long"
	CodeAnswerExclude  Code = "answer_exclusive"
	CodeAnswerOther    Code = "answer_other_empty"
	CodeAnswerDate     Code = "answer_not_a_date"
	CodeAnswerFuture   Code = "answer_in_future"
	CodeAnswerRanking  Code = "answer_not_a_ranking"
	// CodeAnswerConstraint is an answer that its question's constraint does not
	// take; Args "message" is what its author says of it.
	CodeAnswerConstraint Code = "answer_constraint"
	CodeAnswerUnknown    Code = "answer_unknown" // no choice has such a name
	CodeAnswerWhich      Code = "answer_which"   // several choices may be meant

	// What people of the office read.
	CodeInboxMoved    Code = "inbox_moved"    // somebody else was faster; Args "state"
	CodeInboxBarred   Code = "inbox_barred"   // on the do-not-contact list
	CodeInboxCap      Code = "inbox_cap"      // enough messages today; Args "most"
	CodeInboxOther    Code = "inbox_other"    // the case is another person's
	CodeInboxCase     Code = "inbox_case"     // the person has no case there; Args "campaign"
	CodeInboxTaken    Code = "inbox_taken"    // no answer can be taken there any more; Args "reason"
	CodeInboxPath     Code = "inbox_path"     // the question does not apply to the person; Args "question"
	CodeInboxUnread   Code = "inbox_unread"   // not an answer to the question; Args "question"
	CodeInboxNoWords  Code = "inbox_no_words" // what was written is not kept any more, or is no text
	CodeInboxAddress  Code = "inbox_address"  // nowhere to write to; Args "channel"
	CodeInboxWordless Code = "inbox_wordless" // an answer without words
	CodeInboxLong     Code = "inbox_long"     // longer than may be sent; Args "most", "given"

	// Files that are attached to an answer.
	CodeAttachmentType   Code = "attachment_type"      // no photo and no document of the kinds that are taken, or not of those that the question asks for
	CodeAttachmentHEIC   Code = "attachment_heic"      // a photo whose place cannot be taken out
	CodeAttachmentMacro  Code = "attachment_macro"     // a document with a program in it
	CodeAttachmentBroken Code = "attachment_broken"    // cut off, or not what it begins like
	CodeAttachmentLarge  Code = "attachment_too_large" // one file
	CodeAttachmentMany   Code = "attachment_too_many"
	CodeAttachmentTotal  Code = "attachment_total" // all files of a response
	CodeAttachmentAgain  Code = "attachment_again" // not here, or not here any more
)

// Codes lists every code, for the test that walks the words.
func Codes() []Code {
	return append(slices.Concat(formCodes(), levelCodes(), staffCodes(), proposalCodes(), contactCodes(), topicCodes(), quoteCodes(), manuscriptCodes(), textCodes()),
		CodeState, CodeNotFound, CodeSchemaOld, CodeSchemaNew, CodeDatabaseAway, CodeQueueAway,
		CodeConfig, CodeUsage, CodeFileUnreadable, CodeFileFormat, CodeHistory, CodeSpoolFull, CodeSpoolUnwritable,
		CodeHeaderMissing, CodeRowBroken, CodeNameMissing, CodePhoneInvalid, CodePhoneAmbiguous, CodePhoneDigitsLost,
		CodePhoneForeign, CodePhoneSeveral, CodePhoneConverted, CodePhoneZero, CodePhoneNoSMS,
		CodeEmailInvalid, CodeEmailSuspect, CodeEmailShared, CodePhoneShared, CodeColumnsSwapped,
		CodeNoEndpoint, CodeDuplicateRow, CodeSensitiveColumn, CodeLegacyEncoding, CodeBirthInvalid, CodeZoneUnknown,
		CodeNoteLeft, CodeOptedOut,
		CodeEncodingConverted, CodeEncodingUnclear, CodeHeaderAbsent, CodeMappingInvalid, CodeSensitiveReason, CodeSensitiveTaken, CodeCodeConflict, CodeMaybeSame, CodeTooManyProposals, CodeAttributeInvalid, CodeAttributeNameTaken, CodeUnitUnknown, CodeUnitAmbiguous, CodeUnitRenamed, CodeUnitInvalid, CodeConsentWithdrawn, CodeConsentUnclear, CodeStopListed, CodeImportRunning, CodeImportUndo, CodeMergeRefused, CodeUnmergeRefused, CodeReasonMissing, CodeReasonNames,
		CodeEligibility, CodeSampleSize, CodeStratumUnknown, CodeFrameEmpty, CodeProtocolInvalid, CodeProtocolDefault, CodeLooseningUnneeded,
		CodeCannotReceive, CodeSenderMissing, CodeOfficeIncomplete, CodePriceWrong, CodePriceBegun, CodeHolidayWrong, CodeHolidayPast, CodeCampaignInvalid,
		CodeModeCannotCarry, CodeNameTaken, CodePublishedImmutable,
		CodeNotInSample, CodeNotForStaff, CodeOutranked, CodeNotByStaff,
		CodeRecurrence, CodeSeries, CodePattern, CodePatternSame, CodeWaveDate, CodeWaveEarly, CodeUnexpected,
		CodeCampaignState, CodeEndPassed, CodeEndMoved, CodeEndWrong, CodeReplicateOut, CodeResendGroup, CodeSettingsMoved, CodeUnknownFilter, CodeDoubtSettled,
		CodeStopWho, CodeStopCode, CodeStopChannel, CodeStopLifted, CodeOptInProof, CodeColumnUnclear,
		CodeYAML, CodeUnknownKey, CodeQuestionName, CodeQuestionDuplicate, CodeQuestionType,
		CodeQuestionKind, CodeChoiceDuplicate, CodeChoiceMissing, CodeChoiceReserved, CodeLabelMissing,
		CodeRangeInvalid, CodeExpressionSyntax, CodeExpressionUnknown, CodeExpressionType,
		CodeExpressionFunction, CodeExpressionChoice, CodeExpressionForward, CodeExpressionRandom, CodeExpressionToday,
		CodeGroupScattered, CodeGroupPages, CodeAudioCarried, CodeAudioMissing, CodeAudioUnplayable, CodeAudioUnplayed,
		CodeAudioLength, CodeAudioLevel, CodeAudioClipped, CodeAudioChanged, CodeSMSTooLong,
		CodeUnsafeFolded,
		CodeQuestionUnreachable, CodeConditionAlways, CodeConditionPart, CodeModeRefused, CodeModeBlind, CodeRequiredLeftOut,
		CodeWordingHint, CodeScaleUneven, CodeChoiceSame, CodeChoiceStop, CodeChoiceKeyword, CodeChoiceDigit,
		CodeTextMissing, CodeTextUntranslated, CodeTextFigures, CodeTextStale,
		CodeAnswerRequired, CodeAnswerChoice, CodeAnswerTooMany, CodeAnswerNumber, CodeAnswerRange,
		CodeAnswerTooLong, CodeAnswerExclude, CodeAnswerOther, CodeAnswerDate, CodeAnswerFuture, CodeAnswerRanking, CodeAnswerConstraint, CodeAnswerUnknown, CodeAnswerWhich,
		CodeAttachmentType, CodeAttachmentHEIC, CodeAttachmentMacro, CodeAttachmentBroken, CodeAttachmentLarge, CodeAttachmentMany,
		CodeAttachmentTotal, CodeAttachmentAgain,
		CodeInboxMoved, CodeInboxBarred, CodeInboxCap, CodeInboxOther, CodeInboxCase, CodeInboxTaken, CodeInboxPath, CodeInboxUnread,
		CodeInboxNoWords, CodeInboxAddress, CodeInboxWordless, CodeInboxLong,
	)
}
