package survey

// Codes of what was found in an XLSForm workbook; Where is sheet!cell.
const (
	CodeFormSheetMissing  Code = "form_sheet_missing"
	CodeFormColumnMissing Code = "form_column_missing"
	CodeFormColumnTwice   Code = "form_column_twice"
	CodeFormHidden        Code = "form_sheet_hidden"
	CodeFormSheet         Code = "form_sheet_left_out"
	CodeFormType          Code = "form_type_unknown"
	CodeFormRepeat        Code = "form_repeat"
	CodeFormPlace         Code = "form_place"
	CodeFormMedia         Code = "form_media"
	CodeFormBarcode       Code = "form_barcode"
	CodeFormExternal      Code = "form_external"
	CodeFormPath          Code = "form_path"
	CodeFormPicture       Code = "form_picture_left_out"
	CodeFormTrigger       Code = "form_trigger_left_out"
	CodeFormReadonly      Code = "form_readonly_left_out"
	CodeFormStyle         Code = "form_style_left_out"
	CodeFormNow           Code = "form_now"
	CodeFormOnce          Code = "form_once"
	CodeFormChoiceName    Code = "form_choice_name"
	CodeFormGroup         Code = "form_group_unclosed"
	CodeFormList          Code = "form_list_missing"
	CodeFormName          Code = "form_name_missing"
	CodeFormChoice        Code = "form_choice_incomplete"
	CodeFormValue         Code = "form_value_invalid"

	CodeFormKind      Code = "form_kind_chosen"
	CodeFormRenamed   Code = "form_renamed"
	CodeFormLeftOut   Code = "form_left_out"
	CodeFormLook      Code = "form_look_left_out"
	CodeFormMeta      Code = "form_meta_left_out"
	CodeFormDisabled  Code = "form_row_disabled"
	CodeFormAsText    Code = "form_as_text"
	CodeFormFilled    Code = "form_text_filled"
	CodeFormPlain     Code = "form_plain_language"
	CodeFormPlainLeft Code = "form_plain_left_out"
	CodeFormLanguage  Code = "form_language_left_out"
	CodeFormSetting   Code = "form_setting_chosen"
	CodeFormBounds    Code = "form_bounds_chosen"
	CodeFormMissing   Code = "form_missing_reason"
	CodeFormPiping    Code = "form_piping"
	CodeFormMarkup    Code = "form_markup"
	CodeFormLines     Code = "form_lines_joined"
	CodeFormDefault   Code = "form_default_computed"
	CodeFormCondition Code = "form_condition_left_out"
	CodeFormTable     Code = "form_table_split"
	CodeFormTableHead Code = "form_table_head"
	CodeFormOther     Code = "form_other_added"
	CodeFormQuotes    Code = "form_signs_mended"
	CodeFormPages     Code = "form_pages_chosen"
	CodeFormOwnOther  Code = "form_other_ours"
	CodeFormReopened  Code = "form_group_reopened"
	CodeFormKey       Code = "form_key_left_out"
	CodeFormFallback  Code = "form_fallback_ours"
	CodeFormUnused    Code = "form_list_unused"
)

func formCodes() []Code {
	return []Code{
		CodeFormSheetMissing, CodeFormColumnMissing, CodeFormColumnTwice, CodeFormHidden, CodeFormSheet, CodeFormType,
		CodeFormRepeat, CodeFormPlace, CodeFormMedia, CodeFormBarcode, CodeFormExternal, CodeFormPath, CodeFormPicture, CodeFormTrigger, CodeFormReadonly, CodeFormStyle, CodeFormNow, CodeFormOnce, CodeFormChoiceName, CodeFormGroup,
		CodeFormList, CodeFormName, CodeFormChoice, CodeFormValue,
		CodeFormKind, CodeFormRenamed, CodeFormLeftOut, CodeFormLook, CodeFormMeta, CodeFormDisabled, CodeFormAsText,
		CodeFormFilled, CodeFormPlain, CodeFormPlainLeft, CodeFormLanguage, CodeFormSetting, CodeFormBounds, CodeFormMissing,
		CodeFormPiping, CodeFormMarkup, CodeFormLines, CodeFormDefault, CodeFormCondition, CodeFormTable, CodeFormTableHead,
		CodeFormOther, CodeFormQuotes, CodeFormPages, CodeFormOwnOther, CodeFormReopened, CodeFormKey, CodeFormFallback, CodeFormUnused,
	}
}
